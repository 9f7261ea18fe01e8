package jsonata

import (
	"context"
	"testing"
)

// TestLanguage holds one or two expressions for each construct; the upstream suite has the rest.
func TestLanguage(t *testing.T) {
	table{
		{"1 + 2 * 3 - 4 / 8 % 3", "6.5"},
		{"'a' & 1 & null & true & [1, 'x'] & {'k': 0.1 + 0.2}", `"a1nulltrue[1,\"x\"]{\"k\":0.3}"`},
		{"[1, [2, 3], 4..6, nothing]", "[1,[2,3],4,5,6]"},
		{"{'b': 1, 'a': nothing, 'c': [ ]}", `{"b":1,"c":[]}`},
		{"[{'n': 1}, {'n': 2}].n", "[1,2]"},
		{"[{'n': 1}].n", "1"},
		{"[{'n': 1}].n[]", "[1]"},
		{"[3, 1, 2]^($)", "[1,2,3]"},
		{"[{'k': 'x', 'v': 1}, {'k': 'y', 'v': 2}, {'k': 'x', 'v': 3}]{k: v}", `{"x":[1,3],"y":2}`},
		{"[{'a': [{'b': 1}, {'b': 2}], 'n': 'p'}].a.{'b': b, 'n': %.n}", `[{"b":1,"n":"p"},{"b":2,"n":"p"}]`},
		{"{'r': [{'a': 5}, {'a': 7}]}.r#$i.{'i': $i, 'a': a}", `[{"i":0,"a":5},{"i":1,"a":7}]`},
		{"{'r': [{'a': 5}, {'a': 7}]}.r@$x.($x.a * 2)", "[10,14]"},
		{"({'a': {'b': 1}}).**", `[{"a":{"b":1}},{"b":1},1]`},
		{"$map([1, 2], function($v, $i) { $v * 10 + $i })", "[10,21]"},
		{"($add := function($a, $b) { $a + $b }; $inc := $add(?, 1); $inc(41))", "42"},
		{"[1..5] ~> $filter(function($v) { $v % 2 = 1 }) ~> $sum()", "9"},
		{"($f := $uppercase ~> $length; $f('abc'))", "3"},
		{"({'a': 1, 'b': {'c': 2}}) ~> |b|{'c': c + 1, 'd': 0}|", `{"a":1,"b":{"c":3,"d":0}}`},
		{"1 > 2 ? 'a'", "undefined"},
		{"2 in [1, 2] and not('x' in [])", "T1005"},
		{"2 in [1, 2] and $not('x' in [])", "true"},
		{"($x := 1; ($x := 2); $x)", "1"},
		{"($x := 2; $eval('[1, $x, $]', 0))", "[1,2,0]"},
		{"$length('😀é')", "2"},
		{"'\\ud83d' & '\\ude00'", `"😀"`},
		{"$string(1e21) & ' ' & $string(1e-7) & ' ' & $string(123456789.123)", `"1e+21 1e-7 123456789.123"`},
		{"$keys({'z': 1, 'a': 2})", `["z","a"]`},
		{"$merge([{'z': 1, 'a': 2}, {'z': 3}])", `{"z":3,"a":2}`},
		{"$fromMillis(1521801216617, '[FNn], [D1o] [MNn] [Y] [h#1]:[m01][P] [Z]', '+0200')", `"Friday, 23rd March 2018 12:33pm +02:00"`},
		{"$toMillis('12/31/2019', '[M]/[D]/[Y]')", "1577750400000"},
		{"$formatNumber(-1234.567, '#,##0.00')", `"-1,234.57"`},
		{"$formatNumber(1234.5678, '00.000e0')", `"12.346e2"`},
		{"$formatNumber(0, '0.0e0')", `"0.0e0"`},
		{"$formatInteger(1234, 'w')", `"one thousand, two hundred and thirty-four"`},
		{"$parseInteger('twelve thousand and one', 'w')", "12001"},
		{"$power(2.5, 36)", "211758236813575.06"},
		{"$power(1e6, 12.5)", "1e+75"},
		{"$round(2.5) & $round(3.5) & $round(1.005, 2)", `"241"`},
		{"$sort([{'n': 2}, {'n': 1}], function($a, $b) { $a.n > $b.n }).n", "[1,2]"},
		{"1 / 0 + 1", "D1001"},
		{"'a' + 1", "T2001"},
		{"1 < 'a'", "T2009"},
		{"$substring('a', 'b')", "T0410"},
		{"{1: 2}", "T1003"},
		{"[1..1e8]", "D2014"},
		{"%", "S0217"},
	}.run(t)
}

func TestRegularExpressions(t *testing.T) {
	table{
		{`$match("ab12cd", /([a-z])(\d)?/).match`, `["a","b1","c","d"]`},
		{`$match("2024-05-06", /(\d+)-(\d+)/).groups`, `["2024","05"]`},
		{`$replace("John Smith", /(\w+)\s(\w+)/, "$2, $1")`, `"Smith, John"`},
		{`$replace("aAbB", /[a-z]/, function($m) { $uppercase($m.match) })`, `"AABB"`},
		{`$split("a1b22c", /\d+/)`, `["a","b","c"]`},
		{`$contains("Hello", /^h.*O$/i)`, "true"},
		{`$contains("a\nb", /^b$/)`, "false"},
		{`$contains("a\nb", /^b$/m)`, "true"},
		{`$contains("b\n", /b$/)`, "false"},
		{`$match("abab", /(?:(a)|(b))*/).groups`, `[null,"b"]`},
		{`$match("aa bb", /(\w)\1/).match`, `["aa","bb"]`},
		{`$match("price: 10 EUR", /(?<=: )\d+(?= EUR)/).match`, `"10"`},
		{`$match("x1y2", /(?<letter>[a-z])(?<digit>\d)/).groups`, `["x","1","y","2"]`},
		{`$match("foobar", /foo(?!baz)/).match`, `"foo"`},
		{`$match("aaa", /a{2}?/).match`, `"aa"`},
		{`$match("\u2028", /./)`, "undefined"},
		{`$match("é", /\w/)`, "undefined"},
		{`$match("\u00a0", /\s/).index`, "0"},
		{`$length($match("😀", /./)[0].match)`, "1"},
		{`$match("", /a*/).match`, `""`},
		{`$match("ab", /a*/)`, "D1004"},
		{`/a/("xa").start`, "1"},
		{`/a(/`, "S0302"},
		{`/(?<a>x)(?<a>y)/`, "S0303"},
		{`/[z-a]/`, "S0303"},
		{`/*/`, "S0106"},
		{`//`, "S0301"},
	}.run(t)
}

func TestDecodeAndEncode(t *testing.T) {
	for _, row := range [][2]string{
		{`{"b":1,"a":{"d":[],"c":null},"10":2}`, ""},
		{` [ 1 , -0.5e3 , 1E400 ] `, "D3110"},
		{`[1.0,10e2,-0,123456789012345678]`, `[1,1000,0,123456789012345678]`},
		{`"\u00e9\ud83d\ude00\ud83d\n\/<>&"`, `"é😀\ud83d\n/<>&"`},
		{`{"a":1,"a":2}`, `{"a":2}`},
		{`[{"a":1,"b":2},{"a":3,"b":4},{"a":5},{"b":6,"a":7},{"a":8,"b":9,"c":10}]`, ""},
		{`01`, "D3110"}, {`[1,]`, "D3110"}, {`{"a"}`, "D3110"}, {`"a`, "D3110"}, {"\"\t\"", "D3110"}, {`nul`, "D3110"}, {`1 2`, "D3110"}, {``, "D3110"}, {`"\x"`, "D3110"},
	} {
		want := row[1]
		if want == "" {
			want = row[0]
		}
		v, err := Decode([]byte(row[0]))
		got := ""
		if err != nil {
			got = err.(*Error).Code
		} else if b, err := Encode(v); err == nil {
			got = string(b)
		}
		if got != want {
			t.Errorf("%s gives %s, want %s", row[0], got, want)
		}
	}
	for _, v := range []any{Undefined, library["sum"], make(chan int), []any{func() {}}, &struct{ F func() }{}} {
		if b, err := Encode(v); err == nil {
			t.Errorf("%v was written as %s", v, b)
		}
	}
}

func TestObject(t *testing.T) {
	o := NewObject()
	for i := range 40 {
		o.Set(string(rune('A'+i)), i)
	}
	o.Delete("B")
	o.Set("C", "x")
	o.Set("B", nil)
	if v, ok := o.Get("C"); !ok || v != "x" || o.Len() != 40 {
		t.Errorf("C is %v, length %d", v, o.Len())
	}
	last := ""
	for k := range o.Keys() {
		last = k
	}
	if _, ok := o.Get("Z"); last != "B" || !ok {
		t.Errorf("last key is %s", last)
	}
	rows := decoded(`[{"a":1,"b":2},{"a":3,"b":4}]`).([]any)
	rows[0].(*Object).Set("c", 5)
	rows[1].(*Object).Delete("a")
	if got := jsonText(rows); got != `[{"a":1,"b":2,"c":5},{"b":4}]` {
		t.Errorf("objects that share their keys change each other: %s", got)
	}
}

// TestGoValues evaluates over Go maps, slices and integers.
func TestGoValues(t *testing.T) {
	input := map[string]any{"n": 2, "list": []any{1, int64(2), map[string]any{"k": uint8(3)}}, "names": []string{"a", "b"}, "m": map[string]any{"z": 1, "a": 2.5}}
	rows := table{
		{"n * 2", "4"}, {"list[1] + 1", "3"}, {"list.k", "3"}, {"names[1]", `"b"`}, {"$keys(m)", `["a","z"]`}, {"$sum([n, list[0]])", "3"}, {"m", `{"a":2.5,"z":1}`},
		{"list[0] = 1", "true"}, {"n > 1 and list[0] < 2", "true"}, {"$string(list)", `"[1,2,{\"k\":3}]"`}, {"m.*", "[2.5,1]"}, {"$type(n)", `"number"`},
	}
	for _, row := range rows {
		e, err := Compile(row.expr)
		if err != nil {
			t.Fatal(err)
		}
		v, err := e.Eval(context.Background(), input, nil)
		if got := jsonText(v); err != nil || got != row.want {
			t.Errorf("%s gives %s, %v, want %s", row.expr, got, err, row.want)
		}
	}
}
