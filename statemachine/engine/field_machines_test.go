package engine_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/engine"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// TestFieldMachines runs the state machines that people have published, with made-up inputs and answers of tasks, until they come to an end that the
// machine provides for: an end state, a Fail state or an error of a task. It prints how many do, and why the others do not.
func TestFieldMachines(t *testing.T) {
	if testing.Short() {
		t.Skip("not in a short run: it tries many ways through hundreds of machines")
	}
	files, err := filepath.Glob(filepath.Join(conformance(), "field-machines", "*.asl.json"))
	if err != nil || len(files) == 0 {
		t.Skip("the machines from the field are absent: no field-machines/*.asl.json (set STEPLOOM_CONFORMANCE)")
	}
	ran, reasons := 0, map[string][]string{}
	for _, file := range files {
		reason := fieldMachine(t, file)
		if reason == "" {
			ran++
			continue
		}
		reasons[reason] = append(reasons[reason], filepath.Base(file))
	}
	for reason, machines := range reasons {
		fmt.Printf("%3d %s\n", len(machines), reason)
		if testing.Verbose() {
			fmt.Println("      " + strings.Join(machines, "\n      "))
		}
	}
	fmt.Printf("field machines run: %d of %d\n", ran, len(files))
	if ran < len(files)*4/5 {
		t.Error("fewer than four in five come to an end")
	}
}

// fieldMachine runs one machine; the answer is why it does not come to an end.
func fieldMachine(t *testing.T, file string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text = substitution.ReplaceAll(text, []byte("substituted"))
	program, err := engine.PrepareJSON(text)
	if err != nil {
		return "refused: " + classOf(err.Error())
	}
	world, err := imagine(text)
	if err != nil {
		t.Fatal(err)
	}
	var first engine.Result
	for turn := range 12 { // choices go another way each time
		world.turn = turn
		r := world.run(t, program)
		if r.Status == engine.Succeeded || r.Status == engine.Failure && !unfinished(r.Error) {
			return ""
		}
		if turn == 0 {
			first = r
		}
	}
	return first.Status + ": " + classOf(first.Error+" "+first.Cause)
}

// unfinished tells that an execution has come to no end of its own.
func unfinished(name string) bool {
	switch name {
	case asl.ErrorRuntime, asl.ErrorQueryEvaluation, asl.ErrorItemReaderFailed, asl.ErrorResultWriterFailed, asl.ErrorReferencePathConflict, asl.ErrorDataLimitExceeded:
		return true
	}
	return false
}

var particulars = regexp.MustCompile(`'[^']*'|\$\S+|"[^"]*"|\(entered at[^)]*\)|/\S+|\d+`)

// classOf is a reason without what is particular to a machine.
func classOf(reason string) string {
	class := particulars.ReplaceAllString(reason, "…")
	return class[:min(len(class), 160)]
}

// substitution is what stands for a value of the template that a definition belongs to.
var substitution = regexp.MustCompile(`\$\{[^}"]*\}`)

// run runs the program in the imagined world.
func (w *world) run(t *testing.T, program *engine.Program) engine.Result {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	patience := func(string, time.Time) {
		if w.calls++; w.calls > 200 {
			cancel()
		}
	}
	host := engine.Host{Clock: engine.NewVirtual(epoch), Blobs: anywhere(w.stored()), Tokens: engine.NewTokens(), Invoker: engine.InvokerFunc(func(_ context.Context, task engine.Task) (any, error) {
		w.mutex.Lock()
		defer w.mutex.Unlock()
		patience("", time.Time{})
		answer := w.answer(task.State)
		if task.Token != "" {
			return engine.Whole{Result: answer}, nil
		}
		if strings.Contains(task.Resource, ".sync") {
			return &engine.Submitted{Output: answer, Wait: func(context.Context) (any, error) { return answer, nil }}, nil
		}
		return answer, nil
	})}
	return engine.Run(ctx, program, w.input(), host, engine.Options{NoHistory: true, Express: w.turn%4 == 3, Waiting: patience})
}

// anywhere is a storage that has the same items at every place.
type anywhere []any

func (a anywhere) Get(string, string) ([]byte, error) {
	return jsonata.Encode([]any(a))
}

func (a anywhere) Put(string, string, []byte) error { return nil }

func (a anywhere) List(string, string) ([]engine.Blob, error) {
	return []engine.Blob{{Key: "a.json", Size: 1, Modified: epoch}}, nil
}
