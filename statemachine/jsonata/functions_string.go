package jsonata

import (
	"encoding/base64"
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

func toString(st *state, args []any) (any, error) {
	v := at(args, 0)
	switch v := v.(type) {
	case *undefined, string:
		return v, nil
	}
	pretty, _ := truth(at(args, 1))
	mark := len(st.buffer)
	b, err := appendPretty(st, st.buffer, v, pretty)
	if err != nil {
		return nil, err
	}
	text := string(b[mark:])
	st.buffer = b[:mark]
	return text, st.allocate(len(text))
}

// appendString writes what $string makes of a value.
func appendString(st *state, b []byte, v any) ([]byte, error) { return appendPretty(st, b, v, false) }

// textMode is how $string writes values.
func (st *state) textMode() jsonMode {
	if st.program.aws {
		return writeDigits
	}
	return writeString
}

func appendPretty(st *state, b []byte, v any, pretty bool) ([]byte, error) {
	switch v := v.(type) {
	case string:
		return append(b, v...), nil
	case *Function:
		return b, nil
	case float64:
		if math.IsInf(v, 0) || math.IsNaN(v) {
			return nil, &Error{Code: "D3001", Value: v}
		}
		if st.program.aws && v == math.Trunc(v) {
			return appendNumber(b, v), nil
		}
		return appendSignificant(b, v), nil
	}
	w := jsonWriter{buffer: b, mode: st.textMode(), st: st}
	if pretty {
		w.indent = 2
	}
	err := w.value(unwrap(v))
	return w.buffer, err
}

func clone(st *state, args []any) (any, error) {
	v := at(args, 0)
	if IsUndefined(v) {
		return v, nil
	}
	copied, c, err := st.copyMarked(v)
	c.release()
	return copied, err
}

func length(_ *state, args []any) (any, error) {
	s, given, err := text(args, 0)
	if err != nil || !given {
		return Undefined, err
	}
	return float64(codePoints(s)), nil
}

func substring(_ *state, args []any) (any, error) {
	s, given, err := text(args, 0)
	if err != nil || !given {
		return Undefined, err
	}
	start, hasStart, err := amount(args, 1)
	if err != nil {
		return nil, err
	}
	size := float64(codePoints(s))
	if size+start < 0 {
		start = 0
	}
	end, limited, err := amount(args, 2)
	if err != nil {
		return nil, err
	}
	switch {
	case !limited:
		end = size
	case end <= 0 || !hasStart:
		return "", nil
	case start >= 0:
		end += start
	default:
		end += size + start
	}
	return slicePoints(s, start, end, size), nil
}

// slicePoints is Array.prototype.slice over the code points of s.
func slicePoints(s string, start, end, size float64) string {
	first, last := sliceIndex(start, size), sliceIndex(end, size)
	if first >= last {
		return ""
	}
	if isASCII(s) {
		return s[first:last]
	}
	return s[pointOffset(s, first):pointOffset(s, last)]
}

func sliceIndex(i, size float64) int {
	i = math.Trunc(i)
	if i < 0 {
		i += size
	}
	return int(math.Max(0, math.Min(i, size)))
}

// pointOffset is the byte offset of the n-th code point.
func pointOffset(s string, n int) int {
	offset := 0
	for ; n > 0 && offset < len(s); n-- {
		_, width := decodeRune(s[offset:])
		offset += width
	}
	return offset
}

func substringBefore(_ *state, args []any) (any, error) {
	return around(args, func(before, _ string) string { return before })
}

func substringAfter(_ *state, args []any) (any, error) {
	return around(args, func(_, after string) string { return after })
}

func around(args []any, choose func(before, after string) string) (any, error) {
	s, given, err := text(args, 0)
	if err != nil || !given {
		return Undefined, err
	}
	separator, given, err := text(args, 1)
	if err != nil {
		return nil, err
	}
	if !given {
		separator = "undefined"
	}
	if before, after, found := strings.Cut(s, separator); found {
		return choose(before, after), nil
	}
	return s, nil
}

// trim makes each run of blanks, tabs and line ends one blank and drops those at the ends.
func trim(s string) string {
	fields := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' })
	return strings.Join(fields, " ")
}

func pad(st *state, args []any) (any, error) {
	s, given, err := text(args, 0)
	if err != nil || !given {
		return Undefined, err
	}
	width, _, err := amount(args, 1)
	if err != nil {
		return nil, err
	}
	filler, _, err := text(args, 2)
	if err != nil {
		return nil, err
	}
	if filler == "" {
		filler = " "
	}
	missing := math.Trunc(math.Abs(width)) - float64(codePoints(s))
	if !(missing > 0) {
		return s, nil
	}
	if missing > math.MaxInt32 {
		return nil, limit("Expression evaluation uses too much memory")
	}
	count := int(missing)
	if err := st.allocate(count * len(filler)); err != nil {
		return nil, err
	}
	padding := strings.Repeat(filler, count)
	padding = padding[:pointOffset(padding, count)]
	if width > 0 {
		return s + padding, nil
	}
	return padding + s, nil
}

func join(st *state, args []any) (any, error) {
	items, given, err := array(args, 0)
	if err != nil || !given {
		return Undefined, err
	}
	separator, _, err := text(args, 1)
	if err != nil {
		return nil, err
	}
	mark := len(st.buffer)
	for i, item := range items {
		if i > 0 {
			st.buffer = appendText(st.buffer, separator)
		}
		if s, ok := item.(string); ok {
			st.buffer = appendText(st.buffer, s)
		} else if item != nil && !IsUndefined(item) {
			st.buffer = appendText(st.buffer, toText(item))
		}
	}
	joined := string(st.buffer[mark:])
	st.buffer = st.buffer[:mark]
	return joined, st.allocate(len(joined))
}

// upper is toUpperCase: Unicode's simple mapping and those characters that become several.
func upper(s string) string {
	if isASCII(s) {
		return strings.ToUpper(s)
	}
	b := make([]byte, 0, len(s)+8)
	for i := 0; i < len(s); {
		r, width := decodeRune(s[i:])
		i += width
		if several, ok := upperSeveral[r]; ok {
			b = append(b, several...)
		} else if r >= surrogateFirst && r <= surrogateLast {
			b = appendRune(b, r)
		} else {
			b = utf8.AppendRune(b, unicode.ToUpper(r))
		}
	}
	return string(b)
}

// upperSeveral is the unconditional part of Unicode's SpecialCasing.txt that concerns scripts in use.
var upperSeveral = map[rune]string{
	'ß': "SS", 'ŉ': "ʼN", 'ǰ': "J̌", 'ΐ': "Ϊ́", 'ΰ': "Ϋ́", 'և': "ԵՒ", 'ẖ': "H̱", 'ẗ': "T̈", 'ẘ': "W̊", 'ẙ': "Y̊", 'ẚ': "Aʾ",
	'ﬀ': "FF", 'ﬁ': "FI", 'ﬂ': "FL", 'ﬃ': "FFI", 'ﬄ': "FFL", 'ﬅ': "ST", 'ﬆ': "ST",
}

// lower is toLowerCase, with the final form of sigma.
func lower(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	b := make([]byte, 0, len(s)+8)
	for i := 0; i < len(s); {
		r, width := decodeRune(s[i:])
		switch {
		case r == 'İ':
			b = append(b, "i̇"...)
		case r == 'Σ' && letterBefore(s[:i]) && !letterAfter(s[i+width:]):
			b = append(b, "ς"...)
		case r >= surrogateFirst && r <= surrogateLast:
			b = appendRune(b, r)
		default:
			b = utf8.AppendRune(b, unicode.ToLower(r))
		}
		i += width
	}
	return string(b)
}

func letterBefore(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return unicode.IsLetter(r)
}

func letterAfter(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLetter(r)
}

// base64Encode encodes the low byte of each UTF-16 code unit, as Node's binary encoding does.
func base64Encode(s string) string {
	var room, coded [1 << 10]byte // of what most texts take, without asking for memory
	b := room[:0]
	if isASCII(s) {
		b = append(b, s...)
	} else {
		for _, u := range toUnits(s) {
			b = append(b, byte(u))
		}
	}
	return string(base64.StdEncoding.AppendEncode(coded[:0], b))
}

// base64Decode decodes leniently, as Node does: both alphabets, of each code unit the low byte, other characters skipped, the
// end at the first =. Each byte becomes one character.
func base64Decode(s string) string {
	var clean []byte
	for _, unit := range toUnits(s) {
		c := byte(unit)
		if c == '=' {
			break
		}
		switch {
		case c == '-':
			clean = append(clean, '+')
		case c == '_':
			clean = append(clean, '/')
		case c == '+' || c == '/' || isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'z':
			clean = append(clean, c)
		}
	}
	if len(clean)%4 == 1 {
		clean = clean[:len(clean)-1]
	}
	decoded, _ := base64.RawStdEncoding.DecodeString(string(clean))
	var b []byte
	for _, c := range decoded {
		b = utf8.AppendRune(b, rune(c))
	}
	return string(b)
}

const (
	urlMarks    = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()"
	urlReserved = ";/?:@&=+$,"
)

// encodeURL is encodeURI or encodeURIComponent, which differ in what they keep.
func encodeURL(name, kept string) native {
	var stays [256]bool
	for i := range len(kept) {
		stays[kept[i]] = true
	}
	return func(st *state, args []any) (any, error) {
		s, given, err := text(args, 0)
		if err != nil || !given {
			return Undefined, err
		}
		mark, b := len(st.buffer), st.buffer
		for i := 0; i < len(s); i++ {
			c := s[i]
			if c == 0xED && i+1 < len(s) && s[i+1] >= 0xA0 {
				return nil, &Error{Code: "D3140", Value: s, token: name, hasToken: true}
			}
			if stays[c] {
				b = append(b, c)
			} else {
				b = append(b, '%', "0123456789ABCDEF"[c>>4], "0123456789ABCDEF"[c&15])
			}
		}
		escaped := string(b[mark:])
		st.buffer = b[:mark]
		return escaped, st.allocate(len(escaped))
	}
}

// decodeURL is decodeURI or decodeURIComponent: escapes of the kept characters stay.
func decodeURL(name, kept string) native {
	return func(st *state, args []any) (any, error) {
		s, given, err := text(args, 0)
		if err != nil || !given {
			return Undefined, err
		}
		var b []byte
		for i := 0; i < len(s); {
			if s[i] != '%' {
				b = append(b, s[i])
				i++
				continue
			}
			r, width := decodeEscape(s[i:])
			if width == 0 {
				return nil, &Error{Code: "D3140", Value: s, token: name, hasToken: true}
			}
			if r < utf8.RuneSelf && strings.IndexByte(kept, byte(r)) >= 0 {
				b = append(b, s[i:i+width]...)
			} else {
				b = utf8.AppendRune(b, r)
			}
			i += width
		}
		return string(b), st.allocate(len(b))
	}
}

// decodeEscape reads one character written as %XX of its UTF-8 bytes; width is 0 when that is malformed.
func decodeEscape(s string) (r rune, width int) {
	var bytes []byte
	for len(bytes) < 4 && len(s) >= width+3 && s[width] == '%' {
		high, low := digitValue(s[width+1]), digitValue(s[width+2])
		if high > 15 || low > 15 {
			return 0, 0
		}
		bytes = append(bytes, byte(high<<4|low))
		width += 3
		if utf8.FullRune(bytes) {
			if r, _ = utf8.DecodeRune(bytes); r == utf8.RuneError && string(bytes) != "�" {
				return 0, 0
			}
			return r, width
		}
	}
	return 0, 0
}
