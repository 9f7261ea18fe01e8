package osop_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/statemachine/engine"
)

// pipeline is a workflow of jq commands, each of which reads what the one before puts out.
func pipeline(commands ...string) string {
	text, edges := "osop_version: '2.0'\nid: t\nname: t\ninputs: {v0: {}}\nnodes:\n", ""
	for i, command := range commands {
		text += fmt.Sprintf("  - id: n%d\n    type: cli\n    inputs: [v%d]\n    outputs: [v%d]\n    runtime:\n      command: |\n        %s\n", i, i, i+1, command)
		if i > 0 {
			edges += fmt.Sprintf("  - {from: n%d, to: n%d}\n", i-1, i)
		}
	}
	if edges != "" {
		edges = "edges:\n" + edges
	}
	return text + edges
}

// TestPipelines: jq after jq is what it would be in a shell, whatever the number of results.
func TestPipelines(t *testing.T) {
	tests := []struct {
		commands []string
		want     map[string]string // by inputs
	}{
		{[]string{"jq '.[]'"}, map[string]string{`[]`: `[]`, `[1]`: `[1]`, `[1,2]`: `[1,2]`, `[[1]]`: `[[1]]`, `[null]`: `[null]`}},
		{[]string{"jq '.[] | select(. > 1)'"}, map[string]string{`[1]`: `[]`, `[2]`: `[2]`, `[2,3]`: `[2,3]`}},
		{[]string{"jq 'select(.ok)'"}, map[string]string{`{"ok":true}`: `{"ok":true}`, `{"ok":false}`: `null`}},
		{[]string{"jq 'first(.[])'"}, map[string]string{`[]`: `null`, `[4,5]`: `4`, `[[4,5]]`: `[4,5]`}},
		{[]string{"jq '.[]'", "jq -s 'length'"}, map[string]string{`[]`: `0`, `[7]`: `1`, `[7,8]`: `2`, `[[7,8]]`: `1`}},
		{[]string{"jq '.[]'", "jq '.x'"}, map[string]string{`[]`: `[]`, `[{"x":1}]`: `[1]`, `[{"x":1},{"x":2}]`: `[1,2]`, `[{"x":[1,2]}]`: `[[1,2]]`}},
		{[]string{"jq '.[]'", "jq '.[]'", "jq -s 'add'"}, map[string]string{`[[1,2],[3]]`: `6`, `[[1]]`: `1`, `[]`: `null`, `[[]]`: `null`}},
		{[]string{"jq 'select(.ok)'", "jq -s 'length'"}, map[string]string{`{"ok":true}`: `1`, `{"ok":false}`: `0`}},
		{[]string{"jq '.[]'", "jq -n '[inputs]'"}, map[string]string{`[3,4]`: `[3,4]`, `[]`: `[]`}},
		{[]string{"jq '.[]'", "jq -n 'reduce inputs as $x (0; . + $x)'"}, map[string]string{`[3,4]`: `7`, `[]`: `0`}},
		{[]string{"jq '.[]'", "jq '[., input]'"}, map[string]string{`[3,4]`: `[[3,4]]`, `[3,4,5,6]`: `[[3,4],[5,6]]`}},
		{[]string{"jq '.[]'", "jq -r '.'"}, map[string]string{`["a","b"]`: `"a\nb"`, `["a"]`: `"a"`, `[]`: `""`, `[{"k":1}]`: `"{\n  \"k\": 1\n}"`}},
		{[]string{"jq '.[]'", "jq -j '.'"}, map[string]string{`["a",1,"b"]`: `"a1b"`}},
		{[]string{"jq -c '.[]'", "jq -rc '.'"}, map[string]string{`[{"k":[1,2]},"x"]`: `"{\"k\":[1,2]}\nx"`}},
		{[]string{"jq --tab -r '.'"}, map[string]string{`{"k":1}`: `"{\n\t\"k\": 1\n}"`}},
		{[]string{"jq --indent 1 -r '.'"}, map[string]string{`[1]`: `"[\n 1\n]"`}},
		{[]string{"jq '[.[]]'", "jq 'length'"}, map[string]string{`[]`: `0`, `[7]`: `1`}},
		{[]string{"jq '.a # a comment'"}, map[string]string{`{"a":1}`: `1`}},
		{[]string{"jq -r '.a # a comment'"}, map[string]string{`{"a":"x"}`: `"x"`}},
		{[]string{"jq -s '.[0] # first'"}, map[string]string{`{"a":"x"}`: `{"a":"x"}`}},
		{[]string{"jq '.' ${v0}"}, map[string]string{`5`: `5`}},
		{[]string{"jq '.[]'", "jq -s . ${v1}"}, map[string]string{`[1,2]`: `[1,2]`, `[1]`: `[1]`}},
	}
	for _, test := range tests {
		r := compile(t, graphFile(pipeline(test.commands...)))
		r.useFunctions(nil)
		last := fmt.Sprintf("v%d", len(test.commands))
		for input, want := range test.want {
			result := r.run(decoded(t, `{"v0": `+input+`}`))
			if result.Status != engine.Succeeded {
				t.Fatalf("%v of %s: %s %s", test.commands, input, result.Error, result.Cause)
			}
			if got := encoded(t, result.Output); got != `{"`+last+`":`+want+`}` {
				t.Errorf("%v of %s gives %s, want %s", test.commands, input, got, want)
			}
		}
	}
}

// TestFiles: references where jq expects files are read in their order, and standard input is not.
func TestFiles(t *testing.T) {
	const head = "osop_version: '2.0'\nid: t\nname: t\ninputs: {v: {}, w: {}}\nnodes:\n  - {id: a, type: cli, inputs: [v, w], outputs: [r], runtime: {command: \""
	for command, want := range map[string]string{
		"jq '.' ${w}":           "2",
		"jq '. + 1' ${v}":       "2",
		"jq '.' ${w} ${v}":      "[2,1]",
		"jq -s '.' ${w} ${v}":   "[2,1]",
		"jq -n '[inputs]' ${w}": "[2]",
		"jq '.'":                `{"v":1,"w":2}`,
	} {
		r := compile(t, graphFile(head+command+"\"}}\n"))
		r.useFunctions(nil)
		if got := encoded(t, r.run(decoded(t, `{"v": 1, "w": 2}`)).Output); got != `{"r":`+want+`}` {
			t.Errorf("%s gives %s, want %s", command, got, want)
		}
	}
}

// TestRoundsOfResults: a loop over the results of a program has one round for each.
func TestRoundsOfResults(t *testing.T) {
	for _, program := range []string{".[] | select(.ok)", ".[] | select(.ok) | .", "map(select(.ok)) | .[]", "map(select(.ok))", ". as $all | $all[] | select(.ok)", "first(.[] | select(.ok))"} {
		text := "osop_version: '2.0'\nid: t\nname: t\ninputs: {v: {}}\nnodes:\n  - {id: pick, type: cli, runtime: {command: \"jq '" + program + "'\"}, inputs: [v], outputs: [rows]}\n" +
			"  - {id: each, type: cli, runtime: {command: \"jq '.id'\"}, inputs: [row], outputs: [ids]}\nedges:\n  - {from: pick, to: each, mode: loop, for_each: rows, iterator_var: row}\n"
		r := compile(t, graphFile(text))
		r.useFunctions(nil)
		for input, want := range map[string]string{
			`[{"id":1,"ok":true},{"id":2,"ok":false}]`: `[1]`, `[]`: `[]`, `[{"id":1,"ok":true},{"id":2,"ok":true}]`: `[1,2]`, `[{"id":1,"ok":false}]`: `[]`,
		} {
			if program == "first(.[] | select(.ok))" && want == "[1,2]" {
				want = "[1]"
			}
			got := encoded(t, r.run(decoded(t, `{"v": `+input+`}`)).Output)
			if got != `{"ids":`+want+`}` && !(want == "[]" && got == `{}`) {
				t.Errorf("%s of %s: %s, want %s", program, input, got, want)
			}
		}
	}
}

// TestJQRefused: what cannot run is told by check, at its place.
func TestJQRefused(t *testing.T) {
	for _, test := range []struct{ command, at, summary string }{
		{"jq '.a | selec(.b == 1'", "'", "unexpected EOF"},
		{"jq '.a | selec(.b == 1)'", "selec", "function not defined: selec/1"},
		{"jq \\\".a == $min\\\"", "\".a == $min\"", "cannot"},
		{"jq '.a == $min'", "$min", "variable not defined: $min"},
		{"jq '.a ==> 1'", "> 1", "unexpected token"},
		{"jq --arg x 1 '$x | $y'", "$y", "variable not defined: $y"},
		{"jq 'import \\\"a\\\" as a; .'", "", "module"},
		{"jq '.' other.json", "other.json", "there is no file"},
		{"jq -f prog.jq", "-f", "not available"},
	} {
		text := "osop_version: '2.0'\nid: t\nname: t\ninputs: {v: {}}\nnodes:\n  - {id: a, type: cli, inputs: [v], outputs: [r], runtime: {command: \"" + test.command + "\"}}\n"
		_, found := compiler.Compile(source.Files{graphFile(text)}, compiler.Options{})
		if !found.HasErrors() {
			t.Errorf("%s compiles", test.command)
			continue
		}
		d := found[0]
		if d.Code != "OSP020" || d.Range.Start.Line != 6 || test.summary != "cannot" && !strings.Contains(d.Summary, test.summary) {
			t.Errorf("%s: %s", test.command, describe(found))
		}
		line := strings.Split(text, "\n")[5]
		if at := line[d.Range.Start.Column-1 : min(d.Range.End.Column-1, len(line))]; test.at != "" && test.summary != "cannot" && !strings.HasPrefix(at, test.at) && !strings.HasPrefix(test.at, at) {
			t.Errorf("%s is refused at %q, want %q", test.command, at, test.at)
		}
	}
}

// TestOutputsOfResults: a list of results has no fields of its own.
func TestOutputsOfResults(t *testing.T) {
	const text = "osop_version: '2.0'\nid: t\nname: t\ninputs: {v: {}}\nnodes:\n  - {id: a, type: cli, inputs: [v], outputs: %s, runtime: {command: \"jq '%s'\"}}\n"
	for _, test := range []struct{ outputs, program, want string }{
		{"[a, b]", ".[]", "6 OSP020"}, {"[{a: $.x}]", ".[]", "6 OSP020"}, {"[{a: '$[0].x'}]", ".[]", ""}, {"[{a: '$[*].x'}, {b: '$[*].y'}]", ".[]", ""},
		{"[a, b]", "first(.[])", ""}, {"[a, b]", ".", ""}, {"[a]", ".[]", ""}, {"[{a: $.x}]", "select(.ok)", ""},
	} {
		if got := errorsOf(t, source.Files{graphFile(fmt.Sprintf(text, test.outputs, test.program))}); got != test.want {
			t.Errorf("%s of %s: errors %q, want %q", test.outputs, test.program, got, test.want)
		}
	}
}

// TestMixedResults: a name that is now a list of results and now a value has no meaning in a pipe.
func TestMixedResults(t *testing.T) {
	const text = `osop_version: "2.0"
id: t
name: t
inputs: {v: {}}
nodes:
  - {id: s, type: system, subtype: router}
  - {id: a, type: cli, runtime: {command: "jq '.[]'"}, inputs: [v], outputs: [x]}
  - {id: b, type: cli, runtime: {command: "jq 'length'"}, inputs: [v], outputs: [x]}
  - {id: c, type: cli, runtime: {command: "jq '.'"}, inputs: [x], outputs: [r]}
edges:
  - {from: s, to: a, mode: conditional, when: "v > 1"}
  - {from: s, to: b, mode: conditional, when: "v <= 1"}
  - {from: a, to: c}
  - {from: b, to: c}
`
	if got := errorsOf(t, source.Files{graphFile(text)}); got != "9 OSP020" {
		t.Errorf("errors %q", got)
	}
}
