package jsonata

import (
	"fmt"
	"math"
	"slices"
	"unicode/utf8"
)

// Encode writes a value as compact JSON: JavaScript's number text, all digits of an int64, keys in order, no HTML escaping. Functions, undefined
// values and numbers that JSON cannot hold are errors.
func Encode(v any) ([]byte, error) {
	switch v.(type) {
	case *Object, []any:
		return AppendJSON(make([]byte, 0, textRoom), v)
	}
	return AppendJSON(nil, v)
}

// textRoom is how many bytes the text of an object or array has room for at first.
const textRoom = 512

// AppendJSON is Encode behind the bytes of b.
func AppendJSON(b []byte, v any) ([]byte, error) { return appendJSON(b, v, writeStrict) }

// jsonMode says what to do with what JSON cannot hold.
type jsonMode uint8

const (
	writeStrict jsonMode = iota // refuse it
	writeLoose                  // null, as in messages
	writeString                 // as $string does: functions are "", numbers have 15 digits
	writeDigits                 // as $string does in Step Functions: whole numbers have all digits, others 15
)

// appendJSON writes v as compact JSON.
func appendJSON(b []byte, v any, mode jsonMode) ([]byte, error) {
	w := jsonWriter{buffer: b, mode: mode}
	err := w.value(v)
	return w.buffer, err
}

// jsonWriter writes one JSON text. Indent is the number of blanks a level adds; zero means compact.
type jsonWriter struct {
	buffer []byte
	mode   jsonMode
	indent int
	depth  int
	st     *state // whose memory it uses, if any
}

func (w *jsonWriter) value(v any) error {
	switch v := v.(type) {
	case nil:
		w.buffer = append(w.buffer, "null"...)
	case bool:
		if v {
			w.buffer = append(w.buffer, "true"...)
		} else {
			w.buffer = append(w.buffer, "false"...)
		}
	case float64:
		return w.number(v)
	case int64:
		return w.whole(v)
	case string:
		w.buffer = appendQuoted(w.buffer, v)
	case []any:
		return w.array(v)
	case *list:
		return w.array(v.items)
	case *Object:
		if v == nil {
			return w.value(nil)
		}
		return w.object(v.keys, v.values)
	case map[string]any:
		keys, values := sortedEntries(v)
		return w.object(keys, values)
	default:
		return w.other(v)
	}
	return nil
}

func (w *jsonWriter) other(v any) error {
	if p := plain(v); kindOf(p) != kindForeign && kindOf(p) != kindFunction && kindOf(p) != kindUndefined {
		return w.value(p)
	}
	f, isFormless := plain(v).(*formless)
	switch {
	case isFormless && w.mode != writeLoose:
		return f.err
	case w.mode == writeStrict:
		return &Error{Code: "D3001", Message: fmt.Sprintf("a value of type %T has no JSON form", v)}
	case (w.mode == writeString || w.mode == writeDigits) && kindOf(v) == kindFunction:
		w.buffer = append(w.buffer, `""`...)
	default:
		w.buffer = append(w.buffer, "null"...)
	}
	return nil
}

func (w *jsonWriter) number(f float64) error {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		switch {
		case w.mode == writeStrict:
			return &Error{Code: "D1001", Message: "Number out of range: " + numberText(f), Value: f}
		case w.mode != writeLoose && math.IsInf(f, 0):
			return &Error{Code: "D1001", Value: f}
		}
		w.buffer = append(w.buffer, "null"...)
		return nil
	}
	if w.mode == writeString || w.mode == writeDigits && f != math.Trunc(f) {
		w.buffer = appendSignificant(w.buffer, f)
	} else {
		w.buffer = appendNumber(w.buffer, f)
	}
	return nil
}

func (w *jsonWriter) whole(n int64) error {
	if w.mode == writeString {
		return w.number(float64(n))
	}
	w.buffer = appendWhole(w.buffer, n)
	return nil
}

// maxJSONDepth and maxJSONSize bound the JSON texts that are read or written. A small value may share parts so often that
// its text would fill the memory.
const (
	maxJSONDepth = 5_000
	maxJSONSize  = 256 << 20
)

func (w *jsonWriter) enter(open byte) error {
	if w.depth++; w.depth > maxJSONDepth {
		return &Error{Code: CodeLimit, Message: "value is nested too deeply"}
	}
	w.buffer = append(w.buffer, open)
	if w.st != nil && len(w.buffer) > int(max(w.st.memory, 0)) || len(w.buffer) > maxJSONSize {
		return limit("JSON text is too large")
	}
	return nil
}

func (w *jsonWriter) leave(closing byte, empty bool) {
	w.depth--
	if !empty {
		w.line()
	}
	w.buffer = append(w.buffer, closing)
}

// line starts a new line when the text is indented.
func (w *jsonWriter) line() {
	if w.indent == 0 {
		return
	}
	w.buffer = append(w.buffer, '\n')
	for range w.depth * w.indent {
		w.buffer = append(w.buffer, ' ')
	}
}

func (w *jsonWriter) array(items []any) error {
	if err := w.enter('['); err != nil {
		return err
	}
	for i, item := range items {
		if i > 0 {
			w.buffer = append(w.buffer, ',')
		}
		w.line()
		if err := w.value(item); err != nil {
			return err
		}
	}
	w.leave(']', len(items) == 0)
	return nil
}

func (w *jsonWriter) object(keys []string, values []any) error {
	if err := w.enter('{'); err != nil {
		return err
	}
	first := true
	for i, key := range keys {
		if IsUndefined(values[i]) {
			continue
		}
		if !first {
			w.buffer = append(w.buffer, ',')
		}
		first = false
		w.line()
		w.buffer = append(appendQuoted(w.buffer, key), ':')
		if w.indent > 0 {
			w.buffer = append(w.buffer, ' ')
		}
		if err := w.value(values[i]); err != nil {
			return err
		}
	}
	w.leave('}', first)
	return nil
}

const hexDigits = "0123456789abcdef"

// appendQuoted writes a JSON string as JSON.stringify does; lone surrogates are escaped.
func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		r, width := rune(c), 1
		if c >= utf8.RuneSelf {
			r, width = decodeRune(s[i:])
			if (r < surrogateFirst || r > surrogateLast) && (r != utf8.RuneError || width > 1) {
				i += width
				continue
			}
		}
		b = append(b, s[start:i]...)
		b = appendEscape(b, r)
		i += width
		start = i
	}
	return append(append(b, s[start:]...), '"')
}

func appendEscape(b []byte, r rune) []byte {
	switch r {
	case '"', '\\':
		return append(b, '\\', byte(r))
	case '\b':
		return append(b, '\\', 'b')
	case '\f':
		return append(b, '\\', 'f')
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	case utf8.RuneError:
		return utf8.AppendRune(b, r)
	}
	return append(b, '\\', 'u', hexDigits[r>>12&15], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15])
}

// sortedEntries gives a Go map a definite order.
func sortedEntries(m map[string]any) ([]string, []any) {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	values := make([]any, len(keys))
	for i, k := range keys {
		values[i] = given(m[k])
	}
	return keys, values
}
