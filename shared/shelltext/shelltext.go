// Package shelltext reads command lines as a POSIX shell splits them into words. It runs nothing and replaces nothing.
package shelltext

import (
	"errors"
	"strings"
)

// Word is one word of a command line.
type Word struct {
	// Text is the word without its quotes.
	Text string
	// Raw is the word as it is written, Start its place in the line in bytes.
	Raw   string
	Start int
	// Expands tells that part of the word stands where a shell would replace $name or ${…}: not in single quotes.
	Expands bool
	// Operator marks |, >, & and the like.
	Operator bool
}

const (
	blanks    = " \t\r\n"
	operators = "|&;<>()"
)

// What makes a line unreadable.
var (
	errSingle  = errors.New("a single quote is not closed")
	errDouble  = errors.New("a double quote is not closed")
	errCommand = errors.New("commands inside of commands are not run")
)

// Words splits a command line (POSIX.1-2017, Shell Command Language, 2.2 "Quoting" and 2.3 "Token Recognition"). A backslash before a newline joins
// lines. ${…} and {{…}} are kept whole, blanks and all. Substitutions of commands are refused. With an error come the words before it.
func Words(line string) ([]Word, error) {
	var found []Word
	r := reader{line: line, lastBrace: strings.LastIndex(line, "}"), lastBraces: strings.LastIndex(line, "}}")}
	for r.at < len(line) {
		switch c := line[r.at]; {
		case strings.IndexByte(blanks, c) >= 0:
			r.at++
		case strings.HasPrefix(line[r.at:], "\\\n"):
			r.at += 2
		case c == '#':
			r.at += len(line[r.at:]) - len(strings.TrimLeftFunc(line[r.at:], func(c rune) bool { return c != '\n' }))
		case strings.IndexByte(operators, c) >= 0:
			found = append(found, Word{Text: string(c), Raw: string(c), Start: r.at, Operator: true})
			r.at++
		default:
			word, err := r.word()
			if err != nil {
				return found, err
			}
			found = append(found, word)
		}
	}
	return found, nil
}

// reader reads a line from left to right. It knows where the last } and }} stand (-1: nowhere), so that it never looks for one in vain.
type reader struct {
	line                  string
	lastBrace, lastBraces int
	at                    int
	text                  strings.Builder
	expands               bool
}

// word reads the word that begins here.
func (r *reader) word() (Word, error) {
	start := r.at
	r.text.Reset()
	r.expands = false
	for r.at < len(r.line) && strings.IndexByte(blanks+operators, r.line[r.at]) < 0 {
		if err := r.part(); err != nil {
			return Word{}, err
		}
	}
	return Word{Text: r.text.String(), Raw: r.line[start:r.at], Start: start, Expands: r.expands}, nil
}

// part reads a quoted part of a word, or one character.
func (r *reader) part() error {
	rest := r.line[r.at:]
	switch c := rest[0]; {
	case c == '\'':
		inside, _, closed := strings.Cut(rest[1:], "'")
		if !closed {
			return errSingle
		}
		r.text.WriteString(inside)
		r.at += len(inside) + 2
	case c == '"':
		r.at++
		return r.quoted()
	case c == '\\' && len(rest) > 1:
		r.escaped(rest[1])
	case substitutes(rest):
		return errCommand
	default:
		size := max(1, r.braced())
		r.expands = r.expands || c == '$' || size > 1
		r.text.WriteString(rest[:size])
		r.at += size
	}
	return nil
}

// quoted reads up to the closing double quote.
func (r *reader) quoted() error {
	for r.at < len(r.line) {
		rest := r.line[r.at:]
		switch c := rest[0]; {
		case c == '"':
			r.at++
			return nil
		case c == '\\' && len(rest) > 1 && strings.IndexByte("\"\\$`\n", rest[1]) >= 0:
			r.escaped(rest[1])
		case substitutes(rest):
			return errCommand
		default:
			r.expands = r.expands || c == '$' || strings.HasPrefix(rest, "{{")
			r.text.WriteByte(c)
			r.at++
		}
	}
	return errDouble
}

// escaped takes a backslash and what is behind it.
func (r *reader) escaped(c byte) {
	if c != '\n' {
		r.text.WriteByte(c)
	}
	r.at += 2
}

func substitutes(rest string) bool { return rest[0] == '`' || strings.HasPrefix(rest, "$(") }

// braced is the length of the ${…} or {{…}} that begins here, 0 without one.
func (r *reader) braced() int {
	rest := r.line[r.at:]
	switch {
	case strings.HasPrefix(rest, "${") && r.lastBrace > r.at:
		return strings.Index(rest, "}") + len("}")
	case strings.HasPrefix(rest, "{{") && r.lastBraces > r.at:
		return strings.Index(rest, "}}") + len("}}")
	}
	return 0
}
