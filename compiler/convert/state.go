package convert

import (
	"fmt"
	"strings"

	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// lowering converts one state. It keeps the first reason why that cannot be done.
type lowering struct {
	reason string
	field  string // that is being converted
	notes  []string
	fails  bool // something that is computed may find nothing
}

func (s *lowering) refuse(format string, arguments ...any) {
	if s.reason == "" {
		s.reason = fmt.Sprintf(format, arguments...)
		if s.field != "" {
			s.reason = s.field + ": " + s.reason
		}
	}
}

// flow is the data that goes through a state.
type flow struct {
	raw   any // the state's input
	input any // what InputPath makes of it
}

func statesField(name string) jsonata.Node { return build.Path(build.Var("states"), name) }

// begin is the flow of a state with its InputPath.
func (s *lowering) begin(p asl.Processing) flow {
	raw := any(statesField("input"))
	return flow{raw, s.dataPath("InputPath", p.InputPath, raw)}
}

// dataPath applies InputPath or OutputPath, of which null is the empty object.
func (s *lowering) dataPath(field string, path asl.Path, root any) any {
	switch {
	case path.IsNull():
		return jsonata.NewObject()
	case !path.IsPresent():
		return root
	}
	return s.pathField(field, path, root)
}

// pathField is what a field that holds a path leads to.
func (s *lowering) pathField(field string, path asl.Path, root any) any {
	s.field = field
	return s.query(path.Text(), root)
}

// hand gives the Output and the Assign of a state from its result. What is nil is not written: the state hands on unchanged what is usual.
func (s *lowering) hand(f flow, p asl.Processing, result any, assign *jsonata.Object, usual jsonata.Node) (output any, assigned *jsonata.Object) {
	if assign != nil {
		s.field = "Assign"
		assigned, _ = s.data(s.template(assign, result)).(*jsonata.Object)
	}
	handed := s.dataPath("OutputPath", p.OutputPath, s.insert(f.raw, p.ResultPath, result))
	s.field = "Output"
	if node, ok := handed.(jsonata.Node); ok && jsonata.Print(node) == jsonata.Print(usual) {
		return nil, assigned
	}
	return s.data(handed), assigned
}

// state is one flat switch over the state types.
func (s *lowering) state(state asl.State) asl.State {
	switch v := state.(type) {
	case *asl.Pass:
		f := s.begin(v.Processing)
		result := f.input
		if v.Result != nil {
			result = literal(v.Result)
		} else if v.Parameters != nil {
			s.field = "Parameters"
			result = s.template(v.Parameters, f.input)
		}
		converted := &asl.Pass{Comment: v.Comment, QueryLanguage: asl.JSONata, Next: v.Next, End: v.End}
		converted.Output, converted.Assign = s.hand(f, v.Processing, result, v.Assign, statesField("input"))
		return converted
	case *asl.Succeed:
		f := s.begin(v.Processing)
		converted := &asl.Succeed{Comment: v.Comment, QueryLanguage: asl.JSONata}
		converted.Output, _ = s.hand(f, v.Processing, f.input, nil, statesField("input"))
		return converted
	case *asl.Wait:
		return s.wait(v)
	case *asl.Fail:
		return &asl.Fail{Comment: v.Comment, QueryLanguage: asl.JSONata, Error: s.failText("Error", v.Error, v.ErrorPath), Cause: s.failText("Cause", v.Cause, v.CausePath)}
	case *asl.Choice:
		return s.choice(v)
	case *asl.Task:
		return s.task(v)
	case *asl.Parallel:
		return s.parallel(v)
	case *asl.Map:
		return s.mapState(v)
	}
	s.refuse("a state of an unknown type")
	return state
}

func (s *lowering) wait(v *asl.Wait) *asl.Wait {
	f := s.begin(v.Processing)
	converted := &asl.Wait{Comment: v.Comment, QueryLanguage: asl.JSONata, Next: v.Next, End: v.End,
		Seconds: s.number("SecondsPath", v.Seconds, v.SecondsPath, f.input), Timestamp: v.Timestamp}
	if v.TimestampPath.IsPresent() {
		converted.Timestamp = field[string](s.pathField("TimestampPath", v.TimestampPath, f.input))
	}
	converted.Output, converted.Assign = s.hand(f, v.Processing, f.input, v.Assign, statesField("input"))
	return converted
}

// failText is the Error or the Cause of a Fail.
func (s *lowering) failText(name string, constant asl.Text, path asl.Path) asl.Text {
	if path.IsPresent() {
		return field[string](s.pathField(name+"Path", path, statesField("input")))
	}
	if text, ok := constant.Constant(); ok {
		return field[string](text)
	}
	return asl.Text{}
}

// number is a field with a whole number, or the path to one. A text that reads as a number counts, too.
func (s *lowering) number(name string, constant asl.Number, path asl.Path, root any) asl.Number {
	if !path.IsPresent() {
		return constant
	}
	s.fails = true
	return asl.Computed[float64](build.Call("number", unchecked(s, s.pathField(name, path, root))))
}

// field is a field that takes a constant or an expression.
func field[T bool | float64 | string](v any) asl.Value[T] {
	if node, ok := v.(jsonata.Node); ok {
		return asl.Computed[T](node)
	}
	if text, ok := v.(string); ok && delimited(text) {
		return asl.Computed[T](build.Text(text))
	}
	value, _ := asl.ValueOf[T](v)
	return value
}

func (s *lowering) task(v *asl.Task) *asl.Task {
	f := s.begin(v.Processing)
	converted := &asl.Task{Comment: v.Comment, QueryLanguage: asl.JSONata, Resource: v.Resource, Retry: v.Retry, Next: v.Next, End: v.End,
		Arguments:        s.arguments(v.Parameters, f.input),
		TimeoutSeconds:   s.number("TimeoutSecondsPath", v.TimeoutSeconds, v.TimeoutSecondsPath, f.input),
		HeartbeatSeconds: s.number("HeartbeatSecondsPath", v.HeartbeatSeconds, v.HeartbeatSecondsPath, f.input),
	}
	if v.Credentials != nil {
		s.field = "Credentials"
		converted.Credentials = s.data(s.template(v.Credentials, f.input))
	}
	converted.Output, converted.Assign = s.hand(f, v.Processing, s.selected(v.ResultSelector), v.Assign, statesField("result"))
	converted.Catch = s.catchers(f, v.Catch)
	s.remark(v.Retry, v.Catch)
	return converted
}

func (s *lowering) arguments(parameters, input any) any {
	s.field = "Parameters"
	if parameters == nil {
		return s.data(input)
	}
	return s.data(s.template(parameters, input))
}

// selected is the result of the state's work, as ResultSelector makes it.
func (s *lowering) selected(selector any) any {
	if selector == nil {
		return statesField("result")
	}
	s.field = "ResultSelector"
	return s.template(selector, statesField("result"))
}

func (s *lowering) parallel(v *asl.Parallel) *asl.Parallel {
	f := s.begin(v.Processing)
	converted := &asl.Parallel{Comment: v.Comment, QueryLanguage: asl.JSONata, Branches: v.Branches, Retry: v.Retry, Next: v.Next, End: v.End}
	if v.Parameters != nil || v.InputPath.IsPresent() {
		converted.Arguments = s.arguments(v.Parameters, f.input)
	}
	converted.Output, converted.Assign = s.hand(f, v.Processing, s.selected(v.ResultSelector), v.Assign, statesField("result"))
	converted.Catch = s.catchers(f, v.Catch)
	s.remark(v.Retry, v.Catch)
	return converted
}

func (s *lowering) catchers(f flow, catchers []asl.Catcher) []asl.Catcher {
	var converted []asl.Catcher
	for i, c := range catchers {
		s.field = fmt.Sprintf("Catch[%d]", i)
		failure := any(statesField("errorOutput"))
		made := asl.Catcher{Comment: c.Comment, ErrorEquals: c.ErrorEquals, Next: c.Next}
		made.Output, made.Assign = s.hand(f, asl.Processing{ResultPath: c.ResultPath}, failure, c.Assign, statesField("errorOutput"))
		converted = append(converted, made)
	}
	return converted
}

// remark says where the error that a path fails with is handled otherwise.
func (s *lowering) remark(retry []asl.Retrier, catch []asl.Catcher) {
	handle := func(where string, names []string) {
		for _, name := range names {
			switch name {
			case asl.ErrorAll, asl.ErrorQueryEvaluation:
				if s.fails {
					s.notes = append(s.notes, where+" handles "+name+": a path that leads nowhere now fails with States.QueryEvaluationError, which is among them; in JSONPath mode it is States.Runtime, which is not")
				}
			case asl.ErrorParameterPathFailure, asl.ErrorIntrinsicFailure, asl.ErrorResultPathMatchFailure, asl.ErrorReferencePathConflict:
				s.notes = append(s.notes, where+" names "+name+", which is an error of JSONPath mode: here it is States.QueryEvaluationError")
			}
		}
	}
	for i, r := range retry {
		handle(fmt.Sprintf("Retry[%d]", i), r.ErrorEquals)
	}
	for i, c := range catch {
		handle(fmt.Sprintf("Catch[%d]", i), c.ErrorEquals)
	}
}

// delimited tells that a text would be read as an expression.
func delimited(text string) bool {
	return strings.HasPrefix(text, "{%") || strings.HasSuffix(text, "%}")
}
