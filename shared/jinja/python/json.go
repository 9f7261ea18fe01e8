package python

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/steploom/steploom/shared/pytext"
)

// Dumps is json.dumps(v, sort_keys=True, indent=indent), indent being nil, an int or a text.
func Dumps(m *Meter, v Value, indent Value) string {
	d := &dumper{m: m}
	if indent != nil {
		d.indented = true
		if text, ok := Text(indent); ok {
			d.indent = text
		} else {
			n := index(indent)
			m.Spend(max(n, 0))
			d.indent = strings.Repeat(" ", max(n, 0))
		}
	}
	d.value(v, 0)
	return d.b.String()
}

type dumper struct {
	m        *Meter
	b        strings.Builder
	indented bool
	indent   string
	inside   []Value
}

func (d *dumper) text(text string) {
	d.m.Spend(len(text))
	d.b.WriteString(text)
}

// line begins a line, or writes what stands between two items of a line.
func (d *dumper) line(first bool, level int) {
	separator := ", "
	if d.indented {
		separator = ","
	}
	if !first {
		d.text(separator)
	}
	if d.indented {
		d.m.Repeat(len(d.indent), level)
		d.text("\n" + strings.Repeat(d.indent, level))
	}
}

func (d *dumper) value(v Value, level int) {
	switch v := v.(type) {
	case nil:
		d.text("null")
	case bool:
		d.text(strconv.FormatBool(v))
	case int64, *big.Int:
		d.text(Repr(d.m, v))
	case float64:
		d.text(jsonFloat(v))
	case string:
		d.text(jsonText(v))
	case Markup:
		d.text(jsonText(string(v)))
	case *List:
		d.list(v, v.Items, level)
	case *Tuple:
		d.list(v, v.Items, level)
	case *Dict:
		d.dict(v, level)
	default:
		Raise(TypeError, "Object of type %s is not JSON serializable", TypeName(v))
	}
}

func jsonFloat(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	return FloatText(f)
}

// jsonText writes a text in ASCII.
func jsonText(text string) string {
	written, _ := pytext.JSON(text, pytext.Options{}) // a text can be written
	return written
}

// enter fails where a container holds itself.
func (d *dumper) enter(v Value) {
	if slices.Contains(d.inside, v) {
		Raise(ValueError, "Circular reference detected")
	}
	d.inside = append(d.inside, v)
}

func (d *dumper) list(v Value, items []Value, level int) {
	if len(items) == 0 {
		d.text("[]")
		return
	}
	defer d.m.Down()()
	d.enter(v)
	d.text("[")
	for i, item := range items {
		d.line(i == 0, level+1)
		d.value(item, level+1)
	}
	d.end("]", level)
}

func (d *dumper) end(bracket string, level int) {
	if d.indented {
		d.line(true, level)
	}
	d.text(bracket)
	d.inside = d.inside[:len(d.inside)-1]
}

func (d *dumper) dict(v *Dict, level int) {
	if v.Len() == 0 {
		d.text("{}")
		return
	}
	defer d.m.Down()()
	d.enter(v)
	keys := v.Keys()
	keys = Sorted(d.m, keys, keys, false)
	d.text("{")
	for i, key := range keys {
		d.line(i == 0, level+1)
		d.text(jsonText(keyText(d.m, key)) + ": ")
		member, _ := v.Get(key)
		d.value(member, level+1)
	}
	d.end("}", level)
}

// keyText makes a key of JSON of a key of a dict.
func keyText(m *Meter, key Value) string {
	switch k := key.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(k)
	case string:
		return k
	case Markup:
		return string(k)
	case int64, *big.Int:
		return Repr(m, k)
	case float64:
		return jsonFloat(k)
	}
	Raise(TypeError, "keys must be str, int, float, bool or None, not %s", TypeName(key))
	return ""
}

// FromJSON reads a JSON text: numbers with a point or an exponent are floats, others are integers of any size; members keep their order.
func FromJSON(text []byte) (v Value, err error) {
	if !utf8.Valid(text) {
		return nil, errors.New("the JSON text is not UTF-8")
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if v, err = fromTokens(decoder); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, errors.New("something follows the JSON value")
	}
	return v, nil
}

func fromTokens(decoder *json.Decoder) (Value, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '[' {
			return listFromTokens(decoder)
		}
		return dictFromTokens(decoder)
	case json.Number:
		return fromNumber(string(t)), nil
	case string:
		return t, nil
	}
	return token, nil
}

func listFromTokens(decoder *json.Decoder) (Value, error) {
	list := &List{Items: []Value{}}
	for decoder.More() {
		item, err := fromTokens(decoder)
		if err != nil {
			return nil, err
		}
		list.Items = append(list.Items, item)
	}
	_, err := decoder.Token()
	return list, err
}

func dictFromTokens(decoder *json.Decoder) (Value, error) {
	dict := &Dict{}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		member, err := fromTokens(decoder)
		if err != nil {
			return nil, err
		}
		dict.Set(name, member)
	}
	_, err := decoder.Token()
	return dict, err
}

func fromNumber(text string) Value {
	if strings.ContainsAny(text, ".eE") {
		f, _ := strconv.ParseFloat(text, 64)
		return f
	}
	n, _ := new(big.Int).SetString(text, 10)
	return Int(n)
}

// ToJSON writes a value for other programs: tuples are lists, undefined is null, members keep their order, keys become texts. What has no JSON fails.
func ToJSON(m *Meter, v Value) []byte {
	w := &exporter{m: m}
	w.value(v)
	return w.b.Bytes()
}

type exporter struct {
	m *Meter
	b bytes.Buffer
}

func (w *exporter) raw(text string) {
	w.m.Spend(len(text))
	w.b.WriteString(text)
}

func (w *exporter) quoted(text string) {
	w.m.Spend(len(text))
	encoder := json.NewEncoder(&w.b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // a text can be encoded
	w.b.Truncate(w.b.Len() - 1)
}

func (w *exporter) value(v Value) {
	switch v := v.(type) {
	case nil, *Undefined:
		w.raw("null")
	case bool, int64, *big.Int:
		w.raw(strings.ToLower(Repr(w.m, v)))
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			Raise(Unsupported, "the result holds %s, which JSON has no number for", FloatText(v))
		}
		w.raw(FloatText(v))
	case string:
		w.quoted(v)
	case Markup:
		w.quoted(string(v))
	case *List:
		w.list(v.Items)
	case *Tuple:
		w.list(v.Items)
	case *Dict:
		w.dict(v)
	default:
		Raise(Unsupported, "the result holds %s, which has no JSON", strings.TrimSuffix(described(v), ","))
	}
}

func (w *exporter) list(items []Value) {
	defer w.m.Down()()
	w.raw("[")
	for i, item := range items {
		if i > 0 {
			w.raw(",")
		}
		w.value(item)
	}
	w.raw("]")
}

func (w *exporter) dict(v *Dict) {
	defer w.m.Down()()
	w.raw("{")
	for i, pair := range v.Pairs() {
		if i > 0 {
			w.raw(",")
		}
		w.quoted(keyText(w.m, pair.Key))
		w.raw(":")
		w.value(pair.Value)
	}
	w.raw("}")
}
