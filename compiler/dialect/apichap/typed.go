package apichap

import (
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// kind is what is known about a value before the operation runs.
type kind int

const (
	anyKind kind = iota
	textKind
	numberKind
	booleanKind
	nullKind
	listKind
	objectKind
	fileKind // a file of a form, which is only handed on
)

// String is the word that diagnostics use.
func (k kind) String() string {
	return [...]string{"any value", "text", "a number", "true or false", "null", "a list", "an object", "a file"}[k]
}

// typed is an expression's JSONata with what is known about its value.
type typed struct {
	node jsonata.Node
	kind kind
	// null tells that the value may be null, missing that JSONata may give nothing at all. Both read as null to the author.
	null, missing bool
	// found are all the values that an expression finds, however many, where node gives nothing, the only one or the list of them; nil for an expression
	// that finds one value or none.
	found *found
	// rows tells that a list has objects in it and nothing else.
	rows bool
	// flags tells that booleans in it are 1 and 0, as MariaDB and MySQL give them.
	flags bool
	// listed stands for the value where a list is wanted, of an attribute that is now what an expression finds, now another value; nil for the same node.
	listed jsonata.Node
}

func (t typed) nullable() bool { return t.null || t.missing || t.kind == nullKind }

// constant gives a value that is written out: a string, a float64, an int64 or a bool.
func (t typed) constant() (any, bool) {
	switch node := t.node.(type) {
	case *jsonata.String:
		return node.Value, true
	case *jsonata.Number:
		return node.Exact(), true
	case *jsonata.Negate:
		if number, ok := node.Operand.(*jsonata.Number); ok {
			if number.Integer != 0 {
				return -number.Integer, true
			}
			return -number.Value, true
		}
	case *jsonata.Boolean:
		return node.Value, true
	}
	return nil, false
}

func nothing() typed { return typed{node: build.Null(), kind: nullKind, null: true} }

func textOf(value string) typed { return typed{node: build.Text(value), kind: textKind} }

func boolean(node jsonata.Node) typed { return typed{node: node, kind: booleanKind} }

// constantOf is the typed form of a literal.
func constantOf(value any) typed {
	switch value := value.(type) {
	case string:
		return textOf(value)
	case float64:
		return typed{node: build.Number(value), kind: numberKind}
	case int64:
		return typed{node: jsonata.IntegerLiteral(value), kind: numberKind}
	case bool:
		return boolean(build.Bool(value))
	default:
		return nothing()
	}
}

// defined gives an expression that always has a value; nothing becomes null.
func (t typed) defined() jsonata.Node {
	if t.missing {
		return build.OrNull(t.node)
	}
	return t.node
}

// part gives an expression for one side of &, where null and nothing are the empty text.
func (t typed) part() jsonata.Node {
	switch {
	case t.kind == nullKind:
		return build.Text("")
	case !t.null:
		return t.node
	default:
		return build.Once(t.node, func(value jsonata.Node) jsonata.Node {
			return build.If(build.Binary(value, "=", build.Null()), build.Text(""), value)
		})
	}
}

// side gives an operand of ".", of which numbers and booleans are text on their own when the other side is not.
func (t typed) side() jsonata.Node {
	if t.kind == numberKind || t.kind == booleanKind {
		return build.Call("string", t.part())
	}
	return t.part()
}

// sideIsText tells that side gives a text whatever stands beside it.
func (t typed) sideIsText() bool {
	switch t.kind {
	case textKind, numberKind, booleanKind, nullKind:
		return !t.missing
	default:
		return false
	}
}

// text gives the value as text; null and nothing are the empty text, lists and objects are compact JSON.
func (t typed) text() jsonata.Node {
	if t.kind == textKind && !t.nullable() {
		return t.node
	}
	if value, ok := t.constant(); ok {
		if text, isText := value.(string); isText {
			return build.Text(text)
		}
	}
	part := t.part()
	if empty, ok := part.(*jsonata.String); ok {
		return empty
	}
	return build.Binary(build.Text(""), "&", part)
}

// list gives the value as a list: null and nothing are the empty list, any other single value a list of one.
func (t typed) list() jsonata.Node {
	switch {
	case t.found != nil:
		return t.found.list
	case t.kind == nullKind:
		return build.List()
	case t.kind == listKind && !t.nullable():
		return t.node
	case !t.null:
		return build.List(t.node)
	default:
		return build.Once(t.node, func(value jsonata.Node) jsonata.Node {
			return build.List(build.If(build.Binary(value, "!=", build.Null()), value, nil))
		})
	}
}

// isNull gives the condition that the value is null or nothing.
func (t typed) isNull() jsonata.Node {
	switch {
	case t.kind == nullKind:
		return build.Bool(true)
	case !t.nullable():
		return build.Bool(false)
	case t.missing:
		return build.Not(t.isThere())
	default:
		return build.Binary(t.node, "=", build.Null())
	}
}

// isThere gives the condition that the value is neither null nor nothing.
func (t typed) isThere() jsonata.Node {
	switch {
	case t.kind == nullKind:
		return build.Bool(false)
	case !t.nullable():
		return build.Bool(true)
	case t.missing:
		return build.Once(t.node, func(value jsonata.Node) jsonata.Node {
			return build.All(build.Call("exists", value), build.Binary(value, "!=", build.Null()))
		})
	default:
		return build.Binary(t.node, "!=", build.Null())
	}
}
