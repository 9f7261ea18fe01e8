package pytext

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"
	"unicode/utf16"
)

// Options are the arguments of json.dumps; the zero value is its defaults.
type Options struct {
	Unicode   bool   // ensure_ascii=False: characters beyond ASCII stay
	Compact   bool   // separators=(",", ":")
	SortKeys  bool   // sort_keys=True
	Multiline bool   // indent is given
	Indent    string // indent of each level, where Multiline
	RefuseNaN bool   // allow_nan=False: ValueError for what is not finite
}

// deepest is how deep Python nests values before it gives up.
const deepest = 990

// JSON gives json.dumps(v). Its errors are an *Error of Python's classes: TypeError for what has no JSON form, ValueError, RecursionError.
func JSON(v any, options Options) (string, error) {
	w := dumper{options: options}
	if err := w.value(v, 0); err != nil {
		return "", err
	}
	return w.b.String(), nil
}

type dumper struct {
	b       strings.Builder
	options Options
}

func (w *dumper) value(v any, depth int) error {
	if depth > deepest {
		return Errorf("RecursionError", "maximum recursion depth exceeded while encoding a JSON object")
	}
	switch v := Value(v).(type) {
	case nil:
		w.b.WriteString("null")
	case bool:
		fmt.Fprint(&w.b, v)
	case int64, *big.Int:
		w.b.WriteString(Repr(v))
	case float64:
		return w.float(v)
	case string:
		w.text(v)
	case []any:
		return w.list(v, depth)
	case Tuple:
		return w.list(v, depth)
	case *Dict:
		return w.dict(v, depth)
	default:
		return Errorf("TypeError", "Object of type %s is not JSON serializable", TypeName(v))
	}
	return nil
}

func (w *dumper) float(v float64) error {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		if w.options.RefuseNaN {
			return Errorf("ValueError", "Out of range float values are not JSON compliant")
		}
	}
	w.b.WriteString(jsonFloat(v))
	return nil
}

func jsonFloat(v float64) string {
	switch {
	case math.IsNaN(v):
		return "NaN"
	case math.IsInf(v, 1):
		return "Infinity"
	case math.IsInf(v, -1):
		return "-Infinity"
	}
	return Float(v)
}

func (w *dumper) list(elements []any, depth int) error {
	if len(elements) == 0 {
		w.b.WriteString("[]")
		return nil
	}
	w.b.WriteByte('[')
	for i, element := range elements {
		w.between(i, depth)
		if err := w.value(element, depth+1); err != nil {
			return err
		}
	}
	w.end(depth)
	w.b.WriteByte(']')
	return nil
}

func (w *dumper) dict(d *Dict, depth int) error {
	items, err := w.sorted(d.Items())
	if err != nil {
		return err
	}
	if len(items) == 0 {
		w.b.WriteString("{}")
		return nil
	}
	w.b.WriteByte('{')
	for i, item := range items {
		key, err := w.key(item.Key)
		if err != nil {
			return err
		}
		w.between(i, depth)
		w.text(key)
		w.b.WriteByte(':')
		if !w.options.Compact {
			w.b.WriteByte(' ')
		}
		if err := w.value(item.Value, depth+1); err != nil {
			return err
		}
	}
	w.end(depth)
	w.b.WriteByte('}')
	return nil
}

// between separates element i from the one before it.
func (w *dumper) between(i, depth int) {
	if i > 0 {
		w.b.WriteByte(',')
	}
	switch {
	case w.options.Multiline:
		w.line(depth + 1)
	case i > 0 && !w.options.Compact:
		w.b.WriteByte(' ')
	}
}

func (w *dumper) end(depth int) {
	if w.options.Multiline {
		w.line(depth)
	}
}

func (w *dumper) line(depth int) {
	w.b.WriteByte('\n')
	w.b.WriteString(strings.Repeat(w.options.Indent, depth))
}

// key is the text of a key.
func (w *dumper) key(key any) (string, error) {
	switch key := Value(key).(type) {
	case string:
		return key, nil
	case nil:
		return "null", nil
	case bool:
		return fmt.Sprint(key), nil
	case float64:
		if w.options.RefuseNaN && (math.IsNaN(key) || math.IsInf(key, 0)) {
			return "", Errorf("ValueError", "Out of range float values are not JSON compliant")
		}
		return jsonFloat(key), nil
	case int64, *big.Int:
		return Repr(key), nil
	default:
		return "", Errorf("TypeError", "keys must be str, int, float, bool or None, not %s", TypeName(key))
	}
}

// sorted puts entries in the order of their keys where that is asked for.
func (w *dumper) sorted(items []Item) ([]Item, error) {
	if !w.options.SortKeys {
		return items, nil
	}
	for i := 1; i < len(items); i++ {
		if _, err := Compare(items[i].Key, items[i-1].Key); err != nil {
			return nil, err
		}
	}
	items = slices.Clone(items)
	slices.SortStableFunc(items, func(a, b Item) int {
		order, _ := Compare(a.Key, b.Key)
		return order
	})
	return items, nil
}

// escapes are the letters after the reverse solidus.
var escapes = map[rune]byte{'"': '"', '\\': '\\', '\n': 'n', '\r': 'r', '\t': 't', '\b': 'b', '\f': 'f'}

func (w *dumper) text(text string) {
	w.b.WriteByte('"')
	var buffer [4]byte
	for text != "" {
		r, size := character(text)
		text = text[size:]
		switch letter, escaped := escapes[r]; {
		case escaped:
			w.b.WriteByte('\\')
			w.b.WriteByte(letter)
		case r < 0x20, r > 0x7E && !w.options.Unicode:
			w.escape(r)
		default:
			w.b.Write(appendCharacter(buffer[:0], r))
		}
	}
	w.b.WriteByte('"')
}

func (w *dumper) escape(r rune) {
	if r < 0x10000 {
		fmt.Fprintf(&w.b, `\u%04x`, r)
		return
	}
	high, low := utf16.EncodeRune(r)
	fmt.Fprintf(&w.b, `\u%04x\u%04x`, high, low)
}
