package jsonata

import "strings"

// signature is a parsed function signature such as <s-nn?:s>.
type signature struct {
	parameters []parameter
	text       string
}

// parameter is one parameter of a signature.
type parameter struct {
	types    string // symbols of the types it takes, m for undefined included
	kind     byte   // the symbol it was written as; ( for a choice
	subtype  string // of the members of an array
	typed    bool   // there is a subtype
	context  bool   // the context value stands in for a missing argument
	optional bool
	many     bool
	lazy     bool // takes as few arguments as it may: what two qualifiers mean in the reference, which makes regular expressions of them
}

const anyType = "asnblfom"

// maxParameters bounds what it takes to match arguments with a signature.
const maxParameters = 256

// parseSignature reads a signature, angle brackets included. The error's at is relative to the signature.
func parseSignature(text string) (*signature, *Error) {
	s := &signature{text: text}
	for pos := 1; pos < len(text) && text[pos] != ':'; pos++ {
		var err *Error
		if pos, err = s.symbol(text, pos); err != nil {
			return nil, err
		}
		if len(s.parameters) > maxParameters {
			return nil, &Error{Code: CodeLimit, at: pos, Message: "signature has too many parameters"}
		}
	}
	return s, nil
}

// symbol reads what starts at pos and answers where it ends.
func (s *signature) symbol(text string, pos int) (int, *Error) {
	c := text[pos]
	switch c {
	case 's', 'n', 'b', 'l', 'o':
		s.add(parameter{types: string(c) + "m", kind: c})
	case 'a', 'x':
		s.add(parameter{types: anyType, kind: c})
	case 'f':
		s.add(parameter{types: "f", kind: c})
	case 'j':
		s.add(parameter{types: "asnblom", kind: c})
	case '-', '?', '+':
		if !s.last().qualify(c) {
			return pos, &Error{Code: "S0401", at: pos, Message: "The qualifiers of a parameter cannot be combined", Value: string(c)}
		}
	case '(':
		end := closingBracket(text, pos, '(', ')')
		choice := text[pos+1 : end]
		if strings.Contains(choice, "<") {
			return pos, &Error{Code: "S0402", at: pos, Value: choice}
		}
		s.add(parameter{types: choice + "m", kind: c})
		return end, nil
	case '<':
		last := s.last()
		if last.kind != 'a' && last.kind != 'f' {
			return pos, &Error{Code: "S0401", at: pos, Value: typeOrUndefined(last.kind)}
		}
		end := closingBracket(text, pos, '<', '>')
		last.subtype, last.typed = text[pos+1:end], true
		return end, nil
	}
	return pos, nil
}

func typeOrUndefined(kind byte) any {
	if kind == 0 {
		return Undefined
	}
	return string(kind)
}

func (s *signature) add(p parameter) { s.parameters = append(s.parameters, p) }

func (s *signature) last() *parameter {
	if len(s.parameters) == 0 {
		return &parameter{}
	}
	return &s.parameters[len(s.parameters)-1]
}

// qualify applies a qualifier and tells whether it can stand where it does.
func (p *parameter) qualify(c byte) bool {
	switch {
	case p.lazy || c == '+' && (p.optional || p.many):
		return false
	case p.optional || p.many:
		p.lazy = true
	case c == '+':
		p.many = true
	default:
		p.optional = true
	}
	p.context = p.context || c == '-'
	return true
}

// closingBracket is where the bracket that opens at start closes; the end of the text when it does not.
func closingBracket(text string, start int, opening, closing byte) int {
	depth := 1
	for pos := start + 1; pos < len(text); pos++ {
		switch text[pos] {
		case closing:
			if depth--; depth == 0 {
				return pos
			}
		case opening:
			depth++
		}
	}
	return len(text)
}

// typeSymbol is the symbol of a value's type; m stands for missing.
func typeSymbol(v any) byte {
	switch v.(type) {
	case string:
		return 's'
	case float64, int64:
		return 'n'
	case bool:
		return 'b'
	case nil:
		return 'l'
	case []any, *list:
		return 'a'
	case *Object, map[string]any:
		return 'o'
	case *Function:
		return 'f'
	case *undefined:
		return 'm'
	}
	if _, ok := Float(v); ok {
		return 'n'
	}
	return 0 // of no type
}

func (p *parameter) takes(symbol byte) bool { return strings.IndexByte(p.types, symbol) >= 0 }
