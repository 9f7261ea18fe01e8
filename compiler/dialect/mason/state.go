package mason

import (
	"slices"

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
	fields []field
	taken  map[string]bool // names of variables
	later  []string        // what steps put out that were not yet lowered
}

type field struct{ name, variable string }

// newState checks the names that the steps of a workflow put out.
func newState(p *parser, w *workflow) *state {
	all := &state{taken: map[string]bool{}}
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
	name := asl.FreeIdentifier(text, func(name string) bool { return s.taken[name] })
	s.taken[name] = true
	return name
}

// find gives the variable of a field, "" when no step so far puts it out.
func (s *state) find(name string) string {
	for _, f := range slices.Backward(s.fields) {
		if f.name == name {
			return f.variable
		}
	}
	return ""
}

// names are the fields that templates can read now.
func (s *state) names() []string {
	names := reservedFields()
	for _, f := range s.fields {
		names = append(names, f.name)
	}
	return names
}

// keep makes a field of what a step gives; a later one takes the place of an earlier one of its name.
func (s *state) keep(name, variable string) {
	s.fields = append(slices.DeleteFunc(s.fields, func(f field) bool { return f.name == name }), field{name, variable})
}

// answer is the state after the last step.
func (s *state) answer() ir.Value {
	answer := jsonata.NewObject()
	for _, f := range s.fields {
		answer.Set(f.name, withoutSecrets(build.Var(f.variable)))
	}
	return answer
}
