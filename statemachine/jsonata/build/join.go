package build

import "github.com/steploom/steploom/statemachine/jsonata"

// flat is the longest chain that is written without parentheses: a + b + c. Longer ones are cut into parts of this length, and those into
// parts again, so that n operands lie at most flat·log(n)/log(flat) levels deep.
const flat = 12

// Concat joins texts with &. Neighbouring literals become one, parts that are joined texts themselves are taken apart; nothing at all is
// the empty text. A single part is given as it is, be it a text or not.
func Concat(parts ...jsonata.Node) jsonata.Node {
	var joined []jsonata.Node
	for _, part := range parts {
		joined = appendText(joined, part)
	}
	if len(joined) == 0 {
		return Text("")
	}
	return balanced("&", joined)
}

func appendText(joined []jsonata.Node, part jsonata.Node) []jsonata.Node {
	if text, ok := part.(*jsonata.Binary); ok && text.Operator == "&" {
		return appendText(appendText(joined, text.Left), text.Right)
	}
	literal, isText := part.(*jsonata.String)
	if !isText {
		return append(joined, part)
	}
	if literal.Value == "" {
		return joined
	}
	if last := len(joined) - 1; last >= 0 {
		if before, ok := joined[last].(*jsonata.String); ok {
			joined[last] = Text(before.Value + literal.Value)
			return joined
		}
	}
	return append(joined, part)
}

// Pieces joins literals with & and keeps them apart, where Concat would make one of them.
func Pieces(texts ...string) jsonata.Node {
	if len(texts) == 0 {
		return Text("")
	}
	literals := make([]jsonata.Node, len(texts))
	for i, text := range texts {
		literals[i] = Text(text)
	}
	return balanced("&", literals)
}

// All joins conditions with "and"; none at all is true.
func All(conditions ...jsonata.Node) jsonata.Node { return logic("and", true, conditions) }

// Any joins conditions with "or"; none at all is false.
func Any(conditions ...jsonata.Node) jsonata.Node { return logic("or", false, conditions) }

func logic(operator string, empty bool, conditions []jsonata.Node) jsonata.Node {
	if len(conditions) == 0 {
		return Bool(empty)
	}
	return balanced(operator, conditions)
}

// balanced joins operands by an associative operator, in their order.
func balanced(operator string, operands []jsonata.Node) jsonata.Node {
	if len(operands) <= flat {
		return chain(operator, operands)
	}
	size := flat
	for size*flat < len(operands) {
		size *= flat
	}
	var parts []jsonata.Node
	for start := 0; start < len(operands); start += size {
		parts = append(parts, balanced(operator, operands[start:min(start+size, len(operands))]))
	}
	return chain(operator, parts)
}

func chain(operator string, operands []jsonata.Node) jsonata.Node {
	joined := operands[0]
	for _, operand := range operands[1:] {
		joined = Binary(joined, operator, operand)
	}
	return joined
}
