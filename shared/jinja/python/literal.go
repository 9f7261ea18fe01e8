package python

import (
	"strings"

	"github.com/steploom/steploom/shared/jinja/syntax"
)

// LiteralEval is ast.literal_eval(ast.parse(text, mode="eval")): ok is false where it raises an error.
func LiteralEval(m *Meter, text string) (v Value, ok bool) {
	m.Repeat(len(text), 2)
	last := text[strings.LastIndexAny(text, "\r\n")+1:]
	if strings.ContainsRune(text, 0) || len(last) < len(text) && last != "" && strings.Trim(last, " \t\f") == "" {
		return nil, false
	}
	r := &literal{m: m, text: strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")}
	defer func() {
		if failure := recover(); failure != nil {
			if _, isLiteral := failure.(notLiteral); !isLiteral {
				panic(failure)
			}
			v, ok = nil, false
		}
	}()
	r.emptyLines()
	v = r.tuple(0)
	for r.skip(); r.peek() == '\n'; r.skip() {
		r.at++
	}
	if r.at < len(r.text) {
		r.fail()
	}
	if r.later != nil {
		panic(r.later)
	}
	return v, true
}

// literal reads a literal of Python.
type literal struct {
	m       *Meter
	text    string
	at      int
	nesting int    // of brackets: line breaks count for nothing in them
	later   *Error // the first failure of a value; one of the syntax comes before it
}

// notLiteral is the failure of a literal.
type notLiteral struct{}

// nestedLiterals is how deep Python's parser takes brackets.
const nestedLiterals = 199

func (r *literal) fail() { panic(notLiteral{}) }

func (r *literal) peek() byte {
	if r.at < len(r.text) {
		return r.text[r.at]
	}
	return 0
}

func (r *literal) skipBlanks() {
	for c := r.peek(); c == ' ' || c == '\t' || c == '\f'; c = r.peek() {
		r.at++
	}
}

// emptyLines passes over the lines before the expression, which must not be indented.
func (r *literal) emptyLines() {
	for {
		start := r.at
		r.skip()
		if r.peek() != '\n' {
			if indent := r.text[start:r.at]; strings.HasSuffix(indent, " ") || strings.HasSuffix(indent, "\t") {
				r.fail()
			}
			return
		}
		r.at++
	}
}

// skip passes over blanks, comments and, in brackets, line breaks.
func (r *literal) skip() {
	for {
		r.skipBlanks()
		switch {
		case r.peek() == '#':
			end := strings.IndexByte(r.text[r.at:], '\n')
			if end < 0 {
				end = len(r.text) - r.at
			}
			r.at += end
			if r.nesting == 0 {
				return
			}
		case r.peek() == '\n' && r.nesting > 0:
			r.at++
		case strings.HasPrefix(r.text[r.at:], "\\\n") && r.at+2 < len(r.text):
			r.at += 2
		default:
			return
		}
	}
}

func (r *literal) take(c byte) bool {
	r.skip()
	if r.peek() != c {
		return false
	}
	r.at++
	return true
}

// tuple reads expressions with commas between; close is the bracket that ends them, 0 outside of brackets.
func (r *literal) tuple(close byte) Value {
	first := r.expression()
	if r.skip(); r.peek() != ',' {
		return first
	}
	items := []Value{first}
	for r.take(',') {
		r.skip()
		if c := r.peek(); c == close || close == 0 && (c == 0 || c == '\n') {
			break
		}
		r.m.Items(1)
		items = append(items, r.expression())
	}
	return NewTuple(items...)
}

// expression reads a value, signs and the sum of a complex number, which is refused.
func (r *literal) expression() Value {
	v := r.signed()
	r.skip()
	if c := r.peek(); c == '+' || c == '-' {
		r.complexOrFail()
	}
	return v
}

// complexOrFail looks for what would make a complex number of a sum: an imaginary number on the right.
func (r *literal) complexOrFail() {
	r.at++
	r.skip()
	start := r.at
	for c := r.peek(); c >= '0' && c <= '9' || c == '.' || c == 'e' || c == '_'; c = r.peek() {
		r.at++
	}
	if r.at > start && r.peek()|0x20 == 'j' {
		r.at++
		r.postpone(&Error{Class: Unsupported, Message: "complex numbers are not supported"})
		return
	}
	r.fail()
}

func (r *literal) signed() Value {
	r.skip()
	c := r.peek()
	if c != '-' && c != '+' {
		return r.atom()
	}
	r.at++
	r.skip()
	v := r.unsigned()
	if c == '-' && isNumber(v) {
		return Negative(r.m, v)
	}
	return v
}

// unsigned reads a number, which may stand in brackets: literal_eval takes one sign.
func (r *literal) unsigned() Value {
	r.skip()
	switch c := r.peek(); {
	case c == '(':
		r.open()
		v := r.unsigned()
		r.close(')')
		return v
	case (c < '0' || c > '9') && c != '.' || strings.HasPrefix(r.text[r.at:], "..."):
		r.fail()
	}
	return r.number()
}

func (r *literal) atom() Value {
	r.skip()
	c := r.peek()
	switch {
	case c == '(':
		return r.parenthesis()
	case c == '[':
		r.open()
		items := r.items(']')
		return NewList(items...)
	case c == '{':
		return r.braces()
	case c >= '0' && c <= '9' || c == '.':
		return r.number()
	case c == '\'' || c == '"' || r.prefixedString():
		return r.strings()
	}
	return r.word()
}

func (r *literal) open() {
	r.at++
	if r.nesting++; r.nesting > nestedLiterals {
		r.fail()
	}
}

func (r *literal) close(bracket byte) {
	if !r.take(bracket) {
		r.fail()
	}
	r.nesting--
}

func (r *literal) parenthesis() Value {
	r.open()
	var v Value = NewTuple()
	if r.skip(); r.peek() != ')' {
		v = r.tuple(')')
	}
	r.close(')')
	return v
}

func (r *literal) items(end byte) []Value {
	items := []Value{}
	for r.skip(); r.peek() != end; r.skip() {
		r.m.Items(1)
		items = append(items, r.expression())
		if !r.take(',') {
			break
		}
	}
	r.close(end)
	return items
}

// braces reads a dict or a set.
func (r *literal) braces() Value {
	r.open()
	dict := &Dict{}
	if r.skip(); r.peek() == '}' {
		r.close('}')
		return dict
	}
	first := r.expression()
	if r.skip(); r.peek() != ':' {
		set := &Set{Items: []Value{r.hashable(first)}}
		if r.take(',') {
			for _, item := range r.items('}') {
				set.add(r.m, r.hashable(item))
			}
		} else {
			r.close('}')
		}
		return set
	}
	for key := first; ; key = r.expression() {
		if !r.take(':') {
			r.fail()
		}
		r.m.Items(3)
		dict.Set(r.hashable(key), r.expression())
		if !r.take(',') {
			break
		}
		if r.skip(); r.peek() == '}' {
			break
		}
	}
	r.close('}')
	return dict
}

// hashable raises TypeError, as literal_eval does, where a value cannot be a key.
func (r *literal) hashable(v Value) Value {
	if failure := Try(func() { keyOf(v) }); failure != nil {
		r.postpone(failure)
		return nil
	}
	return v
}

// postpone keeps a failure until the whole text has been read.
func (r *literal) postpone(failure *Error) {
	if r.later == nil {
		r.later = failure
	}
}

func (s *Set) add(m *Meter, v Value) {
	for _, item := range s.Items {
		if Equal(m, item, v) {
			return
		}
	}
	s.Items = append(s.Items, v)
}

func (r *literal) word() Value {
	rest := r.text[r.at:]
	if strings.HasPrefix(rest, "...") {
		r.at += 3
		return Ellipsis{}
	}
	end := strings.IndexFunc(rest, func(c rune) bool {
		return c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c < 0x80
	})
	if end < 0 {
		end = len(rest)
	}
	r.at += end
	switch rest[:end] {
	case "None":
		return nil
	case "True":
		return true
	case "False":
		return false
	case "set":
		r.skip()
		if strings.HasPrefix(r.text[r.at:], "()") {
			r.at += 2
			return &Set{}
		}
	}
	r.fail()
	return nil
}

// number reads an integer or a float.
func (r *literal) number() Value {
	rest := r.text[r.at:]
	if strings.HasPrefix(rest, "...") {
		return r.word()
	}
	v, length, ok := syntax.ReadNumber(rest)
	if !ok {
		r.fail()
	}
	r.at += length
	switch c := r.peek(); {
	case c|0x20 == 'j':
		r.at++
		r.postpone(&Error{Class: Unsupported, Message: "complex numbers are not supported"})
	case c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80:
		r.fail()
	}
	return v
}

// prefixedString tells whether a string with a prefix begins here.
func (r *literal) prefixedString() bool {
	_, _, ok := r.prefix()
	return ok
}

// prefix gives the letters before a string, in lower case.
func (r *literal) prefix() (prefix string, length int, ok bool) {
	rest := r.text[r.at:]
	quote := strings.IndexAny(rest[:min(len(rest), 3)], `'"`)
	if quote < 0 {
		return "", 0, false
	}
	prefix = strings.ToLower(rest[:quote])
	switch prefix {
	case "", "r", "u", "b", "br", "rb", "f", "fr", "rf":
		return prefix, quote, true
	}
	return "", 0, false
}

// strings reads one string, or several in a row.
func (r *literal) strings() Value {
	var all strings.Builder
	kind := byte(0)
	for {
		prefix, length, ok := r.prefix()
		if !ok {
			break
		}
		isBytes := byte('s')
		if strings.Contains(prefix, "b") {
			isBytes = 'b'
		}
		if strings.Contains(prefix, "f") || kind != 0 && kind != isBytes {
			r.fail()
		}
		kind = isBytes
		r.at += length
		all.WriteString(r.string(strings.Contains(prefix, "r"), kind == 'b'))
		r.skip()
	}
	if kind == 'b' {
		return Bytes(all.String())
	}
	return all.String()
}

func (r *literal) string(raw, isBytes bool) string {
	quote := r.text[r.at : r.at+1]
	if strings.HasPrefix(r.text[r.at:], strings.Repeat(quote, 3)) {
		quote = strings.Repeat(quote, 3)
	}
	r.at += len(quote)
	start := r.at
	for !strings.HasPrefix(r.text[r.at:], quote) {
		switch r.peek() {
		case 0:
			r.fail()
		case '\n':
			if len(quote) == 1 {
				r.fail()
			}
		case '\\':
			r.at++
		}
		r.at++
		if r.at > len(r.text) {
			r.fail()
		}
	}
	body := r.text[start:r.at]
	r.at += len(quote)
	if isBytes && !isASCII(body) {
		r.fail()
	}
	if raw || !strings.Contains(body, `\`) {
		return body
	}
	if isBytes {
		r.postpone(&Error{Class: Unsupported, Message: "escapes in bytes are not supported"})
		return body
	}
	value, problem := syntax.Unescape(body)
	switch {
	case problem.IsUnsupported():
		r.postpone(&Error{Class: Unsupported, Message: string(problem)})
	case problem != "":
		r.fail()
	}
	return value
}
