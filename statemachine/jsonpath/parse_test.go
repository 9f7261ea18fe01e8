package jsonpath_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/steploom/steploom/internal/pace"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

// spell writes a tree in full, so that every decision of the parser shows.
func spell(path *jsonpath.Path) string {
	var all strings.Builder
	all.WriteString([]string{"$", "@", "$$", "$" + path.Root.Name}[path.Root.Kind])
	for _, step := range path.Steps {
		all.WriteString(spellStep(step))
	}
	return all.String()
}

func spellStep(step jsonpath.Step) string {
	switch step := step.(type) {
	case *jsonpath.Child:
		return "[" + quoted(step.Names) + "]"
	case *jsonpath.Index:
		return strings.ReplaceAll(fmt.Sprint(step.Indexes), " ", ",")
	case *jsonpath.Slice:
		return "[" + bound(step.From) + ":" + bound(step.To) + strings.TrimRight(":"+bound(step.By), ":") + "]"
	case *jsonpath.Wildcard:
		return map[bool]string{true: ".*", false: "[*]"}[step.Dotted]
	case *jsonpath.Descend:
		return ".." + spellStep(step.Step)
	case *jsonpath.Filter:
		return "[?" + spellCondition(step.Condition) + "]"
	case *jsonpath.Function:
		var arguments []string
		for _, argument := range step.Arguments {
			arguments = append(arguments, spellOperand(argument))
		}
		return "." + step.Name + "(" + strings.Join(arguments, ",") + ")"
	}
	return "?"
}

func quoted(names []string) string {
	var list []string
	for _, name := range names {
		list = append(list, "'"+name+"'")
	}
	return strings.Join(list, ",")
}

func bound(index *int) string {
	if index == nil {
		return ""
	}
	return fmt.Sprint(*index)
}

func spellCondition(c jsonpath.Condition) string {
	switch c := c.(type) {
	case *jsonpath.Or:
		return "(" + spellCondition(c.Left) + "||" + spellCondition(c.Right) + ")"
	case *jsonpath.And:
		return "(" + spellCondition(c.Left) + "&&" + spellCondition(c.Right) + ")"
	case *jsonpath.Not:
		return "!" + spellCondition(c.Operand)
	case *jsonpath.Exists:
		return spell(c.Path)
	case *jsonpath.Comparison:
		return "(" + spellOperand(c.Left) + " " + c.Operator + " " + spellOperand(c.Right) + ")"
	}
	return "?"
}

func spellOperand(o jsonpath.Operand) string {
	switch o := o.(type) {
	case *jsonpath.Path:
		return spell(o)
	case *jsonpath.Literal:
		text, err := json.Marshal(o.Value)
		if err != nil {
			return err.Error()
		}
		return string(text)
	case *jsonpath.Regex:
		return "/" + o.Pattern + "/" + o.Flags
	case *jsonpath.Hole:
		return fmt.Sprintf("<%d>", o.Number)
	case *jsonpath.Template:
		var all strings.Builder
		for _, part := range o.Parts {
			all.WriteString(spellOperand(part))
		}
		return all.String()
	}
	return "?"
}

func TestParse(t *testing.T) {
	for _, test := range []struct {
		flavour    jsonpath.Flavour
		text, want string
	}{
		{jsonpath.Jayway, "$", "$"},
		{jsonpath.Jayway, " $.a.b ", "$['a']['b']"},
		{jsonpath.Jayway, "a.b[0]", "$['a']['b'][0]"},
		{jsonpath.Jayway, "[0].a", "$[0]['a']"},
		{jsonpath.Jayway, "$.a-b.c:d.e_f.$.@.?", "$['a-b']['c:d']['e_f']['$']['@']['?']"},
		{jsonpath.Jayway, `$['a b']["c'd"]['e\'\u0066\\']`, `$['a b']['c'd']['e'f\']`},
		{jsonpath.Jayway, `$['\uD83D\uDE00']`, `$['😀']`},
		{jsonpath.Jayway, "$[ 0 ][-1][1, 2]", "$[0][-1][1,2]"},
		{jsonpath.Jayway, "$[1:][:2][1:-1][0:4:2]", "$[1:][:2][1:-1][0:4:2]"},
		{jsonpath.Jayway, "$['a' , 'b'].*[*]..c..[0]..*", "$['a','b'].*[*]..['c']..[0]...*"},
		{jsonpath.Jayway, "$.a.length()", "$['a'].length()"},
		{jsonpath.Jayway, `$.sum($.a[*], 3, {"b": [1, null]}, "x")`, `$.sum($['a'][*],3,{"b":[1,null]},"x")`},
		{jsonpath.Jayway, "$[?(@.v==1)]", "$[?(@['v'] == 1)]"},
		{jsonpath.Jayway, "$[?(@.k=='a')].b", `$[?(@['k'] == "a")]['b']`},
		{jsonpath.Jayway, "$[?(@.a==null)]", "$[?(@['a'] == null)]"},
		{jsonpath.Jayway, "$[?(@.a > 5&&@.b)]", "$[?((@['a'] > 5)&&@['b'])]"},
		{jsonpath.Jayway, "$[?(@.a || @.b && !@.c)]", "$[?(@['a']||(@['b']&&!@['c']))]"},
		{jsonpath.Jayway, "$[?((@.a || @.b) && !(@.c < 1e3))]", "$[?((@['a']||@['b'])&&!(@['c'] < 1e3))]"},
		{jsonpath.StepFunctions, "$[?@.a]", "$[?@['a']]"},
		{jsonpath.Jayway, "$[? ( (@.a) && @[0].[' '] ) ]", "$[?(@['a']&&@[0][' '])]"},
		{jsonpath.Jayway, "$[?(@ in ['a', \"b\", -3.50, true])]", `$[?(@ in ["a","b",-3.50,true])]`},
		{jsonpath.Jayway, "$[?(@.a SubsetOf [007])]", `$[?(@['a'] subsetof [7])]`},
		{jsonpath.Jayway, "$[?(@.a =~ /x\\/[)]/i)]", `$[?(@['a'] =~ /x\/[)]/i)]`},
		{jsonpath.Jayway, "$[?(@.a[?(@.b[0].length() === $.c.max())])]", "$[?@['a'][?(@['b'][0].length() === $['c'].max())]]"},
		{jsonpath.StepFunctions, "$$.Execution.Id", "$$['Execution']['Id']"},
		{jsonpath.StepFunctions, "$order.lines[?(@.id == $$.Map.Item.Value)]", "$order['lines'][?(@['id'] == $$['Map']['Item']['Value'])]"},
		{jsonpath.StepFunctions, "$", "$"},
		{jsonpath.StepFunctions, "$[?(@.Name==VENDOR_NAME || @.b == true)].a", `$[?((@['Name'] == "VENDOR_NAME")||(@['b'] == true))]['a']`},
		{jsonpath.Plain, "data.items[0].the id", "$['data']['items'][0]['the id']"},
		{jsonpath.Plain, "$['a'][*].b", "$['a'][*]['b']"},
	} {
		path, err := jsonpath.Parse(test.text, test.flavour)
		if err != nil {
			t.Errorf("%s: %v", test.text, err)
		} else if got := spell(path); got != test.want {
			t.Errorf("%s gives %s, want %s", test.text, got, test.want)
		}
	}
}

// The ^ stands where the error begins; its text follows.
func TestParseErrors(t *testing.T) {
	for _, test := range []struct {
		flavour        jsonpath.Flavour
		marked, reason string
	}{
		{jsonpath.Jayway, "^", "starts with $"},
		{jsonpath.Jayway, "$^a", "must follow"},
		{jsonpath.Jayway, "$[0]^a", "must follow"},
		{jsonpath.Jayway, "$^.", "a name must follow '.'"},
		{jsonpath.Jayway, "$^..", "a name must follow '..'"},
		{jsonpath.Jayway, "$.a^]", "unexpected"},
		{jsonpath.Jayway, "$.a^ b", "unexpected"},
		{jsonpath.Jayway, "$^[", "expected an index"},
		{jsonpath.Jayway, "$^[a]", "expected an index"},
		{jsonpath.Jayway, "$[^'a", "closing '"},
		{jsonpath.Jayway, "$['a',^]", "quoted name"},
		{jsonpath.Jayway, "$[1,^]", "expected an index"},
		{jsonpath.Jayway, "$^[:]", "first or a last"},
		{jsonpath.Jayway, "$[^9223372036854775807]", "too large"},
		{jsonpath.Jayway, "$[0^", `"]" is missing`},
		{jsonpath.Jayway, "$[^(@.length-1)]", "an expression"},
		{jsonpath.Jayway, "$[?(@.a ^= 1)]", "compares nothing"},
		{jsonpath.Jayway, "$[?(@.a ^and @.b)]", "not an operator"},
		{jsonpath.Jayway, "$[?(@.a^&&@.b)]", "belong to the path"},
		{jsonpath.Jayway, "$[?(@.a == ^b)]", "expected @"},
		{jsonpath.Jayway, "$[?(^!@.a == 1)]", "no effect"},
		{jsonpath.Jayway, "$[?(1^)]", "a filter compares"},
		{jsonpath.Jayway, "$[?(@.a == 1^]", `")" is missing`},
		{jsonpath.Jayway, "$[?(@.a =~ ^/x)]", "closing /"},
		{jsonpath.Jayway, "$[?(@.a =~ ^/x(/)]", "parentheses"},
		{jsonpath.Jayway, "^.a", "starts with $"},
		{jsonpath.Jayway, "$^[1 :2]", "no blanks"},
		{jsonpath.Jayway, "$^[1: 2]", "no blanks"},
		{jsonpath.Jayway, "$[1:^-]", "a number must follow"},
		{jsonpath.Jayway, "$[?^@.a == 1]", "in parentheses"},
		{jsonpath.Jayway, "$[?(@.a) ^&& (@.b)]", "all of its condition"},
		{jsonpath.Jayway, "$[?(@.a ^in[1])]", "a blank must follow"},
		{jsonpath.Jayway, "$[?(@.a^/b == 1)]", "must follow"},
		{jsonpath.Jayway, "$[?(@[0]^[' '] == 1)]", "behind another one"},
		{jsonpath.Jayway, "$[?(@^.max(1) == 1)]", "no arguments"},
		{jsonpath.Jayway, "$.concat(^'x')", "double quotes"},
		{jsonpath.Jayway, "$.concat(1 ^2)", `"," is missing`},
		{jsonpath.StepFunctions, "^a.b", "starts with $"},
		{jsonpath.StepFunctions, "^@.b", "starts with $"},
		{jsonpath.Plain, "a^[?(@.b)]", "expected an index"},
		{jsonpath.Plain, "a[0^,1]", `"]" is missing`},
		{jsonpath.Plain, "@.a^[?]", "expected an index"},
	} {
		text := strings.ReplaceAll(test.marked, "^", "")
		_, err := jsonpath.Parse(text, test.flavour)
		var bad *jsonpath.Error
		if !errors.As(err, &bad) || !strings.Contains(bad.Message, test.reason) || bad.End <= bad.Start {
			t.Errorf("%s gives %#v, want %q", text, err, test.reason)
		} else if at := strings.Index(test.marked, "^"); bad.Start != at {
			t.Errorf("%s: %q at %d, want %d", text, bad.Message, bad.Start, at)
		}
	}
	for _, deep := range []string{"$[?(" + strings.Repeat("(", 500), "$" + strings.Repeat("[?(@", 500), "$" + strings.Repeat(".a($", 500), "$[?(@ in " + strings.Repeat("[", 500)} {
		if _, err := jsonpath.Parse(deep, jsonpath.Jayway); err == nil || !strings.Contains(err.Error(), "too deeply") {
			t.Errorf("%.20s… gives %v", deep, err)
		}
	}
}

func TestHoles(t *testing.T) {
	for marked, want := range map[string]string{
		"$[?(@.a == {x})]":                 "$[?(@['a'] == <0>)]",
		"$[?(@.a == 'n {x}/{y}')].b":       `$[?(@['a'] == "n "<0>"/"<1>)]['b']`,
		"$[?({xx} > @.a && @.b == {y})]":   "$[?((<0> > @['a'])&&(@['b'] == <1>))]",
		"$.a{x}":                           "",
		"$.{x}":                            "",
		"$['a{x}']":                        "",
		"$[{x}]":                           "",
		"$[?(@.a{x} == 1)]":                "",
		"$[?(@.a in [{x}])]":               "",
		"$[?(@.a in ['{x}'])]":             "",
		"$[?(@.a == 1{x})]":                "",
		"{x}.a":                            "",
		"$.a({x})":                         "",
		"$[?(@.a =~ /{x}/)] ":              "",
		"$[?({x})]":                        "",
		"$[?(@.a == '{x}' || '{y}' == 1)]": "$[?((@['a'] == <0>)||(<1> == 1))]",
	} {
		path, err := jsonpath.Parse(marked, jsonpath.Jayway, braces(marked)...)
		switch {
		case want == "" && err == nil:
			t.Errorf("%s is accepted as %s", marked, spell(path))
		case want != "" && err != nil:
			t.Errorf("%s: %v", marked, err)
		case want != "" && spell(path) != want:
			t.Errorf("%s gives %s, want %s", marked, spell(path), want)
		}
	}
}

// braces finds the holes {…} of a text.
func braces(text string) []jsonpath.Span {
	var holes []jsonpath.Span
	for at := range len(text) {
		if text[at] == '{' && strings.Contains(text[at:], "}") {
			holes = append(holes, jsonpath.Span{Start: at, End: at + strings.IndexByte(text[at:], '}') + 1})
		}
	}
	return holes
}

func TestKinds(t *testing.T) {
	for text, want := range map[string][2]bool{ // definite, reference
		"$":               {true, true},
		"$.a['b'][0]":     {true, true},
		"$.a[0,1]":        {false, false},
		"$['a','b']":      {true, false},
		"$['a','b'].c":    {false, false},
		"$.a.*":           {false, false},
		"$..a":            {false, false},
		"$..a.length()":   {true, false},
		"$.a.length()":    {true, false},
		"$.a[*].length()": {false, false},
		"$[?(@.a)]":       {false, false},
		"$[1:2]":          {false, false},
	} {
		path, err := jsonpath.Parse(text, jsonpath.Jayway)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if got := [2]bool{path.Definite(), path.Reference()}; got != want {
			t.Errorf("%s: definite, reference %v, want %v", text, got, want)
		}
	}
}

func TestExpression(t *testing.T) {
	for text, want := range map[string]string{
		"$": "$x", "$.a['b c'][-1].d": "($x.a.`b c`)[-1].d", "$.a[*].b": "$x.a.b", "$.*": "", "$[0,1]": "", "$['a','b']": "", "$..a": "",
	} {
		path, err := jsonpath.Parse(text, jsonpath.Jayway)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		node, ok := path.Expression(build.Var("x"))
		if ok != (want != "") || ok && jsonata.Print(node) != want {
			t.Errorf("%s gives %t, want %q", text, ok, want)
		}
	}
}

// FuzzParse: whatever the text, reading it ends soon, with a tree whose places lie inside the text or with an error at a place.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"$.a[0]", "$[?(@.a == 'b' && !(@.c > 1))]", "$..x", "$['a\\'b'][1:2]", "$[?(@.a in [1,{'a':null}])]", "$.f($.a,1)", "$$.a", "$v.b", "a b[*]", "$[?(@ =~ /a\\//i)]", "$[?(@.a == {x})]", "$[?(", "$[((", "$['\\u00", "{", "$[?(@&&", "'''"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, flavour := range []jsonpath.Flavour{jsonpath.Jayway, jsonpath.StepFunctions, jsonpath.Plain} {
			pace.Linear(t, text, func(long string) { _, _ = jsonpath.Parse("$"+long, flavour, braces(long[:min(len(long), 1000)])...) })
			path, err := jsonpath.Parse(text, flavour, braces(text)...)
			if err != nil {
				var bad *jsonpath.Error
				if !errors.As(err, &bad) || bad.Message == "" || bad.Start < 0 || bad.End <= bad.Start || bad.Start > len(text) {
					t.Errorf("%q gives %#v", text, err)
				}
				continue
			}
			last := path.Root.End
			for _, step := range path.Steps {
				at := step.At()
				if at.Start < last || at.End <= at.Start || at.End > len(text) {
					t.Fatalf("%q: a step at %v behind %d", text, at, last)
				}
				last = at.End
			}
			spell(path)
		}
	})
}
