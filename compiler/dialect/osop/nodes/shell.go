package nodes

import (
	"fmt"
	"strings"
)

// word is one word of a command line. Spans are kept so that references inside can be found at their place.
type word struct {
	text string
	// raw is the text as written, start its place in the line.
	raw   string
	start int
	// expands tells that part of the word stands where a shell would replace ${…}: not in single quotes.
	expands bool
	// operator marks |, >, && and the like.
	operator bool
}

// words splits a command line as a POSIX shell does (Shell Command Language, 2.2 Quoting and 2.3 Token Recognition). A backslash before a
// newline joins lines. Substitutions of commands are refused.
func words(line string) ([]word, error) {
	var found []word
	for at := 0; at < len(line); {
		switch c := line[at]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			at++
		case c == '\\' && at+1 < len(line) && line[at+1] == '\n':
			at += 2
		case c == '#' && (at == 0 || isSpace(line[at-1])):
			for at < len(line) && line[at] != '\n' {
				at++
			}
		case strings.IndexByte("|&;<>()", c) >= 0:
			found = append(found, word{text: string(c), raw: string(c), start: at, operator: true})
			at++
		default:
			w, next, err := oneWord(line, at)
			if err != nil {
				return nil, err
			}
			found = append(found, w)
			at = next
		}
	}
	return found, nil
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// oneWord reads a word that starts at a place.
func oneWord(line string, at int) (word, int, error) {
	start := at
	var text strings.Builder
	expands := false
	for at < len(line) {
		switch c := line[at]; {
		case isSpace(c) || strings.IndexByte("|&;<>()", c) >= 0:
			return word{text: text.String(), raw: line[start:at], start: start, expands: expands}, at, nil
		case c == '\'':
			end := strings.IndexByte(line[at+1:], '\'')
			if end < 0 {
				return word{}, at, fmt.Errorf("a single quote is not closed")
			}
			text.WriteString(line[at+1 : at+1+end])
			at += end + 2
		case c == '"':
			next, dollar, err := doubleQuoted(line, at+1, &text)
			if err != nil {
				return word{}, at, err
			}
			expands = expands || dollar
			at = next
		case c == '\\' && at+1 < len(line):
			if line[at+1] != '\n' {
				text.WriteByte(line[at+1])
			}
			at += 2
		case c == '`' || strings.HasPrefix(line[at:], "$("):
			return word{}, at, fmt.Errorf("commands inside of commands are not run")
		default:
			if length := braced(line[at:]); length > 0 {
				expands = true
				text.WriteString(line[at : at+length])
				at += length
				continue
			}
			expands = expands || c == '$'
			text.WriteByte(c)
			at++
		}
	}
	return word{text: text.String(), raw: line[start:at], start: start, expands: expands}, at, nil
}

// doubleQuoted reads up to the closing quote; dollar tells that the shell would replace something.
func doubleQuoted(line string, at int, text *strings.Builder) (next int, dollar bool, err error) {
	for at < len(line) {
		switch c := line[at]; {
		case c == '"':
			return at + 1, dollar, nil
		case c == '\\' && at+1 < len(line) && strings.IndexByte("\"\\$`\n", line[at+1]) >= 0:
			if line[at+1] != '\n' {
				text.WriteByte(line[at+1])
			}
			at += 2
		case c == '`' || strings.HasPrefix(line[at:], "$("):
			return at, false, fmt.Errorf("commands inside of commands are not run")
		default:
			dollar = dollar || c == '$' || strings.HasPrefix(line[at:], "{{")
			text.WriteByte(c)
			at++
		}
	}
	return at, false, fmt.Errorf("a double quote is not closed")
}

// braced is the length of a reference ${…} or {{…}} at the start of a text, 0 without one.
func braced(text string) int {
	for _, brackets := range [][2]string{{"${", "}"}, {"{{", "}}"}} {
		if strings.HasPrefix(text, brackets[0]) {
			if end := strings.Index(text, brackets[1]); end > 0 {
				return end + len(brackets[1])
			}
		}
	}
	return 0
}
