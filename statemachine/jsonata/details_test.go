package jsonata

import (
	"context"
	"testing"
)

// details are corners of the language in which an implementation easily differs from the reference.
var details = []struct{ expr, input, want string }{
	// [] keeps the sequence that an expression gives, not the value that a sequence has become
	{"*[]", `{"s":"AbC"}`, `["AbC"]`},
	{"*[]", `{"a":null}`, `[null]`},
	{"*[]", `{}`, "undefined"},
	{"*[]", `{"a":[[]]}`, `[]`},
	{"$type(*[])", `{"s":"AbC"}`, `"array"`},
	{"(*)[]", `{"s":"AbC"}`, `"AbC"`},
	{"(*[])", `{"s":"AbC"}`, `["AbC"]`},
	{"*[][]", `{"s":"AbC"}`, `["AbC"]`},
	{"**[]", `"a"`, `"a"`},
	{"(s)[]", `{"s":"AbC"}`, `"AbC"`},
	{"(l[0])[]", `{"l":[1,2]}`, `1`},
	{"l[0][]", `{"l":[1,2]}`, `[1]`},
	// predicates of nothing
	{`(nothing)["a"-1]`, `{}`, "T2001"},
	{`nothing["a"-1]`, `{}`, "T2001"},
	{`e["a"-1]`, `{"e":[]}`, "undefined"},
	// the items of a text are its code units
	{`["abc"][0].$uppercase($)`, `{}`, `["A","B","C"]`},
	{`["abc"][true].$length()`, `{}`, `[1,1,1]`},
	{`[[1,2]][0].$`, `{}`, `[1,2]`},
	{`[7][0].$`, `{}`, "undefined"},
	// $eval as a value
	{`"1+1" ~> $eval`, `{}`, `2`},
	{`$map(["$","$ & 'x'"], $eval)`, `{}`, `[0,"1x"]`},
	{`($x := 5; $map(["$x","$x+1"], $eval))`, `{}`, `[5,6]`},
	{`("1+1" ~> ($eval ~> $string))`, `{}`, `"2"`},
	{`$map(["$y := 3", "$y"], $eval)`, `{}`, `[3,3]`},
	{`$eval(?, {"n": 3})("n")`, `{"n":1}`, `3`},
	{`"(" ~> $eval`, `{}`, "D3120"},
	{`nothing ~> $eval`, `{}`, "undefined"},
	// nothing as an argument
	{`$replace('abc', 'b', nothing)`, `{}`, `"aundefinedc"`},
	{`$substringBefore('a undefined', nothing)`, `{}`, `"a "`},
	{`$sift(nothing)`, `{}`, "undefined"},
	{`$count(nothing)`, `{}`, `0`},
	{`$substring('abc', nothing, 2)`, `{}`, `""`},
	// signatures with optional parameters before required ones: what is left out takes the next argument all the same
	{`(function($a)<s?s>{$a})('x')`, `{}`, `"x"`},
	{`(function($a, $b)<s?s>{{"a": $a, "b": $b}})('x')`, `{}`, `{"a":"x"}`},
	{`(function($a, $b, $c)<s?ss>{{"a": $a, "b": $b, "c": $c}})('x', 'y')`, `{}`, `{"a":"x","b":"y"}`},
	{`(function($a, $b)<s?n>{{"a": $a, "b": $b}})(1)`, `{}`, `{"a":1}`},
	{`(function($a, $b)<a<s>s?s>{{"a": $a, "b": $b}})('x', 'y')`, `{}`, `{"a":["x"],"b":"y"}`},
	{`(function($a, $b)<n+:n>{[$a, $b]})(1, 2)`, `{}`, `[1,1]`},
	{`(function($a)<n??>{$a})(1)`, `{}`, `1`},
	{`(function($a)<n+->{$a})(1, 2)`, `{}`, `1`},
	{`n.(function($a, $b)<s-n>{$b})(1)`, `{"n":1}`, "T0411"},
	{`(function($a)<a<>>{$a})(1)`, `{}`, "T0412"},
	{`(function($a, $b)<n?s>{$a})(true)`, `{}`, "T0410"},
	// errors of a tail call stand where the tail is
	{`($f := function($x){$single([$x], function($y){false})}; $f(0))`, `{}`, "D3139"},
	// limits of $split, which are cut to 32 bits
	{`$split('a,b,c', ',', 4294967298)`, `{}`, `["a","b"]`},
	{`$split('a,b,c', ',', 0.5)`, `{}`, `[]`},
	// a matcher function that ends in another function gives its result before it is reduced
	{`($m := function($s){$match($s, /x/)}; $match('a', $m))`, `{}`, "T1010"},
	// after a sort, predicates, groupings and sorts see the tuples that @, # and % make
	{`l#$i^(>$)[$i > 0]`, `{"l":[1,2,3]}`, "undefined"},
	{"l#$i^(>$)[i = 0]", `{"l":[1,2,3]}`, `1`},
	{"l#$i^(>$)[`@` = 2].$i", `{"l":[1,2,3]}`, `1`},
	{`l#$i^(>$){"k": $i}`, `{"l":[1,2,3]}`, `{}`},
	{`l#$i^(>$).{"k": $i}`, `{"l":[1,2]}`, `[{"k":1},{"k":0}]`},
	{`l^(>$)#$i[$i > 0]`, `{"l":[1,2,3]}`, `[2,1]`},
	{`l#$i^(>$)[$i = 0]`, `{"l":[1]}`, `1`},
	// numbers in other bases, beyond what a float64 knows exactly
	{`$formatBase(1e20, 36)`, `{}`, `"l3r41ifs0p800"`},
	{`$formatBase(-1e17, 35)`, `{}`, `"-118rf2ei4yh5"`},
	{`$formatBase(9007199254740992, 2)`, `{}`, `"100000000000000000000000000000000000000000000000000000"`},
	{`$formatBase(1.7976931348623157e308, 16) ~> $substringBefore('000')`, `{}`, `"fffffffffffff8"`},
	// timestamps without picture, which V8 reads by two grammars
	{`$toMillis("2018-03-04Z")`, `{}`, `1520121600000`},
	{`$toMillis("2018Z")`, `{}`, `1514764800000`},
	{`$toMillis("0001Z")`, `{}`, `978307200000`},
	{`$toMillis("0050Z")`, `{}`, `-631152000000`},
	{`$toMillis("2018.5")`, `{}`, `1525132800000`},
	{`$toMillis("2018-0010")`, `{}`, `1538352000000`},
	{`$toMillis("2018-05-00:10")`, `{}`, `1525133400000`},
	{`$toMillis("2018.5-01:00")`, `{}`, `1525136400000`},
	{`$toMillis("2018-02-31")`, `{}`, `1520035200000`},
	{`$toMillis("2018-01-01T24:00:00Z")`, `{}`, `1514851200000`},
	{`$toMillis("2018-01-01T00:00:00.0001234567890Z")`, `{}`, `1514764800123`},
	{`$toMillis("2018-01-01T00:00:00+24:00") = 1`, `{}`, `false`},
	{`$toMillis("2018-13-04") = 1`, `{}`, `false`},
	{`$toMillis("2018-1-1")`, `{}`, "D3110"},
}

func TestDetails(t *testing.T) {
	for _, row := range details {
		if got := outcomeOver(row.input, row.expr); got != row.want {
			t.Errorf("%s over %s gives %s, want %s", row.expr, row.input, got, row.want)
		}
	}
}

// outcomeOver is outcomeOf for an expression whose context is the given JSON text.
func outcomeOver(input, expr string) string {
	e, err := Compile(expr)
	if err != nil {
		return err.(*Error).Code
	}
	v, err := e.Eval(context.Background(), decoded(input), nil)
	if err != nil {
		return err.(*Error).Code
	}
	return jsonText(v)
}

// TestDetailsAgainstReference keeps the table itself right.
func TestDetailsAgainstReference(t *testing.T) {
	ref := startReference(t, "evaluate")
	for _, row := range details {
		o := ref.ask(t, map[string]any{"expr": row.expr, "input": decoded(row.input)})
		got := o.Text + o.Code
		if o.Undefined {
			got = "undefined"
		}
		if got != row.want {
			t.Errorf("the reference gives %s for %s, the table says %s", got, row.expr, row.want)
		}
	}
}

// TestErrorPositions compares positions, which the tables leave out.
func TestErrorPositions(t *testing.T) {
	ref := startReference(t, "evaluate")
	for _, expr := range []string{
		`($f := function($x){$single([$x], function($y){false})}; $f(0))`,
		`($f := function($x){$x > 1 ? $error("no") : $f($x + 1)}; $f(0))`,
		`($f := function($x){$map([$x], function($y){$y + "a"})}; $f(0))`,
		`($f := function($x){[$error("no")]}; $map([1], $f))`,
		`$map([1], function($y){$uppercase($y)})`,
	} {
		o := ref.ask(t, map[string]any{"expr": expr})
		e, err := Compile(expr)
		if err != nil {
			t.Fatal(err)
		}
		_, err = e.Eval(context.Background(), Undefined, nil)
		if failed, ok := err.(*Error); !ok || failed.Code != o.Code || failed.Position != o.Position {
			t.Errorf("%s fails with %v at %d, the reference with %s at %d", expr, err, failed.Position, o.Code, o.Position)
		}
	}
}

// TestExceptions is about what the reference meets with an exception of JavaScript's: here it is a proper error or undefined.
func TestExceptions(t *testing.T) {
	for expr, want := range map[string]string{
		`$contains('undefined', nothing)`:     "T0410",
		`$split('a', nothing)`:                "T0410",
		`$replace('a', nothing, 'x')`:         "T0410",
		`"a" ~> $contains(nothing)`:           "T0410",
		`$match('a', nothing)`:                "T0410",
		`$sift({'a': 1})`:                     "T0410",
		`$replace('a', /a/, nothing)`:         "D3012",
		`$replace('a', 'a', function(){1})`:   "D3012",
		`$replace('abc', 'x', function(){1})`: `"abc"`,
	} {
		if got := outcomeOf(expr, nil); got != want {
			t.Errorf("%s gives %s, want %s", expr, got, want)
		}
	}
}
