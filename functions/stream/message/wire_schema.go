package message

import (
	"math"
	"slices"

	"github.com/steploom/steploom/shared/pytext"
)

// The attributes of types and of fields that tell how data is written. Producers are careless with the others, such as defaults that do not fit their
// type, and the Python consumer does not look at them.
var (
	typeAttributes    = []any{"type", "name", "namespace", "fields", "items", "values", "symbols", "size"}
	logicalAttributes = []any{"logicalType", "precision", "scale"}
	fieldAttributes   = []any{"name", "type"}
)

// wireSchema is what of a schema tells how data is written. Decimals whose precision and scale do not go together are read as the type below, as the
// specification asks (Avro 1.12, "Logical Types").
func wireSchema(schema any) any {
	switch schema := schema.(type) {
	case []any:
		return eachOf(schema, wireSchema)
	case *pytext.Dict:
		if decimal, _ := schema.Get("logicalType"); decimal == "decimal" && !soundDecimal(schema) {
			return only(schema, typeAttributes)
		}
		return only(schema, slices.Concat(typeAttributes, logicalAttributes))
	}
	return schema
}

func wireField(field any) any {
	if field, ok := field.(*pytext.Dict); ok {
		return only(field, fieldAttributes)
	}
	return field
}

func eachOf(list []any, change func(any) any) []any {
	changed := make([]any, len(list))
	for i, element := range list {
		changed[i] = change(element)
	}
	return changed
}

// only is a part of a schema with some of its attributes, those that are null left out.
func only(part *pytext.Dict, attributes []any) *pytext.Dict {
	kept := &pytext.Dict{}
	for _, item := range part.Items() {
		if item.Value == nil || !slices.Contains(attributes, item.Key) {
			continue
		}
		set(kept, item.Key, wireAttribute(item))
	}
	return kept
}

func wireAttribute(item pytext.Item) any {
	switch item.Key {
	case "type", "items", "values":
		return wireSchema(item.Value)
	case "fields":
		if fields, ok := item.Value.([]any); ok {
			return eachOf(fields, wireField)
		}
	}
	return item.Value
}

// set sets an entry whose key is a text, which always can be one.
func set(d *pytext.Dict, key, value any) { _ = d.Set(key, value) }

// mostPrecise bounds the precision of decimals, whose digits are found in more than linear time.
const mostPrecise = 10_000

// soundDecimal reports whether a decimal has a precision that its scale does not pass and its size can hold (Avro 1.12 specification, "Decimal").
func soundDecimal(schema *pytext.Dict) bool {
	precision, scale := attribute(schema, "precision", -1), attribute(schema, "scale", 0)
	if kind, _ := schema.Get("type"); kind == "fixed" {
		bits := float64(8*min(attribute(schema, "size", 0), mostPrecise) - 1)
		if float64(precision) > math.Floor(bits*math.Log10(2)) {
			return false
		}
	}
	return precision >= 1 && precision <= mostPrecise && scale >= 0 && scale <= precision
}

// attribute is a whole number of a schema, otherwise where it is absent, -1 where it is none.
func attribute(schema *pytext.Dict, name string, otherwise int64) int64 {
	value, ok := schema.Get(name)
	if !ok {
		return otherwise
	}
	number, ok := value.(int64)
	if !ok {
		return -1
	}
	return number
}
