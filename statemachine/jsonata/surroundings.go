package jsonata

import "time"

// Surroundings may be implemented by Bindings to give the time and the randomness of one evaluation. They win over WithClock and WithRandom.
type Surroundings interface {
	Now() time.Time
	Random() float64
}

func (st *state) now() time.Time {
	if s, ok := st.bindings.(Surroundings); ok {
		return s.Now()
	}
	return st.program.clock()
}

// draw is a random number from 0 up to, not including, 1.
func (st *state) draw() float64 {
	if s, ok := st.bindings.(Surroundings); ok {
		return s.Random()
	}
	return st.program.random()
}
