package jsonata

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Decode reads one JSON text: null is nil, numbers are float64, arrays []any and objects *Object. A whole number beyond ±2^53 that is
// written without fraction and exponent and fits 64 bits is int64, with all its digits; Integer and Float read either form. Of repeated
// keys the last value counts. Objects with the same keys in the same order share them.
func Decode(src []byte) (any, error) {
	return (&decoder{src: src}).all()
}

// Decoder decodes texts as [Decode] does. Objects with the same keys share them from one text to the next, so that many texts that are alike take less. It is
// not for concurrent use.
type Decoder struct{ decoder decoder }

// NewDecoder gives a Decoder that has read nothing yet.
func NewDecoder() *Decoder { return &Decoder{} }

// Decode reads one JSON text.
func (d *Decoder) Decode(src []byte) (any, error) {
	d.decoder.src, d.decoder.pos, d.decoder.depth = src, 0, 0
	value, err := d.decoder.all()
	d.decoder.src = nil
	if len(d.decoder.models) > keptDepth {
		d.decoder.models = d.decoder.models[:keptDepth:keptDepth]
	}
	return value, err
}

const (
	// keptDepth is down to which depth a Decoder keeps the keys of objects between texts.
	keptDepth = 16
	// mostRoom is how many values an object has room for before they come.
	mostRoom = 64
	// keptModels is how many kinds of objects are known at each depth.
	keptModels = 4
)

// all reads the whole text.
func (d *decoder) all() (any, error) {
	v, err := d.value()
	if err != nil {
		return nil, err
	}
	d.blank()
	if d.pos < len(d.src) {
		return nil, d.fail("unexpected text after the value")
	}
	return v, nil
}

type decoder struct {
	src    []byte
	pos    int
	depth  int
	strict bool     // a repeated key is an error
	models []models // by depth
}

// models are the keys of the last objects at a depth, those of the very last one first.
type models [keptModels][]string

// of gives the keys of an object that is likely the same as one whose first key is known.
func (m *models) of(first []byte) []string {
	for _, shape := range m {
		if len(shape) > 0 && shape[0] == string(first) {
			return shape
		}
	}
	return nil
}

// add makes the keys of an object the first.
func (m *models) add(shape []string) {
	copy(m[1:], m[:])
	m[0] = shape
}

func (d *decoder) fail(reason string) error {
	return &Error{Code: "D3110", Message: fmt.Sprintf("invalid JSON at offset %d: %s", d.pos, reason)}
}

func (d *decoder) blank() {
	for d.pos < len(d.src) {
		switch d.src[d.pos] {
		case ' ', '\t', '\n', '\r':
			d.pos++
		default:
			return
		}
	}
}

func (d *decoder) value() (any, error) {
	d.blank()
	if d.pos >= len(d.src) {
		return nil, d.fail("text ends too early")
	}
	switch c := d.src[d.pos]; c {
	case '{':
		return d.nested(d.object)
	case '[':
		return d.nested(d.array)
	case '"':
		b, err := d.string()
		return string(b), err
	case 't':
		return true, d.word("true")
	case 'f':
		return false, d.word("false")
	case 'n':
		return nil, d.word("null")
	}
	return d.number()
}

func (d *decoder) nested(read func() (any, error)) (any, error) {
	if d.depth++; d.depth > maxJSONDepth {
		return nil, d.fail("nested too deeply")
	}
	d.pos++
	v, err := read()
	d.depth--
	return v, err
}

func (d *decoder) word(word string) error {
	if len(d.src)-d.pos < len(word) || string(d.src[d.pos:d.pos+len(word)]) != word {
		return d.fail("unknown word")
	}
	d.pos += len(word)
	return nil
}

// more moves past a comma, or past the closing bracket and says that there is no more.
func (d *decoder) more(closing byte, first bool) (bool, error) {
	d.blank()
	if d.pos >= len(d.src) {
		return false, d.fail("text ends too early")
	}
	switch c := d.src[d.pos]; {
	case c == closing:
		d.pos++
		return false, nil
	case first:
		return true, nil
	case c == ',':
		d.pos++
		return true, nil
	}
	return false, d.fail("comma or bracket expected")
}

func (d *decoder) array() (any, error) {
	items := []any{}
	for first := true; ; first = false {
		more, err := d.more(']', first)
		if err != nil || !more {
			return items, err
		}
		item, err := d.value()
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
}

func (d *decoder) object() (any, error) {
	for len(d.models) <= d.depth {
		d.models = append(d.models, models{})
	}
	var shape []string
	o := &Object{}
	same := true
	for first := true; ; first = false {
		more, err := d.more('}', first)
		if err != nil {
			return nil, err
		}
		if !more {
			d.close(o, shape, same)
			return o, nil
		}
		key, err := d.key()
		if err != nil {
			return nil, err
		}
		if first {
			shape = d.models[d.depth].of(key)
			o.values = make([]any, 0, max(min(len(shape), mostRoom), fewKeys))
		}
		if same, err = d.member(o, key, shape, same); err != nil {
			return nil, err
		}
	}
}

// key reads a key and the colon behind it. The bytes may belong to the source.
func (d *decoder) key() ([]byte, error) {
	d.blank()
	if d.pos >= len(d.src) || d.src[d.pos] != '"' {
		return nil, d.fail("key expected")
	}
	key, err := d.string()
	if err != nil {
		return nil, err
	}
	if d.blank(); d.pos >= len(d.src) || d.src[d.pos] != ':' {
		return nil, d.fail("colon expected")
	}
	d.pos++
	return key, nil
}

// member reads the value of a key. While the keys are those of an object before, only values are stored.
func (d *decoder) member(o *Object, key []byte, shape []string, same bool) (bool, error) {
	n := len(o.values)
	known := same && n < len(shape) && shape[n] == string(key)
	if same && !known {
		o.keys = slices.Clone(shape[:n])
		o.index = indexKeys(o.keys)
	}
	name := ""
	if !known {
		name = string(key)
	}
	v, err := d.value()
	switch {
	case err != nil:
	case known:
		o.values = append(o.values, v)
	case d.strict && o.find(name) >= 0:
		return same, d.fail("repeated key")
	default:
		o.put(name, v)
	}
	return known, err
}

// close finishes an object: it shares the keys of the one before, or becomes the model for the next.
func (d *decoder) close(o *Object, shape []string, same bool) {
	n := len(o.values)
	if same && n < len(shape) {
		o.keys = slices.Clone(shape[:n])
		same = false
		o.index = indexKeys(o.keys)
	}
	if same {
		o.keys = shape
	} else {
		d.models[d.depth].add(o.keys)
	}
	if o.index == nil {
		o.index = indexKeys(o.keys)
	}
	o.shared = true
}

// string reads a JSON string. The bytes may belong to the source.
func (d *decoder) string() ([]byte, error) {
	d.pos++
	start := d.pos
	for d.pos < len(d.src) {
		switch c := d.src[d.pos]; {
		case c == '"':
			d.pos++
			return d.valid(d.src[start : d.pos-1]), nil
		case c == '\\':
			return d.escaped(start)
		case c < 0x20:
			return nil, d.fail("control character in a string")
		}
		d.pos++
	}
	return nil, d.fail("string is not closed")
}

// valid replaces bytes that are no UTF-8.
func (d *decoder) valid(b []byte) []byte {
	if utf8.Valid(b) {
		return b
	}
	return []byte(string([]rune(string(b))))
}

func (d *decoder) escaped(start int) ([]byte, error) {
	text := slices.Clone(d.valid(d.src[start:d.pos]))
	for d.pos < len(d.src) {
		switch c := d.src[d.pos]; {
		case c == '"':
			d.pos++
			return text, nil
		case c == '\\':
			var err error
			if text, err = d.escape(text); err != nil {
				return nil, err
			}
		case c < 0x20:
			return nil, d.fail("control character in a string")
		case c < utf8.RuneSelf:
			text = append(text, c)
			d.pos++
		default:
			r, width := utf8.DecodeRune(d.src[d.pos:])
			text = utf8.AppendRune(text, r)
			d.pos += width
		}
	}
	return nil, d.fail("string is not closed")
}

func (d *decoder) escape(text []byte) ([]byte, error) {
	if d.pos+1 >= len(d.src) {
		return nil, d.fail("string is not closed")
	}
	c := d.src[d.pos+1]
	if s, ok := stringEscapes[c]; ok {
		d.pos += 2
		return append(text, s...), nil
	}
	if c != 'u' || d.pos+6 > len(d.src) {
		return nil, d.fail("unknown escape sequence")
	}
	unit, err := strconv.ParseUint(string(d.src[d.pos+2:d.pos+6]), 16, 16)
	if err != nil {
		return nil, d.fail("unknown escape sequence")
	}
	d.pos += 6
	return appendUnit(text, uint16(unit)), nil
}

// number reads -?(0|[1-9][0-9]*)(\.[0-9]+)?([Ee][-+]?[0-9]+)?.
func (d *decoder) number() (any, error) {
	start := d.pos
	if d.src[d.pos] == '-' {
		d.pos++
	}
	digits := d.pos
	if !d.digits() || d.src[digits] == '0' && d.pos > digits+1 {
		return nil, d.fail("value expected")
	}
	if d.pos-start <= 15 && (d.pos >= len(d.src) || d.src[d.pos] != '.' && d.src[d.pos]|0x20 != 'e') {
		return smallInteger(d.src[start:d.pos]), nil
	}
	if d.pos < len(d.src) && d.src[d.pos] == '.' {
		if d.pos++; !d.digits() {
			return nil, d.fail("digits expected")
		}
	}
	if d.pos < len(d.src) && d.src[d.pos]|0x20 == 'e' {
		d.pos++
		if d.pos < len(d.src) && (d.src[d.pos] == '+' || d.src[d.pos] == '-') {
			d.pos++
		}
		if !d.digits() {
			return nil, d.fail("digits expected")
		}
	}
	n, ok := exactNumber(json.Number(d.src[start:d.pos]))
	if !ok {
		return nil, d.fail("number out of range")
	}
	return n, nil
}

func (d *decoder) digits() bool {
	start := d.pos
	for d.pos < len(d.src) && isDigit(d.src[d.pos]) {
		d.pos++
	}
	return d.pos > start
}

// smallInteger is the value of at most 15 digits and a sign.
func smallInteger(text []byte) float64 {
	sign := 1.0
	if text[0] == '-' {
		sign, text = -1, text[1:]
	}
	n := int64(0)
	for _, c := range text {
		n = n*10 + int64(c-'0')
	}
	return sign * float64(n)
}
