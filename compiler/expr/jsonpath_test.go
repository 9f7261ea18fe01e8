package expr_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/compiler/expr"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

// TestPathsAsJSONata shows what paths become.
func TestPathsAsJSONata(t *testing.T) {
	const list = "$map({'v': $x}.($type(v) = 'array' ? $map(v, function($e){{'v': $e}}) : $type(v) = 'object' ? {'v': v})"
	for path, want := range map[string]string{
		"$":                         "$x",
		"$.a.b":                     "$x.a.b",
		"$['a b']":                  "$x.`a b`",
		"$[0].a":                    "($type($x) = 'array' ? $x[0]).a",
		"$.a[0].b[-1]":              "$x.($type(a) = 'array' ? a[0]).($type(b) = 'array' ? b[-1])",
		"$.a[*].b":                  "$map({'v': $x.a}.($type(v) = 'array' ? $map(v, function($e){{'v': $e}}) : $type(v) = 'object' ? $each(v, function($e){{'v': $e}}))[$type(v) = 'object'].{'v': v.b}, function($m){$m.v})",
		"$[3,1]":                    "$map({'v': $x}[$type(v) = 'array'].([{'v': v[3]}, {'v': v[1]}]), function($m){$m.v})",
		"$[1:-1]":                   "$map({'v': $x}[$type(v) = 'array'].([]), function($m){$m.v})",
		"$[-2:]":                    "$map({'v': $x}[$type(v) = 'array'].$map(v, function($e, $i){$i >= $count(v) - 2 ? {'v': $e}}), function($m){$m.v})",
		"$..id":                     "$map({'v': $x}.v.**[$type($) = 'object'].{'v': id}, function($m){$m.v})",
		"$['a','b']":                "{'v': $x}[$type(v) = 'object'].{'v': {'a': v.a, 'b': v.b}}.v",
		"$[?(@.a==1)]":              list + "[$type(v) = 'object' and v.a in [1, '1']], function($m){$m.v})",
		"$[?(@.a=='x'&&@.b)]":       list + "[$type(v) = 'object' and (v.a = 'x' and $exists(v.b))], function($m){$m.v})",
		"$[?(@ < 2.50)]":            list + "[$exists(v) and ($type(v) = 'number' and v < 2.5)], function($m){$m.v})",
		"$[?(@ != null)]":           list + "[$exists(v) and $not(v = null)], function($m){$m.v})",
		"$[?(@.a in ['x',5])]":      list + "[$type(v) = 'object' and v.a in ['x', 5, '5']], function($m){$m.v})",
		"$[?(@.a =~ /b\\/.*/i)]":    list + "[$exists(v) and $exists(($type(v) = 'object' ? v.a)[$type($) in ['string', 'number', 'boolean'] and $contains($string($), /^(?:b\\/.*)$/i)])], function($m){$m.v})",
		"$.a.length()":              "{'v': $x.a}.{'v': $type(v) = 'array' ? $count(v) : $type(v) = 'object' ? $count($keys(v)) : $exists(v) ? null}.v",
		"$.a[?(@.b == $.c)].length": "",
	} {
		parsed, err := expr.ParseJSONPath(path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		got := jsonata.Print(parsed.Value(expr.Root{Node: build.Var("x")}))
		if diff := cmp.Diff(want, got); want != "" && diff != "" {
			t.Errorf("%s (-want +got)\n%s", path, diff)
		}
	}
}

// TestRows shows what paths become whose root is known to be a list of objects.
func TestRows(t *testing.T) {
	for path, want := range map[string]string{
		"$":                    "$x",
		"$[0].a":               "$x[0].a",
		"$.a":                  "$map($x.{'v': a}, function($m){$m.v})",
		"$[*].a":               "$map($x.{'v': a}, function($m){$m.v})",
		"$[?(@.id > 1)]":       "$x[$type(id) = 'number' and id > 1]",
		"$[?(@.id == 1)].name": "$map($x[id in [1, '1']].{'v': name}, function($m){$m.v})",
	} {
		parsed, err := expr.ParseJSONPath(path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if diff := cmp.Diff(want, jsonata.Print(parsed.Value(expr.Root{Node: build.Var("x"), Shape: expr.RowsShape}))); diff != "" {
			t.Errorf("%s (-want +got)\n%s", path, diff)
		}
	}
}

// TestFlags: of data that has 1 and 0 for booleans, a filter that asks for a boolean finds both; of any other, booleans alone. A number is asked for as ever.
func TestFlags(t *testing.T) {
	rows := `[{"id":1,"ok":1},{"id":2,"ok":0},{"id":3,"ok":true},{"id":4,"ok":false},{"id":5,"ok":null},{"id":6},{"id":7,"ok":"1"},{"id":8,"ok":2}]`
	for path, want := range map[string][2]string{ // with flags, without
		"@.ok == true":      {"[1,3]", "[3]"},
		"@.ok == false":     {"[2,4]", "[4]"},
		"true == @.ok":      {"[1,3]", "[3]"},
		"@.ok === true":     {"[1,3]", "[3]"},
		"@.ok != true":      {"[2,4,5,6,7,8]", "[1,2,4,5,6,7,8]"},
		"@.ok !== false":    {"[1,3,5,6,7,8]", "[1,2,3,5,6,7,8]"},
		"@.ok in [true,2]":  {"[1,3,8]", "[3,8]"},
		"!(@.ok == false)":  {"[1,3,5,6,7,8]", "[1,2,3,5,6,7,8]"},
		"@.ok == #":         {"[1,3]", "[3]"},
		"# == @.ok":         {"[1,3]", "[3]"},
		"@.ok == $[0].ok":   {"[1,3,7]", "[1,7]"},
		"@.ok == 1":         {"[1,7]", "[1,7]"},
		"@.ok":              {"[1,2,3,4,5,7,8]", "[1,2,3,4,5,7,8]"},
		"@.ok == null":      {"[5]", "[5]"},
		"@.ok && @.id == 1": {"[1]", "[1]"},
	} {
		text := "$[?(" + path + ")].id"
		var holes []jsonpath.Span
		if at := strings.Index(text, "#"); at >= 0 {
			holes = append(holes, jsonpath.Span{Start: at, End: at + 1})
		}
		parsed, err := expr.ParseJSONPath(text, holes...)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		for i, flags := range []bool{true, false} {
			root := expr.Root{Node: build.Var("rows"), Shape: expr.RowsShape, Flags: flags}
			hole := expr.Hole{Value: build.Bool(true), List: build.List(build.Bool(true))}
			if got := evaluated(t, parsed.List(root, hole), rows); got != want[i] {
				t.Errorf("%s, flags %t: %s, want %s", text, flags, got, want[i])
			}
		}
	}
}

// evaluated is what an expression over the variable rows gives, in JSON.
func evaluated(t *testing.T, node jsonata.Node, rows string) string {
	t.Helper()
	compiled, err := jsonata.Compile(jsonata.Print(node))
	if err != nil {
		t.Fatal(err)
	}
	data, err := jsonata.Decode([]byte(rows))
	if err != nil {
		t.Fatal(err)
	}
	value, err := compiled.Eval(t.Context(), nil, jsonata.Variables{"rows": data})
	if err != nil {
		t.Fatal(err)
	}
	return encode(t, value)
}

// TestRefusedPaths are paths that Jayway does not compile, or that cannot be said in JSONata. The ^ stands where the error begins.
func TestRefusedPaths(t *testing.T) {
	for _, test := range []struct{ path, want string }{
		{"$a", " ^unexpected"},
		{"$[a]", " ^expected an index"},
		{"$[?(@.a =)]", "        ^'=' compares nothing"},
		{"$.a.median()", "   ^there is no JSONPath function median()"},
		{"$.a.first().b", "   ^no step can follow a function"},
		{"$..*.a", " ^a name or * behind this step finds nothing in Jayway, or not all"},
		{"$..[-1].a", " ^a name or * behind this step"},
		{"$[?(@.a exists true)]", "    ^the operator exists is not supported"},
		{"$[?(@.a =~ /a(?i)b/)]", "           ^groups such as (?<…) and (?i) cannot be said here"},
		{"$[?(@.a =~ /a*+b/)]", "           ^possessive quantifiers such as *+ cannot be said here"},
		{"$[?(@.a =~ /\\p{L}/)]", "           ^\\p cannot be said here"},
		{"$[?(@.a =~ /[a&&b]/)]", "           ^the intersection of classes cannot be said here"},
		{"$[?(@.a =~ /é/i)]", "           ^the flag i does not reach beyond ASCII in Java"},
		{"$[?(@.a =~ /\\u00e9/i)]", "           ^the flag i does not reach beyond ASCII in Java"},
		{"$[?(@.a =~ /$a/)]", "           ^a $ in front of something"},
		{"$[?(@.a =~ /a{,2}/)]", "           ^a { stands for a number of times"},
		{"$[?(@.a == 1e999)]", "           ^1e999 is too large for a number"},
		{"$.a.index('x')", "          ^an argument is a path"},
		{"$.a.length(1)", "   ^length() takes no argument here"},
		{"$[?(" + strings.Repeat("(", 500) + "@.a", strings.Repeat(" ", 54) + "^the path is nested too deeply"},
	} {
		indent, message, _ := strings.Cut(test.want, "^")
		_, err := expr.ParseJSONPath(test.path)
		bad, ok := err.(*expr.Error)
		if !ok {
			t.Errorf("%s: %v", test.path, err)
		} else if bad.Start != len(indent) || !strings.HasPrefix(bad.Message, message) {
			t.Errorf("%s: %q at %d, want %q at %d", test.path, bad.Message, bad.Start, message, len(indent))
		}
	}
}

// TestNeverHolds are conditions that Jayway compiles and that never hold.
func TestNeverHolds(t *testing.T) {
	for _, path := range []string{"$[?(@.a all ['x'])]", "$[?(@.a type 'x')]", "$[?(@.a =~ 'x')]"} {
		parsed, err := expr.ParseJSONPath(path)
		if err != nil || len(parsed.Warnings) != 1 {
			t.Errorf("%s: %v, %v", path, parsed, err)
		}
	}
}
