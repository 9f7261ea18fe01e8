package expr

import (
	"strconv"
	"strings"

	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// JSONPath is a parsed path. The dialect is that of Jayway's implementation, as far as it can be said in JSONata: names, indexes,
// slices without step, unions of indexes, wildcards, "..name", filters and length().
type JSONPath struct {
	segments []segment
	// Definite tells that the path names at most one place: only names and single indexes.
	Definite bool
	// Steps describes the path for comparisons: the names, and indexes in brackets.
	Steps []string
}

// IsRoot tells whether the path is just $.
func (p *JSONPath) IsRoot() bool { return len(p.segments) == 0 }

// StartsWithIndex tells whether the path's first step picks an element of a list.
func (p *JSONPath) StartsWithIndex() bool {
	if p.IsRoot() {
		return false
	}
	_, index := p.segments[0].(indexes)
	return index
}

// Lower gives the path's JSONata, starting from root.
func (p *JSONPath) Lower(root jsonata.Node) jsonata.Node {
	for _, segment := range p.segments {
		root = segment.lower(root)
	}
	return root
}

// segment is one step of a path.
type segment interface {
	lower(jsonata.Node) jsonata.Node
}

type (
	// field is .name or ['name'].
	field string
	// indexes is [n] or [n,m]; negative ones count from the end.
	indexes []int
	// slice is [from:to]; without to it reaches to the end.
	slice struct {
		from  int
		to    int
		hasTo bool
	}
	// elements is [*], all elements of a list.
	elements struct{}
	// members is .*, all values of an object.
	members struct{}
	// below is ..name, at any depth.
	below string
	// filter is [?(…)].
	filter struct{ predicate jsonata.Node }
	// length is .length().
	length struct{}
)

func (f field) lower(node jsonata.Node) jsonata.Node { return build.Field(node, string(f)) }

func (n indexes) lower(node jsonata.Node) jsonata.Node {
	if len(n) == 1 {
		return build.Select(node, build.Number(float64(n[0])))
	}
	var list []jsonata.Node
	for _, index := range n {
		list = append(list, build.Number(float64(index)))
	}
	return build.Select(node, build.List(list...))
}

func (s slice) lower(node jsonata.Node) jsonata.Node {
	var last jsonata.Node = build.Number(float64(s.to - 1))
	if !s.hasTo {
		last = build.Number(-1)
		if s.from >= 0 {
			last = build.Binary(build.Call("count", node), "-", build.Number(1))
		}
	}
	return build.Select(node, build.Range(build.Number(float64(s.from)), last))
}

func (elements) lower(node jsonata.Node) jsonata.Node { return node }

func (members) lower(node jsonata.Node) jsonata.Node {
	return build.Wildcard(node)
}

func (b below) lower(node jsonata.Node) jsonata.Node {
	return build.Field(build.Descendants(node), string(b))
}

func (f filter) lower(node jsonata.Node) jsonata.Node { return build.Select(node, f.predicate) }

func (length) lower(node jsonata.Node) jsonata.Node { return build.Call("count", node) }

// ParseJSONPath reads a path. Values that stand for holes in it are given by Hole markers; see Mark.
func ParseJSONPath(text string, holes []jsonata.Node) (*JSONPath, error) {
	p := pathParser{scanner: scanner{text: strings.TrimRight(text, " \t")}, holes: holes}
	p.blanks()
	start := p.at
	if !p.take("$") {
		return nil, &Error{Start: start, End: len(p.text), Message: "a JSONPath starts with $", Fix: "write $." + strings.TrimSpace(text)}
	}
	path := &JSONPath{Definite: true}
	for !p.end() {
		start := p.at
		next, err := p.segment()
		if err != nil {
			return nil, err
		}
		path.segments = append(path.segments, next)
		path.Steps = append(path.Steps, p.text[start:p.at])
		path.Definite = path.Definite && isDefinite(next)
	}
	return path, nil
}

func isDefinite(s segment) bool {
	switch s := s.(type) {
	case field, length:
		return true
	case indexes:
		return len(s) == 1
	default:
		return false
	}
}

type pathParser struct {
	scanner
	holes []jsonata.Node
}

func (p *pathParser) segment() (segment, error) {
	start := p.at
	switch {
	case p.take(".."):
		name := p.name()
		if name == "" {
			return nil, problem(start, p.at+1, "a name must follow '..'")
		}
		return below(name), nil
	case p.take(".*"):
		return members{}, nil
	case p.take("."):
		return p.member(start)
	case p.take("["):
		next, err := p.bracket(start)
		if err != nil {
			return nil, err
		}
		p.blanks()
		if !p.take("]") {
			return nil, problem(start, p.at+1, "']' is missing")
		}
		return next, nil
	default:
		return nil, problem(start, start+1, "unexpected %q in a JSONPath", p.text[start:])
	}
}

func (p *pathParser) member(start int) (segment, error) {
	if p.take("length()") || p.take("size()") {
		return length{}, nil
	}
	name := p.name()
	switch {
	case name == "":
		return nil, problem(start, p.at+1, "a name must follow '.'")
	case p.peek() == '(':
		return nil, problem(start, p.at+1, "the JSONPath function %s() is not supported", name)
	}
	return field(name), nil
}

func (p *pathParser) name() string {
	return p.while(func(b byte) bool { return !strings.ContainsRune(".[]()'\"*?,:$ \t\n\r\x00", rune(b)) })
}

func (p *pathParser) bracket(start int) (segment, error) {
	p.blanks()
	switch {
	case p.take("*"):
		return elements{}, nil
	case p.take("?"):
		return p.filter(start)
	case p.peek() == '\'' || p.peek() == '"':
		name, err := p.quoted()
		if err != nil {
			return nil, err
		}
		if p.blanks(); p.peek() == ',' {
			return nil, problem(start, p.at+1, "a choice of several names is not supported")
		}
		return field(name), nil
	default:
		return p.numbers(start)
	}
}

// numbers reads what stands in brackets after an index or a slice began.
func (p *pathParser) numbers(start int) (segment, error) {
	first, ok := p.integer()
	p.blanks()
	if p.take(":") {
		return p.slice(start, first)
	}
	if !ok {
		return nil, problem(start, p.at+1, "expected an index, a quoted name, * or a filter in brackets")
	}
	list := indexes{first}
	for p.take(",") {
		p.blanks()
		next, ok := p.integer()
		if !ok {
			return nil, problem(start, p.at+1, "expected an index")
		}
		list = append(list, next)
		p.blanks()
	}
	return list, nil
}

func (p *pathParser) slice(start, from int) (segment, error) {
	p.blanks()
	to, ok := p.integer()
	p.blanks()
	switch {
	case p.peek() == ':':
		return nil, problem(start, p.at+1, "a slice with a step is not supported")
	case ok && (to < 0) != (from < 0):
		return nil, problem(start, p.at+1, "a slice from the front to the back is not supported")
	}
	return slice{from, to, ok}, nil
}

func (p *pathParser) integer() (int, bool) {
	start := p.at
	p.take("-")
	p.while(isDigit)
	value, err := strconv.Atoi(p.text[start:p.at])
	if err != nil || value > 1e9 || value < -1e9 {
		return 0, false
	}
	return value, true
}

func (p *pathParser) quoted() (string, error) {
	start, quote := p.at, p.peek()
	var value strings.Builder
	for p.at++; !p.end(); p.at++ {
		switch b := p.peek(); {
		case b == quote:
			p.at++
			return value.String(), nil
		case b == '\\' && p.at+1 < len(p.text):
			p.at++
			value.WriteByte(p.peek())
		default:
			value.WriteByte(b)
		}
	}
	return "", problem(start, len(p.text), "the closing %c is missing", quote)
}
