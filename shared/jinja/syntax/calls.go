package syntax

// call reads the arguments of a call.
func (p *parser) call(of Expr) Expr {
	at := p.current.pos
	return &Call{at, of, p.arguments()}
}

// arguments reads arguments in brackets.
func (p *parser) arguments() Args {
	defer p.enter()()
	at := p.expect("(").pos
	var args Args
	ensure := func(fits bool) {
		if !fits {
			fail(at, "invalid syntax for function call expression")
		}
	}
	for first := true; p.current.kind != ")"; first = false {
		if !first {
			p.expect(",")
			if p.current.kind == ")" {
				break
			}
		}
		switch {
		case p.skip("*"):
			ensure(args.Star == nil && args.StarStar == nil)
			args.Star = p.expression()
		case p.skip("**"):
			ensure(args.StarStar == nil)
			args.StarStar = p.expression()
		case p.current.kind == name && p.look().kind == "=":
			ensure(args.StarStar == nil)
			key := p.advance().text
			p.advance()
			args.Keywords = append(args.Keywords, Keyword{key, p.expression()})
		default:
			ensure(args.Star == nil && args.StarStar == nil && len(args.Keywords) == 0)
			args.Positional = append(args.Positional, p.expression())
		}
	}
	p.expect(")")
	return args
}

// filters reads filters, each applied to what the one before it gives. begun says that the first of them has no bar before it.
func (p *parser) filters(of Expr, begun bool) Expr {
	for links := 0; begun || p.current.kind == "|"; chain(&links, p.current.pos) {
		if !begun {
			p.advance()
		}
		begun = false
		at := p.current.pos
		word := p.dotted()
		filter := &Filter{Pos: at, Of: of, Name: word}
		if p.current.kind == "(" {
			filter.Args = p.arguments()
		}
		of = filter
	}
	return of
}

// dotted reads a name with dots in it.
func (p *parser) dotted() string {
	word := p.expect(name).text
	for p.skip(".") {
		word += "." + p.expect(name).text
	}
	return word
}

// test reads the test after "is".
func (p *parser) test(of Expr) Expr {
	at := p.advance().pos
	negated := p.skipName("not")
	test := &Test{Pos: at, Of: of, Name: p.dotted()}
	switch p.current.kind {
	case "(":
		test.Args = p.arguments()
	case name, text, integer, float, "[", "{":
		if p.current.isName("else") || p.current.isName("or") || p.current.isName("and") {
			break
		}
		if p.current.isName("is") {
			fail(p.current.pos, "You cannot chain multiple tests with is")
		}
		links := 0
		test.Args.Positional = []Expr{p.postfix(p.primary(false), &links)}
	}
	if negated {
		return &Unary{at, "not", test}
	}
	return test
}
