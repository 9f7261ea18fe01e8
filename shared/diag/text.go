package diag

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/steploom/steploom/shared/secret"
)

// TextOptions says how WriteText shows diagnostics.
type TextOptions struct {
	// Source gives a file's content for the quoted lines, nil when it is not at hand.
	Source func(path string) []byte
	// Color uses ANSI colours.
	Color bool
}

// WriteText writes diagnostics for people: place, severity, summary and code, then the source line with the place underlined, then the
// reason, the fix and secondary places. The list is written as it stands; see List.Sorted.
func WriteText(w io.Writer, list List, options TextOptions) error {
	t := textWriter{source: options.Source, paint: painter(options.Color)}
	for i, d := range list {
		if i > 0 {
			t.out.WriteByte('\n')
		}
		t.diagnostic(d)
	}
	_, err := w.Write(t.out.Bytes())
	return err
}

// Tally counts a list in words, such as "2 errors, 1 warning"; "no problems" for none.
func Tally(list List) string {
	var parts []string
	for _, severity := range []Severity{Error, Warning, Note} {
		count := 0
		for _, d := range list {
			if d.Severity == severity {
				count++
			}
		}
		switch {
		case count == 1:
			parts = append(parts, "1 "+severity.String())
		case count > 1:
			parts = append(parts, strconv.Itoa(count)+" "+severity.String()+"s")
		}
	}
	if len(parts) == 0 {
		return "no problems"
	}
	return strings.Join(parts, ", ")
}

type textWriter struct {
	out    bytes.Buffer
	source func(string) []byte
	paint  painter
}

func (t *textWriter) diagnostic(d Diagnostic) {
	style := map[Severity]string{Error: red, Warning: yellow, Note: blue}[d.Severity]
	t.header(d.Range, d.Severity.String(), style, d.Summary, d.Code)
	margin := t.excerpt(d.Range, style)
	t.remark(margin, "why", d.Detail)
	t.remark(margin, "fix", d.Fix)
	for _, note := range d.Notes {
		t.header(note.Range, Note.String(), blue, note.Message, "")
		t.excerpt(note.Range, blue)
	}
}

func (t *textWriter) header(at Range, word, style, summary, code string) {
	at.File = Name(at.File)
	if place := at.String(); place != "" {
		fmt.Fprintf(&t.out, "%s: ", t.paint.in(bold, place))
	}
	fmt.Fprintf(&t.out, "%s: %s", t.paint.in(style, word), t.paint.in(bold, strings.ReplaceAll(Printable(summary), "\n", string(utf8.RuneError))))
	if code != "" {
		fmt.Fprintf(&t.out, " [%s]", code)
	}
	t.out.WriteByte('\n')
}

// excerpt quotes the first line of a range, underlined and without credentials, and returns the width of the line numbers' margin.
func (t *textWriter) excerpt(at Range, style string) int {
	line, ok := t.line(at)
	if !ok {
		return 1
	}
	line = secret.InSource(line)
	number := strconv.Itoa(at.Start.Line)
	gutter := strings.Repeat(" ", len(number))
	before, marked := split(line, at)
	fmt.Fprintf(&t.out, "%s |\n%s | %s\n%s | %s%s\n", gutter, number, Printable(line), gutter,
		blanks(before), t.paint.in(style, strings.Repeat("^", max(1, width(marked)))))
	return len(number)
}

func (t *textWriter) line(at Range) (string, bool) {
	if t.source == nil || at.Start.IsZero() {
		return "", false
	}
	content := t.source(at.File)
	content = bytes.TrimPrefix(content, []byte("\uFEFF"))
	if content == nil || at.Start.Offset > len(content) {
		return "", false
	}
	start, ok := lineStart(content, at.Start)
	line, _, _ := bytes.Cut(content[start:], []byte("\n"))
	return strings.TrimRight(string(line), "\r"), ok
}

// lineStart is where the line of a position begins; by its number, where no offset is known, as in a place that was kept as "file:line".
func lineStart(content []byte, at Pos) (start int, ok bool) {
	if at.Offset > 0 {
		return bytes.LastIndexByte(content[:at.Offset], '\n') + 1, true
	}
	for range at.Line - 1 {
		next := bytes.IndexByte(content[start:], '\n')
		if next < 0 {
			return 0, false
		}
		start += next + 1
	}
	return start, true
}

// split cuts a line into what stands before a range and what of the range stands in the line.
func split(line string, at Range) (before, marked string) {
	characters := []rune(line)
	start := min(at.Start.Column-1, len(characters))
	end := len(characters)
	if at.End.Line == at.Start.Line {
		end = min(max(at.End.Column-1, start), len(characters))
	}
	return string(characters[:start]), strings.TrimRight(string(characters[start:end]), " \t")
}

func (t *textWriter) remark(margin int, word, text string) {
	if text == "" {
		return
	}
	lead := strings.Repeat(" ", margin) + " = "
	rest := strings.Repeat(" ", len(lead)+len(word)+2)
	fmt.Fprintf(&t.out, "%s%s: %s\n", lead, t.paint.in(bold, word), strings.ReplaceAll(Printable(text), "\n", "\n"+rest))
}

// String is file:line:column, as far as they are known.
func (r Range) String() string {
	if r.Start.IsZero() {
		return r.File
	}
	return fmt.Sprintf("%s:%d:%d", r.File, r.Start.Line, r.Start.Column)
}

// blanks is as wide as text, keeping its tabs.
func blanks(text string) string {
	var b strings.Builder
	for _, character := range text {
		if character == '\t' {
			b.WriteByte('\t')
			continue
		}
		b.WriteString(strings.Repeat(" ", cells(character)))
	}
	return b.String()
}

func width(text string) int { return len(blanks(text)) }

// cells is how many columns a terminal gives a character: two for East Asian wide characters and emoji.
func cells(character rune) int {
	wide := [][2]rune{{0x1100, 0x115F}, {0x2E80, 0xA4CF}, {0xAC00, 0xD7A3}, {0xF900, 0xFAFF}, {0xFE30, 0xFE6F}, {0xFF00, 0xFF60}, {0xFFE0, 0xFFE6}, {0x1F300, 0x1FAFF}, {0x20000, 0x3FFFD}}
	for _, span := range wide {
		if character >= span[0] && character <= span[1] {
			return 2
		}
	}
	return 1
}

const (
	bold   = "\x1b[1m"
	red    = "\x1b[1;31m"
	yellow = "\x1b[1;33m"
	blue   = "\x1b[1;34m"
	reset  = "\x1b[0m"
)

// painter wraps text in a colour, or leaves it alone when false.
type painter bool

func (p painter) in(style, text string) string {
	if !p {
		return text
	}
	return style + text + reset
}
