package requests

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/steploom/steploom/shared/pytext"
)

// encodeParams gives a text as it is, pairs as a query or form, and anything else unchanged.
func encodeParams(data any) (any, error) {
	switch data := pytext.Value(data).(type) {
	case []any, pytext.Tuple, pytext.Set, *pytext.Dict:
		pairs, err := pairsOf(data)
		if err != nil {
			return nil, err
		}
		return urlencode(pairs)
	default:
		return data, nil
	}
}

// pairsOf gives the entries of a dict, or the pairs of a list.
func pairsOf(data any) ([][2]any, error) {
	var pairs [][2]any
	if d, isDict := data.(*pytext.Dict); isDict {
		for _, item := range d.Items() {
			pairs = append(pairs, [2]any{item.Key, item.Value})
		}
		return pairs, nil
	}
	elements, _ := elementsOf(data)
	for _, element := range elements {
		pair, iterable := elementsOf(element)
		switch {
		case !iterable:
			return nil, pytext.Errorf("TypeError", "cannot unpack non-iterable %s object", pytext.TypeName(element))
		case len(pair) > 2:
			return nil, pytext.Errorf("ValueError", "too many values to unpack (expected 2)")
		case len(pair) < 2:
			return nil, pytext.Errorf("ValueError", "not enough values to unpack (expected 2, got %d)", len(pair))
		}
		pairs = append(pairs, [2]any{pair[0], pair[1]})
	}
	return pairs, nil
}

// elementsOf gives what iterating over a value gives: elements, keys, letters.
func elementsOf(v any) ([]any, bool) {
	switch v := pytext.Value(v).(type) {
	case []any:
		return v, true
	case pytext.Tuple:
		return v, true
	case pytext.Set:
		return v, true
	case *pytext.Dict:
		var keys []any
		for _, item := range v.Items() {
			keys = append(keys, item.Key)
		}
		return keys, true
	case string:
		var letters []any
		for _, r := range pytext.Characters(v) {
			letters = append(letters, pytext.Text(r))
		}
		return letters, true
	case pytext.Bytes:
		var numbers []any
		for _, c := range []byte(v) {
			numbers = append(numbers, int64(c))
		}
		return numbers, true
	}
	return nil, false
}

// urlencode gives the pairs as name=value, joined by &; a list, and a list in it, repeats its name, and None is left out.
func urlencode(pairs [][2]any) (string, error) {
	var parts []string
	for _, pair := range pairs {
		name, values := pair[0], []any{pair[1]}
		if elements, iterable := elementsOf(pair[1]); iterable && !isText(pair[1]) {
			values = elements
		}
		for _, value := range values {
			if value == nil {
				continue
			}
			one, err := encodePair(name, value)
			if err != nil {
				return "", err
			}
			parts = append(parts, one...)
		}
	}
	return strings.Join(parts, "&"), nil
}

func encodePair(name, value any) ([]string, error) {
	quotedName, err := quotePlus(name)
	if err != nil {
		return nil, err
	}
	values := []any{value}
	if elements, iterable := elementsOf(value); iterable && !isText(value) {
		values = elements
	}
	var parts []string
	for _, value := range values {
		quoted, err := quotePlus(value)
		if err != nil {
			return nil, err
		}
		parts = append(parts, quotedName+"="+quoted)
	}
	return parts, nil
}

// quotePlus writes a value into a query or form, spaces as +.
func quotePlus(v any) (string, error) {
	text := pytext.Str(v)
	if bytes, isBytes := v.(pytext.Bytes); isBytes {
		text = string(bytes)
	} else if err := utf8Error(text); err != nil {
		return "", err
	}
	return strings.ReplaceAll(quote(text, " "), " ", "+"), nil
}

const (
	unreserved      = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + unreservedMarks
	unreservedMarks = "_.-~"
)

// quote percent-encodes every byte but unreserved characters and safe ones.
func quote(text, safe string) string {
	stays := func(c byte) bool {
		return isLetter(c) || isDigit(c) || c < 0x80 && (strings.IndexByte(unreservedMarks, c) >= 0 || strings.IndexByte(safe, c) >= 0)
	}
	at := 0
	for at < len(text) && stays(text[at]) {
		at++
	}
	if at == len(text) {
		return text
	}
	var b strings.Builder
	b.WriteString(text[:at])
	for _, c := range []byte(text[at:]) {
		if stays(c) {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// requote makes the quoting of a URL regular: unreserved characters are written plainly, all that is not allowed is encoded. A percent sign with
// something else than a number behind it makes that all percent signs are encoded.
func requote(uri string) (string, error) {
	if err := utf8Error(uri); err != nil {
		return "", err
	}
	plain, ok := unquoteUnreserved(uri)
	if !ok {
		return quote(uri, "!#$&'()*+,/:;=?@[]~"), nil
	}
	return quote(plain, "!#$%&'()*+,/:;=?@[]~"), nil
}

// unquoteUnreserved decodes the escapes of unreserved characters; false where letters or digits behind a percent sign are no number.
func unquoteUnreserved(uri string) (string, bool) {
	parts := strings.Split(uri, "%")
	for i, part := range parts[1:] {
		first := pytext.Characters(part)
		first = first[:min(2, len(first))]
		parts[i+1] = "%" + part
		if len(first) < 2 || !alphanumeric(first[0]) || !alphanumeric(first[1]) {
			continue
		}
		code, err := strconv.ParseUint(string(first), 16, 8)
		if err != nil {
			return "", false
		}
		if c := byte(code); c < 0x80 && strings.IndexByte(unreserved, c) >= 0 {
			parts[i+1] = string(rune(c)) + part[2:]
		}
	}
	return strings.Join(parts, ""), true
}

func alphanumeric(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// unquote decodes all escapes; bytes that are no UTF-8 become the replacement character.
func unquote(text string) string {
	if !strings.Contains(text, "%") {
		return text
	}
	var decoded []byte
	for i := 0; i < len(text); i++ {
		if text[i] == '%' && i+2 < len(text) {
			if code, err := strconv.ParseUint(text[i+1:i+3], 16, 8); err == nil {
				decoded = append(decoded, byte(code))
				i += 2
				continue
			}
		}
		decoded = append(decoded, text[i])
	}
	return strings.ToValidUTF8(string(decoded), "\uFFFD")
}
