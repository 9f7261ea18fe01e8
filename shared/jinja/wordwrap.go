package jinja

import (
	"strings"
	"unicode/utf8"

	"github.com/steploom/steploom/shared/jinja/python"
)

func wordWrap(r *run, a []Value) Value {
	between := "\n"
	if a[3] != nil {
		text, ok := python.Text(a[3])
		if !ok {
			python.Raise(python.AttributeError, "'%s' object has no attribute 'join'", python.TypeName(a[3]))
		}
		between = text
	}
	text, ok := python.Text(a[0])
	if undefined, isUndefined := a[0].(*python.Undefined); isUndefined {
		undefined.Fail(r.meter)
	}
	if !ok {
		python.Raise(python.AttributeError, "'%s' object has no attribute 'splitlines'", python.TypeName(a[0]))
	}
	w := &wrapper{width: digits(a[1]), breakWords: python.Truth(a[2]), hyphens: python.Truth(a[4])}
	var paragraphs []Value
	for _, line := range python.Lines(r.meter, text, false) {
		r.meter.Repeat(len(line), 8)
		if w.width <= 0 {
			python.RaiseValue(python.ValueError, "invalid width (must be > 0)", "invalid width %d (must be > 0)", w.width)
		}
		paragraphs = append(paragraphs, strings.Join(w.wrap(line), between))
		r.meter.Repeat(len(between), len(line))
	}
	return python.Join(r.meter, between, python.NewList(paragraphs...))
}

// wrapper is Python's textwrap.
type wrapper struct {
	width      int
	breakWords bool
	hyphens    bool
}

// blank is what textwrap takes for whitespace.
func blank(c rune) bool { return strings.ContainsRune("\t\n\v\f\r ", c) }

// wrap gives the lines of a paragraph.
func (w *wrapper) wrap(text string) []string {
	chunks := w.chunks([]rune(text))
	var lines []string
	for len(chunks) > 0 {
		if len(lines) > 0 && isBlank(chunks[0]) {
			chunks = chunks[1:]
		}
		var line []string
		length := 0
		for len(chunks) > 0 && length+utf8.RuneCountInString(chunks[0]) <= w.width {
			length += utf8.RuneCountInString(chunks[0])
			line, chunks = append(line, chunks[0]), chunks[1:]
		}
		if len(chunks) > 0 && utf8.RuneCountInString(chunks[0]) > w.width {
			line, chunks = w.long(line, chunks, w.width-length)
		}
		if len(line) > 0 && isBlank(line[len(line)-1]) {
			line = line[:len(line)-1]
		}
		if len(line) > 0 {
			lines = append(lines, strings.Join(line, ""))
		}
	}
	return lines
}

// isBlank is chunk.strip() == "".
func isBlank(chunk string) bool { return python.Strip(chunk, nil, true, true) == "" }

// long takes as much of a word that is longer than a line as there is room for.
func (w *wrapper) long(line, chunks []string, room int) (longer, rest []string) {
	if w.width < 1 {
		room = 1
	}
	if !w.breakWords {
		if len(line) == 0 {
			return append(line, chunks[0]), chunks[1:]
		}
		return line, chunks
	}
	chunk := []rune(chunks[0])
	end := room
	if w.hyphens && len(chunk) > room {
		hyphen := lastIndex(chunk[:max(room, 0)], '-')
		if hyphen > 0 && strings.Trim(string(chunk[:hyphen]), "-") != "" {
			end = hyphen + 1
		}
	}
	return append(line, string(chunk[:end])), append([]string{string(chunk[end:])}, chunks[1:]...)
}

func lastIndex(chunk []rune, wanted rune) int {
	for i := len(chunk) - 1; i >= 0; i-- {
		if chunk[i] == wanted {
			return i
		}
	}
	return -1
}

// chunks takes a text apart where a line may end.
func (w *wrapper) chunks(text []rune) []string {
	var chunks []string
	for start := 0; start < len(text); {
		end := w.chunkEnd(text, start)
		chunks = append(chunks, string(text[start:end]))
		start = end
	}
	return chunks
}

// chunkEnd is where the chunk that begins at start ends: blanks, a dash between words, or a word up to a hyphen in it, a dash or a blank.
func (w *wrapper) chunkEnd(text []rune, start int) int {
	at := start
	if blank(text[at]) {
		for at < len(text) && blank(text[at]) {
			at++
		}
		return at
	}
	if w.hyphens && start > 0 && isWordOrPunctuation(text[start-1]) {
		if end := dashes(text, start); end > 0 {
			return end
		}
	}
	for at++; at < len(text); at++ {
		switch {
		case blank(text[at]):
			return at
		case !w.hyphens:
		case text[at] == '-' && isHyphen(text, start, at):
			return at + 1
		case isWordOrPunctuation(text[at-1]) && dashes(text, at) > 0:
			return at
		}
	}
	return at
}

func isLetter(c rune) bool {
	return python.IsWord(c) && (c < '0' || c > '9') && !python.IsDecimal(c)
}

// isWordOrPunctuation tells whether a dash may follow a character.
func isWordOrPunctuation(c rune) bool {
	return python.IsWord(c) || strings.ContainsRune(`!"'&.,?`, c)
}

// dashes is the end of two or more hyphens at a place that a word follows, 0 if there are none.
func dashes(text []rune, at int) int {
	end := at
	for end < len(text) && text[end] == '-' {
		end++
	}
	if end-at < 2 || end == len(text) || !python.IsWord(text[end]) {
		return 0
	}
	return end
}

// isHyphen tells whether a word may be divided after the hyphen at a place: two letters before it, or a letter, a hyphen and a letter or punctuation, and
// two letters after it.
func isHyphen(text []rune, start, at int) bool {
	before := at-2 >= 0 && isLetter(text[at-1]) && isLetter(text[at-2]) ||
		at-3 >= 0 && isLetter(text[at-3]) && text[at-2] == '-' && isWordOrPunctuation(text[at-1])
	if !before || at-1 < start || at+1 >= len(text) || !isLetter(text[at+1]) {
		return false
	}
	next := at + 2
	if next < len(text) && text[next] == '-' {
		next++
	}
	return next < len(text) && isLetter(text[next])
}
