package pyregexp

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// The letters behind a reverse solidus that stand for sets, as they are written inside a class of Go. A set and what it leaves out:
const (
	digits   = `\p{Nd}`
	noDigits = `\P{Nd}`
	words    = `\p{L}\p{N}_`
	spaces   = `\t-\r\x1C-\x20\x85\xA0\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}`
	noSpaces = `\x00-\x08\x0E-\x1B\x21-\x84\x86-\x9F\xA1-\x{167F}\x{1681}-\x{1FFF}\x{200B}-\x{2027}\x{202A}-\x{202E}\x{2030}-\x{205E}\x{2060}-\x{2FFF}\x{3001}-\x{10FFFF}`
)

// word tells whether Python counts a character among \w.
func word(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r) }

// noWords is what \w leaves out.
var noWords = sync.OnceValue(func() string {
	var b strings.Builder
	start := rune(0)
	for r := rune(0); r <= unicode.MaxRune+1; r++ {
		if r <= unicode.MaxRune && !word(r) {
			continue
		}
		if r > start {
			fmt.Fprintf(&b, `%s-%s`, literal(start), literal(r-1))
		}
		start = r + 1
	}
	return b.String()
})

// set gives the set of a letter behind a reverse solidus; "" where it stands for none.
func set(letter byte) string {
	switch letter {
	case 'd':
		return digits
	case 'D':
		return noDigits
	case 'w':
		return words
	case 'W':
		return noWords()
	case 's':
		return spaces
	case 'S':
		return noSpaces
	}
	return ""
}

// escape reads what stands behind a reverse solidus outside of a class.
func (t *translator) escape(f flags) (item string, repeatable bool, err error) {
	start := t.at
	if t.at+1 == len(t.text) {
		return "", false, t.fail(start, "bad escape (end of pattern)")
	}
	c := t.text[t.at+1]
	switch c {
	case 'A', 'b', 'B':
		t.at += 2
		return `\` + string(c), false, nil
	case 'Z':
		t.at += 2
		t.end = true
		return `\z`, false, nil
	case 'W':
		t.at += 2
		return `[^` + words + `]`, true, t.countSet()
	}
	if members := set(c); members != "" {
		t.at += 2
		return "[" + members + "]", true, t.countSet()
	}
	if c >= '1' && c <= '9' && !t.octal() {
		return "", false, t.fail(start, "a reference to a group is not supported")
	}
	r, err := t.character()
	return f.letters(literal(r)), true, err
}

// countSet bounds the sets, which may be large.
func (t *translator) countSet() error {
	if t.sets++; t.sets > mostSets {
		return t.fail(t.at, "more than %d sets of characters are not supported", mostSets)
	}
	return nil
}

// octal tells whether three octal digits follow the reverse solidus.
func (t *translator) octal() bool {
	return len(t.text) >= t.at+4 && strings.Trim(t.text[t.at+1:t.at+4], "01234567") == ""
}

// controls are the letters that stand for control characters.
var controls = map[byte]rune{'a': 7, 'f': 12, 'n': 10, 'r': 13, 't': 9, 'v': 11, '\\': '\\'}

// character reads an escaped character.
func (t *translator) character() (rune, error) {
	start := t.at
	c := t.text[t.at+1]
	if r, ok := controls[c]; ok {
		t.at += 2
		return r, nil
	}
	switch {
	case c == 'x':
		return t.hexadecimal(start, 2)
	case c == 'u':
		return t.hexadecimal(start, 4)
	case c == 'U':
		return t.hexadecimal(start, 8)
	case c >= '0' && c <= '7' && (c == '0' || t.octal()):
		return t.octalCharacter(start)
	case c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z':
		return 0, t.fail(start, "bad escape \\%c", c)
	}
	r, size := utf8.DecodeRuneInString(t.text[t.at+1:])
	t.at += 1 + size
	return r, nil
}

func (t *translator) hexadecimal(start, size int) (rune, error) {
	if len(t.text) < t.at+2+size {
		return 0, t.fail(start, "incomplete escape")
	}
	code, err := strconv.ParseUint(t.text[t.at+2:t.at+2+size], 16, 32)
	if err != nil || code > unicode.MaxRune {
		return 0, t.fail(start, "bad escape")
	}
	t.at += 2 + size
	return rune(code), nil
}

func (t *translator) octalCharacter(start int) (rune, error) {
	end := t.at + 2
	for end < len(t.text) && end < t.at+4 && t.text[end] >= '0' && t.text[end] <= '7' {
		end++
	}
	code, _ := strconv.ParseUint(t.text[t.at+1:end], 8, 32)
	if code > 0o377 {
		return 0, t.fail(start, "octal escape value outside of range 0-0o377")
	}
	t.at = end
	return rune(code), nil
}

// class reads what stands in brackets.
func (t *translator) class() (string, error) {
	start := t.at
	if err := t.countSet(); err != nil {
		return "", err
	}
	t.at++
	var out strings.Builder
	out.WriteByte('[')
	if t.accept("^") {
		out.WriteByte('^')
	}
	for first := true; ; first = false {
		if !t.more() {
			return "", t.fail(start, "unterminated character set")
		}
		if !first && t.accept("]") {
			return out.String() + "]", nil
		}
		members, err := t.members(start)
		if err != nil {
			return "", err
		}
		out.WriteString(members)
	}
}

// members reads a character, a range or a set of a class.
func (t *translator) members(start int) (string, error) {
	at := t.at
	low, set, err := t.member()
	if err != nil || !t.looking("-") || strings.HasPrefix(t.text[t.at:], "-]") {
		if set == "" {
			set = literal(low)
		}
		return set, err
	}
	t.at++
	if !t.more() {
		return "", t.fail(start, "unterminated character set")
	}
	high, second, err := t.member()
	switch {
	case err != nil:
		return "", err
	case set != "" || second != "" || high < low:
		return "", t.fail(at, "bad character range")
	}
	return literal(low) + "-" + literal(high), nil
}

// member reads one character of a class, or a set.
func (t *translator) member() (rune, string, error) {
	if !t.looking(`\`) {
		r, size := utf8.DecodeRuneInString(t.text[t.at:])
		t.at += size
		return r, "", nil
	}
	if t.at+1 == len(t.text) {
		return 0, "", t.fail(t.at, "bad escape (end of pattern)")
	}
	c := t.text[t.at+1]
	if members := set(c); members != "" {
		t.at += 2
		return 0, members, t.countSet()
	}
	if c == 'b' {
		t.at += 2
		return '\b', "", nil
	}
	r, err := t.character()
	return r, "", err
}
