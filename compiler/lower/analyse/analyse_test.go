package analyse_test

import (
	"slices"
	"testing"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/lower/analyse"
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

// of analyses steps as they are.
func of(steps ...ir.Step) *analyse.Knowledge {
	operation := &ir.Operation{Name: "o", Steps: steps}
	return analyse.Operation(simplify.Simple{Source: operation, Steps: steps, Targets: map[string]bool{}, Names: simplify.Names{}})
}

// TestUnset finds what some way reads before it sets it.
func TestUnset(t *testing.T) {
	when := func(body ...ir.Step) ir.Step { return &ir.Branch{Cases: []ir.Case{{When: x("$c"), Body: body}}} }
	for name, test := range map[string]struct {
		steps []ir.Step
		want  []string
	}{
		"set before it is read":     {[]ir.Step{set("a", "1"), answer("$a")}, nil},
		"read before it is set":     {[]ir.Step{answer("$a")}, []string{"a"}},
		"set on one way only":       {[]ir.Step{set("c", "true"), when(set("a", "1")), answer("$a")}, []string{"a"}},
		"set and read on one way":   {[]ir.Step{set("c", "true"), when(set("a", "1"), answer("$a"))}, nil},
		"set by a loop without end": {[]ir.Step{&ir.Loop{Items: x("[1]"), Variable: "i", Body: []ir.Step{set("a", "$i")}}, answer("$a")}, []string{"a"}},
		"set by a handler only": {
			[]ir.Step{&ir.Call{Function: "f", OnError: []ir.Handler{{Errors: ir.Named("E"), Assign: set("a", "1").Bindings}}}, answer("$a")}, []string{"a"},
		},
	} {
		if got := of(test.steps...).Unset(); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

// TestLoops tells what leaves an iteration, and what comes out of it.
func TestLoops(t *testing.T) {
	loop := func(body ...ir.Step) *ir.Loop { return &ir.Loop{Items: x("[1]"), Variable: "i", Body: body} }
	alone, left, outlives := loop(set("a", "$i")), loop(&ir.Break{}), loop(set("a", "$i"))
	if k := of(alone, answer("1")); k.WhyLeft(alone) != "" || k.Outlives(alone) != "" {
		t.Errorf("nothing leaves: %q, %q", k.WhyLeft(alone), k.Outlives(alone))
	}
	if k := of(left, answer("1")); k.WhyLeft(left) == "" {
		t.Error("a break leaves")
	}
	if k := of(outlives, answer("$a")); k.Outlives(outlives) != "a" {
		t.Errorf("$a is read later: %q", k.Outlives(outlives))
	}
}

// TestParallel tells what goes into branches and what comes out of them.
func TestParallel(t *testing.T) {
	both := &ir.Parallel{Branches: []ir.ParallelBranch{{Body: []ir.Step{set("a", "$in")}}, {Body: []ir.Step{set("b", "1"), set("c", "$b")}}, {Body: []ir.Step{&ir.Fail{Error: "E"}}}}}
	k := of(set("in", "1"), both, answer("[$a, $c]"))
	if got := k.Exports(both, 0); !slices.Equal(got, []string{"a"}) {
		t.Errorf("out of the first: %v", got)
	}
	if got := k.Exports(both, 1); !slices.Equal(got, []string{"c"}) {
		t.Errorf("out of the second, where nobody reads $b later: %v", got)
	}
	if got := k.Enters(both, 0, []string{"in", "b"}); !slices.Equal(got, []string{"in"}) {
		t.Errorf("into the first: %v", got)
	}
	if k.Completes(both) {
		t.Error("a branch that fails does not come to its end")
	}
}

// TestVariables tells what variables hold.
func TestVariables(t *testing.T) {
	failure := ir.Binding{Name: "e", Value: ir.Error()}
	call := &ir.Call{Function: "f", Bind: "r", OnError: []ir.Handler{{Errors: []ir.ErrorMatch{ir.AllErrors}, Assign: []ir.Binding{failure, {Name: "m", Value: ir.Error()}}}}}
	jump := &ir.Goto{Target: "t", Max: 1, Counter: "n"}
	list := &ir.Assign{Bindings: []ir.Binding{{Name: "l", Value: []any{1.0}}}}
	k := of(set("m", "1"), list, call, answer("[$e, $m, $l]"), jump)
	if !k.HoldsFailure("e") || k.HoldsFailure("m") {
		t.Error("$e holds nothing but errors, $m a number, too")
	}
	if array, orNull := k.HoldsArray("l"); !array || orNull {
		t.Error("$l holds a list from the beginning")
	}
	if !k.IsCounter("n") || k.IsCounter("l") || !k.IsRead("l") || k.IsRead("r") || k.IsBound(call, "r") {
		t.Error("$n counts, $l is read, $r is not")
	}
}
