package mason

import (
	"slices"
	"strconv"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// The fields of the state that no step puts out.
const (
	systemAPIs  = "SYSTEM_APIS"
	caller      = "USER"
	currentStep = "CURRENT_STEP"
)

// reservedFields are the names that no step and no output can have.
func reservedFields() []string { return []string{systemAPIs, caller, currentStep} }

// state is what templates can read: the variable of each field that the steps so far put out.
type state struct {
	fields  []field         // in the order in which they were put out; one without a name is put out again behind it
	at      map[string]int  // where each stands
	taken   map[string]bool // names of variables
	wished  map[string]int  // how often a variable was made of a text
	later   []string        // what steps put out that were not yet lowered
	headers []route         // the places of headers of responses in the fields
}

type field struct{ name, variable string }

// newState checks the names that the steps of a workflow put out.
func newState(p *parser, w *workflow) *state {
	all := &state{at: map[string]int{}, taken: map[string]bool{}, wished: map[string]int{}}
	for _, s := range w.steps {
		if slices.Contains(reservedFields(), s.name) {
			p.Report(codeName.Error(s.at, "a step cannot be named %s", s.name).Why("The state has a field of this name already.").Fix("give the step another name"))
		}
		all.later = append(all.later, s.name)
		if name := p.outputName(s); name != "" {
			all.later = append(all.later, name)
		}
	}
	return all
}

// variable makes the name of a variable that no other has.
func (s *state) variable(text string) string {
	wish := text
	if s.wished[text]++; s.wished[text] > 1 {
		wish = asl.Cut(text, asl.MaxName-10) + "_" + strconv.Itoa(s.wished[text])
	}
	name := asl.FreeIdentifier(wish, func(name string) bool { return s.taken[name] })
	s.taken[name] = true
	return name
}

// find gives the variable of a field, "" when no step so far puts it out.
func (s *state) find(name string) string {
	if at, there := s.at[name]; there {
		return s.fields[at].variable
	}
	return ""
}

// has tells whether templates can read a field now.
func (s *state) has(name string) bool {
	return s.find(name) != "" || slices.Contains(reservedFields(), name)
}

// names are the fields that templates can read now.
func (s *state) names() []string {
	names := reservedFields()
	for _, f := range s.fields {
		if f.name != "" {
			names = append(names, f.name)
		}
	}
	return names
}

// keep makes a field of what a step gives, with headers of responses in some places; a later one takes the place of an earlier one of its name.
func (s *state) keep(name, variable string, headers []route) {
	if at, there := s.at[name]; there {
		s.fields[at] = field{}
	}
	s.headers = slices.DeleteFunc(s.headers, func(one route) bool { return one[0] == name })
	for _, behind := range headers {
		s.headers = append(s.headers, append(route{name}, behind...))
	}
	s.at[name] = len(s.fields)
	s.fields = append(s.fields, field{name, variable})
}

// answer is the state after the last step.
func (s *state) answer() ir.Value {
	answer := jsonata.NewObject()
	for _, f := range s.fields {
		if f.name != "" {
			answer.Set(f.name, withoutSecrets(build.Var(f.variable)))
		}
	}
	return answer
}
