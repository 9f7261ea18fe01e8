package ast

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// Block is a mapping whose keys mean what the reader of the block says. A key without a value counts as absent.
type Block struct {
	Entries []source.Entry
	Range   diag.Range
}

// Get gives the value of the first of the names that is there, nil when none is.
func (b Block) Get(names ...string) *source.Node {
	for _, name := range names {
		for _, entry := range b.Entries {
			if entry.Name == name && entry.Value.Kind != source.Null {
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
	taken map[string]bool
}

// Keys starts reading the block.
func (b Block) Keys() *Keys { return &Keys{Block: b, taken: map[string]bool{}} }

// Take is Get, and marks all of the names as asked for.
func (k *Keys) Take(names ...string) *source.Node {
	for _, name := range names {
		k.taken[name] = true
	}
	return k.Get(names...)
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
func (k *Keys) Left(describing string) []source.Entry {
	return slices.DeleteFunc(slices.Clone(k.Entries), func(e source.Entry) bool {
		foreign := strings.HasPrefix(e.Name, "x-") && !strings.HasPrefix(e.Name, "x-steploom-")
		return k.taken[e.Name] || foreign || e.Value.Kind == source.Null || slices.Contains(strings.Fields(describing), e.Name)
	})
}

// Text gives the text of a scalar without blanks around it, "" for anything else and for nil.
func Text(node *source.Node) string {
	if node == nil {
		return ""
	}
	return strings.TrimSpace(node.Value())
}

// Texts gives the texts of a list, or a scalar as a list of one; what is no text is left out.
func Texts(node *source.Node) []string {
	var texts []string
	for _, item := range Items(node) {
		if text := Text(item); text != "" {
			texts = append(texts, text)
		}
	}
	return texts
}

// Items gives the elements of a list, or a scalar as a list of one.
func Items(node *source.Node) []*source.Node {
	if node != nil && node.Kind == source.Scalar {
		return []*source.Node{node}
	}
	return node.Items()
}

// RefTo is the name that a scalar holds; the zero Ref for nil.
func RefTo(node *source.Node) Ref {
	if node == nil {
		return Ref{}
	}
	return Ref{Name: Text(node), Range: node.Range}
}

// Head is the place of a mapping's first key: short enough to underline.
func Head(node *source.Node) diag.Range {
	if entries := node.Entries(); len(entries) > 0 {
		return entries[0].Key.Range
	}
	return node.Range
}
