package intrinsic_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/steploom/steploom/statemachine/choice"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

// TestPage executes the tables of docs/jsonpath.md: paths, reference paths, calls and comparisons.
func TestPage(t *testing.T) {
	text, err := os.ReadFile("../../docs/jsonpath.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	_, sample, _ := strings.Cut(page, "The paths below are applied to\n\n```json\n")
	sample, _, _ = strings.Cut(sample, "```")
	document := decode(t, json.RawMessage(sample))
	for _, row := range table(t, page, "path", 20) {
		path, err := jsonpath.Parse(row[0], jsonpath.StepFunctions)
		if err != nil {
			t.Errorf("%s: %v", row[0], err)
			continue
		}
		got, err := path.Evaluate(jsonpath.Roots{Document: document})
		check(t, row[0], got, err, row[1])
	}
	for _, row := range table(t, page, "input", 7) {
		path, err := jsonpath.Parse(row[1], jsonpath.StepFunctions)
		if err != nil {
			t.Errorf("%s: %v", row[1], err)
			continue
		}
		got, err := path.Set(decode(t, json.RawMessage(row[0])), "new")
		check(t, row[1], got, err, row[2])
	}
	for _, row := range table(t, page, "call", 20) {
		got, err := evaluate(row[0], decode(t, json.RawMessage(row[1])))
		check(t, row[0], got, err, row[2])
	}
	for _, row := range table(t, page, "value", 10) {
		holds := choice.Holds(row[1], decode(t, json.RawMessage(row[0])), decode(t, json.RawMessage(row[2])))
		if holds != (row[3] == "yes") {
			t.Errorf("%s %s %s: %t", row[0], row[1], row[2], holds)
		}
	}
}

func check(t *testing.T, what string, got any, err error, want string) {
	t.Helper()
	switch {
	case want == "fails" && err == nil:
		t.Errorf("%s gives %s", what, encode(t, got))
	case want == "fails":
	case err != nil:
		t.Errorf("%s: %v", what, err)
	case !jsonata.Equal(got, decode(t, json.RawMessage(want))):
		t.Errorf("%s gives %s, the page says %s", what, encode(t, got), want)
	}
}

// table gives the cells of the table whose first column has a name, without their backquotes.
func table(t *testing.T, page, first string, least int) [][]string {
	t.Helper()
	var rows [][]string
	_, rest, _ := strings.Cut(page, "\n| "+first+" |")
	for _, line := range strings.Split(rest, "\n")[2:] {
		if !strings.HasPrefix(line, "| ") {
			break
		}
		cells := strings.Split(strings.Trim(line, "| "), " | ")
		for i := range cells {
			cells[i] = strings.Trim(cells[i], "` ")
		}
		rows = append(rows, cells)
	}
	if len(rows) < least {
		t.Fatalf("the table of each %s has %d rows", first, len(rows))
	}
	return rows
}
