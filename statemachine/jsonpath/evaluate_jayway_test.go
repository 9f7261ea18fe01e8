package jsonpath_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/steploom/steploom/internal/conformance"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

// jaywayRow is a path, a document, and what Jayway JsonPath finds.
type jaywayRow struct {
	ID, Path         string
	Document, Result json.RawMessage
	Compiled         *string
	Error            *struct{ Class, Message string }
}

// TestJaywayEvaluation compares what paths find with Jayway JsonPath, and the reasons why they lead nowhere. Known differences: Jayway writes 1.0 as 1.0
// in a text; it finds nothing by some names behind .. because of the order in which it came across lists; and it takes the ) of a function for a name.
func TestJaywayEvaluation(t *testing.T) {
	rows := conformance.Rows[jaywayRow](t, "oracles/jayway.jsonl")
	passed, all := 0, 0
	for _, row := range rows {
		if row.Compiled == nil {
			continue
		}
		path, err := jsonpath.Parse(row.Path, jsonpath.Jayway)
		if err != nil {
			continue // what Parse refuses is the matter of TestJayway
		}
		all++
		if why := evaluationDiffers(t, path, row); why != "" {
			t.Logf("%s %s: %s", row.ID, row.Path, why)
			continue
		}
		passed++
	}
	t.Logf("jayway evaluation: %d of %d", passed, all)
	if passed*100 < all*98 {
		t.Errorf("%d of %d paths are evaluated as Jayway does", passed, all)
	}
}

// evaluationDiffers says how a path differs from a row. An indefinite path that leads nowhere finds an empty list in Step Functions.
func evaluationDiffers(t *testing.T, path *jsonpath.Path, row jaywayRow) string {
	document, err := jsonata.Decode(row.Document)
	if err != nil {
		t.Fatal(err)
	}
	got, err := path.Evaluate(jsonpath.Roots{Document: document})
	var missing *jsonpath.Missing
	switch {
	case row.Error == nil && err != nil:
		return "fails: " + err.Error()
	case row.Error == nil:
		want, err := jsonata.Decode(row.Result)
		if err != nil {
			t.Fatal(err)
		}
		if !jsonata.Equal(got, want) {
			return "gives " + encoded(t, got) + ", want " + string(row.Result)
		}
	case strings.HasSuffix(row.Error.Class, "PathNotFoundException") && path.Definite():
		if !errors.As(err, &missing) || !strings.HasPrefix(missing.Reason, sharedReason(row.Error.Message)) {
			return "gives " + encoded(t, got) + ", " + errorText(err) + ", want " + row.Error.Message
		}
	case err == nil && (strings.HasSuffix(row.Error.Class, ".JsonPathException") || strings.HasSuffix(row.Error.Class, ".IndexOutOfBoundsException")):
		return "gives " + encoded(t, got) + ", want " + row.Error.Message
	}
	return ""
}

// sharedReason is the part of a message that does not tell with which library Jayway read the document.
func sharedReason(message string) string {
	before, _, _ := strings.Cut(message, " but found 'net.minidev")
	before, _, _ = strings.Cut(before, "'com.jayway")
	return before
}

func encoded(t *testing.T, value any) string {
	text, err := jsonata.Encode(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func errorText(err error) string {
	if err == nil {
		return "no error"
	}
	return err.Error()
}
