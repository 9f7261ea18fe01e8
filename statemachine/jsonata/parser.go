package jsonata

// Parse reads a JSONata expression into its syntax tree. It reports what the reference reports when an expression is
// created: syntax errors (S01xx, S02xx, S03xx) and misplaced constructs such as a predicate after a grouping (S0209).
func Parse(src string) (Node, error) {
	src = validText(src)
	node, err := parse(src)
	if err != nil {
		return nil, err
	}
	if _, _, err = analyse(src, node); err != nil {
		return nil, err
	}
	return node, nil
}

// maxNesting bounds how deep a syntax tree may be, so that no text can exhaust the stack.
const maxNesting = 2_000

// parser is a top-down operator precedence parser.
type parser struct {
	lexer
	tok     token
	prevEnd int
	depth   int
}

// parse gives the tree, in which operands may be missing at the end of the text; analyse reports those.
func parse(src string) (node Node, err error) {
	p := &parser{lexer: lexer{src: src}}
	if err = p.advance(false); err == nil {
		node, err = p.expression(0)
	}
	if err == nil && p.tok.kind != tokenEnd {
		err = p.fail("S0201")
	}
	if err != nil {
		return nil, finish(err, src)
	}
	return node, nil
}

// fail reports code at the current token.
func (p *parser) fail(code string) error {
	return &Error{Code: code, at: p.tok.end, token: p.tok.value(), hasToken: true}
}

// value is the token as error messages show it.
func (t token) value() any {
	switch t.kind {
	case tokenEnd:
		return "(end)"
	case tokenNumber:
		return t.number
	case tokenValue:
		return literal(t.text)
	case tokenOperator:
		return t.symbol.String()
	case tokenRegex:
		return NewObject()
	}
	return t.text
}

// literal is the value of the words true, false and null.
func literal(word string) any {
	switch word {
	case "true":
		return true
	case "false":
		return false
	}
	return nil
}

// advance moves to the next token. Infix says that an operator, not an operand, is expected there.
func (p *parser) advance(infix bool) error {
	p.prevEnd = p.tok.end
	tok, err := p.next(infix)
	if err != nil {
		return err
	}
	p.tok = tok
	if tok.kind == tokenOperator && (tok.symbol == symBang || tok.symbol == symTilde) {
		return p.fail("S0204")
	}
	return nil
}

// expect moves past the given symbol or reports that it is missing.
func (p *parser) expect(s symbol, infix bool) error {
	if p.is(s) {
		return p.advance(infix)
	}
	code := "S0202"
	if p.tok.kind == tokenEnd {
		code = "S0203"
	}
	return &Error{Code: code, at: p.tok.end, token: p.tok.value(), hasToken: true, Value: s.String()}
}

func (p *parser) is(s symbol) bool { return p.tok.kind == tokenOperator && p.tok.symbol == s }

func (p *parser) power() int {
	if p.tok.kind != tokenOperator {
		return 0
	}
	return symbols[p.tok.symbol].power
}

// expression parses as long as operators bind tighter than power.
func (p *parser) expression(power int) (Node, error) {
	if p.depth++; p.depth > maxNesting {
		return nil, &Error{Code: CodeLimit, Message: "expression is nested too deeply", at: p.tok.end}
	}
	t := p.tok
	if err := p.advance(true); err != nil {
		return nil, err
	}
	left, err := p.operand(t)
	for err == nil && power < p.power() {
		t = p.tok
		if err = p.advance(false); err == nil {
			left, err = p.operation(t, left)
		}
	}
	p.depth--
	return left, err
}

func (t token) span() Span { return Span{At: Range{t.start, t.end}, mark: t.end} }

// from is the span of an operation that began at start and whose operator is t.
func (p *parser) from(start int, t token) Span {
	return Span{At: Range{start, p.prevEnd}, mark: t.end}
}

// operand parses what starts with t.
func (p *parser) operand(t token) (Node, error) {
	switch t.kind {
	case tokenEnd:
		return &missing{t.span()}, nil
	case tokenName:
		return &Name{t.span(), t.text}, nil
	case tokenVariable:
		return &Variable{t.span(), t.text}, nil
	case tokenString:
		return &String{t.span(), t.text}, nil
	case tokenNumber:
		return &Number{t.span(), t.number, t.integer}, nil
	case tokenRegex:
		return p.regexLiteral(t)
	case tokenValue:
		if t.text == "null" {
			return &Null{t.span()}, nil
		}
		return &Boolean{t.span(), t.text == "true"}, nil
	}
	return p.prefix(t)
}

// prefix parses an operand that starts with an operator symbol.
func (p *parser) prefix(t token) (Node, error) {
	switch t.symbol {
	case symAnd, symOr, symIn:
		return &Name{t.span(), t.symbol.String()}, nil
	case symStar:
		return &Wildcard{t.span()}, nil
	case symDoubleStar:
		return &Descendants{t.span()}, nil
	case symPercent:
		return &Parent{t.span()}, nil
	case symMinus:
		operand, err := p.expression(70)
		return &Negate{p.from(t.start, t), operand}, err
	case symOpenParen:
		return p.block(t)
	case symOpenBracket:
		return p.array(t)
	case symOpenBrace:
		pairs, err := p.pairs()
		return &ObjectConstructor{p.from(t.start, t), pairs}, err
	case symPipe:
		return p.transform(t)
	}
	return nil, &Error{Code: "S0211", at: t.end, token: t.symbol.String(), hasToken: true}
}

func (p *parser) block(t token) (Node, error) {
	var list []Node
	for !p.is(symCloseParen) {
		item, err := p.expression(0)
		if err != nil {
			return nil, err
		}
		list = append(list, item)
		if !p.is(symSemicolon) {
			break
		}
		if err = p.advance(false); err != nil {
			return nil, err
		}
	}
	err := p.expect(symCloseParen, true)
	return &Block{p.from(t.start, t), list}, err
}

func (p *parser) array(t token) (Node, error) {
	var items []Node
	for more := !p.is(symCloseBracket); more; {
		item, err := p.arrayItem()
		if err != nil {
			return nil, err
		}
		items = append(items, item)
		if more, err = p.comma(); err != nil {
			return nil, err
		}
	}
	err := p.expect(symCloseBracket, true)
	return &ArrayConstructor{p.from(t.start, t), items}, err
}

func (p *parser) arrayItem() (Node, error) {
	item, err := p.expression(0)
	if err != nil || !p.is(symRange) {
		return item, err
	}
	t := p.tok
	if err = p.advance(false); err != nil {
		return nil, err
	}
	to, err := p.expression(0)
	return &RangeExpr{p.from(item.Range().Start, t), item, to}, err
}

// comma moves past a comma and tells whether there was one.
func (p *parser) comma() (bool, error) {
	if !p.is(symComma) {
		return false, nil
	}
	return true, p.advance(false)
}

// pairs parses key: value, … up to the closing brace.
func (p *parser) pairs() ([]Pair, error) {
	var list []Pair
	for more := !p.is(symCloseBrace); more; {
		key, err := p.expression(0)
		if err == nil {
			err = p.expect(symColon, false)
		}
		if err != nil {
			return nil, err
		}
		value, err := p.expression(0)
		if err != nil {
			return nil, err
		}
		list = append(list, Pair{key, value})
		if more, err = p.comma(); err != nil {
			return nil, err
		}
	}
	return list, p.expect(symCloseBrace, true)
}

func (p *parser) transform(t token) (Node, error) {
	node := &Transform{}
	var err error
	if node.Pattern, err = p.expression(0); err == nil {
		err = p.expect(symPipe, false)
	}
	if err != nil {
		return nil, err
	}
	if node.Update, err = p.expression(0); err != nil {
		return nil, err
	}
	more, err := p.comma()
	if more && err == nil {
		node.DeleteOrNil, err = p.expression(0)
	}
	if err == nil {
		err = p.expect(symPipe, false)
	}
	node.Span = p.from(t.start, t)
	return node, err
}

func (p *parser) regexLiteral(t token) (Node, error) {
	if _, err := compileRegex(t.text, t.flags); err != nil {
		return nil, &Error{Code: "S0303", at: t.end, token: t.text, hasToken: true, Value: err.Error()}
	}
	return &Regex{t.span(), t.text, t.flags}, nil
}
