// Package filter is the function that runs a jq program over a JSON value, that renders Jinja templates, and that writes dates by a pattern of java.time.
// Definitions call it for what JSONata cannot say.
//
//	{"language": "jq", "program": "[.[] | select(.age > $least)]", "input": [{"age": 3}, {"age": 9}], "args": {"least": 5}}
//	{"output": [{"age": 9}]}
//
// A jq program may give any number of results: one is the output itself, none is null, several are a list; with
// "collect" the output is always the list, with "text" it is what jq would write. jq orders the members of objects by
// name.
//
//	{"language": "java.time", "program": "EEE d MMM, HH:mm z", "input": "2026-03-01T09:05:00Z", "args": {"zone": "Europe/Berlin"}}
//	{"output": "Sun 1 Mar, 10:05 CET"}
//
// A list of dates gives an object with each of them: what it becomes, or {"error": why it cannot be written}.
//
//	{"language": "jinja", "program": "{{ user.name|upper }}!", "input": {"user": {"name": "zoe"}}, "result": "text"}
//	{"output": "ZOE!"}
//
// The members of the input are the template's variables. The result is the template's text, its native value, or its value where it is one expression
// (see package shared/jinja).
package filter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/steploom/steploom/shared/task"
)

const (
	defaultTimeout = task.FilterSeconds * time.Second
	longestTimeout = task.LongestSeconds * time.Second
	// resultLimit is the number of results of one program.
	resultLimit = 100_000
	// programLimit is the length of a program in bytes.
	programLimit = 64 << 10
)

// Request is what the function takes.
type Request struct {
	Language       string          `json:"language"`       // "jq", "jinja" or "java.time"
	Program        string          `json:"program"`        // the program's text; java.time: a pattern
	Input          json.RawMessage `json:"input"`          // any JSON value; null when absent
	Stream         bool            `json:"stream"`         // jq: the input is a list of inputs, for each of which the program runs
	Slurp          bool            `json:"slurp"`          // jq: all inputs are one, a list
	NullInput      bool            `json:"nullInput"`      // jq: the program runs once, with null; it may read the inputs
	ExitStatus     bool            `json:"exitStatus"`     // jq: a last result of false or null, or none, is a failure
	Text           *Text           `json:"text"`           // jq: the output is a text
	Args           map[string]any  `json:"args"`           // jq: variables by name without $, and members of $ARGS.named; java.time: zone, locale, read (a pattern)
	Collect        bool            `json:"collect"`        // jq: give all results as a list, however many there are
	Result         string          `json:"result"`         // jinja: "text" (when absent), "native", "literal" or "value"
	AnyCase        [][]string      `json:"anyCase"`        // jinja: objects in the input whose members are found in any case, each by the names that lead to it
	TimeoutSeconds float64         `json:"timeoutSeconds"` // 5 when 0
}

// Text says how results become one text. A result that is a text is written as it is, any other as JSON.
type Text struct {
	Between string `json:"between"` // stands between two results
	Indent  string `json:"indent"`  // of JSON; "" for one line
}

// Response is what the function gives.
type Response struct {
	Output any `json:"output"`
}

// Row describes the function.
func Row() task.Row {
	return task.Row{
		Name:    task.Filter,
		Doc:     "Runs a jq program over a JSON value, renders a Jinja template, or writes dates by a pattern of java.time.",
		Memory:  256,
		Timeout: 61 * time.Second,
		Request: []task.Field{
			{Name: "language", Type: task.TypeText, Doc: "jq, jinja or java.time"},
			{Name: "program", Type: task.TypeText, Doc: "the program's text, the template or the pattern", Example: "sample"},
			{Name: "input", Type: task.TypeAny, Doc: "any JSON value"},
			{Name: "stream", Type: task.TypeBoolean, Doc: "the input is a list of inputs"},
			{Name: "slurp", Type: task.TypeBoolean, Doc: "all inputs are one, a list"},
			{Name: "nullInput", Type: task.TypeBoolean, Doc: "the program runs once, with null"},
			{Name: "exitStatus", Type: task.TypeBoolean, Doc: "a last result of false or null is a failure"},
			{Name: "text", Type: task.TypeObject, Doc: "the output is a text: between (results), indent (of JSON)"},
			{Name: "args", Type: task.TypeObject, Doc: "variables by name; java.time: zone, locale, read"},
			{Name: "collect", Type: task.TypeBoolean, Doc: "give all results as a list"},
			{Name: "result", Type: task.TypeText, Doc: "jinja: text, native, literal or value"},
			{Name: "anyCase", Type: task.TypeList, Doc: "jinja: objects of the input whose members are found in any case"},
			{Name: "timeoutSeconds", Type: task.TypeNumber, Doc: "of the program"},
		},
		Answer: []task.Field{{Name: task.FilterOutput, Type: task.TypeAny, Doc: "the result; null when there is none"}},
	}
}

// New makes the function.
func New() task.Function { return task.New(Row(), (&filter{}).handle) }

// filter keeps compiled programs across invocations.
type filter struct {
	programs programs
	watch    watch
}

func (f *filter) handle(ctx context.Context, request Request) (Response, error) {
	timeout := time.Duration(request.TimeoutSeconds * float64(time.Second))
	switch {
	case timeout == 0:
		timeout = defaultTimeout
	case timeout < 0 || timeout > longestTimeout:
		return Response{}, task.Errorf(task.RequestInvalid, "timeoutSeconds %v is not between 0 and %v", request.TimeoutSeconds, longestTimeout.Seconds())
	}
	if len(request.Program) > programLimit {
		return Response{}, task.Errorf(task.RequestInvalid, "the program is longer than %d bytes", programLimit)
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	ctx, stop := f.watch.start(ctx)
	defer stop()
	output, err := f.run(ctx, request)
	if err != nil && errors.Is(context.Cause(ctx), errMemory) {
		runtime.GC() // so that the next program is not taken for this one
		return Response{}, timedOut(fmt.Sprintf("the program takes more than %d MiB of memory", memoryLimit>>20))
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return Response{}, timedOut(fmt.Sprintf("the program did not end within %v", timeout))
	}
	return Response{Output: output}, err
}

func (f *filter) run(ctx context.Context, request Request) (any, error) {
	if len(request.Input) == 0 {
		request.Input = json.RawMessage("null")
	}
	switch request.Language {
	case "jq":
		return f.jq(ctx, request)
	case task.FilterTemplates:
		return f.jinja(ctx, request)
	case task.FilterDates:
		return f.dates(ctx, request)
	}
	return nil, task.Errorf(task.RequestInvalid, "language %q is none of jq, jinja and java.time", request.Language)
}

func timedOut(message string) *task.Error { return task.Errorf(task.FilterTimeout, "%s", message) }
