package asl

import (
	"context"
	"errors"
	"regexp"
	"slices"
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
		c.schema(p.position, "JSONata string must start with {%% and end with %%}")
		return
	}
	node, err := parse(source)
	if err != nil && substitution.MatchString(source) {
		node, err = parse(substitution.ReplaceAllLiteralString(source, "null"))
	}
	if err != nil {
		c.problem(InvalidExpression, p.position, "%s", expressionMessage(err))
		return
	}
	if depth := jsonata.Depth(node); depth >= warnDepth {
		c.warn(DeepExpression, p.position, "The expression nests up to %d levels deep: Step Functions evaluates %d, counting calls of functions", depth, maxDepthAWS)
	}
	v := &vocabulary{checker: c, place: p, seen: map[string]bool{}}
	v.contextFree(node)
	v.variables(node)
}

// substitution is a part that deployment fills in, with what may be any expression.
var substitution = regexp.MustCompile(`\$\{[A-Za-z0-9_.:]+\}`)

// parse is the tree of an expression that compiles.
func parse(source string) (jsonata.Node, error) {
	node, err := jsonata.Parse(source)
	if err == nil {
		_, err = jsonata.Compile(source)
	}
	return node, err
}

// expressionMessage is the message of an error without the code, as the service shows it.
func expressionMessage(err error) string {
	var coded *jsonata.Error
	if errors.As(err, &coded) && coded.Message != "" {
		return coded.Message
	}
	return err.Error()
}

// vocabulary checks what an expression refers to. Each name is reported once.
type vocabulary struct {
	*checker
	place place
	seen  map[string]bool
}

func (v *vocabulary) refuse(name, format string, arguments ...any) {
	v.once(SeverityError, UnsupportedExpression, name, format, arguments...)
}

func (v *vocabulary) once(severity Severity, code, name, format string, arguments ...any) {
	if !v.seen[code+name] {
		v.seen[code+name] = true
		v.add(severity, code, v.place.position, format, arguments...)
	}
}

// contextFree refuses references to the context, which does not exist outside of paths, predicates and functions.
func (v *vocabulary) contextFree(n jsonata.Node) {
	for _, reference := range jsonata.ContextReferences(n) {
		name := "%"
		switch r := reference.(type) {
		case *jsonata.Name:
			name = r.Value
		case *jsonata.Wildcard:
			name = "*"
		case *jsonata.Descendants:
			name = "**"
		case *jsonata.Variable:
			name = "$" + r.Name
		}
		v.refuse(name, "Reference to '%s' at the top level is not supported.", name)
	}
}

// variables looks at variables that nothing assigns, and refuses the parts of $states that do not exist where the expression stands.
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
				v.refuse("states", "The reserved variable '$states' cannot be assigned.")
			}
		}
		return true
	})
}

func (v *vocabulary) variable(name string, local map[string]bool) {
	switch {
	case name == "" || name == "$" || name == "states" || local[name] || v.place.scope.assigned(name):
	case name == "eval":
		v.once(SeverityWarning, UnassignedVariable, name, "Step Functions has no function '$eval': calling it fails with States.QueryEvaluationError.")
	case v.builtin(name):
	default:
		v.once(SeverityWarning, UnassignedVariable, name, "The variable '$%s' is never assigned: reading it gives nothing, which fails unless the expression expects it.", name)
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
	if !v.place.has(name) {
		v.refuse("states."+name, "Field '$states.%s' does not exist.", name)
	}
}

// has reports whether $states has the field at the place: result is in the Output and Assign of Task, Parallel and Map, errorOutput in those of a Catch.
func (p place) has(name string) bool {
	switch name {
	case "input", "context":
		return true
	case "result":
		return p.result
	case "errorOutput":
		return p.failure
	}
	return false
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
	outer     *scope
	within    *jsonata.Object // the state that holds the level
	assigners map[string][]assigner
}

// assigner is a state that assigns a variable, when it succeeds or when it is caught.
type assigner struct {
	state  *jsonata.Object
	caught bool
}

func newScope(level *jsonata.Object, outer *scope, within *jsonata.Object) *scope {
	s := &scope{outer: outer, within: within, assigners: map[string][]assigner{}}
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
		s.add(state, assigner{state: state})
		for _, group := range []string{"Choices", "Catch"} {
			v, _ := state.Get(group)
			rules, _ := v.([]any)
			for _, rule := range rules {
				if o, ok := rule.(*jsonata.Object); ok {
					s.add(o, assigner{state, group == "Catch"})
				}
			}
		}
	}
	return s
}

func (s *scope) add(o *jsonata.Object, a assigner) {
	v, _ := o.Get("Assign")
	if assign, ok := v.(*jsonata.Object); ok {
		for name := range assign.All() {
			name = strings.TrimSuffix(name, ".$")
			s.assigners[name] = append(s.assigners[name], a)
		}
	}
}

// assigned reports whether the level or one around it assigns the variable.
func (s *scope) assigned(name string) bool {
	for ; s != nil; s = s.outer {
		if len(s.assigners[name]) > 0 {
			return true
		}
	}
	return false
}

// taken reports whether the variable belongs to a level around this one: whether a state there other than the one that holds this level assigns it.
// What a Catch assigns does not count (recorded: a branch may assign what the Catch of its Parallel assigns).
func (s *scope) taken(name string) bool {
	for ; s != nil && s.outer != nil; s = s.outer {
		within := s.within
		if slices.ContainsFunc(s.outer.assigners[name], func(a assigner) bool { return !a.caught && a.state != within }) {
			return true
		}
	}
	return false
}

// variableName checks the name of an assigned variable.
func (c *checker) variableName(p place, name string) {
	switch {
	case name == "states":
		c.problem(ReservedVariableName, p.position, "Cannot assign to reserved variable '$states'.")
	case utf8.RuneCountInString(name) > maxName:
		c.problem(InvalidVariableName, p.position, "Invalid variable name '%s': the variable name has more than %d characters.", name, maxName)
	case !isIdentifier(name):
		c.problem(InvalidVariableName, p.position, "Invalid variable name '%s': the variable name contains invalid characters.", name)
	case p.scope.taken(name):
		c.schema(p.position, "The variable '%s' belongs to an outer scope and cannot be assigned here", name)
	case p.scope != nil && p.scope.outer.assigned(name):
		c.warn(OuterVariable, p.position, "The variable '%s' is assigned in an outer scope, too: what is assigned here is another variable and ends with this workflow", name)
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
