package source

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// This file reads mappings as languages have them that know several spellings of a key, and keys that only describe.

// Block is a mapping whose keys mean what the reader of the block says. A key without a value counts as absent.
type Block struct {
	Entries []Entry
	Range   diag.Range
}

// Get gives the value of the first of the names that is there, nil when none is.
func (b Block) Get(names ...string) *Node {
	for _, name := range names {
		for _, entry := range b.Entries {
			if entry.Name == name && entry.Value.Kind != Null {
				return entry.Value
			}
		}
	}
	return nil
}

// Has tells whether one of the names is there.
func (b Block) Has(names ...string) bool { return b.Get(names...) != nil }

// Text gives the text of the first of the names that is there, see [Text].
func (b Block) Text(names ...string) string { return Text(b.Get(names...)) }

// Keys reads a block and remembers what was asked for, so that nothing which nobody asked for stays unsaid.
type Keys struct {
	Block
	asked, taken map[string]bool
}

// Keys starts reading the block.
func (b Block) Keys() *Keys {
	return &Keys{Block: b, asked: map[string]bool{}, taken: map[string]bool{}}
}

// Take is Get of a key in several spellings, and marks it as asked for. Further spellings that are there, too, stay left.
func (k *Keys) Take(names ...string) *Node {
	var found *Node
	for _, name := range names {
		k.asked[name] = true
		value := k.Get(name)
		k.taken[name] = k.taken[name] || found == nil || value == nil
		if found == nil {
			found = value
		}
	}
	return found
}

// TakeAll marks several keys as asked for.
func (k *Keys) TakeAll(names ...string) {
	for _, name := range names {
		k.Take(name)
	}
}

// TakeText gives the text of the first of the names that is there, "" when none is. What is no text is reported.
func (k *Keys) TakeText(names ...string) string {
	if node := k.Take(names...); node != nil {
		text, _ := node.Str()
		return strings.TrimSpace(text)
	}
	return ""
}

// Left are the keys that nobody asked for, but for those that only describe (words with blanks between) and extensions of others.
func (k *Keys) Left(describing string) []Entry {
	return slices.DeleteFunc(slices.Clone(k.Entries), func(e Entry) bool {
		foreign := strings.HasPrefix(e.Name, "x-") && !strings.HasPrefix(e.Name, "x-steploom-")
		return k.taken[e.Name] || foreign || e.Value.Kind == Null || slices.Contains(strings.Fields(describing), e.Name)
	})
}

// Text gives the text of a scalar without blanks around it, "" for anything else and for nil.
func Text(node *Node) string {
	if node == nil {
		return ""
	}
	return strings.TrimSpace(node.value)
}

// Items gives the elements of a list, or a scalar as a list of one.
func Items(node *Node) []*Node {
	if node != nil && node.Kind == Scalar {
		return []*Node{node}
	}
	return node.Items()
}

// Texts gives the texts of a list, or a scalar as a list of one; what is no text is left out.
func Texts(node *Node) []string {
	var texts []string
	for _, item := range Items(node) {
		if text := Text(item); text != "" {
			texts = append(texts, text)
		}
	}
	return texts
}

// Head is the place of a mapping's first key: short enough to underline.
func Head(node *Node) diag.Range { return node.head() }

// JSON gives the JSON value of a YAML value (nil, bool, float64, string, []any, *jsonata.Object), nil for nil, whose scalars mean what a function
// says.
func JSON(node *Node, scalar func(*Node) any) any {
	switch {
	case node == nil || node.Kind == Null:
		return nil
	case node.Kind == Scalar:
		return scalar(node)
	case node.Kind == Mapping:
		object := jsonata.NewObject()
		for _, entry := range node.entries {
			object.Set(entry.Name, JSON(entry.Value, scalar))
		}
		return object
	default:
		list := make([]any, len(node.items))
		for i, item := range node.items {
			list[i] = JSON(item, scalar)
		}
		return list
	}
}

// Scalars is for JSON of values that mean what they say.
func Scalars(node *Node) any {
	literal, _ := node.Literal()
	return literal
}
