package schema

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// Violation is one way in which a value does not fit.
type Violation struct {
	// Fails is the condition that it does not. Violations are meant to be asked in their order: a later one may hold of a value of which an
	// earlier one holds too, but none ever ends in an error.
	Fails jsonata.Node
	// Message is a text that names the value and the reason; a literal wherever it does not lie in a list.
	Message jsonata.Node
	// alone gives the message where the condition holds and nothing elsewhere, nil when only both together do.
	alone jsonata.Node
}

// Subject is a value that is to fit.
type Subject struct {
	// Value gives the value, or nothing at all; a value that is not there fits.
	Value jsonata.Node
	// Name is what messages call the value: "parameter limit", "request body".
	Name string
	// Members is what messages call its members, before their names: "property ". Without it they are called by the value's name, a dot and
	// theirs.
	Members string
	// NullIsAbsent tells that null counts as a value that is not there.
	NullIsAbsent bool
}

// Violations gives the ways in which a value does not fit, in the order in which they are to be told.
func (s *Schema) Violations(of Subject) []Violation {
	if s == nil {
		return nil
	}
	whole := subject{value: of.Value, name: build.Text(of.Name), members: build.Text(of.Members), nullIsAbsent: of.NullIsAbsent, depth: 1}
	return whole.violations(s)
}

// Problem is the message of the first violation of a value, or nothing at all; nil when every value fits.
func (s *Schema) Problem(of Subject) jsonata.Node { return first(s.Violations(of)) }

// first gives the message of the first violation that holds.
func first(violations []Violation) jsonata.Node {
	var messages []jsonata.Node
	for _, one := range violations {
		message := one.alone
		if message == nil {
			message = build.If(one.Fails, one.Message, nil)
		}
		messages = append(messages, message)
	}
	switch len(messages) {
	case 0:
		return nil
	case 1:
		return messages[0]
	}
	return build.Filter(build.List(messages...), build.Number(0))
}

// subject is a value somewhere inside of the one that is to fit.
type subject struct {
	value         jsonata.Node
	name, members jsonata.Node // texts; members is "" below a named member
	// guard is what must hold for the value to lie where its path says, nil when it always does.
	guard        jsonata.Node
	nullIsAbsent bool
	// depth counts the lists around, whose elements need names of their own.
	depth int
}

func (b subject) violations(s *Schema) []Violation {
	var found []Violation
	if misfit := typeMisfit(s, held()); misfit != nil {
		found = append(found, b.says(build.All(b.there(), misfit), "must be "+typeWords(s)))
	}
	for _, one := range s.Constraints {
		found = append(found, b.constraint(one)...)
	}
	found = append(found, b.objects(s)...)
	if s.ItemsOrNil != nil {
		found = append(found, b.items(s.ItemsOrNil)...)
	}
	return append(found, b.compositions(s)...)
}

// held is the value while a condition looks at it.
func held() jsonata.Node { return build.Var("value") }

// there is true when the held value is there.
func (b subject) there() jsonata.Node {
	if b.nullIsAbsent {
		return build.All(build.Exists(held()), build.Binary(held(), "!=", build.Null()))
	}
	return build.Exists(held())
}

// says makes a violation of a condition on the value.
func (b subject) says(fails jsonata.Node, words string) Violation {
	return Violation{Fails: b.where(fails), Message: build.Concat(b.name, build.Text(" "+words))}
}

// where makes a condition on the held value one on the subject. The guard is asked outside, where its names mean what they meant.
func (b subject) where(condition jsonata.Node) jsonata.Node {
	condition = b.holding(condition)
	if b.guard != nil {
		return build.All(b.guard, condition)
	}
	return condition
}

// holding binds the held value to the subject's.
func (b subject) holding(node jsonata.Node) jsonata.Node {
	if variable, ok := b.value.(*jsonata.Variable); ok && variable.Name == "value" {
		return node
	}
	return build.Let("value", b.value, node)
}

func (b subject) constraint(one Constraint) []Violation {
	row, known := keywordNamed(one.Keyword)
	if !known {
		return nil
	}
	fails := row.fails(held(), one.Value)
	on := row.on
	if one.Keyword == "format" {
		on = formatType(one.Value)
	}
	switch {
	case fails == nil:
		return nil
	case on == "":
		fails = build.All(b.there(), fails)
	default:
		fails = build.All(build.HasType(held(), on), fails)
	}
	return []Violation{b.says(fails, row.words(one.Value))}
}

// objects gives what can be wrong with the members of an object.
func (b subject) objects(s *Schema) []Violation {
	var found []Violation
	inside := build.HasType(b.value, "object")
	if b.guard != nil {
		inside = build.All(b.guard, inside)
	}
	for _, property := range s.Properties {
		inner := b.member(property.Name)
		if property.Required {
			missing := build.All(inside, build.Not(build.Exists(inner.value)))
			found = append(found, Violation{Fails: missing, Message: build.Concat(inner.name, build.Text(" is required"))})
		}
		if property.Schema == nil {
			continue
		}
		if s.Type() != "object" || s.Nullable {
			inner.guard = inside
		} else {
			inner.guard = b.guard
		}
		found = append(found, inner.violations(property.Schema)...)
	}
	return append(found, b.others(s)...)
}

// member is the subject of a member with a fixed name.
func (b subject) member(name string) subject {
	inner := b
	inner.nullIsAbsent = false
	inner.value, inner.name, inner.members = build.Field(b.value, name), b.named(build.Text(name)), build.Text("")
	return inner
}

// named is what messages call a member.
func (b subject) named(name jsonata.Node) jsonata.Node {
	if text, ok := b.members.(*jsonata.String); !ok || text.Value != "" {
		return build.Concat(b.members, name)
	}
	return build.Concat(b.name, build.Text("."), name)
}

// others gives what can be wrong with the members that the source does not name.
func (b subject) others(s *Schema) []Violation {
	if !s.Closed && s.AdditionalOrNil == nil {
		return nil
	}
	var named []jsonata.Node
	for _, property := range s.Properties {
		if property.Schema != nil {
			named = append(named, build.Text(property.Name))
		}
	}
	unnamed := build.Filter(build.Call("keys", held()), build.Not(build.Binary(build.Var(""), "in", build.List(named...))))
	isObject := build.HasType(held(), "object")
	if s.Closed {
		one := build.Filter(build.Block(unnamed), build.Number(0))
		return []Violation{{
			Fails:   b.where(build.All(isObject, build.Exists(one))),
			Message: b.holding(build.Concat(b.named(one), build.Text(" is not known"))),
		}}
	}
	key, item := b.local("key"), b.local("item")
	inner := subject{value: build.Var(item), name: b.named(build.Var(key)), members: build.Text(""), depth: b.depth + 1}
	problem := first(inner.violations(s.AdditionalOrNil))
	if problem == nil {
		return nil
	}
	body := build.Let(item, build.Call("lookup", b.value, build.Var(key)), problem)
	return b.each(isObject, unnamed, build.Function(body, key))
}

// items gives what can be wrong with the elements of an array.
func (b subject) items(s *Schema) []Violation {
	item, index := b.local("item"), b.local("index")
	name := build.Concat(b.name, build.Text("["), build.Var(index), build.Text("]"))
	problem := first(subject{value: build.Var(item), name: name, members: build.Text(""), depth: b.depth + 1}.violations(s))
	if problem == nil {
		return nil
	}
	return b.each(build.HasType(held(), "array"), held(), build.Function(problem, item, index))
}

// each is the violation of the first of several values for which a function gives a message.
func (b subject) each(applies, values, message jsonata.Node) []Violation {
	found := build.Filter(build.Call("map", values, message), build.Number(0))
	alone := b.holding(build.If(applies, found, nil))
	if b.guard != nil {
		alone = build.If(b.guard, alone, nil)
	}
	return []Violation{{Fails: b.where(build.All(applies, build.Exists(found))), Message: b.holding(found), alone: alone}}
}

// local is a name for a variable at the subject's depth.
func (b subject) local(name string) string {
	if b.depth == 1 {
		return name
	}
	return name + strconv.Itoa(b.depth)
}

// compositions gives what can be wrong with allOf, anyOf, oneOf and not.
func (b subject) compositions(s *Schema) []Violation {
	var found []Violation
	for _, part := range s.AllOf {
		found = append(found, b.violations(part)...)
	}
	if fails, can := b.every(s.AnyOf); can {
		found = append(found, b.says(build.All(b.there(), fails), fmt.Sprintf("must fit one of its %d forms", len(s.AnyOf))))
	}
	if len(s.OneOf) > 0 {
		found = append(found, b.says(build.All(b.there(), b.notOne(s.OneOf)), fmt.Sprintf("must fit exactly one of its %d forms", len(s.OneOf))))
	}
	if s.NotOrNil != nil {
		found = append(found, b.says(build.All(b.there(), build.Not(b.misfit(s.NotOrNil))), "must not be of the form that is excluded"))
	}
	return found
}

// every is true when a value fits none of several schemas, and tells whether that can be.
func (b subject) every(schemas []*Schema) (jsonata.Node, bool) {
	var fails []jsonata.Node
	for _, one := range schemas {
		fails = append(fails, b.misfit(one))
	}
	always := slices.ContainsFunc(fails, func(node jsonata.Node) bool { return isFalse(node) })
	return build.All(fails...), len(fails) > 0 && !always
}

// notOne is true when not exactly one of several schemas fits.
func (b subject) notOne(schemas []*Schema) jsonata.Node {
	var fit []jsonata.Node
	for _, one := range schemas {
		fit = append(fit, build.If(build.Not(b.misfit(one)), build.Number(1), nil))
	}
	return build.Binary(build.Call("count", build.List(fit...)), "!=", build.Number(1))
}

// misfit is true when a value does not fit a schema.
func (b subject) misfit(s *Schema) jsonata.Node {
	inner := b
	inner.value, inner.guard = held(), nil
	var fails []jsonata.Node
	for _, one := range inner.violations(s) {
		fails = append(fails, one.Fails)
	}
	return build.Any(fails...)
}

func isFalse(node jsonata.Node) bool {
	literal, ok := node.(*jsonata.Boolean)
	return ok && !literal.Value
}

// typeMisfit is true when a value that is there has none of a schema's types; nil when every type fits.
func typeMisfit(s *Schema, value jsonata.Node) jsonata.Node {
	if len(s.Types) == 0 {
		return nil
	}
	var names []jsonata.Node
	whole := false
	for _, name := range s.Types {
		if name == "integer" {
			whole = !slices.Contains(s.Types, "number")
			name = "number"
		}
		names = append(names, build.Text(name))
	}
	if s.Nullable {
		names = append(names, build.Text("null"))
	}
	misfit := build.Binary(build.Call("type", value), "!=", names[0])
	if len(names) > 1 {
		misfit = build.Not(build.Binary(build.Call("type", value), "in", build.List(names...)))
	}
	if !whole {
		return misfit
	}
	broken := build.Binary(build.Call("floor", value), "!=", value)
	if len(names) > 1 {
		broken = build.All(build.HasType(value, "number"), broken)
	}
	return build.Any(misfit, broken)
}

// typeWords says what a value must be.
func typeWords(s *Schema) string {
	words := make([]string, len(s.Types))
	for i, kind := range s.Types {
		words[i] = map[string]string{
			"integer": "an integer", "object": "an object", "boolean": "true or false", "array": "a list", "number": "a number", "string": "a string",
		}[kind]
	}
	if s.Nullable {
		words = append(words, "null")
	}
	return strings.Join(words, " or ")
}
