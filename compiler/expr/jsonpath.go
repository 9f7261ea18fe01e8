package expr

import (
	"errors"

	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

// JSONPath is a path of Jayway's language that can be said in JSONata: names, indexes, slices without step, unions of indexes, wildcards, "..name",
// filters that compare, and length().
type JSONPath struct {
	path *jsonpath.Path
	// Definite tells that the path names at most one place.
	Definite bool
	// Steps are the texts of the path's steps, for comparisons.
	Steps []string
}

// ParseJSONPath reads a path, in which holes are stretches of the text whose values are known later. An error is an *Error.
func ParseJSONPath(text string, holes ...jsonpath.Span) (*JSONPath, error) {
	path, err := jsonpath.Parse(text, jsonpath.Jayway, holes...)
	if err != nil {
		return nil, fromPath(err)
	}
	parsed := &JSONPath{path: path, Definite: path.Definite()}
	for _, step := range path.Steps {
		parsed.Steps = append(parsed.Steps, text[step.At().Start:step.At().End])
	}
	l := pathLowerer{holes: make([]jsonata.Node, len(holes))}
	for i := range l.holes {
		l.holes[i] = build.Null()
	}
	if l.path(build.Null(), path); l.err != nil {
		return nil, l.err
	}
	return parsed, nil
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

// StartsWithIndex tells whether the path's first step picks elements of a list by their indexes.
func (p *JSONPath) StartsWithIndex() bool {
	if p.IsRoot() {
		return false
	}
	_, index := p.path.Steps[0].(*jsonpath.Index)
	return index
}

// Lower gives the path's JSONata, starting from root, with one value for each hole.
func (p *JSONPath) Lower(root jsonata.Node, holes ...jsonata.Node) jsonata.Node {
	l := pathLowerer{holes: holes}
	return l.path(root, p.path)
}

// pathLowerer turns paths into JSONata. It keeps the first reason why that cannot be done.
type pathLowerer struct {
	holes []jsonata.Node
	err   *Error
}

func (l *pathLowerer) refuse(at jsonpath.Span, format string, arguments ...any) jsonata.Node {
	if l.err == nil {
		l.err = problem(at.Start, at.End, format, arguments...)
	}
	return build.Null()
}

func (l *pathLowerer) path(root jsonata.Node, path *jsonpath.Path) jsonata.Node {
	if path.Root.Kind != jsonpath.Document {
		return l.refuse(path.Root.Span, "a JSONPath starts with $")
	}
	return l.steps(root, path.Steps)
}

func (l *pathLowerer) steps(node jsonata.Node, steps []jsonpath.Step) jsonata.Node {
	for _, step := range steps {
		node = l.step(node, step)
	}
	return node
}

func (l *pathLowerer) step(node jsonata.Node, step jsonpath.Step) jsonata.Node {
	switch step := step.(type) {
	case *jsonpath.Child:
		return l.child(node, step)
	case *jsonpath.Index:
		return build.Select(node, indexes(step.Indexes))
	case *jsonpath.Slice:
		return l.slice(node, step)
	case *jsonpath.Wildcard:
		if step.Dotted {
			return build.Wildcard(node)
		}
		return node
	case *jsonpath.Descend:
		if name, isName := step.Step.(*jsonpath.Child); isName {
			return l.child(build.Descendants(node), name)
		}
		return l.refuse(step.Span, "only a name can follow '..'")
	case *jsonpath.Filter:
		return build.Select(node, l.condition(step.Condition))
	case *jsonpath.Function:
		if (step.Name == "length" || step.Name == "size") && len(step.Arguments) == 0 {
			return build.Call("count", node)
		}
		return l.refuse(step.Span, "the JSONPath function %s() is not supported", step.Name)
	default:
		return l.refuse(step.At(), "this step of a JSONPath is not supported")
	}
}

func (l *pathLowerer) child(node jsonata.Node, child *jsonpath.Child) jsonata.Node {
	if len(child.Names) > 1 {
		return l.refuse(child.Span, "a choice of several names is not supported")
	}
	return build.Field(node, child.Names[0])
}

func indexes(list []int) jsonata.Node {
	nodes := make([]jsonata.Node, len(list))
	for i, index := range list {
		nodes[i] = build.Number(float64(index))
	}
	if len(nodes) == 1 {
		return nodes[0]
	}
	return build.List(nodes...)
}

func (l *pathLowerer) slice(node jsonata.Node, slice *jsonpath.Slice) jsonata.Node {
	from := 0
	if slice.From != nil {
		from = *slice.From
	}
	last := build.Number(-1)
	switch {
	case slice.By != nil:
		return l.refuse(slice.Span, "a slice with a step is not supported")
	case slice.To != nil && (*slice.To < 0) != (from < 0):
		return l.refuse(slice.Span, "a slice from the front to the back is not supported")
	case slice.To != nil:
		last = build.Number(float64(*slice.To - 1))
	case from >= 0:
		last = build.Binary(build.Call("count", node), "-", build.Number(1))
	}
	return build.Select(node, build.Range(build.Number(float64(from)), last))
}
