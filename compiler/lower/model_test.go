package lower_test

import (
	"context"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/lower"
	"github.com/steploom/steploom/internal/property"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/engine"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// TestLoweringMeansWhatTheModelSays runs random programs twice: as the emitted machine on the engine, and step by step by the small
// interpreter in this file, which knows nothing of states and scopes. Output and calls must be the same.
func TestLoweringMeansWhatTheModelSays(t *testing.T) {
	property.Check(t, func(t *rapid.T) {
		made := operation(program(t, 3, room{})...)
		made.Steps = append(made.Steps, everything())
		mode := rapid.SampledFrom([]ir.Mode{ir.Express, ir.Standard}).Draw(t, "mode")
		workflow := withChildren(made, mode)
		if found := ir.Check(workflow); len(found) > 0 {
			t.Fatal(found)
		}
		machine, found := lower.Operation(workflow, made, catalogue())
		if len(found) > 0 {
			t.Fatalf("%v\n%s\n%s", found, ir.Print(workflow), marshal(machine))
		}
		want := interpret(made, mode)
		got := execute(t, machine)
		if got.output != want.output || !slices.Equal(sorted(got.calls), sorted(want.calls)) {
			t.Fatalf("got  %s %v\nwant %s %v\n%s\n%s", got.output, got.calls, want.output, want.calls, ir.Print(workflow), marshal(machine))
		}
	})
}

func marshal(machine *asl.Machine) string {
	text, err := asl.Marshal(machine)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func sorted(calls []string) []string { return slices.Sorted(slices.Values(calls)) }

// everything answers all variables of a random program.
func everything() *ir.Return {
	body := jsonata.NewObject()
	for _, name := range names {
		body.Set(name, build.Var(name))
	}
	return &ir.Return{Header: head("Response"), Body: body}
}

var names = []string{"a", "b", "c", "d", "e"}

// room is what the steps around leave room for.
type room struct {
	// loop allows a break, branch forbids to end the operation, caught allows to fail.
	loop, branch, caught bool
}

// program draws steps.
func program(t *rapid.T, depth int, in room) []ir.Step {
	steps := make([]ir.Step, rapid.IntRange(0, 4).Draw(t, "steps"))
	for i := range steps {
		steps[i] = step(t, depth, in)
	}
	switch rapid.IntRange(0, 9).Draw(t, "jumps") {
	case 0, 1:
		return around(t, steps)
	case 2:
		return past(t, steps)
	default:
		return steps
	}
}

// target is an assignment that a jump may lead to.
func target(t *rapid.T) *ir.Assign {
	made := &ir.Assign{Bindings: bindings(t, 1, "")}
	made.Header = head(fmt.Sprintf("target %p", made)) // as good as any name that no other target has
	return made
}

// around puts a target in front of steps and a bounded jump back to it behind them.
func around(t *rapid.T, steps []ir.Step) []ir.Step {
	first := target(t)
	jump := &ir.Goto{Header: head("back"), Target: first.Common.Label, Max: rapid.IntRange(1, 2).Draw(t, "max"), Exhausted: []ir.Step{set("a", "exhausted")}}
	back := []ir.Step{jump}
	if rapid.Bool().Draw(t, "more") {
		back = []ir.Step{set("b", "again"), jump}
	}
	way := &ir.Branch{Header: head("whether"), Cases: []ir.Case{{When: condition(t), Body: back}}}
	return append(append([]ir.Step{first}, steps...), way)
}

// past puts a jump in front of steps and its target behind them.
func past(t *rapid.T, steps []ir.Step) []ir.Step {
	last := target(t)
	jump := []ir.Step{&ir.Goto{Header: head("past"), Target: last.Common.Label}}
	way := &ir.Branch{Header: head("whether"), Cases: []ir.Case{{When: condition(t), Body: jump}}}
	return append(append([]ir.Step{way}, steps...), last)
}

func step(t *rapid.T, depth int, in room) ir.Step {
	kinds := []string{"assign", "assign", "call", "invoke", "wait"}
	if depth > 0 {
		kinds = append(kinds, "branch", "branch", "loop", "parallel")
	}
	if in.loop {
		kinds = append(kinds, "break")
	}
	if !in.branch && depth < 3 {
		kinds = append(kinds, "return")
	}
	if in.caught {
		kinds = append(kinds, "fail")
	}
	switch rapid.SampledFrom(kinds).Draw(t, "kind") {
	case "assign":
		return &ir.Assign{Header: head("set"), Bindings: bindings(t, 1, "")}
	case "call":
		return randomCall(t, depth, in)
	case "invoke":
		return randomInvoke(t, depth, in)
	case "wait":
		return &ir.Wait{Header: head("wait"), Seconds: build.Number(1)}
	case "branch":
		made := &ir.Branch{Header: head("if")}
		for range rapid.IntRange(0, 2).Draw(t, "cases") {
			made.Cases = append(made.Cases, ir.Case{When: condition(t), Body: program(t, depth-1, in)})
		}
		made.Else = program(t, depth-1, in)
		return made
	case "loop":
		return randomLoop(t, depth, in)
	case "parallel":
		return randomParallel(t, depth, in)
	case "break":
		return &ir.Break{Header: head("break")}
	case "fail":
		return &ir.Fail{Header: head("fail"), Error: "Own", Cause: expression(t, "")}
	default:
		return &ir.Return{Header: head("early"), Body: []any{"early", value(t, "")}}
	}
}

// randomParallel lets a branch fail or end the operation only where nothing runs beside it.
func randomParallel(t *rapid.T, depth int, in room) *ir.Parallel {
	made := &ir.Parallel{Header: head("both")}
	branches := rapid.IntRange(1, 2).Draw(t, "branches")
	inside := room{branch: in.branch || branches > 1}
	if branches == 1 && rapid.Bool().Draw(t, "handled") {
		inside.caught = true
		handler := ir.Handler{Errors: ir.Named("Own"), Assign: bindings(t, 0, "$states.errorOutput.Error"), Body: program(t, depth-1, in)}
		made.OnError = []ir.Handler{handler}
	}
	for range branches {
		made.Branches = append(made.Branches, ir.ParallelBranch{Body: program(t, depth-1, inside)})
	}
	return made
}

func randomLoop(t *rapid.T, depth int, in room) *ir.Loop {
	made := &ir.Loop{Header: head("each"), Variable: rapid.SampledFrom(append(names, "item")).Draw(t, "variable")}
	if rapid.Bool().Draw(t, "indexed") {
		made.IndexOrEmpty = "index"
	}
	switch rapid.IntRange(0, 3).Draw(t, "over") {
	case 0:
		made.Items = x("['p', null, ['q']]")
	case 1:
		made.Items = x("{'k': 'v'}")
	case 2:
		made.Until, made.Max = condition(t), rapid.IntRange(1, 3).Draw(t, "rounds")
	default:
		made.Count = x(fmt.Sprint(rapid.IntRange(0, 2).Draw(t, "count")))
	}
	in.loop = true
	made.Body = program(t, depth-1, in)
	if rapid.Bool().Draw(t, "collects") {
		collect := ir.Collect{Name: rapid.SampledFrom(names).Draw(t, "into"), Value: expression(t, "")}
		if rapid.Bool().Draw(t, "keyed") {
			collect.Key = expression(t, "")
		}
		made.Collect = []ir.Collect{collect}
	}
	return made
}

// randomCall is answered by its request, or fails when the request has an odd hash.
func randomCall(t *rapid.T, depth int, in room) *ir.Call {
	made := &ir.Call{Header: head("call"), Function: "echo", Arguments: value(t, "")}
	if rapid.IntRange(0, 3).Draw(t, "budget") == 0 {
		made.Arguments, made.Retry = object("of", made.Arguments), ir.DefaultBudget()
	}
	if rapid.Bool().Draw(t, "bound") {
		made.Bind = rapid.SampledFrom(names).Draw(t, "bind")
	}
	made.More = slices.DeleteFunc(bindings(t, 0, "$states.result.Payload"), func(b ir.Binding) bool { return b.Name == made.Bind })
	handler := ir.Handler{Errors: ir.Named("States.ALL"), Assign: bindings(t, 0, "$states.errorOutput.Error")}
	if depth > 0 {
		handler.Body = program(t, depth-1, in)
	}
	if rapid.Bool().Draw(t, "handled") {
		made.OnError = []ir.Handler{handler}
	} else {
		made.Function = "safe"
	}
	return made
}

func bindings(t *rapid.T, atLeast int, also string) []ir.Binding {
	chosen := rapid.SliceOfNDistinct(rapid.SampledFrom(names), atLeast, 2, rapid.ID).Draw(t, "names")
	made := make([]ir.Binding, len(chosen))
	for i, name := range chosen {
		made[i] = ir.Binding{Name: name, Value: value(t, also)}
		if rapid.IntRange(0, 3).Draw(t, "conditional") == 0 {
			made[i].IfOrNil = condition(t)
		}
	}
	return made
}

func value(t *rapid.T, also string) ir.Value {
	switch rapid.IntRange(0, 3).Draw(t, "value") {
	case 0:
		return rapid.SampledFrom([]any{nil, "x", 1.0, true, "${y}"}).Draw(t, "literal")
	case 1:
		return []any{expression(t, also)}
	default:
		return expression(t, also)
	}
}

// expression draws an expression that no value makes fail.
func expression(t *rapid.T, also string) jsonata.Node {
	operand := func() string {
		readable := []string{"$a", "$b", "$c", "$d", "$e", "'s'", "$nowhere.x"}
		if also != "" {
			readable = append(readable, also, also)
		}
		return rapid.SampledFrom(readable).Draw(t, "operand")
	}
	switch rapid.IntRange(0, 3).Draw(t, "form") {
	case 0:
		return x(operand())
	case 1:
		return x("$substring($string(" + operand() + ") & $string(" + operand() + "), 0, 6)")
	case 2:
		return x("[" + operand() + ", " + operand() + "]")
	default:
		return x("(function($a) {[$a, " + operand() + "]})(" + operand() + ")")
	}
}

func condition(t *rapid.T) jsonata.Node {
	form := rapid.SampledFrom([]string{"$a = $b", "$c != 's'", "$exists($d.x)", "$length($string($e)) % 2 = 0", "true", "$nowhere.x"}).Draw(t, "condition")
	return x(form)
}

func fails(request string) bool {
	hash := fnv.New32()
	hash.Write([]byte(request))
	return hash.Sum32()%2 == 1
}

// asks tells whether a function with a budget asks to be called again before it answers a request.
func asks(request string) bool {
	hash := fnv.New32()
	hash.Write([]byte(request))
	return hash.Sum32()%3 == 1
}

// oddFails serves the calls of a machine under test.
type oddFails struct{ functions }

func (f *oddFails) Invoke(ctx context.Context, task engine.Task) (any, error) {
	if answer, err, isExecution := f.execution(task); isExecution {
		return answer, err
	}
	if request, budget := task.Payload.(*jsonata.Object); budget && member(request, "retry") != nil {
		request = object("of", member(request, "of"))
		if asks(text(request)) && member(member(task.Payload.(*jsonata.Object), "retry").(*jsonata.Object), "state") == nil {
			return object("retry", object("waitSeconds", 1.0, "state", object("attempts", 1.0))), nil
		}
		task.Payload = request
	}
	answer, err := f.functions.Invoke(ctx, task)
	if strings.HasPrefix(task.FunctionName, "${Echo") && fails(text(task.Payload)) {
		return nil, &engine.TaskError{Name: "Odd", Cause: ""}
	}
	return answer, err
}

func execute(t *rapid.T, machine *asl.Machine) outcome {
	program, err := engine.Prepare(machine)
	if err != nil {
		t.Fatalf("%v\n%s", err, marshal(machine))
	}
	host := &oddFails{}
	clock := engine.NewVirtual(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	result := engine.Run(context.Background(), program, jsonata.NewObject(), engine.Host{Clock: clock, Invoker: host}, engine.Options{Name: "test"})
	if result.Status != engine.Succeeded {
		return outcome{output: result.Error + ": " + result.Cause, calls: host.calls}
	}
	return outcome{output: text(result.Output), calls: host.calls}
}

// interpreter runs the model as ir documents it: one set of variables, one step after another.
type interpreter struct {
	mode      ir.Mode
	variables map[string]any
	calls     *[]string
	// jumped counts how often each jump was taken.
	jumped map[*ir.Goto]int
}

// ending says how a list of steps was left: by its end, a break, a jump, a failure, or the end of the operation with an output.
type ending struct {
	how    string // "", "break", "jump", "fail" or "return"
	target string
	output any
}

func interpret(operation *ir.Operation, mode ir.Mode) outcome {
	in := interpreter{mode: mode, variables: map[string]any{}, calls: new([]string), jumped: map[*ir.Goto]int{}}
	end := in.steps(operation.Steps)
	return outcome{output: text(end.output), calls: *in.calls}
}

func (in interpreter) evaluate(node jsonata.Node, extra any, name string) any {
	bound := maps.Clone(in.variables)
	for _, name := range append(names, "item", "index") {
		if _, set := bound[name]; !set {
			bound[name] = nil // never set is null
		}
	}
	states := jsonata.NewObject()
	states.Set(name, extra)
	bound["states"] = states
	compiled, err := jsonata.CompileNode(node, jsonata.AWS())
	if err != nil {
		panic(err)
	}
	result, err := compiled.Eval(context.Background(), nil, jsonata.Variables(bound))
	if err != nil {
		panic(err)
	}
	if jsonata.IsUndefined(result) {
		return nil
	}
	return result
}

func (in interpreter) value(value ir.Value, extra any, name string) any {
	switch value := value.(type) {
	case jsonata.Node:
		return in.evaluate(value, extra, name)
	case []any:
		items := make([]any, len(value))
		for i, item := range value {
			items[i] = in.value(item, extra, name)
		}
		return items
	case *jsonata.Object:
		object := jsonata.NewObject()
		for key, member := range value.All() {
			object.Set(key, in.value(member, extra, name))
		}
		return object
	default:
		return value
	}
}

// set makes assignments at once: all values are those from before.
func (in interpreter) set(bindings []ir.Binding, extra any, name string) {
	values := map[string]any{}
	for _, binding := range bindings {
		if binding.IfOrNil == nil || in.evaluate(binding.IfOrNil, extra, name) == true {
			values[binding.Name] = in.value(binding.Value, extra, name)
		}
	}
	for name, value := range values {
		in.variables[name] = value
	}
}

func (in interpreter) steps(steps []ir.Step) ending {
	for i := 0; i < len(steps); i++ {
		end := in.step(steps[i])
		target := slices.IndexFunc(steps, func(step ir.Step) bool { return end.how == "jump" && step.Head().Label == end.target })
		switch {
		case target >= 0:
			i = target - 1
		case end.how != "":
			return end
		}
	}
	return ending{}
}

func (in interpreter) step(step ir.Step) ending {
	switch step := step.(type) {
	case *ir.Assign:
		in.set(step.Bindings, nil, "none")
	case *ir.Call:
		return in.call(step)
	case *ir.Invoke:
		return in.invoke(step)
	case *ir.Branch:
		for _, way := range step.Cases {
			if in.evaluate(way.When, nil, "none") == true {
				return in.steps(way.Body)
			}
		}
		return in.steps(step.Else)
	case *ir.Loop:
		return in.loop(step)
	case *ir.Parallel:
		return in.parallel(step)
	case *ir.Wait:
	case *ir.Fail:
		return ending{how: "fail"}
	case *ir.Break:
		return ending{how: "break"}
	case *ir.Goto:
		if step.Max > 0 && in.jumped[step] == step.Max {
			return in.steps(step.Exhausted)
		}
		in.jumped[step]++
		return ending{how: "jump", target: step.Target}
	case *ir.Return:
		return ending{how: "return", output: in.value(step.Body, nil, "none")}
	default:
		panic(fmt.Sprintf("the interpreter does not know %T", step))
	}
	return ending{}
}

func (in interpreter) call(step *ir.Call) ending {
	request := in.value(step.Arguments, nil, "none")
	*in.calls = append(*in.calls, strings.ToUpper(step.Function[:1])+step.Function[1:]+" "+text(request))
	if step.Function == "echo" && fails(text(request)) {
		caught := jsonata.NewObject()
		caught.Set("Error", "Odd")
		in.set(step.OnError[0].Assign, caught, "errorOutput")
		return in.steps(step.OnError[0].Body)
	}
	result := jsonata.NewObject()
	result.Set("Payload", request)
	bindings := step.More
	if step.Bind != "" {
		bindings = append(slices.Clone(bindings), ir.Binding{Name: step.Bind, Value: ir.Result()})
	}
	in.set(bindings, result, "result")
	return ending{}
}

func (in interpreter) loop(step *ir.Loop) ending {
	gathered := make([]any, len(step.Collect))
	for i, collect := range step.Collect {
		gathered[i] = []any{}
		if collect.Key != nil {
			gathered[i] = jsonata.NewObject()
		}
	}
	end := ending{}
	for i, item := range in.items(step) {
		in.variables[step.Variable] = item
		if step.IndexOrEmpty != "" {
			in.variables[step.IndexOrEmpty] = float64(i)
		}
		if end = in.steps(step.Body); end.how != "" {
			break
		}
		for i, collect := range step.Collect {
			gathered[i] = in.gather(gathered[i], collect)
		}
		if step.Until != nil && in.evaluate(step.Until, nil, "none") == true {
			break
		}
	}
	if end.how != "" && end.how != "break" {
		return end
	}
	for i, collect := range step.Collect {
		in.variables[collect.Name] = gathered[i]
	}
	return ending{}
}

func (in interpreter) items(step *ir.Loop) []any {
	if step.Count != nil || step.Until != nil {
		items := make([]any, step.Max)
		if step.Count != nil {
			items = make([]any, int(in.evaluate(step.Count, nil, "none").(float64)))
		}
		for i := range items {
			items[i] = float64(i)
		}
		return items
	}
	switch items := in.evaluate(step.Items, nil, "none").(type) {
	case []any:
		return items
	case *jsonata.Object:
		var pairs []any
		for key, val := range items.All() {
			pairs = append(pairs, object("key", key, "val", val))
		}
		return pairs
	default:
		panic(fmt.Sprintf("items are %v", items))
	}
}

func (in interpreter) gather(into any, collect ir.Collect) any {
	value := in.evaluate(collect.Value, nil, "none")
	switch into := into.(type) {
	case []any:
		return append(slices.Clone(into), value)
	case *jsonata.Object:
		key := in.evaluate(build.Call("string", collect.Key), nil, "none")
		if key == nil {
			key = "null"
		}
		into.Set(key.(string), value)
	}
	return into
}

// parallel runs the branches one after another on copies of the variables; what a branch changes comes back, later branches win. After a
// failure nothing comes back, the numbers of jumps neither.
func (in interpreter) parallel(step *ir.Parallel) ending {
	before := maps.Clone(in.variables)
	for _, branch := range step.Branches {
		inside := interpreter{mode: in.mode, variables: maps.Clone(before), calls: in.calls, jumped: maps.Clone(in.jumped)}
		switch end := inside.steps(branch.Body); {
		case end.how == "fail":
			return in.handled(step)
		case end.how == "return":
			return end
		}
		maps.Copy(in.jumped, inside.jumped)
		ir.Walk(branch.Body, func(step ir.Step) bool {
			for _, name := range ir.Assigned(step) {
				if text(inside.variables[name]) != text(before[name]) {
					in.variables[name] = inside.variables[name]
				}
			}
			return true
		})
	}
	return ending{}
}

func (in interpreter) handled(step *ir.Parallel) ending {
	if len(step.OnError) == 0 {
		return ending{how: "fail"}
	}
	caught := jsonata.NewObject()
	caught.Set("Error", "Own")
	in.set(step.OnError[0].Assign, caught, "errorOutput")
	return in.steps(step.OnError[0].Body)
}
