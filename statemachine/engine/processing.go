package engine

import (
	"path"
	"slices"

	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

// processing is what a state in JSONPath mode makes of its result before it hands it on (States Language, "Input and Output Processing"). Without a
// field the step is left out.
type processing struct {
	selector *template   // ResultSelector
	result   *resultPath // nil: the result replaces the input
	output   *template   // OutputPath
}

// resultPath is where a result is put into the state's input.
type resultPath struct{ path *jsonpath.Path } // nil: the result is dropped

// processing compiles the fields of a state that are applied to its result, and its InputPath.
func (s *stateCompiler) processing(p *asl.Processing) {
	if p == nil || !s.jsonPath() {
		return
	}
	s.state.filter = s.dataPath("InputPath", p.InputPath)
	o := processing{
		selector: s.template("ResultSelector", p.ResultSelector),
		result:   s.resultPath("ResultPath", p.ResultPath),
		output:   s.dataPath("OutputPath", p.OutputPath),
	}
	if o != (processing{}) || len(s.state.outcome.assign) > 0 {
		s.state.outcome.processing = &o
	}
}

// dataPath compiles InputPath or OutputPath, of which null is the empty object.
func (s *stateCompiler) dataPath(name string, path asl.Path) *template {
	if path.IsNull() {
		return &template{location: name, constant: sized(jsonata.NewObject())}
	}
	return s.path(name, path)
}

// path compiles a field that holds a path or an intrinsic function. An absent field gives nil.
func (s *stateCompiler) path(name string, path asl.Path) *template {
	if !path.IsPresent() {
		return nil
	}
	t, err := queried(name, path.Text())
	if err != nil {
		if s.err == nil {
			s.err = err
		}
		return nil
	}
	s.timed = s.timed || t.reads.context
	return t
}

// either compiles a field that is a constant or an expression, or has the name with Path behind it and then holds a path.
func (s *stateCompiler) either(name string, constant any, way asl.Path) *template {
	if way.IsPresent() {
		return s.path(path.Base(name)+"Path", way)
	}
	return s.template(name, constant)
}

func (s *stateCompiler) resultPath(name string, path asl.Path) *resultPath {
	switch {
	case !path.IsPresent() || path.Text() == "$":
		return nil
	case path.IsNull():
		return &resultPath{}
	}
	parsed, err := jsonpath.Parse(path.Text(), jsonpath.StepFunctions)
	if err == nil && (!parsed.Reference() || parsed.Root.Kind != jsonpath.Document) {
		s.fail(name, "the path '%s' is not a reference path into the input", path.Text())
	}
	if err != nil {
		s.fail(name, "%s", err.Error())
	}
	return &resultPath{parsed}
}

// apply gives the values of the variables that the state assigns, and its output. In Assign, $ is the result; it is put into the raw input.
func (p *processing) apply(e *environment, assign []assignment, result value) ([]variable, value, *failure) {
	var failed *failure
	e.here = &result
	if p.selector != nil {
		var selected value
		if selected, failed = p.selector.evaluate(e); failed != nil {
			return nil, value{}, failed
		}
		result = selected
	}
	assigned, failed := e.frame.evaluateAssign(e, assign)
	if failed != nil {
		return nil, value{}, failed
	}
	output, failed := p.result.insert(e.frame, result)
	if failed != nil || p.output == nil {
		return assigned, output, failed
	}
	e.here = &output
	output, failed = p.output.evaluate(e)
	return assigned, output, failed
}

// readsMetadata tells that more of the result of lambda:invoke is needed than its payload.
func (p *processing) readsMetadata(assign []assignment) bool {
	if p.selector != nil {
		return p.selector.reads.metadata
	}
	if slices.ContainsFunc(assign, func(a assignment) bool { return a.value.reads.metadata }) {
		return true
	}
	discarded := p.result != nil && p.result.path == nil
	replaced := p.result == nil && p.output != nil && !p.output.reads.metadata
	return !discarded && !replaced
}

// insert puts a result into the raw input of the state.
func (p *resultPath) insert(f *frame, result value) (value, *failure) {
	switch {
	case p == nil:
		return result, nil
	case p.path == nil:
		return f.raw, nil
	}
	combined, err := p.path.Set(f.raw.data, result.data)
	if err != nil {
		return value{}, &failure{name: asl.ErrorReferencePathConflict, cause: err.Error()}
	}
	return sized(combined), nil
}
