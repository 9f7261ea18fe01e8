package jqrequest_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/jqrequest"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/jqtext"
	"github.com/steploom/steploom/shared/shelltext"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// scalar is a text in a source.
func scalar(t testing.TB, text string) *source.Node {
	t.Helper()
	reader := source.Reader{}
	quoted, _ := json.Marshal(text)
	return reader.Read(source.File{Path: "w.yaml", Bytes: append([]byte("command: "), quoted...)}).Get("command")
}

func around(inputs ...jqrequest.Input) jqrequest.Surroundings {
	return jqrequest.Surroundings{
		Text:   func(w shelltext.Word) ir.Value { return build.Var(strings.Trim(w.Text, "${}")) },
		Inputs: func() ([]jqrequest.Input, error) { return inputs, nil },
	}
}

// TestRequest says of a call what it is, and what stands on its standard input.
func TestRequest(t *testing.T) {
	value := func(name string, results jqtext.Count) jqrequest.Input {
		return jqrequest.Input{Name: name, Value: build.Var(name), Results: results}
	}
	for _, c := range []struct {
		command string
		inputs  []jqrequest.Input
		member  string
		want    string
	}{
		{"jq .x", []jqrequest.Input{value("a", jqtext.One)}, "input", "$a"},
		{"jq .x", []jqrequest.Input{value("a", jqtext.Any)}, "stream", "true"},
		{"jq .x", []jqrequest.Input{value("a", jqtext.AtMostOne)}, "input", "$a = null ? [] : [$a]"},
		{"jq .x", []jqrequest.Input{value("a", jqtext.One), value("b", jqtext.One)}, "input", `{'a': $a, 'b': $b}`},
		{"jq .x a b", []jqrequest.Input{value("a", jqtext.One), value("b", jqtext.Any)}, "input", "$append([$a], $b)"},
		{"jq -n 1", []jqrequest.Input{value("a", jqtext.One)}, "input", "null"},
		{"jq -n input", []jqrequest.Input{value("a", jqtext.One)}, "nullInput", "true"},
		{"jq -s length", nil, "slurp", "true"},
		{"jq -r .", nil, "text", `{"between":"\n","indent":"  "}`},
		{"jq --arg n 5 '$n'", nil, "args", `{"n":"5"}`},
		{"jq --argjson n 5 '$n'", nil, "args", `{"n":5}`},
		{`jq --arg n "$n" '$n'`, nil, "args", `{"n":$type($n) = 'string' ? $n : $string($n)}`},
	} {
		call, err := jqrequest.Parse(scalar(t, c.command))
		if err != nil {
			t.Fatal(err)
		}
		request, err := call.Request(around(c.inputs...))
		if err != nil {
			t.Errorf("%s: %v", c.command, err)
			continue
		}
		got, _ := request.Get(c.member)
		if printed := print(got); printed != c.want {
			t.Errorf("%s: %s is %s, want %s", c.command, c.member, printed, c.want)
		}
	}
}

// print writes a value with its expressions as they are.
func print(value ir.Value) string {
	switch value := value.(type) {
	case jsonata.Node:
		return jsonata.Print(value)
	case *jsonata.Object:
		var members []string
		for name, member := range value.All() {
			members = append(members, `"`+name+`":`+print(member))
		}
		return "{" + strings.Join(members, ",") + "}"
	default:
		text, _ := json.Marshal(value)
		return string(text)
	}
}

// TestErrors refuses what cannot run, at its place in the command.
func TestErrors(t *testing.T) {
	mixed := jqrequest.Input{Name: "a", Value: build.Var("a"), Results: jqtext.Any, Mixed: true}
	for _, c := range []struct{ command, at, reason string }{
		{"jq . | wc", "|", "the shell's | is not available"},
		{"jq --stream .", "--stream", "the option --stream of jq is not available"},
		{"jq", "", "jq has no program"},
		{"jq '. @'", "@", "jq cannot run this program"},
		{"jq --argjson n x '$n'", "x", "this is not JSON"},
		{`jq "${x}"`, `"${x}"`, "a value cannot be spliced into a jq program"},
		{"jq .", "", "a is the results of one jq program and a single value"},
	} {
		node := scalar(t, c.command)
		call, err := jqrequest.Parse(node)
		if err == nil {
			_, err = call.Request(around(mixed))
		}
		wrong := (*jqrequest.Error)(nil)
		if !errors.As(err, &wrong) || !strings.HasPrefix(wrong.Reason, c.reason) {
			t.Errorf("%s: %v", c.command, err)
		} else if at := strings.Index(c.command, c.at); c.at != "" && wrong.Range != node.At(at, at+len(c.at)) {
			t.Errorf("%s: %v is not the place of %s", c.command, wrong.Range, c.at)
		}
	}
	other := (*jqrequest.OtherProgram)(nil)
	if _, err := jqrequest.Parse(scalar(t, "/bin/grep -c x")); !errors.As(err, &other) || other.Name != "/bin/grep" {
		t.Errorf("grep: %v", err)
	}
}

// TestIsCall tells calls of jq alone from all other command lines.
func TestIsCall(t *testing.T) {
	for command, want := range map[string]bool{"jq .": true, "/usr/bin/jq .": true, "jq . | wc": false, "grep jq": false, "jq 'open": false, "": false} {
		if got := jqrequest.IsCall(scalar(t, command)); got != want {
			t.Errorf("%q: %v", command, got)
		}
	}
	if jqrequest.IsCall(nil) {
		t.Error("nothing is no call")
	}
}

// FuzzParse reads any text as a command line, and makes a request of what can be one.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"jq .", "jq --arg a b '.a | $a'", "jq '", "jq . | wc", "jq --argjson n ${x} '$n'", "{{x}}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		node := scalar(t, text)
		if node == nil || len(text) > 2000 {
			return
		}
		if call, err := jqrequest.Parse(node); err == nil {
			_, _ = call.Request(around())
		}
	})
}
