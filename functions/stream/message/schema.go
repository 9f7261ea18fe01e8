package message

import (
	"slices"
	"strconv"
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
			shape, err := compile(parsed.Root())
			return &schema{defined(value, definitions), shape}, err
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
type compiler struct {
	named   map[string]*shape // of all types with a name
	unknown string            // a name that none of them has
}

func compile(root *avro.SchemaNode) (*shape, error) {
	c := compiler{named: map[string]*shape{}}
	c.declare(root)
	made := c.shape(root, "")
	if c.unknown != "" {
		return nil, schemaInvalid("it refers to " + strconv.Quote(c.unknown))
	}
	return made, nil
}

// declare makes a shape without content for each type with a name, which others may refer to before it is defined.
func (c *compiler) declare(node *avro.SchemaNode) {
	if node == nil {
		return
	}
	if node.Name != "" && definesName(node) {
		c.named[fullName(node.Name, namespaceOf(node))] = &shape{}
	}
	c.declare(node.Items)
	c.declare(node.Values)
	for i := range node.Branches {
		c.declare(&node.Branches[i])
	}
	for i := range node.Fields {
		c.declare(&node.Fields[i].Type)
	}
}

func definesName(node *avro.SchemaNode) bool {
	return slices.Contains([]string{"record", "error", "enum", "fixed"}, node.Type)
}

// namespaceOf is the namespace of a type with a name.
func namespaceOf(node *avro.SchemaNode) string {
	if dot := strings.LastIndexByte(node.Name, '.'); dot >= 0 {
		return node.Name[:dot]
	}
	return node.Namespace
}

// shape is that of a node within a namespace.
func (c *compiler) shape(node *avro.SchemaNode, namespace string) *shape {
	if kind, ok := primitives[node.Type]; ok {
		return primitive(kind, node)
	}
	switch {
	case node.Items != nil && node.Type == "array":
		return &shape{kind: kindArray, parts: []*shape{c.shape(node.Items, namespace)}}
	case node.Values != nil && node.Type == "map":
		return &shape{kind: kindMap, parts: []*shape{c.shape(node.Values, namespace)}}
	case node.Name != "" && definesName(node):
		return c.definition(node)
	}
	if found := c.reference(node.Type, namespace); found != nil { // also to a type that is called array or union
		return found
	}
	if node.Type != "union" {
		c.unknown = node.Type
	}
	union := &shape{kind: kindUnion}
	for i := range node.Branches {
		union.parts = append(union.parts, c.shape(&node.Branches[i], namespace))
	}
	return union
}

func primitive(k kind, node *avro.SchemaNode) *shape {
	if k == kindBytes && node.LogicalType == "decimal" {
		return &shape{kind: kindDecimal, scale: node.Scale}
	}
	return &shape{kind: k}
}

// definition gives the shape of a type with a name its content.
func (c *compiler) definition(node *avro.SchemaNode) *shape {
	namespace := namespaceOf(node)
	defined := c.named[fullName(node.Name, namespace)]
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

// reference is the shape that a name stands for: of its namespace, else of none; nil for no name.
func (c *compiler) reference(name, namespace string) *shape {
	if found, ok := c.named[fullName(name, namespace)]; ok {
		return found
	}
	return c.named[name]
}
