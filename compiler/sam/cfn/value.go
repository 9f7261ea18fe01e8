package cfn

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Value is what may stand in a template: string, Text, bool, int, float64, List, Map, Noted, or one of the intrinsic functions
// Ref, GetAtt, Sub, If, Equals, Not, And, Or, All, Join, Concat, Split, Select. nil, "", 0 and empty collections are absent.
type Value = any

type (
	// Map is an ordered mapping.
	Map []Entry
	// Entry is one key of a Map. Comment stands above it.
	Entry struct {
		Key     string
		Value   Value
		Comment string
	}
	// List is a sequence.
	List []Value
	// Noted is a value with a comment above it, for members of a List.
	Noted struct {
		Comment string
		Value   Value
	}
	// Text is a string that stands in the template even when it is empty.
	Text string
	// Ref is the value of a parameter or the identity of a resource.
	Ref string
	// GetAtt is an attribute of a resource.
	GetAtt struct{ Resource, Attribute string }
	// Sub is a text in which ${Name} is replaced.
	Sub string
	// If chooses by a condition.
	If struct {
		Condition  string
		Then, Else Value
	}
	// Equals is a condition: both sides are the same.
	Equals struct{ Left, Right Value }
	// Join puts the members of a list together.
	Join struct {
		Separator string
		Of        Value
	}
	// Concat puts texts together, written on one line.
	Concat []Value
	// Split takes a text apart at a separator.
	Split struct {
		Separator string
		Of        Value
	}
	// Select is a member of a list by its index.
	Select struct {
		Index int
		Of    Value
	}
	// Not is a condition: the inner one does not hold.
	Not struct{ Of Value }
	// And is a condition: all of the conditions named hold.
	And []string
	// Or is a condition: one of the conditions named holds.
	Or []string
	// All is a condition: all of the inner ones hold.
	All []Value
)

// Named is the condition of the template with a name, inside another one.
func Named(condition string) Value { return conditionName(condition) }

// conditionName is a reference to a condition inside another one.
type conditionName string

// NoValue removes the property that it stands for.
const NoValue = Ref("AWS::NoValue")

// Attribute is an attribute of a resource.
func Attribute(resource, attribute string) GetAtt { return GetAtt{resource, attribute} }

// ARN is the attribute Arn of a resource.
func ARN(resource string) GetAtt { return GetAtt{resource, "Arn"} }

// Choose is then where a condition of the template holds, else otherwise.
func Choose(condition string, then, otherwise Value) If { return If{condition, then, otherwise} }

// Same is the condition that two values are the same.
func Same(left, right Value) Equals { return Equals{left, right} }

// Negate is the condition that another does not hold.
func Negate(condition Value) Not { return Not{condition} }

// With appends a key unless its value is absent.
func (m Map) With(key string, value Value) Map { return m.WithNote(key, value, "") }

// WithNote is With, and a comment above the key.
func (m Map) WithNote(key string, value Value, comment string) Map {
	if isAbsent(value) {
		return m
	}
	return append(m, Entry{Key: key, Value: value, Comment: comment})
}

// Has tells whether the mapping has a key.
func (m Map) Has(key string) bool {
	return slices.ContainsFunc(m, func(e Entry) bool { return e.Key == key })
}

func isAbsent(value Value) bool {
	switch value := value.(type) {
	case nil:
		return true
	case string:
		return value == ""
	case int:
		return value == 0
	case Map:
		return len(value) == 0
	case List:
		return len(value) == 0
	}
	return false
}

// ListOf makes a List of the items.
func ListOf[T any](items []T) List {
	list := make(List, len(items))
	for i, item := range items {
		list[i] = item
	}
	return list
}

// node is the YAML form of a value.
func node(value Value) *yaml.Node {
	switch value := value.(type) {
	case string:
		return scalar("!!str", value)
	case Text:
		return scalar("!!str", string(value))
	case bool:
		return scalar("!!bool", strconv.FormatBool(value))
	case int:
		return scalar("!!int", strconv.Itoa(value))
	case float64:
		return scalar("!!float", strconv.FormatFloat(value, 'g', -1, 64))
	case Map:
		return mapping(value)
	case List:
		return sequence("!!seq", value...)
	case Noted:
		inner := node(value.Value)
		comment(inner, value.Comment)
		return inner
	case conditionName:
		return scalar("!Condition", string(value))
	case Ref:
		return scalar("!Ref", string(value))
	case GetAtt:
		return scalar("!GetAtt", value.Resource+"."+value.Attribute)
	case Sub:
		n := scalar("!Sub", string(value))
		if strings.HasSuffix(string(value), "\n") {
			n.Style = yaml.LiteralStyle
		}
		return n
	case If:
		return sequence("!If", value.Condition, value.Then, value.Else)
	case Equals:
		return sequence("!Equals", value.Left, value.Right)
	case Not:
		return sequence("!Not", value.Of)
	case And:
		return sequence("!And", named(value)...)
	case Or:
		return sequence("!Or", named(value)...)
	case All:
		return sequence("!And", value...)
	case Join:
		return sequence("!Join", Text(value.Separator), value.Of)
	case Concat:
		return concatenation(value)
	case Split:
		return sequence("!Split", Text(value.Separator), value.Of)
	case Select:
		return sequence("!Select", value.Index, value.Of)
	case nil:
		return scalar("!!null", "null")
	}
	panic(fmt.Sprintf("cfn: a %T in a template", value))
}

// named refers to conditions of the template.
func named(conditions []string) []Value {
	references := make([]Value, len(conditions))
	for i, name := range conditions {
		references[i] = conditionName(name)
	}
	return references
}

func scalar(tag, text string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: text}
	if tag == "!!str" {
		n.SetString(text) // chooses the style of texts of several lines
		if n.Style == 0 && looksOtherwise(text) {
			n.Style = yaml.SingleQuotedStyle
		}
	}
	return n
}

// looksOtherwise tells whether a plain text would be read as another type by a YAML 1.1 reader, as CloudFormation's is.
func looksOtherwise(text string) bool {
	if text == "" {
		return true
	}
	switch text {
	case "y", "Y", "yes", "Yes", "YES", "n", "N", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF", "true", "True", "TRUE", "false", "False", "FALSE",
		"null", "Null", "NULL", "~":
		return true
	}
	return (text[0] >= '0' && text[0] <= '9') || text[0] == '-' || text[0] == '+' || text[0] == '.'
}

func mapping(entries Map) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	for _, entry := range entries {
		key := scalar("!!str", entry.Key)
		comment(key, entry.Comment)
		n.Content = append(n.Content, key, node(entry.Value))
	}
	return n
}

func sequence(tag string, items ...Value) *yaml.Node {
	n := &yaml.Node{Kind: yaml.SequenceNode, Tag: tag}
	for _, item := range items {
		n.Content = append(n.Content, node(item))
	}
	if (strings.HasPrefix(tag, "!") && tag != "!!seq" || isNumbers(items)) && isShort(n) {
		n.Style = yaml.FlowStyle
	}
	return n
}

// concatenation is a Join whose list is on its line.
func concatenation(texts []Value) *yaml.Node {
	list := sequence("!!seq", texts...)
	list.Style = yaml.FlowStyle
	return &yaml.Node{Kind: yaml.SequenceNode, Tag: "!Join", Style: yaml.FlowStyle, Content: []*yaml.Node{node(Text("")), list}}
}

// isNumbers tells whether a list holds nothing but numbers.
func isNumbers(items []Value) bool {
	for _, item := range items {
		if _, ok := item.(int); !ok {
			return false
		}
	}
	return len(items) > 0
}

// isShort tells whether an intrinsic function fits on one line: it holds nothing but texts.
func isShort(n *yaml.Node) bool {
	for _, item := range n.Content {
		if item.Kind != yaml.ScalarNode && (item.Kind != yaml.SequenceNode || item.Style != yaml.FlowStyle) {
			return false
		}
	}
	return true
}

func comment(n *yaml.Node, text string) {
	if text != "" {
		n.HeadComment = text
	}
}

// encode writes a document, two spaces an indent, long texts on one line, with a blank line before each section and each resource.
func encode(document Map) ([]byte, error) {
	var sections [][]byte
	for _, section := range document {
		write := written
		if section.Key == resourcesSection {
			write = writtenApart
		}
		text, err := write(section)
		if err != nil {
			return nil, err
		}
		sections = append(sections, text)
	}
	return apart(sections), nil
}

// apart joins texts with a blank line between them. A text that ends in one has it as the end of a value, which must not grow.
func apart(texts [][]byte) []byte {
	var out bytes.Buffer
	for i, text := range texts {
		if i > 0 && !bytes.HasSuffix(out.Bytes(), []byte("\n\n")) {
			out.WriteByte('\n')
		}
		out.Write(text)
	}
	return out.Bytes()
}

// written is one key of a mapping as a text of its own.
func written(entry Entry) ([]byte, error) {
	return yaml.Dump(node(Map{entry}), yaml.WithV3Defaults(), yaml.WithIndent(2), yaml.WithLineWidth(-1))
}

// writtenApart is written with a blank line between the keys of the mapping that is the value.
func writtenApart(entry Entry) ([]byte, error) {
	var members [][]byte
	for _, member := range entry.Value.(Map) {
		text, err := written(member)
		if err != nil {
			return nil, err
		}
		members = append(members, indented(text))
	}
	return append([]byte(entry.Key+":\n"), apart(members)...), nil
}

// indented moves every line that is not empty two places to the right.
func indented(text []byte) []byte {
	var out bytes.Buffer
	for line := range bytes.Lines(text) {
		if len(line) > 1 {
			out.WriteString("  ")
		}
		out.Write(line)
	}
	return out.Bytes()
}
