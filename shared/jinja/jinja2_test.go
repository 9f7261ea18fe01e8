package jinja_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/steploom/steploom/internal/conformance"
	"github.com/steploom/steploom/shared/jinja"
	"github.com/steploom/steploom/shared/jinja/python"
	"github.com/steploom/steploom/shared/jinja/syntax"
)

// row is a template, and what Jinja gives for it.
type row struct {
	ID          string          `json:"id"`
	Template    string          `json:"template"`
	Context     json.RawMessage `json:"context"`
	Result      *string         `json:"result"`
	Error       *failure        `json:"error"`
	Native      json.RawMessage `json:"native"`
	NativeType  string          `json:"native_type"`
	NativeRepr  string          `json:"native_repr"`
	NativeError *failure        `json:"native_error"`
}

type failure struct {
	Class   string `json:"class"`
	Message string `json:"message"`
}

func (f *failure) String() string {
	return f.Class[strings.LastIndexByte(f.Class, '.')+1:] + ": " + f.Message
}

// outcome is a value, or the class and message of an error.
type outcome struct {
	value   python.Value
	failure string
	refused string
}

func render(t *testing.T, template string, values []byte, mode jinja.Mode) outcome {
	parsed, err := syntax.Parse(template)
	if err != nil {
		problem, _ := syntax.AsError(err)
		if problem.Class == syntax.Unsupported {
			return outcome{refused: problem.Message}
		}
		return outcome{failure: problem.Class + ": " + problem.Message}
	}
	read, err := python.FromJSON(values)
	if err != nil {
		t.Fatal(err)
	}
	value, err := jinja.Render(context.Background(), parsed, read.(*python.Dict), jinja.Options{Mode: mode})
	if err != nil {
		problem := err.(*jinja.Error)
		if problem.Class == python.Unsupported {
			return outcome{refused: problem.Message}
		}
		return outcome{failure: problem.Class + ": " + problem.Full}
	}
	return outcome{value: value}
}

// text is what a row says of an outcome in the default environment.
func (r row) text() string {
	if r.Error != nil {
		return r.Error.String()
	}
	return "text " + *r.Result
}

// native is what a row says of the native environment.
func (r row) native() string {
	switch {
	case r.NativeError != nil:
		return r.NativeError.String()
	case r.NativeRepr != "":
		return r.NativeType + " " + r.NativeRepr
	}
	return r.NativeType + " " + canonical(r.Native)
}

// canonical writes JSON without blanks, numbers as they are.
func canonical(text []byte) string {
	value, err := python.FromJSON(text)
	if err != nil {
		return err.Error()
	}
	return string(python.ToJSON(python.NewMeter(context.Background(), 1<<20), value))
}

func (o outcome) text() string {
	if o.failure != "" {
		return o.failure
	}
	return "text " + o.value.(string)
}

func (o outcome) native(asRepr bool) string {
	if o.failure != "" {
		return o.failure
	}
	meter := python.NewMeter(context.Background(), 1<<20)
	if asRepr {
		return python.TypeName(o.value) + " " + python.Repr(meter, o.value)
	}
	return python.TypeName(o.value) + " " + string(python.ToJSON(meter, marked(o.value)))
}

// marked writes undefined values in others as the table does.
func marked(v python.Value) python.Value {
	switch v := v.(type) {
	case *python.List:
		for i, item := range v.Items {
			v.Items[i] = inner(item)
		}
	case *python.Tuple:
		for i, item := range v.Items {
			v.Items[i] = inner(item)
		}
	case *python.Dict:
		for _, pair := range v.Pairs() {
			v.Set(pair.Key, inner(pair.Value))
		}
	}
	return v
}

func inner(v python.Value) python.Value {
	if _, ok := v.(*python.Undefined); ok {
		dict := &python.Dict{}
		dict.Set("$undefined", true)
		return dict
	}
	return marked(v)
}

func TestJinja2(t *testing.T) {
	rows := conformance.Rows[row](t, "oracles/jinja2.jsonl")
	equal, refused := 0, 0
	for _, row := range rows {
		text, native := render(t, row.Template, row.Context, jinja.Text), render(t, row.Template, row.Context, jinja.Native)
		reason := text.refused + native.refused
		if reason == "" && row.NativeRepr != "" {
			func() {
				var err error
				defer func() {
					if err != nil {
						reason = err.Error()
					}
				}()
				defer python.Catch(&err)
				native.native(true)
			}()
		}
		if reason != "" {
			refused++
			t.Logf("%s refused: %q: %s", row.ID, row.Template, reason)
			continue
		}
		gotText, gotNative := text.text(), native.native(row.NativeRepr != "")
		if gotText == row.text() && gotNative == row.native() {
			equal++
			continue
		}
		t.Errorf("%s %q differs\ntext   %.300q\nwant   %.300q\nnative %.300q\nwant   %.300q", row.ID, row.Template, gotText, row.text(), gotNative, row.native())
	}
	t.Logf("TestJinja2: %d of %d (%d refused)", equal, len(rows), refused)
}
