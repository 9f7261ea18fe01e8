package jsonata

import (
	stdregexp "regexp"
	"slices"
	"strings"
)

// knownDifferences are the classes of differences that docs/jsonata.md lists, each with what tells whether a difference is of the
// class. The narrower the test, the less it hides.
var knownDifferences = []struct {
	name string
	is   func(d *difference, tree Node) bool
}{
	{"the reference changes its input", func(d *difference, _ Node) bool { return d.want.Changed && d.class != "input changed" }},
	{"partial application", (*difference).ofPartial},
	{"which of several errors", (*difference).ofSeveral},
	{"limit of memory", func(d *difference, _ Node) bool {
		return strings.Contains(d.detail, "error U1001: Expression evaluation uses too much memory")
	}},
	{"name of the function", (*difference).ofName},
	{"$eval at the end of a function", (*difference).ofTailEval},
	{"source text of a function", (*difference).ofSource},
	{"whole-number keys", (*difference).ofKeys},
	{"mark of an array", (*difference).ofMark},
	{"transform of what is no object", exception(`^Cannot (create|delete) property |^Cannot set properties of null`)},
	{"comparator of a tail call", exception(`^comp is not a function$`)},
	{"cyclic value", exception(`^Converting circular structure to JSON`)},
	{"the reference changes a variable", (*difference).ofVariable},
	{"[] of a path without a result", exception(`setting 'keepSingleton'`)},
	{"path that begins with null", exception(`^Cannot read properties of null \(reading 'length'\)$`)},
	{"bindings over what is no array", exception(`^input\.map is not a function$`)},
	{"length that is no whole number", exception(`^Invalid array length$`)},
	{"grouping of an empty path", exception(`^Cannot read properties of undefined \(reading '@'\)$`)},
	{"position in the reference's own code", (*difference).ofChain},
	{"position of a library function in another call", (*difference).ofOtherCall},
}

// known names the known difference that this is, if any.
func (d *difference) known() string {
	tree, err := Parse(d.expr)
	if err != nil {
		return ""
	}
	for _, k := range knownDifferences {
		if k.is(d, tree) {
			return k.name + " (known)"
		}
	}
	return ""
}

func anyNode(tree Node, is func(Node) bool) bool {
	found := false
	Walk(tree, func(n Node) bool {
		found = found || is(n)
		return !found
	})
	return found
}

// ofPartial: a library function is applied partially.
func (d *difference) ofPartial(tree Node) bool {
	return anyNode(tree, func(n Node) bool {
		call, ok := n.(*Call)
		if !ok || !slices.ContainsFunc(call.Arguments, isPlaceholder) {
			return false
		}
		function, named := call.Function.(*Variable)
		if !named || library[function.Name] == nil {
			return false
		}
		return function.Name == "eval" || d.class == "other error" || d.class == "error instead of value" || strings.HasPrefix(d.class, "position of") ||
			strings.HasPrefix(d.class, "message of")
	})
}

func isPlaceholder(n Node) bool {
	_, ok := n.(*Placeholder)
	return ok
}

// ofSeveral: members of a constructor fail, and the reference reports one that fails here, too, when others are replaced by null.
func (d *difference) ofSeveral(tree Node) bool {
	if d.want.Code == "" || d.class == "value instead of error" || d.class == "value instead of exception" {
		return false
	}
	if items, ok := d.input.([]any); ok && slices.ContainsFunc(items, func(item any) bool { return d.failsAlike(d.expr, item) }) {
		return true // constructors give one result for each group of items
	}
	total := len(members(tree))
	for i := range total {
		for j := i; j < total; j++ {
			if d.failsWithout(i, j) {
				return true
			}
		}
	}
	return false
}

// failsWithout tells whether the expression fails as in the reference when two members of constructors are null.
func (d *difference) failsWithout(i, j int) bool {
	tree, err := parse(d.expr)
	if err != nil {
		return false
	}
	list := members(tree)
	*list[i], *list[j] = &Null{}, &Null{}
	return d.failsAlike(Print(tree), d.input)
}

// failsAlike tells whether an expression fails as in the reference.
func (d *difference) failsAlike(expr string, input any) bool {
	_, err := evaluateHere(expr, input, d.bindings)
	failed, ok := err.(*Error)
	return ok && failed.Code == d.want.Code && (failed.Message == d.want.Message || d.want.Message == "")
}

// members are the items and values of constructors that have several.
func members(tree Node) (list []*Node) {
	Walk(tree, func(n Node) bool {
		switch n := n.(type) {
		case *ArrayConstructor:
			for i := range n.Items {
				list = append(list, &n.Items[i])
			}
		case *ObjectConstructor:
			list = append(list, pairValues(n.Pairs)...)
		case *Group:
			list = append(list, pairValues(n.Pairs)...)
		}
		return true
	})
	return list
}

func pairValues(pairs []Pair) (list []*Node) {
	for i := range pairs {
		list = append(list, &pairs[i].Value)
	}
	return list
}

var functionName = stdregexp.MustCompile(`function \\?"?\w+\\?"?`)

// ofName: messages differ only in the name of the function.
func (d *difference) ofName(Node) bool {
	ours, theirs, ok := strings.Cut(strings.TrimPrefix(d.detail, "message "), ", want ")
	return ok && strings.HasPrefix(d.class, "message of T041") && functionName.ReplaceAllString(ours, "") == functionName.ReplaceAllString(theirs, "")
}

// ofTailEval: a function ends in a call of $eval.
func (d *difference) ofTailEval(tree Node) bool {
	return anyNode(tree, func(n Node) bool {
		l, ok := n.(*Lambda)
		return ok && endsInEval(l.Body)
	})
}

func endsInEval(n Node) bool {
	switch n := n.(type) {
	case *Call:
		v, ok := n.Function.(*Variable)
		return ok && v.Name == "eval"
	case *Conditional:
		return endsInEval(n.Then) || n.ElseOrNil != nil && endsInEval(n.ElseOrNil)
	case *Block:
		return len(n.Expressions) > 0 && endsInEval(n.Expressions[len(n.Expressions)-1])
	}
	return false
}

// ofSource: the reference makes text of a function's JavaScript.
func (d *difference) ofSource(Node) bool {
	return (d.class == "error instead of value" || d.class == "other error") && strings.Contains(d.detail, "error D3012")
}

var wholeNumberKey = stdregexp.MustCompile(`"[0-9]+\\*":|\["[0-9]+"`)

// ofKeys: the values have the same letters, but JavaScript has moved keys that are whole numbers to the front.
func (d *difference) ofKeys(Node) bool {
	got, want, _ := strings.Cut(strings.TrimPrefix(d.detail, "got  "), "\n\twant ")
	a, b := []byte(got), []byte(want)
	slices.Sort(a)
	slices.Sort(b)
	return d.class == "value" && wholeNumberKey.MatchString(d.want.Text) && string(a) == string(b)
}

// ofMark: a wildcard at the start of a path that begins with an array constructor, or in a text that $eval is given an array for, where the
// reference finds the mark on its own array.
func (d *difference) ofMark(tree Node) bool {
	got, want, _ := strings.Cut(strings.TrimPrefix(d.detail, "got  "), "\n\twant ")
	if d.class == "value" && strings.Contains(d.expr, "$eval('*") && strings.Replace(want, ",true]", "]", 1) == got {
		return true
	}
	return anyNode(tree, func(n Node) bool {
		path, ok := n.(*Path)
		if !ok {
			return false
		}
		first, ok := firstStep(path).(*ArrayConstructor)
		return ok && anyNode(first, func(n Node) bool {
			_, ok := n.(*Wildcard)
			return ok
		})
	})
}

// ofVariable: a transform's pattern names a variable, whose value the reference changes.
func (d *difference) ofVariable(tree Node) bool {
	return d.class == "value" && anyNode(tree, func(n Node) bool {
		t, ok := n.(*Transform)
		return ok && anyNode(t.Pattern, func(n Node) bool {
			v, ok := n.(*Variable)
			return ok && v.Name != ""
		})
	})
}

// exception is for values where the reference throws an exception of JavaScript's with the given message.
func exception(message string) func(*difference, Node) bool {
	pattern := stdregexp.MustCompile(message)
	return func(d *difference, _ Node) bool {
		return d.class == "value instead of exception" && pattern.MatchString(d.want.Message)
	}
}

// ofChain: the error stands in the function that chains two others, which the reference writes as an expression of its own.
func (d *difference) ofChain(tree Node) bool {
	return strings.HasPrefix(d.class, "position of") && d.want.Position <= len("function($f, $g) { function($x){ $g($f($x)) } }") && anyNode(tree, func(n Node) bool {
		chain, ok := n.(*Binary)
		return ok && chain.Operator == "~>"
	})
}

// ofOtherCall: a library function is called inside a call of itself, and the reference reports the position of the call that came last.
func (d *difference) ofOtherCall(tree Node) bool {
	return strings.HasPrefix(d.class, "position of") && anyNode(tree, func(n Node) bool {
		outer, name := libraryCall(n)
		return outer != nil && anyNode(&Block{Expressions: outer.Arguments}, func(n Node) bool {
			_, inner := libraryCall(n)
			return inner == name
		})
	})
}

// libraryCall gives a call of a library function, and which.
func libraryCall(n Node) (*Call, string) {
	if call, ok := n.(*Call); ok {
		if v, ok := call.Function.(*Variable); ok && library[v.Name] != nil {
			return call, v.Name
		}
	}
	return nil, ""
}

// firstStep is what a path begins with, predicates and the like taken off.
func firstStep(n Node) Node {
	switch n := n.(type) {
	case *Path:
		return firstStep(n.Left)
	case *Filter:
		return firstStep(n.Expr)
	case *KeepArray:
		return firstStep(n.Expr)
	case *Sort:
		return firstStep(n.Expr)
	case *Index:
		return firstStep(n.Expr)
	case *Focus:
		return firstStep(n.Expr)
	}
	return n
}
