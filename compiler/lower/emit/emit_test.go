package emit_test

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/lower/analyse"
	"github.com/steploom/steploom/compiler/lower/emit"
	"github.com/steploom/steploom/compiler/lower/plan"
	"github.com/steploom/steploom/compiler/lower/simplify"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
)

func x(source string) jsonata.Node {
	node, err := jsonata.Parse(source)
	if err != nil {
		panic(err)
	}
	return node
}

func labelled(label string) ir.Header {
	return ir.HeaderAt(label, diag.Range{File: "w.yaml", Start: diag.Pos{Line: 7, Column: 1}})
}

func answer(source string) *ir.Return {
	return &ir.Return{Header: labelled("Answer"), Body: x(source), HasBody: true}
}

// of plans steps as they are.
func of(steps ...ir.Step) *plan.Plan {
	operation := &ir.Operation{Name: "o", Mode: ir.Express, Steps: steps}
	targets := map[string]bool{}
	ir.Walk(steps, func(step ir.Step) bool {
		if jump, ok := step.(*ir.Goto); ok {
			targets[jump.Target] = true
		}
		return true
	})
	return plan.Operation(analyse.Operation(simplify.Simple{Source: operation, Steps: steps, Targets: targets, Names: simplify.Names{}}))
}

// TestMachine writes states in the order of the source, each with the state that follows it. What is written depends on the plan alone.
func TestMachine(t *testing.T) {
	set := &ir.Assign{Header: labelled("set"), Bindings: []ir.Binding{{Name: "a", Value: 1.0}}}
	for name, c := range map[string]struct {
		steps []ir.Step
		want  string // states, each with its type and the states that may follow
	}{
		"one after the other": {
			[]ir.Step{&ir.Wait{Header: labelled("wait"), Seconds: x("1")}, set, answer("$a")},
			"wait Wait → set; set Pass → Answer; Answer Succeed",
		},
		"a way for each case, with $x null until it is set": {
			[]ir.Step{&ir.Branch{Header: labelled("which"), Cases: []ir.Case{{When: x("$x"), Body: []ir.Step{&ir.Fail{Header: labelled("stop"), Error: "E"}}}}}, answer("1")},
			"Request Pass → which; which Choice → stop, Answer; stop Fail; Answer Succeed",
		},
		"a jump back": {
			[]ir.Step{
				&ir.Wait{Header: labelled("wait"), Seconds: x("1")},
				&ir.Branch{Header: labelled("again?"), Cases: []ir.Case{{When: x("$x"), Body: []ir.Step{&ir.Goto{Header: labelled("back"), Target: "wait", Max: 2, Counter: "n"}}}}},
				answer("1"),
			},
			"Request Pass → wait; wait Wait → again?; again? Choice → wait, back: failed, Answer; back: failed Fail; Answer Succeed",
		},
		"two of the same name": {
			[]ir.Step{&ir.Wait{Header: labelled("wait"), Seconds: x("1")}, &ir.Wait{Header: labelled("wait"), Seconds: x("2")}},
			"wait Wait → wait 2; wait 2 Wait",
		},
	} {
		machine, found := emit.Machine(of(c.steps...), nil)
		if len(found) > 0 {
			t.Errorf("%s: %v", name, found)
			continue
		}
		if got := ways(machine); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, c.want)
		}
		again, _ := emit.Machine(of(c.steps...), nil)
		first, _ := asl.Marshal(machine)
		if second, _ := asl.Marshal(again); string(first) != string(second) {
			t.Errorf("%s: the same plan gives another machine", name)
		}
	}
}

// ways writes the states of a machine with what may follow each.
func ways(machine *asl.Machine) string {
	var lines []string
	for name, state := range machine.States.All() {
		line := name + " " + state.Type()
		for i, way := range asl.Next(state) {
			line += []string{" → ", ", "}[min(i, 1)] + way.Target
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "; ")
}
