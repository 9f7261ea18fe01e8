package source

import (
	"bytes"
	"fmt"
	"strconv"
	"unicode/utf16"
)

// yamlOfJSON writes the escapes by which JSON says a character beyond the first 65,536 (RFC 8259, section 7: two surrogates, \ud83d\ude00) as YAML
// does (\U0001f600). What that saves stands as blanks behind the text, so that all that follows keeps its column.
func yamlOfJSON(content []byte) []byte {
	if !bytes.Contains(bytes.ToLower(content), []byte(`\ud`)) {
		return content
	}
	out, inside, saved := make([]byte, 0, len(content)), false, 0
	for at := 0; at < len(content); at++ {
		switch pair, isPair := surrogates(content[at:]); {
		case inside && isPair:
			out = fmt.Appendf(out, `\U%08x`, pair)
			saved += surrogateLength - len(`\U0001f600`)
			at += surrogateLength - 1
		case inside && content[at] == '\\' && at+1 < len(content):
			out = append(out, content[at], content[at+1])
			at++
		case content[at] == '"':
			inside = !inside
			out = append(append(out, '"'), bytes.Repeat([]byte{' '}, saved)...)
			saved = 0
		default:
			out = append(out, content[at])
		}
	}
	return out
}

// surrogateLength is the length in bytes of two escapes.
const surrogateLength = len(`\ud83d\ude00`)

// surrogates reads the character that two escapes at the beginning of a text stand for.
func surrogates(text []byte) (character rune, ok bool) {
	high, isHigh := escapedUnit(text)
	if !isHigh || !utf16.IsSurrogate(high) {
		return 0, false
	}
	low, isLow := escapedUnit(text[surrogateLength/2:])
	character = utf16.DecodeRune(high, low)
	return character, isLow && character != '\uFFFD'
}

func escapedUnit(text []byte) (rune, bool) {
	if len(text) < surrogateLength/2 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	unit, err := strconv.ParseUint(string(text[2:surrogateLength/2]), 16, 16)
	return rune(unit), err == nil
}
