package schema

import (
	"strings"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// Version is a form in which a schema is written.
type Version int

// The forms: JSON Schema 2020-12, which OpenAPI 3.1 uses; the Schema Object of OpenAPI 3.0; the part of JSON Schema draft 4 that API Gateway's
// models understand, which lets through what it cannot say: several types, null, formats, not, and values that fit more than one form of oneOf.
const (
	JSONSchema Version = iota
	OpenAPI30
	Draft4
)

// JSON writes a schema.
func (s *Schema) JSON(version Version) *jsonata.Object {
	w := schemaWriter{version, jsonata.NewObject()}
	if s == nil || version == Draft4 && (s.Nullable || len(s.Types) > 1) {
		return w.object
	}
	w.types(s)
	var apart []*Schema
	for _, one := range s.Constraints {
		if bound, exclusive := boundOf(one.Keyword); exclusive && version != JSONSchema && s.Constraint(bound) != nil {
			apart = append(apart, (&Schema{}).With(one.Keyword, one.Value)) // the older forms have one bound on each side
			continue
		}
		w.constraint(one)
	}
	if s.ItemsOrNil != nil || version != JSONSchema && s.Type() == "array" {
		w.object.Set("items", s.ItemsOrNil.JSON(version))
	}
	w.properties(s)
	forms := s.Forms
	forms.AllOf = append(apart, forms.AllOf...)
	w.forms(forms)
	if s.DefaultOrNil != nil && version != Draft4 {
		w.object.Set("default", s.DefaultOrNil)
	}
	return w.object
}

func (w schemaWriter) forms(forms Forms) {
	if w.version == Draft4 {
		forms.NotOrNil = nil
		if len(forms.AnyOf) == 0 {
			forms.AnyOf = forms.OneOf
		}
		forms.OneOf = nil
	}
	for _, list := range []struct {
		name    string
		schemas []*Schema
	}{{"allOf", forms.AllOf}, {"anyOf", forms.AnyOf}, {"oneOf", forms.OneOf}} {
		if len(list.schemas) > 0 {
			w.object.Set(list.name, w.all(list.schemas))
		}
	}
	if forms.NotOrNil != nil {
		w.object.Set("not", forms.NotOrNil.JSON(w.version))
	}
}

type schemaWriter struct {
	version Version
	object  *jsonata.Object
}

func (w schemaWriter) types(s *Schema) {
	var names []any
	for _, name := range s.Types {
		names = append(names, name)
	}
	switch {
	case len(names) == 0:
	case w.version == OpenAPI30 && len(names) > 1:
		var forms []any
		for _, name := range s.Types {
			forms = append(forms, Of(name).JSON(w.version))
		}
		w.object.Set("anyOf", forms)
	case w.version == OpenAPI30 || !s.Nullable && len(names) == 1:
		w.object.Set("type", names[0])
	case s.Nullable:
		w.object.Set("type", append(names, "null"))
	default:
		w.object.Set("type", names)
	}
	if w.version == OpenAPI30 && s.Nullable && len(names) > 0 {
		w.object.Set("nullable", true)
	}
}

// constraint writes exclusive bounds the way of the version.
func (w schemaWriter) constraint(one Constraint) {
	if w.version == Draft4 && one.Keyword == "format" {
		return
	}
	bound, exclusive := boundOf(one.Keyword)
	if !exclusive || w.version == JSONSchema {
		w.object.Set(one.Keyword, one.Value)
		return
	}
	w.object.Set(bound, one.Value)
	w.object.Set(one.Keyword, true)
}

// boundOf is the plain keyword beside an exclusive one.
func boundOf(keyword string) (bound string, exclusive bool) {
	bound, exclusive = strings.CutPrefix(keyword, "exclusive")
	return strings.ToLower(bound), exclusive
}

func (w schemaWriter) properties(s *Schema) {
	var required []any
	properties := jsonata.NewObject()
	for _, property := range s.Properties {
		if property.Schema != nil {
			properties.Set(property.Name, property.Schema.JSON(w.version))
		}
		if property.Required {
			required = append(required, property.Name)
		}
	}
	if len(required) > 0 {
		w.object.Set("required", required)
	}
	if properties.Len() > 0 {
		w.object.Set("properties", properties)
	}
	switch {
	case s.Closed:
		w.object.Set("additionalProperties", false)
	case s.AdditionalOrNil != nil:
		w.object.Set("additionalProperties", s.AdditionalOrNil.JSON(w.version))
	}
}

func (w schemaWriter) all(schemas []*Schema) []any {
	written := make([]any, len(schemas))
	for i, one := range schemas {
		written[i] = one.JSON(w.version)
	}
	return written
}
