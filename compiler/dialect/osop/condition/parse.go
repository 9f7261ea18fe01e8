package condition

import (
	"fmt"
	"strings"
)

// maxDepth bounds how deep expressions may nest.
const maxDepth = 200

// Parse reads a condition. known tells whether a name with hyphens is one that the workflow has; it decides whether a hyphen is part of a
// name or a minus. The error is an *Error.
func Parse(source string, known func(name string) bool) (Node, error) {
	tokens, err := lex(source, known)
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: tokens}
	node := p.expression()
	if p.failed == nil && p.peek().kind != end {
		p.fail(p.peek(), "%q is not expected here", p.peek().text)
	}
	if p.failed != nil {
		return nil, p.failed
	}
	return node, nil
}

type parser struct {
	tokens []token
	at     int
	depth  int
	failed *Error
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) take() token {
	t := p.tokens[p.at]
	if t.kind != end {
		p.at++
	}
	return t
}

func (p *parser) accept(texts ...string) (token, bool) {
	if p.failed == nil && p.peek().is(texts...) {
		return p.take(), true
	}
	return token{}, false
}

func (p *parser) expect(text string) token {
	t, ok := p.accept(text)
	if !ok {
		p.fail(p.peek(), "expected %q", text)
	}
	return t
}

// fail keeps the first error and moves to the end, so that parsing stops.
func (p *parser) fail(t token, format string, arguments ...any) Node {
	if p.failed == nil {
		message := fmt.Sprintf(format, arguments...)
		if t.kind == end {
			message = "the condition ends too early"
		}
		p.failed = &Error{Start: t.start, End: t.end, Message: message}
		p.at = len(p.tokens) - 1
	}
	return &Literal{place: place{t.start, t.end}}
}

func span(from, to Node) place {
	start, _ := from.Span()
	_, end := to.Span()
	return place{start, end}
}

func (p *parser) expression() Node {
	if p.depth++; p.depth > maxDepth {
		return p.fail(p.peek(), "the condition nests too deeply")
	}
	defer func() { p.depth-- }()
	condition := p.or()
	if _, ok := p.accept("?"); !ok {
		return condition
	}
	then := p.expression()
	p.expect(":")
	otherwise := p.expression()
	return &Ternary{place: span(condition, otherwise), Condition: condition, Then: then, Else: otherwise}
}

// binary reads operands joined by operators of one level; names maps what is written to the operator it means.
func (p *parser) binary(operand func() Node, names map[string]string) Node {
	left := operand()
	for p.failed == nil {
		operator, ok := names[strings.ToLower(p.peek().text)]
		if t := p.peek(); !ok || t.kind != symbol && t.kind != word {
			break
		}
		p.take()
		right := operand()
		left = &Binary{place: span(left, right), Operator: operator, Left: left, Right: right}
	}
	return left
}

func (p *parser) or() Node {
	return p.binary(p.and, map[string]string{"||": "||", "or": "||"})
}

func (p *parser) and() Node {
	return p.binary(p.not, map[string]string{"&&": "&&", "and": "&&"})
}

func (p *parser) not() Node {
	if t, ok := p.accept("!", "not"); ok {
		if p.depth++; p.depth > maxDepth {
			return p.fail(t, "the condition nests too deeply")
		}
		defer func() { p.depth-- }()
		operand := p.not()
		_, end := operand.Span()
		return &Unary{place: place{t.start, end}, Operator: "!", Operand: operand}
	}
	return p.relation()
}

// relation reads a comparison. What is compared may be a comparison itself only in parentheses: 1 < a < 5 would compare a truth value with 5.
func (p *parser) relation() Node {
	left := p.sum()
	for chained := false; p.failed == nil; chained = true {
		t := p.peek()
		operator, ok := relations(t)
		if !ok {
			return left
		}
		if chained {
			p.fail(t, "comparisons cannot be chained")
			p.failed.Fix = "join them with &&: 1 < a && a < 5"
			return left
		}
		p.take()
		negated := false
		if operator == "not" {
			p.expect("in")
			operator, negated = "in", true
		}
		right := p.sum()
		left = &Binary{place: span(left, right), Operator: operator, Left: left, Right: right}
		if negated {
			left = &Unary{place: span(left, left), Operator: "!", Operand: left}
		}
	}
	return left
}

func relations(t token) (operator string, ok bool) {
	switch {
	case t.is("==", "===", "="):
		return "==", true
	case t.is("!=", "!=="):
		return "!=", true
	case t.is("<", "<=", ">", ">="):
		return t.text, true
	case t.is("in"):
		return "in", true
	case t.is("contains"):
		return "contains", true
	case t.kind == word && t.is("not"):
		return "not", true
	default:
		return "", false
	}
}

func (p *parser) sum() Node {
	return p.binary(p.product, map[string]string{"+": "+", "-": "-"})
}

func (p *parser) product() Node {
	return p.binary(p.unary, map[string]string{"*": "*", "/": "/", "%": "%"})
}

func (p *parser) unary() Node {
	if t, ok := p.accept("-"); ok {
		if p.depth++; p.depth > maxDepth {
			return p.fail(t, "the condition nests too deeply")
		}
		defer func() { p.depth-- }()
		operand := p.unary()
		_, end := operand.Span()
		return &Unary{place: place{t.start, end}, Operator: "-", Operand: operand}
	}
	if p.peek().kind == symbol && p.peek().text == "!" {
		return p.not()
	}
	return p.postfix()
}

func (p *parser) postfix() Node {
	node := p.primary()
	for p.failed == nil {
		if _, ok := p.accept("."); ok {
			node = p.member(node)
			continue
		}
		if _, ok := p.accept("["); ok {
			index := p.expression()
			closing := p.expect("]")
			start, _ := node.Span()
			node = &Member{place: place{start, closing.end}, Of: node, Index: index}
			continue
		}
		break
	}
	return node
}

func (p *parser) member(of Node) Node {
	name := p.take()
	if name.kind != word {
		return p.fail(name, "expected a name after the dot")
	}
	start, _ := of.Span()
	if p.peek().is("(") && p.peek().start == name.end {
		return p.call(of, name, start)
	}
	if _, literal := of.(*Literal); literal {
		return p.fail(name, "a literal has no fields")
	}
	if reference, ok := of.(*Reference); ok {
		path := append(reference.Path, name.text) // the shorter reference is used up
		return &Reference{place: place{start, name.end}, Path: path}
	}
	return &Member{place: place{start, name.end}, Of: of, Name: name.text}
}

func (p *parser) call(of Node, name token, start int) Node {
	p.expect("(")
	arguments, closing := p.list(")")
	return &Call{place: place{start, closing.end}, Of: of, Name: name.text, Arguments: arguments}
}

func (p *parser) list(closing string) ([]Node, token) {
	var items []Node
	for p.failed == nil {
		if t, ok := p.accept(closing); ok {
			return items, t
		}
		if len(items) > 0 {
			p.expect(",")
		}
		items = append(items, p.expression())
	}
	return items, p.peek()
}

func (p *parser) primary() Node {
	t := p.take()
	at := place{t.start, t.end}
	switch {
	case t.kind == number:
		return &Literal{place: at, Value: t.value, Fraction: strings.Contains(t.text, ".")}
	case t.kind == text:
		return &Literal{place: at, Value: t.text}
	case t.kind == word && p.peek().is("(") && p.peek().start == t.end:
		return p.call(nil, t, t.start)
	case t.kind == word:
		return p.word(t)
	case t.is("("):
		inner := p.expression()
		p.expect(")")
		return inner
	case t.is("["):
		items, closing := p.list("]")
		return &List{place: place{t.start, closing.end}, Items: items}
	case t.is("${"):
		return p.wrapped("}")
	case t.is("{{"):
		return p.wrapped("}}")
	default:
		return p.fail(t, "%q is not expected here", t.text)
	}
}

func (p *parser) wrapped(closing string) Node {
	inner := p.expression()
	p.expect(closing)
	return inner
}

func (p *parser) word(t token) Node {
	at := place{t.start, t.end}
	switch t.text {
	case "true", "True", "TRUE":
		return &Literal{place: at, Value: true}
	case "false", "False", "FALSE":
		return &Literal{place: at, Value: false}
	case "null", "None", "nil", "NULL":
		return &Literal{place: at}
	case "otherwise", "else", "default", "OTHERWISE", "ELSE":
		return &Literal{place: at, Value: true, Otherwise: true}
	case "and", "or", "in", "not", "AND", "OR", "IN", "NOT":
		return p.fail(t, "%q is not expected here", t.text)
	default:
		return &Reference{place: at, Path: []string{t.text}}
	}
}
