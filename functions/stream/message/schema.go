package message

import (
	"strings"

	"github.com/twmb/avro"

	"github.com/steploom/steploom/shared/pytext"
	"github.com/steploom/steploom/shared/task"
)

// schema is a schema that values are read by.
type schema struct {
	value any // its JSON
	shape *shape
}

// kind is a type of Avro.
type kind int

const (
	kindNull kind = iota
	kindBoolean
	kindInt
	kindLong
	kindFloat
	kindDouble
	kindString
	kindBytes
	kindFixed
	kindEnum
	kindUnion
	kindDecimal      // bytes
	kindFixedDecimal // fixed
	kindUUID         // fixed(16)

	// The kinds from here on become lists and dicts.
	kindArray
	kindMap
	kindRecord
)

var primitives = map[string]kind{
	"null": kindNull, "boolean": kindBoolean, "int": kindInt, "long": kindLong, "float": kindFloat, "double": kindDouble,
	"string": kindString, "bytes": kindBytes,
}

// shape is how the bytes of a value are read.
type shape struct {
	kind    kind
	size    int      // of a fixed
	scale   int      // of a decimal
	symbols []any    // of an enum: texts
	names   []any    // of the fields of a record: texts
	parts   []*shape // of the fields, of the branches, or the one of elements
}

// parseSchema reads a schema and those it refers to, which come first. The last one is that of values.
func parseSchema(texts ...string) (*schema, error) {
	var known avro.SchemaCache
	definitions := map[string]any{}
	for i, text := range texts {
		value, parsed, err := parseOne(&known, text)
		if err != nil {
			return nil, err
		}
		if i == len(texts)-1 {
			return &schema{defined(value, definitions), (&compiler{named: map[string]*shape{}}).shape(parsed.Root(), "")}, nil
		}
		define(value, definitions)
	}
	return nil, schemaInvalid("there is none")
}

// define remembers a schema by the name that others refer to it.
func define(value any, definitions map[string]any) {
	if definition, ok := value.(*pytext.Dict); ok {
		name, _ := definition.Get("name")
		namespace, _ := definition.Get("namespace")
		text, _ := name.(string)
		within, _ := namespace.(string)
		definitions[fullName(text, within)] = definition
	}
}

// defined is a schema, or what it is a name of: a value's fields are masked by their definitions.
func defined(value any, definitions map[string]any) any {
	switch value := value.(type) {
	case string:
		if definition, ok := definitions[value]; ok {
			return definition
		}
	case []any:
		return eachOf(value, func(branch any) any { return defined(branch, definitions) })
	}
	return value
}

// parseOne gives the JSON value of a schema and what the library makes of it.
func parseOne(known *avro.SchemaCache, text string) (any, *avro.Schema, error) {
	value, err := schemaValue(text)
	if err != nil {
		return nil, nil, err
	}
	plain, err := pytext.JSON(wireSchema(value), pytext.Options{Unicode: true, Compact: true})
	if err != nil {
		return nil, nil, schemaInvalid(err.Error())
	}
	parsed, err := known.Parse(plain, avro.WithLaxNames(nil))
	if err != nil {
		return nil, nil, schemaInvalid(err.Error())
	}
	return value, parsed, nil
}

func schemaInvalid(why string) error {
	return task.Errorf(task.StreamSchemaInvalid, "the Avro schema is invalid: %s", why)
}

// schemaValue is the JSON value of a schema.
func schemaValue(text string) (any, error) {
	if len(text) > SchemaLimit {
		return nil, tooLarge("the Avro schema has", len(text), "bytes", SchemaLimit)
	}
	value, err := decodeJSON([]byte(text))
	if failure := task.AsError(err); failure != nil && failure.Name != task.StreamTooLarge {
		return nil, schemaInvalid(failure.Message)
	}
	return value, err
}

// compiler makes shapes of the nodes of one schema.
type compiler struct{ named map[string]*shape }

// shape is that of a node within a namespace.
func (c *compiler) shape(node *avro.SchemaNode, namespace string) *shape {
	if kind, ok := primitives[node.Type]; ok {
		return primitive(kind, node)
	}
	switch node.Type {
	case "array":
		return &shape{kind: kindArray, parts: []*shape{c.shape(node.Items, namespace)}}
	case "map":
		return &shape{kind: kindMap, parts: []*shape{c.shape(node.Values, namespace)}}
	case "union":
		union := &shape{kind: kindUnion}
		for i := range node.Branches {
			union.parts = append(union.parts, c.shape(&node.Branches[i], namespace))
		}
		return union
	case "record", "error", "enum", "fixed":
		return c.definition(node)
	}
	return c.reference(node.Type, namespace)
}

func primitive(k kind, node *avro.SchemaNode) *shape {
	if k == kindBytes && node.LogicalType == "decimal" {
		return &shape{kind: kindDecimal, scale: node.Scale}
	}
	return &shape{kind: k}
}

// definition is the shape of a named type, which is known by its name before its fields are read: they may refer to it.
func (c *compiler) definition(node *avro.SchemaNode) *shape {
	defined, namespace := &shape{}, node.Namespace
	if dot := strings.LastIndexByte(node.Name, '.'); dot >= 0 {
		namespace = node.Name[:dot]
	}
	c.named[fullName(node.Name, namespace)] = defined
	switch node.Type {
	case "enum":
		defined.kind = kindEnum
		for _, symbol := range node.Symbols {
			defined.symbols = append(defined.symbols, symbol)
		}
	case "fixed":
		*defined = fixed(node)
	default:
		defined.kind = kindRecord
		for i := range node.Fields {
			defined.names = append(defined.names, node.Fields[i].Name)
			defined.parts = append(defined.parts, c.shape(&node.Fields[i].Type, namespace))
		}
	}
	return defined
}

func fixed(node *avro.SchemaNode) shape {
	switch {
	case node.LogicalType == "decimal":
		return shape{kind: kindFixedDecimal, size: node.Size, scale: node.Scale}
	case node.LogicalType == "uuid" && node.Size == 16:
		return shape{kind: kindUUID, size: node.Size}
	}
	return shape{kind: kindFixed, size: node.Size}
}

func fullName(name, namespace string) string {
	if namespace == "" || strings.ContainsRune(name, '.') {
		return name
	}
	return namespace + "." + name
}

// reference is the shape that a name stands for: of its namespace, else of none.
func (c *compiler) reference(name, namespace string) *shape {
	if found, ok := c.named[fullName(name, namespace)]; ok {
		return found
	}
	return c.named[name]
}
