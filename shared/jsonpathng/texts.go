package jsonpathng

import (
	"strings"
	"unicode/utf8"

	"github.com/steploom/steploom/shared/pyregexp"
	"github.com/steploom/steploom/shared/pytext"
)

// split is `split(characters, segment, most)`.
type split struct {
	separator string
	segment   int // -1 is the last one
	all       bool
	most      int // how often it is split; below zero without end
}

func (s *split) find(e *evaluation, at *match, found func(*match) error) error {
	text, isText := e.here(at).value.(string)
	if !isText || s.separator == "" {
		return nil
	}
	pieces := strings.Count(text, s.separator) + 1
	if s.most >= 0 {
		pieces = min(pieces, s.most+1)
	}
	if err := e.keep(len(text) + pieces*matchSize); err != nil {
		return err
	}
	parts := strings.SplitN(text, s.separator, pieces)
	if s.all {
		list := make([]any, len(parts))
		for i, part := range parts {
			list[i] = part
		}
		return e.hand(made(list), found)
	}
	place := s.segment
	if place < 0 {
		place += len(parts)
	}
	if place < 0 || place >= len(parts) {
		return nil
	}
	return e.hand(made(parts[place]), found)
}

// substitution is `sub(/regex/, text)`.
type substitution struct {
	expression *pyregexp.Regexp
	template   *pyregexp.Template
}

func (s *substitution) find(e *evaluation, at *match, found func(*match) error) error {
	value := e.here(at).value
	text, isText := value.(string)
	if !isText {
		return pytext.Errorf("TypeError", "`sub()` expects a text, not %s", pytext.TypeName(value))
	}
	changed, err := s.expression.Sub(s.template, text, e.step)
	if err != nil || changed == text {
		return err
	}
	if err := e.keep(len(changed)); err != nil {
		return err
	}
	return e.hand(made(changed), found)
}

// readSubstitution reads sub(/regex/, text): both end as late as they can.
func readSubstitution(t token) (node, error) {
	inner, _, _ := strings.Cut(strings.TrimPrefix(t.text, "sub("), "\n")
	last := strings.LastIndexByte(inner, ')')
	if !strings.HasPrefix(inner, "/") || last < 1 {
		return nil, &Error{t.at, "`sub()` is written `sub(/regex/, text)`"}
	}
	inner = inner[1:last]
	at := len(inner)
	for at = strings.LastIndex(inner[:at], "/,"); at >= 0; at = strings.LastIndex(inner[:at], "/,") {
		if r, _ := utf8.DecodeRuneInString(inner[at+2:]); isSpace(r) {
			break
		}
	}
	if at < 0 {
		return nil, &Error{t.at, "`sub()` is written `sub(/regex/, text)`, with white space behind the comma"}
	}
	expression, err := pyregexp.Compile(strings.TrimFunc(inner[:at], isSpace))
	if err != nil {
		return nil, &Error{t.at, "the regular expression of `sub()`: " + err.Error()}
	}
	template, err := expression.Template(strings.TrimFunc(inner[at+2:], isSpace))
	if err != nil {
		return nil, &Error{t.at, "the text of `sub()`: " + err.Error()}
	}
	return &substitution{expression, template}, nil
}

// readSplit reads split(characters, segment, most). The characters end as late as they can, and may stand in quotation marks.
func readSplit(t token) (node, error) {
	inner := strings.TrimPrefix(t.text, "split(")
	trimmed := strings.TrimLeftFunc(inner, isSpace)
	starts := []string{trimmed}
	if _, size := utf8.DecodeLastRuneInString(inner[:len(inner)-len(trimmed)]); size > 0 { // white space is the characters where nothing else is
		starts = append(starts, inner[len(inner)-len(trimmed)-size:])
	}
	for _, start := range starts {
		if start != "" && (start[0] == '"' || start[0] == '\'') {
			if s := splitBy(start[1:], start[:1]); s != nil {
				return s, nil
			}
		}
		if s := splitBy(start, ""); s != nil {
			return s, nil
		}
	}
	return nil, &Error{t.at, "`split()` is written `split(characters, segment, most)`: segment is a number or *, most is a number, -1 without end"}
}

// splitBy reads what follows the mark that opens; nil where it does not fit.
func splitBy(text, mark string) *split {
	var fits *split
	for at, open := 0, true; at < len(text) && open; {
		r, size := utf8.DecodeRuneInString(text[at:])
		if isSpace(r) {
			size = len(text) - at - len(strings.TrimLeftFunc(text[at:], func(r rune) bool { return r != '\n' && isSpace(r) }))
			open = size > 0 // characters do not go on in the next line
		}
		at += size
		if rest, ok := strings.CutPrefix(text[at:], mark); ok && at > 0 {
			if s := splitArguments(text[:at], rest); s != nil {
				fits = s
			}
		}
	}
	return fits
}

// splitArguments reads ", segment, most)".
func splitArguments(separator, rest string) *split {
	rest, ok := comma(rest)
	if !ok {
		return nil
	}
	s := &split{separator: separator}
	segment := "0"
	if rest, s.all = strings.CutPrefix(rest, "*"); !s.all {
		segment, rest = signedDigits(rest)
	}
	rest, ok = comma(rest)
	most, rest := signedDigits(rest)
	if !ok || most == "" || segment == "" || !strings.HasPrefix(strings.TrimLeftFunc(rest, isSpace), ")") {
		return nil
	}
	s.segment, s.most = position(wholeNumber(latinDigits(segment))), position(wholeNumber(latinDigits(most)))
	return s
}

// comma skips a comma and the white space around it.
func comma(text string) (string, bool) {
	rest, ok := strings.CutPrefix(strings.TrimLeftFunc(text, isSpace), ",")
	return strings.TrimLeftFunc(rest, isSpace), ok
}

// signedDigits takes a whole number from the beginning of a text.
func signedDigits(text string) (number, rest string) {
	digits := strings.TrimPrefix(text, "-")
	n := digitsOf(digits)
	if n == 0 || n > mostDigits {
		return "", text
	}
	size := len(text) - len(digits) + n
	return text[:size], text[size:]
}
