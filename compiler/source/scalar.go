package source

import (
	"bytes"

	"go.yaml.in/yaml/v4"
)

// spelling says where each byte of a scalar's value stands in the file.
type spelling struct {
	// places[i] is the file offset of the value's byte i; places[len(value)] is the offset behind the last one.
	places []int
	// start and end are the scalar's whole stretch in the file, with quotes or block header.
	start, end int
}

// at maps an offset in the value to an offset in the file.
func (s spelling) at(offset int) int { return s.places[min(max(offset, 0), len(s.places)-1)] }

// locate finds the places of a scalar's value by reading the file's text beside it. start is where the parser saw the scalar,
// perhaps in front of a tag or an anchor.
func locate(t *text, node *yaml.Node, start int) spelling {
	w := walker{raw: t.bytes, at: skipProperties(t.bytes, start), value: node.Value}
	begin := w.at
	switch {
	case node.Style&yaml.DoubleQuotedStyle != 0:
		w.at++
		w.flow(doubleQuoted)
		w.skip('"')
	case node.Style&yaml.SingleQuotedStyle != 0:
		w.at++
		w.flow(singleQuoted)
		w.skip('\'')
	case node.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		w.block()
	default:
		w.flow(plain)
	}
	return spelling{places: append(w.places, w.last()), start: begin, end: w.at}
}

// skipProperties moves over tags (!x) and anchors (&x) in front of a value.
func skipProperties(raw []byte, at int) int {
	for at < len(raw) && (raw[at] == '!' || raw[at] == '&') {
		for at < len(raw) && !isBlank(raw[at]) && lineBreak(raw[at:]) == 0 {
			at++
		}
		for at < len(raw) && isBlank(raw[at]) {
			at++
		}
	}
	return at
}

type quoting int

const (
	plain quoting = iota
	singleQuoted
	doubleQuoted
)

// walker goes through a scalar's text and its value side by side.
type walker struct {
	raw    []byte
	at     int // next byte of raw
	value  string
	places []int // of the value's bytes seen so far
}

func (w *walker) done() bool { return len(w.places) >= len(w.value) }

// next is the first byte of the value that has no place yet.
func (w *walker) next() byte { return w.value[len(w.places)] }

func (w *walker) put(place, count int) {
	for ; count > 0 && !w.done(); count-- {
		w.places = append(w.places, place)
	}
}

func (w *walker) skip(b byte) {
	if w.at < len(w.raw) && w.raw[w.at] == b {
		w.at++
	}
}

// last is where the value ends, before a closing quote.
func (w *walker) last() int {
	if len(w.places) == 0 {
		return min(w.at, len(w.raw))
	}
	return min(w.places[len(w.places)-1]+1, len(w.raw))
}

// flow reads plain and quoted scalars (YAML 1.2, sections 7.3.1 to 7.3.3).
func (w *walker) flow(style quoting) {
	for !w.done() {
		if w.at >= len(w.raw) {
			w.put(len(w.raw), len(w.value))
			return
		}
		switch breaks, end := w.fold(); {
		case style == doubleQuoted && w.raw[w.at] == '\\':
			w.escape()
		case breaks > 0:
			w.put(w.at, max(1, breaks-1))
			w.at = end
		case style == singleQuoted && w.raw[w.at] == '\'':
			w.put(w.at, 1)
			w.at += 2
		default:
			w.verbatim(max(w.at+1, end))
		}
	}
	w.at = min(w.at, len(w.raw))
}

// verbatim pairs bytes that mean themselves.
func (w *walker) verbatim(end int) {
	for ; w.at < end && !w.done(); w.at++ {
		w.put(w.at, 1)
	}
}

// fold looks at blanks around line breaks, which a flow scalar folds: how many breaks there are, and what follows them.
func (w *walker) fold() (breaks, end int) {
	end = w.at
	for end < len(w.raw) {
		size := lineBreak(w.raw[end:])
		switch {
		case size > 0:
			breaks++
			end += size
		case isBlank(w.raw[end]):
			end++
		default:
			return breaks, end
		}
	}
	return breaks, end
}

// escape reads one backslash sequence of a double-quoted scalar (YAML 1.2, section 5.7).
func (w *walker) escape() {
	start := w.at
	w.at++
	if w.at < len(w.raw) && lineBreak(w.raw[w.at:]) > 0 {
		_, w.at = w.fold()
		return
	}
	w.put(start, escapedLength(w.value[len(w.places):]))
	if _, isPair := surrogates(w.raw[start:]); isPair {
		w.at = start + surrogateLength
		return
	}
	w.at += escapeLength(w.raw[min(w.at, len(w.raw)):])
}

// escapeLength is the length in bytes of an escape behind its backslash.
func escapeLength(b []byte) int {
	if len(b) == 0 {
		return 0
	}
	switch b[0] {
	case 'x':
		return 3
	case 'u':
		return 5
	case 'U':
		return 9
	default:
		return 1
	}
}

// escapedLength is the length in bytes of the character that value starts with.
func escapedLength(value string) int {
	for i := range value {
		if i > 0 {
			return i
		}
	}
	return len(value)
}

// block reads literal and folded scalars (YAML 1.2, section 8.1).
func (w *walker) block() {
	for w.at < len(w.raw) && lineBreak(w.raw[w.at:]) == 0 {
		w.at++
	}
	indent := blockIndent(w.raw[w.at:])
	w.newline()
	for !w.done() && w.at < len(w.raw) {
		w.indent(indent)
		w.content()
		w.breaks()
	}
	w.put(w.at, len(w.value))
}

// blockIndent measures the first line that is not blank. Blanks behind it belong to the value.
func blockIndent(raw []byte) int {
	indent := 0
	for at := 0; at < len(raw); {
		if size := lineBreak(raw[at:]); size > 0 {
			at, indent = at+size, 0
			continue
		}
		if raw[at] != ' ' {
			return indent
		}
		at, indent = at+1, indent+1
	}
	return indent
}

func (w *walker) newline() { w.at += lineBreak(w.raw[min(w.at, len(w.raw)):]) }

func (w *walker) indent(width int) {
	if w.next() == ' ' {
		width -= countPrefix(w.value[len(w.places):], ' ', w.raw[w.at:], width)
	}
	for ; width > 0 && w.at < len(w.raw) && w.raw[w.at] == ' '; width-- {
		w.at++
	}
}

// countPrefix tells how many blanks at the start of the line belong to the value although the first content line is indented
// deeper: the header gave a smaller indentation by number.
func countPrefix(value string, blank byte, raw []byte, width int) int {
	inValue := 0
	for inValue < len(value) && value[inValue] == blank {
		inValue++
	}
	inRaw := len(raw) - len(bytes.TrimLeft(raw, string(blank)))
	return max(0, min(width, inValue+width-inRaw))
}

func (w *walker) content() {
	for !w.done() && w.at < len(w.raw) && lineBreak(w.raw[w.at:]) == 0 {
		w.put(w.at, 1)
		w.at++
	}
}

// breaks pairs a run of line breaks with what became of them: as many in a literal scalar, one fewer or a blank in a folded one.
func (w *walker) breaks() {
	if w.done() || w.at >= len(w.raw) {
		return
	}
	if w.next() == ' ' {
		w.put(w.at, 1)
		w.newline()
		return
	}
	for !w.done() && w.next() == '\n' {
		w.put(w.at, 1)
		w.blankLine()
	}
	w.blankLine()
}

// blankLine moves over one line break, and over the blanks of the next line when that line holds nothing else and they are no part of the value.
func (w *walker) blankLine() {
	w.newline()
	if !w.done() && isBlank(w.next()) {
		return
	}
	end := w.at
	for end < len(w.raw) && isBlank(w.raw[end]) {
		end++
	}
	if end < len(w.raw) && lineBreak(w.raw[end:]) > 0 {
		w.at = end
	}
}

func isBlank(b byte) bool { return b == ' ' || b == '\t' }
