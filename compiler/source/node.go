package source

import (
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/shared/diag"
)

// Kind is the shape of a YAML value.
type Kind int

// The kinds of nodes. An empty value, ~ and null are Null.
const (
	Null Kind = iota
	Scalar
	Mapping
	Sequence
)

// String names the kind as diagnostics do.
func (k Kind) String() string {
	switch k {
	case Scalar:
		return "a single value"
	case Mapping:
		return "a mapping"
	case Sequence:
		return "a list"
	default:
		return "nothing"
	}
}

// Node is one YAML value at its place. Aliases and merge keys have been resolved; a node that came from an anchor keeps the
// place where it is written.
type Node struct {
	Kind  Kind
	Range diag.Range

	reader   *Reader
	text     *text
	spelling spelling
	value    string
	tag      string
	quoted   bool
	flow     bool // a collection in braces or brackets
	shared   bool // has an anchor or merge keys: its text is more than its entries
	entries  []Entry
	items    []*Node
}

// Entry is one key and its value, in the order of the source.
type Entry struct {
	// Name is the key's text, Key its place.
	Name  string
	Key   *Node
	Value *Node
}

// Value is the text of a scalar, "" for other kinds.
func (n *Node) Value() string { return n.value }

// Quoted tells that a scalar was written in quotes or as a block, so that it is text whatever it looks like.
func (n *Node) Quoted() bool { return n.quoted }

// Items are the elements of a sequence; a nil node has none.
func (n *Node) Items() []*Node {
	if n == nil {
		return nil
	}
	return n.items
}

// Entries are the keys and values of a mapping, each key once, in the order of the source; a nil node has none.
func (n *Node) Entries() []Entry {
	if n == nil {
		return nil
	}
	return n.entries
}

// Get finds a value of a mapping; nil when it has no such key, or is nil itself.
func (n *Node) Get(name string) *Node {
	for _, entry := range n.Entries() {
		if entry.Name == name {
			return entry.Value
		}
	}
	return nil
}

// At is the place of the bytes from start to end of the scalar's value.
func (n *Node) At(start, end int) diag.Range {
	if n.Kind != Scalar {
		return n.Range
	}
	from, to := n.spelling.at(start), n.spelling.at(end)
	if end > start {
		to = n.spelling.at(end-1) + n.text.width(n.spelling.at(end-1))
	}
	return n.text.span(from, to)
}

// width is how many bytes the character at a place takes.
func (t *text) width(offset int) int {
	end := offset + 1
	for end < len(t.bytes) && t.bytes[end]&0xC0 == 0x80 {
		end++
	}
	return end - offset
}

// Report adds a diagnostic; an empty range means the node's own.
func (n *Node) Report(r diag.Reportable) {
	d := r.Diagnostic()
	if d.Range.File == "" {
		d.Range = n.Range
	}
	n.reader.Report(d)
}

// Str reads a scalar as text; numbers and booleans keep their spelling. Anything else is reported.
func (n *Node) Str() (string, bool) {
	if n.Kind != Scalar {
		n.wrongKind("text", "write one text here, in quotes where it holds a colon, a comma or a bracket")
		return "", false
	}
	return n.value, true
}

// Bool reads true or false, which YAML 1.1 also spells yes and no, on and off. Anything else is reported.
func (n *Node) Bool() (value, ok bool) {
	if n.Kind == Scalar && !n.quoted {
		switch strings.ToLower(n.value) {
		case "true", "yes", "on":
			return true, true
		case "false", "no", "off":
			return false, true
		}
	}
	n.wrongKind("true or false", "write true or false, without quotes")
	return false, false
}

// Int reads a whole number. Anything else is reported.
func (n *Node) Int() (int, bool) {
	if n.Kind == Scalar {
		if value, err := strconv.Atoi(strings.TrimSpace(n.value)); err == nil {
			return value, true
		}
	}
	n.wrongKind("a whole number", "write digits alone, as in 5")
	return 0, false
}

// Number reads a decimal number. Anything else is reported.
func (n *Node) Number() (float64, bool) {
	if n.Kind == Scalar {
		if value, ok := decimal(n.value); ok {
			return value, true
		}
	}
	n.wrongKind("a number", "write a number, as in 5 or 0.5")
	return 0, false
}

// OneOf reads one of the given words, whatever its case, and gives it as listed. Anything else is reported.
func (n *Node) OneOf(words ...string) (string, bool) {
	text, ok := n.Str()
	if !ok {
		return "", false
	}
	for _, word := range words {
		if strings.EqualFold(word, strings.TrimSpace(text)) {
			return word, true
		}
	}
	n.Report(report.Error(CodeNotOneOf, n.Range, "%q is not one of %s", text, strings.Join(words, ", ")).Fix("%s", DidYouMean(text, words)))
	return "", false
}

// List reads a sequence; an empty value has no elements. Anything else is reported.
func (n *Node) List(what string) []*Node {
	switch n.Kind {
	case Sequence:
		return n.items
	case Null:
		return nil
	default:
		n.wrongKind("a list of "+what, `begin each of its entries with "- ", or put [ ] around them`)
		return nil
	}
}

// Literal gives a scalar as YAML reads it: nil, bool, float64, int64 for a whole number beyond ±2^53, or string. For other kinds ok is false.
func (n *Node) Literal() (value any, ok bool) {
	switch {
	case n.Kind == Null:
		return nil, true
	case n.Kind != Scalar:
		return nil, false
	case n.tag == "!!bool":
		return strings.EqualFold(n.value, "true"), true
	case n.tag == "!!int" || n.tag == "!!float":
		if whole, err := wholeNumber(n.value); err == nil && (whole > exactFloat || whole < -exactFloat) {
			return whole, true
		}
		if number, ok := decimal(n.value); ok {
			return number, true
		}
	}
	return n.value, true
}

// exactFloat is the size up to which float64 holds every whole number.
const exactFloat = 1 << 53

func wholeNumber(text string) (int64, error) {
	return strconv.ParseInt(strings.ReplaceAll(text, "_", ""), 0, 64)
}

// decimal reads what JSON can hold as a number; .inf, .nan and numbers out of range are text.
func decimal(text string) (float64, bool) {
	if whole, err := wholeNumber(text); err == nil {
		return float64(whole), true
	}
	number, err := strconv.ParseFloat(strings.ReplaceAll(text, "_", ""), 64)
	return number, err == nil && number-number == 0
}

func (n *Node) wrongKind(wanted, fix string) {
	found := n.Kind.String()
	if n.Kind == Scalar {
		found = strconv.Quote(n.value)
	}
	n.Report(report.Error(CodeWrongKind, n.Range, "expected %s, found %s", wanted, found).Fix("%s", fix))
}
