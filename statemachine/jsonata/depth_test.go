package jsonata

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestDepthBoundary is how deep Step Functions evaluates, as measured: 100 levels and no more, whatever they are made of.
func TestDepthBoundary(t *testing.T) {
	recursive := func(n int) string {
		return fmt.Sprintf("($f := function($x){ $x <= 0 ? 0 : 1 + $f($x-1) }; $f(%d))", n)
	}
	rows := []struct {
		last  int // the largest that passes
		shape func(n int) string
	}{
		{100, func(n int) string { return "1" + strings.Repeat("+1", n-1) }},
		{100, func(n int) string { return "''" + strings.Repeat(" & 'x'", n-1) }},
		{100, func(n int) string { return "true" + strings.Repeat(" and true", n-1) }},
		{99, func(n int) string { return strings.Repeat("(", n) + "1" + strings.Repeat(")", n) }},
		{99, func(n int) string { return strings.Repeat("[", n) + "1" + strings.Repeat("]", n) }},
		{99, func(n int) string { return strings.Repeat("{'a':", n) + "1" + strings.Repeat("}", n) }},
		{99, func(n int) string { return "1" + strings.Repeat("~>$string", n) }},
		{99, func(n int) string { return "1" + strings.Repeat("~>$string()", n) }},
		{99, func(n int) string { return strings.Repeat("$string(", n) + "1" + strings.Repeat(")", n) }},
		{49, func(n int) string { return strings.Repeat("$x.(", n) + "1" + strings.Repeat(")", n) }},
		{99, func(n int) string { return "1" + strings.Repeat("[true", n) + strings.Repeat("]", n) }},
		{99, func(n int) string { return strings.Repeat("true ? ", n) + "1" }},
		{98, func(n int) string { return strings.Repeat("- ", n) + "$x.n" }},
		{31, recursive},
		{31, func(n int) string {
			return fmt.Sprintf("($f := function($x){ $x <= 0 ? 0 : [$map($x, function($y){ $f($y-1) })] }; $f(%d))", n)
		}},
		{1_000_000, func(n int) string {
			return fmt.Sprintf("($f := function($x){ $x <= 0 ? 0 : $f($x-1) }; $f(%d))", min(n, 50_000))
		}},
	}
	for _, row := range rows {
		if src := row.shape(row.last); depthError(t, src, 0, AWS()) {
			t.Errorf("%d of %.40s nest too deep", row.last, src)
		}
		if src := row.shape(row.last + 1); row.last < 1000 && !depthError(t, src, 0, AWS()) {
			t.Errorf("%d of %.40s pass", row.last+1, src)
		}
	}
}

// depthError evaluates and tells whether the depth was too much; zero means the default.
func depthError(t *testing.T, src string, depth int, options ...Option) bool {
	t.Helper()
	return depthErrorOver(t, src, decoded(`{"n":1}`), depth, options...)
}

func depthErrorOver(t *testing.T, src string, input any, depth int, options ...Option) bool {
	t.Helper()
	e, err := Compile(src, append(options, WithLimits(Limits{Depth: depth}))...)
	if err != nil {
		t.Fatalf("%s: %v", src, err)
	}
	_, err = e.Eval(context.Background(), input, Variables{"x": decoded(`{"n":1}`)})
	var failed *Error
	return errors.As(err, &failed) && failed.Code == "U1001" && strings.HasPrefix(failed.Message, "Stack overflow")
}

// TestDepth compares Depth with what evaluation reaches, for expressions that evaluate all of their parts.
func TestDepth(t *testing.T) {
	for _, src := range []string{"1", "$x", "n", "$x.n", "1+2+3+4", "((1))", "[[1], 2]", "{'a': {'b': 1}}", "true and (true and true)", "$string($string(1))",
		"1 ~> $string ~> $string", "n[0]", "$x[n = 1]", "$x{'a': n}", "[1, 2]^($)", "-(n)", "($y := 1 + 1; $y)", "function($y){ $y + 1 }(1)",
		"($f := function($y){ $y + (1 + 1) }; 1 + $f(1))", "$map([1], function($y){ $y + 1 + 1 })", "($f := function($y){ $y + 1 + 1 }; [$map([1], $f)])",
		"($f := function($y){ $string($y + 1) }; $f(1))", "[1..2 + 1]", "$x ~> |$|{'m': 1 + 1}|",
		"($f := $sum(?); $f(1))", "($f := $string ~> $length; $f(1))", "($f := function($y){ [[[$y]]] } ~> $count; $f(1))", "'a' & 'b' & 'c' & ('d' & 'e')",
		"($o := {'f': function($y){ [[$y]] }}; $o.f(1))", "**.n", "$x.*[0]", "$reduce([1, 2], function($a, $b){ $a + $b })"} {
		node, err := Parse(src)
		if err != nil {
			t.Fatal(err)
		}
		depth := Depth(node)
		if depthError(t, src, depth) || depth > 1 && !depthError(t, src, depth-1) {
			t.Errorf("%s does not nest %d deep", src, depth)
		}
	}
	if got := Depth(&Binary{Operator: "+", Left: &Number{Value: 1}, Right: &Negate{Operand: &Variable{Name: "x"}}}); got != 3 {
		t.Errorf("a tree that was built nests %d deep", got)
	}
	if got := Depth(&Parent{}); got != 0 {
		t.Errorf("a tree without meaning nests %d deep", got)
	}
}

// callsItself tells whether a generated expression holds a function that calls itself.
func callsItself(expr string) bool {
	return strings.Contains(expr, "$fac(") || strings.Contains(expr, "$type($x) != 'number'")
}

// evaluates tells whether an expression has a value here.
func evaluates(expr string, input any) bool {
	e, err := Compile(expr)
	if err != nil {
		return false
	}
	_, err = e.Eval(context.Background(), input, Variables{"x": decoded(`{"n":1}`)})
	return err == nil
}

// TestDepthAgainstReference compares how deep generated expressions nest here with how deep the reference's function evaluate does.
func TestDepthAgainstReference(t *testing.T) {
	ref := startReference(t, "depth")
	count, seed := envNumber("STEPLOOM_DIFFERENTIAL", 4000), envNumber("STEPLOOM_SEED", 1)
	g := &expressionGenerator{rand.New(rand.NewPCG(uint64(seed), 3))}
	compared, same := 0, 0
	for i := range count {
		input, expr := g.document(), g.statement()
		want := ref.ask(t, map[string]any{"expr": expr, "input": input})
		// library functions that end functions, and call functions, count on their own
		if want.Code != "" || want.Depth < 2 || strings.Contains(expr, "{$map([1], function($v){") || strings.Contains(expr, ", $f)}") {
			continue
		}
		if !evaluates(expr, input) { // a known difference: what the reference answers is an error here, which ends the evaluation before its depth is reached
			continue
		}
		compared++
		// how deep a function that calls itself and a text that $eval is given nest is not known beforehand
		if node, err := Parse(expr); err != nil || Depth(node) < want.Depth && !callsItself(expr) && !strings.Contains(expr, "$eval") {
			t.Errorf("%d: Depth(%s) is %d, but it nests %d deep: %v", i, expr, Depth(node), want.Depth, err)
		} else if Depth(node) == want.Depth {
			same++
		}
		// predicates behind steps that bind a variable or look for a parent may be evaluated here where the reference has nothing left to look at
		if depthErrorOver(t, expr, input, want.Depth) {
			if !strings.ContainsAny(expr, "@%") {
				t.Errorf("%d: %s nests deeper than %d", i, expr, want.Depth)
			}
		} else if !depthErrorOver(t, expr, input, want.Depth-1) {
			t.Errorf("%d: %s nests less deep than %d", i, expr, want.Depth)
		}
	}
	fmt.Printf("depth: %d of %d expressions evaluated; in %d of them Depth is what is reached\n", compared, count, same)
}
