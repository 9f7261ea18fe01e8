package intrinsic

import (
	"encoding/base64"
	"strings"
	"unicode/utf16"

	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

// maxText is how many characters States.Hash, States.Base64Encode and States.Base64Decode take, in UTF-16 code units.
const maxText = 10_000

func tooLong(text string) bool {
	if len(text) <= maxText {
		return false
	}
	n := 0
	for _, r := range text {
		n += max(utf16.RuneLen(r), 1)
	}
	return n > maxText
}

func base64Encode(a *applied) (any, bool) {
	text, ok := a.text(0)
	if !ok || tooLong(text) {
		return nil, false
	}
	return base64.StdEncoding.EncodeToString([]byte(text)), true
}

// base64Decode is lenient: it passes over what is not of either alphabet of Base64, and stops at the first =. Bytes that are not UTF-8 become U+FFFD.
func base64Decode(a *applied) (any, bool) {
	text, ok := a.text(0)
	if !ok || tooLong(text) {
		return nil, false
	}
	text, _, _ = strings.Cut(text, "=")
	digits := strings.Map(func(r rune) rune {
		switch {
		case r == '-':
			return '+'
		case r == '_':
			return '/'
		case r < 0x80 && strings.ContainsRune("+/", r), r >= '0' && r <= '9', r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z':
			return r
		}
		return -1
	}, text)
	if len(digits)%4 == 1 {
		digits = digits[:len(digits)-1]
	}
	decoded, err := base64.RawStdEncoding.DecodeString(digits)
	return strings.ToValidUTF8(string(decoded), "\uFFFD"), err == nil
}

// hash gives the digest of a text, or of the text that Java makes of any other value.
func hash(a *applied) (any, bool) {
	text := jsonpath.JavaText(a.values[0])
	algorithm, ok := a.text(1)
	if !ok || tooLong(text) {
		return nil, false
	}
	return jsonata.Digest(algorithm, text)
}

// stringSplit cuts a text at each of the characters of another one, and leaves out empty pieces.
func stringSplit(a *applied) (any, bool) {
	text, ok1 := a.text(0)
	splitters, ok2 := a.text(1)
	pieces := []any{}
	for _, piece := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(splitters, r) }) {
		pieces = append(pieces, piece)
	}
	return pieces, ok1 && ok2
}

func uuid(a *applied) (any, bool) { return jsonata.UUID(a.random), true }

// format puts values in place of {} in a text. A brace that stands for itself has a backslash before it. What is no text is taken as Java writes it.
func format(a *applied) (any, bool) {
	template := jsonpath.JavaText(a.values[0])
	if literal, isLiteral := a.call.Arguments[0].(*Literal); isLiteral && literal.text != "" {
		template = literal.text
	}
	var out strings.Builder
	used := 1
	for at := 0; at < len(template); at++ {
		switch b := template[at]; {
		case b == '\\' && at+1 < len(template) && strings.IndexByte(escapable, template[at+1]) >= 0:
			at++
			out.WriteByte(template[at])
		case strings.HasPrefix(template[at:], "{}"):
			if used < len(a.values) {
				out.WriteString(jsonpath.JavaText(a.values[used]))
			}
			used++
			at++
			if out.Len() > maxValue {
				a.reason = tooLarge
				return nil, false
			}
		case b == '{':
			a.reason = "Invalid template in States.Format: matching '}' not found for '{'."
			return nil, false
		case b == '}':
			a.reason = "Invalid template in States.Format: matching '{' not found for '}'."
			return nil, false
		default:
			out.WriteByte(b)
		}
	}
	if used != len(a.values) {
		a.reason = invalid(a.call) + ": number of arguments do not match the occurrences of {}."
		return nil, false
	}
	return out.String(), true
}
