package convert

import (
	"fmt"
	"strings"

	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/choice"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

func (s *lowering) choice(v *asl.Choice) *asl.Choice {
	f := s.begin(v.Processing)
	converted := &asl.Choice{Comment: v.Comment, QueryLanguage: asl.JSONata, Default: v.Default}
	t := &tests{lowering: s, input: f.input, present: map[string]bool{}}
	for i, rule := range v.Choices {
		s.field = fmt.Sprintf("Choices[%d]", i)
		if rule.Test == nil {
			s.refuse("a rule without a test")
			return converted
		}
		made := asl.Rule{Comment: strings.Join(comments(rule.Comment, *rule.Test), "; "), Next: rule.Next}
		condition, after := t.test(*rule.Test, t.present)
		made.Condition = asl.Computed[bool](condition)
		made.Output, made.Assign = s.hand(f, v.Processing, f.input, rule.Assign, statesField("input"))
		converted.Choices = append(converted.Choices, made)
		t.present = after.always
	}
	converted.Output, converted.Assign = s.hand(f, v.Processing, f.input, v.Assign, statesField("input"))
	return converted
}

// comments are those of a rule and of the tests in it.
func comments(own string, test asl.Test) []string {
	var all []string
	for _, comment := range []string{own, test.Comment} {
		if comment != "" {
			all = append(all, comment)
		}
	}
	inner := append(append([]asl.Test{}, test.And...), test.Or...)
	if test.Not != nil {
		inner = append(inner, *test.Not)
	}
	for _, t := range inner {
		all = append(all, comments("", t)...)
	}
	return all
}

// tests converts the tests of a Choice. A path that leads nowhere fails the state; once it was asked for, it is there.
type tests struct {
	*lowering
	input   any
	present map[string]bool // paths that are there for certain
}

// knowledge is which paths are there after a test: always, and when it held.
type knowledge struct{ always, held map[string]bool }

func with(known map[string]bool, paths ...string) map[string]bool {
	all := map[string]bool{}
	for path := range known {
		all[path] = true
	}
	for _, path := range paths {
		all[path] = true
	}
	return all
}

func (t *tests) test(test asl.Test, known map[string]bool) (jsonata.Node, knowledge) {
	switch {
	case test.Not != nil:
		node, after := t.test(*test.Not, known)
		failed := after.always
		if test.Not.Operator == "IsPresent" && test.Not.Operand == false {
			failed = with(failed, test.Not.Variable)
		}
		return build.Not(node), knowledge{after.always, failed}
	case test.And != nil:
		return t.several(test.And, known, build.All, true)
	case test.Or != nil:
		return t.several(test.Or, known, build.Any, false)
	case test.Operator == "IsPresent":
		return t.isPresent(test, known)
	}
	return t.comparison(test, known)
}

// several joins tests; those behind the first are looked at only when those before have held, or have not.
func (t *tests) several(list []asl.Test, known map[string]bool, join func(...jsonata.Node) jsonata.Node, and bool) (jsonata.Node, knowledge) {
	var nodes []jsonata.Node
	var first knowledge
	for i, test := range list {
		node, after := t.test(test, known)
		nodes = append(nodes, node)
		if i == 0 {
			first = after
		}
		known = after.always
		if and {
			known = after.held
		}
	}
	if and {
		return join(nodes...), knowledge{first.always, known}
	}
	return join(nodes...), knowledge{first.always, first.always}
}

func (t *tests) isPresent(test asl.Test, known map[string]bool) (jsonata.Node, knowledge) {
	node := t.there(test.Variable)
	if test.Operand == true {
		return node, knowledge{known, with(known, test.Variable)}
	}
	return build.Not(node), knowledge{known, known}
}

// there asks for the value of a path. JSONata looks through lists on the way, where JSONPath finds nothing: what is on the way has to be an object.
func (t *tests) there(text string) jsonata.Node {
	path := t.read(text)
	if path == nil {
		return build.Null()
	}
	var conditions []jsonata.Node
	for i := range path.Steps {
		conditions = append(conditions, t.on(path, i))
	}
	if value := unchecked(t.lowering, t.path(path, t.input)); !defined(value) {
		conditions = append(conditions, build.Exists(value))
	}
	return build.All(conditions...)
}

// on asks that the value before a step of a path is of the type that the step needs.
func (t *tests) on(path *jsonpath.Path, step int) jsonata.Node {
	before := *path
	before.Steps = path.Steps[:step]
	needed := "object"
	switch path.Steps[step].(type) {
	case *jsonpath.Child:
	case *jsonpath.Index:
		needed = "array"
	default:
		t.refuse("whether a path of several places leads somewhere cannot be said")
	}
	return build.HasType(unchecked(t.lowering, t.path(&before, t.input)), needed)
}

// comparison compares the value of a path. Values of another type than the operator's are as if they differed.
func (t *tests) comparison(test asl.Test, known map[string]bool) (jsonata.Node, knowledge) {
	operator, byPath := strings.CutSuffix(test.Operator, "Path")
	variable := t.lowering.query(test.Variable, t.input)
	after := with(known, test.Variable)
	var operand any = literal(test.Operand)
	text, _ := operand.(string)
	if byPath {
		operand = t.lowering.query(text, t.input)
		after = with(after, text)
	}
	value, compared := unchecked(t.lowering, variable), unchecked(t.lowering, operand)
	node := t.compare(operator, value, compared, operand)
	if byPath {
		node = t.guard(text, compared, node, with(known, test.Variable))
	}
	return t.guard(test.Variable, value, node, known), knowledge{after, after}
}

// guard fails where a path leads nowhere.
func (t *tests) guard(path string, value, then jsonata.Node, known map[string]bool) jsonata.Node {
	if known[path] || defined(value) {
		return then
	}
	return build.If(t.there(path), then, failure("Invalid path '"+path+"': The choice state's condition path references an invalid value."))
}

// symbols are the operators of JSONata for the relations of the States Language.
var symbols = map[string]string{"Equals": "=", "LessThan": "<", "GreaterThan": ">", "LessThanEquals": "<=", "GreaterThanEquals": ">="}

// types are the names of JSONata for what operators ask for.
var types = map[string]string{"IsNull": "null", "IsNumeric": "number", "IsString": "string", "IsBoolean": "boolean"}

func (t *tests) compare(operator string, value, compared jsonata.Node, operand any) jsonata.Node {
	if name, ok := types[operator]; ok {
		relation := "="
		if operand != true {
			relation = "!="
		}
		return build.Binary(build.Call("type", value), relation, build.Text(name))
	}
	if operator == "IsTimestamp" {
		if operand == true {
			return isTimestamp(value)
		}
		return build.Not(isTimestamp(value))
	}
	if operator == "StringMatches" {
		pattern, _ := operand.(string)
		return matches(value, pattern)
	}
	for prefix, name := range map[string]string{"String": "string", "Numeric": "number", "Boolean": "boolean"} {
		relation, ok := strings.CutPrefix(operator, prefix)
		if !ok {
			continue
		}
		equal := build.Binary(value, symbols[relation], compared)
		if relation == "Equals" && kind(compared) == name {
			return equal
		}
		conditions := []jsonata.Node{build.HasType(value, name)}
		if relation != "Equals" && kind(compared) != name {
			conditions = append(conditions, build.HasType(compared, name))
		}
		return build.All(append(conditions, equal)...)
	}
	if relation, ok := strings.CutPrefix(operator, "Timestamp"); ok {
		return compareMoments(symbols[relation], value, compared)
	}
	t.refuse("an operator %s is not known", operator)
	return build.Null()
}

// matches says a pattern of StringMatches, in which * is any text and a backslash takes the meaning off an asterisk or a backslash.
func matches(value jsonata.Node, pattern string) jsonata.Node {
	pieces := choice.Pieces(pattern)
	first, last := pieces[0], pieces[len(pieces)-1]
	text := build.HasType(value, "string")
	switch {
	case len(pieces) == 1:
		return build.Binary(value, "=", build.Text(first))
	case strings.Join(pieces, "") == "":
		return text
	case len(pieces) == 2 && last == "":
		return build.All(text, build.Binary(build.Call("substring", value, build.Number(0), length(first)), "=", build.Text(first)))
	case len(pieces) == 2 && first == "":
		end := build.Negate(length(last))
		return build.All(text, build.Binary(build.Call("substring", value, end), "=", build.Text(last)))
	case len(pieces) == 3 && first == "" && last == "":
		return build.All(text, build.Call("contains", value, build.Text(pieces[1])))
	}
	for i, piece := range pieces {
		pieces[i] = escapedPattern.Replace(piece)
	}
	return build.All(text, build.Call("contains", value, build.Regex("^"+strings.Join(pieces, `[\s\S]*`)+"$", "")))
}

func length(text string) jsonata.Node { return build.Number(float64(len([]rune(text)))) }

var escapedPattern = strings.NewReplacer(`\`, `\\`, `/`, `\/`, `.`, `\.`, `*`, `\*`, `+`, `\+`, `?`, `\?`, `(`, `\(`, `)`, `\)`, `[`, `\[`, `]`, `\]`, `{`, `\{`, `}`, `\}`,
	`^`, `\^`, `$`, `\$`, `|`, `\|`, "\n", `\n`, "\r", `\r`, "\t", `\t`)
