package intrinsic_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/steploom/steploom/statemachine/intrinsic"
)

const invalid = "invalid"

// TestObserved lists calls with what AWS gives for them: JSON, or invalid where it says that the arguments are.
func TestObserved(t *testing.T) {
	for _, row := range []struct{ call, input, want string }{
		{"States.Array(42, true, null, 'hello', $.a)", `{"a":[1]}`, `[42,true,null,"hello",[1]]`},
		{"States.Array( $.a ,States.Array( ) )", `{"a":1}`, `[1,[]]`},
		{"States.ArrayPartition($.a, 2.6)", `{"a":[1,2,3,4,5]}`, `[[1,2],[3,4],[5]]`},
		{"States.ArrayPartition($.a, 0.6)", `{"a":[1]}`, invalid},
		{"States.ArrayPartition($.a, -1)", `{"a":[1]}`, invalid},
		{"States.ArrayPartition('a', 1)", `{}`, invalid},
		{"States.ArrayPartition($.a)", `{"a":[1]}`, invalid},
		{"States.ArrayContains($.a, true)", `{"a":["true"]}`, "true"},
		{"States.ArrayContains($.a, $.b)", `{"a":["9007199254740991"],"b":9007199254740991}`, "true"},
		{"States.ArrayContains($.a, $.b)", `{"a":[{"x":1,"y":2}],"b":{"y":2,"x":1}}`, "false"},
		{"States.ArrayContains($.a, $.b)", `{"a":[{"x":1}],"b":{"x":1,"more":null}}`, "false"},
		{"States.ArrayContains($.a, false)", `{"a":[0,1]}`, "false"},
		{"States.ArrayContains($.a, null)", `{"a":[1,null]}`, "true"},
		{"States.ArrayContains('ab', 'a')", `{}`, invalid},
		{"States.ArrayRange(1.6, 1.4, 1)", `{}`, "[1]"},
		{"States.ArrayRange(5.4, -0.6, -2.4)", `{}`, "[5,3,1]"},
		{"States.ArrayRange(5, 1, 1)", `{}`, "[]"},
		{"States.ArrayRange(3, 3, -1)", `{}`, "[3]"},
		{"States.ArrayRange(1, 10, 0.49)", `{}`, invalid},
		{"States.ArrayRange(1, 1001, 1)", `{}`, invalid},
		{"States.ArrayLength(States.ArrayRange(1000, 1, -1))", `{}`, "1000"},
		{"States.ArrayRange(1001, 1, -1)", `{}`, invalid},
		{"States.ArrayRange(-2147483648, 2147483647, 1)", `{}`, invalid},
		{"States.ArrayGetItem($.a, 1.2)", `{"a":[10,20,30]}`, "20"},
		{"States.ArrayGetItem($.a, 3)", `{"a":[10,20,30]}`, invalid},
		{"States.ArrayGetItem($.a, -1)", `{"a":[10,20,30]}`, invalid},
		{"States.ArrayGetItem($.a, 999)", `{"a":[]}`, "null"},
		{"States.ArrayGetItem($.a, '1')", `{"a":[1,2]}`, invalid},
		{"States.ArrayLength($.a[*].b)", `{"a":[1,2]}`, "0"},
		{"States.ArrayLength($.a)", `{"a":{}}`, invalid},
		{"States.ArrayUnique($.a)", `{"a":[1,2,3,3,3,4]}`, "[1,2,3,4]"},
		{"States.ArrayUnique($.a)", `{"a":[true,false,true,false]}`, "[false,true]"},
		{"States.ArrayUnique($.a)", `{"a":[[1,2],[1,2],[2,1]]}`, "[[2,1],[1,2]]"},
		{"States.ArrayUnique($.a)", `{"a":[null,null,1,null]}`, "[null,1]"},
		{"States.ArrayUnique($.a)", `{"a":[1,"1",1.0,"01"]}`, `[1,"1","01"]`},
		{"States.ArrayUnique($.a)", `{"a":[{"a":1,"b":2},{"b":2,"a":1}]}`, `[{"a":1,"b":2}]`},
		{"States.ArrayUnique(1)", `{}`, invalid},
		{"States.Base64Encode('✓')", `{}`, `"4pyT"`},
		{"States.Base64Encode(1)", `{}`, invalid},
		{"States.Base64Decode('44GT44KT44Gr44Gh44Gv')", `{}`, `"こんにちは"`},
		{"States.Base64Decode(' YWJjZA== ')", `{}`, `"abcd"`},
		{"States.Base64Decode('YWJj.ZA')", `{}`, `"abcd"`},
		{"States.Base64Decode('ab==cd')", `{}`, `"i"`},
		{"States.Base64Decode('Pj4_')", `{}`, `">>?"`},
		{"States.Base64Decode('a')", `{}`, `""`},
		{"States.Hash('hello', 'MD5')", `{}`, `"5d41402abc4b2a76b9719d911017c592"`},
		{"States.Hash(123, 'SHA-1')", `{}`, `"40bd001563085fc35165329ea1ff5c5ecbdbbeef"`},
		{"States.Hash('data', 'sha-256')", `{}`, invalid},
		{"States.Hash('data', 'MD-5')", `{}`, invalid},
		{"States.JsonMerge($.a, $.b, false)", `{"a":{"x":1,"y":{"z":1}},"b":{"y":null,"w":2}}`, `{"x":1,"y":null,"w":2}`},
		{"States.JsonMerge($.a, $.b, 'false')", `{"a":{"x":1},"b":{}}`, `{"x":1}`},
		{"States.JsonMerge($.a, $.b, true)", `{"a":{},"b":{}}`, invalid},
		{"States.JsonMerge($.a, $.b, false)", `{"a":[],"b":{}}`, invalid},
		{"States.StringToJson(' {\"a\":1} ')", `{}`, `{"a":1}`},
		{"States.StringToJson($.s)", `{"s":""}`, "null"},
		{"States.StringToJson($.s)", `{"s":"undefined"}`, invalid},
		{"States.StringToJson($.s)", `{"s":1}`, invalid},
		{"States.StringToJson('9007199254740993')", `{}`, "9007199254740993"},
		{"States.JsonToString($)", `{"b":1,"a":["ü",1.5,null]}`, `"{\"b\":1,\"a\":[\"ü\",1.5,null]}"`},
		{"States.MathAdd(1.6, 2.7)", `{}`, "5"},
		{"States.MathAdd(0.1, 0.2)", `{}`, "0"},
		{"States.MathAdd(0.49999999999999994, 0)", `{}`, "0"},
		{"States.MathAdd(2147483646, 1)", `{}`, "2147483647"},
		{"States.MathAdd(2147483647, 1)", `{}`, invalid},
		{"States.MathAdd(-3000000000, 1)", `{}`, invalid},
		{"States.MathAdd('1', 1)", `{}`, invalid},
		{"States.MathAdd(null, 1)", `{}`, invalid},
		{"States.MathRandom(1.6, 5.4)", `{}`, "3"},
		{"States.MathRandom(1.4, 1.6)", `{}`, invalid},
		{"States.MathRandom(10, 5)", `{}`, invalid},
		{"States.MathRandom(1, 10, null)", `{}`, invalid},
		{"States.MathRandom(1, 10, 'seed')", `{}`, invalid},
		{"States.StringSplit('1a2b3ab4', 'ab')", `{}`, `["1","2","3","4"]`},
		{"States.StringSplit(',a,,b,', ',')", `{}`, `["a","b"]`},
		{"States.StringSplit('', ',')", `{}`, `[]`},
		{"States.StringSplit('abc', '')", `{}`, `["abc"]`},
		{"States.StringSplit($.s, ',')", `{"s":null}`, invalid},
		{"States.Format('Name: \\'{}\\', \\{{}\\}', $.a, 2)", `{"a":"x"}`, `"Name: 'x', {2}"`},
		{"States.Format($.t, 1)", `{"t":"n={}"}`, `"n=1"`},
		{"States.Format('{}', $.o)", `{"o":{"a":[1,"b",null],"c":{}}}`, `"{a=[1, b, null], c={}}"`},
		{"States.Format('{}|{}|{}', null, false, 9007199254740991)", `{}`, `"null|false|9007199254740991"`},
		{"States.Format('{} {}', 1)", `{}`, invalid},
		{"States.Format('{}', 1, 2)", `{}`, invalid},
		{"States.Format('Hello {', 1)", `{}`, invalid},
		{"States.Format('Hello {{}}', 1)", `{}`, invalid},
		{"States.Format('}')", `{}`, invalid},
		{"States.Format(1)", `{}`, `"1"`},
		{"States.Format('')", `{}`, `""`},
		{"States.Format($.t, $.n)", `{"t":123,"n":"Ada"}`, invalid},
		{"States.Format()", `{}`, invalid},
		{"States.UUID(1)", `{}`, invalid},
	} {
		got, err := evaluate(row.call, decode(t, json.RawMessage(row.input)))
		switch {
		case row.want == invalid && (err == nil || !strings.Contains(err.Error(), " in "+row.call[:strings.IndexByte(row.call, '(')])):
			t.Errorf("%s gives %s, %v", row.call, encode(t, got), err)
		case row.want != invalid && err != nil:
			t.Errorf("%s: %v", row.call, err)
		case row.want != invalid && encode(t, got) != row.want:
			t.Errorf("%s gives %s, want %s", row.call, encode(t, got), row.want)
		}
	}
}

// TestLimits: texts of 10,000 characters are taken, longer ones are not.
func TestLimits(t *testing.T) {
	for _, name := range []string{"States.Base64Encode($)", "States.Base64Decode($)", "States.Hash($, 'MD5')"} {
		for n, fits := range map[int]bool{10_000: true, 10_001: false} {
			if _, err := evaluate(name, strings.Repeat("A", n)); (err == nil) != fits {
				t.Errorf("%s of %d characters: %v", name, n, err)
			}
		}
	}
	if _, err := evaluate("States.Hash($, 'MD5')", strings.Repeat("é", 10_000)); err != nil {
		t.Errorf("characters are counted, not bytes: %v", err)
	}
	if _, err := evaluate("States.Hash($, 'MD5')", strings.Repeat("😀", 5_001)); err == nil {
		t.Error("a character beyond U+FFFF counts as two")
	}
}

// TestLarge: a call that names a large value many times over fails before it has made a larger one of them.
func TestLarge(t *testing.T) {
	large := strings.Repeat("x", 200_000)
	many := strings.Repeat(", $", 20_000)
	for _, call := range []string{
		"States.Format('" + strings.Repeat("{}", 20_000) + "'" + many + ")",
		"States.Array($" + many + ")",
		"States.JsonToString(States.Array($" + many + "))",
		"States.ArrayContains(States.Array($" + many + "), 1)",
	} {
		_, err := evaluate(call, large)
		if err == nil || !strings.HasSuffix(err.Error(), "The value is larger than 4194304 bytes") {
			t.Errorf("%.60s: %.200v", call, err)
		}
	}
}

// TestMissing lists AWS's words for paths that lead nowhere.
func TestMissing(t *testing.T) {
	for call, reason := range map[string]string{
		"States.Format('{}',$.nope)":                       "The JsonPath argument for the field '$.nope' could not be found in the input '{\"other\":1}'",
		"States.Format('{} {}', $.other, $.a.b)":           "The JsonPath argument for the field '$.a.b' could not be found in the input '{\"other\":1}'",
		"States.Format('{}', States.Format('{}', $.nope))": "The JsonPath argument for the field '$.nope' could not be found in the input '{\"other\":1}'",
		"States.Format('{}', $$.Nope.Deep)":                "The JsonPath argument for the field '$.Nope.Deep' could not be found in the input '{\"other\":1}'",
		"States.Format('{}', $.other[0])":                  "Filter: [0] can only be applied to arrays. Current context is: 1",
		"States.Array($name)":                              "The JsonPath argument for the field '$name' could not be found in the input '{\"other\":1}'",
	} {
		_, err := evaluate(call, decode(t, json.RawMessage(`{"other":1}`)))
		want := "The function '" + call + "' had the following error: " + reason
		if err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// TestInvalid lists AWS's words for arguments that a function does not take.
func TestInvalid(t *testing.T) {
	for call, reason := range map[string]string{
		"States.Array(States.MathAdd('1',2))": "States.MathAdd('1',2). Invalid arguments in States.MathAdd",
		"States.StringToJson('{')":            "States.StringToJson('{'). Invalid arguments in States.StringToJson",
		"States.Format('{} {}', 1)":           "States.Format('{} {}', 1). Invalid arguments in States.Format: number of arguments do not match the occurrences of {}.",
		"States.Format('{}', 1, 2)":           "States.Format('{}', 1, 2). Invalid arguments in States.Format: number of arguments do not match the occurrences of {}.",
		"States.Format('Hello {', 1)":         "States.Format('Hello {', 1). Invalid template in States.Format: matching '}' not found for '{'.",
		"States.Format('}')":                  "States.Format('}'). Invalid template in States.Format: matching '{' not found for '}'.",
	} {
		_, err := evaluate(call, nil)
		want := "There was an error while evaluating the intrinsic function: " + reason
		if err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// TestFails lists calls with whether it is certain that they fail.
func TestFails(t *testing.T) {
	for text, certain := range map[string]bool{
		"States.Array(States.MathAdd($.x))":       true,
		"States.MathAdd('1', 2)":                  true,
		"States.Array(States.StringToJson('{'))":  true,
		"States.Format('{} {}', $.x)":             true,
		"States.Format('{', $.x)":                 true,
		"States.Format('{}', $.x)":                false,
		"States.Format($.x, 1)":                   false,
		"States.MathAdd($.x, 'a')":                false,
		"States.MathRandom(1, 2)":                 false,
		"States.UUID()":                           false,
		"States.ArrayGetItem(States.Array(1), 5)": true,
		"States.ArrayGetItem(States.Array(1), $)": false,
		"States.Format('{}', States.UUID(), $.x)": true,
	} {
		call, err := intrinsic.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if failure := call.Fails(); (failure != nil) != certain {
			t.Errorf("%s: %v", text, failure)
		}
	}
}

// TestUUID is of version 4, and made of the random numbers.
func TestUUID(t *testing.T) {
	got, err := evaluate("States.UUID()", nil)
	if err != nil || got != "80808080-8080-4080-8080-808080808080" {
		t.Errorf("%v, %v", got, err)
	}
}

// TestSeed: a seed gives the same number always, within the bounds.
func TestSeed(t *testing.T) {
	for seed := range 200 {
		call := "States.MathRandom(-3, 4, " + encode(t, seed-100) + ")"
		first, err := evaluate(call, nil)
		second, _ := evaluate(call, nil)
		n, ok := first.(float64)
		if err != nil || first != second || !ok || n < -3 || n >= 4 || n != float64(int(n)) {
			t.Fatalf("%s gives %v and %v, %v", call, first, second, err)
		}
	}
}

// TestRefused lists what is no call, with the place of the mistake and a part of the message.
func TestRefused(t *testing.T) {
	deep := strings.Repeat("States.Array(", 11) + strings.Repeat(")", 11)
	for _, row := range []struct {
		call, at, message string
	}{
		{"States.Frmt('a')", "States.Frmt(", "there is no intrinsic function States.Frmt"},
		{"States.Format", "States.Format", "begins with States.Name("},
		{"States.Array($.a) trailing", " trailing", "nothing can follow"},
		{"States.Array(", "", "ends too early"},
		{"States.Array([1,2])", "[1,2])", "an argument is"},
		{"States.Array(1.)", "1.)", "an argument is"},
		{"States.Array(.5)", ".5)", "an argument is"},
		{"States.Array(1e309)", "1e309", "too large"},
		{"States.ArrayGetItem($.a, )", ")", "an argument is"},
		{"States.Array(1 2)", "2)", "must follow an argument"},
		{"States.Format('a)", "'a)", "closing '"},
		{`States.Format('a\n')`, `\`, "a backslash"},
		{"States.Format($.a..)", "..", "a name must follow"},
		{"States.Format($a b)", " b", ""},
		{"states.Format('')", "states.Format('')", "begins with"},
		{deep, "States.Array(" + ")", "more than 10"},
	} {
		_, err := intrinsic.Parse(row.call)
		bad, ok := err.(*intrinsic.Error)
		if !ok || !strings.Contains(bad.Message, row.message) {
			t.Errorf("%s: %v", row.call, err)
			continue
		}
		if bad.Start < 0 || bad.Start > len(row.call) || row.call != deep && !strings.HasPrefix(row.call[bad.Start:], row.at) {
			t.Errorf("%s: the mistake is at %d", row.call, bad.Start)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, call := range []string{"States.Format('{} \\'', $.a[?(@.b == ')')].c, States.MathAdd(1, -2.5))", "States.Array()", "States.Array($$.x, $v['a'], true, null)"} {
		f.Add(call)
	}
	f.Fuzz(func(t *testing.T, text string) {
		linear(t, text)
		call, err := intrinsic.Parse(text)
		if err != nil {
			return
		}
		if call.String() != text {
			t.Errorf("%q is kept as %q", text, call)
		}
		_, _ = evaluate(text, []any{1.0, "a", nil})
	})
}
