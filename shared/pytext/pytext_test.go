package pytext_test

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/internal/conformance"
	"github.com/steploom/steploom/shared/pytext"
)

// object is a Python object of which only the type counts.
type object string

func (o object) PythonType() string { return string(o) }
func (o object) PythonRepr() string { return "<" + string(o) + ">" }

// objects are what the rows build that is no literal: the beginning of an expression, and what it makes.
var objects = []struct {
	begins, ends string
	value        any
}{
	{`range(`, ``, object("range")},
	{`{`, `.keys()`, object("dict_keys")},
	{`{`, `.values()`, object("dict_values")},
	{`{`, `.items()`, object("dict_items")},
	{`object(`, ``, object("object")},
	{`lambda`, ``, object("function")},
	{`frozenset(`, ``, object("frozenset")},
	{`complex(`, ``, object("complex")},
	{`bytearray(`, ``, object("bytearray")},
	{`iter(`, ``, object("list_iterator")},
	{`map(`, ``, object("map")},
	{`decimal.Decimal(`, ``, object("Decimal")},
	{`Decimal(`, ``, object("Decimal")},
	{`datetime.datetime(`, ``, object("datetime")},
	{`datetime.date(`, ``, object("date")},
	{`1j`, ``, object("complex")},
}

// python evaluates the expression of a row.
func python(t *testing.T, text string) any {
	for _, o := range objects {
		if strings.HasPrefix(text, o.begins) && strings.HasSuffix(text, o.ends) && (o.begins != "{" || o.ends != "") {
			return o.value
		}
	}
	for word, float := range map[string]string{`"inf"`: "1e999", `"-inf"`: "-1e999", `"nan"`: "(0,)", `'inf'`: "1e999", `'-inf'`: "-1e999", `'nan'`: "(0,)"} {
		text = strings.ReplaceAll(text, "float("+word+")", float)
	}
	v, err := pytext.Literal(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return notNumbers(v)
}

// notNumbers puts NaN where the tuple (0,) stands for it.
func notNumbers(v any) any {
	switch v := v.(type) {
	case pytext.Tuple:
		if pytext.Repr(v) == "(0,)" {
			nan, _ := pytext.Decode("NaN")
			return nan
		}
	case []any:
		for i := range v {
			v[i] = notNumbers(v[i])
		}
	case *pytext.Dict:
		d := &pytext.Dict{}
		for _, item := range v.Items() {
			if err := d.Set(notNumbers(item.Key), notNumbers(item.Value)); err != nil {
				panic(err)
			}
		}
		return d
	}
	return v
}

// forms are the columns of the table and what makes them.
var forms = []struct {
	column  string
	options pytext.Options
}{
	{"result", pytext.Options{}},
	{"ensure_ascii_false", pytext.Options{Unicode: true}},
	{"compact", pytext.Options{Compact: true}},
	{"sort_keys", pytext.Options{SortKeys: true}},
	{"indent2", pytext.Options{Multiline: true, Indent: "  "}},
	{"allow_nan_false", pytext.Options{RefuseNaN: true}},
}

// TestPythonText compares json.loads, json.dumps, repr and str with CPython's.
func TestPythonText(t *testing.T) {
	reached, lines := 0, conformance.Lines(t, "oracles/pyexpr.jsonl")
	for _, line := range lines {
		row, err := pytext.Decode(line)
		if err != nil {
			t.Fatal(err)
		}
		if differs := different(t, row.(*pytext.Dict)); differs != "" {
			t.Errorf("%s: %s", line[:min(len(line), 200)], differs)
			continue
		}
		reached++
	}
	t.Logf("%s: %d of %d", t.Name(), reached, len(lines))
}

// different tells in what the answer to a row differs.
func different(t *testing.T, row *pytext.Dict) string {
	value, _ := row.Get("value")
	if text, ok := row.Get("python"); ok {
		value = python(t, text.(string))
	}
	if text, ok := row.Get("text"); ok {
		var err error
		if value, err = pytext.Decode(text.(string)); err != nil {
			return unlike(row, "error", err.Error())
		}
	}
	for _, form := range forms {
		got, err := pytext.JSON(value, form.options)
		column := form.column
		if err != nil {
			got = err.Error()
			if column += "_error"; form.column == "result" {
				return unlike(row, "error", got)
			}
		}
		if differs := unlike(row, column, got); differs != "" {
			return differs
		}
	}
	if differs := unlike(row, "repr", pytext.Repr(value)); differs != "" {
		return differs
	}
	return unlike(row, "str", pytext.Str(value))
}

// unlike compares with a column that the row has.
func unlike(row *pytext.Dict, column, got string) string {
	want, ok := row.Get(column)
	if !ok {
		for _, other := range []string{column + "_error", strings.TrimSuffix(column, "_error")} {
			if _, has := row.Get(other); has && other != column {
				return column + ": got " + got + ", Python answers " + other
			}
		}
		if column == "error" || column == "result" {
			return column + ": got " + got
		}
		return ""
	}
	if failure, isError := want.(*pytext.Dict); isError && strings.HasSuffix(column, "error") {
		class, _ := failure.Get("class")
		message, _ := failure.Get("message")
		want = pytext.Str(class) + ": " + pytext.Str(message)
	}
	if got != want {
		return column + ": got " + got + ", want " + pytext.Str(want)
	}
	return ""
}
