package build

import (
	"strconv"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// Block is (expressions…); its value is that of the last.
func Block(expressions ...jsonata.Node) jsonata.Node {
	return &jsonata.Block{Expressions: expressions}
}

// Bind is $name := value; it may stand in a Block.
func Bind(name string, value jsonata.Node) jsonata.Node {
	return &jsonata.Bind{Name: name, Value: value}
}

// Let is ($name := value; body). A body that begins with such a binding itself continues the same block.
func Let(name string, value, body jsonata.Node) jsonata.Node {
	bind := Bind(name, value)
	if block, ok := body.(*jsonata.Block); ok {
		if _, more := block.Expressions[0].(*jsonata.Bind); more {
			return Block(append([]jsonata.Node{bind}, block.Expressions...)...)
		}
	}
	return Block(bind, body)
}

// IsShort tells whether an expression may be written twice without harm to the reader or to the time it takes: a literal, a variable, or a
// path of names and literal indexes from one.
func IsShort(node jsonata.Node) bool {
	switch node := node.(type) {
	case *jsonata.Variable, *jsonata.Name, *jsonata.Number, *jsonata.String, *jsonata.Null, *jsonata.Boolean:
		return true
	case *jsonata.Path:
		return IsShort(node.Left) && IsShort(node.Right)
	case *jsonata.Filter:
		_, index := node.Predicate.(*jsonata.Number)
		return index && IsShort(node.Expr)
	default:
		return false
	}
}

// OrNull makes an expression that may give nothing give null instead. The expression is evaluated once.
func OrNull(node jsonata.Node) jsonata.Node {
	return Once(node, func(value jsonata.Node) jsonata.Node { return If(Exists(value), value, Null()) })
}

// OrElse gives the expression's value, or otherwise where it gives nothing. The expression is evaluated once.
func OrElse(node, otherwise jsonata.Node) jsonata.Node {
	return Once(node, func(value jsonata.Node) jsonata.Node { return If(Exists(value), value, otherwise) })
}

// Once lets use take a value several times although it is evaluated once: a short expression is repeated, any other is bound to $value
// first, or to another name where use reads a $value of its own.
func Once(node jsonata.Node, use func(value jsonata.Node) jsonata.Node) jsonata.Node {
	if IsShort(node) {
		return use(node)
	}
	return bound(node, use, "value")
}

// Held is Once for a value that use reads where the context is another one, as in a predicate: whatever is not a literal or a variable is bound to
// $wish, or to a name like it that use does not read.
func Held(wish string, node jsonata.Node, use func(value jsonata.Node) jsonata.Node) jsonata.Node {
	switch node := node.(type) {
	case *jsonata.Number, *jsonata.String, *jsonata.Null, *jsonata.Boolean:
		return use(node)
	case *jsonata.Variable:
		if node.Name != "" {
			return use(node)
		}
	}
	return bound(node, use, wish)
}

// Recursive lets use call a function that calls itself: function gets the name it is bound to.
func Recursive(wish string, function, use func(self jsonata.Node) jsonata.Node) jsonata.Node {
	mark := &jsonata.Variable{Name: placeholder}
	lambda, body := function(mark), use(mark)
	name := wish
	for n := 2; taken(Block(lambda, body), mark, name); n++ {
		name = wish + strconv.Itoa(n)
	}
	return Let(name, swap(lambda, mark, Var(name)), swap(body, mark, Var(name)))
}

// OnceEach does for several values what Once does for one. The variables are named a_, b_, …, as far as they are needed.
func OnceEach(nodes []jsonata.Node, use func(values []jsonata.Node) jsonata.Node) jsonata.Node {
	return onceEach(nodes, nil, use)
}

func onceEach(nodes, held []jsonata.Node, use func([]jsonata.Node) jsonata.Node) jsonata.Node {
	at := len(held)
	if at == len(nodes) {
		return use(held)
	}
	rest := func(value jsonata.Node) jsonata.Node {
		return onceEach(nodes, append(held[:at:at], value), use)
	}
	if IsShort(nodes[at]) {
		return rest(nodes[at])
	}
	return bound(nodes[at], rest, string(rune('a'+at%26))+"_")
}

// placeholder stands for a variable whose name is not chosen yet; no text of an expression can name it.
const placeholder = "\x00"

// bound is ($wish := node; use($wish)) with a name that nothing in use reads or hides.
func bound(node jsonata.Node, use func(jsonata.Node) jsonata.Node, wish string) jsonata.Node {
	mark := &jsonata.Variable{Name: placeholder}
	body := use(mark)
	name := wish
	for n := 2; taken(body, mark, name); n++ {
		name = wish + strconv.Itoa(n)
	}
	return Let(name, node, swap(body, mark, Var(name)))
}

// swap gives a copy of a tree in which one node, known by its address, is another.
func swap(node jsonata.Node, old, replacement jsonata.Node) jsonata.Node {
	return Rewrite(node, func(part jsonata.Node) jsonata.Node {
		if part == old {
			return replacement
		}
		return part
	})
}

// taken tells whether a name is read in body from outside, or bound where the mark stands.
func taken(body jsonata.Node, mark *jsonata.Variable, name string) bool {
	found := false
	visitFree(body, func(variable *jsonata.Variable, inside map[string]bool) {
		found = found || variable.Name == name || variable == mark && inside[name]
	})
	return found
}
