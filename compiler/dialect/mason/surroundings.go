package mason

import (
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/jinja/syntax"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// surroundings are what the templates of a step can read besides the state, and where what it gives is kept.
type surroundings struct {
	step *step
	// result is the variable of what the request gave; of each where it is one of several.
	result string
	// input is the variable of CURRENT_STEP.input, element that of the element that a request is made for; "" where the step has no input.
	input, element string
	// begins is the expression that a url begins with.
	begins syntax.Node
	// inputHeaders and outputHeaders are the places of headers of responses in what the step's input and output give.
	inputHeaders, outputHeaders []route
	// response is CURRENT_STEP.response, nil before there is one.
	response jsonata.Node
}

// before are the surroundings of what is worked out before the step has an input.
func (s surroundings) before() surroundings {
	s.input, s.element, s.inputHeaders = "", "", nil
	return s
}

// beginning are the surroundings of an address, which begins with an expression or a text.
func (s surroundings) beginning(address template) surroundings {
	if pieces, plain := address.pieces(); plain && len(pieces) > 0 {
		s.begins = pieces[0]
	}
	return s
}

// within names the variables of a step.
func (l *lowerer) within(s *step) surroundings {
	around := surroundings{step: s, result: l.state.variable(s.name)}
	if s.input != nil {
		around.input, around.element = l.state.variable(s.name+"_input"), l.state.variable(s.name+"_item")
		around.inputHeaders = l.headersOfValue(s.input, around)
	}
	around.outputHeaders = l.headersOfValue(s.output, around)
	return around
}

// done makes what a step gave readable to the steps behind it.
func (l *lowerer) done(s *step, variable string, around surroundings) {
	l.state.keep(s.name, variable, around.outputHeaders)
	if name := outputName(s); name != "" {
		l.state.keep(name, variable, nil)
	}
}

// outputName is the further field that a step's result becomes, "" when its output is a template or not given.
func outputName(s *step) string {
	if s.output == nil || isTemplate(s.output.Value()) {
		return ""
	}
	return strings.TrimSpace(s.output.Value())
}

// outputName checks the name that a step gives its result.
func (p *parser) outputName(s *step) string {
	name := outputName(s)
	if s.output == nil || name == "" && isTemplate(s.output.Value()) {
		return ""
	}
	for _, reserved := range reservedFields() {
		if name == reserved {
			s.output.Report(codeName.Error(s.output.Range, "the output cannot be named %s", name).Why("The state has a field of this name already.").
				Fix("give the output another name"))
		}
	}
	if !syntax.IsIdentifier(name) {
		s.output.Report(codeName.Error(s.output.Range, "%q is neither a name nor a template", name).
			Why("output names the field of the state that the step's result becomes, or is a template over CURRENT_STEP.response.").
			Fix("write a name of letters, digits and _, or a template: {{ CURRENT_STEP.response.id }}"))
		return ""
	}
	return name
}

// isTemplate tells whether a text holds anything of Jinja.
func isTemplate(text string) bool {
	return strings.Contains(text, "{{") || strings.Contains(text, "{%") || strings.Contains(text, "{#")
}

// user is what is known of the caller.
func user() jsonata.Node { return build.Path(ir.Input(), "user") }
