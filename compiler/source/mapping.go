package source

import (
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/shared/diag"
)

const mergeTag = "!!merge"

// mapping reads keys and values. A key that is written twice is reported and its second value ignored; merge keys (<<) give values
// to keys that are not written.
func (b *builder) mapping(built *Node, node *yaml.Node) {
	var merged []*yaml.Node
	seen := map[string]int{}
	for pair := range slices.Chunk(node.Content, 2) {
		if b.spent || len(pair) < 2 {
			return
		}
		if pair[0].Tag == mergeTag {
			merged, built.shared = append(merged, pair[1]), true
			continue
		}
		key := b.build(pair[0])
		if key.Kind == Mapping || key.Kind == Sequence {
			key.Report(report.Error(CodeWrongKind, key.Range, "a key must be text, found %s", key.Kind).Fix("put it in quotes if it is text"))
			continue
		}
		entry := Entry{Name: key.value, Key: key, Value: b.build(pair[1])}
		built.stretch(entry.Value)
		if first, twice := seen[entry.Name]; twice {
			b.duplicate(&built.entries[first], entry)
			continue
		}
		seen[entry.Name] = len(built.entries)
		built.entries = append(built.entries, entry)
	}
	for _, source := range merged {
		b.merge(built, b.build(source), seen)
	}
}

func (b *builder) merge(built, from *Node, seen map[string]int) {
	switch from.Kind {
	case Mapping:
		for _, entry := range from.entries {
			if _, known := seen[entry.Name]; !known {
				seen[entry.Name] = len(built.entries)
				built.entries = append(built.entries, entry)
			}
		}
	case Sequence:
		for _, part := range from.items {
			b.merge(built, part, seen)
		}
	case Null, Scalar:
		from.wrongKind("a mapping to merge", "name the anchor of a mapping, as in <<: *defaults")
	}
}

// duplicate reports a key that is written twice. When one of the two is empty nothing is lost, so that is only warned about.
func (b *builder) duplicate(first *Entry, second Entry) {
	severity, at := b.duplicates, first.Key.Range
	if first.Value.Kind == Null || second.Value.Kind == Null {
		severity = diag.Warning
	}
	if first.Value.Kind == Null {
		first.Value = second.Value
	}
	b.reader.Report(report.New(severity, CodeDuplicateKey, second.Key.Range, "%q is written twice in the same mapping", second.Name).
		Why("Only one of them can count.").
		Fix("delete one of the two").
		Also(at, "first written here"))
}
