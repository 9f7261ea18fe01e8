package syntax

func (p *parser) forLoop(begin Pos) Stmt {
	p.expectName("for")
	loop := &For{Pos: begin, Target: p.target(targetOf{tuple: true})}
	p.expectName("in")
	loop.Iter = p.tuple(tupleOf{})
	if p.skipName("if") {
		loop.Test = p.expression()
	}
	loop.Recursive = p.skipName("recursive")
	loop.Body = p.block("endfor", "else")
	if p.advance().text == "else" {
		loop.Else = p.block("endfor")
		p.advance()
	}
	return loop
}

func (p *parser) ifElse(begin Pos) Stmt {
	p.expectName("if")
	first := &If{Pos: begin}
	for branch := first; ; {
		branch.Test = p.tuple(tupleOf{})
		branch.Body = p.block("elif", "else", "endif")
		switch word := p.advance(); word.text {
		case "elif":
			branch = &If{Pos: word.pos}
			first.Elif = append(first.Elif, branch)
			continue
		case "else":
			first.Else = p.block("endif")
			p.advance()
		}
		return first
	}
}

func (p *parser) set(begin Pos) Stmt {
	p.advance()
	target := p.target(targetOf{tuple: true, member: true})
	if p.skip("=") {
		return &Set{begin, target, p.tuple(tupleOf{cond: true})}
	}
	filter := p.filters(nil, false)
	body := p.block("endset")
	p.advance()
	return &SetBlock{begin, target, filter, body}
}

func (p *parser) with(begin Pos) Stmt {
	p.advance()
	with := &With{Pos: begin}
	for p.current.kind != blockEnd {
		if len(with.Targets) > 0 {
			p.expect(",")
		}
		with.Targets = append(with.Targets, p.target(targetOf{tuple: true}))
		p.expect("=")
		with.Values = append(with.Values, p.expression())
	}
	with.Body = p.block("endwith")
	p.advance()
	return with
}

func (p *parser) namedBlock(begin Pos) Stmt {
	p.advance()
	block := &Block{Pos: begin, Name: p.expect(name).text}
	block.Scoped = p.skipName("scoped")
	block.Required = p.skipName("required")
	if p.current.kind == "-" {
		fail(p.current.pos, "Block names in Jinja have to be valid Python identifiers and may not contain hyphens, use an underscore instead.")
	}
	block.Body = p.block("endblock")
	p.advance()
	if block.Required {
		p.requireEmpty(block.Body)
	}
	p.skipName(block.Name)
	return block
}

func (p *parser) requireEmpty(body []Stmt) {
	for _, stmt := range body {
		output, ok := stmt.(*Output)
		for i := 0; ok && i < len(output.Nodes); i++ {
			piece, isData := output.Nodes[i].(*Data)
			ok = isData && trimRight(piece.Text) == ""
		}
		if !ok {
			fail(p.current.pos, "Required blocks can only contain comments or whitespace")
		}
	}
}

func (p *parser) macro(begin Pos) Stmt {
	p.advance()
	macro := &Macro{Pos: begin, Name: p.target(targetOf{}).(*Name).Name}
	p.signature(macro)
	macro.Body = p.block("endmacro")
	p.advance()
	return macro
}

// signature reads the parameters of a macro.
func (p *parser) signature(macro *Macro) {
	p.expect("(")
	for p.current.kind != ")" {
		if len(macro.Params) > 0 {
			p.expect(",")
		}
		param := p.target(targetOf{}).(*Name)
		if p.skip("=") {
			macro.Defaults = append(macro.Defaults, p.expression())
		} else if len(macro.Defaults) > 0 {
			fail(p.current.pos, "non-default argument follows default argument")
		}
		macro.Params = append(macro.Params, param)
	}
	p.expect(")")
}

func (p *parser) callBlock(begin Pos) Stmt {
	p.advance()
	macro := &Macro{Pos: begin}
	if p.current.kind == "(" {
		p.signature(macro)
	}
	call, ok := p.expression().(*Call)
	if !ok {
		fail(begin, "expected call")
	}
	macro.Body = p.block("endcall")
	p.advance()
	return &CallBlock{begin, call, macro}
}

func (p *parser) print(begin Pos) Stmt {
	p.advance()
	output := &Output{Pos: begin}
	for p.current.kind != blockEnd {
		if len(output.Nodes) > 0 {
			p.expect(",")
		}
		output.Nodes = append(output.Nodes, p.expression())
	}
	return output
}

// targetOf says what may be assigned: names only, or also tuples and attributes of namespaces.
type targetOf struct{ tuple, member bool }

// target reads what a value is assigned to.
func (p *parser) target(how targetOf) Expr {
	if !how.tuple {
		word := p.expect(name)
		return p.assignable(&Name{Pos: word.pos, Name: word.text})
	}
	return p.assignable(p.tuple(tupleOf{simple: true, member: how.member}))
}

func (p *parser) assignable(target Expr) Expr {
	if !canAssign(target) {
		fail(target.Position(), "can't assign to %s", Quote(typeName(target)))
	}
	store(target)
	return target
}

// store marks names as assigned.
func store(target Expr) {
	switch t := target.(type) {
	case *Name:
		t.Store = true
	case *Tuple:
		for _, item := range t.Items {
			store(item)
		}
	}
}

func canAssign(target Expr) bool {
	switch t := target.(type) {
	case *Name:
		return t.Name != "true" && t.Name != "false" && t.Name != "none" && t.Name != "True" && t.Name != "False" && t.Name != "None"
	case *Member:
		return true
	case *Tuple:
		for _, item := range t.Items {
			if !canAssign(item) {
				return false
			}
		}
		return true
	}
	return false
}

// typeName is Jinja's name of a node that cannot be assigned to.
func typeName(target Expr) string {
	switch target.(type) {
	case *Const:
		return "const"
	case *List:
		return "list"
	case *Dict:
		return "dict"
	case *Tuple:
		return "tuple"
	case *Name:
		return "name"
	}
	return "expr"
}
