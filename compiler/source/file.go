package source

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/steploom/steploom/shared/diag"
)

// File is a source file as it was found. Path is what diagnostics show.
type File struct {
	Path  string
	Bytes []byte
}

// Files are the files of one workflow, in the order of their paths.
type Files []File

// Get finds a file by its path.
func (f Files) Get(path string) (File, bool) {
	i := slices.IndexFunc(f, func(file File) bool { return file.Path == path })
	if i < 0 {
		return File{}, false
	}
	return f[i], true
}

// Base is the last element of the file's path.
func (f File) Base() string { return f.Path[strings.LastIndexAny(f.Path, `/\`)+1:] }

// HasEnding tells whether the file's name ends in a text, behind which may stand the ending of a data format: .yaml, .yml or .json. Case counts nothing.
func (f File) HasEnding(ending string) bool {
	name := strings.ToLower(f.Base())
	return slices.ContainsFunc([]string{"", ".yaml", ".yml", ".json"}, func(format string) bool { return strings.HasSuffix(name, ending+format) })
}

// StartsLine tells whether one of the file's lines begins with a text.
func (f File) StartsLine(text string) bool {
	return strings.Contains("\n"+string(f.Bytes), "\n"+text)
}

// IsYAML tells by the name whether the file holds YAML.
func (f File) IsYAML() bool {
	name := strings.ToLower(f.Path)
	return strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml")
}

// text is the content of a file with an index of its lines. A byte order mark is not part of it.
type text struct {
	path  string
	bytes []byte
	lines []int // offset of each line's first byte
	ascii bool  // characters are bytes, so columns need no counting
}

var byteOrderMark = []byte("\uFEFF")

func newText(file File) *text {
	t := &text{path: file.Path, bytes: bytes.TrimPrefix(file.Bytes, byteOrderMark), lines: []int{0}}
	for at := 0; at < len(t.bytes); {
		size := lineBreak(t.bytes[at:])
		if size == 0 {
			at++
			continue
		}
		at += size
		t.lines = append(t.lines, at)
	}
	t.ascii = !slices.ContainsFunc(t.bytes, func(b byte) bool { return b >= utf8.RuneSelf })
	return t
}

// lineBreak gives the length in bytes of the line break that b starts with, 0 if there is none. Besides CR and LF, YAML 1.1
// (section 4.2) breaks lines at NEL, LS and PS.
func lineBreak(b []byte) int {
	switch {
	case len(b) == 0:
		return 0
	case b[0] == '\n':
		return 1
	case b[0] == '\r':
		if len(b) > 1 && b[1] == '\n' {
			return 2
		}
		return 1
	case bytes.HasPrefix(b, []byte("\u0085")):
		return 2
	case bytes.HasPrefix(b, []byte("\u2028")), bytes.HasPrefix(b, []byte("\u2029")):
		return 3
	default:
		return 0
	}
}

// offset finds the byte of a place given by line and column, both counted from 1, the column in characters.
func (t *text) offset(line, column int) int {
	line = min(max(line, 1), len(t.lines))
	at := t.lines[line-1]
	if t.ascii {
		end := len(t.bytes)
		if line < len(t.lines) {
			end = t.lines[line] - 1
		}
		return max(at, min(at+column-1, end))
	}
	for ; column > 1 && at < len(t.bytes) && lineBreak(t.bytes[at:]) == 0; column-- {
		_, size := utf8.DecodeRune(t.bytes[at:])
		at += size
	}
	return at
}

// pos is the place of a byte.
func (t *text) pos(offset int) diag.Pos {
	offset = min(max(offset, 0), len(t.bytes))
	line, exact := slices.BinarySearch(t.lines, offset)
	if !exact {
		line--
	}
	before := t.bytes[t.lines[line]:offset]
	column := 1 + len(before)
	if !t.ascii {
		column = 1 + utf8.RuneCount(before)
	}
	return diag.Pos{Line: line + 1, Column: column, Offset: offset}
}

func (t *text) span(start, end int) diag.Range {
	return diag.Range{File: t.path, Start: t.pos(start), End: t.pos(max(start, end))}
}
