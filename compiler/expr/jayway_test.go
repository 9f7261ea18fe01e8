package expr_test

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/expr"
	"github.com/steploom/steploom/internal/conformance"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// jaywayRow is a path, a document, and what Jayway JsonPath finds.
type jaywayRow struct {
	ID, Path         string
	Document, Result json.RawMessage
	Compiled         *string
	Definite         bool
	Error            *struct{ Class, Message string }
}

// TestJayway compares what paths find with Jayway JsonPath's answers.
func TestJayway(t *testing.T) {
	rows := conformance.Rows[jaywayRow](t, "oracles/jayway.jsonl")
	listed, asked := differences(t)
	passed := 0
	for _, row := range rows {
		why, known := jayway(t, row), listed[strings.TrimPrefix(row.ID, "jayway-")]
		switch {
		case why == "":
			passed++
			if known {
				t.Errorf("%s %s: docs/apichap.md lists it as a difference, and it is none", row.ID, row.Path)
			}
		case known:
		case len(rows) != asked:
			t.Logf("%s %s: %s", row.ID, row.Path, why)
		default:
			t.Errorf("%s %s: %s", row.ID, row.Path, why)
		}
	}
	t.Logf("jayway: %d of %d", passed, len(rows))
	if passed*10 < len(rows)*9 {
		t.Errorf("%d of %d paths are read as Jayway reads them", passed, len(rows))
	}
}

// differences reads the numbers of the rows that docs/apichap.md lists, and of how many rows they are the rest.
func differences(t *testing.T) (listed map[string]bool, of int) {
	text, err := os.ReadFile("../../docs/apichap.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "\n## JSONPath\n")
	section, _, _ = strings.Cut(section, "\n## ")
	if _, err := fmt.Sscanf(section[strings.Index(section, "Of Jayway's own answers"):], "Of Jayway's own answers to %d paths", &of); err != nil {
		t.Fatal(err)
	}
	listed = map[string]bool{}
	for _, line := range regexp.MustCompile(`(?m)^\|.*\| (\d+) \| ([\d ]+) \|$`).FindAllStringSubmatch(section, -1) {
		numbers := strings.Fields(line[2])
		if strconv.Itoa(len(numbers)) != line[1] {
			t.Errorf("docs/apichap.md: %s rows are said, %d listed", line[1], len(numbers))
		}
		for _, number := range numbers {
			listed[number] = true
		}
	}
	return listed, of
}

// jayway compares one row and tells what differs.
func jayway(t *testing.T, row jaywayRow) string {
	path, err := expr.ParseJSONPath(row.Path)
	switch {
	case row.Compiled == nil && err == nil:
		return "Jayway does not compile it"
	case row.Compiled == nil || err != nil && row.Error != nil && strings.Contains(row.Error.Class, "InvalidPath"):
		return ""
	case err != nil:
		return "refused: " + err.Error()
	}
	root, many := expr.Root{Node: build.Var("document")}, path.Many(expr.AnyShape)
	if many == row.Definite {
		return "definite is wrong"
	}
	node := path.Value(root)
	if many {
		node = path.List(root)
	}
	text := jsonata.Print(node)
	compiled, err := jsonata.Compile(text, jsonata.AWS())
	if err != nil {
		return text + ": " + err.Error()
	}
	document, err := jsonata.Decode(row.Document)
	if err != nil {
		t.Fatal(err)
	}
	got, err := compiled.Eval(t.Context(), nil, jsonata.Variables{"document": document})
	if err != nil {
		return text + ": " + err.Error()
	}
	var want any
	if row.Error == nil {
		if want, err = jsonata.Decode(row.Result); err != nil {
			t.Fatal(err)
		}
	} else if many {
		want = []any{}
	}
	if !sameJSON(t, got, want) {
		return text + " gives " + encode(t, got) + ", want " + encode(t, want)
	}
	return ""
}

// sameJSON compares values as JSON without a difference between 1 and 1.0. Nothing is null.
func sameJSON(t *testing.T, got, want any) bool {
	var a, b any
	if err := json.Unmarshal([]byte(encode(t, got)), &a); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(encode(t, want)), &b); err != nil {
		t.Fatal(err)
	}
	return reflect.DeepEqual(a, b)
}

func encode(t *testing.T, value any) string {
	if jsonata.IsUndefined(value) {
		return "null"
	}
	text, err := jsonata.Encode(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
