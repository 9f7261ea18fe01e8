package plan_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/lower/analyse"
	"github.com/steploom/steploom/compiler/lower/plan"
	"github.com/steploom/steploom/compiler/lower/simplify"
	"github.com/steploom/steploom/statemachine/jsonata"
)

func x(source string) jsonata.Node {
	node, err := jsonata.Parse(source)
	if err != nil {
		panic(err)
	}
	return node
}

func set(name, source string) *ir.Assign {
	return &ir.Assign{Bindings: []ir.Binding{{Name: name, Value: x(source)}}}
}

func answer(source string) *ir.Return { return &ir.Return{Body: x(source), HasBody: true} }

// of plans steps as they are.
func of(steps ...ir.Step) *plan.Plan {
	operation := &ir.Operation{Name: "o", Steps: steps}
	return plan.Operation(analyse.Operation(simplify.Simple{Source: operation, Steps: steps, Targets: map[string]bool{}, Names: simplify.Names{}}))
}

// TestLoops decides between a Map, rounds, and rounds until a condition holds, and says why.
func TestLoops(t *testing.T) {
	call := &ir.Call{Function: "f", Arguments: x("$i"), Bind: "r"}
	over := func(body ...ir.Step) *ir.Loop { return &ir.Loop{Items: x("[1, 2]"), Variable: "i", Body: body} }
	collecting := over(call)
	collecting.Collect = []ir.Collect{{Name: "all", Value: x("$r")}}
	for name, c := range map[string]struct {
		loop      *ir.Loop
		after     string
		want, why string
	}{
		"nothing leaves it":     {over(call), "1", "plan.Map", "nothing leaves the loop"},
		"its results are read":  {collecting, "$all", "plan.Map", "nothing leaves the loop"},
		"what it sets is read":  {over(call), "$r", "plan.Rounds", "it sets $r for what follows"},
		"a break leaves it":     {over(call, &ir.Break{}), "1", "plan.Rounds", "counted loop"},
		"a condition ends it":   {&ir.Loop{Until: x("$r"), Max: 3, Variable: "i", Body: []ir.Step{call}}, "1", "plan.Until", "it runs until a condition holds"},
		"the operation ends it": {over(call, answer("2")), "1", "plan.Rounds", "counted loop"},
	} {
		planned := of(c.loop, answer(c.after)).Loop(c.loop)
		if got := fmt.Sprintf("%T", planned); got != c.want || !strings.Contains(planned.Why(), c.why) {
			t.Errorf("%s: %s, %s", name, got, planned.Why())
		}
	}
}

// TestMap hands out of an iteration what is gathered, and sets the list.
func TestMap(t *testing.T) {
	loop := &ir.Loop{Items: x("[1, 2]"), Variable: "i", Body: []ir.Step{&ir.Call{Function: "f", Bind: "r"}}, Collect: []ir.Collect{{Name: "all", Value: x("$r")}}}
	planned := of(loop, answer("$all")).Loop(loop).(plan.Map)
	if planned.Output == nil || len(planned.Set) != 1 || planned.Set[0].Name != "all" {
		t.Errorf("%v, %v", planned.Output, planned.Set)
	}
}

// TestSetBefore lets the state before steps make the assignment that they begin with.
func TestSetBefore(t *testing.T) {
	first, second := set("a", "1"), &ir.Call{Function: "f", Arguments: x("$a")}
	planned := of(first, second, answer("$a"))
	bindings, rest := planned.SetBefore([]ir.Step{first, second})
	if len(bindings) != 1 || bindings[0].Name != "a" || len(rest) != 1 || rest[0] != ir.Step(second) {
		t.Errorf("%v, %v", bindings, rest)
	}
	if bindings, rest = planned.SetBefore([]ir.Step{second}); bindings != nil || len(rest) != 1 {
		t.Errorf("a call is made by no other state: %v, %v", bindings, rest)
	}
}

// TestSetInScope finds what is set in a scope, not what stays inside Maps and branches.
func TestSetInScope(t *testing.T) {
	loop := &ir.Loop{Items: x("[1]"), Variable: "i", Body: []ir.Step{set("inside", "$i")}, Collect: []ir.Collect{{Name: "all", Value: x("$i")}}}
	both := &ir.Parallel{Branches: []ir.ParallelBranch{{Body: []ir.Step{set("out", "1"), set("in", "$out")}}}}
	steps := []ir.Step{set("a", "1"), loop, both, answer("[$a, $all, $out]")}
	found := of(steps...).SetInScope(steps)
	for name, want := range map[string]bool{"a": true, "all": true, "inside": false, "out": true, "in": false} {
		if found[name] != want {
			t.Errorf("$%s: %v", name, found[name])
		}
	}
}
