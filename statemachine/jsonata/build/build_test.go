package build_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// evaluate prints a tree, reads it back and evaluates it: what the text says counts, not the tree.
func evaluate(t *testing.T, node jsonata.Node, variables jsonata.Variables) any {
	t.Helper()
	text := jsonata.Print(node)
	compiled, err := jsonata.Compile(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	value, err := compiled.Eval(t.Context(), nil, variables)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return value
}

// height counts the levels of a tree, parentheses as one more.
func height(t *testing.T, node jsonata.Node) int {
	t.Helper()
	read, err := jsonata.Parse(jsonata.Print(node))
	if err != nil {
		t.Fatal(err)
	}
	var below func(jsonata.Node) int
	below = func(node jsonata.Node) int {
		deepest := 0
		build.MapChildren(node, func(child jsonata.Node) jsonata.Node {
			deepest = max(deepest, below(child))
			return child
		})
		return deepest + 1
	}
	return below(read)
}

func TestPrinted(t *testing.T) {
	a, b, long := build.Var("a"), build.Var("b"), build.Call("f", build.Var("x"))
	for want, node := range map[string]jsonata.Node{
		"$a.b[0].c":               build.Field(build.Select(build.Field(a, "b"), build.Number(0)), "c"),
		"[0..$a]":                 build.Range(build.Number(0), a),
		"-3":                      build.Number(-3),
		"true":                    build.All(),
		"false":                   build.Any(),
		"$a and $b":               build.All(a, b),
		"''":                      build.Concat(),
		"'xy' & $a & 'z'":         build.Concat(build.Text("x"), build.Text(""), build.Text("y"), build.Concat(a, build.Text("z"))),
		"'$' & '{x' & '}'":        build.Pieces("$", "{x", "}"),
		"$exists($a) ? $a : null": build.OrNull(a),
		"($value := $f($x); $exists($value) ? $value : null)": build.OrNull(long),
		"($value := $f($x); $exists($value) ? $value : $b)":   build.OrElse(long, b),
		"$merge([$a, $b, {'k': 1}])":                          build.Merge(build.Merge(a, b), build.Object(build.Of("k", build.Number(1)))),
		"($a){$b: 1}":                                         build.GroupBy(a, build.Member{Key: b, Value: build.Number(1)}),
		"$a ? 1 : $b ? 2 : 3":                                 build.Cases([]build.Case{{a, build.Number(1)}, {b, build.Number(2)}}, build.Number(3)),
		"{'a': [null, true, -1.5, 'x', $a], 'b': {}}":         build.Literal(object("a", []any{nil, true, -1.5, "x", a}, "b", object())),
	} {
		if diff := cmp.Diff(want, jsonata.Print(node)); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	}
}

func object(pairs ...any) *jsonata.Object {
	made := jsonata.NewObject()
	for i := 0; i < len(pairs); i += 2 {
		made.Set(pairs[i].(string), pairs[i+1])
	}
	return made
}

// TestLongChains compares balanced forms with what a plain loop computes, and looks at their depth.
func TestLongChains(t *testing.T) {
	for _, size := range []int{1, 2, 11, 12, 13, 100, 143, 144, 145, 1000, 1729} {
		var texts, ones, noughts []jsonata.Node
		var want strings.Builder
		var pieces []string
		var cases []build.Case
		for i := range size {
			texts = append(texts, build.Call("string", build.Number(float64(i))))
			fmt.Fprint(&want, i)
			pieces = append(pieces, fmt.Sprint(i))
			ones, noughts = append(ones, build.Var("yes")), append(noughts, build.Var("no"))
			cases = append(cases, build.Case{When: build.Binary(build.Var("n"), "=", build.Number(float64(i))), Then: build.Number(float64(i * 10))})
		}
		yesNo := jsonata.Variables{"yes": true, "no": false}
		for name, check := range map[string]struct {
			node jsonata.Node
			want any
		}{
			"concat": {build.Concat(texts...), want.String()},
			"pieces": {build.Pieces(pieces...), want.String()},
			"all":    {build.All(ones...), true},
			"any":    {build.Any(noughts...), false},
			"last":   {build.Any(append(noughts[:size-1:size-1], build.Var("yes"))...), true},
		} {
			if got := evaluate(t, check.node, yesNo); got != check.want {
				t.Errorf("%s of %d: %v", name, size, got)
			}
			if levels := height(t, check.node); levels > 60 {
				t.Errorf("%s of %d is %d levels deep", name, size, levels)
			}
		}
		checkCases(t, size, cases)
	}
}

func checkCases(t *testing.T, size int, cases []build.Case) {
	chosen := build.Cases(cases, build.Text("none"))
	for _, n := range []int{0, size / 2, size - 1} {
		if got := evaluate(t, chosen, jsonata.Variables{"n": float64(n)}); got != float64(n*10) {
			t.Errorf("case %d of %d: %v", n, size, got)
		}
	}
	if got := evaluate(t, chosen, jsonata.Variables{"n": -1.0}); got != "none" {
		t.Errorf("no case of %d: %v", size, got)
	}
	if levels := height(t, chosen); levels > 70 {
		t.Errorf("%d cases are %d levels deep", size, levels)
	}
}

// TestOnceTakesAFreeName nests values that read variables of the names that would be chosen first.
func TestOnceTakesAFreeName(t *testing.T) {
	value := func(name string) jsonata.Node { return build.Call("sum", build.List(build.Var(name), build.Number(1))) }
	pair := func(a, b jsonata.Node) jsonata.Node { return build.List(a, a, b, b) }
	variables := jsonata.Variables{"value": 10.0, "value2": 20.0, "a_": 30.0, "b_": 40.0}
	nested := build.Once(value("value"), func(outer jsonata.Node) jsonata.Node {
		return build.Once(value("value2"), func(inner jsonata.Node) jsonata.Node { return build.List(pair(outer, inner), build.Var("value")) })
	})
	flat := func(node jsonata.Node) []any {
		return evaluate(t, build.Call("append", node, build.List()), variables).([]any)
	}
	if diff := cmp.Diff([]any{[]any{11.0, 11.0, 21.0, 21.0}, 10.0}, flat(nested)); diff != "" {
		t.Error(diff)
	}
	each := build.OnceEach([]jsonata.Node{value("b_"), build.Var("a_"), value("a_")}, func(held []jsonata.Node) jsonata.Node {
		return build.List(held[0], held[1], held[2], held[0])
	})
	if diff := cmp.Diff([]any{41.0, 30.0, 31.0, 41.0}, flat(each)); diff != "" {
		t.Error(diff)
	}
}

func TestOnceEvaluatesOnce(t *testing.T) {
	node := build.OrNull(build.Call("f", build.Number(1)))
	if calls := strings.Count(jsonata.Print(node), "$f("); calls != 1 {
		t.Errorf("%s calls $f %d times", jsonata.Print(node), calls)
	}
}

func TestReplace(t *testing.T) {
	replace := func(name string) jsonata.Node {
		if name == "x" {
			return build.Text("new")
		}
		return nil
	}
	for text, want := range map[string]string{
		"$x & $y":                          "'new' & $y",
		"function($x){$x & $y}":            "function($x){$x & $y}",
		"($x := $x; $x)":                   "($x := 'new'; $x)",
		"($x := function($n){$x($n)}; $x)": "($x := function($n){$x($n)}; $x)",
		"$list@$x.($x)":                    "$list@$x.($x)",
		"($x; ($x := 1); $x)":              "('new'; ($x := 1); 'new')",
		"$ ~> |$|{'a': $x}|":               "$ ~> |$|{'a': 'new'}|",
	} {
		node, err := jsonata.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := jsonata.Print(build.Replace(node, replace)); got != want {
			t.Errorf("%s became %s, want %s", text, got, want)
		}
	}
}

func TestVariables(t *testing.T) {
	node, err := jsonata.Parse("($a := $b; $map($c, function($d){$a + $d + $e})@$f#$g.($f))")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"b", "c", "e", "map"}, build.FreeVariables(node)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"a", "d", "f", "g"}, build.BoundVariables(node)); diff != "" {
		t.Error(diff)
	}
}
