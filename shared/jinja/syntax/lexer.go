package syntax

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// kind is the kind of a token; for operators it is the operator itself.
type kind string

const (
	initial       kind = "initial"
	eof           kind = "eof"
	data          kind = "data"
	name          kind = "name"
	text          kind = "string"
	integer       kind = "integer"
	float         kind = "float"
	variableBegin kind = "variable_begin"
	variableEnd   kind = "variable_end"
	blockBegin    kind = "block_begin"
	blockEnd      kind = "block_end"
)

// described is how messages speak of a kind.
func (k kind) described() string {
	switch k {
	case eof:
		return "end of template"
	case data:
		return "template data / text"
	case variableBegin:
		return "begin of print statement"
	case variableEnd:
		return "end of print statement"
	case blockBegin:
		return "begin of statement block"
	case blockEnd:
		return "end of statement block"
	}
	return string(k)
}

type token struct {
	kind  kind
	text  string // of data and names
	value any    // of literals
	pos   Pos
}

func (t token) described() string {
	if t.kind == name {
		return t.text
	}
	return t.kind.described()
}

func (t token) isName(word string) bool { return t.kind == name && t.text == word }

// lexer takes a template apart as far as it is asked to: an error further on does not hide one before it.
type lexer struct {
	source  string
	at      Pos   // where what is left of the source begins
	crs     []int // offsets in source of newlines that were two characters in the template
	inside  kind  // "" between tags, else what the tag began with
	closing []byte
	queue   []token
}

func newLexer(template string) *lexer {
	l := &lexer{at: Pos{Line: 1, Column: 1}}
	l.source, l.crs = normalized(template)
	l.source = strings.TrimSuffix(l.source, "\n")
	return l
}

// normalized makes every newline "\n" and tells which were "\r\n".
func normalized(template string) (source string, crs []int) {
	if !strings.Contains(template, "\r") {
		return template, nil
	}
	var b strings.Builder
	for i := 0; i < len(template); i++ {
		switch {
		case template[i] != '\r':
			b.WriteByte(template[i])
		case i+1 < len(template) && template[i+1] == '\n':
			crs = append(crs, b.Len())
			i++
			b.WriteByte('\n')
		default:
			b.WriteByte('\n')
		}
	}
	return b.String(), crs
}

func (l *lexer) rest() string { return l.source[l.at.Offset:] }

// take moves on by some bytes, which it gives.
func (l *lexer) take(bytes int) string {
	taken := l.rest()[:bytes]
	l.at.Offset += bytes
	if i := strings.LastIndexByte(taken, '\n'); i >= 0 {
		l.at.Line += strings.Count(taken, "\n")
		l.at.Column = 1 + utf8.RuneCountInString(taken[i+1:])
	} else {
		l.at.Column += utf8.RuneCountInString(taken)
	}
	return taken
}

// pos is the present place, with its offset in the template as it was given.
func (l *lexer) pos() Pos {
	pos := l.at
	before, _ := slices.BinarySearch(l.crs, pos.Offset)
	pos.Offset += before
	return pos
}

func (l *lexer) emit(k kind, words string, value any, at Pos) {
	l.queue = append(l.queue, token{k, words, value, at})
}

// next gives the next token, and eof again and again at the end.
func (l *lexer) next() token {
	for len(l.queue) == 0 {
		if l.at.Offset >= len(l.source) {
			return token{kind: eof, pos: l.pos()}
		}
		if l.inside == "" {
			l.between()
		} else {
			l.within()
		}
	}
	first := l.queue[0]
	l.queue = l.queue[1:]
	return first
}

// between reads text up to the next tag, and the beginning of that.
func (l *lexer) between() {
	rest := l.rest()
	i := nextTag(rest)
	if i < 0 {
		l.data(l.take(len(rest)), l.pos())
		return
	}
	at := l.pos()
	words := l.take(i)
	tag := l.rest()
	sign := ""
	if len(tag) > 2 && (tag[2] == '-' || tag[2] == '+') {
		sign = tag[2:3]
	}
	if sign == "-" {
		words = trimRight(words)
	}
	l.data(words, at)
	if n := rawTag(tag); n > 0 {
		l.take(n)
		l.raw()
		return
	}
	at = l.pos()
	l.take(2 + len(sign))
	switch tag[1] {
	case '#':
		l.comment(at)
	case '{':
		l.inside = variableBegin
		l.emit(variableBegin, "", nil, at)
	case '%':
		l.inside = blockBegin
		l.emit(blockBegin, "", nil, at)
	}
}

// data emits text that is not empty.
func (l *lexer) data(words string, at Pos) {
	if words != "" {
		l.emit(data, words, nil, at)
	}
}

// nextTag is the offset of what begins a tag, or -1.
func nextTag(source string) int {
	for from := 0; ; {
		i := strings.IndexByte(source[from:], '{')
		if i < 0 || from+i+1 >= len(source) {
			return -1
		}
		from += i
		if next := source[from+1]; next == '{' || next == '%' || next == '#' {
			return from
		}
		from++
	}
}

// rawTag is the length of a tag that begins a raw block, 0 if it does not.
func rawTag(tag string) int {
	rest, ok := wordTag(tag, "raw")
	if !ok {
		return 0
	}
	switch {
	case strings.HasPrefix(rest, "-%}"):
		rest = rest[3:]
		return len(tag) - len(rest) + spaces(rest)
	case strings.HasPrefix(rest, "%}"):
		return len(tag) - len(rest) + 2
	}
	return 0
}

// wordTag takes the beginning of a block tag and one word off a text.
func wordTag(tag, word string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(tag, "{%")
	if !ok {
		return "", false
	}
	if rest != "" && (rest[0] == '-' || rest[0] == '+') {
		rest = rest[1:]
	}
	rest, ok = strings.CutPrefix(rest[spaces(rest):], word)
	return rest[spaces(rest):], ok
}

// raw reads the text of a raw block.
func (l *lexer) raw() {
	at := l.pos()
	rest := l.rest()
	for from := 0; ; from++ {
		i := strings.Index(rest[from:], "{%")
		if i < 0 {
			break
		}
		from += i
		after, ok := wordTag(rest[from:], "endraw")
		if end := endTag(after, "%}", "+-"); ok && end > 0 {
			words := rest[:from]
			if rest[from+2] == '-' {
				words = trimRight(words)
			}
			l.take(len(rest) - len(after) + end)
			l.data(words, at)
			return
		}
	}
	if rest != "" {
		fail(at, "Missing end of raw directive")
	}
}

// comment skips a comment whose beginning has been read.
func (l *lexer) comment(at Pos) {
	rest := l.rest()
	i := strings.Index(rest, "#}")
	switch {
	case i >= 0:
		end := i + 2
		if i > 0 && rest[i-1] == '-' {
			end += spaces(rest[end:])
		}
		l.take(end)
	case rest != "":
		fail(at, "Missing end of comment tag")
	}
}

// endTag is the length of an end of a tag, with a sign before it perhaps, that a text begins with; 0 if it does not.
func endTag(rest, end, signs string) int {
	sign := byte(0)
	if rest != "" && strings.IndexByte(signs, rest[0]) >= 0 {
		sign = rest[0]
	}
	skip := 0
	if sign != 0 {
		skip = 1
	}
	if !strings.HasPrefix(rest[skip:], end) {
		return 0
	}
	skip += len(end)
	if sign == '-' {
		skip += spaces(rest[skip:])
	}
	return skip
}

// within reads one token of a tag, or its end.
func (l *lexer) within() {
	rest, at := l.rest(), l.pos()
	end, ends, signs := "}}", variableEnd, "-"
	if l.inside == blockBegin {
		end, ends, signs = "%}", blockEnd, "+-"
	}
	if n := endTag(rest, end, signs); n > 0 && len(l.closing) == 0 {
		l.take(n)
		l.inside = ""
		l.emit(ends, "", nil, at)
		return
	}
	if n := spaces(rest); n > 0 {
		l.take(n)
		return
	}
	l.word(rest, at)
}

// word reads a literal, a name or an operator.
func (l *lexer) word(rest string, at Pos) {
	r, _ := utf8.DecodeRuneInString(rest)
	switch {
	case r >= '0' && r <= '9':
		l.number(rest, at)
	case inName(r):
		word := rest
		if i := strings.IndexFunc(rest, func(r rune) bool { return !inName(r) }); i >= 0 {
			word = rest[:i]
		}
		if !IsIdentifier(word) {
			fail(at, "Invalid character in identifier")
		}
		l.emit(name, l.take(len(word)), nil, at)
	case (r == '\'' || r == '"') && stringEnd(rest) > 0:
		quoted := l.take(stringEnd(rest))
		l.emit(text, "", unescaped(quoted[1:len(quoted)-1], at), at)
	default:
		l.operator(rest, r, at)
	}
}

func (l *lexer) operator(rest string, r rune, at Pos) {
	operator := ""
	for _, two := range []string{"//", "**", "==", "!=", ">=", "<="} {
		if strings.HasPrefix(rest, two) {
			operator = two
		}
	}
	if operator == "" && strings.ContainsRune("+-/*%~[](){}><=.:|,;", r) {
		operator = string(r)
	}
	if operator == "" {
		fail(at, "unexpected char %s at %d", Quote(string(r)), utf8.RuneCountInString(l.source[:l.at.Offset]))
	}
	l.balance(operator, at)
	l.take(len(operator))
	l.emit(kind(operator), "", nil, at)
}

// balance keeps account of the brackets that are open.
func (l *lexer) balance(operator string, at Pos) {
	switch operator {
	case "{":
		l.closing = append(l.closing, '}')
	case "(":
		l.closing = append(l.closing, ')')
	case "[":
		l.closing = append(l.closing, ']')
	case "}", ")", "]":
		if len(l.closing) == 0 {
			fail(at, "unexpected '%s'", operator)
		}
		last := len(l.closing) - 1
		if expected := l.closing[last]; expected != operator[0] {
			fail(at, "unexpected '%s', expected '%c'", operator, expected)
		}
		l.closing = l.closing[:last]
	}
}

// stringEnd is the length of the string literal that a text begins with, 0 if it does not end.
func stringEnd(rest string) int {
	for i := 1; i < len(rest); i++ {
		switch rest[i] {
		case '\\':
			i++
		case rest[0]:
			return i + 1
		}
	}
	return 0
}
