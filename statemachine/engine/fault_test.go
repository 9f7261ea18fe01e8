package engine_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/steploom/steploom/statemachine/engine"
)

// TestFaults makes everything panic that an execution calls: the execution ends with an error that nothing catches, and the log has a line.
func TestFaults(t *testing.T) {
	broken := func() float64 { panic("no randomness") }
	const caught = `"Retry":[{"ErrorEquals":["States.ALL"]}],"Catch":[{"ErrorEquals":["States.ALL"],"Next":"Z"}],"End":true},"Z":{"Type":"Succeed"}`
	expression := `"A":{"Type":"Pass","Output":"{% $random() %}","End":true}`
	cases := []struct {
		name, definition string
		host             engine.Host
		options          engine.Options
		cause, logged    string
	}{
		{"an expression", expression, engine.Host{Random: broken}, engine.Options{Name: "n"},
			"An error occurred while executing the state 'A' (entered at the event id #2). The JSONata expression '$random()' specified for the field 'Output' could not be evaluated.", "evaluating $random()"},
		{"an expression in a branch", `"P":{"Type":"Parallel","Branches":[{"StartAt":"A","States":{` + expression + `}}],` + caught, engine.Host{Random: broken}, engine.Options{Name: "n"},
			"the state 'A' (entered at the event id #4)", "evaluating $random()"},
		{"a child execution", distributedMap(`"Items":[1]`, `"I":{"Type":"Pass","End":true}`), engine.Host{Random: broken}, engine.Options{Name: "n"}, "no randomness", "running arn:"},
		{"the observer of waits", `"W":{"Type":"Wait","Seconds":1,"End":true}`, engine.Host{}, engine.Options{Waiting: func(string, time.Time) { panic("no terminal") }}, "no terminal", "running arn:"},
		{"the observer of events", `"W":{"Type":"Pass","End":true}`, engine.Host{}, engine.Options{Observer: func(engine.Event) { panic("full disk") }}, "full disk", "running arn:"},
		{"the delay of a retry", `"T":{` + invokeTask + `,"Retry":[{"ErrorEquals":["States.ALL"],"JitterStrategy":"FULL"}],"End":true}`, engine.Host{Random: broken}, engine.Options{Name: "n"}, "no randomness", "running arn:"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var log bytes.Buffer
			c.host.Log = slog.New(slog.NewTextHandler(&log, nil))
			r := scenario{definition: c.definition, host: c.host, options: c.options, invoke: failing(9, &engine.TaskError{Name: "Boom"})}.run(t)
			fails(t, r, "States.Runtime", c.cause)
			if text := log.String(); !strings.Contains(text, c.logged) || !strings.Contains(text, "level=ERROR") || strings.Count(text, "\n") != 1 {
				t.Errorf("logged: %s", text)
			}
			last := r.History[len(r.History)-1]
			if c.options.Observer == nil && last.Type != "ExecutionFailed" {
				t.Errorf("the last event is %s", last.Type)
			}
		})
	}
}

// TestFaultOfATask checks that a task which panics fails as it would on Lambda, and that the log has a line.
func TestFaultOfATask(t *testing.T) {
	var log bytes.Buffer
	host := engine.Host{Log: slog.New(slog.NewTextHandler(&log, nil))}
	r := scenario{definition: `"T":{` + invokeTask + `,"Catch":[{"ErrorEquals":["string"],"Output":"caught","Next":"Z"}],"End":true},"Z":{"Type":"Succeed"}`,
		host: host, invoke: func(context.Context, engine.Task) (any, error) { panic("help") }}.run(t)
	succeeds(t, r, `"caught"`)
	if text := log.String(); !strings.Contains(text, "working on the state T of arn:aws:states:") || !strings.Contains(text, "problem=help") {
		t.Errorf("logged: %s", text)
	}
}

// TestHostileExpressions runs expressions that would take the process down if nothing stopped them: each ends its own execution, and those beside it
// go on. Inputs and variables stay as they were.
func TestHostileExpressions(t *testing.T) {
	cases := map[string]string{
		"($f := function($x){ $map([1,2], $f) }; $f(1))":                                               "Stack overflow",
		"($f := function($a,$b){ $reduce([1,2,3], $f) }; $f(1,2))":                                     "Stack overflow",
		"($f := function($x){ $sift({'a':1}, $f) }; $f(1))":                                            "Stack overflow",
		"($f := function($a,$b){ $sort([2,1], $f) }; $f(1,2))":                                         "Stack overflow",
		"($f := function($m){ $replace('a', /a/, $f) }; $f(1))":                                        "Stack overflow",
		"function($a,$b)<s?s>{$a}('x')":                                                                "",
		"($x := {'a':1}; $y := $x ~> |$x|{'self': $x}|; $string($x) & $string($y))":                    "",
		"$string($states.input ~> |$states.input|{'z':1}|) & $string($states.input)":                   "",
		"($x := [1]; $y := {'l': $x}; ($y ~> |$y|{'l': $append($x, $y)}|); $string($y) & $string($x))": "",
	}
	input := decode(t, `{"o":{"a":1}}`)
	for expression, failure := range cases {
		t.Run(expression, func(t *testing.T) {
			t.Parallel()
			program, err := engine.PrepareJSON([]byte(machine(`"A":{"Type":"Pass","Assign":{"before":"{% $states.input %}","r":"{% ` + expression + ` %}"},"Next":"B"},
				"B":{"Type":"Pass","Output":["{% $before %}","{% $states.input %}","{% $states.context.Execution.Input %}"],"End":true}`)))
			if err != nil {
				t.Fatal(err)
			}
			var all sync.WaitGroup
			for range 8 { // all of them read one input
				all.Go(func() {
					r := engine.Run(t.Context(), program, input, engine.Host{Clock: engine.NewVirtual(epoch)}, engine.Options{})
					if failure != "" {
						fails(t, r, "States.QueryEvaluationError", failure)
					} else {
						succeeds(t, r, `[{"o":{"a":1}},{"o":{"a":1}},{"o":{"a":1}}]`)
					}
				})
			}
			all.Wait()
		})
	}
}
