// Package yamlkeys changes YAML files by one key at a time, for tests that no key of a language is without effect: a file without one of its
// keys, or with one more, must compile to something else or bring up a diagnostic. Only tests use it.
//
// All else stays where it is: a file without a key has the lines and columns of the original, so that what depends on places can be compared.
package yamlkeys

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/source"
)

// Mapping is a mapping of a file with at least one key.
type Mapping struct {
	// Path leads to the mapping: names of keys and indexes of lists, from the top.
	Path []string
	// Keys are its keys in the order of the source.
	Keys []Key
	flow bool
}

// Key is a key of a mapping.
type Key struct {
	// Path leads to its value; the last element is Name.
	Path []string
	Name string
	Line int
	// Value is the source text of the value, "" for none.
	Value      string
	start, end int // the stretch of key and value in the file
}

// Mappings lists the mappings of a file from the outside to the inside. Those below an alias or a merge key are written elsewhere, and are listed
// only there.
func Mappings(file source.File) []Mapping {
	var reader source.Reader
	root := reader.Read(source.File{Path: file.Path, Bytes: file.Bytes})
	w := walker{text: file.Bytes}
	w.node(root, nil)
	return w.found
}

type walker struct {
	text  []byte
	found []Mapping
}

func (w *walker) node(node *source.Node, path []string) {
	for i, item := range node.Items() {
		w.node(item, below(path, strconv.Itoa(i)))
	}
	if len(node.Entries()) == 0 || node.Entries()[0].Key.Range.Start.Offset < node.Range.Start.Offset {
		return
	}
	at := len(w.found)
	w.found = append(w.found, Mapping{Path: path, flow: w.first(node) == '{'})
	for _, entry := range node.Entries() {
		if key, ok := w.key(entry, path); ok && key.start >= node.Range.Start.Offset {
			w.found[at].Keys = append(w.found[at].Keys, key)
			w.node(entry.Value, key.Path)
		}
	}
}

// key finds the stretch of an entry; ok is false when its value is written elsewhere.
func (w *walker) key(entry source.Entry, path []string) (key Key, ok bool) {
	start, end := entry.Key.Range.Start.Offset, entry.Key.Range.End.Offset
	colon := bytes.IndexByte(w.text[end:], ':')
	if colon < 0 {
		return Key{}, false
	}
	end += colon + 1
	value := entry.Value.Range
	switch {
	case entry.Value.Kind != source.Null && value.Start.Offset < end:
		return Key{}, false
	case value.End.Offset > end:
		end = w.closed(entry.Value)
	}
	key = Key{Path: below(path, entry.Name), Name: entry.Name, Line: entry.Key.Range.Start.Line, start: start, end: end}
	if entry.Value.Kind != source.Null {
		key.Value = string(w.text[value.Start.Offset:end])
	}
	return key, true
}

// closed is the end of a value with the brackets that close it.
func (w *walker) closed(node *source.Node) int {
	end := node.Range.End.Offset
	for _, entry := range node.Entries() {
		end = max(end, w.closed(entry.Value))
	}
	for _, item := range node.Items() {
		end = max(end, w.closed(item))
	}
	if node.Kind != source.Mapping && node.Kind != source.Sequence {
		return end
	}
	closing := map[byte]byte{'{': '}', '[': ']'}[w.first(node)]
	for at := end; closing != 0 && at < len(w.text); at++ {
		if w.text[at] == closing {
			return at + 1
		}
	}
	return end
}

// first is what a collection begins with, behind its anchor and its tag.
func (w *walker) first(node *source.Node) byte {
	at := node.Range.Start.Offset
	for w.text[at] == '&' || w.text[at] == '!' {
		at += bytes.IndexAny(w.text[at:], " \t\r\n")
		at += len(w.text[at:]) - len(bytes.TrimLeft(w.text[at:], " \t\r\n"))
	}
	return w.text[at]
}

func below(path []string, name string) []string {
	return append(path[:len(path):len(path)], name)
}

// String shows the path, as in operations/get /news/fulfillments/0/type.
func (k Key) String() string { return strings.Join(k.Path, "/") }

// Without gives the file without a key: blanks stand in its place.
func (k Key) Without(file source.File) source.File {
	text := bytes.Clone(file.Bytes)
	end := k.end
	if next := end + len(text[end:]) - len(bytes.TrimLeft(text[end:], " \t\r\n")); next < len(text) && text[next] == ',' {
		end = next + 1
	}
	for i := k.start; i < end; i++ {
		if text[i] != '\n' && text[i] != '\r' {
			text[i] = ' '
		}
	}
	return source.File{Path: file.Path, Bytes: text}
}

// With gives the file with one more key in front of the mapping's, and the line where it stands. value is YAML on one line.
func (m Mapping) With(file source.File, name, value string) (changed source.File, line int) {
	at := m.Keys[0].start
	entry := name + ": " + value
	if m.flow {
		entry += ", "
	} else {
		column := at - 1 - bytes.LastIndexByte(file.Bytes[:at], '\n')
		entry += "\n" + strings.Repeat(" ", column)
	}
	text := append(bytes.Clone(file.Bytes[:at]), entry...)
	return source.File{Path: file.Path, Bytes: append(text, file.Bytes[at:]...)}, m.Keys[0].Line
}
