package osop_test

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/functions"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/engine"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// runner runs compiled workflows on the engine in virtual time. answer stands for all functions; without it the real ones run.
type runner struct {
	t         testing.TB
	output    compiler.Output
	functions map[string]task.Function
	answer    func(called engine.Task, attempt int) (any, error)
	tokens    *engine.Tokens
	clock     *engine.Virtual
	random    func() float64 // nil draws 0.5 every time

	mutex    sync.Mutex
	calls    []string // states in the order in which their functions were called
	attempts map[string]int
}

// compile compiles files and demands that there are no errors.
func compile(t testing.TB, files ...source.File) *runner {
	t.Helper()
	output, found := compiler.Compile(files, compiler.Options{})
	if found.HasErrors() {
		t.Fatalf("does not compile:\n%s", describe(found))
	}
	return &runner{t: t, output: output, attempts: map[string]int{}, tokens: engine.NewTokens()}
}

func graphFile(text string) source.File {
	return source.File{Path: "test.osop.yaml", Bytes: []byte(text)}
}

// describe lists diagnostics as "line code summary".
func describe(found diag.List) string {
	var lines []string
	for _, d := range found {
		lines = append(lines, fmt.Sprintf("%s:%d %s %s", d.Range.File, d.Range.Start.Line, d.Code, d.Summary))
	}
	return strings.Join(lines, "\n")
}

// useFunctions runs the real functions with an environment.
func (r *runner) useFunctions(environment map[string]string) {
	r.functions = map[string]task.Function{}
	for _, function := range functions.All(task.Variables(environment), functions.Services{}) {
		r.functions["${"+task.Substitution(function.Name)+"}"] = function
	}
}

// run runs the first operation.
func (r *runner) run(input any) engine.Result {
	r.t.Helper()
	return r.machine(r.output.Machines[0], input)
}

func (r *runner) machine(machine compiler.Machine, input any) engine.Result {
	r.t.Helper()
	definition, err := asl.Unmarshal(r.output.Files[machine.Path()])
	if err != nil {
		r.t.Fatal(err)
	}
	program, err := engine.Prepare(definition)
	if err != nil {
		r.t.Fatal(err)
	}
	if r.clock == nil {
		r.clock = engine.NewVirtual(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	}
	if r.random == nil {
		r.random = func() float64 { return 0.5 }
	}
	host := engine.Host{Clock: r.clock, Invoker: r, Tokens: r.tokens, Random: r.random}
	return engine.Run(context.Background(), program, input, host, engine.Options{Name: "run-1", Machine: machine.Name, Express: machine.Mode == ir.Express})
}

// Invoke implements engine.Invoker.
func (r *runner) Invoke(ctx context.Context, called engine.Task) (any, error) {
	r.mutex.Lock()
	r.calls = append(r.calls, called.State)
	r.attempts[called.State]++
	attempt := r.attempts[called.State]
	r.mutex.Unlock()
	if called.Resource == "arn:aws:states:::states:startExecution.sync:2" {
		return r.nested(called)
	}
	if r.answer != nil {
		result, err := r.answer(called, attempt)
		if called.Token != "" && err == nil {
			return nil, r.tokens.Succeed(called.Token, result)
		}
		return result, err
	}
	function, known := r.functions[called.FunctionName]
	if !known {
		return nil, fmt.Errorf("there is no function %s", called.FunctionName)
	}
	request, err := jsonata.Encode(called.Payload)
	if err != nil {
		return nil, err
	}
	response, err := function.Invoke(ctx, request)
	if err != nil {
		failure := task.AsError(err)
		return nil, &engine.TaskError{Name: failure.Name, Cause: failure.Cause()}
	}
	return jsonata.Decode(response)
}

func (r *runner) nested(called engine.Task) (any, error) {
	arguments := called.Arguments.(*jsonata.Object)
	arn, _ := arguments.Get("StateMachineArn")
	input, _ := arguments.Get("Input")
	for _, machine := range r.output.Machines {
		if strings.EqualFold(arn.(string), "${"+strings.ReplaceAll(machine.Name, "-", "")+"StateMachineArn}") {
			result := r.machine(machine, input)
			if result.Status != engine.Succeeded {
				return nil, &engine.TaskError{Name: "States.TaskFailed", Cause: result.Error + ": " + result.Cause}
			}
			answer := jsonata.NewObject()
			answer.Set("Output", result.Output)
			return answer, nil
		}
	}
	return nil, fmt.Errorf("no machine %v", arn)
}

// sampleFiles are the published example workflows.
func sampleFiles(t *testing.T) []string {
	t.Helper()
	root := filepath.Join(cmp.Or(os.Getenv("STEPLOOM_SAMPLES"), filepath.Join("..", "..", "..", "..", "shared", "samples")), "osop")
	if _, err := os.Stat(root); err != nil {
		t.Skip("the folder shared/samples/osop beside the repository is absent: the published examples are not tried")
	}
	var found []string
	_ = filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && strings.Contains(entry.Name(), ".osop") {
			found = append(found, path)
		}
		return nil
	})
	return found
}

func readFile(t *testing.T, path string) source.File {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return source.File{Path: filepath.Base(path), Bytes: content}
}

// decoded reads a JSON text as the engine's values.
func decoded(t testing.TB, text string) any {
	t.Helper()
	value, err := jsonata.Decode([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func encoded(t testing.TB, value any) string {
	t.Helper()
	text, err := jsonata.Encode(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func compileText(text string) (compiler.Output, diag.List) {
	return compiler.Compile(source.Files{graphFile(text)}, compiler.Options{Dialect: "osop"})
}
