package engine_test

import (
	"encoding/json"
	"maps"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/steploom/steploom/statemachine/engine"
)

// recorder is a model of the recorder's own program: it changes the events of a list in place, and goes on by position in the list that it shortens.
func recorder(history []map[string]any) []map[string]any {
	history = slices.Clone(history)
	var group []map[string]any
	start, inside := -1, false
	for i := 0; i < len(history); i++ {
		switch history[i]["type"] {
		case "ParallelStateSucceeded", "ParallelStateAborted", "ParallelStateExited", "ParallelStateFailed":
			if start >= 0 {
				sort.SliceStable(group, func(a, b int) bool { return encode(group[a]) < encode(group[b]) })
				history = slices.Replace(history, start, i, group...)
			}
			inside = false
		case "ParallelStateStarted":
			inside, group, start = true, nil, i+1
		default:
			if inside {
				history[i] = maps.Clone(history[i])
				history[i]["id"], history[i]["previousEventId"] = []any{0.0}, 0.0
				group = append(group, history[i])
			}
		}
	}
	return history
}

// record makes a recording of an execution here, as the recorder would have: names has generated texts and what the recorder shows for them.
func record(t *testing.T, definition, input string, names map[string]string) (*recording, engine.Result) {
	t.Helper()
	r := &recording{Type: "STANDARD", Definition: json.RawMessage(machine(definition)), Input: json.RawMessage(input)}
	clock := engine.NewVirtual(epoch)
	program, err := engine.PrepareJSON(r.definition())
	if err != nil {
		t.Fatal(err)
	}
	fail := engine.InvokerFunc(failing(9, &engine.TaskError{Name: "Boom", Cause: "b"}))
	got := engine.Run(t.Context(), program, decode(t, input), engine.Host{Clock: clock, Invoker: fail}, engine.Options{ItemsMustBeArray: true})
	text := encode(recorder(events(got.History)))
	output := encode(tree(got.Output))
	for generated, shown := range names {
		text, output = strings.ReplaceAll(text, generated, shown), strings.ReplaceAll(output, generated, shown)
	}
	if err := json.Unmarshal([]byte(text), &r.History); err != nil {
		t.Fatal(err)
	}
	r.Status, r.Error, r.Cause, r.Output = got.Status, got.Error, got.Cause, json.RawMessage(output)
	return r, got
}

// TestRecorder records executions here as the recorder does, and checks that the comparison sees through that, and still sees what is different.
func TestRecorder(t *testing.T) {
	branches := `"Branches":[{"StartAt":"A","States":{"A":{` + invokeTask + `,"End":true}}},{"StartAt":"B","States":{"B":{"Type":"Wait","Seconds":9,"Next":"B2"},"B2":{"Type":"Pass","End":true}}}]`
	retry := `"Retry":[{"ErrorEquals":["Boom"],"MaxAttempts":2}]`
	caught := `"Catch":[{"ErrorEquals":["States.ALL"],"Output":"{% $states.input %}","Next":"Z"}],"End":true},"Z":{"Type":"Pass","End":true}`
	cases := []struct {
		name, definition string
		names            map[string]string
	}{
		{"a Parallel that is tried again", `"P":{"Type":"Parallel",` + branches + `,` + retry + `,"End":true}`, nil},
		{"a Parallel that is tried again and caught", `"P":{"Type":"Parallel",` + branches + `,` + retry + `,` + caught, nil},
		{"a Parallel inside a Parallel", `"O":{"Type":"Parallel","Branches":[{"StartAt":"P","States":{"P":{"Type":"Parallel",` + branches + `,` + retry + `,"End":true}}}],` + caught, nil},
		{"a placeholder for a name of the input", `"A":{"Type":"Pass","Output":["{% $states.input.queue & '/x' %}","{% $states.input %}"],"End":true}`, map[string]string{"https://sqs/queue-a1b2": "sqs_queue_url"}},
		{"placeholders in brackets", `"A":{"Type":"Pass","Assign":{"v":"{% $states.input.queue %}"},"End":true}`, map[string]string{"queue-a1b2": "<resource:1>", "table-c3d4": "<test-table>"}},
		{"what the context object holds", `"A":{"Type":"Pass","Output":"{% $states.context %}","End":true}`, map[string]string{"2026-01-01T00:00:00.000Z": "date", "arn:aws:states:us-east-1:000000000000:execution": "arn:<partition>:states:<region>:111111111111:execution"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r, got := record(t, c.definition, `{"queue":"https://sqs/queue-a1b2","tables":["table-c3d4"],"n":1}`, c.names)
			r.names = shownNames(r)
			if found := r.differences(got); len(found) > 0 {
				t.Errorf("%s", strings.Join(found, "\n"))
			}
			for name, change := range map[string]func([]engine.Event) []engine.Event{
				"one event more": func(h []engine.Event) []engine.Event {
					return slices.Insert(h, len(h)-1, engine.Event{ID: 99, Type: "ParallelStateAborted"})
				},
				"one event less":  func(h []engine.Event) []engine.Event { return slices.Delete(h, 1, 2) },
				"another number":  func(h []engine.Event) []engine.Event { h[len(h)-1].ID++; return h },
				"another name":    func(h []engine.Event) []engine.Event { h[1].Details = engine.StateEntered{Name: "other"}; return h },
				"no last details": func(h []engine.Event) []engine.Event { h[len(h)-1].Details = nil; return h },
			} {
				changed := got
				changed.History = change(slices.Clone(got.History))
				if found := r.differences(changed); len(found) == 0 {
					t.Errorf("%s is not seen", name)
				}
			}
		})
	}
}
