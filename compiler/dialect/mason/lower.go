package mason

import (
	"cmp"
	"net/http"
	"path"
	"regexp"
	"strings"

	"github.com/steploom/steploom/compiler/httprequest"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// lowerProject gives the IR of everything that was read.
func lowerProject(p *parser) *ir.Workflow {
	first := p.workflows[0]
	all := &ir.Workflow{Name: first.name, Range: first.at}
	if len(p.workflows) > 1 {
		all.Name = path.Base(path.Dir(first.at.File))
	}
	for _, w := range p.workflows {
		operation := p.operation(w, all)
		if !w.deleted {
			all.Operations = append(all.Operations, operation)
		}
	}
	return all
}

// startPath is the path of the requests that start a workflow.
func startPath(name string) string {
	segment := strings.Trim(regexp.MustCompile(`[^A-Za-z0-9._~-]+`).ReplaceAllString(name, "-"), "-")
	if strings.Trim(segment, ".") == "" {
		segment = task.Hash(name)
	}
	return "/workflows/" + segment
}

// operation is one workflow: a request starts it and does not wait for its end.
func (p *parser) operation(w *workflow, all *ir.Workflow) *ir.Operation {
	start := &ir.HTTP{Method: http.MethodPost, Path: startPath(w.name), Async: true, Asked: true, Range: w.at}
	l := &lowerer{parser: p, all: all, workflow: w, state: newState(p, w)}
	operation := &ir.Operation{Name: start.Method + " " + start.Path, Doc: w.name, Triggers: append([]ir.Trigger{start}, w.triggers...), Range: w.at}
	operation.Steps = l.scope()
	for _, s := range w.steps {
		operation.Steps = append(operation.Steps, l.step(s)...)
	}
	operation.Steps = append(operation.Steps, &ir.Return{
		Header: ir.HeaderAt("answer", w.at), Status: float64(http.StatusOK), Body: l.state.answer(), HasBody: true,
	})
	return operation
}

// lowerer makes the steps of one workflow.
type lowerer struct {
	*parser
	all      *ir.Workflow
	workflow *workflow
	state    *state
}

// scope refuses callers of another workspace than the workflow's.
func (l *lowerer) scope() []ir.Step {
	if l.workflow.scope != "workspace" || l.workflow.workspaceID == "" {
		return nil
	}
	l.all.AsksCaller = true
	caller := build.OrNull(build.Path(user(), "workspace_id"))
	foreign := build.All(build.Binary(caller, "!=", build.Null()), build.Binary(build.Call("lowercase", build.Call("string", caller)), "!=", build.Text(l.workflow.workspaceID)))
	refuse := &ir.Return{
		Header: ir.HeaderAt("refuse", l.workflow.at), Status: float64(http.StatusForbidden),
		Body: ir.Object("message", "the workflow belongs to another workspace"), HasBody: true,
	}
	return []ir.Step{&ir.Branch{
		Header: ir.HeaderAt("workspace", l.workflow.at), Cases: []ir.Case{{When: foreign, Body: []ir.Step{refuse}, Range: l.workflow.at}},
	}}
}

// step makes the request of a step, or one for each element of a list.
func (l *lowerer) step(s *step) []ir.Step {
	around := l.within(s)
	if s.input == nil {
		steps := l.request(s, around)
		l.done(s, around.result, around)
		return steps
	}
	given := l.value(s.input, around.before())
	before, list := given.steps, l.state.variable(s.name+"_list")
	isList := build.HasType(build.Var(around.input), "array")
	before = append(before, &ir.Assign{Header: ir.HeaderAt(s.name+" input", s.input.Range), Bindings: []ir.Binding{{Name: around.input, Value: given.value}}})
	loop := &ir.Loop{
		Header: ir.HeaderAt(s.name+" items", s.at), Items: build.If(isList, build.Var(around.input), build.List(build.Var(around.input))),
		Variable: around.element, Concurrency: cmp.Or(s.concurrency, 1), Body: l.request(s, around),
		Collect: []ir.Collect{{Name: list, Value: build.Var(around.result)}},
	}
	all := l.state.variable(s.name + "_all")
	l.done(s, all, around)
	result := build.If(isList, build.Var(list), build.OrNull(build.Select(build.Var(list), build.Number(0))))
	return append(before, loop, &ir.Assign{Header: ir.HeaderAt(s.name+" output", s.at), Bindings: []ir.Binding{{Name: all, Value: result}}})
}

// request makes one request and keeps what it gave: the body of the answer, or what the template of the step's output makes of it.
func (l *lowerer) request(s *step, around surroundings) []ir.Step {
	arguments, steps := l.arguments(s, around)
	call := &ir.Call{
		Header: ir.HeaderAt(s.name, s.at), Function: task.HTTP, Arguments: arguments, Bind: around.result,
		Result: build.Path(ir.Result(), task.HTTPBody), Writes: !httprequest.Reads(s.method), Retry: l.budget(s),
	}
	if s.output == nil || !isTemplate(s.output.Value()) {
		return append(steps, call)
	}
	if readsText(s.output.Value()) {
		arguments.Set("answerText", true)
	}
	call.Bind, call.Result = l.state.variable(s.name+"_response"), nil
	around.response = build.Var(call.Bind)
	output := l.value(s.output, around)
	steps = append(append(steps, call), output.steps...)
	return append(steps, &ir.Assign{Header: ir.HeaderAt(s.name+" result", s.output.Range), Bindings: []ir.Binding{{Name: around.result, Value: output.value}}})
}

// readsText tells whether a template may read the text of the response: by its name, or by handing the response on as a whole.
func readsText(template string) bool {
	return strings.Contains(template, "text") || !regexp.MustCompile(`response\s*\.`).MatchString(template)
}

// budget is the retry configuration of a step: its own, which takes the place of the workflow's whole.
func (l *lowerer) budget(s *step) ir.Retry {
	if s.retryOrNil != nil {
		return s.retryOrNil
	}
	return l.workflow.retry
}
