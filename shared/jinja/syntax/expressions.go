package syntax

// tupleOf says how a tuple without brackets is read.
type tupleOf struct {
	simple   bool // of names and literals
	member   bool // of attributes of namespaces, too
	cond     bool // a if b else c may stand in it
	brackets bool // it stands in brackets, and may be empty
}

// tuple reads an expression, or several with commas between.
func (p *parser) tuple(how tupleOf) Expr {
	at := p.current.pos
	var items []Expr
	isTuple := false
	for {
		if len(items) > 0 {
			p.expect(",")
		}
		if p.endsTuple() {
			break
		}
		switch {
		case how.simple:
			items = append(items, p.primary(how.member))
		case how.cond || how.brackets:
			items = append(items, p.expression())
		default:
			items = append(items, p.or())
		}
		if p.current.kind != "," {
			break
		}
		isTuple = true
	}
	if !isTuple && len(items) > 0 {
		return items[0]
	}
	if !isTuple && !how.brackets {
		fail(p.current.pos, "Expected an expression, got %s", Quote(p.current.described()))
	}
	return &Tuple{at, items}
}

func (p *parser) endsTuple() bool {
	return p.current.kind == variableEnd || p.current.kind == blockEnd || p.current.kind == ")"
}

func (p *parser) expression() Expr {
	defer p.enter()()
	at := p.current.pos
	then := p.or()
	for links := 0; p.skipName("if"); chain(&links, at) {
		test := p.or()
		var otherwise Expr
		if p.skipName("else") {
			otherwise = p.expression()
		}
		then = &Cond{at, test, then, otherwise}
	}
	return then
}

func (p *parser) or() Expr {
	left := p.and()
	for links := 0; p.current.isName("or"); chain(&links, p.current.pos) {
		at := p.advance().pos
		left = &Logic{at, "or", left, p.and()}
	}
	return left
}

func (p *parser) and() Expr {
	left := p.not()
	for links := 0; p.current.isName("and"); chain(&links, p.current.pos) {
		at := p.advance().pos
		left = &Logic{at, "and", left, p.not()}
	}
	return left
}

func (p *parser) not() Expr {
	if !p.current.isName("not") {
		return p.comparison()
	}
	defer p.enter()()
	at := p.advance().pos
	return &Unary{at, "not", p.not()}
}

func (p *parser) comparison() Expr {
	compare := &Compare{First: p.sum()}
	for links := 0; ; chain(&links, p.current.pos) {
		at, op := p.current.pos, string(p.current.kind)
		switch {
		case op == "==" || op == "!=" || op == "<" || op == "<=" || op == ">" || op == ">=":
			p.advance()
		case p.skipName("in"):
			op = "in"
		case p.current.isName("not") && p.look().isName("in"):
			p.advance()
			p.advance()
			op = "not in"
		case len(compare.Rest) == 0:
			return compare.First
		default:
			return compare
		}
		if len(compare.Rest) == 0 {
			compare.Pos = at
		}
		compare.Rest = append(compare.Rest, Comparison{op, p.sum()})
	}
}

// binary reads operations of one precedence, from left to right.
func (p *parser) binary(operand func() Expr, operators ...kind) Expr {
	left := operand()
	for links := 0; ; chain(&links, p.current.pos) {
		found := false
		for _, operator := range operators {
			found = found || p.current.kind == operator
		}
		if !found {
			return left
		}
		operator := p.advance()
		left = &Binary{operator.pos, string(operator.kind), left, operand()}
	}
}

func (p *parser) sum() Expr     { return p.binary(p.concat, "+", "-") }
func (p *parser) product() Expr { return p.binary(p.power, "*", "/", "//", "%") }
func (p *parser) power() Expr   { return p.binary(func() Expr { return p.unary(true) }, "**") }

func (p *parser) concat() Expr {
	first := p.product()
	if p.current.kind != "~" {
		return first
	}
	concat := &Concat{p.current.pos, []Expr{first}}
	for links := 0; p.skip("~"); chain(&links, p.current.pos) {
		concat.Items = append(concat.Items, p.product())
	}
	return concat
}

// unary reads a sign, or a primary with what follows it. filtered says whether filters and tests belong to it.
func (p *parser) unary(filtered bool) Expr {
	var node Expr
	at := p.current.pos
	switch p.current.kind {
	case "-", "+":
		leave := p.enter()
		operator := p.advance()
		node = &Unary{at, string(operator.kind), p.unary(false)}
		leave()
	default:
		node = p.primary(false)
	}
	links := 0
	node = p.postfix(node, &links)
	for filtered {
		switch {
		case p.current.kind == "|":
			node = p.filters(node, false)
		case p.current.isName("is"):
			node = p.test(node)
		case p.current.kind == "(":
			node = p.call(node)
		default:
			return node
		}
		chain(&links, p.current.pos)
	}
	return node
}

func (p *parser) primary(member bool) Expr {
	word := p.current
	switch word.kind {
	case name:
		p.advance()
		return p.named(word, member)
	case text:
		p.advance()
		value := []byte(word.value.(string))
		for p.current.kind == text {
			value = append(value, p.advance().value.(string)...)
		}
		return &Const{word.pos, string(value)}
	case integer, float:
		p.advance()
		return &Const{word.pos, word.value}
	case "(":
		defer p.enter()()
		p.advance()
		node := p.tuple(tupleOf{brackets: true})
		p.expect(")")
		return node
	case "[":
		return p.list()
	case "{":
		return p.dict()
	}
	fail(word.pos, "unexpected %s", Quote(word.described()))
	return nil
}

func (p *parser) named(word token, member bool) Expr {
	switch word.text {
	case "true", "True":
		return &Const{word.pos, true}
	case "false", "False":
		return &Const{word.pos, false}
	case "none", "None":
		return &Const{word.pos, nil}
	}
	if member && p.skip(".") {
		return &Member{word.pos, word.text, p.expect(name).text}
	}
	return &Name{Pos: word.pos, Name: word.text}
}

func (p *parser) list() Expr {
	list := &List{Pos: p.expect("[").pos}
	for p.current.kind != "]" {
		if len(list.Items) > 0 {
			p.expect(",")
		}
		if p.current.kind == "]" {
			break
		}
		list.Items = append(list.Items, p.expression())
	}
	p.expect("]")
	return list
}

func (p *parser) dict() Expr {
	dict := &Dict{Pos: p.expect("{").pos}
	for p.current.kind != "}" {
		if len(dict.Keys) > 0 {
			p.expect(",")
		}
		if p.current.kind == "}" {
			break
		}
		dict.Keys = append(dict.Keys, p.expression())
		p.expect(":")
		dict.Values = append(dict.Values, p.expression())
	}
	p.expect("}")
	return dict
}

// postfix reads attributes, items and calls.
func (p *parser) postfix(node Expr, links *int) Expr {
	for ; ; chain(links, p.current.pos) {
		switch p.current.kind {
		case ".":
			node = p.attribute(node)
		case "[":
			node = p.item(node)
		case "(":
			node = p.call(node)
		default:
			return node
		}
	}
}

func (p *parser) attribute(of Expr) Expr {
	dot := p.advance()
	word := p.advance()
	switch word.kind {
	case name:
		return &Attribute{dot.pos, of, word.text}
	case integer:
		return &Item{dot.pos, of, &Const{word.pos, word.value}}
	}
	fail(word.pos, "expected name or number")
	return nil
}

func (p *parser) item(of Expr) Expr {
	bracket := p.advance()
	var indexes []Expr
	for p.current.kind != "]" {
		if len(indexes) > 0 {
			p.expect(",")
		}
		indexes = append(indexes, p.index())
	}
	p.expect("]")
	if len(indexes) == 1 {
		return &Item{bracket.pos, of, indexes[0]}
	}
	return &Item{bracket.pos, of, &Tuple{bracket.pos, indexes}}
}

// index reads an index or a slice.
func (p *parser) index() Expr {
	slice := &Slice{Pos: p.current.pos}
	if p.current.kind != ":" {
		slice.Start = p.expression()
		if p.current.kind != ":" {
			return slice.Start
		}
	}
	p.advance()
	ended := func() bool { return p.current.kind == "]" || p.current.kind == "," }
	if p.current.kind != ":" && !ended() {
		slice.Stop = p.expression()
	}
	if p.skip(":") && !ended() {
		slice.Step = p.expression()
	}
	return slice
}
