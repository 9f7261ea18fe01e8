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
	context  bool   // the context value stands in for a missing argument
	optional bool
	many     bool
}

var anyType = "asnblfom"

// parseSignature reads a signature, angle brackets included. The error's at is relative to the signature.
func parseSignature(text string) (*signature, *Error) {
	s := &signature{text: text}
	for pos := 1; pos < len(text) && text[pos] != ':'; pos++ {
		var err *Error
		if pos, err = s.symbol(text, pos); err != nil {
			return nil, err
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
		if len(s.parameters) > 0 {
			s.parameters[len(s.parameters)-1].qualify(c)
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
		last.subtype = text[pos+1 : end]
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

func (p *parameter) qualify(c byte) {
	switch c {
	case '-':
		p.context, p.optional = true, true
	case '?':
		p.optional = true
	case '+':
		p.many = true
	}
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
	return 'm'
}

func (p *parameter) takes(symbol byte) bool { return strings.IndexByte(p.types, symbol) >= 0 }

// simple tells whether args match the parameters one to one; the usual case.
func (s *signature) simple(args []any) bool {
	if len(args) != len(s.parameters) {
		return false
	}
	for i := range args {
		if p := &s.parameters[i]; !p.takes(typeSymbol(args[i])) {
			return false
		}
	}
	return true
}

// validate checks args and completes them: missing ones from the context, single values as arrays. It may change args in
// place; what it returns may be longer.
func (s *signature) validate(args []any, context any) ([]any, error) {
	if s.simple(args) {
		for i := range args {
			if p := &s.parameters[i]; p.kind == 'a' {
				if err := p.array(args, i, 1); err != nil {
					return nil, err
				}
			}
		}
		return args, nil
	}
	counts, failed := s.match(args)
	if counts == nil {
		return nil, &Error{Code: "T0410", Value: at(args, failed), index: failed + 1}
	}
	return s.complete(args, counts, context)
}

func at(args []any, i int) any {
	if i < len(args) {
		return args[i]
	}
	return Undefined
}

// match finds how many arguments each parameter takes, as a greedy regular expression over the types would; when none
// fits, the first argument that cannot.
func (s *signature) match(args []any) (counts []int, failed int) {
	counts = make([]int, len(s.parameters))
	if s.fit(args, 0, 0, counts, len(args)) {
		return counts, 0
	}
	good := 0
	for n := range s.parameters {
		if !s.prefix(args, n+1, counts) {
			return nil, good
		}
		good = 0
		for _, c := range counts[:n+1] {
			good += c
		}
	}
	return nil, good
}

// fit tries to place args[arg:] on the parameters from p on; end is how many arguments are to be placed in all.
func (s *signature) fit(args []any, p, arg int, counts []int, end int) bool {
	if p == len(counts) {
		return end < 0 || arg == end
	}
	param := &s.parameters[p]
	most := 0
	for arg+most < len(args) && param.takes(typeSymbol(args[arg+most])) && (most == 0 || param.many) {
		most++
	}
	least := 1
	if param.optional {
		least = 0
	}
	for n := most; n >= least; n-- {
		counts[p] = n
		if s.fit(args, p+1, arg+n, counts, end) {
			return true
		}
	}
	return false
}

// prefix tells whether the first n parameters fit the beginning of args.
func (s *signature) prefix(args []any, n int, counts []int) bool {
	return s.fit(args, 0, 0, counts[:n], -1)
}

func (s *signature) complete(args []any, counts []int, context any) ([]any, error) {
	out := make([]any, 0, len(s.parameters)+len(args))
	next := 0
	for i, count := range counts {
		p := &s.parameters[i]
		if count == 0 && p.context {
			if !p.takes(typeSymbol(context)) {
				return nil, &Error{Code: "T0411", Value: context, index: next + 1}
			}
			out = append(out, context)
			continue
		}
		if count == 0 {
			out = append(out, at(args, next))
			next++
		}
		for range count {
			out = append(out, args[next])
			if p.kind == 'a' {
				if err := p.array(out, len(out)-1, count); err != nil {
					err.index = next + 1
					return nil, err
				}
			}
			next++
		}
	}
	return out, nil
}

var pluralTypes = map[string]string{"a": "arrays", "b": "booleans", "f": "functions", "n": "numbers", "o": "objects", "s": "strings"}

// array makes args[i] an array if it is not, and checks the type of its members.
func (p *parameter) array(args []any, i, count int) *Error {
	v := args[i]
	symbol := typeSymbol(v)
	if symbol == 'm' {
		args[i] = Undefined
		return nil
	}
	ok := true
	if p.subtype != "" {
		if items, isArray := elements(v); isArray {
			ok = p.members(items)
		} else {
			ok = count == 1 && string(symbol) == p.subtype
		}
	}
	if !ok {
		e := &Error{Code: "T0412", Value: v, index: i + 1, value2: Undefined}
		if plural, known := pluralTypes[p.subtype]; known {
			e.value2 = plural
		}
		return e
	}
	if symbol != 'a' {
		args[i] = []any{v}
	}
	return nil
}

func (p *parameter) members(items []any) bool {
	for _, item := range items {
		if typeSymbol(item) != p.subtype[0] {
			return false
		}
	}
	return true
}
