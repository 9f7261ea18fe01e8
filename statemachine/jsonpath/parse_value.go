package jsonpath

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// This file reads values: literals of JSON with texts in either kind of quotes, regular expressions, and holes.

// literal reads a JSON value; otherwise says what was expected in its place.
func (p *parser) literal(otherwise string) Operand {
	start := p.at
	switch {
	case p.sees(`'"`):
		return p.quoted()
	case p.sees("-.0123456789"):
		return p.number()
	case p.take("true"):
		return &Literal{p.since(start), true}
	case p.take("false"):
		return &Literal{p.since(start), false}
	case p.take("null"):
		return &Literal{p.since(start), nil}
	case p.take("["):
		return deeper(p, func() Operand { return p.list(start) })
	case p.take("{"):
		return deeper(p, func() Operand { return p.object(start) })
	case p.holeHere() >= 0:
		p.misplacedHole()
	default:
		p.fail(problem(start, len(p.text), "%s", otherwise))
	}
	return &Literal{}
}

// number reads a number and gives it as JSON writes it.
func (p *parser) number() Operand {
	start := p.at
	p.take("-")
	text := p.while(func(b byte) bool { return isDigit(b) || strings.IndexByte(".eE+-", b) >= 0 })
	if _, err := strconv.ParseFloat(text, 64); err != nil && !strings.Contains(err.Error(), "range") {
		p.fail(problem(start, p.at, "%q is not a number", p.text[start:p.at]))
		return &Literal{}
	}
	whole, exponent := text, ""
	if e := strings.IndexAny(text, "eE"); e >= 0 {
		whole, exponent = text[:e], text[e:]
	}
	whole, fraction, _ := strings.Cut(whole, ".")
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		whole = "0"
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if p.text[start] == '-' {
		whole = "-" + whole
	}
	return &Literal{p.since(start), json.Number(whole + exponent)}
}

func (p *parser) list(start int) Operand {
	list := []any{}
	for p.blanks(); p.err == nil && !p.take("]"); p.blanks() {
		if len(list) > 0 {
			p.need(",", " in a list")
			p.blanks()
		}
		list = append(list, p.value())
	}
	return &Literal{p.since(start), list}
}

func (p *parser) object(start int) Operand {
	object := map[string]any{}
	for p.blanks(); p.err == nil && !p.take("}"); p.blanks() {
		if len(object) > 0 {
			p.need(",", " in an object")
			p.blanks()
		}
		at := p.at
		name, ok := p.value().(string)
		if !ok {
			p.fail(problem(at, at+1, "expected a quoted name"))
		}
		p.blanks()
		p.need(":", " in an object")
		p.blanks()
		object[name] = p.value()
	}
	return &Literal{p.since(start), object}
}

// value reads a literal that must be known.
func (p *parser) value() any {
	start := p.at
	literal, known := p.literal("expected a value").(*Literal)
	if !known {
		p.at = start
		p.misplacedHole()
		return nil
	}
	return literal.Value
}

// quoted reads a text in quotes: a *Literal, or a *Template when there are holes in it.
func (p *parser) quoted() Operand {
	start, quote := p.at, p.peek()
	var parts []Operand
	var text strings.Builder
	p.at++
	from := p.at
	flush := func() {
		if text.Len() > 0 {
			parts = append(parts, &Literal{p.since(from), text.String()})
		}
		text.Reset()
	}
	for !p.end() {
		switch {
		case p.holeHere() >= 0:
			flush()
			parts = append(parts, p.hole())
			from = p.at
		case p.peek() == quote:
			flush()
			p.at++
			return whole(parts, p.since(start))
		case p.take(`\`):
			text.WriteString(p.escape())
		default:
			text.WriteByte(p.peek())
			p.at++
		}
	}
	p.fail(problem(start, len(p.text), "the closing %c is missing", quote))
	return &Literal{}
}

func whole(parts []Operand, at Span) Operand {
	if len(parts) == 0 {
		return &Literal{at, ""}
	}
	if only, fixed := parts[0].(*Literal); fixed && len(parts) == 1 {
		return &Literal{at, only.Value}
	}
	return &Template{at, parts}
}

// escape reads what follows a backslash.
func (p *parser) escape() string {
	if p.end() {
		return ""
	}
	b := p.peek()
	p.at++
	switch b {
	case 'b':
		return "\b"
	case 'f':
		return "\f"
	case 'n':
		return "\n"
	case 'r':
		return "\r"
	case 't':
		return "\t"
	case 'u':
		return p.unicode()
	default:
		return string([]byte{b})
	}
}

func (p *parser) unicode() string {
	unit, ok := p.hex()
	if !ok {
		p.fail(problem(p.at-2, p.at, `four hexadecimal digits must follow \u`))
		return ""
	}
	if utf16.IsSurrogate(unit) && p.take(`\u`) {
		second, ok := p.hex()
		if ok {
			return string(utf16.DecodeRune(unit, second))
		}
		p.at -= 2
	}
	if utf16.IsSurrogate(unit) {
		unit = utf8.RuneError
	}
	return string(unit)
}

func (p *parser) hex() (rune, bool) {
	if len(p.text)-p.at < 4 {
		return 0, false
	}
	unit, err := strconv.ParseUint(p.text[p.at:p.at+4], 16, 16)
	if err != nil {
		return 0, false
	}
	p.at += 4
	return rune(unit), true
}

// regex reads /pattern/flags. The pattern stays as it is, as do its escapes.
func (p *parser) regex() Operand {
	start := p.at
	for p.at++; !p.end() && p.peek() != '/'; p.at++ {
		if p.holeHere() >= 0 {
			p.misplacedHole()
			return &Literal{}
		}
		if p.peek() == '\\' {
			p.at++
		}
	}
	if p.end() {
		p.fail(problem(start, len(p.text), "the closing / of the regular expression is missing"))
		return &Literal{}
	}
	pattern := p.text[start+1 : p.at]
	p.at++
	if !balanced(pattern) {
		p.fail(problem(start, p.at, "the parentheses of the regular expression do not match"))
	}
	flags := p.while(func(b byte) bool { return strings.IndexByte("dimsuUx", b) >= 0 })
	return &Regex{p.since(start), pattern, flags}
}

// balanced tells whether the groups of a regular expression close. The rest of its syntax is the matter of those who run it.
func balanced(pattern string) bool {
	depth, class := 0, false
	for at := 0; at < len(pattern) && depth >= 0; at++ {
		switch b := pattern[at]; {
		case b == '\\':
			at++
		case b == '[':
			class = true
		case b == ']':
			class = false
		case b == '(' && !class:
			depth++
		case b == ')' && !class:
			depth--
		}
	}
	return depth == 0
}

// holeHere is the number of the hole that begins here, -1 when none does.
func (p *parser) holeHere() int {
	for p.next < len(p.holes) && p.holes[p.next].Start < p.at {
		p.next++
	}
	if p.next < len(p.holes) && p.holes[p.next].Start == p.at {
		return p.next
	}
	return -1
}

func (p *parser) hole() Operand {
	number := p.holeHere()
	p.at = p.holes[number].End
	return &Hole{p.holes[number], number}
}

// misplacedHole reports the next hole, which stands where no value can.
func (p *parser) misplacedHole() {
	for _, hole := range p.holes {
		if hole.Start >= p.at {
			p.fail(problem(hole.Start, hole.End, "a placeholder can stand only for a value that a filter compares"))
			return
		}
	}
}
