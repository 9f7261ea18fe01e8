package syntax

import (
	"errors"
	"fmt"
	"strings"
)

const (
	// nestingLimit is how deep expressions and blocks may be nested: Jinja's own recursion ends at about that.
	nestingLimit = 100
	// chainLimit is how many operators, filters or accesses may follow one another.
	chainLimit = 1000
)

// Parse reads a template. The error is an *Error.
func Parse(template string) (parsed *Template, err error) {
	defer func() {
		if failure := recover(); failure != nil {
			known, ok := failure.(*Error)
			if !ok {
				panic(failure)
			}
			parsed, err = nil, known
		}
	}()
	p := &parser{lexer: newLexer(template)}
	p.advance()
	body := p.body(nil)
	if err := check(body); err != nil {
		return nil, err
	}
	return &Template{Text: template, Body: body}, nil
}

// AsError gives the error of Parse in an error.
func AsError(err error) (*Error, bool) {
	var known *Error
	ok := errors.As(err, &known)
	return known, ok
}

// fail ends the reading; Parse recovers it.
func fail(at Pos, format string, args ...any) {
	panic(&Error{Class: SyntaxError, Message: fmt.Sprintf(format, args...), Pos: at})
}

func refuse(at Pos, format string, args ...any) {
	panic(&Error{Class: Unsupported, Message: fmt.Sprintf(format, args...), Pos: at})
}

// parser is Jinja's: it looks one token ahead, two where a word may be a keyword.
type parser struct {
	lexer   *lexer
	current token
	ahead   []token
	tags    []string   // the statements that are open
	ends    [][]string // the words that end them
	depth   int
}

func (p *parser) advance() token {
	old := p.current
	switch {
	case len(p.ahead) > 0:
		p.current, p.ahead = p.ahead[0], p.ahead[1:]
	case old.kind != eof:
		p.current = p.lexer.next()
	}
	return old
}

// look gives the token after the current one.
func (p *parser) look() token {
	if len(p.ahead) == 0 {
		p.ahead = append(p.ahead, p.lexer.next())
	}
	return p.ahead[0]
}

func (p *parser) skip(k kind) bool {
	if p.current.kind != k {
		return false
	}
	p.advance()
	return true
}

func (p *parser) skipName(word string) bool {
	if !p.current.isName(word) {
		return false
	}
	p.advance()
	return true
}

func (p *parser) expect(k kind) token {
	if p.current.kind != k {
		p.unexpected(k.described())
	}
	return p.advance()
}

func (p *parser) expectName(word string) token {
	if !p.current.isName(word) {
		p.unexpected(word)
	}
	return p.advance()
}

func (p *parser) unexpected(expected string) {
	if p.current.kind == eof {
		fail(p.current.pos, "unexpected end of template, expected %s.", Quote(expected))
	}
	fail(p.current.pos, "expected token %s, got %s", Quote(expected), Quote(p.current.described()))
}

// enter counts how deep the reading is; it gives what is to be called at the end.
func (p *parser) enter() func() {
	if p.depth++; p.depth > nestingLimit {
		refuse(p.current.pos, "nested more than %d deep", nestingLimit)
	}
	return func() { p.depth-- }
}

// chain counts the links of a chain.
func chain(links *int, at Pos) {
	if *links++; *links > chainLimit {
		refuse(at, "more than %d operators in a row", chainLimit)
	}
}

// body reads statements up to one of the words, which is left as the current token, or up to the end.
func (p *parser) body(ends []string) []Stmt {
	if ends != nil {
		p.ends = append(p.ends, ends)
		defer func() { p.ends = p.ends[:len(p.ends)-1] }()
	}
	var body []Stmt
	var pieces []Expr
	flush := func() {
		if len(pieces) > 0 {
			body = append(body, &Output{pieces[0].Position(), pieces})
			pieces = nil
		}
	}
	for p.current.kind != eof {
		token := p.advance()
		switch token.kind {
		case data:
			pieces = append(pieces, &Data{token.pos, token.text})
		case variableBegin:
			pieces = append(pieces, p.tuple(tupleOf{cond: true}))
			p.expect(variableEnd)
		case blockBegin:
			flush()
			for _, end := range ends {
				if p.current.isName(end) {
					return body
				}
			}
			body = append(body, p.statement(token.pos))
			p.expect(blockEnd)
		}
	}
	flush()
	return body
}

// block reads what stands between the tag that is being read and one of the words.
func (p *parser) block(ends ...string) []Stmt {
	p.skip(":")
	p.expect(blockEnd)
	body := p.body(ends)
	if p.current.kind == eof {
		p.lookingFor("", append(p.ends, ends), p.current.pos)
	}
	return body
}

// lookingFor fails on an unknown tag, or on the end of the template where word is "".
func (p *parser) lookingFor(word string, ends [][]string, at Pos) {
	message := "Unexpected end of template."
	if word != "" {
		message = "Encountered unknown tag " + Quote(word) + "."
	}
	if len(ends) > 0 {
		expected := false
		for _, words := range ends {
			for _, end := range words {
				expected = expected || end == word
			}
		}
		var quoted []string
		for _, end := range ends[len(ends)-1] {
			quoted = append(quoted, Quote(end))
		}
		if looking := strings.Join(quoted, " or "); expected {
			message += " You probably made a nesting mistake. Jinja is expecting this tag, but currently looking for " + looking + "."
		} else {
			message += " Jinja was looking for the following tags: " + looking + "."
		}
	}
	if len(p.tags) > 0 {
		message += " The innermost block that needs to be closed is " + Quote(p.tags[len(p.tags)-1]) + "."
	}
	fail(at, "%s", message)
}

// statement reads a statement, but for the end of its last tag.
func (p *parser) statement(begin Pos) Stmt {
	defer p.enter()()
	word := p.current
	if word.kind != name {
		fail(word.pos, "tag name expected")
	}
	outer := p.tags
	p.tags = append(p.tags, word.text)
	defer func() { p.tags = outer }()
	switch word.text {
	case "for":
		return p.forLoop(begin)
	case "if":
		return p.ifElse(begin)
	case "set":
		return p.set(begin)
	case "with":
		return p.with(begin)
	case "macro":
		return p.macro(begin)
	case "call":
		return p.callBlock(begin)
	case "filter":
		p.advance()
		filter := p.filters(nil, true)
		body := p.block("endfilter")
		p.advance()
		return &FilterBlock{begin, filter, body}
	case "print":
		return p.print(begin)
	case "autoescape":
		p.advance()
		on := p.expression()
		body := p.block("endautoescape")
		p.advance()
		return &Autoescape{begin, on, body}
	case "block":
		return p.namedBlock(begin)
	case "extends", "include", "import", "from":
		refuse(word.pos, "%q is not supported: a template here stands alone, there are no files that it could load", word.text)
	}
	p.tags = outer
	p.lookingFor(word.text, p.ends, word.pos)
	return nil
}
