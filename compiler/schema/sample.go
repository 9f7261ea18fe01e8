package schema

import (
	"math"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// Sample is a value to try a schema with: its default, the first of its choices, or something of its type that keeps to the simple
// constraints. Patterns and forms are left to whoever tries it.
func (s *Schema) Sample() any {
	if s == nil {
		return "sample"
	}
	if literal := s.Default(); literal != nil {
		return literal
	}
	if choices, ok := s.Constraint("enum").([]any); ok {
		return choices[0]
	}
	for _, forms := range [][]*Schema{s.AllOf, s.OneOf, s.AnyOf} {
		if len(forms) > 0 && len(s.Types) == 0 {
			return forms[0].Sample()
		}
	}
	if len(s.Types) == 0 {
		return "sample"
	}
	switch s.Types[0] {
	case "integer", "number":
		return s.sampleNumber()
	case "boolean":
		return true
	case "array":
		return s.sampleList()
	case "object":
		object := jsonata.NewObject()
		for _, property := range s.Properties {
			object.Set(property.Name, property.Schema.Sample())
		}
		return object
	default:
		return s.sampleText()
	}
}

func (s *Schema) sampleNumber() any {
	if low := s.Constraint("minimum"); low != nil {
		return low
	}
	if low, ok := jsonata.Float(s.Constraint("exclusiveMinimum")); ok {
		return math.Floor(low) + 1
	}
	if high, ok := jsonata.Float(s.Constraint("maximum")); ok && high < 1 {
		return s.Constraint("maximum")
	}
	if step := s.Constraint("multipleOf"); step != nil {
		return step
	}
	return 1.0
}

func (s *Schema) sampleList() any {
	list := []any{}
	least, _ := s.Constraint("minItems").(float64)
	for range min(int(least), 10) {
		list = append(list, s.ItemsOrNil.Sample())
	}
	return list
}

func (s *Schema) sampleText() any {
	name, _ := s.Constraint("format").(string)
	if sample := map[string]string{
		"date": "2026-01-31", "date-time": "2026-01-31T08:30:00Z", "time": "08:30:00Z", "duration": "P1D", "email": "someone@example.com",
		"uuid": "123e4567-e89b-12d3-a456-426614174000", "uri": "https://example.com/", "hostname": "example.com", "ipv4": "192.0.2.1", "ipv6": "2001:db8::1",
		"byte": "c2FtcGxl",
	}[name]; sample != "" {
		return sample
	}
	text := "sample"
	if least, ok := s.Constraint("minLength").(float64); ok {
		for len(text) < min(int(least), 1000) {
			text += "s"
		}
	}
	if most, ok := s.Constraint("maxLength").(float64); ok && int(most) < len(text) {
		text = text[:int(most)]
	}
	return text
}
