package apichap

import (
	"slices"

	"github.com/steploom/steploom/compiler/expr"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
)

// schema reads a description of JSON.
func (r *operationReader) schema(node *source.Node) schema {
	switch node.Kind {
	case source.Mapping:
		return r.schemaMapping(node)
	case source.Sequence:
		node.Report(report.Error(source.CodeWrongKind, node.Range, "a schema has no lists of its own").Fix("write list: and item:"))
		return &schemaValue{}
	default:
		return &schemaValue{r.schemaLeaf(node)}
	}
}

// schemaLeaf reads a value: an expression, a text with placeholders, or a literal of YAML.
func (r *operationReader) schemaLeaf(node *source.Node) expression {
	text := node.Value()
	if node.Kind == source.Scalar && placeholders.First(text) < len(text) && !startsWithCall(text) {
		if parsed := parseTemplate(node); parsed != nil {
			return parsed
		}
		return nil
	}
	return parseExpression(node)
}

// startsWithCall tells whether a text begins with METHOD( or a parenthesis.
func startsWithCall(text string) bool {
	p := &parser{text: expr.Verbatim(text, 0)}
	p.blanks()
	return p.take("(") || p.word() != "" && p.take("(")
}

// schemaMapping tells the directives from plain objects, in which "item" may be a name like any other.
func (r *operationReader) schemaMapping(node *source.Node) schema {
	item := node.Get("item")
	alias := node.Get("items")
	if item == nil && alias != nil && node.Get("list") != nil {
		r.warnItems(node)
		item = alias
	}
	if item == nil || !isDirective(node, item) {
		withoutItem(node)
		return r.schemaObject(node)
	}
	oneForm(node)
	fields := node.Map("a schema with an item")
	fields.Take("item")
	if alias == item {
		fields.Take("items")
	}
	list, object, of := fields.Take("list"), fields.Take("object"), fields.Take("map")
	fields.Done()
	inner := r.schema(item)
	switch {
	case list != nil:
		return &schemaList{parseExpression(list), inner}
	case of != nil:
		return &schemaMap{parseExpression(of), inner}
	case object != nil:
		return &schemaScope{parseExpression(object), inner}
	default:
		return &schemaScope{nil, inner}
	}
}

// isDirective tells whether a mapping with an item says how to build something: it also has list, object or map, or it has nothing else
// and the item is an object.
func isDirective(node, item *source.Node) bool {
	for _, name := range directives() {
		if node.Get(name) != nil {
			return true
		}
	}
	return len(node.Entries()) == 1 && item.Kind == source.Mapping
}

// directives are the keys that say what an item is built for.
func directives() []string { return []string{"list", "object", "map"} }

// oneForm refuses a schema that says several things to build.
func oneForm(node *source.Node) {
	var first *source.Entry
	for _, entry := range node.Entries() {
		switch {
		case !slices.Contains(directives(), entry.Name):
		case first == nil:
			first = &entry
		default:
			entry.Key.Report(report.Error(codeTwice, entry.Key.Range, "a schema with an item has one of list, object and map, and this one has %q and %q", first.Name, entry.Name).
				Fix("delete one of the two, or put the one into the item of the other").
				Also(first.Key.Range, "the first one"))
		}
	}
}

// withoutItem warns of a mapping that looks like a directive whose item is missing or misspelt, and is an object like any other.
func withoutItem(node *source.Node) {
	entries := node.Entries()
	at := slices.IndexFunc(entries, func(e source.Entry) bool {
		return slices.Contains(directives(), e.Name) && e.Value.Kind == source.Scalar
	})
	if at < 0 || node.Get("item") != nil {
		return
	}
	key := entries[at]
	for _, entry := range entries {
		if near, ok := source.Nearest(entry.Name, []string{"item"}); ok && len(entries) == 2 {
			entry.Key.Report(report.Warning(codeItems, entry.Key.Range, "%q beside %q is a name like any other", entry.Name, key.Name).Fix("write %s", near))
			return
		}
	}
	if len(entries) == 1 {
		key.Key.Report(report.Warning(codeItems, key.Key.Range, "%q without \"item\" is a name like any other", key.Name).
			Why("The answer is an object with a member %q.", key.Name).
			Fix("add item: with what is built for each element, or give the member another name"))
	}
}

func (r *operationReader) warnItems(node *source.Node) {
	for _, entry := range node.Entries() {
		if entry.Name == "items" {
			entry.Key.Report(report.Warning(codeItems, entry.Key.Range, `"items" is read as "item"`).Fix("write item"))
		}
	}
}

func (r *operationReader) schemaObject(node *source.Node) schema {
	object := &schemaObject{}
	for _, entry := range node.Entries() {
		object.fields = append(object.fields, schemaField{entry.Name, r.schema(entry.Value)})
	}
	return object
}
