package asl

import "iter"

// JSONata and JSONPath are the two query languages of the States Language. JSONPath is that of a machine which does not say.
const (
	JSONata  = "JSONata"
	JSONPath = "JSONPath"
)

// Machine is a state machine, a branch of a Parallel state or the item processor of a Map state.
type Machine struct {
	Comment        string
	QueryLanguage  string // empty in a branch or processor
	Version        string // "1.0" or empty
	TimeoutSeconds int    // of the whole execution; 0 is no limit; top level only
	Processor      *ProcessorConfig
	StartAt        string
	States         *States
}

// ProcessorConfig says how a Map runs its iterations: Mode INLINE or DISTRIBUTED, ExecutionType STANDARD or EXPRESS (distributed only).
type ProcessorConfig struct {
	Mode          string
	ExecutionType string
}

// The processor modes and execution types.
const (
	Inline      = "INLINE"
	Distributed = "DISTRIBUTED"
	Standard    = "STANDARD"
	Express     = "EXPRESS"
)

// States holds the states of a machine by name, in the order they were added.
type States struct {
	names  []string
	byName map[string]State
}

// NewStates makes an empty, ordered set of states.
func NewStates() *States { return &States{byName: map[string]State{}} }

// Set adds a state at the end, or replaces the one of that name where it stands.
func (s *States) Set(name string, state State) {
	if _, known := s.byName[name]; !known {
		s.names = append(s.names, name)
	}
	s.byName[name] = state
}

// Get answers the state of that name.
func (s *States) Get(name string) (State, bool) {
	if s == nil {
		return nil, false
	}
	state, ok := s.byName[name]
	return state, ok
}

// Len is the number of states.
func (s *States) Len() int {
	if s == nil {
		return 0
	}
	return len(s.names)
}

// All walks the states in order.
func (s *States) All() iter.Seq2[string, State] {
	return func(yield func(string, State) bool) {
		if s == nil {
			return
		}
		for _, name := range s.names {
			if !yield(name, s.byName[name]) {
				return
			}
		}
	}
}
