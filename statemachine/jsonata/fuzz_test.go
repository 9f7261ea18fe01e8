package jsonata

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"
)

// seeds touch every construct of the language.
var seeds = []string{
	"a.b.c", "a[0].b[-1]", "a[b > 1 and c != 'x']", "$sum(a.(b * c))", "a{b: $count($)}", "a^(>b, c).d", "a#$i[$i < 2]", "a@$x.b@$y[$x.c = $y.c]",
	"a.b.%.c", "**.d", "*.e", "[1..5, 7]", "{'k': a, 'l': [b]}", "($x := 1; $y := $x + 1; $y)", "a ? b : c", "a ~> $sum() ~> $string",
	"function($n)<n:n>{ $n < 2 ? 1 : $n * 2 }(3)", "$map([1..3], function($v, $i, $a){ $v * $i })", "$substring(?, 1)('abc')",
	"a ~> |b|{'c': 1}, ['d']|", "$match('ababbb', /a(b+)/i)", "$replace('x-y', /(\\w)-(\\w)/, '$2 $1')", "$split('a, b', /,\\s*/)",
	"$formatNumber(1234.5, '#,##0.00')", "$formatInteger(21, 'w')", "$parseInteger('MCMXC', 'I')", "$toMillis('2018-01-02', '[Y]-[M]-[D]')",
	"$fromMillis(0, '[FNn], [D1o] [MNn] [Y0001] [H#1]:[m01]')", "$eval('a + $x')", "$string({'a': [1, null]}, true)", "-a.b & \"\\u00e9\"",
	"$reduce([1..4], function($a, $b){ $a + $b }, 10)", "$sort(a, function($l, $r){ $l > $r })", "a[][b]", "`quoted name`.`and`", "/* c */ a",
	"($f := function($x){ $x > 0 ? $f($x - 1) : $x }; $f(9))", "($f := function($x){ $filter([1,2], $f) }; $f(1))",
	"($f := function($x){ [$map($x, $f)] }; $f(a))", "($f := function($x, $y){ $reduce([1,2], $f) }; $f(1, 2))", "($f := function($x){ $each(o, $f) ~> $f }; $f(1))",
	"($f := function($x){ $sift($x, $f) }; $f(o))", "($f := function($x, $y){ $sort(l, $f) }; $f(1, 2))", "($f := function($x){ $replace(s, /o/, $f) }; $f(1))",
	"($f := function($x){ $single([$x], $f) }; $f(1))", "($f := $string ~> $f; $f(1))", "($f := function($x){ {'a': $f($x)} }; $f(1))", "($g := $map(?, function($x){ $g([$x]) }); $g([1]))",
	"($f := function($x){ $x ~> |$|{'a': $f($)}| }; $f(o))", "($x := o; $x ~> |$x|{'self': $x}|)", "$$ ~> |$$|{'n': $$}, 's'|", "o ~> |**|{'up': $, 'all': [$, $$]}|",
	"function($a,$b)<s?s>{$a}(s)", "function($a, $b, $c)<a<s>s?s>{[$a, $b, $c]}([s], s)", "($f := function($x, $n){ $n = 0 ? $x.** : $f([[$x]], $n - 1) }; $f(a, 99))",
	"9007199254740993 - 9007199254740992.5", "-9223372036854775808 / -1 & ''", "$range(1, n, 2) ~> $partition(2)", "$parse('[1,{\"a\":1234567890123456789}]')", "a in [1, 2] or not(b)", "1e3 % 7 / 2", "$each(a, function($v, $k){ $k })",
}

func addSeeds(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
}

// FuzzParse checks that no text crashes the parser, and that what parses is printed as text that gives the same tree.
func FuzzParse(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, src string) { checkRoundTrip(t, src) })
}

const fuzzInput = `{"a":[{"b":1,"c":2.5,"d":"x","e":null},{"b":3,"c":-1,"d":"y","f":[1,[2,3]]},{"b":"z","g":{"h":true}}],
	"s":"one, two","n":7,"t":"2018-02-03T04:05:06Z","o":{"x":{"y":[]},"":0},"l":[1,2,3,"4"]}`

// FuzzEval checks that no expression crashes the evaluator, outruns its limits, changes its input or gives what cannot be encoded.
func FuzzEval(f *testing.F) {
	addSeeds(f)
	limits := WithLimits(Limits{Depth: 300, Steps: 100_000, Memory: 16 << 20, Time: time.Second})
	f.Fuzz(func(t *testing.T, src string) {
		for _, option := range []Option{limits, AWS()} {
			evaluateFuzzed(t, src, limits, option)
		}
	})
}

func evaluateFuzzed(t *testing.T, src string, options ...Option) {
	e, err := Compile(src, options...)
	if err != nil {
		requireError(t, src, err)
		return
	}
	input, err := Decode([]byte(fuzzInput))
	if err != nil {
		t.Fatal(err)
	}
	before, _ := Encode(input)
	watchdog := time.AfterFunc(6*time.Second, func() { panic(fmt.Sprintf("%q does not end", src)) })
	v, err := e.Eval(context.Background(), input, Variables{"x": 1})
	watchdog.Stop()
	if after, _ := Encode(input); !bytes.Equal(before, after) {
		t.Fatalf("%q changed its input to %s", src, after)
	}
	if err != nil {
		requireError(t, src, err)
		return
	}
	text, err := Encode(v)
	if err != nil {
		return
	}
	if _, err := Decode(text); err != nil {
		t.Fatalf("%q gave %s: %v", src, text, err)
	}
}

func requireError(t *testing.T, src string, err error) {
	var e *Error
	if !errors.As(err, &e) || e.Code == "" || e.Message == "" {
		t.Fatalf("%q: %#v is no proper error", src, err)
	}
}
