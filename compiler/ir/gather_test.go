package ir_test

import (
	"testing"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// TestGather gives each iteration variables of its own, and lists of their values the names that they had.
func TestGather(t *testing.T) {
	call := &ir.Call{Bind: "a", More: []ir.Binding{{Name: "b", Value: build.Number(1)}}}
	invoke := &ir.Invoke{Bind: "c"}
	after := &ir.Assign{Bindings: []ir.Binding{{Name: "d", Value: build.Path(build.Var("c"), "x")}, {Name: "e", Value: build.Var("other")}, {Name: "c", Value: nil}}}
	loop := &ir.Loop{Body: []ir.Step{call, &ir.Call{}, invoke, after}}
	loop.Gather(func(name string) string { return name + "_one" })
	if call.Bind != "a_one" || call.More[0].Name != "b_one" || invoke.Bind != "c_one" {
		t.Error(call.Bind, call.More[0].Name, invoke.Bind)
	}
	for i, want := range []string{"d_one", "e_one", "c_one"} {
		if after.Bindings[i].Name != want {
			t.Errorf("%s is %s", want, after.Bindings[i].Name)
		}
	}
	if got := jsonata.Print(after.Bindings[0].Value.(jsonata.Node)); got != "$c_one.x" {
		t.Errorf("what an invocation gave is read as %s", got)
	}
	var names []string
	for _, one := range loop.Collect {
		names = append(names, one.Name)
		if one.Key != nil || jsonata.Print(one.Value) != "$"+one.Name+"_one" {
			t.Errorf("%s gathers %s", one.Name, jsonata.Print(one.Value))
		}
	}
	if got := len(names); got != 5 {
		t.Errorf("each variable is gathered once: %v", names)
	}
}
