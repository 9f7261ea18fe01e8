package jsonata

import (
	"math"
	"strings"
)

// Print writes a syntax tree as text. It adds parentheses only where the tree would otherwise be read differently, so that
// parsing the text of a parsed tree gives the same tree again.
func Print(n Node) string {
	p := &printer{}
	p.node(n)
	return string(p.text)
}

type printer struct{ text []byte }

func (p *printer) write(s string) { p.text = append(p.text, s...) }

// closed is the power of what needs no protection.
const closed = 1000

// enclosed writes n in parentheses when needed.
func (p *printer) enclosed(n Node, needed bool) {
	if needed {
		p.write("(")
	}
	p.node(n)
	if needed {
		p.write(")")
	}
}

// left writes n as the left operand of an operator that binds with the given power.
func (p *printer) left(n Node, power int) { p.enclosed(n, tail(n) < power) }

// right writes n as an operand that is parsed with the given power.
func (p *printer) right(n Node, power int) { p.enclosed(n, spine(n) <= power) }

// spine is the loosest operator on the left edge of n's text: n can stand where everything looser ends the operand.
func spine(n Node) int {
	switch n := n.(type) {
	case *Path:
		return operatorSpine(n.Left, 75)
	case *Filter:
		return operatorSpine(n.Expr, 80)
	case *KeepArray:
		return operatorSpine(n.Expr, 80)
	case *Group:
		return operatorSpine(n.Expr, 70)
	case *Sort:
		return operatorSpine(n.Expr, 40)
	case *Index:
		return operatorSpine(n.Expr, 80)
	case *Focus:
		return operatorSpine(n.Expr, 80)
	case *Conditional:
		return operatorSpine(n.Condition, 20)
	case *Bind:
		return 10
	case *Call:
		return operatorSpine(n.Function, 80)
	case *Lambda:
		return 80
	case *Binary:
		return operatorSpine(n.Left, binaryPower(n.Operator))
	}
	return closed
}

func operatorSpine(left Node, power int) int {
	if tail(left) < power {
		return power // the left operand is in parentheses
	}
	return min(power, spine(left))
}

// tail is the loosest power with which an operand at the right end of n's text is parsed: an operator that binds tighter
// would go to that operand.
func tail(n Node) int {
	switch n := n.(type) {
	case *Number:
		if n.Value < 0 {
			return 70
		}
	case *Path:
		return operandTail(n.Right, 75)
	case *Negate:
		return operandTail(n.Operand, 70)
	case *Binary:
		return operandTail(n.Right, binaryPower(n.Operator))
	case *Bind:
		return operandTail(n.Value, 9)
	case *Conditional:
		return 0
	}
	return closed
}

func operandTail(right Node, power int) int {
	if spine(right) <= power {
		return power // the right operand is in parentheses
	}
	return min(power, tail(right))
}

func binaryPower(operator string) int {
	for _, s := range symbols {
		if s.text == operator {
			return s.power
		}
	}
	return 0
}

// danglesElse tells whether a colon after n's text would be read as n's own else.
func danglesElse(n Node) bool {
	switch n := n.(type) {
	case *Conditional:
		if n.ElseOrNil == nil {
			return true
		}
		return danglesElse(n.ElseOrNil)
	case *Path:
		return spine(n.Right) > 75 && danglesElse(n.Right)
	case *Negate:
		return spine(n.Operand) > 70 && danglesElse(n.Operand)
	case *Binary:
		return spine(n.Right) > binaryPower(n.Operator) && danglesElse(n.Right)
	case *Bind:
		return spine(n.Value) > 9 && danglesElse(n.Value)
	}
	return false
}

// endsOpen tells whether a slash after n's text would start a regular expression: the reference's lexer forgets that an
// operand has ended after a sort, a function definition, a transform and [].
func endsOpen(n Node) bool {
	switch n := n.(type) {
	case *Sort, *Lambda, *Transform, *KeepArray:
		return true
	case *Path:
		return spine(n.Right) > 75 && endsOpen(n.Right)
	case *Negate:
		return spine(n.Operand) > 70 && endsOpen(n.Operand)
	case *Binary:
		return spine(n.Right) > binaryPower(n.Operator) && endsOpen(n.Right)
	}
	return false
}

// node is a flat switch over the kinds of nodes.
func (p *printer) node(n Node) {
	switch n := n.(type) {
	case *String:
		p.string(n.Value)
	case *Number:
		p.number(n)
	case *Boolean:
		if n.Value {
			p.write("true")
		} else {
			p.write("false")
		}
	case *Null:
		p.write("null")
	case *Regex:
		p.write("/" + n.Pattern + "/" + n.Flags)
	case *Name:
		p.name(n.Value)
	case *Variable:
		p.write("$" + n.Name)
	case *Wildcard:
		p.write("*")
	case *Descendants:
		p.write("**")
	case *Parent:
		p.write("%")
	case *Placeholder:
		p.write("?")
	case *Path:
		p.left(n.Left, 75)
		p.write(".")
		p.right(n.Right, 75)
	case *Binary:
		p.binary(n)
	case *Negate:
		p.write("-")
		p.right(n.Operand, 70)
	case *Filter:
		p.left(n.Expr, 80)
		p.write("[")
		p.node(n.Predicate)
		p.write("]")
	case *KeepArray:
		p.left(n.Expr, 80)
		p.write("[]")
	case *Index:
		p.left(n.Expr, 80)
		p.write("#$" + n.Variable)
	case *Focus:
		p.left(n.Expr, 80)
		p.write("@$" + n.Variable)
	default:
		p.compound(n)
	}
}

// compound is a flat switch over the kinds of nodes that hold lists or clauses.
func (p *printer) compound(n Node) {
	switch n := n.(type) {
	case *Group:
		p.left(n.Expr, 70)
		p.pairs(n.Pairs)
	case *Sort:
		p.left(n.Expr, 40)
		p.order(n.Terms)
	case *ArrayConstructor:
		p.list("[", n.Items, ", ", "]")
	case *RangeExpr:
		p.node(n.From)
		p.write("..")
		p.node(n.To)
	case *ObjectConstructor:
		p.pairs(n.Pairs)
	case *Block:
		p.list("(", n.Expressions, "; ", ")")
	case *Conditional:
		p.conditional(n)
	case *Bind:
		p.write("$" + n.Name + " := ")
		p.right(n.Value, 9)
	case *Lambda:
		p.lambda(n)
	case *Call:
		p.call(n)
	case *Transform:
		p.transform(n)
	}
}

func (p *printer) binary(n *Binary) {
	power := binaryPower(n.Operator)
	p.enclosed(n.Left, tail(n.Left) < power || n.Operator == "/" && endsOpen(n.Left))
	p.write(" " + n.Operator + " ")
	p.right(n.Right, power)
}

func (p *printer) list(open string, nodes []Node, separator, end string) {
	p.write(open)
	for i, n := range nodes {
		if i > 0 {
			p.write(separator)
		}
		p.node(n)
	}
	p.write(end)
}

func (p *printer) pairs(pairs []Pair) {
	p.write("{")
	for i, pair := range pairs {
		if i > 0 {
			p.write(", ")
		}
		p.enclosed(pair.Key, danglesElse(pair.Key))
		p.write(": ")
		p.node(pair.Value)
	}
	p.write("}")
}

func (p *printer) order(terms []SortTerm) {
	p.write("^(")
	for i, term := range terms {
		if i > 0 {
			p.write(", ")
		}
		if term.Descending {
			p.write(">")
		}
		p.node(term.Expr)
	}
	p.write(")")
}

func (p *printer) conditional(n *Conditional) {
	p.left(n.Condition, 20)
	p.write(" ? ")
	if n.ElseOrNil == nil {
		p.node(n.Then)
		return
	}
	p.enclosed(n.Then, danglesElse(n.Then))
	p.write(" : ")
	p.node(n.ElseOrNil)
}

func (p *printer) lambda(n *Lambda) {
	p.write("function(")
	for i, name := range n.Parameters {
		if i > 0 {
			p.write(", ")
		}
		p.write("$" + name)
	}
	p.write(")")
	if n.Signature != "" {
		p.write("<" + n.Signature + ">")
	}
	p.write("{")
	p.node(n.Body)
	p.write("}")
}

func (p *printer) call(n *Call) {
	name, ok := n.Function.(*Name)
	p.enclosed(n.Function, tail(n.Function) < 80 || ok && isFunctionWord(name.Value))
	p.list("(", n.Arguments, ", ", ")")
}

func isFunctionWord(name string) bool { return name == "function" || name == "λ" }

func (p *printer) transform(n *Transform) {
	p.write("|")
	p.node(n.Pattern)
	p.write("|")
	p.node(n.Update)
	if n.DeleteOrNil != nil {
		p.write(", ")
		p.node(n.DeleteOrNil)
	}
	p.write("|")
}

// number writes a number literal. One beyond 2^53 that is no exact integer has an exponent, which says so.
func (p *printer) number(n *Number) {
	switch size := math.Abs(n.Value); {
	case n.Integer != 0:
		p.text = appendWhole(p.text, n.Integer)
	case size > exactFloat && size < 1e21:
		p.text = appendExponent(p.text, n.Value)
	default:
		p.text = appendNumber(p.text, n.Value)
	}
}

// string writes a string literal: between single quotes, which need no escaping in the JSON that expressions mostly stand in, unless the
// text holds one; JSONata has no escape for it.
func (p *printer) string(text string) {
	if strings.Contains(text, "'") {
		p.text = appendQuoted(p.text, text)
		return
	}
	quoted := appendQuoted(nil, text)
	p.write("'" + unescapedQuotes.Replace(string(quoted[1:len(quoted)-1])) + "'")
}

var unescapedQuotes = strings.NewReplacer(`\\`, `\\`, `\"`, `"`)

// name writes a field name, in back-quotes where it must be, and as a string where back-quotes cannot hold it.
func (p *printer) name(name string) {
	switch {
	case isBareName(name):
		p.write(name)
	case strings.Contains(name, "`"):
		p.write("$.")
		p.text = appendQuoted(p.text, name)
	default:
		p.write("`" + name + "`")
	}
}

// isBareName tells whether the lexer reads name as a name.
func isBareName(name string) bool {
	switch name {
	case "", "and", "or", "in", "true", "false", "null":
		return false
	}
	if c := name[0]; c == '$' || c == '"' || c == '\'' || c == '`' || isDigit(c) {
		return false
	}
	for i := 0; i < len(name); i++ {
		if isSpace(name[i]) || singleSymbol(name[i]) != symNone {
			return false
		}
	}
	return true
}
