package asl

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// isDelimited tells that a text is meant as an expression: it has at least one of the delimiters where they belong.
func isDelimited(text string) bool {
	return strings.HasPrefix(text, opening) || strings.HasSuffix(text, closing)
}

// expression checks the text of a field that is meant as an expression.
func (c *checker) expression(p place, text string) {
	source, ok := Source(text)
	if !ok {
		c.schema(p.pointer, "A JSONata expression begins with '{%%' and ends with '%%}'")
		return
	}
	if inner := text[len(opening) : len(text)-len(closing)]; !spaced(inner) {
		c.schema(p.pointer, "A JSONata expression is set off by a space from '{%%' and '%%}'")
		return
	}
	node, err := jsonata.Parse(source)
	if err == nil {
		_, err = jsonata.Compile(source)
	}
	if err != nil {
		c.problem(InvalidExpression, p.pointer, "%s", expressionMessage(err))
		return
	}
	v := &vocabulary{checker: c, place: p, seen: map[string]bool{}}
	v.contextFree(node)
	v.variables(node)
}

// spaced tells that the text between the delimiters is set off by white space on one side at least. A line break stands directly after the opening
// delimiter or further inside, not after a space.
func spaced(inner string) bool {
	if strings.TrimSpace(inner) == "" || strings.HasPrefix(inner, " \n") || strings.HasPrefix(inner, " \r") {
		return false
	}
	return strings.TrimLeft(inner, " \t\r\n") != inner || strings.TrimRight(inner, " \t\r\n") != inner
}

// expressionMessage is the message of an error without the code, as the service shows it.
func expressionMessage(err error) string {
	var coded *jsonata.Error
	if errors.As(err, &coded) && coded.Message != "" {
		return coded.Message
	}
	return err.Error()
}

// vocabulary checks what an expression refers to. Each name is refused once.
type vocabulary struct {
	*checker
	place place
	seen  map[string]bool
}

func (v *vocabulary) refuse(code, name, format string, arguments ...any) {
	if !v.seen[code+name] {
		v.seen[code+name] = true
		v.problem(code, v.place.pointer, format, arguments...)
	}
}

func (v *vocabulary) topLevel(name string) {
	v.refuse(UnsupportedExpression, name, "Reference to '%s' at the top level is not supported.", name)
}

// contextFree refuses references to the context, which does not exist outside of paths, predicates and functions. It is one flat switch over the
// nodes whose parts are evaluated without a context; the others have none, or bring a context along.
func (v *vocabulary) contextFree(n jsonata.Node) {
	switch n := n.(type) {
	case *jsonata.Name:
		v.topLevel(n.Value)
	case *jsonata.Wildcard:
		v.topLevel("*")
	case *jsonata.Descendants:
		v.topLevel("**")
	case *jsonata.Parent:
		v.topLevel("%")
	case *jsonata.Variable:
		if n.Name == "" || n.Name == "$" {
			v.topLevel("$" + n.Name)
		}
	case *jsonata.Path:
		v.contextFree(n.Left)
	case *jsonata.Filter:
		v.contextFree(n.Expr)
	case *jsonata.KeepArray:
		v.contextFree(n.Expr)
	case *jsonata.Group:
		v.contextFree(n.Expr)
	case *jsonata.Sort:
		v.contextFree(n.Expr)
	case *jsonata.Index:
		v.contextFree(n.Expr)
	case *jsonata.Focus:
		v.contextFree(n.Expr)
	case *jsonata.Lambda, *jsonata.Transform:
	default:
		for _, part := range partsOf(n) {
			v.contextFree(part)
		}
	}
}

// partsOf are the nodes directly below a node.
func partsOf(n jsonata.Node) []jsonata.Node {
	var list []jsonata.Node
	jsonata.Walk(n, func(part jsonata.Node) bool {
		if part == n {
			return true
		}
		list = append(list, part)
		return false
	})
	return list
}

// variables refuses variables that nothing assigns, $eval, and the parts of $states that do not exist where the expression stands.
func (v *vocabulary) variables(n jsonata.Node) {
	local := locals(n)
	jsonata.Walk(n, func(n jsonata.Node) bool {
		switch n := n.(type) {
		case *jsonata.Variable:
			v.variable(n.Name, local)
		case *jsonata.Path:
			v.states(n)
		case *jsonata.Bind:
			if n.Name == "states" {
				v.refuse(UnsupportedExpression, "states", "The reserved variable '$states' cannot be assigned.")
			}
		}
		return true
	})
}

func (v *vocabulary) variable(name string, local map[string]bool) {
	switch {
	case name == "" || name == "$" || name == "states" || local[name]:
	case name == "eval":
		v.refuse(UnsupportedExpression, name, "The function '$eval' is not supported.")
	case v.place.scope.assigned(name) || v.builtin(name):
	default:
		v.refuse(UnassignedVariable, name, "The variable '$%s' is never assigned.", name)
	}
}

// states checks a path that begins with $states.
func (v *vocabulary) states(n *jsonata.Path) {
	root, ok := n.Left.(*jsonata.Variable)
	if !ok || root.Name != "states" {
		return
	}
	var name string
	switch right := n.Right.(type) {
	case *jsonata.Name:
		name = right.Value
	case *jsonata.String:
		name = right.Value
	default:
		return
	}
	switch {
	case name == "input" || name == "context":
	case name == "result" && !v.place.result:
		v.refuse(UnsupportedExpression, name, "Reference to '$states.result' is not supported here: only the Output and Assign of Task, Parallel and Map states have a result.")
	case name == "errorOutput" && !v.place.failure:
		v.refuse(UnsupportedExpression, name, "Reference to '$states.errorOutput' is not supported here: only the Output and Assign of a Catch have an error output.")
	case name != "result" && name != "errorOutput":
		v.refuse(UnsupportedExpression, name, "Reference to '$states.%s' is not supported: $states has input, context, result and errorOutput.", name)
	}
}

// builtin tells whether the name is that of a function of the library: a variable that is bound to a function without any bindings.
func (c *checker) builtin(name string) bool {
	known, asked := c.builtins[name]
	if !asked {
		if expression, err := jsonata.Compile("$"+name, jsonata.AWS()); err == nil {
			value, err := expression.Eval(context.Background(), nil, nil)
			_, known = value.(*jsonata.Function)
			known = known && err == nil
		}
		c.builtins[name] = known
	}
	return known
}

// locals are the variables that an expression binds itself, anywhere in it.
func locals(n jsonata.Node) map[string]bool {
	names := map[string]bool{}
	jsonata.Walk(n, func(n jsonata.Node) bool {
		switch n := n.(type) {
		case *jsonata.Bind:
			names[n.Name] = true
		case *jsonata.Lambda:
			for _, parameter := range n.Parameters {
				names[parameter] = true
			}
		case *jsonata.Index:
			names[n.Variable] = true
		case *jsonata.Focus:
			names[n.Variable] = true
		}
		return true
	})
	return names
}

// scope knows the variables that a level assigns, and those of the levels around it.
type scope struct {
	outer *scope
	names map[string]bool
}

func newScope(level *jsonata.Object, outer *scope) *scope {
	s := &scope{outer: outer, names: map[string]bool{}}
	v, _ := level.Get("States")
	states, ok := v.(*jsonata.Object)
	if !ok {
		return s
	}
	for _, v := range states.All() {
		state, ok := v.(*jsonata.Object)
		if !ok {
			continue
		}
		s.add(state)
		for _, group := range []string{"Choices", "Catch"} {
			v, _ := state.Get(group)
			rules, _ := v.([]any)
			for _, rule := range rules {
				if o, ok := rule.(*jsonata.Object); ok {
					s.add(o)
				}
			}
		}
	}
	return s
}

func (s *scope) add(o *jsonata.Object) {
	v, _ := o.Get("Assign")
	if assign, ok := v.(*jsonata.Object); ok {
		for name := range assign.All() {
			s.names[strings.TrimSuffix(name, ".$")] = true
		}
	}
}

// assigned tells whether the level or one around it assigns the variable.
func (s *scope) assigned(name string) bool {
	for ; s != nil; s = s.outer {
		if s.names[name] {
			return true
		}
	}
	return false
}

// variableName checks the name of an assigned variable.
func (c *checker) variableName(p place, name string) {
	switch {
	case name == "states":
		c.schema(p.pointer, "The variable name 'states' is reserved")
	case utf8.RuneCountInString(name) > maxName:
		c.schema(p.pointer, "Variable names must not have more than %d characters", maxName)
	case !isIdentifier(name):
		c.schema(p.pointer, "%s is not a valid variable name", strconv.Quote(name))
	case p.scope != nil && p.scope.outer.assigned(name):
		c.schema(p.pointer, "The variable '%s' belongs to an outer scope and cannot be assigned here", name)
	}
}

// isIdentifier tells whether a name is a Unicode identifier (UAX 31: ID_Start, then ID_Continue). An underscore may begin it, too, and hyphens are
// accepted further on, although no expression can read such a variable.
func isIdentifier(name string) bool {
	for i, r := range name {
		starts := r == '_' || unicode.IsLetter(r) || unicode.Is(unicode.Nl, r) || unicode.Is(unicode.Other_ID_Start, r)
		continues := starts || r == '-' || unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue)
		if i == 0 && !starts || !continues {
			return false
		}
	}
	return name != ""
}
