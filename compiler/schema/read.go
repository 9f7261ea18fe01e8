package schema

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// Source says how the document writes schemas that a Schema is read from.
type Source struct {
	// Follow finds what a $ref points to, nil when it leads nowhere, which it has reported. Without it there are no references.
	Follow func(reference *source.Node) *source.Node
	// Old tells that keywords beside a $ref have no effect, as in OpenAPI 3.0.
	Old bool
	// Beside are further keys that may stand in a schema here, such as "required" of an input.
	Beside []string
}

// Read reads a schema. Keywords that are wrong, that have no effect or that cannot be enforced are reported at their places; nil is the
// schema of any value.
func Read(node *source.Node, from Source) *Schema {
	read := (&schemaReader{Source: from}).schema(node, nil)
	if depth := read.depth(); depth > deepest {
		node.Report(report.Error(codeUnenforced, node.Range, "the schema nests too deeply to be checked").
			Why("Checking it takes expressions that are %d levels deep; Step Functions stops evaluating at 100.", depth).
			Fix("describe the inner values less exactly"))
		return nil
	}
	return read
}

// deepest is how deep the expressions that check a value may nest, so that what stands around them still fits.
const deepest = 74

// depth is how deep the expressions nest that check a value and fill in its defaults.
func (s *Schema) depth() int {
	value := build.Path(build.Var("states"), "input", "body")
	deep := 0
	for _, one := range s.Violations(Subject{Value: value, Name: "value", NullIsAbsent: true}) {
		deep = max(deep, jsonata.Depth(one.Fails), jsonata.Depth(one.Message))
	}
	if filled := s.Defaulted(value); filled != nil {
		deep = max(deep, jsonata.Depth(filled))
	}
	return deep
}

// mostSchemas bounds how many schemas one value is made of, with each reference counted as often as it is followed.
const mostSchemas = 2000

type schemaReader struct {
	Source
	read int
}

// way is the list of references that led to a schema.
type way struct {
	target *source.Node
	before *way
}

func (w *way) has(target *source.Node) bool {
	for ; w != nil; w = w.before {
		if w.target == target {
			return true
		}
	}
	return false
}

// schema reads one schema and what lies in it.
func (r *schemaReader) schema(node *source.Node, along *way) *Schema {
	if node == nil {
		return nil
	}
	if r.read++; r.read > mostSchemas {
		if r.read == mostSchemas+1 {
			node.Report(report.Error(codeUnenforced, node.Range, "a schema with more than %d parts is not checked", mostSchemas).Fix("describe less of the value"))
		}
		return nil
	}
	if node.Kind == source.Scalar {
		if closed, ok := node.Bool(); ok && !closed {
			return &Schema{Forms: Forms{NotOrNil: &Schema{}}, Range: node.Range}
		}
		return nil
	}
	if node.Kind != source.Mapping {
		node.Map("a schema")
		return nil
	}
	if reference := node.Get("$ref"); reference != nil {
		return r.referred(node, reference, along)
	}
	return r.keywords(node, along)
}

// referred reads what a $ref points to. A schema that contains itself is checked as far as it is written out once.
func (r *schemaReader) referred(node, reference *source.Node, along *way) *Schema {
	if r.Follow == nil {
		reference.Report(report.Error(codeUnenforced, reference.Range, "references are not followed here").Fix("write the schema out"))
		return nil
	}
	target := r.Follow(reference)
	if target == nil {
		return nil
	}
	if along.has(target) {
		reference.Report(report.Warning(codeUnenforced, reference.Range, "%q contains itself, and is checked to its first level only", reference.Value()).
			Why("What lies deeper is accepted as it is."))
		return nil
	}
	whole := r.schema(target, &way{target, along})
	var beside []string
	for _, entry := range node.Entries() {
		if entry.Name != "$ref" && !isDocumentation(entry.Name) {
			beside = append(beside, entry.Name)
		}
	}
	switch {
	case len(beside) == 0:
		return whole
	case r.Old:
		node.Report(report.Warning(codeNoEffect, reference.Range, "%s has no effect beside $ref", strings.Join(beside, ", ")).
			Why("OpenAPI 3.0 reads the reference alone.").Fix("write allOf with the reference as its first element"))
		return whole
	}
	own := r.keywords(node, along)
	if whole != nil {
		own.AllOf = append([]*Schema{whole}, own.AllOf...)
	}
	return own
}

// keywords reads a mapping without regard to $ref.
func (r *schemaReader) keywords(node *source.Node, along *way) *Schema {
	s := &Schema{Range: node.Range}
	nullable := isTrue(node.Get("nullable"))
	r.types(s, node)
	s.Nullable = s.Nullable || nullable
	for _, entry := range node.Entries() {
		r.keyword(s, node, entry, along)
	}
	r.required(s, node.Get("required"))
	if len(s.Types) == 0 && node.Get("properties") != nil {
		s.Types = []string{"object"}
	}
	if nullable {
		s.allowNull()
	}
	r.effects(s, node)
	r.default_(s, node)
	return s
}

// allowNull adds null to an enum: who writes nullable beside one means it.
func (s *Schema) allowNull() {
	for i, one := range s.Constraints {
		if choices, ok := one.Value.([]any); ok && one.Keyword == "enum" && !slices.Contains(choices, nil) {
			s.Constraints[i].Value = append(choices[:len(choices):len(choices)], nil)
		}
	}
}

func typeNames() []string {
	return []string{"string", "integer", "number", "boolean", "array", "object"}
}

// types reads type, which OpenAPI 3.1 lets be a list.
func (r *schemaReader) types(s *Schema, node *source.Node) {
	kind := node.Get("type")
	for _, name := range source.Items(kind) {
		text := strings.TrimSpace(name.Value())
		switch {
		case text == "null" || name.Kind == source.Null:
			s.Nullable = true
		case slices.Contains(typeNames(), text):
			s.Types = append(s.Types, text)
		default:
			name.Report(report.Warning(codeType, name.Range, "%q is not a type", text).
				Why("Values of any type are accepted.").
				Fix("write string, integer, number, boolean, array or object"))
		}
	}
}

func isTrue(node *source.Node) bool {
	if node == nil {
		return false
	}
	value, _ := node.Bool()
	return value
}

// keyword reads one entry of a schema. One flat switch over the keywords that hold schemas.
func (r *schemaReader) keyword(s *Schema, node *source.Node, entry source.Entry, along *way) {
	switch entry.Name {
	case "type", "nullable", "required", "default", "$ref":
	case "properties":
		r.properties(s, entry.Value, along)
	case "additionalProperties":
		r.additional(s, entry.Value, along)
	case "items":
		s.ItemsOrNil = r.schema(entry.Value, along)
	case "allOf":
		s.AllOf = r.list(entry.Value, along)
	case "anyOf":
		s.AnyOf = r.list(entry.Value, along)
	case "oneOf":
		s.OneOf = r.list(entry.Value, along)
	case "not":
		if s.NotOrNil = r.schema(entry.Value, along); s.NotOrNil == nil {
			s.NotOrNil = &Schema{}
		}
	case "const":
		s.Constraints = append(s.Constraints, Constraint{"enum", []any{r.literal(s, entry.Value)}})
	default:
		r.other(s, node, entry)
	}
}

func (r *schemaReader) list(node *source.Node, along *way) []*Schema {
	var all []*Schema
	for _, item := range node.List("schemas") {
		one := r.schema(item, along)
		if one == nil {
			one = &Schema{Range: item.Range}
		}
		all = append(all, one)
	}
	return all
}

func (r *schemaReader) properties(s *Schema, node *source.Node, along *way) {
	if node.Kind == source.Null {
		return
	}
	node.Map("the properties")
	for _, entry := range node.Entries() {
		property := Property{Name: entry.Name, Schema: r.schema(entry.Value, along), Range: entry.Key.Range}
		if property.Schema == nil {
			property.Schema = &Schema{Range: entry.Key.Range}
		}
		s.Properties = append(s.Properties, property)
	}
}

func (r *schemaReader) additional(s *Schema, node *source.Node, along *way) {
	if node.Kind == source.Scalar {
		allowed, ok := node.Bool()
		s.Closed = ok && !allowed
		return
	}
	s.AdditionalOrNil = r.schema(node, along)
}

// required marks the properties that an object must have. One that only answers have (readOnly) is not asked for in a request.
func (r *schemaReader) required(s *Schema, node *source.Node) {
	if node == nil || slices.Contains(r.Beside, "required") {
		return
	}
	for _, name := range node.List("names of properties") {
		at := slices.IndexFunc(s.Properties, func(p Property) bool { return p.Name == name.Value() })
		if at < 0 {
			s.Properties = append(s.Properties, Property{Name: name.Value(), Required: true, Range: name.Range})
			continue
		}
		property := &s.Properties[at]
		property.Required = property.Schema == nil || !property.Schema.ReadOnly
	}
}

// literal reads a JSON value. Where a text is asked for, a scalar is the text that is written.
func (r *schemaReader) literal(s *Schema, node *source.Node) any {
	if s.Type() == "string" && node.Kind == source.Scalar {
		return node.Value()
	}
	return source.JSON(node, source.Scalars)
}
