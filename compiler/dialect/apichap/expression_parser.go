package apichap

import (
	"strings"

	"github.com/steploom/steploom/compiler/expr"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// parser reads an expression. Positions are offsets in its text, which knows where it stands in the value of a scalar.
type parser struct {
	node  *source.Node
	text  expr.Text
	at    int
	depth int
	// failed stops the parser from reporting what follows from an error.
	failed bool
}

// maxDepth bounds how deep expressions may be nested.
const maxDepth = 60

// parseExpression reads a whole scalar as an expression. It gives nil after an error, which has been reported.
func parseExpression(node *source.Node) expression {
	if node == nil {
		return nil
	}
	if node.Kind == source.Mapping || node.Kind == source.Sequence {
		node.Str()
		return nil
	}
	if value, ok := node.Literal(); ok && !node.Quoted() {
		if _, text := value.(string); !text {
			return &literal{span{node, 0, len(node.Value())}, value}
		}
	}
	p := &parser{node: node, text: expr.Verbatim(node.Value(), 0)}
	return p.whole()
}

// nested reads an expression inside of another one.
func (p *parser) nested(text expr.Text) expression {
	if p.depth >= maxDepth {
		p.fail(report.Error(codeExpression, p.place(text), "the expression is nested too deeply"))
		return nil
	}
	inner := &parser{node: p.node, text: text, depth: p.depth + 1}
	value := inner.whole()
	p.failed = p.failed || inner.failed
	return value
}

// whole reads all of the parser's text. A stray ")" behind a complete expression is tolerated.
func (p *parser) whole() expression {
	root := p.disjunction()
	p.blanks()
	if p.failed || p.rest() == "" {
		return p.ifGood(root)
	}
	rest := trim(p.text.Slice(p.at, len(p.text.Value)))
	if strings.Trim(rest.Value, ") \t") == "" {
		p.node.Report(report.Warning(codeStrayParenthesis, p.place(rest), `there is one ")" too many`).Fix("delete it"))
		return root
	}
	p.fail(report.Error(codeExpression, p.place(rest), "unexpected %q after the expression", rest.Value).Fix("%s", operatorHint(rest.Value)))
	return nil
}

func operatorHint(rest string) string {
	if strings.HasPrefix(rest, "=") {
		return "compare with =="
	}
	for _, word := range []string{"and", "or", "AND", "OR"} {
		if strings.HasPrefix(rest, word+" ") {
			return "join conditions with && and ||"
		}
	}
	return ""
}

func (p *parser) ifGood(e expression) expression {
	if p.failed {
		return nil
	}
	return e
}

// rest is what has not been read yet.
func (p *parser) rest() string { return p.text.Value[p.at:] }

// span is a stretch of the parser's text in the scalar.
func (p *parser) span(start, end int) span { return p.spanOf(p.text.Slice(start, end)) }

func (p *parser) spanOf(text expr.Text) span {
	return span{p.node, text.At(0), text.At(len(text.Value))}
}

// place is where a text stands, at least one character.
func (p *parser) place(text expr.Text) diag.Range {
	at := p.spanOf(text)
	return p.node.At(at.start, max(at.end, at.start+1))
}

// here is the place of one character, or of what stands from there up to where the parser is.
func (p *parser) here(start int) diag.Range {
	return p.place(p.text.Slice(start, max(start, p.at)))
}

// fail reports why the rest cannot be read, unless that follows from what has failed before.
func (p *parser) fail(d report.Draft) {
	if !p.failed {
		p.node.Report(d)
	}
	p.failed = true
	p.at = len(p.text.Value)
}

// refuse reports what was read and has no meaning.
func (p *parser) refuse(d report.Draft) {
	p.node.Report(d)
	p.failed = true
}

func (p *parser) blanks() {
	p.at = len(p.text.Value) - len(strings.TrimLeft(p.rest(), blank))
}

// take moves over an operator, with the blanks before it, if it is there.
func (p *parser) take(operator string) bool {
	p.blanks()
	if !strings.HasPrefix(p.rest(), operator) {
		return false
	}
	p.at += len(operator)
	return true
}

func (p *parser) disjunction() expression { return p.chain(p.conjunction, "||") }

func (p *parser) conjunction() expression { return p.chain(p.comparison, "&&") }

func (p *parser) concatenation() expression { return p.chain(p.sum, ".") }

func (p *parser) sum() expression { return p.chain(p.product, "+", "-") }

func (p *parser) product() expression { return p.chain(p.unary, "*", "/") }

// chain reads operands joined by operators of one precedence, which associate to the left.
func (p *parser) chain(operand func() expression, operators ...string) expression {
	p.blanks()
	start := p.at
	left := operand()
	for left != nil && !p.failed {
		operator, found := p.oneOf(operators)
		if !found {
			return left
		}
		right := operand()
		if right == nil {
			return nil
		}
		left = &binary{p.span(start, p.at), operator, left, right}
	}
	return left
}

func (p *parser) oneOf(operators []string) (string, bool) {
	for _, operator := range operators {
		if p.take(operator) {
			return operator, true
		}
	}
	return "", false
}

func (p *parser) comparison() expression {
	p.blanks()
	start := p.at
	left := p.concatenation()
	operator, found := p.oneOf([]string{"==", "!=", "<=", ">=", "<", ">"})
	if left == nil || !found {
		return left
	}
	right := p.concatenation()
	if right == nil {
		return nil
	}
	return &binary{p.span(start, p.at), operator, left, right}
}

func (p *parser) unary() expression {
	p.blanks()
	start := p.at
	if p.depth++; p.depth > maxDepth {
		p.fail(report.Error(codeExpression, p.here(start), "the expression is nested too deeply"))
		return nil
	}
	defer func() { p.depth-- }()
	if strings.HasPrefix(p.rest(), "!") && !strings.HasPrefix(p.rest(), "!=") {
		p.at++
		operand := p.unary()
		if operand == nil {
			return nil
		}
		return &negation{p.span(start, p.at), operand}
	}
	return p.primary()
}

func (p *parser) primary() expression {
	if p.take("(") {
		start := p.at - 1
		inner := p.disjunction()
		if !p.failed && !p.take(")") {
			p.fail(report.Error(codeExpression, p.place(p.text.Slice(start, start+1)), `this "(" is never closed`).Fix(`write ")" where its group ends`))
		}
		return p.ifGood(inner)
	}
	start := p.at
	name := p.word()
	if name == "" || !p.take("(") {
		p.notAnExpression(start)
		return nil
	}
	return p.call(start, name)
}

// word reads a method's name.
func (p *parser) word() string {
	start := p.at
	for rest := p.rest(); rest != "" && (isLetter(rest[0]) || rest[0] == '_' || p.at > start && rest[0] >= '0' && rest[0] <= '9'); rest = p.rest() {
		p.at++
	}
	return p.text.Value[start:p.at]
}

func isLetter(b byte) bool { return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' }

// call reads the arguments of a method whose name and "(" have been read.
func (p *parser) call(start int, name string) expression {
	method := p.place(p.text.Slice(start, start+len(name)))
	row := methodNamed(name)
	raw, closed := p.rawArguments(row != nil && row.raw())
	if !closed {
		p.unclosed(start+len(name)+1, method, name)
		return nil
	}
	switch {
	case row == nil:
		p.refuse(unknownMethod(name, method))
		return nil
	case row.unsupported != "":
		p.refuse(report.Error(codeUnsupported, p.here(start), "%s", row.unsupported))
		return nil
	case row.replacement != "":
		p.node.Report(report.Warning(codeOldForm, method, "%s is the name of older versions", name).Fix("write %s", row.replacement).
			Edit(diag.Edit{Range: method, New: row.replacement}))
	}
	if len(raw) < row.least() || len(raw) > len(row.parameters) {
		p.refuse(report.Error(codeArgumentCount, p.here(start), "%s takes %s, not %d", name, row.countInWords(), len(raw)).Fix("its form is %s", row.usage()))
		return nil
	}
	if isOldBody(name, raw) {
		p.oldBody(start, raw)
		row, raw = methodNamed("BODY"), raw[1:]
	}
	node := &call{span: p.span(start, p.at), method: row}
	for i, text := range raw {
		node.arguments = append(node.arguments, p.argument(row.parameters[i].kind, text))
	}
	return p.ifGood(node)
}
