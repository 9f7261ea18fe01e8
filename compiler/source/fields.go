package source

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/shared/diag"
)

// Fields reads a mapping whose keys have fixed names. What nobody took is reported by Done.
type Fields struct {
	node  *Node
	what  string
	asked []string // names that were asked for, present or not
	old   []string // names that are known but not to be suggested
}

// Map starts reading a mapping; what names it in diagnostics, with its article ("an exception"). A node of another kind is reported
// and reads as an empty mapping.
func (n *Node) Map(what string) *Fields {
	if n.Kind != Mapping && n.Kind != Null {
		n.wrongKind("a mapping for "+what, `write "key: value" for each of its keys, on lines of their own`)
	}
	return &Fields{node: n, what: what}
}

// Node is the mapping itself.
func (f *Fields) Node() *Node { return f.node }

// Take gives the value of a key, nil when it is absent.
func (f *Fields) Take(name string) *Node {
	f.asked = append(f.asked, name)
	return f.node.Get(name)
}

// TakeOld is Take for a key that is known only to be refused or replaced; it is never suggested.
func (f *Fields) TakeOld(name string) *Node {
	f.old = append(f.old, name)
	return f.node.Get(name)
}

// Entry gives key and value, ok false when the key is absent.
func (f *Fields) Entry(name string) (entry Entry, ok bool) {
	f.asked = append(f.asked, name)
	i := slices.IndexFunc(f.node.entries, func(e Entry) bool { return e.Name == name })
	if i < 0 {
		return Entry{}, false
	}
	return f.node.entries[i], true
}

// Need gives the value of a key and reports its absence; then the result is nil. A key that looks like a slip for it is reported, and read as it,
// so that what else is wrong is found, too.
func (f *Fields) Need(name string) *Node {
	if value := f.Take(name); value != nil {
		return value
	}
	if entry, near := f.misspelt(name); near {
		f.old = append(f.old, entry.Name)
		entry.Key.Report(report.Error(CodeUnknownKey, entry.Key.Range, "%q is not a key of %s", entry.Name, f.what).Fix("%s", DidYouMean(entry.Name, []string{name})))
		return entry.Value
	}
	if f.node.Kind == Mapping || f.node.Kind == Null {
		f.node.Report(report.Error(CodeMissingKey, f.node.head(), "%s needs %q", f.what, name).Fix("add %s: …", name))
	}
	return nil
}

// misspelt finds a key that nobody asked for and that looks like a slip for name.
func (f *Fields) misspelt(name string) (Entry, bool) {
	for _, entry := range f.node.entries {
		if _, near := Nearest(entry.Name, []string{name}); near && !f.isKnown(entry.Name) {
			return entry, true
		}
	}
	return Entry{}, false
}

func (f *Fields) isKnown(name string) bool {
	return slices.Contains(f.asked, name) || slices.Contains(f.old, name)
}

// Done reports every key that was neither taken nor asked for.
func (f *Fields) Done() {
	for _, entry := range f.node.entries {
		if !f.isKnown(entry.Name) {
			f.unknown(entry)
		}
	}
}

func (f *Fields) unknown(entry Entry) {
	known := slices.Clone(f.asked)
	slices.Sort(known)
	entry.Key.Report(report.Error(CodeUnknownKey, entry.Key.Range, "%q is not a key of %s", entry.Name, f.what).
		Why("The keys of %s are %s.", f.what, strings.Join(slices.Compact(known), ", ")).
		Fix("%s", DidYouMean(entry.Name, known)))
}

// head is the place of a mapping's first key: short enough to underline.
func (n *Node) head() diag.Range {
	if len(n.entries) > 0 {
		return n.entries[0].Key.Range
	}
	return n.Range
}
