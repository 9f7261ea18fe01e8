package jsonata

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// sameTree compares syntax trees but for their ranges.
func sameTree(a, b Node) string { return cmp.Diff(a, b, cmpopts.IgnoreTypes(Span{})) }

// checkRoundTrip reports when the text of a tree is not read as the same tree.
func checkRoundTrip(t *testing.T, src string) {
	t.Helper()
	tree, err := Parse(src)
	if err != nil {
		return
	}
	text := Print(tree)
	again, err := Parse(text)
	if err != nil {
		t.Fatalf("%q is printed as %q, which gives %v", src, text, err)
	}
	if diff := sameTree(tree, again); diff != "" {
		t.Fatalf("%q is printed as %q, which is another tree:\n%s", src, text, diff)
	}
	if twice := Print(again); twice != text {
		t.Fatalf("%q is printed as %q and then as %q", src, text, twice)
	}
}

func TestRoundTripOfSuite(t *testing.T) {
	for _, c := range loadSuite(t) {
		checkRoundTrip(t, c.expr)
	}
}

func TestPrintIsMinimal(t *testing.T) {
	for _, row := range [][2]string{
		{"a . b . c", "a.b.c"},
		{"(a.b)[0]", "(a.b)[0]"},
		{"a.b[0]", "a.b[0]"},
		{"(a+b)*c", "(a + b) * c"},
		{"a+b*c", "a + b * c"},
		{"a-(b-c)", "a - (b - c)"},
		{"-a.b", "-a.b"},
		{"(-a).b", "(-a).b"},
		{"a?b:c?d:e", "a ? b : c ? d : e"},
		{"(a?b:c)?d:e", "(a ? b : c) ? d : e"},
		{"a?(b?c):d", "a ? (b ? c) : d"},
		{"$x:=$y:=1", "$x := $y := 1"},
		{"`a b`.`and`.c", "`a b`.`and`.c"},
		{`"it's"`, `"it's"`},
		{"[1..$n, 5]", "[1..$n, 5]"},
		{"{a : b , 'c':d}", `{a: b, 'c': d}`},
		{"a{b:c}", "a{b: c}"},
		{"a^(>b,<c)", "a^(>b, c)"},
		{"a#$i@$v[$i=1]", "a#$i@$v[$i = 1]"},
		{"function($a,$b)<n-n:n>{$a+$b}(1,2)", "function($a, $b)<n-n:n>{$a + $b}(1, 2)"},
		{"$f(?,2)", "$f(?, 2)"},
		{"a~>|b|{'c':1},'d'|", `a ~> |b|{'c': 1}, 'd'|`},
		{"/ab+/i", "/ab+/i"},
		{"a[]", "a[]"},
		{"a.b.%.*.**", "a.b.%.*.**"},
		{"1e21+0.000001", "1e+21 + 0.000001"},
	} {
		tree, err := Parse(row[0])
		if err != nil {
			t.Errorf("%s: %v", row[0], err)
			continue
		}
		if got := Print(tree); got != row[1] {
			t.Errorf("%s is printed as %s, want %s", row[0], got, row[1])
		}
		checkRoundTrip(t, row[0])
	}
}

// TestPrintOfBuiltTrees prints trees that no text without parentheses gives.
func TestPrintOfBuiltTrees(t *testing.T) {
	a, b, c := &Name{Value: "a"}, &Name{Value: "b"}, &Name{Value: "c"}
	plus := &Binary{Operator: "+", Left: a, Right: b}
	for _, row := range []struct {
		tree Node
		text string
	}{
		{&Path{Left: plus, Right: c}, "(a + b).c"},
		{&Path{Left: a, Right: plus}, "a.(a + b)"},
		{&Call{Function: &Path{Left: a, Right: b}}, "(a.b)()"},
		{&Call{Function: &Name{Value: "function"}}, "(function)()"},
		{&Binary{Operator: "*", Left: &Number{Value: -1}, Right: a}, "-1 * a"},
		{&Path{Left: &Number{Value: -1}, Right: a}, "(-1).a"},
		{&Binary{Operator: "/", Left: &Sort{Expr: a, Terms: []SortTerm{{Expr: b}}}, Right: c}, "(a^(b)) / c"},
		{&Binary{Operator: "and", Left: &Conditional{Condition: a, Then: b, ElseOrNil: c}, Right: a}, "(a ? b : c) and a"},
		{&Filter{Expr: &Bind{Name: "x", Value: a}, Predicate: b}, "($x := a)[b]"},
		{&Name{Value: "a`b c"}, "$.\"a`b c\""},
		{&Name{Value: ""}, "``"},
	} {
		if got := Print(row.tree); got != row.text {
			t.Errorf("got %s, want %s", got, row.text)
		}
		if _, err := parse(row.text); err != nil {
			t.Errorf("%s: %v", row.text, err)
		}
	}
}
