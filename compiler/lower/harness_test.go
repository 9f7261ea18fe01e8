package lower_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/lower"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/engine"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// x parses an expression of the IR.
func x(source string) jsonata.Node {
	node, err := jsonata.Parse(source)
	if err != nil {
		panic(fmt.Sprintf("%s: %v", source, err))
	}
	return node
}

// head gives a step a label and a place.
func head(label string) ir.Header {
	return ir.Header{Common: ir.Head{Label: label, Range: diag.Range{File: "w.yaml", Start: diag.Pos{Line: 7, Column: 1}}}}
}

// object makes an ordered object of alternating keys and values.
func object(pairs ...any) *jsonata.Object {
	made := jsonata.NewObject()
	for i := 0; i < len(pairs); i += 2 {
		made.Set(pairs[i].(string), pairs[i+1])
	}
	return made
}

func set(name string, value ir.Value) *ir.Assign {
	return &ir.Assign{Header: head("set " + name), Bindings: []ir.Binding{{Name: name, Value: value}}}
}

func answer(source string) *ir.Return {
	return &ir.Return{Header: head("Response"), Body: x(source), HasBody: true}
}

// echo calls the function "echo", which answers its request.
func echo(bind, source string) *ir.Call {
	return &ir.Call{Header: head("echo " + bind), Function: "echo", Arguments: x(source), Bind: bind}
}

func operation(steps ...ir.Step) *ir.Operation {
	return &ir.Operation{Name: "POST /test", Steps: steps, Range: diag.Range{File: "w.yaml", Start: diag.Pos{Line: 3, Column: 1}}}
}

// catalogue is that of the functions which the tests call.
func catalogue() []task.Row {
	rows := task.Field{Name: task.SQLRows, Type: task.TypeList}
	return []task.Row{{Name: task.SQL, Answer: []task.Field{rows}}}
}

// compile lowers an operation and fails the test when a check complains.
func compile(t *testing.T, operation *ir.Operation) *asl.Machine {
	t.Helper()
	workflow := &ir.Workflow{Name: "test", Operations: []*ir.Operation{operation}}
	if found := ir.Check(workflow); len(found) > 0 {
		t.Fatalf("ir.Check: %v", found)
	}
	machine, found := lower.Operation(workflow, operation, catalogue())
	if len(found) > 0 {
		t.Fatalf("lower: %v\n%s", found, definition(t, machine))
	}
	return machine
}

func definition(t *testing.T, machine *asl.Machine) string {
	t.Helper()
	text, err := asl.Marshal(machine)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// functions answers tasks by the name of the function; calls are noted. Branches call it at the same time.
type functions struct {
	mutex sync.Mutex
	calls []string
	// fail gives the error of the n-th call, nil for none.
	fail map[int]*engine.TaskError
	// answers replaces what "echo" would answer, by resource or function name.
	answers map[string]any
}

func (f *functions) Invoke(_ context.Context, task engine.Task) (any, error) {
	name := strings.TrimSuffix(strings.TrimPrefix(task.FunctionName, "${"), "FunctionArn}")
	payload := task.Payload
	if task.FunctionName == "" {
		name, payload = task.Resource, task.Arguments
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.calls = append(f.calls, name+" "+text(payload))
	if failure := f.fail[len(f.calls)]; failure != nil {
		return nil, failure
	}
	if given, ok := f.answers[name]; ok {
		return given, nil
	}
	return payload, nil
}

func text(value any) string {
	encoded, err := jsonata.Encode(value)
	if err != nil {
		return err.Error()
	}
	return string(encoded)
}

// outcome is what an execution gave: the output as JSON, or "error: cause".
type outcome struct {
	output string
	states []string
	calls  []string
	took   time.Duration
}

func run(t *testing.T, machine *asl.Machine, input string, host *functions) outcome {
	t.Helper()
	if host == nil {
		host = &functions{}
	}
	program, err := engine.Prepare(machine)
	if err != nil {
		t.Fatalf("%v\n%s", err, definition(t, machine))
	}
	decoded, err := jsonata.Decode([]byte(input))
	if err != nil {
		t.Fatal(err)
	}
	clock := engine.NewVirtual(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	result := engine.Run(context.Background(), program, decoded,
		engine.Host{Clock: clock, Invoker: host, Random: func() float64 { return 0.5 }}, engine.Options{Name: "test"})
	found := outcome{output: text(result.Output), calls: host.calls, took: result.Stopped.Sub(result.Started)}
	if result.Status != engine.Succeeded {
		found.output = result.Error + ": " + result.Cause
	}
	for _, event := range result.History {
		if entered, ok := event.Details.(engine.StateEntered); ok {
			found.states = append(found.states, entered.Name)
		}
	}
	return found
}

// runSteps compiles and runs steps with an empty input.
func runSteps(t *testing.T, steps ...ir.Step) outcome {
	t.Helper()
	return run(t, compile(t, operation(steps...)), `{}`, nil)
}

func expect(t *testing.T, got outcome, want string) {
	t.Helper()
	if got.output != want {
		t.Errorf("got %s\nwant %s\nstates %v", got.output, want, got.states)
	}
}

// stateTypes gives the type of each state of a definition by name, inner ones too.
func stateTypes(t *testing.T, machine *asl.Machine) map[string]string {
	t.Helper()
	types := map[string]string{}
	var collect func(value any)
	collect = func(value any) {
		switch value := value.(type) {
		case map[string]any:
			if states, ok := value["States"].(map[string]any); ok {
				for name, state := range states {
					types[name] = state.(map[string]any)["Type"].(string)
				}
			}
			for _, member := range value {
				collect(member)
			}
		case []any:
			for _, item := range value {
				collect(item)
			}
		}
	}
	var decoded any
	if err := json.Unmarshal([]byte(definition(t, machine)), &decoded); err != nil {
		t.Fatal(err)
	}
	collect(decoded)
	return types
}
