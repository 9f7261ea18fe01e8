package analyse

import "slices"

// set is a set of small numbers.
type set []uint64

func newSet(size int) set { return make(set, (size+63)/64) }

func (s set) add(i int)      { s[i/64] |= 1 << (i % 64) }
func (s set) remove(i int)   { s[i/64] &^= 1 << (i % 64) }
func (s set) has(i int) bool { return s[i/64]&(1<<(i%64)) != 0 }

func (s set) union(other set) {
	for i, word := range other {
		s[i] |= word
	}
}

func (s set) intersect(other set) {
	for i, word := range other {
		s[i] &= word
	}
}

func (s set) fill() {
	for i := range s {
		s[i] = ^uint64(0)
	}
}

func (s set) clear() { clear(s) }

func (s set) equal(other set) bool { return slices.Equal(s, other) }
