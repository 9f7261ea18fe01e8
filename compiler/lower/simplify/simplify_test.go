package simplify_test

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/ir"
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

func labelled(label string) ir.Header { return ir.Header{Common: ir.Head{Label: label}} }

func set(pairs ...string) *ir.Assign {
	made := &ir.Assign{}
	for i := 0; i < len(pairs); i += 2 {
		made.Bindings = append(made.Bindings, ir.Binding{Name: pairs[i], Value: x(pairs[i+1])})
	}
	return made
}

// printed are the lines of steps, without blanks in front.
func printed(steps []ir.Step) string {
	lines := strings.Split(ir.Print(&ir.Workflow{Operations: []*ir.Operation{{Name: "o", Steps: steps}}}), "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return strings.Trim(strings.Join(lines[2:], "; "), "; ")
}

// TestOperation makes steps fewer, and leaves those that it was given as they were.
func TestOperation(t *testing.T) {
	met := func(source string, body ...ir.Step) *ir.Branch {
		return &ir.Branch{Cases: []ir.Case{{When: x(source), Body: body}}}
	}
	inner := met("$b", set("y", "2"))
	outer := met("$a", set("y", "1"))
	outer.Else = []ir.Step{inner}
	target := set("b", "2")
	target.Header = labelled("again")
	for name, c := range map[string]struct {
		steps []ir.Step
		want  []ir.Step
	}{
		"assignments that do not read each other": {[]ir.Step{set("a", "1"), set("b", "2")}, []ir.Step{set("a", "1", "b", "2")}},
		"what is read is written out":             {[]ir.Step{set("a", "1"), set("b", "$a + 1")}, []ir.Step{set("a", "1", "b", "1 + 1")}},
		"an assignment joins the call before it": {
			[]ir.Step{&ir.Call{Function: "f", Bind: "a"}, set("b", "2")},
			[]ir.Step{&ir.Call{Function: "f", Bind: "a", More: set("b", "2").Bindings}},
		},
		"but none that may be passed by": {
			[]ir.Step{&ir.Call{Function: "f", OnError: []ir.Handler{{Errors: ir.Named("E")}}}, set("b", "2")},
			[]ir.Step{&ir.Call{Function: "f", OnError: []ir.Handler{{Errors: ir.Named("E")}}}, set("b", "2")},
		},
		"a branch without cases is what it does else": {[]ir.Step{&ir.Branch{Else: []ir.Step{set("a", "1")}}}, []ir.Step{set("a", "1")}},
		"a branch of a branch is a case": {
			[]ir.Step{outer},
			[]ir.Step{&ir.Branch{Cases: []ir.Case{{When: x("$a"), Body: []ir.Step{set("y", "1")}}, {When: x("$b"), Body: []ir.Step{set("y", "2")}}}}},
		},
		"the target of a jump stays, and the jump is counted": {
			[]ir.Step{set("a", "1"), target, &ir.Goto{Target: "again", Max: 2}},
			[]ir.Step{set("a", "1"), target, &ir.Goto{Target: "again", Max: 2, Counter: "again_visits"}},
		},
	} {
		before := printed(c.steps)
		if got, want := printed(simplify.Operation(&ir.Operation{Name: "o", Steps: c.steps}, nil).Steps), printed(c.want); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, want)
		}
		if after := printed(c.steps); after != before {
			t.Errorf("%s: the steps that were given are %s", name, after)
		}
	}
}

// TestCollectAside gathers under another name where the body of a loop reads the name.
func TestCollectAside(t *testing.T) {
	loop := &ir.Loop{Header: labelled("each"), Items: x("[1]"), Variable: "i", Body: []ir.Step{set("b", "$all")}, Collect: []ir.Collect{{Name: "all", Value: x("$b")}}}
	simple := simplify.Operation(&ir.Operation{Name: "o", Steps: []ir.Step{loop}}, nil)
	if len(simple.Steps) != 2 {
		t.Fatal(printed(simple.Steps))
	}
	gathered := simple.Steps[0].(*ir.Loop).Collect[0].Name
	after := simple.Steps[1].(*ir.Assign).Bindings[0]
	if gathered == "all" || after.Name != "all" || jsonata.Print(after.Value.(jsonata.Node)) != "$"+gathered || loop.Collect[0].Name != "all" {
		t.Error(printed(simple.Steps))
	}
}

// TestNames makes each name once, and none too long.
func TestNames(t *testing.T) {
	names := simplify.Names{"a_x": true}
	long := strings.Repeat("l", 200)
	for _, c := range []struct{ base, want string }{{"b", "b_x"}, {"b", "b_x_2"}, {"a", "a_x_2"}} {
		if got := names.Variable(c.base, "_x"); got != c.want {
			t.Errorf("%s is %s", c.base, got)
		}
	}
	if first, second := names.State(long), names.State(long); first == second || len(first) > 80 || len(second) > 80 || !strings.HasSuffix(second, " 2") {
		t.Error(first, second)
	}
}
