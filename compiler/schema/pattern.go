package schema

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// Regex writes a pattern of ECMAScript (ECMA-262, 22.2.1) so that JSONata, here and in Step Functions, finds the same in a text: what a
// lexer of JSONata or another engine of regular expressions would read differently is written as an escape, and $ as a look-ahead at the
// very end. An error says what cannot be written.
func Regex(pattern string) (string, error) {
	p := &patternWriter{rest: pattern}
	for p.rest != "" {
		if err := p.atom(); err != nil {
			return "", err
		}
	}
	written := p.text.String()
	if written == "" {
		return "", nil
	}
	if _, err := jsonata.Compile("/" + written + "/"); err != nil {
		return "", fmt.Errorf("it is not a regular expression: %w", err)
	}
	return written, nil
}

// patternWriter goes through a pattern once.
type patternWriter struct {
	rest    string
	text    strings.Builder
	inClass bool
}

// take moves n bytes of the pattern to the text.
func (p *patternWriter) take(n int) {
	p.text.WriteString(p.rest[:n])
	p.rest = p.rest[n:]
}

// atom writes one character, escape, class, anchor, or the head of a group.
func (p *patternWriter) atom() error {
	switch p.rest[0] {
	case '\\':
		return p.escape()
	case '[':
		return p.class()
	case '(':
		return p.group()
	case '$':
		p.text.WriteString(`(?![\s\S])`)
		p.rest = p.rest[1:]
	case '/':
		p.text.WriteString(`\/`)
		p.rest = p.rest[1:]
	case '{', '}':
		return p.brace()
	case ']':
		p.hex()
	case '.':
		p.rest = p.rest[1:]
		p.wide(`[^\n\r\u2028\u2029\uD800-\uDFFF]`)
	default:
		p.character()
	}
	return nil
}

// wide writes a class that characters beyond the basic plane are to match as a whole, although JSONata sees two halves of them.
func (p *patternWriter) wide(class string) {
	p.text.WriteString(`(?:[\uD800-\uDBFF][\uDC00-\uDFFF]|` + class + `)`)
}

// character writes one character; one beyond the basic plane as a group, so that a quantifier behind it means all of it.
func (p *patternWriter) character() {
	_, size := utf8.DecodeRuneInString(p.rest)
	if size < 4 {
		p.take(size)
		return
	}
	p.text.WriteString("(?:")
	p.take(size)
	p.text.WriteString(")")
}

// hex writes the next character as an escape, for those that JSONata's lexer would count as brackets.
func (p *patternWriter) hex() {
	fmt.Fprintf(&p.text, `\x%02x`, p.rest[0])
	p.rest = p.rest[1:]
}

// brace writes {n}, {n,} and {n,m} as they are and any other brace as a character.
func (p *patternWriter) brace() error {
	end := strings.IndexByte(p.rest, '}')
	if p.rest[0] == '{' && end > 1 && p.rest[1] != ',' && strings.Trim(p.rest[1:end], "0123456789,") == "" && strings.Count(p.rest[:end], ",") < 2 {
		p.take(end + 1)
		return nil
	}
	p.hex()
	return nil
}

// group writes the head of a group.
func (p *patternWriter) group() error {
	if !strings.HasPrefix(p.rest, "(?") {
		p.take(1)
		return nil
	}
	for _, head := range []string{"(?:", "(?=", "(?!"} {
		if strings.HasPrefix(p.rest, head) {
			p.take(len(head))
			return nil
		}
	}
	if strings.HasPrefix(p.rest, "(?<=") || strings.HasPrefix(p.rest, "(?<!") {
		return fmt.Errorf("a look-behind is not matched alike everywhere")
	}
	name, named := strings.CutPrefix(p.rest, "(?<")
	if end := strings.IndexByte(name, '>'); named && end > 0 {
		p.text.WriteByte('(') // nothing reads the name
		p.rest = name[end+1:]
		return nil
	}
	return fmt.Errorf("%q begins no group of ECMAScript", p.rest[:min(3, len(p.rest))])
}

// escape writes a backslash and what it stands before.
func (p *patternWriter) escape() error {
	if len(p.rest) < 2 {
		return fmt.Errorf("it ends in a backslash")
	}
	switch c := p.rest[1]; {
	case strings.IndexByte("pPk", c) >= 0:
		return fmt.Errorf(`\%c is not matched alike everywhere`, c)
	case strings.IndexByte("AZzGQEXRhHN", c) >= 0:
		return fmt.Errorf(`\%c is no escape of ECMAScript`, c)
	case strings.HasPrefix(p.rest[1:], "u{"):
		return fmt.Errorf(`\u{…} is not matched alike everywhere, write the character itself`)
	case strings.IndexByte("()[]{}$", c) >= 0:
		p.rest = p.rest[1:]
		p.hex()
		return nil
	case strings.IndexByte("SWD", c) >= 0 && !p.inClass:
		p.wide(`[^\` + strings.ToLower(string(c)) + `\uD800-\uDFFF]`)
		p.rest = p.rest[2:]
		return nil
	}
	p.take(1)
	p.character()
	return nil
}

// class writes […] with every bracket in it as an escape.
func (p *patternWriter) class() error {
	end := "]"
	if strings.HasPrefix(p.rest, "[^") {
		p.text.WriteString(`(?:[\uD800-\uDBFF][\uDC00-\uDFFF]|`)
		p.take(1)
		end = `\uD800-\uDFFF])`
	}
	p.take(1)
	p.inClass = true
	defer func() { p.inClass = false }()
	if strings.HasPrefix(p.rest, "]") {
		return fmt.Errorf("[] and [^] are not matched alike everywhere")
	}
	for p.rest != "" {
		switch c := p.rest[0]; {
		case c == ']':
			p.rest = p.rest[1:]
			p.text.WriteString(end)
			return nil
		case c >= 0xF0:
			return fmt.Errorf("a character beyond the basic plane in […] is not matched alike everywhere, write alternatives")
		case c == '\\':
			if err := p.escape(); err != nil {
				return err
			}
		case c == '/':
			p.text.WriteString(`\/`)
			p.rest = p.rest[1:]
		case strings.IndexByte("()[{}$&~^|", c) >= 0: // && and [ mean something in classes of other engines
			p.hex()
		default:
			p.take(1)
		}
	}
	return fmt.Errorf("a [ has no ]")
}
