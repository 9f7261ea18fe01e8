package retry

import (
	"encoding/json"
	"fmt"
)

// State is what is left of a budget, small enough to be handed around: {"counters": {"total": 2}, "history": 1, "failures": 1}. Counters without a
// limit are left out.
type State struct {
	Counters map[string]Limit `json:"counters,omitempty"`
	History  int              `json:"history,omitempty"`
	Failures int              `json:"failures,omitempty"`
}

// named gives the counters by their names.
func (c *Counters) named() map[string]*Limit {
	return map[string]*Limit{"total": &c.Total, "connect": &c.Connect, "read": &c.Read, "redirect": &c.Redirect, "status": &c.Status, "other": &c.Other}
}

// State gives what is left of the budget.
func (r Retry) State() State {
	state := State{History: r.History, Failures: r.Failures, Counters: map[string]Limit{}}
	for name, limit := range r.Counters.named() {
		if limit.value != nil {
			state.Counters[name] = *limit
		}
	}
	return state
}

// From gives the budget with what a state says is left of it.
func (r Retry) From(state State) (Retry, error) {
	if state.Failures < 0 || state.History < state.Failures {
		return r, fmt.Errorf("the state of a budget counts %d failures in %d attempts", state.Failures, state.History)
	}
	counters := Counters{}
	named := counters.named()
	for name, limit := range state.Counters {
		counter, known := named[name]
		if !known {
			return r, fmt.Errorf("the state of a budget has no counter %q", name)
		}
		*counter = limit
	}
	r.Counters, r.History, r.Failures = counters, state.History, state.Failures
	return r, nil
}

// DecodeState reads a state.
func DecodeState(text []byte) (State, error) {
	var state State
	err := json.Unmarshal(text, &state)
	return state, err
}
