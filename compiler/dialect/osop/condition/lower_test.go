package condition_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/dialect/osop/condition"
	"github.com/steploom/steploom/internal/pace"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// values is a scope in which every name but those in unknown is a field of $v.
type values struct{ words []string }

func (s *values) Resolve(path []string) (condition.Value, error) {
	if strings.HasPrefix(path[0], "unknown") {
		return condition.Value{}, fmt.Errorf("nothing is named %s", path[0])
	}
	var node jsonata.Node = build.Var("v")
	for _, name := range path {
		node = build.Field(node, name)
	}
	return condition.Value{Node: node, Missing: true}, nil
}

func (s *values) Function(name string, arguments []string) (condition.Value, error) {
	return condition.Value{Node: build.Text(name + " " + strings.Join(arguments, ",")), Type: condition.Text}, nil
}

func (s *values) Word(name string, _, _ int) { s.words = append(s.words, name) }

const input = `{"n": 5, "t": "open", "b": true, "half": 2.5, "no": false, "z": null, "list": [1, 2, 3], "one": [7], "o": {"a": {"b": 1}, "length": 9}, "people": [{"age": 3}, {"age": 40}],
 "empty": [], "text": "a long text", "when": "2026-01-02T00:00:00Z"}`

func evaluate(t *testing.T, text string) any {
	t.Helper()
	node, err := condition.Parse(text, func(name string) bool { return name == "with-hyphen" })
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	lowered, err := condition.Lower(node, &values{})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	expression, err := jsonata.Compile(jsonata.Print(lowered), jsonata.AWS())
	if err != nil {
		t.Fatalf("%s: %s: %v", text, jsonata.Print(lowered), err)
	}
	bound, err := jsonata.Decode([]byte(input))
	if err != nil {
		t.Fatal(err)
	}
	result, err := expression.Eval(context.Background(), nil, jsonata.Variables{"v": bound})
	if err != nil {
		t.Fatalf("%s: %s: %v", text, jsonata.Print(lowered), err)
	}
	return result
}

func TestConditions(t *testing.T) {
	for text, want := range map[string]bool{
		"n == 5": true, "n != 5": false, "n > 4 && n < 6": true, "n >= 6 || t == 'open'": true, `t == "open"`: true, "t != closed": true,
		"n > 'a'": false, "missing > 1": false, "missing < 1": false, "missing == null": true, "missing != null": false, "z == null": true, "z != 1": true,
		"missing == 'x'": false, "missing != 'x'": true, "b": true, "!b": false, "not b": false, "missing": false, "!missing": true, "z": false, "empty": false,
		"b == true": true, "no == false": true, "otherwise": true, "else": true, "true": true, "false": false, "b and not no": true, "b AND no": false, "no OR b": true,
		"n in [1, 5]": true, `t in ["a", "open"]`: true, "n not in [1, 2]": true, "2 in list": true, "7 in one": true, "1 in empty": false, "'a' in o": true,
		"list contains 2": true, "text contains 'long'": true, "missing contains 'x'": false, "text.contains('text')": true, "list.length == 3": true,
		"text.length > 5": true, "o.length == 9": true, "missing.length == 0": true, "size(list) == 3": true, "list.size() == 3": true, "empty.length == 0": true,
		"n / 2 == 2": true, "n / 2.0 == 2.5": true, "5 / 2 == 2": true, "-n / 2 == -2": true, "double(n) / 2 == 2.5": true, "half / 2 == 1.25": true, "size(list) / 2 == 1": true,
		"n / missing == null": true, "(n + n) / 4 == 2": true, "9007199254740993 / 1 == 9007199254740993": true, "7 % 4 == 3": true, "-7 / 2 == -3": true,
		"list + [4] == [1, 2, 3, 4]": true, "one + one == [7, 7]": true, "size(list + one) == 4": true, "4 in list + [4]": true, "[1] + [2] == [1, 2]": true, "n + [2] == null": true,
		"missing + [2] == null": true, "t + t == 'openopen'": true, "t + n == null": true, "b + n == null": true, "'id-' + n == 'id-5'": true, "'id-' + missing == null": true,
		"(n == 5) == true": true, "(n > 4) == b": true, "people[0].age + people[1].age == 43": true,
		"n + 1 == 6": true, "-n < 0": true, "missing / 2 > 1": false, "n % 2 == 1": true, "t + '!' == 'open!'": true,
		"o.a.b == 1": true, "o['a'].b == 1": true, "list[0] == 1": true, "people[1].age == 40": true, "has(o.a)": true, "has(o.x)": false,
		"t.startsWith('op')": true, "t.endsWith('en')": true, "t.endsWith('much longer')": false, "t.matches('^o.*n$')": true, "n.startsWith('5')": false,
		"people.exists(p, p.age > 18)": true, "people.all(p, p.age > 18)": false, "people.exists_one(p, p.age > 18)": true, "people.filter(p, p.age > 18).length == 1": true,
		"people.map(p, p.age + 1).length == 2": true, "empty.all(p, p.age > 18)": true, "n > 3 ? b : no": true, "int('7') == 7": true, "string(n) == '5'": true,
		"double('1.5') == 1.5": true, "type(n) == 'number'": true, "timestamp(when) < now()": true, "duration('1m') == 60000": true, "${n} == 5": true, "{{t}} == 'open'": true,
		"status(x) == 'status x'": true, "with-hyphen == null": true, "n-1 == 4": true, "(n == 5)": true,
	} {
		if got := evaluate(t, text); got != want {
			t.Errorf("%s gives %v", text, got)
		}
	}
}

func TestConditionsThatAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		"":                             "ends too early",
		"n ==":                         "ends too early",
		"n == == 5":                    "not expected",
		"n == 5 5":                     "not expected",
		"t == 'open":                   "not closed",
		"n @ 5":                        "no meaning",
		"(n == 5":                      "ends too early",
		"n.":                           "ends too early",
		"n is 5":                       "not expected",
		"frob(n)":                      "no function",
		"size(n, t)":                   "takes 1",
		"unknown > 1":                  "nothing is named",
		"1 < n < 9":                    "cannot be chained",
		"n == t == o":                  "cannot be chained",
		"1 <= n <= 9 && b":             "cannot be chained",
		"n > 1 in list":                "cannot be chained",
		"(1 < n) < 9":                  "true and false has no order",
		"list.map(x, x) < 3":           "a list has no order",
		"n < null":                     "null has no order",
		"size(list) == '3'":            "never equals",
		"string(n) == 5":               "never equals",
		"(n > 1) == 'true'":            "never equals",
		"string(n) < 5":                "have no order",
		"n + (n > 1)":                  "no meaning for true and false",
		"1 + [2]":                      "cannot be joined",
		"'a' + [2]":                    "cannot be joined with a list",
		"'a' + null":                   "cannot be joined with null",
		"'a' + true":                   "cannot be joined with true",
		"t - 'a'":                      "no meaning for a text",
		"[1] * 2":                      "no meaning for a list",
		"n / null":                     "no meaning for null",
		"-'a'":                         "no meaning for a text",
		"n in 'abc'":                   "nothing is in a text",
		"size(5)":                      "has no size",
		"t.matches(n)":                 "written out",
		"t.matches('(')":               "regular expression",
		"duration(n)":                  "written out",
		"has(5)":                       "takes a reference",
		"people.all(1)":                "takes a name",
		strings.Repeat("(", 500) + "n": "too deeply",
		strings.Repeat("!", 500) + "n": "too deeply",
		strings.Repeat("-", 500) + "n": "too deeply",
	} {
		node, err := condition.Parse(text, func(string) bool { return false })
		if err == nil {
			_, err = condition.Lower(node, &values{})
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: %v, want %s", text, err, want)
		}
	}
}

func TestUnquotedWordsAreReported(t *testing.T) {
	node := parse(t, "t == unknown_word")
	s := &values{}
	if _, err := condition.Lower(node, s); err != nil || len(s.words) != 1 {
		t.Errorf("%v %v", s.words, err)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"a == 'b' && !c", "x.exists(i, i.y > 2) ? 1 : [2, 'x']", "${a.b} contains \"c\"", "a-b in c", "not x or y", "duration('1h') < now()"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		pace.Linear(t, text, func(text string) { _, _ = condition.Parse(text, func(string) bool { return true }) })
		node, err := condition.Parse(text, func(string) bool { return true })
		if err != nil {
			return
		}
		lowered, err := condition.Lower(node, &values{})
		if err != nil {
			return
		}
		printed := jsonata.Print(lowered)
		if _, err := jsonata.Parse(printed); err != nil {
			t.Errorf("%q gives %s: %v", text, printed, err)
		}
		condition.Exclusive(node, node)
	})
}
