package javatime

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Pattern is a pattern that has been read. It is read only.
type Pattern struct {
	locale   Locale
	elements []element
	parts    []Part
}

// Part is a piece of a pattern: a run of one letter, with the width that it is padded to, or a text.
type Part struct {
	Letter     byte // 0 for a text
	Count, Pad int
	Text       string
}

// Parts lists the pieces of the pattern in their order, those of optional sections, too.
func (p *Pattern) Parts() []Part { return p.parts }

// Error is a fault of a pattern, at the bytes from Start to End of it.
type Error struct {
	Start, End int
	Message    string
}

// Error gives the message.
func (e *Error) Error() string { return e.Message }

// element is a part of a pattern that writes and reads something.
type element interface {
	// print appends text; false is a value that is not there, inside an optional section.
	print(*printer) (bool, error)
	// parse reads text at a byte and gives the byte behind it; ok is false when the text does not fit.
	parse(p *parser, at int) (next int, ok bool)
}

// Parse reads a pattern of java.time.format.DateTimeFormatterBuilder.appendPattern. What Java refuses is an *[Error].
func Parse(pattern string, locale Locale) (*Pattern, error) {
	r := &reader{text: pattern, open: []*section{{last: -1}}}
	for r.at < len(r.text) {
		if err := r.next(); err != nil {
			return nil, err
		}
	}
	for len(r.open) > 1 {
		r.closeSection()
	}
	return &Pattern{locale: locale, elements: r.open[0].elements, parts: r.parts}, nil
}

// reader reads a pattern.
type reader struct {
	text  string
	at    int
	open  []*section // the pattern, and the optional sections that are open in it
	pad   int        // the width of the next element, 0 for its own
	parts []Part
}

// section is a list of elements of which the last may be numbers that stand next to each other.
type section struct {
	elements []element
	// last is the first of the numbers at the end, which shares its digits with the others; -1 when there is none.
	last int
}

func (r *reader) section() *section { return r.open[len(r.open)-1] }

func (r *reader) fail(start int, format string, arguments ...any) error {
	return &Error{Start: start, End: r.at, Message: fmt.Sprintf(format, arguments...)}
}

// next reads one letter's run, quoted text, bracket or character.
func (r *reader) next() error {
	start := r.at
	char, size := utf8.DecodeRuneInString(r.text[start:])
	r.at += size
	switch {
	case isLetter(char):
		r.at = start
		return r.letters()
	case char == '\'':
		return r.quoted()
	case char == '[':
		r.section().last = -1
		r.open = append(r.open, &section{last: -1})
	case char == ']':
		if len(r.open) == 1 {
			return r.fail(start, "Pattern invalid as it contains ] without previous [")
		}
		r.closeSection()
	case strings.ContainsRune("{}#", char):
		return r.fail(start, "Pattern includes reserved character: '%c'", char)
	default:
		r.literal(r.text[start:r.at])
	}
	return nil
}

func isLetter(char rune) bool { return char >= 'A' && char <= 'Z' || char >= 'a' && char <= 'z' }

// closeSection ends an optional section; an empty one leaves nothing.
func (r *reader) closeSection() {
	elements := r.section().elements
	r.open = r.open[:len(r.open)-1]
	if len(elements) > 0 {
		r.add(optional(elements))
	}
}

// quoted reads text in quotes, in which two quotes are one; two quotes alone are one as well.
func (r *reader) quoted() error {
	start := r.at - 1
	var text strings.Builder
	for r.at < len(r.text) {
		char := r.text[r.at]
		r.at++
		if char != '\'' {
			text.WriteByte(char)
			continue
		}
		if !strings.HasPrefix(r.text[r.at:], "'") {
			if text.Len() == 0 {
				text.WriteByte('\'')
			}
			r.literal(text.String())
			return nil
		}
		text.WriteByte('\'')
		r.at++
	}
	return r.fail(start, "Pattern ends with an incomplete string literal: %s", r.text)
}

func (r *reader) literal(text string) {
	r.parts = append(r.parts, Part{Text: text})
	r.add(literal(text))
}

// letters reads a run of one letter, with the padding in front of it.
func (r *reader) letters() error {
	start := r.at
	letter, count := r.run()
	if letter == 'p' {
		r.pad, r.section().last = count, -1
		if letter, count = r.run(); count == 0 {
			return r.fail(start, "Pad letter 'p' must be followed by valid pad pattern: %s", r.text)
		}
	}
	made, err := elementOf(letter, count)
	if err != nil {
		return r.fail(start, "%s", err)
	}
	r.parts = append(r.parts, Part{Letter: letter, Count: count, Pad: r.pad})
	if !r.add(made) {
		return r.fail(start, "A padded number must not be followed by another number")
	}
	return nil
}

// run takes the letters that are the same; the count is 0 where no letter stands.
func (r *reader) run() (letter byte, count int) {
	if r.at == len(r.text) || !isLetter(rune(r.text[r.at])) {
		return 0, 0
	}
	start := r.at
	for r.at < len(r.text) && r.text[r.at] == r.text[start] {
		r.at++
	}
	return r.text[start], r.at - start
}

// add appends an element; false tells that a padded number would have to share its digits with it, which Java cannot do either.
func (r *reader) add(one element) bool {
	section := r.section()
	value, isNumber := one.(*number)
	shares := isNumber && section.last >= 0
	if shares {
		base, ok := section.elements[section.last].(*number)
		if !ok {
			return false
		}
		base.behind += value.least
		if shares = value.fixed; !shares {
			base.behind = 0
		}
	}
	if r.pad > 0 {
		one, r.pad = padded{r.pad, one}, 0
	}
	section.elements = append(section.elements, one)
	switch {
	case !isNumber:
		section.last = -1
	case !shares:
		section.last = len(section.elements) - 1
	}
	return true
}
