// Package schema is JSON Schema as OpenAPI 3.0 and 3.1, and the inputs of process graphs, write it: read from YAML with diagnostics, and
// checked in JSONata, so that a laptop and Step Functions refuse the same values for the same reason.
//
//	wanted := schema.Read(node, schema.Inline())          // diagnostics go to the node's reader
//	for _, v := range wanted.Violations(schema.Subject{Value: build.Var("x"), Name: "input x"}) {
//		// v.Fails is a condition, v.Message a text: "input x must be at least 1"
//	}
//
// What a keyword means is that of JSON Schema 2020-12 (json-schema.org, Core and Validation) and of the Schema Object of OpenAPI 3.0.3 and
// 3.1.0. Keywords that are not enforced are named by a diagnostic.
package schema

import (
	"slices"

	"github.com/steploom/steploom/shared/diag"
)

// Schema says which JSON values fit. The zero Schema lets every value fit.
type Schema struct {
	// Types are the names of the types that fit, without "null"; none at all lets every type fit.
	Types []string
	// Nullable tells that null fits besides Types.
	Nullable bool
	// Constraints are the keywords that speak of one value, in the order of the source.
	Constraints []Constraint
	// ItemsOrNil is what each element of an array fits.
	ItemsOrNil *Schema
	// Properties are the members of an object that the source names.
	Properties []Property
	// Closed tells that an object has no members but Properties; AdditionalOrNil is what the others fit.
	Closed          bool
	AdditionalOrNil *Schema
	Forms
	// ReadOnly tells that only answers have the value.
	ReadOnly bool
	// DefaultOrNil is a JSON literal that stands for a value that is not there.
	DefaultOrNil any
	Range        diag.Range
}

// Forms are schemas of which a value fits all, one or more, and exactly one; NotOrNil is one that it must not fit.
type Forms struct {
	AllOf, AnyOf, OneOf []*Schema
	NotOrNil            *Schema
}

// Property is a member of an object.
type Property struct {
	Name string
	// Schema is nil for a member that is only required, and not described.
	Schema *Schema
	// Required tells that an object without it does not fit. A property that only answers have is not required.
	Required bool
	Range    diag.Range
}

// Constraint is a keyword with its value as JSON: bool, float64, int64, string or []any. Exclusive bounds are written as JSON Schema
// writes them, as numbers.
type Constraint struct {
	Keyword string
	Value   any
}

// Of is the schema of a type; "" is that of any value.
func Of(kind string) *Schema {
	if kind == "" {
		return &Schema{}
	}
	return &Schema{Types: []string{kind}}
}

// ListOf is the schema of arrays whose elements fit another.
func ListOf(items *Schema) *Schema { return &Schema{Types: []string{"array"}, ItemsOrNil: items} }

// With gives a copy with one more constraint.
func (s *Schema) With(keyword string, value any) *Schema {
	copied := *s
	copied.Constraints = append(copied.Constraints[:len(copied.Constraints):len(copied.Constraints)], Constraint{keyword, value})
	return &copied
}

// Type is the only type that fits, "" when there are several or any fits.
func (s *Schema) Type() string {
	if s == nil || len(s.Types) != 1 {
		return ""
	}
	return s.Types[0]
}

// MayBe tells that a schema names a type, itself or in its parts.
func (s *Schema) MayBe(kind string) bool { return slices.Contains(s.kinds(), kind) }

// Property finds a member by its name, also in the schemas that AllOf joins; nil when the source does not name it.
func (s *Schema) Property(name string) *Property {
	if s == nil {
		return nil
	}
	for i := range s.Properties {
		if s.Properties[i].Name == name {
			return &s.Properties[i]
		}
	}
	for _, part := range s.AllOf {
		if found := part.Property(name); found != nil {
			return found
		}
	}
	return nil
}

// Constraint gives the value of a keyword, nil when the schema does not have it.
func (s *Schema) Constraint(keyword string) any {
	if s == nil {
		return nil
	}
	for _, one := range s.Constraints {
		if one.Keyword == keyword {
			return one.Value
		}
	}
	return nil
}

// Default is the literal that stands for a value that is not there, found in the schemas of AllOf too; nil when there is none.
func (s *Schema) Default() any {
	if s == nil {
		return nil
	}
	if s.DefaultOrNil != nil {
		return s.DefaultOrNil
	}
	for _, part := range s.AllOf {
		if value := part.Default(); value != nil {
			return value
		}
	}
	return nil
}
