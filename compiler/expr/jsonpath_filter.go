package expr

import (
	"strconv"
	"strings"

	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// This file reads the filters of a JSONPath: [?(@.price < 10 && @.name == 'x')].

// Mark is the text that stands for hole number n in a path. It is exactly width bytes long, so that places behind it stay true.
func Mark(n, width int) string {
	mark := "\x00" + strconv.Itoa(n)
	return mark + strings.Repeat("\x00", max(1, width-len(mark)))
}

func (p *pathParser) filter(start int) (segment, error) {
	p.blanks()
	parenthesis := p.take("(")
	predicate, err := p.disjunction(0)
	if err != nil {
		return nil, err
	}
	p.blanks()
	if parenthesis && !p.take(")") {
		return nil, problem(start, p.at+1, "')' is missing in a filter")
	}
	return filter{predicate}, nil
}

// maxNesting bounds parentheses in filters.
const maxNesting = 50

func (p *pathParser) disjunction(depth int) (jsonata.Node, error) {
	return p.chain("||", "or", func() (jsonata.Node, error) {
		return p.chain("&&", "and", func() (jsonata.Node, error) { return p.comparison(depth) })
	})
}

func (p *pathParser) chain(operator, keyword string, operand func() (jsonata.Node, error)) (jsonata.Node, error) {
	left, err := operand()
	for err == nil {
		p.blanks()
		if !p.take(operator) {
			return left, nil
		}
		var right jsonata.Node
		if right, err = operand(); err == nil {
			left = build.Binary(left, keyword, right)
		}
	}
	return nil, err
}

func (p *pathParser) comparison(depth int) (jsonata.Node, error) {
	p.blanks()
	start := p.at
	if depth > maxNesting {
		return nil, problem(start, start+1, "the filter is nested too deeply")
	}
	if p.take("!") {
		operand, err := p.comparison(depth + 1)
		if err != nil {
			return nil, err
		}
		return build.Not(operand), nil
	}
	if p.take("(") {
		inner, err := p.disjunction(depth + 1)
		if err != nil {
			return nil, err
		}
		if p.blanks(); !p.take(")") {
			return nil, problem(start, p.at+1, "')' is missing in a filter")
		}
		return inner, nil
	}
	return p.relation()
}

func (p *pathParser) relation() (jsonata.Node, error) {
	left, leftType, err := p.operand()
	if err != nil {
		return nil, err
	}
	p.blanks()
	for _, operator := range []string{"==", "!=", "<=", ">=", "<", ">"} {
		if !p.take(operator) {
			continue
		}
		right, rightType, err := p.operand()
		if err != nil {
			return nil, err
		}
		return relate(left, leftType, operator, right, rightType), nil
	}
	if leftType != "" {
		return nil, problem(p.at, p.at+1, "a filter compares, as in [?(@.price < 10)]")
	}
	return build.Call("exists", left), nil
}

// relate compares two operands. Ordering values of different types is false, as is ordering with nothing; JSONata would fail.
func relate(left jsonata.Node, leftType, operator string, right jsonata.Node, rightType string) jsonata.Node {
	switch operator {
	case "==":
		return build.Binary(left, "=", right)
	case "!=":
		return build.Not(build.Binary(left, "=", right))
	}
	compare := build.Binary(left, operator, right)
	switch {
	case leftType != "" && rightType != "":
		return compare
	case rightType != "":
		return build.All(build.Binary(build.Call("type", left), "=", build.Text(rightType)), compare)
	case leftType != "":
		return build.All(build.Binary(build.Call("type", right), "=", build.Text(leftType)), compare)
	default:
		return build.All(build.Binary(build.Call("type", left), "in", build.List(build.Text("number"), build.Text("string"))),
			build.Binary(build.Call("type", left), "=", build.Call("type", right)), compare)
	}
}

// operand reads one side of a comparison and gives its JSON type, "" when it is known only at run time.
func (p *pathParser) operand() (jsonata.Node, string, error) {
	p.blanks()
	start := p.at
	switch b := p.peek(); {
	case p.take("@"):
		node, err := p.relative()
		return node, "", err
	case b == '\'' || b == '"':
		return p.quotedOperand()
	case b == 0 && !p.end():
		node, err := p.hole()
		return node, "", err
	case b == '-' || isDigit(b):
		p.at++
		p.while(func(b byte) bool { return isDigit(b) || strings.IndexByte(".eE+-", b) >= 0 })
		value, err := strconv.ParseFloat(p.text[start:p.at], 64)
		if err != nil {
			return nil, "", problem(start, p.at, "%q is not a number", p.text[start:p.at])
		}
		return build.Number(value), "number", nil
	case p.take("true"), p.take("false"):
		return build.Bool(b == 't'), "boolean", nil
	case p.take("null"):
		return build.Null(), "null", nil
	default:
		return nil, "", problem(start, len(p.text), "expected @, a number, a quoted text, true, false or null in a filter")
	}
}

// relative reads the path behind @.
func (p *pathParser) relative() (jsonata.Node, error) {
	var node jsonata.Node
	for p.peek() == '.' || p.peek() == '[' {
		next, err := p.segment()
		if err != nil {
			return nil, err
		}
		if name, isField := next.(field); isField && node == nil {
			node = build.Name(string(name))
			continue
		}
		if node == nil {
			node = build.Var("")
		}
		node = next.lower(node)
	}
	if node == nil {
		node = build.Var("")
	}
	return node, nil
}

// hole reads a marker.
func (p *pathParser) hole() (jsonata.Node, error) {
	start := p.at
	p.at++
	number, err := strconv.Atoi(p.while(isDigit))
	p.while(func(b byte) bool { return b == 0 })
	if err != nil || number >= len(p.holes) {
		return nil, problem(start, p.at, "a control character stands in the path")
	}
	return p.holes[number], nil
}

// quotedOperand reads a quoted text, in which holes may stand.
func (p *pathParser) quotedOperand() (jsonata.Node, string, error) {
	text, err := p.quoted()
	if err != nil {
		return nil, "", err
	}
	if !strings.Contains(text, "\x00") {
		return build.Text(text), "string", nil
	}
	var parts []jsonata.Node
	inner := pathParser{scanner: scanner{text: text}, holes: p.holes}
	for !inner.end() {
		if inner.peek() != 0 {
			parts = append(parts, build.Text(inner.while(func(b byte) bool { return b != 0 })))
			continue
		}
		hole, err := inner.hole()
		if err != nil {
			return nil, "", err
		}
		parts = append(parts, build.Call("string", hole))
	}
	return build.Concat(parts...), "string", nil
}
