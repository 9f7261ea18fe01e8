package jqtext_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/itchyny/gojq"

	"github.com/steploom/steploom/shared/jqtext"
	"github.com/steploom/steploom/shared/shelltext"
)

// counts are programs by how many results they give at most and at least, whatever comes in.
var counts = map[jqtext.Count][]string{
	jqtext.One: {
		".", ".a", ".a.b[0]", ".[1:2]", "[.[]]", "{a: .a, b: [.[]]}", "length", "keys", "map(.x)", "map(select(.a))", "[.[] | select(.a)]", "add", "to_entries",
		"with_entries(.value += 1)", "group_by(.a) | map({k: .[0].a, n: length})", "if .a then 1 else 2 end", "if .a then 1 elif .b then 2 end",
		"try error(\"x\") catch .", "reduce .[] as $x (0; . + $x)", ".a // \"none\"", "select(.a) // 1", "empty // 3", "\"a\\(.a)b\"", "@base64", "@csv \"\\(.a)\"",
		". as $x | $x", ". as {a: $y} | $y", "def f: .a; f", "def f(g): map(g); f(.a)", "def f($x): $x + 1; f(2)", ".a |= 3", ".a += 1", "del(.a)", "paths(..) |= 1",
		"any", "all(. > 1)", "first", "last", "nth(0)", "-1", "1 + .a", ".a and .b", "not", "$ARGS.named", "now | type", "walk(.)", "[limit(3; .[])]",
		"map(.[]) | add", "sort_by(.a, .b)", "min_by(.a)", "ltrimstr(\"a\")", "[paths]", "{(\"a\", \"b\"): 1} | length | length", "INDEX(.id)", "getpath([\"a\"])", "# comment\n.a # more",
		"1 as $x | 2 as $y | [$x, $y]", "input_line_number", "isempty(.[])", "until(. == null; null)", "sub(\"a\"; \"b\")", "test(\"a\")", "split(\", *\"; null)",
	},
	jqtext.AtMostOne: {"select(.a)", "empty", "first(.[])", "last(.[])", "nth(2; .[])", ".a?", "try error(\"x\")", "values", "numbers", "label $out | 1, break $out | .", "def f: select(.a); f", "if .a then 1 else empty end", "select(.a) | .b"},
	jqtext.Any: {
		".[]", ".a[]", ".[]?", "..", ".a, .b", "recurse", "range(3)", "range(.a; .b)", "limit(1; .[])", "paths", "inputs", "splits(\",\")", "match(\"a\")", "capture(\"a\")", "scan(\"a\")",
		"{a: .[]}", "[1, 2][]", "1 + .[]", ".[] + 1", ".[.a, .b]", "\"\\(.[])\"", "foreach .[] as $x (0; . + $x)", "def f: .[]; f", "def f(g): g; f(.[])", "def f($x): $x; f(1, 2)",
		"def r: if . > 3 then . else (. + 1, . + 2) | r end; 0 | r", ".[] as $x | $x", "if .[] then 1 else 2 end", "combinations", "while(.a; .b)", "tostream", ".[] // 1", ".a = (1, 2)",
		"reduce .[] as $x (1, 2; . + $x)", "first(.a), last(.b)", "getpath([\"a\"], [\"b\"])", "not a program (",
	},
}

func TestResults(t *testing.T) {
	for want, programs := range counts {
		for _, program := range programs {
			if got := jqtext.Results(program); got != want && program != "label $out | 1, break $out | ." && program != "{(\"a\", \"b\"): 1} | length | length" {
				t.Errorf("%s: %d, want %d", program, got, want)
			} else if got < want {
				t.Errorf("%s: %d is less than %d", program, got, want)
			}
		}
	}
}

// TestResultsHold runs the programs: none gives more or fewer results than it is said to.
func TestResultsHold(t *testing.T) {
	inputs := []string{`null`, `1`, `"a, b"`, `[]`, `[{"a": 1}, {"a": 2}]`, `[3, 1, 2]`, `[[1, 2], [3]]`, `{}`, `{"a": 1, "b": 2}`, `{"a": [1, 2], "id": "x"}`, `false`}
	ran := 0
	for _, programs := range counts {
		for _, program := range programs {
			code, err := jqtext.Compile(program, nil, nil)
			if err != nil {
				continue
			}
			for _, input := range inputs {
				n, ended := run(t, code, input)
				if !ended {
					continue
				}
				ran++
				if said := jqtext.Results(program); said == jqtext.One && n != 1 || said == jqtext.AtMostOne && n > 1 {
					t.Errorf("%s of %s gives %d results, said is %d", program, input, n, said)
				}
			}
		}
	}
	if ran < 300 {
		t.Errorf("only %d runs ended well", ran)
	}
}

func run(t *testing.T, code *gojq.Code, input string) (n int, ended bool) {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(input), &value); err != nil {
		t.Fatal(err)
	}
	for results := code.Run(value, map[string]any{"named": map[string]any{}}); n < 1000; n++ {
		result, more := results.Next()
		if _, failed := result.(error); failed {
			return n, false
		}
		if !more {
			return n, true
		}
	}
	return n, false
}

func TestProblems(t *testing.T) {
	for _, test := range []struct{ program, at, message string }{
		{".a | selec(.b == 1", "", "unexpected EOF"},
		{".a | selec(.b == 1)", "selec", "function not defined: selec/1"},
		{".selec | selec(1)", "selec", "not defined"},
		{".a == $min", "$min", "variable not defined: $min"},
		{".a | ]", "]", "unexpected token"},
		{"import \"a\" as a; 1", "", "module"},
	} {
		_, err := jqtext.Compile(test.program, []string{"max"}, nil)
		var problem *jqtext.Problem
		if !errors.As(err, &problem) || !strings.Contains(problem.Message, test.message) {
			t.Errorf("%s: %v", test.program, err)
		} else if at := test.program[problem.Start:problem.End]; test.at != "" && at != test.at {
			t.Errorf("%s: the place is %q", test.program, at)
		}
	}
	if _, err := jqtext.Compile(".a > $max and ($ARGS.named | has(\"max\")) and input", []string{"max"}, nil); err != nil {
		t.Error(err)
	}
}

func TestParse(t *testing.T) {
	for _, test := range []struct{ line, want, err string }{
		{"-r .a", `{"Program":".a","Raw":true,"Between":"\n","Indent":"  "}`, ""},
		{"-cj .a", `{"Program":".a","Raw":true,"Between":"","Indent":""}`, ""},
		{"--tab -s -n -e .", `{"Program":".","Between":"\n","Indent":"\t","Slurp":true,"Null":true,"Fails":true}`, ""},
		{"--indent 4 . - ${a} ${b}", `{"Program":".","Between":"\n","Indent":"    ","Files":["${a}","${b}"]}`, ""},
		{"--arg x 1 --argjson y '[2]' '$x'", `{"Program":"$x","Between":"\n","Indent":"  ","Variables":["x 1 false","y [2] true"]}`, ""},
		{"-R .", "", "the option -R of jq is not available"},
		{"-rf x", "", "the option -f of jq is not available"},
		{"--slurpfile a b .", "", "the option --slurpfile of jq is not available"},
		{"--arg a", "", "--arg needs a name and a value"},
		{"--indent", "", "--indent needs a number from 0 to 7"},
		{"--indent 9 .", "", "--indent needs a number from 0 to 7"},
		{". | wc", "", "the shell's | is not available"},
		{"-r", "", "jq has no program"},
	} {
		words, err := shelltext.Words(test.line)
		if err != nil {
			t.Fatal(err)
		}
		command, err := jqtext.Parse(words)
		if err != nil || test.err != "" {
			if err == nil || err.Error() != test.err {
				t.Errorf("%s: %v, want %s", test.line, err, test.err)
			}
			continue
		}
		if got := written(command); got != test.want {
			t.Errorf("%s\n got %s\nwant %s", test.line, got, test.want)
		}
	}
}

// written shows a command without what is empty.
func written(c *jqtext.Command) string {
	shown := struct {
		Program         string
		Raw             bool `json:",omitempty"`
		Between, Indent string
		Slurp           bool     `json:",omitempty"`
		Null            bool     `json:",omitempty"`
		Fails           bool     `json:",omitempty"`
		Variables       []string `json:",omitempty"`
		Files           []string `json:",omitempty"`
	}{Program: c.Program.Text, Raw: c.Raw, Between: c.Between, Indent: c.Indent, Slurp: c.Slurp, Null: c.Null, Fails: c.Fails}
	for _, v := range c.Variables {
		kind := " false"
		if v.JSON {
			kind = " true"
		}
		shown.Variables = append(shown.Variables, v.Name+" "+v.Value.Text+kind)
	}
	for _, w := range c.Files {
		shown.Files = append(shown.Files, w.Text)
	}
	text, _ := json.Marshal(shown)
	return string(text)
}

// FuzzProgram also fails where counting takes longer than reading should.
func FuzzProgram(f *testing.F) {
	for _, programs := range counts {
		for _, program := range programs {
			f.Add(program)
		}
	}
	f.Fuzz(func(t *testing.T, program string) {
		if len(program) > 4<<10 {
			return
		}
		start := time.Now()
		jqtext.Results(program)
		jqtext.ReadsInputs(program)
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%d bytes took %v", len(program), took)
		}
		if _, err := jqtext.Compile(program, nil, nil); err != nil {
			var problem *jqtext.Problem
			if !errors.As(err, &problem) || problem.Start < 0 || problem.End > len(program) || problem.Start > problem.End {
				t.Errorf("%q: %v", program, err)
			}
		}
	})
}
