package pytext

import (
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Literal gives ast.literal_eval(text): a text, number, tuple, list, dict, set, None, True or False as Python's source writes it. Its errors are an
// *Error: SyntaxError for what is no expression, ValueError for one that is no literal, TypeError for a key that cannot be one. Complex numbers,
// f-strings and \N{…} are refused.
func Literal(text string) (any, error) {
	l := &literal{text: Characters(strings.TrimLeft(text, " \t"))}
	v, err := l.expressions()
	if err != nil {
		return nil, err
	}
	l.lines = true
	l.space()
	if l.at < len(l.text) {
		return nil, l.fail()
	}
	return v, nil
}

type literal struct {
	text  []rune
	at    int
	depth int
	lines bool // lines may end here: inside brackets, and behind the expression
}

func (l *literal) fail() *Error { return Errorf("SyntaxError", "invalid syntax") }

func (l *literal) peek() rune {
	if l.at < len(l.text) {
		return l.text[l.at]
	}
	return 0
}

// space skips blanks, comments and, where lines may end, their ends.
func (l *literal) space() {
	for ; l.at < len(l.text); l.at++ {
		switch r := l.text[l.at]; {
		case r == ' ' || r == '\t' || r == '\f':
		case (r == '\n' || r == '\r') && (l.lines || l.depth > 0):
		case r == '\\' && l.at+1 < len(l.text) && l.text[l.at+1] == '\n':
			l.at++
		case r == '#':
			for l.at+1 < len(l.text) && l.text[l.at+1] != '\n' {
				l.at++
			}
		default:
			return
		}
	}
}

// expressions reads a value, or several with commas between them, which make a tuple.
func (l *literal) expressions() (any, error) {
	v, err := l.value()
	if err != nil {
		return nil, err
	}
	l.space()
	if l.peek() != ',' {
		return v, nil
	}
	elements := Tuple{v}
	for l.peek() == ',' {
		l.at++
		l.space()
		if r := l.peek(); r == 0 || r == ')' || r == '\n' {
			break
		}
		if v, err = l.value(); err != nil {
			return nil, err
		}
		elements = append(elements, v)
		l.space()
	}
	return elements, nil
}

func (l *literal) value() (any, error) {
	l.space()
	switch r := l.peek(); {
	case r == '(' || r == '[' || r == '{':
		return l.brackets(r)
	case r == '+' || r == '-':
		l.at++
		l.space()
		v, err := l.number()
		if err == nil && r == '-' {
			v = negative(v)
		}
		return v, err
	case r == '.' || r >= '0' && r <= '9':
		return l.number()
	case r == '"' || r == '\'':
		return l.strings("")
	}
	return l.name()
}

// name reads None, True, False, set() or the letters before a string.
func (l *literal) name() (any, error) {
	start := l.at
	for l.at < len(l.text) && (unicode.IsLetter(l.text[l.at]) || l.text[l.at] == '_' || unicode.IsDigit(l.text[l.at])) {
		l.at++
	}
	name := string(l.text[start:l.at])
	if r := l.peek(); r == '"' || r == '\'' {
		return l.strings(name)
	}
	switch name {
	case "None":
		return nil, nil
	case "True":
		return true, nil
	case "False":
		return false, nil
	case "set":
		if slices.Equal(l.text[l.at:min(l.at+2, len(l.text))], []rune("()")) {
			l.at += 2
			return Set{}, nil
		}
	case "":
		return nil, l.fail()
	}
	return nil, Errorf("ValueError", "malformed node or string: %s", name)
}

// brackets reads what stands in brackets.
func (l *literal) brackets(open rune) (any, error) {
	if l.depth++; l.depth > deepest/10 {
		return nil, Errorf("SyntaxError", "too many nested parentheses")
	}
	l.at++
	l.space()
	var v any
	var err error
	switch {
	case open == '(' && l.peek() == ')':
		v = Tuple{}
	case open == '(':
		v, err = l.expressions()
	case open == '[':
		v, err = l.elements(']')
	default:
		v, err = l.braces()
	}
	if err != nil {
		return nil, err
	}
	l.space()
	if l.peek() != map[rune]rune{'(': ')', '[': ']', '{': '}'}[open] {
		return nil, l.fail()
	}
	l.at++
	l.depth--
	return v, nil
}

// elements reads values up to the end of their list.
func (l *literal) elements(end rune) ([]any, error) {
	elements := []any{}
	for {
		l.space()
		if l.peek() == end {
			return elements, nil
		}
		v, err := l.value()
		if err != nil {
			return nil, err
		}
		elements = append(elements, v)
		if l.space(); l.peek() != ',' {
			return elements, nil
		}
		l.at++
	}
}

// braces reads the entries of a dict or the elements of a set.
func (l *literal) braces() (any, error) {
	d := &Dict{}
	for first := true; ; first = false {
		l.space()
		if l.peek() == '}' {
			return d, nil
		}
		key, err := l.value()
		if err != nil {
			return nil, err
		}
		if l.space(); first && l.peek() != ':' {
			return l.set(key)
		}
		if err := l.entry(d, key); err != nil {
			return nil, err
		}
		if l.space(); l.peek() != ',' {
			return d, nil
		}
		l.at++
	}
}

func (l *literal) entry(d *Dict, key any) error {
	if l.peek() != ':' {
		return l.fail()
	}
	l.at++
	v, err := l.value()
	if err != nil {
		return err
	}
	return d.Set(key, v)
}

// set reads the elements of a set behind its first.
func (l *literal) set(first any) (any, error) {
	elements := []any{first}
	if l.peek() == ',' {
		l.at++
		rest, err := l.elements('}')
		if err != nil {
			return nil, err
		}
		elements = append(elements, rest...)
	}
	d := &Dict{}
	set := Set{}
	for _, element := range elements {
		n := d.Len()
		if err := d.Set(element, nil); err != nil {
			return nil, err
		}
		if d.Len() > n {
			set = append(set, element)
		}
	}
	return set, nil
}

func negative(v any) any {
	switch v := v.(type) {
	case int64:
		return small(new(big.Int).Neg(big.NewInt(v)))
	case *big.Int:
		return small(new(big.Int).Neg(v))
	case float64:
		return -v
	}
	return v
}

// number reads a number without a sign.
func (l *literal) number() (any, error) {
	start := l.at
	for l.at < len(l.text) {
		r := l.text[l.at]
		sign := (r == '+' || r == '-') && l.at > start && l.text[l.at-1]|0x20 == 'e' && !hexadecimal(l.text[start:l.at])
		if !sign && r != '.' && r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			break
		}
		l.at++
	}
	return l.numeral(string(l.text[start:l.at]))
}

func hexadecimal(text []rune) bool { return len(text) > 1 && text[1]|0x20 == 'x' }

// numeral is the value of a number in Python's source.
func (l *literal) numeral(text string) (any, error) {
	if len(text) > mostDigits {
		return nil, Errorf("ValueError", "Exceeds the limit (%d digits) for integer string conversion", mostDigits)
	}
	plain := strings.ReplaceAll(text, "_", "")
	switch {
	case text == "" || strings.Contains(text, "__") || strings.HasSuffix(text, "_") || strings.HasPrefix(text, "_"):
		return nil, l.fail()
	case !strings.HasPrefix(strings.ToLower(plain), "0x") && strings.ContainsAny(plain, ".eE"):
		if v, err := strconv.ParseFloat(plain, 64); err == nil || v != 0 {
			return v, nil
		}
		return nil, l.fail()
	case len(plain) > 1 && plain[0] == '0' && plain[1] >= '0' && plain[1] <= '9' && strings.Trim(plain, "0") != "":
		return nil, l.fail()
	}
	if whole, ok := new(big.Int).SetString(text, 0); ok {
		return small(whole), nil
	}
	return nil, l.fail()
}
