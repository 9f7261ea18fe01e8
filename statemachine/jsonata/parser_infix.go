package jsonata

import "strings"

// operation parses what follows left and starts with the operator t.
func (p *parser) operation(t token, left Node) (Node, error) {
	start := left.Range().Start
	switch t.symbol {
	case symDot:
		right, err := p.expression(75)
		return &Path{p.from(start, t), left, right}, err
	case symOpenParen:
		return p.call(t, left)
	case symOpenBracket:
		return p.predicate(t, left)
	case symOpenBrace:
		pairs, err := p.pairs()
		return &Group{p.from(start, t), left, pairs}, err
	case symCaret:
		return p.sort(t, left)
	case symBind:
		return p.bind(t, left)
	case symAt:
		name, err := p.variable(t)
		return &Focus{p.from(start, t), left, name}, err
	case symHash:
		name, err := p.variable(t)
		return &Index{p.from(start, t), left, name}, err
	case symQuestion:
		return p.conditional(t, left)
	}
	right, err := p.expression(symbols[t.symbol].power)
	return &Binary{p.from(start, t), t.symbol.String(), left, right}, err
}

func (p *parser) predicate(t token, left Node) (Node, error) {
	start := left.Range().Start
	if p.is(symCloseBracket) {
		err := p.advance(false)
		return &KeepArray{p.from(start, t), left}, err
	}
	predicate, err := p.expression(0)
	if err == nil {
		err = p.expect(symCloseBracket, true)
	}
	return &Filter{p.from(start, t), left, predicate}, err
}

func (p *parser) sort(t token, left Node) (Node, error) {
	if err := p.expect(symOpenParen, false); err != nil {
		return nil, err
	}
	var terms []SortTerm
	for more := true; more; {
		term, err := p.sortTerm()
		if err != nil {
			return nil, err
		}
		terms = append(terms, term)
		if more, err = p.comma(); err != nil {
			return nil, err
		}
	}
	err := p.expect(symCloseParen, false)
	return &Sort{p.from(left.Range().Start, t), left, terms}, err
}

func (p *parser) sortTerm() (SortTerm, error) {
	term := SortTerm{Descending: p.is(symGreater)}
	var err error
	if p.is(symLess) || p.is(symGreater) {
		err = p.advance(false)
	}
	if err == nil {
		term.Expr, err = p.expression(0)
	}
	return term, err
}

func (p *parser) bind(t token, left Node) (Node, error) {
	variable, ok := left.(*Variable)
	if !ok {
		return nil, &Error{Code: "S0212", at: left.position(), token: tokenOf(left), hasToken: true}
	}
	value, err := p.expression(9)
	return &Bind{p.from(left.Range().Start, t), variable.Name, value}, err
}

// variable parses the right side of @ and #.
func (p *parser) variable(t token) (string, error) {
	right, err := p.expression(80)
	if err != nil {
		return "", err
	}
	if variable, ok := right.(*Variable); ok {
		return variable.Name, nil
	}
	return "", &Error{Code: "S0214", at: right.position(), token: t.symbol.String(), hasToken: true}
}

func (p *parser) conditional(t token, condition Node) (Node, error) {
	node := &Conditional{Condition: condition}
	var err error
	if node.Then, err = p.expression(0); err != nil {
		return nil, err
	}
	if p.is(symColon) {
		if err = p.advance(false); err == nil {
			node.ElseOrNil, err = p.expression(0)
		}
	}
	node.Span = p.from(condition.Range().Start, t)
	return node, err
}

func (p *parser) call(t token, function Node) (Node, error) {
	var arguments []Node
	for more := !p.is(symCloseParen); more; {
		argument, err := p.argument()
		if err != nil {
			return nil, err
		}
		arguments = append(arguments, argument)
		if more, err = p.comma(); err != nil {
			return nil, err
		}
	}
	if err := p.expect(symCloseParen, true); err != nil {
		return nil, err
	}
	if name, ok := function.(*Name); ok && (name.Value == "function" || name.Value == "λ") {
		return p.lambda(t, function, arguments)
	}
	return &Call{p.from(function.Range().Start, t), function, arguments}, nil
}

func (p *parser) argument() (Node, error) {
	if !p.is(symQuestion) {
		return p.expression(0)
	}
	t := p.tok
	return &Placeholder{t.span()}, p.advance(false)
}

// lambda parses signature and body of a function definition whose parameters have been read.
func (p *parser) lambda(t token, function Node, parameters []Node) (Node, error) {
	node := &Lambda{}
	for i, parameter := range parameters {
		variable, ok := parameter.(*Variable)
		if !ok {
			return nil, &Error{Code: "S0208", at: parameter.position(), token: tokenOf(parameter), hasToken: true, Value: float64(i + 1)}
		}
		node.Parameters = append(node.Parameters, variable.Name)
	}
	var err error
	if p.is(symLess) {
		if node.Signature, err = p.signature(); err != nil {
			return nil, err
		}
	}
	if err = p.expect(symOpenBrace, false); err != nil {
		return nil, err
	}
	if node.Body, err = p.expression(0); err != nil {
		return nil, err
	}
	err = p.expect(symCloseBrace, false)
	node.Span = p.from(function.Range().Start, t)
	return node, err
}

// signature gathers the text between < and > from tokens and checks it.
func (p *parser) signature() (string, error) {
	at, depth := p.tok.end, 1
	var text strings.Builder
	text.WriteByte('<')
	for depth > 0 && !p.is(symOpenBrace) && p.tok.kind != tokenEnd {
		if err := p.advance(false); err != nil {
			return "", err
		}
		switch {
		case p.is(symGreater):
			depth--
		case p.is(symLess):
			depth++
		}
		text.WriteString(toText(p.tok.value()))
	}
	if err := p.expect(symGreater, false); err != nil {
		return "", err
	}
	if _, err := parseSignature(text.String()); err != nil {
		err.at += at
		return "", err
	}
	return text.String()[1 : text.Len()-1], nil
}

// tokenOf is the token that an error about a node names.
func tokenOf(n Node) any {
	switch n := n.(type) {
	case *String:
		return n.Value
	case *Number:
		return n.Value
	case *Boolean:
		return n.Value
	case *Null:
		return nil
	case *Name:
		return n.Value
	case *Variable:
		return n.Name
	case *Binary:
		return n.Operator
	case *KeepArray:
		return tokenOf(n.Expr)
	case *Regex:
		return NewObject()
	}
	return shapeToken(n)
}

// shapeToken is the symbol that makes a node.
func shapeToken(n Node) any {
	switch n.(type) {
	case *Wildcard:
		return "*"
	case *Descendants:
		return "**"
	case *Parent:
		return "%"
	case *Path:
		return "."
	case *Filter, *ArrayConstructor:
		return "["
	case *Group, *ObjectConstructor:
		return "{"
	case *Sort:
		return "^"
	case *Index:
		return "#"
	case *Focus:
		return "@"
	case *Block, *Lambda, *Call:
		return "("
	case *Conditional, *Placeholder:
		return "?"
	case *Bind:
		return ":="
	case *Transform:
		return "|"
	case *Negate:
		return "-"
	}
	return "(end)"
}
