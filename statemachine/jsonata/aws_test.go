package jsonata

import (
	"context"
	stdregexp "regexp"
	"testing"
)

type table []struct{ expr, want string }

// run evaluates each expression over {} with $states and compares the JSON text, "undefined" or the error's code.
func (rows table) run(t *testing.T, options ...Option) {
	t.Helper()
	states, err := Decode([]byte(`{"input":{"a":[1,2,3],"s":"x","items":[{"n":1},{"n":2}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if got := outcomeOf(row.expr, Variables{"states": states}, options...); got != row.want {
			t.Errorf("%s gives %s, want %s", row.expr, got, row.want)
		}
	}
}

func outcomeOf(expr string, bindings Bindings, options ...Option) string {
	e, err := Compile(expr, options...)
	if err != nil {
		return err.(*Error).Code
	}
	v, err := e.Eval(context.Background(), Undefined, bindings)
	if err != nil {
		return err.(*Error).Code
	}
	return jsonText(v)
}

func TestAWSFunctions(t *testing.T) {
	table{
		{"$partition([1,2,3,4], 2)", "[[1,2],[3,4]]"},
		{"$partition([1,2,3], 2)", "[[1,2],[3]]"},
		{"$partition([0], 1)", "[[0]]"},
		{"$partition([], 1)", "undefined"},
		{"$partition([1], 0)", "undefined"},
		{"$range(0, 9, 3)", "[0,3,6,9]"},
		{"$range(0, 10, 3)", "[0,3,6,9]"},
		{"$range(1, 9, 2)", "[1,3,5,7,9]"},
		{"$range(1, 9, 9)", "1"},
		{"$range(3, 1, -1)", "[3,2,1]"},
		{"$range(3, 1, 1)", "undefined"},
		{"$range(1, 2, 0)", "undefined"},
		{"$hash('abc', 'MD5')", `"900150983cd24fb0d6963f7d28e17f72"`},
		{"$hash('abc', 'SHA-1')", `"a9993e364706816aba3e25717850c26c9cd0d89d"`},
		{"$hash('abc', 'SHA-256')", `"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"`},
		{"$length($hash('abc', 'SHA-384'))", "96"},
		{"$length($hash('abc', 'SHA-512'))", "128"},
		{"$hash('abc', 'CRC')", "D3137"},
		{"$random(7) = $random(7)", "true"},
		{"$random() >= 0 and $random() < 1", "true"},
		{`$parse('{"b":[1,null],"a":"x"}')`, `{"b":[1,null],"a":"x"}`},
		{"$parse('-0')", "0"},
		{"$parse('\"t\"')", `"t"`},
		{"$parse('{')", "D3137"},
		{"$parse($states.nothing)", "undefined"},
	}.run(t, AWS())
	if got := outcomeOf("$uuid()", nil, AWS()); !stdregexp.MustCompile(`^"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"$`).MatchString(got) {
		t.Errorf("$uuid() gives %s", got)
	}
	table{{"$partition([1], 1)", "T1006"}, {"$uuid()", "T1006"}}.run(t)
}

func TestAWSRefusesWhatStepFunctionsRefuses(t *testing.T) {
	table{
		{"$eval('1')", "T1006"},
		{"$exists($eval)", "false"},
		{"foo", "S0602"},
		{"foo.bar", "S0602"},
		{"`a b` & 'x'", "S0602"},
		{"[1, foo]", "S0602"},
		{"{'a': foo}", "S0602"},
		{"*.a", "S0602"},
		{"$", "S0603"},
		{"$.foo", "S0603"},
		{"($x := $; $x)", "S0603"},
		{"$$", "S0603"},
		{"$states.input.a[$$.x]", "undefined"},
		{"$a ?? 1", "S0211"},
		{"$a ?: 1", "S0211"},
		{"$states.input.a[$ > 1]", "[2,3]"},
		{"$states.input.items.n", "[1,2]"},
		{"$states.input.items[n = 2].n", "2"},
		{"$map($states.input.a, function($v){ $v * 2 })", "[2,4,6]"},
		{"$states.input.items^(>n).n", "[2,1]"},
		{"$states.input.items{$string(n): n}", `{"1":1,"2":2}`},
		{"$states.input ~> |items|{'n': n + 1}|", `{"a":[1,2,3],"s":"x","items":[{"n":2},{"n":3}]}`},
		{"$states.input.items.$sum(n)", "[1,2]"},
		{"function($v){ $.x }(1)", "undefined"},
	}.run(t, AWS())
}

// TestErrorText compares with what Step Functions recorded as the cause of a States.QueryEvaluationError.
func TestErrorText(t *testing.T) {
	e, err := Compile("$randomSeeded(1)", AWS())
	if err != nil {
		t.Fatal(err)
	}
	_, err = e.Eval(context.Background(), Undefined, nil)
	if want := "T1006: Attempted to invoke a non-function"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
