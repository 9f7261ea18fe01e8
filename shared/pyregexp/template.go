package pyregexp

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Template is what a match is replaced by: texts, and groups of the match.
type Template struct{ parts []part }

// part is a text, or a group.
type part struct {
	text  string
	group int // 0 is the whole match, -1 none
}

// Template reads the text that Sub puts in the place of a match: \1, \g<1>, \g<name>, \n. Its errors are an *Error.
func (r *Regexp) Template(text string) (*Template, error) {
	t := &templateReader{groups: r.groups, loose: r.loose, text: text}
	for t.at < len(text) {
		next := strings.IndexByte(text[t.at:], '\\')
		if next != 0 {
			if next < 0 {
				next = len(text) - t.at
			}
			t.literal(text[t.at : t.at+next])
			t.at += next
			continue
		}
		if err := t.escape(); err != nil {
			return nil, err
		}
	}
	return &Template{t.parts}, nil
}

type templateReader struct {
	groups []string
	loose  map[int]bool
	text   string
	at     int
	parts  []part
}

func (t *templateReader) literal(text string) { t.parts = append(t.parts, part{text, -1}) }

func (t *templateReader) fail(message string) *Error { return &Error{t.at, message} }

func (t *templateReader) group(n int) error {
	if n > len(t.groups) {
		return t.fail("invalid group reference " + strconv.Itoa(n))
	}
	if t.loose[n] {
		return t.fail("group " + strconv.Itoa(n) + " stands in a repeat of what may be empty, which is not supported")
	}
	t.parts = append(t.parts, part{group: n})
	return nil
}

// templateControls are the letters that stand for control characters.
var templateControls = map[byte]string{'a': "\a", 'b': "\b", 'f': "\f", 'n': "\n", 'r': "\r", 't': "\t", 'v': "\v", '\\': "\\"}

// escape reads what begins with a reverse solidus.
func (t *templateReader) escape() error {
	if t.at+1 == len(t.text) {
		return t.fail("bad escape (end of pattern)")
	}
	c := t.text[t.at+1]
	control, isControl := templateControls[c]
	switch {
	case c == 'g':
		return t.named()
	case c >= '0' && c <= '9':
		return t.numbered()
	case isControl:
		t.literal(control)
		t.at += 2
	case c|0x20 >= 'a' && c|0x20 <= 'z':
		return t.fail(`bad escape \` + string(c))
	default:
		_, size := utf8.DecodeRuneInString(t.text[t.at+1:])
		t.literal(t.text[t.at : t.at+1+size])
		t.at += 1 + size
	}
	return nil
}

// named reads \g<name>.
func (t *templateReader) named() error {
	rest, opens := strings.CutPrefix(t.text[t.at:], `\g<`)
	name, _, closes := strings.Cut(rest, ">")
	switch {
	case !opens:
		return t.fail("missing <")
	case !closes:
		return t.fail("missing >, unterminated name")
	case name == "":
		return t.fail("missing group name")
	}
	n, err := strconv.Atoi(name)
	if isNumber := strings.Trim(name, "0123456789") == ""; !isNumber || err != nil {
		if !identifier(name) {
			return t.fail("bad character in group name")
		}
		n = 0
		for i, known := range t.groups {
			if known == name {
				n = i + 1
			}
		}
		if n == 0 {
			return t.fail("unknown group name " + strconv.Quote(name))
		}
	}
	if err := t.group(n); err != nil {
		return err
	}
	t.at += len(`\g<`) + len(name) + 1
	return nil
}

func octalDigit(text string, i int) bool { return i < len(text) && text[i] >= '0' && text[i] <= '7' }

// numbered reads a group of one or two digits, or a character of three octal ones or those behind a zero.
func (t *templateReader) numbered() error {
	rest := t.text[t.at+1:]
	size := 1
	octal := rest[0] == '0'
	switch {
	case octal:
		for size < 3 && octalDigit(rest, size) {
			size++
		}
	case len(rest) > 1 && rest[1] >= '0' && rest[1] <= '9':
		size = 2
		if octal = octalDigit(rest, 0) && octalDigit(rest, 1) && octalDigit(rest, 2); octal {
			size = 3
		}
	}
	digits := rest[:size]
	if !octal {
		n, _ := strconv.Atoi(digits)
		if err := t.group(n); err != nil {
			return err
		}
		t.at += 1 + size
		return nil
	}
	code, _ := strconv.ParseUint(digits, 8, 16)
	if code > 0o377 {
		return t.fail("octal escape value outside of range 0-0o377")
	}
	t.literal(string(rune(code)))
	t.at += 1 + size
	return nil
}

// write puts the template in the place of a match.
func (t *Template) write(b *strings.Builder, text string, match []int, spend func(work int) error) error {
	for _, part := range t.parts {
		written := part.text
		if i := 2 * part.group; i >= 0 && i < len(match) && match[i+1] >= 0 {
			written = text[match[i]:match[i+1]]
		}
		if err := spend(1 + len(written)/4); err != nil {
			return err
		}
		b.WriteString(written)
	}
	return nil
}
