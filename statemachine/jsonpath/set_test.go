package jsonpath_test

import (
	"errors"
	"testing"

	"github.com/steploom/steploom/statemachine/jsonpath"
)

// TestSet lists documents, reference paths, and the document with "new" in that place; where there is none, the reason.
func TestSet(t *testing.T) {
	for _, row := range []struct{ document, path, want, reason string }{
		{`{"a":1}`, "$", `"new"`, ""},
		{`null`, "$", `"new"`, ""},
		{`{"a":1}`, "$.a", `{"a":"new"}`, ""},
		{`{"a":1,"b":2}`, "$.a", `{"a":"new","b":2}`, ""},
		{`{"a":1}`, "$.b", `{"a":1,"b":"new"}`, ""},
		{`{"a":1}`, "$.b['c d'].e", `{"a":1,"b":{"c d":{"e":"new"}}}`, ""},
		{`{"a":{"x":{"y":1}}}`, "$.a.x.z", `{"a":{"x":{"y":1,"z":"new"}}}`, ""},
		{`{"a":[{"b":1},{"b":2}]}`, "$.a[1].b", `{"a":[{"b":1},{"b":"new"}]}`, ""},
		{`[1,2]`, "$[0]", `["new",2]`, ""},
		{`[1,2]`, "$[2]", "", "Unable to apply ReferencePath $[2] to input [1,2]"},
		{`[1,2]`, "$[-1]", "", "Unable to apply ReferencePath $[-1] to input [1,2]"},
		{`[1,2]`, "$.a", "", "Unable to apply ReferencePath $.a to input [1,2]"},
		{`"{\"a\":1}"`, "$.x", "", `Unable to apply ReferencePath $.x to input "{\"a\":1}"`},
		{`{"a":1}`, "$.a.b", "", `Unable to apply ReferencePath $.a.b to input {"a":1}`},
		{`{}`, "$.a[0]", "", `Unable to apply ReferencePath $.a[0] to input {}`},
		{`null`, "$.a", "", `Unable to apply ReferencePath $.a to input null`},
		{`{}`, "$.a[*]", "", `The path $.a[*] is no reference path`},
		{`{}`, "$$.a", "", `The path $$.a is no reference path`},
		{`{}`, "$name.a", "", `The path $name.a is no reference path`},
	} {
		before := document(t, row.document)
		path, err := jsonpath.Parse(row.path, jsonpath.StepFunctions)
		if err != nil {
			t.Fatal(err)
		}
		got, err := path.Set(before, "new")
		var mismatch *jsonpath.Mismatch
		switch {
		case row.reason != "" && (!errors.As(err, &mismatch) || mismatch.Reason != row.reason):
			t.Errorf("%s in %s: %v", row.path, row.document, err)
		case row.reason == "" && (err != nil || encoded(t, got) != row.want):
			t.Errorf("%s in %s gives %s, %v", row.path, row.document, encoded(t, got), err)
		}
		if encoded(t, before) != row.document {
			t.Errorf("%s has changed %s to %s", row.path, row.document, encoded(t, before))
		}
	}
}

// TestSetTwice: two documents that are made from one do not see each other's fields.
func TestSetTwice(t *testing.T) {
	before := document(t, `{"a":1}`)
	path, _ := jsonpath.Parse("$.b.c", jsonpath.StepFunctions)
	other, _ := jsonpath.Parse("$.d", jsonpath.StepFunctions)
	first, _ := path.Set(before, 1.0)
	second, _ := other.Set(before, 2.0)
	third, _ := other.Set(first, 3.0)
	for want, got := range map[string]any{`{"a":1}`: before, `{"a":1,"b":{"c":1}}`: first, `{"a":1,"d":2}`: second, `{"a":1,"b":{"c":1},"d":3}`: third} {
		if encoded(t, got) != want {
			t.Errorf("%s, want %s", encoded(t, got), want)
		}
	}
}
