package python

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/steploom/steploom/shared/jinja/syntax"
)

// Quoted is the repr of a text.
func Quoted(text string) string { return syntax.Quote(text) }

// mostDigits is the number of digits of an integer that Python makes a text of.
const mostDigits = 4300

// Str is str(v).
func Str(m *Meter, v Value) string {
	switch v := v.(type) {
	case string:
		return v
	case Markup:
		return string(v)
	case *Undefined:
		return ""
	}
	return Repr(m, v)
}

// Repr is repr(v).
func Repr(m *Meter, v Value) string {
	w := writer{m: m}
	w.value(v)
	return w.b.String()
}

// writer writes values.
type writer struct {
	m      *Meter
	b      strings.Builder
	inside []Value // the lists and dicts that are being written
}

func (w *writer) text(text string) {
	w.m.Spend(len(text))
	w.b.WriteString(text)
}

func (w *writer) value(v Value) {
	switch v := v.(type) {
	case *List:
		w.container(v, "[", "]", v.Items, "[...]")
	case *Tuple:
		end := ")"
		if len(v.Items) == 1 {
			end = ",)"
		}
		w.container(v, "(", end, v.Items, "(...)")
	case *Set:
		if len(v.Items) == 0 {
			w.text("set()")
			return
		}
		if len(v.Items) > 1 {
			Raise(Unsupported, "the text of a set is not supported: its order is not known")
		}
		w.container(v, "{", "}", v.Items, "{...}")
	case *Dict:
		w.dict(v)
	case *View:
		w.text(v.Kind + "(")
		w.value(NewList(v.items(w.m)...))
		w.text(")")
	case interface{ Repr(m *Meter) string }:
		w.text(v.Repr(w.m))
	default:
		w.text(scalar(w.m, v))
	}
}

// enter tells whether a container is not being written already.
func (w *writer) enter(v Value, again string) bool {
	w.m.Items(1)
	for _, outer := range w.inside {
		if outer == v {
			w.text(again)
			return false
		}
	}
	w.inside = append(w.inside, v)
	return true
}

func (w *writer) container(v Value, begin, end string, items []Value, again string) {
	defer w.m.Down()()
	if !w.enter(v, again) {
		return
	}
	w.text(begin)
	for i, item := range items {
		if i > 0 {
			w.text(", ")
		}
		w.value(item)
	}
	w.text(end)
	w.inside = w.inside[:len(w.inside)-1]
}

func (w *writer) dict(d *Dict) {
	defer w.m.Down()()
	if !w.enter(d, "{...}") {
		return
	}
	w.text("{")
	for i, pair := range d.Pairs() {
		if i > 0 {
			w.text(", ")
		}
		w.value(pair.Key)
		w.text(": ")
		w.value(pair.Value)
	}
	w.text("}")
	w.inside = w.inside[:len(w.inside)-1]
}

// scalar writes what holds no other values.
func scalar(m *Meter, v Value) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case bool:
		if v {
			return "True"
		}
		return "False"
	case int64:
		return strconv.FormatInt(v, 10)
	case *big.Int:
		return integerText(m, v)
	case float64:
		return FloatText(v)
	case string:
		m.Spend(len(v))
		return Quoted(v)
	case Markup:
		m.Spend(len(v))
		return "Markup(" + Quoted(string(v)) + ")"
	case Bytes:
		return bytesText(string(v))
	case Range:
		if v.Step == 1 {
			return "range(" + scalar(m, v.Start) + ", " + scalar(m, v.Stop) + ")"
		}
		return "range(" + scalar(m, v.Start) + ", " + scalar(m, v.Stop) + ", " + scalar(m, v.Step) + ")"
	case Ellipsis:
		return "Ellipsis"
	case *Undefined:
		return "Undefined"
	}
	Raise(Unsupported, "%s has no text: Python would write the address of an object", described(v))
	return ""
}

// described names a value without a text.
func described(v Value) string {
	if method, ok := v.(*Method); ok && method.Of != nil {
		return "the method ." + method.Name + " of a " + TypeName(method.Of) + ", which is not called,"
	}
	return "a " + TypeName(v)
}

func integerText(m *Meter, v *big.Int) string {
	const bitsPerDigit = 3 // at least
	if v.BitLen() > mostDigits*4 {
		Raise(ValueError, "Exceeds the limit (%d digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit", mostDigits)
	}
	m.Spend(v.BitLen() / bitsPerDigit)
	text := v.String()
	if len(strings.TrimPrefix(text, "-")) > mostDigits {
		Raise(ValueError, "Exceeds the limit (%d digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit", mostDigits)
	}
	return text
}

// FloatText is the repr of a float.
func FloatText(v float64) string {
	switch {
	case math.IsNaN(v):
		return "nan"
	case math.IsInf(v, 1):
		return "inf"
	case math.IsInf(v, -1):
		return "-inf"
	}
	text := strconv.FormatFloat(v, 'e', -1, 64)
	mantissa, exponent, _ := strings.Cut(text, "e")
	if n, _ := strconv.Atoi(exponent); n >= -4 && n < 16 {
		text = strconv.FormatFloat(v, 'f', -1, 64)
		if !strings.Contains(text, ".") {
			text += ".0"
		}
		return text
	}
	return mantissa + "e" + exponent
}

func bytesText(data string) string {
	quote := byte('\'')
	if strings.Contains(data, "'") && !strings.Contains(data, `"`) {
		quote = '"'
	}
	const digits = "0123456789abcdef"
	b := []byte{'b', quote}
	for i := range len(data) {
		switch c := data[i]; {
		case c == quote || c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, `\n`...)
		case c == '\r':
			b = append(b, `\r`...)
		case c == '\t':
			b = append(b, `\t`...)
		case c < ' ' || c >= 0x7f:
			b = append(b, '\\', 'x', digits[c>>4], digits[c&15])
		default:
			b = append(b, c)
		}
	}
	return string(append(b, quote))
}

// escaped writes a character as an escape.
func escaped(r rune) string {
	switch {
	case r < 0x100:
		return fmt.Sprintf(`\x%02x`, r)
	case r < 0x10000:
		return fmt.Sprintf(`\u%04x`, r)
	}
	return fmt.Sprintf(`\U%08x`, r)
}
