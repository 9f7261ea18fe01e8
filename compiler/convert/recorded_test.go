package convert_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/compiler/convert"
	"github.com/steploom/steploom/internal/conformance"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/engine"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// recording is an execution that was recorded on AWS.
type recording struct {
	ID, Type, Status string
	Definition       json.RawMessage
	Input            json.RawMessage
	History          []map[string]json.RawMessage
}

func (r recording) definition() []byte {
	var text string
	if json.Unmarshal(r.Definition, &text) == nil {
		return []byte(text)
	}
	return r.Definition
}

// answers are those of the tasks in a recorded history, in order.
type answers struct{ list []answer }

type answer struct {
	result any
	err    error
}

func (r recording) answers() *answers {
	a := &answers{}
	for _, event := range r.History {
		for key, details := range event {
			var told struct {
				Output       json.RawMessage
				Error, Cause string
			}
			if !strings.HasSuffix(key, "EventDetails") || json.Unmarshal(details, &told) != nil {
				continue
			}
			switch kind := strings.TrimSuffix(key, "EventDetails"); {
			case strings.HasSuffix(kind, "Succeeded") && !strings.HasPrefix(kind, "execution") && !strings.HasPrefix(kind, "map"):
				a.list = append(a.list, answer{result: parsed(told.Output)})
			case strings.HasSuffix(kind, "Failed") && (strings.HasPrefix(kind, "task") || strings.HasPrefix(kind, "lambda") || strings.HasPrefix(kind, "activity")):
				a.list = append(a.list, answer{err: &engine.TaskError{Name: told.Error, Cause: told.Cause}})
			}
		}
	}
	return a
}

// parsed is recorded JSON; a text that holds JSON is what it holds.
func parsed(data json.RawMessage) any {
	value, err := jsonata.Decode(data)
	if text, ok := value.(string); ok && err == nil {
		if inner, err := jsonata.Decode([]byte(text)); err == nil {
			return inner
		}
	}
	return value
}

func (a *answers) invoke(_ context.Context, task engine.Task) (any, error) {
	if len(a.list) == 0 {
		if task.FunctionName != "" {
			return task.Payload, nil
		}
		return nil, errors.New("nothing is recorded")
	}
	next := a.list[0]
	a.list = a.list[1:]
	return next.result, next.err
}

// run runs a machine on the recorded answers.
func (r recording) run(t *testing.T, machine *asl.Machine) engine.Result {
	t.Helper()
	program, err := engine.Prepare(machine)
	if err != nil {
		return engine.Result{Status: engine.Failure, Error: "not prepared", Cause: err.Error()}
	}
	var input any = jsonata.NewObject()
	if len(r.Input) > 0 {
		if input, err = jsonata.Decode(r.Input); err != nil {
			t.Fatal(err)
		}
	}
	host := engine.Host{Random: func() float64 { return 0.25 }, Clock: engine.NewVirtual(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)), Invoker: engine.InvokerFunc(r.answers().invoke), Blobs: engine.Folder(t.TempDir())}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	return engine.Run(ctx, program, input, host, engine.Options{Name: "execution", Express: r.Type == "EXPRESS", ItemsMustBeArray: true})
}

// TestRecordings runs the recorded machines in both forms, and compares how they end and with what. It prints how many can be converted.
func TestRecordings(t *testing.T) {
	same, converted, whole, all := 0, 0, 0, 0
	reasons := map[string]int{}
	for _, r := range conformance.Rows[recording](t, "step-functions-api/executions-jsonpath.jsonl") {
		machine, err := asl.Unmarshal(r.definition())
		if err != nil {
			t.Errorf("%s: %v", r.ID, err)
			continue
		}
		all++
		other, states := convert.Machine(machine)
		kept := 0
		for _, state := range states {
			if state.Reason != "" {
				kept++
				reasons[state.Reason]++
			}
		}
		if kept == len(states) {
			continue
		}
		converted++
		if kept == 0 {
			whole++
		}
		if problems := asl.Errors(asl.Check(other, asl.Options{})); len(problems) > 0 && !strings.Contains(string(r.definition()), `"activity_arn"`) {
			t.Errorf("%s: %v", r.ID, problems)
			continue
		}
		before, after := r.run(t, machine), r.run(t, other)
		if before.Status != after.Status || before.Status == engine.Succeeded && cmp.Diff(encode(t, before.Output), encode(t, after.Output)) != "" {
			if before.Error == asl.ErrorRuntime && noted(states) {
				fmt.Printf("differs as noted: %s: %s\n", r.ID, before.Cause)
				continue
			}
			text, _ := asl.Marshal(other)
			t.Errorf("%s: %s %s %s %s\nconverted: %s %s %s %s\n%s", r.ID, before.Status, encode(t, before.Output), before.Error, before.Cause,
				after.Status, encode(t, after.Output), after.Error, after.Cause, text)
			continue
		}
		same++
	}
	fmt.Printf("converted: %d of %d, %d of them whole; the same: %d of %d\n", converted, all, whole, same, converted)
	for reason, n := range reasons {
		fmt.Printf("kept: %d: %s\n", n, reason)
	}
}

// noted tells that a note was made of a state.
func noted(states []convert.State) bool {
	return slices.ContainsFunc(states, func(s convert.State) bool { return len(s.Notes) > 0 })
}

// encode writes a value with the keys of objects in order.
func encode(t *testing.T, value any) string {
	t.Helper()
	text, err := jsonata.Encode(value)
	if err != nil {
		t.Fatal(err)
	}
	var sorted any
	if err := json.Unmarshal(text, &sorted); err != nil {
		return string(text)
	}
	again, err := json.Marshal(sorted)
	if err != nil {
		t.Fatal(err)
	}
	return string(again)
}

// TestFieldMachines converts machines that are in use. What comes out is accepted, as what went in was, and runs as far as it did.
func TestFieldMachines(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(conformance.Path(t, "field-machines"), "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	whole, all, states, kept := 0, 0, 0, 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		machine, err := asl.Unmarshal(text)
		if err != nil {
			continue // what deployment fills in is no text
		}
		all++
		converted, became := convert.Machine(machine)
		stays := 0
		for _, state := range became {
			if state.Reason != "" {
				stays++
				fmt.Printf("kept: %s: %s: %s\n", filepath.Base(file), state.Name, state.Reason)
			}
		}
		states, kept = states+len(became), kept+stays
		if stays == 0 {
			whole++
		}
		if problems := asl.Errors(asl.Check(converted, asl.Options{})); len(problems) > 0 {
			t.Errorf("%s: %v", filepath.Base(file), problems)
		}
	}
	fmt.Printf("field machines: %d of %d are converted whole, %d of %d states\n", whole, all, states-kept, states)
}
