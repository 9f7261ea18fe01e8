package source

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf16"

	"go.yaml.in/yaml/v4"
)

// joined writes the escapes by which JSON says a character beyond the first 65,536 (RFC 8259, section 7: two surrogates, \ud83d\ude00) as YAML
// does (\U0001f600): in quoted scalars, where JSON has escapes. What that saves stands as blanks behind the scalar, so that all that follows keeps its column.
func (t *text) joined() []byte {
	plain := withoutPairs(t.bytes)
	if plain == nil {
		return t.bytes
	}
	root, err := firstDocument(plain)
	if err != nil {
		return plain // for what is wrong with the file
	}
	starts := t.doubleQuotes(root, nil)
	slices.Sort(starts)
	out, done := make([]byte, 0, len(t.bytes)), 0
	for _, start := range starts {
		out = append(out, t.bytes[done:start]...)
		out, done = joinQuoted(out, t.bytes, start)
	}
	return append(out, t.bytes[done:]...)
}

// withoutPairs writes other escapes, as long, in the places of pairs of surrogates, so that YAML is read wherever they stand; nil where there are none.
func withoutPairs(content []byte) []byte {
	if !bytes.Contains(bytes.ToLower(content), []byte(`\ud`)) {
		return nil
	}
	plain, found := slices.Clone(content), false
	for at := 0; at < len(plain); at++ {
		if plain[at] != '\\' {
			continue
		}
		if _, isPair := surrogates(content[at:]); isPair {
			found = true
			copy(plain[at:], `\u0061\u0061`)
			at += surrogateLength - 1
			continue
		}
		at++
	}
	if !found {
		return nil
	}
	return plain
}

// doubleQuotes adds where the quoted scalars of a tree begin.
func (t *text) doubleQuotes(node *yaml.Node, starts []int) []int {
	if node == nil {
		return starts
	}
	if node.Kind == yaml.ScalarNode && node.Style&yaml.DoubleQuotedStyle != 0 {
		start := skipProperties(t.bytes, t.offset(node.Line, node.Column))
		if start < len(t.bytes) && t.bytes[start] == '"' {
			starts = append(starts, start)
		}
	}
	for _, child := range node.Content {
		starts = t.doubleQuotes(child, starts)
	}
	return starts
}

// joinQuoted adds the scalar that begins with a quote at start, and blanks behind it; end is where it ends in the content.
func joinQuoted(out, content []byte, start int) (longer []byte, end int) {
	out, saved := append(out, '"'), 0
	for at := start + 1; at < len(content); at++ {
		switch pair, isPair := surrogates(content[at:]); {
		case isPair:
			out = fmt.Appendf(out, `\U%08x`, pair)
			saved += surrogateLength - len(`\U0001f600`)
			at += surrogateLength - 1
		case content[at] == '\\' && at+1 < len(content):
			out = append(out, content[at], content[at+1])
			at++
		case content[at] == '"':
			return append(append(out, '"'), bytes.Repeat([]byte{' '}, saved)...), at + 1
		default:
			out = append(out, content[at])
		}
	}
	return out, len(content)
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
