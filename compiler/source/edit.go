package source

import (
	"cmp"
	"slices"
	"strings"

	"github.com/steploom/steploom/shared/diag"
)

// Written is what a stretch of the node's file holds.
func (n *Node) Written(at diag.Range) string {
	return string(n.text.bytes[at.Start.Offset:at.End.Offset])
}

// written is an entry as it stands in the file, with its place.
func (e Entry) written() (string, diag.Range) {
	at := diag.Range{File: e.Key.Range.File, Start: e.Key.Range.Start}
	at.End.Offset = max(e.Value.end(), e.Key.Range.End.Offset)
	return strings.TrimRight(e.Key.Written(at), " \t\r\n"), at
}

// end is where a value ends in the file, its closing brace or bracket included.
func (n *Node) end() int {
	at := n.Range.Start.Offset
	for _, entry := range n.entries {
		at = max(at, entry.Key.Range.End.Offset, entry.Value.end())
	}
	for _, item := range n.items {
		at = max(at, item.end())
	}
	if n.Kind != Mapping && n.Kind != Sequence {
		return max(at, n.Range.End.Offset)
	}
	if !n.flow {
		return at
	}
	comment := false
	for raw := n.text.bytes; at < len(raw); at++ {
		switch {
		case raw[at] == '\n':
			comment = false
		case raw[at] == '#':
			comment = true
		case !comment && (raw[at] == '}' || raw[at] == ']'):
			return at + 1
		}
	}
	return at
}

// step is by how much a mapping is indented below its key.
const step = 2

// Nest is the edit that puts an entry of a mapping below a new key: query: X becomes sql: {query: X}, in lines of its own where the mapping is
// written in lines.
func (n *Node) Nest(entry Entry, key string) diag.Edit {
	text, at := entry.written()
	at.End.Offset = at.Start.Offset + len(text)
	if n.flow {
		return diag.Edit{Range: at, New: key + ": {" + text + "}"}
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if i > 0 && strings.TrimSpace(line) != "" {
			lines[i] = strings.Repeat(" ", step) + line
		}
	}
	return diag.Edit{Range: at, New: key + ":\n" + strings.Repeat(" ", at.Start.Column-1+step) + strings.Join(lines, "\n")}
}

// Unnest are the edits that put the entries of a mapping in the place of the entry that holds them: body: {schema: X} becomes schema: X. There are none
// where an anchor, an alias or a merge key would lose its meaning.
func (n *Node) Unnest(entry Entry) []diag.Edit {
	inner := entry.Value.Entries()
	if entry.Value.shared {
		return nil
	}
	text, at := entry.written()
	at.End.Offset = at.Start.Offset + len(text)
	if len(inner) == 0 {
		return []diag.Edit{{Range: at}}
	}
	column := at.Start.Column - 1
	if entry.Value.flow {
		return n.spread(entry, at)
	}
	first := inner[0].Key.Range.Start
	below := strings.TrimRight(entry.Key.Written(diag.Range{Start: first, End: at.End}), " \t\r\n")
	between := entry.Key.Written(diag.Range{Start: entry.Key.Range.End, End: first})
	return []diag.Edit{{Range: at, New: commentsOf(between, column) + dedented(below, first.Column-1-column)}}
}

// spread is Unnest of a mapping in braces, which is written at a place.
func (n *Node) spread(entry Entry, at diag.Range) []diag.Edit {
	column, between := at.Start.Column-1, ", "
	if !n.flow {
		between = "\n" + strings.Repeat(" ", column)
	}
	var parts []string
	behind := entry.Key.Range.End
	for _, one := range entry.Value.Entries() {
		if one.Value.Range.Start.Offset < one.Key.Range.End.Offset {
			return nil // an alias
		}
		part, place := one.written()
		parts = append(parts, commentsOf(entry.Key.Written(diag.Range{Start: behind, End: place.Start}), column)+part)
		behind.Offset = place.Start.Offset + len(part)
	}
	text := strings.Join(parts, between)
	if last := commentsOf(entry.Key.Written(diag.Range{Start: behind, End: at.End}), column); last != "" {
		text += "\n" + strings.Repeat(" ", column) + last
		if !n.flow {
			text = strings.TrimRight(text, " \n")
		}
	}
	return []diag.Edit{{Range: at, New: text}}
}

// commentsOf keeps the comments between a key and what is below it, in lines of their own.
func commentsOf(text string, column int) string {
	var kept strings.Builder
	for line := range strings.Lines(text) {
		if at := strings.IndexByte(line, '#'); at >= 0 {
			kept.WriteString(strings.TrimRight(line[at:], " \t\r\n") + "\n" + strings.Repeat(" ", column))
		}
	}
	return kept.String()
}

// dedented takes blanks from the beginning of every line but the first.
func dedented(text string, blanks int) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		for n := 0; i > 0 && n < blanks && strings.HasPrefix(lines[i], " "); n++ {
			lines[i] = lines[i][1:]
		}
	}
	return strings.Join(lines, "\n")
}

// Apply makes edits of a file. Of those that overlap the one that begins last is made: the innermost.
func Apply(file File, edits []diag.Edit) File {
	text := newText(file)
	mark := file.Bytes[:len(file.Bytes)-len(text.bytes)]
	edits = slices.Clone(edits)
	crlf := strings.Contains(string(text.bytes), "\r\n")
	slices.SortStableFunc(edits, func(a, b diag.Edit) int { return cmp.Compare(b.Range.Start.Offset, a.Range.Start.Offset) })
	changed, before := string(text.bytes), len(text.bytes)+1
	for _, edit := range edits {
		if crlf {
			edit.New = strings.ReplaceAll(strings.ReplaceAll(edit.New, "\r\n", "\n"), "\n", "\r\n")
		}
		if start, end := edit.Range.Start.Offset, edit.Range.End.Offset; edit.Range.File == file.Path && end < before {
			changed, before = changed[:start]+edit.New+changed[end:], start
		}
	}
	return File{Path: file.Path, Bytes: append(slices.Clone(mark), changed...)}
}
