package ir_test

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/compiler/ir"
)

// everyStep has one step of each type, in which every field holds something.
func everyStep() []ir.Step {
	binding := []ir.Binding{{Name: "a", Value: x("$r1"), IfOrNil: x("$r2")}}
	body := []ir.Step{&ir.Break{Header: head("b")}}
	handlers := []ir.Handler{{Errors: ir.Named("E"), Assign: binding, Body: body}}
	native := ir.Native{{Errors: []ir.ErrorMatch{ir.Status(500)}}}
	return []ir.Step{
		&ir.Call{Header: head("s"), Function: "f", External: true, Arguments: x("$r3"), Bind: "bound", Result: x("$r4"), More: binding, TimeoutSeconds: 1, Writes: true,
			Retry: native, OnError: handlers, WaitForToken: true},
		&ir.Assign{Header: head("s"), Bindings: binding},
		&ir.Branch{Header: head("s"), Cases: []ir.Case{{Label: "l", When: x("$r5"), Body: body}}, Else: body},
		&ir.Loop{Header: head("s"), Items: x("$r6"), Count: x("$r7"), Until: x("$r8"), Max: 1, Variable: "v", IndexOrEmpty: "i", Concurrency: 2, Body: body,
			Collect: []ir.Collect{{Name: "all", Key: x("$r9"), Value: x("$r10")}}},
		&ir.Parallel{Header: head("s"), Branches: []ir.ParallelBranch{{Label: "l", Body: body}}, OnError: handlers, Retry: native},
		&ir.Wait{Header: head("s"), Seconds: x("$r11"), Until: x("$r12")},
		&ir.Goto{Header: head("s"), Target: "t", Max: 1, Counter: "n", Exhausted: body},
		&ir.Break{Header: head("s")},
		&ir.Invoke{Header: head("s"), Operation: "o", Input: x("$r13"), Bind: "out", OnError: handlers},
		&ir.Return{Header: head("s"), Status: x("$r14"), Headers: x("$r15"), CSVSeparator: ";", CSVColumns: []string{"c"}, Body: x("$r16"), HasBody: true},
		&ir.Fail{Header: head("s"), Error: x("$r17"), Cause: x("$r18")},
	}
}

func TestPartsOfEveryStep(t *testing.T) {
	want := []struct {
		reads, sets    []string
		errors, bodies int
	}{
		{[]string{"a", "r1", "r2", "r3", "r4"}, []string{"bound", "a", "a"}, 2, 1},
		{[]string{"a", "r1", "r2"}, []string{"a"}, 0, 0},
		{[]string{"r5"}, nil, 0, 2},
		{[]string{"r10", "r6", "r7", "r8", "r9"}, []string{"v", "i", "all"}, 0, 1},
		{[]string{"a", "r1", "r2"}, []string{"a"}, 2, 2},
		{[]string{"r11", "r12"}, nil, 0, 0},
		{nil, []string{"n"}, 0, 1},
		{nil, nil, 0, 0},
		{[]string{"a", "r1", "r13", "r2"}, []string{"out", "a"}, 1, 1},
		{[]string{"r14", "r15", "r16"}, nil, 0, 0},
		{[]string{"r17", "r18"}, nil, 0, 0},
	}
	for i, step := range everyStep() {
		got := ir.Parts(step)
		if diff := cmp.Diff(want[i].reads, ir.FreeVariables(got.Reads...)); diff != "" {
			t.Errorf("reads of %T: %s", step, diff)
		}
		if names := ir.Assigned(step); len(names)+len(want[i].sets) > 0 && !cmp.Equal(want[i].sets, names) {
			t.Errorf("sets of %T: %v", step, names)
		}
		if len(got.Errors) != want[i].errors || len(got.Bodies) != want[i].bodies {
			t.Errorf("%T: %d lists of errors, %d bodies", step, len(got.Errors), len(got.Bodies))
		}
	}
}

// TestEveryFieldIsSet keeps everyStep from forgetting a field that is added later.
func TestEveryFieldIsSet(t *testing.T) {
	for _, step := range everyStep() {
		value := reflect.ValueOf(step).Elem()
		for i := range value.NumField() {
			if value.Field(i).IsZero() {
				t.Errorf("%T leaves out %s", step, value.Type().Field(i).Name)
			}
		}
	}
}

func TestCloneIsEqualAndApart(t *testing.T) {
	steps := everyStep()
	copied := ir.Clone(steps)
	if before, after := printed(steps), printed(copied); before != after {
		t.Errorf("a copy differs: %s", cmp.Diff(before, after))
	}
	before := printed(steps)
	for _, step := range copied {
		for _, body := range ir.Parts(step).Bodies {
			for i := range body {
				body[i] = &ir.Fail{Header: head("changed")}
			}
		}
		step.Head().Label = "changed"
	}
	copied[0].(*ir.Call).More[0].Name, copied[0].(*ir.Call).OnError[0].Assign[0].Name = "changed", "changed"
	copied[2].(*ir.Branch).Cases[0].Label, copied[3].(*ir.Loop).Collect[0].Name = "changed", "changed"
	copied[4].(*ir.Parallel).Branches[0].Label = "changed"
	if after := printed(steps); before != after {
		t.Errorf("a change of the copy changes the original: %s", cmp.Diff(before, after))
	}
}

func printed(steps []ir.Step) string {
	return ir.Print(&ir.Workflow{Operations: []*ir.Operation{{Steps: steps}}})
}

func TestErrorEquals(t *testing.T) {
	names := ir.ErrorEquals([]ir.ErrorMatch{ir.ErrorName("Http.Status.503"), ir.StatusClass(5), ir.Status(404)})
	if len(names) != 101 || names[0] != "Http.Status.503" || names[1] != "Http.Status.500" || names[99] != "Http.Status.599" || names[100] != "Http.Status.404" {
		t.Errorf("%v", names)
	}
}
