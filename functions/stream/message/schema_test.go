package message

import (
	"testing"

	"github.com/steploom/steploom/shared/pytext"
	"github.com/steploom/steploom/shared/task"
)

// TestNames: names find their types before and behind their definitions, in their namespace and outside, whatever they are called.
func TestNames(t *testing.T) {
	one := map[string]any{"x": 1}
	for _, test := range []struct {
		schema string
		value  any
		want   string
	}{
		{`{"type": "record", "name": "R", "fields": [{"name": "a", "type": "B"}, {"name": "b", "type": {"type": "record", "name": "B", "fields": [{"name": "x", "type": "int"}]}}]}`,
			map[string]any{"a": one, "b": one}, `{'a': {'x': 1}, 'b': {'x': 1}}`},
		{`{"type": "record", "name": "R", "namespace": "n", "fields": [{"name": "b", "type": {"type": "record", "name": "B", "namespace": "", "fields": [
			{"name": "x", "type": "int"}, {"name": "r", "type": ["null", "n.R"]}]}}, {"name": "c", "type": "B"}, {"name": "d", "type": {"type": "map", "values": "R"}}]}`,
			map[string]any{"b": map[string]any{"x": 1, "r": nil}, "c": map[string]any{"x": 2, "r": nil}, "d": map[string]any{}},
			`{'b': {'x': 1, 'r': None}, 'c': {'x': 2, 'r': None}, 'd': {}}`},
		{`{"type": "record", "name": "R", "namespace": "n", "fields": [{"name": "a", "type": {"type": "fixed", "name": "F", "size": 1}}, {"name": "b", "type":
			{"type": "fixed", "name": "m.F", "size": 2}}, {"name": "c", "type": "F"}, {"name": "d", "type": "m.F"}, {"name": "e", "type": "n.F"}]}`,
			map[string]any{"a": []byte("1"), "b": []byte("22"), "c": []byte("3"), "d": []byte("44"), "e": []byte("5")},
			`{'a': 'MQ==', 'b': 'MjI=', 'c': 'Mw==', 'd': 'NDQ=', 'e': 'NQ=='}`},
		{`{"type": "record", "name": "array", "fields": [{"name": "x", "type": ["null", "array"]}]}`, map[string]any{"x": map[string]any{"x": nil}}, `{'x': {'x': None}}`},
		{`{"type": "record", "name": "n.int", "fields": [{"name": "x", "type": ["null", "n.int", "int"]}]}`, map[string]any{"x": 1}, `{'x': 1}`},
		{`{"type": "error", "name": "E", "fields": [{"name": "x", "type": ["null", "E"]}]}`, map[string]any{"x": nil}, `{'x': None}`},
		{`{"type": "record", "name": "R-1", "fields": [{"name": "a.b", "type": "int"}, {"name": "c d", "type": {"type": "enum", "name": "E", "symbols": ["x-y", "z"]}}]}`,
			map[string]any{"a.b": 1, "c d": "x-y"}, `{'a.b': 1, 'c d': 'x-y'}`},
	} {
		records, err := decode(t, Avro, container(t, test.schema, []any{test.value}))
		if err != nil {
			t.Errorf("%s: %v", test.schema, err)
		} else if got := pytext.Repr(records[0].Message); got != test.want {
			t.Errorf("%s: %s, want %s", test.schema, got, test.want)
		}
	}
}

// TestCarelessSchemas: what does not tell how data is written does not stand in the way of reading it; what does, has to be right.
func TestCarelessSchemas(t *testing.T) {
	for _, schema := range []string{
		`{"type": "record", "name": "R", "doc": 7, "fields": [{"name": "x", "type": "int", "default": "no int", "aliases": "no list", "order": "random"}]}`,
		`{"type": "record", "name": "R", "namespace": null, "fields": [{"name": "x", "type": {"type": "int", "logicalType": ["no", "text"]}, "logicalType": "decimal", "precision": "x"}]}`,
		`{"type": "record", "name": "R", "fields": [{"name": "x", "type": "int", "symbols": ["a", "a"], "items": 3, "size": -1}], "aliases": [1]}`,
	} {
		records, err := decode(t, Avro, crafted(schema, "null", block(1, varints(1))))
		if err != nil {
			t.Errorf("%s: %v", schema, err)
		} else if got := pytext.Repr(records[0].Message); got != "{'x': 1}" || !pytext.Equal(records[0].Schema, parsed(t, schema)) {
			t.Errorf("%s: %s, %v", schema, got, records[0].Schema)
		}
	}
	for _, logical := range []string{`"precision": 0`, `"precision": 4, "scale": 5`, `"precision": 4, "scale": -1`, `"precision": "4"`, `"precision": 9999999`, `"scale": 2`} {
		schema := `{"type": "bytes", "logicalType": "decimal", ` + logical + `}`
		records, err := decode(t, Avro, crafted(schema, "null", block(1, []byte("\x02\x7b"))))
		if err != nil || records[0].Message != "ew==" {
			t.Errorf("%s is no decimal, but %v, %v", logical, records, err)
		}
	}
	_, err := decode(t, Avro, crafted(`{"type": "fixed", "name": "F", "size": 1, "logicalType": "decimal", "precision": 2}`, "null", block(1, []byte("\x7b"))))
	if err != nil {
		t.Errorf("two digits in a byte: %v", err)
	}
	for _, schema := range []string{
		`{"type": "record", "name": "R", "fields": [{"name": "x"}]}`, `{"type": "record", "fields": []}`, `{"type": "array"}`, `{"type": "map", "values": "X"}`,
		`{"type": "enum", "name": "E", "symbols": ["a", "a"]}`, `{"type": "fixed", "name": "F", "size": -1}`, `[["null"]]`, `7`, `null`, `{}`,
		`{"type": {"type": "int"}}`, `{"type": "record", "name": "R", "fields": {}}`, `{"type": "record", "name": "R", "fields": [7]}`,
	} {
		_, err := decode(t, Avro, crafted(schema, "null", block(1, varints(1))))
		if name := task.AsError(err); name == nil || name.Name != task.StreamSchemaInvalid {
			t.Errorf("%s: %v", schema, err)
		}
	}
}
