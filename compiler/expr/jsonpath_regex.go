package expr

import (
	"fmt"
	"regexp"
	"strings"
)

// beyondASCII finds characters beyond ASCII, and escapes that stand for such.
var beyondASCII = regexp.MustCompile(`[^\x00-\x7F]|\\x[89a-fA-F]|\\u(?:[^0]|0[^0]|00[89a-fA-F])`)

// ecmaScript writes a regular expression of Java as one of ECMAScript that means the same. Where there is none, or the two would differ, reason says
// what stands in the way.
func ecmaScript(pattern, flags string) (written, ecmaFlags, reason string) {
	t := &regexTranslator{pattern: pattern}
	for _, flag := range flags {
		switch flag {
		case 'i':
			ecmaFlags = "i"
		case 's':
			t.dotAll = true
		case 'm':
			t.lines = true
		default:
			return "", "", fmt.Sprintf("the flag %c of a regular expression cannot be said here", flag)
		}
	}
	if ecmaFlags == "i" && beyondASCII.MatchString(pattern) {
		return "", "", "the flag i does not reach beyond ASCII in Java"
	}
	for t.at < len(pattern) && t.reason == "" {
		t.part()
	}
	return t.written.String(), ecmaFlags, t.reason
}

// regexTranslator goes through a regular expression once.
type regexTranslator struct {
	pattern       string
	at            int
	dotAll, lines bool
	written       strings.Builder
	reason        string
}

func (t *regexTranslator) refuse(format string, arguments ...any) {
	t.reason = fmt.Sprintf(format, arguments...)
}

// rest is what has not been read yet.
func (t *regexTranslator) rest() string { return t.pattern[t.at:] }

func (t *regexTranslator) copy(n int) {
	t.written.WriteString(t.pattern[t.at : t.at+n])
	t.at += n
}

// replace writes other text for the next n bytes.
func (t *regexTranslator) replace(n int, text string) {
	t.written.WriteString(text)
	t.at += n
}

func (t *regexTranslator) part() {
	switch b := t.pattern[t.at]; b {
	case '\\':
		t.escape(false)
	case '[':
		t.class()
	case '(':
		t.group()
	case '.':
		if t.dotAll {
			t.replace(1, `[\s\S]`)
		} else {
			t.copy(1)
		}
	case '^', '$':
		if t.lines {
			t.refuse("the flag m together with %c cannot be said here", b)
		}
		if t.copy(1); b == '$' && t.rest() != "" && t.rest()[0] != ')' && t.rest()[0] != '|' {
			t.refuse("a $ in front of something cannot be said here")
		}
	case '{':
		t.times()
	case '*', '+', '?':
		if t.copy(1); strings.HasPrefix(t.rest(), "+") {
			t.refuse("possessive quantifiers such as %c+ cannot be said here", b)
		}
	default:
		t.copy(1)
	}
}

var timesForm = regexp.MustCompile(`^\{[0-9]+(,[0-9]*)?\}`)

// times copies {2}, {2,} or {2,4}. Java takes no other brace that is not escaped.
func (t *regexTranslator) times() {
	form := timesForm.FindString(t.rest())
	if form == "" {
		t.refuse(`a { stands for a number of times, as in {2}; write \{`)
		return
	}
	if t.copy(len(form)); strings.HasPrefix(t.rest(), "+") {
		t.refuse("possessive quantifiers such as %s+ cannot be said here", form)
	}
}

// group copies the beginning of a group. Captures are of no use here, and so no group captures.
func (t *regexTranslator) group() {
	switch rest := t.rest(); {
	case strings.HasPrefix(rest, "(?:"), strings.HasPrefix(rest, "(?="), strings.HasPrefix(rest, "(?!"):
		t.copy(3)
	case strings.HasPrefix(rest, "(?"):
		t.refuse("groups such as (?<…) and (?i) cannot be said here")
	default:
		t.replace(1, "(?:")
	}
}

// escape reads a backslash and what follows, in a class or outside.
func (t *regexTranslator) escape(inClass bool) {
	if len(t.rest()) < 2 {
		t.refuse("the regular expression ends in a backslash")
		return
	}
	b := t.pattern[t.at+1]
	switch {
	case b == 's' && inClass:
		t.replace(2, ` \t\n\x0B\f\r`)
	case b == 's':
		t.replace(2, `[ \t\n\x0B\f\r]`)
	case b == 'S' && !inClass:
		t.replace(2, `[^ \t\n\x0B\f\r]`)
	case strings.IndexByte(`dDwWtnrf`, b) >= 0, b < 0x80 && !isLetterOrDigit(b):
		t.copy(2)
	case b == 'x' && hexDigits(t.rest()[2:], 2):
		t.copy(4)
	case b == 'u' && hexDigits(t.rest()[2:], 4):
		t.copy(6)
	default:
		t.refuse(`\%c cannot be said here`, b)
	}
}

func isLetterOrDigit(b byte) bool {
	return b >= '0' && b <= '9' || b|0x20 >= 'a' && b|0x20 <= 'z'
}

func hexDigits(text string, n int) bool {
	if len(text) < n {
		return false
	}
	return strings.Trim(text[:n], "0123456789abcdefABCDEF") == ""
}

// class copies a character class. Java's classes in classes and intersections have no counterpart.
func (t *regexTranslator) class() {
	t.copy(1)
	if strings.HasPrefix(t.rest(), "^") {
		t.copy(1)
	}
	if strings.HasPrefix(t.rest(), "]") {
		t.refuse("a ] at the beginning of a class cannot be said here; write \\]")
	}
	for t.reason == "" {
		switch rest := t.rest(); {
		case rest == "":
			t.refuse("the class of a regular expression is never closed")
		case rest[0] == ']':
			t.copy(1)
			return
		case rest[0] == '[':
			t.refuse("a class inside of a class cannot be said here; write \\[")
		case strings.HasPrefix(rest, "&&"):
			t.refuse("the intersection of classes cannot be said here")
		case rest[0] == '\\':
			t.escape(true)
		default:
			t.copy(1)
		}
	}
}
