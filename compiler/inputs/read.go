package inputs

import (
	"cmp"
	"strings"

	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/schema"
	"github.com/steploom/steploom/compiler/source"
)

// Reader reads declarations of inputs: names alone, names with types, or names with a schema, with keys beside it or in a key of its own.
type Reader struct {
	// Code is that of what is wrong with a declaration. Strays says what is said of keys without a meaning.
	Code   report.Code
	Strays source.Strays
}

// Read gives the inputs of a mapping or a list, none for nil.
func (r Reader) Read(node *source.Node) []Input {
	var found []Input
	for _, one := range source.Names(node, r.Code, "an input") {
		input := Input{Name: one.Name, Range: one.Range}
		switch {
		case one.Value.Kind == source.Mapping:
			r.described(&input, one.Value)
		case one.Value.Range != one.Range && jsonType(source.Word(one.Value)) != "": // name: type
			input.Schema = schema.Of(jsonType(source.Word(one.Value)))
		}
		found = append(found, input)
	}
	return found
}

// described reads a mapping about an input: a schema with more keys, or one that holds the schema.
func (r Reader) described(input *Input, node *source.Node) {
	keys := source.BlockOf(node).Keys()
	wanted := keys.Take("required")
	input.Required = wanted != nil && wanted.Kind == source.Scalar && source.Flag(wanted)
	input.DefaultOrNil = keys.Take("default")
	from := node
	if inner := keys.Take("schema"); inner != nil && inner.Kind == source.Mapping {
		from = inner
		input.DefaultOrNil = cmp.Or(input.DefaultOrNil, inner.Get("default"))
		r.Strays.Report(keys, "an input", r.Strays.Documentation)
	}
	kind := from.Get("type")
	switch word := source.Word(kind); {
	case typesOnly(from) != nil && jsonType(word) != "":
		input.Schema = schema.Of(jsonType(word))
		node.Report(r.Code.Warning(typesOnly(from).Range, "what is inside of %s is not checked", input.Name).Why("It is no schema.").
			Fix("write a schema for each, such as {type: string}"))
	case kind == nil || kind.Kind != source.Scalar || jsonType(word) == word:
		input.Schema = schema.Read(from, schema.Source{Beside: []string{"required", "name", "schema", "default"}})
	case jsonType(word) != "":
		input.Schema = schema.Of(jsonType(word))
	default:
		r.noType(kind)
	}
}

// noType reports a word that is no type: an error when it looks like a slip for one.
func (r Reader) noType(kind *source.Node) {
	near := source.DidYouMean(source.Word(kind), strings.Fields("string number integer boolean array object"))
	say := r.Code.Warning
	if near != "" {
		say = r.Code.Error
	}
	kind.Report(say(kind.Range, "%q is not a type of JSON; the input may be anything", source.Word(kind)).
		Fix("%s", cmp.Or(near, "write string, number, integer, boolean, array or object")))
}

// typesOnly is what a schema says about elements or members by a bare word; nil when it says nothing so.
func typesOnly(schema *source.Node) *source.Node {
	inside := []*source.Node{schema.Get("items")}
	for _, entry := range schema.Get("properties").Entries() {
		inside = append(inside, entry.Value)
	}
	for _, node := range inside {
		if node != nil && node.Kind == source.Scalar && node.Value() != "true" && node.Value() != "false" {
			return node
		}
	}
	return nil
}

// jsonType is the type of JSON that a word means, "" for none.
func jsonType(word string) string {
	switch word {
	case "string", "number", "integer", "boolean", "array", "object":
		return word
	case "int":
		return "integer"
	case "float":
		return "number"
	case "list":
		return "array"
	default:
		return ""
	}
}
