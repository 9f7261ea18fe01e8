package source

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/shared/diag"
)

// This file reads what languages write in more than one way: names in lists and in mappings, words in any case, numbers and marks that may be absent.

// Named is one of several things with a name. Value says more about it; it is the name itself where nothing else does.
type Named struct {
	Name  string
	Range diag.Range
	Value *Node
}

// NamedItems reads a mapping from names to values, or a list whose elements are names, mappings with a name or mappings of one key. Elements without a
// name are apart.
func NamedItems(node *Node) (found []Named, nameless []*Node) {
	for _, entry := range node.Entries() {
		found = append(found, Named{entry.Name, entry.Key.Range, entry.Value})
	}
	for _, item := range Items(node) {
		if one := named(item); one.Name != "" {
			found = append(found, one)
		} else {
			nameless = append(nameless, item)
		}
	}
	return found, nameless
}

func named(item *Node) Named {
	if name := item.Get("name"); name != nil {
		return Named{Text(name), name.Range, item}
	}
	if entries := item.Entries(); len(entries) == 1 {
		return Named{entries[0].Name, entries[0].Key.Range, entries[0].Value}
	}
	return Named{Text(item), item.Range, item}
}

// Word gives the text of a scalar in lower case, see [Text].
func Word(node *Node) string { return strings.ToLower(Text(node)) }

// Flag reads a mark that is false when it is absent. What is neither true nor false is reported.
func Flag(node *Node) bool {
	if node == nil {
		return false
	}
	value, _ := node.Bool()
	return value
}

// Whole reads a whole number, otherwise when it is absent. What is none is reported, and counts as 0.
func Whole(node *Node, otherwise int) int {
	if node == nil {
		return otherwise
	}
	value, _ := node.Int()
	return value
}

// Wholes gives the whole numbers of a list, or a scalar as a list of one; what is none is reported and left out.
func Wholes(node *Node) []int {
	var numbers []int
	for _, item := range Items(node) {
		if number, ok := item.Int(); ok {
			numbers = append(numbers, number)
		}
	}
	return numbers
}

// Asked are the names that were asked for, whether they are there or not, sorted.
func (k *Keys) Asked() []string {
	var names []string
	for name := range k.asked {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
