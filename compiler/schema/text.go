package schema

import (
	"regexp"
	"slices"

	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// Text is a value that a request brings as text: a parameter, which may be a list of texts, or a field of a form. It is read as the type that
// its schema asks for; what is a number, a boolean, an object already, stays one. A value that is null or an empty text counts as absent.
type Text struct {
	*Schema
	// Value gives what the request brings, or nothing at all. Name is what messages call it.
	Value jsonata.Node
	Name  string
	// Separator is what stands between the elements of an array that comes as one text; "" when each comes on its own.
	// Spaced tells that blanks around it do not count, as in headers.
	Separator string
	Spaced    bool
	// Required tells that it must not be absent.
	Required bool
}

// Violations gives the ways in which the text does not fit, read as its type.
func (t Text) Violations() []Violation {
	var found []Violation
	if t.Required {
		found = append(found, Violation{Fails: build.Let("value", t.Value, build.Not(isPresent())), Message: build.Text(t.Name + " is required")})
	}
	if t.Schema == nil {
		return found
	}
	if !isPlain(t.Schema) {
		return append(found, t.Schema.Violations(Subject{Value: t.whenPresent(t.read(t.Schema, held(), t.Separator)), Name: t.Name})...)
	}
	if misfit := textMisfit(t.Type(), held()); misfit != nil {
		fails := build.Let("value", t.Value, build.All(isPresent(), misfit))
		found = append(found, Violation{Fails: fails, Message: build.Text(t.Name + " must be " + typeWords(Of(t.Type())))})
	}
	for _, one := range t.Constraints {
		if fails, words := t.plainConstraint(one); fails != nil {
			fails = build.Let("value", t.Value, build.All(isPresent(), fails))
			found = append(found, Violation{Fails: fails, Message: build.Text(t.Name + " " + words)})
		}
	}
	return found
}

// Read gives the value of the type that the schema asks for; the default, or null, when the text is absent. It is defined for texts that fit.
func (t Text) Read() jsonata.Node {
	value := build.Let("value", t.Value, build.If(isPresent(), t.fitting(), build.Literal(t.Default())))
	return value
}

// fitting reads a text that is known to fit.
func (t Text) fitting() jsonata.Node {
	if t.Schema != nil && isPlain(t.Schema) {
		return converted(t.Type(), held())
	}
	return t.read(t.Schema, held(), t.Separator)
}

// whenPresent gives the value that read makes of the held one, nothing when it is absent.
func (t Text) whenPresent(read jsonata.Node) jsonata.Node {
	return build.Let("value", t.Value, build.If(isPresent(), read, nil))
}

// plainConstraint is true of a present text, of a single known type, that breaks a constraint.
func (t Text) plainConstraint(one Constraint) (fails jsonata.Node, words string) {
	row, known := keywordNamed(one.Keyword)
	on := row.on
	if one.Keyword == "format" {
		on = formatType(one.Value)
	}
	kind := t.Type()
	if kind == "integer" {
		kind = "number"
	}
	if !known || on != "" && on != kind {
		return nil, ""
	}
	return row.fails(converted(t.Type(), held()), one.Value), row.words(one.Value)
}

// isPlain tells that a schema asks for one type which is read from a text as a whole.
func isPlain(s *Schema) bool {
	return slices.Contains([]string{"string", "integer", "number", "boolean"}, s.Type()) &&
		len(s.AllOf)+len(s.AnyOf)+len(s.OneOf) == 0 && s.NotOrNil == nil
}

// isPresent: a value that is null or an empty text counts as absent.
func isPresent() jsonata.Node {
	empty := build.Binary(held(), "in", build.List(build.Null(), build.Text("")))
	return build.All(build.Exists(held()), build.Not(empty))
}

// read makes a text the value that a schema asks for; one that cannot be read so stays what it is.
func (t Text) read(s *Schema, value jsonata.Node, separator string) jsonata.Node {
	kinds := s.kinds()
	switch {
	case slices.Contains(kinds, "array"):
		return t.list(s.elements(), value, separator)
	case len(kinds) == 0:
		return value
	}
	var cases []build.Case
	for _, kind := range []string{"integer", "number", "boolean"} {
		if slices.Contains(kinds, kind) {
			cases = append(cases, build.Case{When: build.Not(textMisfit(kind, value)), Then: converted(kind, value)})
		}
	}
	if slices.Contains(kinds, "string") && len(cases) == 0 {
		return build.If(textMisfit("string", value), value, build.Call("string", value))
	}
	return build.Cases(cases, value)
}

// list makes a list of what a request brings for an array.
func (t Text) list(items *Schema, value jsonata.Node, separator string) jsonata.Node {
	all := build.List(value)
	if separator != "" {
		between := build.Text(separator)
		if t.Spaced {
			between = build.Regex(`\s*`+regexp.QuoteMeta(separator)+`\s*`, "")
		}
		all = build.If(build.HasType(value, "string"), build.Call("split", value, between), build.List(value))
	}
	if items == nil || len(items.kinds()) == 0 {
		return all
	}
	return build.List(build.Call("map", all, build.Function(t.read(items, build.Var("item"), ""), "item")))
}

// kinds are the types that a schema may mean, those of its parts included; none when any may be.
func (s *Schema) kinds() []string {
	if s == nil {
		return nil
	}
	kinds := slices.Clone(s.Types)
	for _, part := range slices.Concat(s.AllOf, s.AnyOf, s.OneOf) {
		kinds = append(kinds, part.kinds()...)
	}
	return kinds
}

// elements is the schema of an array's elements, that of a part when the schema itself has none.
func (s *Schema) elements() *Schema {
	if s.ItemsOrNil != nil {
		return s.ItemsOrNil
	}
	for _, part := range slices.Concat(s.AllOf, s.AnyOf, s.OneOf) {
		if items := part.elements(); items != nil {
			return items
		}
	}
	return nil
}

// converted makes a value that fits a type one of it.
func converted(kind string, value jsonata.Node) jsonata.Node {
	switch kind {
	case "integer", "number":
		return build.Call("number", value)
	case "boolean":
		return build.Binary(build.Call("string", value), "=", build.Text("true"))
	case "string":
		return build.Call("string", value)
	default:
		return value
	}
}

// textMisfit is true when a value, most often a text, cannot be read as a type; nil when everything can.
func textMisfit(kind string, value jsonata.Node) jsonata.Node {
	switch kind {
	case "integer":
		return integerMisfit(value)
	case "number":
		return build.Not(build.Call("contains", build.Call("string", value), build.Regex(`^-?[0-9]+(\.[0-9]+)?([Ee][-+]?[0-9]{1,2})?$`, "")))
	case "boolean":
		return build.Not(build.Binary(build.Call("string", value), "in", build.List(build.Text("true"), build.Text("false"))))
	case "string":
		return build.Binary(build.Call("type", value), "in", build.List(build.Text("array"), build.Text("object")))
	default:
		return nil
	}
}

// integerMisfit is true for what is no whole number of 64 bits, which are those that keep their digits: of 19 digits, not all do.
func integerMisfit(value jsonata.Node) jsonata.Node {
	text := build.Call("string", value)
	short := build.Call("contains", text, build.Regex(`^-?[0-9]{1,18}$`, ""))
	long := build.Call("contains", text, build.Regex(`^-?[0-9]{19}$`, ""))
	kept := build.Binary(build.Call("string", build.Call("number", value)), "=", text)
	return build.Not(build.Any(short, build.All(long, kept)))
}
