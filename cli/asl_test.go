package cli_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/steploom/steploom/cli"
)

// TestDefinitionFromStandardInput: - is the standard input, and what is wrong there is shown with its line.
func TestDefinitionFromStandardInput(t *testing.T) {
	const good = `{"StartAt":"S","States":{"S":{"Type":"Pass","Parameters":{"b.$":"$.a"},"End":true}}}`
	const bad = "{\"StartAt\":\"S\",\n\"States\":{\"S\":{\"Type\":\"Pass\",\"InputPath\":\"a\",\"End\":true}}}"
	for _, test := range []struct {
		given, want string
		code        int
		args        []string
	}{
		{good, "", cli.ExitOK, []string{"asl", "check", "-"}},
		{bad, `2 | "States":{"S":{"Type":"Pass","InputPath":"a"`, cli.ExitFailed, []string{"asl", "check", "-"}},
		{good, `"b": "{% $states.input.a %}"`, cli.ExitOK, []string{"asl", "convert", "-"}},
		{good, `"b": 7`, cli.ExitOK, []string{"asl", "run", "-", "--input", `{"a":7}`}},
		{good, "is either the definition or the input", cli.ExitFailed, []string{"asl", "run", "-", "--input", "-"}},
		{"", "-:1:1: error:", cli.ExitFailed, []string{"asl", "check", "-"}},
	} {
		var out bytes.Buffer
		std := cli.Std{In: strings.NewReader(test.given), Out: &out, Err: &out, Lookup: noVariables, Context: t.Context()}
		if code := cli.Main(test.args, std); code != test.code || !strings.Contains(out.String(), test.want) || test.want == "" && out.Len() > 0 {
			t.Errorf("%v ends with %d: %s", test.args, code, out.String())
		}
	}
}
