package expr

import (
	"errors"

	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

// JSONPath is a path of Jayway's language that can be said in JSONata.
type JSONPath struct {
	path *jsonpath.Path
	// Steps are the texts of the path's steps, for comparisons.
	Steps []string
	// Warnings say what never holds in Jayway, and so not here.
	Warnings []*Error
}

// Root is the value that a path is applied to.
type Root struct {
	Node  jsonata.Node
	Shape Shape
	// Flags tells that booleans in the value are 1 and 0: beside a boolean, 1 is true and 0 is false.
	Flags bool
}

// Hole is what stands in a hole of a path: a value, null where there is none, and the same as a list, for the right of "in" and its like.
type Hole struct{ Value, List jsonata.Node }

// Shape is what is known about a root.
type Shape int

const (
	// AnyShape may be any value. A field of a list is that of each element: JSONata's reading, where Jayway finds nothing.
	AnyShape Shape = iota
	// ListShape is a list, or null. A path that begins with a field looks into each of its elements.
	ListShape
	// OptionalRowsShape is a list of objects and nothing else, or null.
	OptionalRowsShape
	// RowsShape is a list of objects and nothing else.
	RowsShape
)

// ParseJSONPath reads a path, in which holes are stretches of the text whose values are known later. An error is an *Error.
func ParseJSONPath(text string, holes ...jsonpath.Span) (*JSONPath, error) {
	path, err := jsonpath.Parse(text, jsonpath.Jayway, holes...)
	if err != nil {
		return nil, fromPath(err)
	}
	if len(path.Steps) > mostSteps {
		return nil, problem(path.Start, path.End, "the path has more than %d steps", mostSteps)
	}
	parsed := &JSONPath{path: path}
	for _, step := range path.Steps {
		parsed.Steps = append(parsed.Steps, text[step.At().Start:step.At().End])
	}
	return parsed, parsed.try(len(holes))
}

// mostSteps is far more than anybody writes.
const mostSteps = 200

// deepest is how deep a path's expression may nest. AWS stops at 100 levels, and the path may stand inside of others.
const deepest = 60

// try lowers the path to find out whether that can be done.
func (p *JSONPath) try(holes int) error {
	l := &pathLowerer{holes: make([]Hole, holes)}
	for i := range l.holes {
		l.holes[i] = Hole{build.Var("hole"), build.Var("holes")}
	}
	node := l.lower(Root{Node: build.Var("root")}, p.path, matches.value)
	if l.err == nil && jsonata.Depth(node) > deepest {
		l.refuse(p.path.Span, "the path nests too deeply").Fix = "give the value half way to an attribute and go on from there"
	}
	if l.err != nil {
		return l.err
	}
	p.Warnings = l.warnings
	return nil
}

func fromPath(err error) error {
	var bad *jsonpath.Error
	if !errors.As(err, &bad) {
		return err
	}
	same := Error(*bad)
	return &same
}

// Rootless tells that the path's $ was left out.
func (p *JSONPath) Rootless() bool { return p.path.Root.Start == p.path.Root.End }

// IsRoot tells whether the path is just $.
func (p *JSONPath) IsRoot() bool { return len(p.path.Steps) == 0 }

// Many tells that the path finds a list of values in a root of a shape, however many they turn out to be; any other path finds one value or nothing.
func (p *JSONPath) Many(shape Shape) bool {
	return !p.path.Definite() || shape != AnyShape && startsWithField(p.path.Steps)
}

func startsWithField(steps []jsonpath.Step) bool {
	if len(steps) == 0 {
		return false
	}
	_, field := steps[0].(*jsonpath.Child)
	return field
}

// Value gives what the path finds: nothing at all, the one value, or the list of several. A path that is not Many gives nothing or its value.
func (p *JSONPath) Value(root Root, holes ...Hole) jsonata.Node {
	return p.lower(root, matches.value, holes)
}

// List gives the list of all that a path finds that is Many.
func (p *JSONPath) List(root Root, holes ...Hole) jsonata.Node {
	return p.lower(root, matches.list, holes)
}

// Count gives how many values a path finds that is Many.
func (p *JSONPath) Count(root Root, holes ...Hole) jsonata.Node {
	return p.lower(root, matches.count, holes)
}

func (p *JSONPath) lower(root Root, finish func(matches) jsonata.Node, holes []Hole) jsonata.Node {
	l := &pathLowerer{holes: holes, flags: root.Flags}
	return l.lower(root, p.path, finish)
}

// Find reads a path such as $.data.items[0].id from a value, null where there is nothing. A path with a wildcard, a slice, a filter or .. gives a list,
// whatever it finds. An error is an *Error.
func Find(value jsonata.Node, path string) (jsonata.Node, error) {
	read, err := ParseJSONPath(path)
	if err != nil {
		return nil, err
	}
	if root := (Root{Node: value}); read.Many(root.Shape) {
		return read.List(root), nil
	} else {
		return build.OrNull(read.Value(root)), nil
	}
}
