package apichap

import (
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// parser reads the expressions in one scalar. Positions are offsets in the scalar's value.
type parser struct {
	node  *source.Node
	text  string
	at    int
	end   int // where the expression ends in the text
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
	p := &parser{node: node, text: node.Value(), end: len(node.Value())}
	return p.whole()
}

// whole reads up to the end of the parser's part of the text. A stray ")" behind a complete expression is tolerated.
func (p *parser) whole() expression {
	root := p.disjunction()
	p.blanks()
	if p.failed || p.at >= p.end {
		return p.ifGood(root)
	}
	rest := strings.TrimRight(p.text[p.at:p.end], " \t\r\n")
	if strings.Trim(rest, ") \t") == "" {
		p.node.Report(report.Warning(codeStrayParenthesis, p.place(p.at, p.at+len(rest)), `there is one ")" too many`).Fix("delete it"))
		p.at = p.end
		return root
	}
	p.fail(report.Error(codeExpression, p.place(p.at, p.at+len(rest)), "unexpected %q after the expression", rest).Fix("%s", operatorHint(rest)))
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

// place is a stretch of the scalar, at least one character.
func (p *parser) place(start, end int) diag.Range { return p.node.At(start, max(end, start+1)) }

// fail reports why the rest cannot be read, unless that follows from what has failed before.
func (p *parser) fail(d report.Draft) {
	if !p.failed {
		p.node.Report(d)
	}
	p.failed = true
	p.at = p.end
}

// refuse reports what was read and has no meaning.
func (p *parser) refuse(d report.Draft) {
	p.node.Report(d)
	p.failed = true
}

func (p *parser) blanks() {
	for p.at < p.end && strings.IndexByte(" \t\r\n", p.text[p.at]) >= 0 {
		p.at++
	}
}

// take moves over an operator, with the blanks before it, if it is there.
func (p *parser) take(operator string) bool {
	p.blanks()
	if !strings.HasPrefix(p.text[p.at:p.end], operator) {
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
		left = &binary{span{p.node, start, p.at}, operator, left, right}
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
	return &binary{span{p.node, start, p.at}, operator, left, right}
}

func (p *parser) unary() expression {
	p.blanks()
	start := p.at
	if p.depth++; p.depth > maxDepth {
		p.fail(report.Error(codeExpression, p.place(start, start+1), "the expression is nested too deeply"))
		return nil
	}
	defer func() { p.depth-- }()
	if p.at < p.end && p.text[p.at] == '!' && !strings.HasPrefix(p.text[p.at:p.end], "!=") {
		p.at++
		operand := p.unary()
		if operand == nil {
			return nil
		}
		return &negation{span{p.node, start, p.at}, operand}
	}
	return p.primary()
}

func (p *parser) primary() expression {
	if p.take("(") {
		start := p.at - 1
		inner := p.disjunction()
		if !p.failed && !p.take(")") {
			p.fail(report.Error(codeExpression, p.place(start, start+1), `this "(" is never closed`))
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
	for p.at < p.end && (isLetter(p.text[p.at]) || p.text[p.at] == '_' || p.at > start && p.text[p.at] >= '0' && p.text[p.at] <= '9') {
		p.at++
	}
	return p.text[start:p.at]
}

func isLetter(b byte) bool { return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' }

// notAnExpression reports what stands where a method call should.
func (p *parser) notAnExpression(start int) {
	found := strings.TrimSpace(p.text[start:p.end])
	if found == "" {
		p.fail(report.Error(codeExpression, p.place(start, start+1), "an expression is missing here"))
		return
	}
	fix := "write TEXT(" + found + ") if this text is meant"
	switch {
	case strings.HasPrefix(found, "param."):
		fix = "write PARAM(" + strings.TrimPrefix(found, "param.") + "); the language before 1.5 is not supported"
	case strings.HasPrefix(found, "body."):
		fix = "write BODY($." + strings.TrimPrefix(found, "body.") + "); the language before 1.5 is not supported"
	case strings.HasPrefix(found, "@"):
		fix = "write VALUE(@, $)"
	case isNumber(found):
		fix = "write INTEGER(" + found + ") or DOUBLE(" + found + ")"
	}
	p.fail(report.Error(codeExpression, p.place(start, start+len(found)), "%q is not an expression", found).Fix("%s", fix))
}

func isNumber(text string) bool {
	_, err := strconv.ParseFloat(text, 64)
	return err == nil
}

// quoteHint explains why the end of an expression may be missing although its author wrote it.
func (p *parser) quoteHint() string {
	if p.node.Quoted() {
		return ""
	}
	return "inside of { } or [ ], where YAML takes a comma for the end of the value, put the expression into quotes"
}

// call reads the arguments of a method whose name and "(" have been read.
func (p *parser) call(start int, name string) expression {
	method := p.place(start, start+len(name))
	row := methodNamed(name)
	raw, closed := p.rawArguments(row != nil && row.raw())
	if !closed {
		p.fail(report.Error(codeExpression, method, `the ")" of %s is missing`, name).Fix("%s", p.quoteHint()))
		return nil
	}
	switch {
	case row == nil:
		p.refuse(report.Error(codeMethod, method, "%s is not a method", name).Fix("%s", source.DidYouMean(name, methodNames())))
		return nil
	case row.unsupported != "":
		p.refuse(report.Error(codeUnsupported, p.place(start, p.at), "%s", row.unsupported))
		return nil
	case row.replacement != "":
		p.node.Report(report.Warning(codeOldForm, method, "%s is the name of older versions", name).Fix("write %s", row.replacement))
	}
	if len(raw) < row.least() || len(raw) > len(row.parameters) {
		p.refuse(report.Error(codeArgumentCount, p.place(start, p.at), "%s takes %s, not %d", name, row.countInWords(), len(raw)).Fix("write %s", row.usage()))
		return nil
	}
	node := &call{span: span{p.node, start, p.at}, method: row}
	for i, text := range raw {
		node.arguments = append(node.arguments, p.argument(row.parameters[i], text))
	}
	return p.ifGood(node)
}
