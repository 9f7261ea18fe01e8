package jsonata

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
)

// TestSelfRecursion calls functions that call themselves by way of library functions; each must end with the depth error.
func TestSelfRecursion(t *testing.T) {
	deepest := WithLimits(Limits{Depth: 1 << 40})
	for i, src := range []string{
		"($f := function($x){ $filter([1,2], $f) }; $f(1))",
		"($f := function($x){ [$filter([1,2], $f)] }; $f(1))",
		"($f := function($x){ $map([1,2], $f) }; $f(1))",
		"($f := function($x){ $map($x, $f) }; $f([[1]]))",
		"($f := function($x, $y){ $reduce([1,2], $f) }; $f(1, 2))",
		"($f := function($x){ $each({'a': 1}, $f) }; $f(1))",
		"($f := function($x){ $sift({'a': 1}, $f) }; $f(1))",
		"($f := function($x){ $single([1], $f) }; $f(1))",
		"($f := function($x, $y){ $sort([1,2], $f) }; $f(1, 2))",
		"($f := function($x){ $replace('a', /a/, $f) }; $f(1))",
		"($f := function($x){ $match('a', $f) }; $f(1))",
		"($f := function($x){ $contains('a', $f) }; $f(1))",
		"($f := function($x){ $split('a', $f) }; $f(1))",
		"($f := function($x){ $x ~> $f }; $f(1))",
		"($f := function($x){ $x ~> $f() }; $f(1))",
		"($f := function($x){ ($x ~> $f) + 1 }; $f(1))",
		"($f := function($x){ $map([1], $f)[0] }; $f(1))",
		"($f := function($x){ {'a': $f($x)} }; $f(1))",
		"($f := function($x){ $x[$f($x)] }; $f([1]))",
		"($f := function($x){ [2,1]^($f($)) }; $f(1))",
		"($f := function($x){ [1]{'a': $f($)} }; $f(1))",
		"($f := function($x){ $x.$f($) }; $f({}))",
		"($f := function($x){ $x ~> |$|{'a': $f($)}| }; $f({}))",
		"($f := function($x){ $x ~> |$f($x)|{'a': 1}| }; $f({}))",
		"($clone := function($x){ $x ~> |$|{'a': 1}| }; {} ~> |$|{'a': 1}|)",
		"($f := function($x){ $map([1], $f(?)) }; $f(1))",
		"($g := $map(?, function($x){ $g([$x]) }); $g([1]))",
		"($f := function($x){ ($f ~> $string)($x) }; $f(1))",
		"($f := function($x){ ($string ~> $f)($x) & 'x' }; $f(1))",
		"($f := function($x)<n:n>{ $f($x) + 1 }; $f(1))",
		"($f := function($x){ $reduce($map([1,2], $f), function($a, $b){ $a }) }; $f(1))",
		"($f := function($x){ $zip($f($x), [1]) }; $f(1))",
		"($f := function($x){ $x@$y.($f($y)) }; $f(1))",
		"($f := function($x){ true and $f($x) }; $f(1))",
		"($f := function($x){ -$f($x) }; $f(1))",
		"($f := function($x){ [1..$f($x)] }; $f(1))",
	} {
		variants := [][]Option{nil, {AWS()}}
		if i%9 == 0 {
			variants = append(variants, []Option{deepest})
		}
		for _, options := range variants {
			e, err := Compile(src, options...)
			if err != nil {
				t.Fatalf("%s: %v", src, err)
			}
			_, err = e.Eval(context.Background(), decoded("{}"), nil)
			var failed *Error
			if !errors.As(err, &failed) || failed.Code != CodeLimit || !strings.HasPrefix(failed.Message, "Stack overflow") {
				t.Errorf("%s gives %v", src, err)
			}
		}
	}
}

// TestLongChains evaluates what grows without nesting: it must give a value, or end by another limit.
func TestLongChains(t *testing.T) {
	for src, want := range map[string]string{
		"($f := function($g, $n){ $n = 0 ? $g(1) : $f($string ~> $g, $n - 1) }; $f($string, 20000))":     `"1"`,
		"($f := function($g, $n){ $n = 0 ? $g(1) : $f($g ~> $string, $n - 1) }; $f($string, 20000))":     "U1001",
		"($f := function($x, $n){ $n = 0 ? $count($x.**) : $f([[$x]], $n - 1) }; $f([1], 100000))":       "U1001",
		"($f := function($x, $n){ $n = 0 ? $count($x.*) : $f({'a': $x}, $n - 1) }; $f([1], 100000))":     "1",
		"($f := function($x, $n){ $n = 0 ? $keys($x) : $f([[$x]], $n - 1) }; $f([1], 100000))":           "U1001",
		"($f := function($x, $n){ $n = 0 ? $spread($x) : $f([[$x]], $n - 1) }; $f([1], 100000))":         "U1001",
		"($f := function($x, $n){ $n = 0 ? $x = [[$x]] : $f([[$x]], $n - 1) }; $f([1], 100000))":         "U1001",
		"($f := function($x, $n){ $n = 0 ? $boolean($x) : $f([[$x]], $n - 1) }; $f([1], 100000))":        "U1001",
		"($f := function($x, $n){ $n = 0 ? $distinct([$x, $x]) : $f([[$x]], $n - 1) }; $f([1], 100000))": "U1001",
		"($f := function($x, $n){ $n = 0 ? $lookup($x, 'a') : $f([[$x]], $n - 1) }; $f([1], 100000))":    "U1001",
		"($f := function($x, $n){ $n = 0 ? $clone($x) : $f([[$x]], $n - 1) }; $f([1], 100000))":          "U1001",
		"($f := function($x, $n){ $n = 0 ? ($x ~> |$|{}|) : $f({'a': $x}, $n - 1) }; $f({}, 100000))":    "U1001",
	} {
		if got := outcomeOf(src, nil); got != want {
			t.Errorf("%s gives %s, want %s", src, got, want)
		}
	}
}

// TestSignaturesThatDoNotFit calls functions whose optional parameters come before others.
func TestSignaturesThatDoNotFit(t *testing.T) {
	table{
		{"function($a, $b)<s?s>{$a}('x')", `"x"`},
		{"function($a, $b)<s?s>{$b}('x')", "undefined"},
		{"function($a, $b, $c)<s?ss>{[$a, $b, $c]}('x', 'y')", `["x","y"]`},
		{"function($a, $b)<n?s>{$a}('x')", `"x"`},
		{"function($a, $b, $c)<a<s>s?s>{$a}(['x'], 'y')", `["x"]`},
		{"function($a, $b)<s?a<s>>{$a}('x')", `"x"`},
		{"function($a, $b)<a?a>{[$a]}(1)", "[1]"},
		{"function($a)<" + strings.Repeat("s?", 30) + "n>{1}('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n')", "T0410"},
		{"function($a)<" + strings.Repeat("s", 2000) + ">{1}", "U1001"},
	}.run(t)
}

// TestLargeTexts compiles long and deep texts of each kind; none may take more than its length allows, or exhaust the stack.
func TestLargeTexts(t *testing.T) {
	const n = 60_000
	var variables strings.Builder
	for i := range n / 10 {
		fmt.Fprintf(&variables, "$a%d := 1;", i)
	}
	for _, src := range []string{
		"function($x)<" + strings.Repeat("a<", n) + strings.Repeat(">", n) + ">{1}", "function($x)<" + strings.Repeat("a<n>", n) + ">{1}",
		"function($x)<" + strings.Repeat("(", n) + ">{1}", "function($x)<" + strings.Repeat("a<", n) + "{1}",
		"/" + strings.Repeat("(?<", n) + "/", "/" + strings.Repeat("(?<a>", n) + strings.Repeat(")", n) + "/", "/" + strings.Repeat("(?<a>", n) + "/",
		"/" + strings.Repeat("(", n) + strings.Repeat(")", n) + "/", "/" + strings.Repeat("(a)\\1", n) + "/", "/" + strings.Repeat("(?<a>b)\\k<a>", n) + "/",
		"/[" + strings.Repeat("a-z\\w", n/10) + "]/i", "/" + strings.Repeat("a{100}", n) + "/", "/" + strings.Repeat("(", 100) + "a" + strings.Repeat("){9}", 100) + "/",
		"/" + strings.Repeat("a|", n) + "a/", strings.Repeat("/[", n), "1" + strings.Repeat("+1", n), "''" + strings.Repeat("&'a'", n), "a" + strings.Repeat(".a", n),
		"a" + strings.Repeat("[0]", n), strings.Repeat("a[", n) + "1" + strings.Repeat("]", n), strings.Repeat("[", n) + strings.Repeat("]", n),
		"{" + strings.Repeat("'a':1,", n/10) + "'b':2}", strings.Repeat("1?1:", n) + "1", strings.Repeat("function($x){", 1000) + "1" + strings.Repeat("}", 1000),
		"a" + strings.Repeat(".b.%", n/100), "a" + strings.Repeat(".b", 1000) + strings.Repeat(".%", 1000), "(" + variables.String() + "function(){" + "$a1" + "})",
		"a" + strings.Repeat("^(b)", n), strings.Repeat("/* */", n) + "1", strings.Repeat("1+/*", n), "$x" + strings.Repeat("~>|a|{'b':1}|", n/10),
		"$f" + strings.Repeat("()", n), strings.Repeat("($a:=", 90) + "1" + strings.Repeat(";$a)", 90), strings.Repeat("($a:=1;", 1000) + "function(){$a}" + strings.Repeat(")", 1000), strings.Repeat("9", n),
		"'" + strings.Repeat("\\u00e9", n) + "'", strings.Repeat("-", n) + "1", strings.Repeat("$f(", n), strings.Repeat("{'a':", n), strings.Repeat("|", n),
	} {
		e, err := Compile(src)
		var failed *Error
		if err != nil && !errors.As(err, &failed) {
			t.Errorf("%.40s: %v", src, err)
		}
		if err == nil {
			_, _ = e.Eval(context.Background(), nil, nil)
		}
		if node, err := Parse(src); err == nil {
			if Print(node); Depth(node) < 1 {
				t.Errorf("%.40s has no depth", src)
			}
		}
	}
}

// TestFaults turns what panics into errors, and goes on working.
func TestFaults(t *testing.T) {
	fail, err := NewFunction("fail", "", func(_ context.Context, args []any) (any, error) { return args[7], nil })
	if err != nil {
		t.Fatal(err)
	}
	e, err := Compile("$fail = 1 ? 1 : [1..3].$fail($)", AWS())
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		_, err := e.Eval(context.Background(), nil, Variables{"fail": fail})
		var failed *Error
		var fault *Fault
		if !errors.As(err, &failed) || failed.Code != CodeFault || !strings.Contains(failed.Message, "index out of range") ||
			!errors.As(err, &fault) || !strings.Contains(string(fault.Stack), "safety_test.go") {
			t.Fatalf("got %v", err)
		}
		if v, err := e.Eval(context.Background(), nil, Variables{"fail": 1}); v != 1.0 || err != nil {
			t.Fatalf("afterwards it gives %v, %v", v, err)
		}
	}
}

// TestManyGoroutines evaluates thirty expressions over one input from 64 goroutines at once.
func TestManyGoroutines(t *testing.T) {
	input := decoded(fuzzInput)
	var expressions []*Expression
	var want []string
	for _, src := range seeds {
		e, err := Compile(src)
		if err != nil || len(expressions) == 30 {
			continue
		}
		v, err := e.Eval(context.Background(), input, Variables{"x": input})
		expressions, want = append(expressions, e), append(want, fmt.Sprint(jsonText(v), err))
	}
	if len(expressions) < 30 {
		t.Fatalf("only %d expressions", len(expressions))
	}
	var wait sync.WaitGroup
	for g := range 64 {
		wait.Go(func() {
			for i := range 10 * len(expressions) {
				at := (i + g) % len(expressions)
				v, err := expressions[at].Eval(context.Background(), input, Variables{"x": input})
				if got := fmt.Sprint(jsonText(v), err); got != want[at] {
					t.Errorf("%s gives %s, want %s", expressions[at], got, want[at])
					return
				}
			}
		})
	}
	wait.Wait()
}
