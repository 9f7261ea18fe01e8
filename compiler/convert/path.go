package convert

import (
	"regexp"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/expr"
	"github.com/steploom/steploom/statemachine/intrinsic"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

// query is a path or a call of an intrinsic function.
func (s *lowering) query(text string, root any) any {
	if !intrinsic.Is(text) {
		if path := s.read(text); path != nil {
			return s.path(path, root)
		}
		return nil
	}
	call, err := intrinsic.Parse(text)
	if err != nil {
		s.refuse("%s", err)
		return nil
	}
	return s.call(call, root)
}

// member is query for a member of a payload template, where an element beyond the end of a list is null.
func (s *lowering) member(text string, root any) any {
	if intrinsic.Is(text) {
		return s.query(text, root)
	}
	if path := s.read(text); path != nil {
		return s.lenient(path, path.Steps, 0, root)
	}
	return nil
}

// longest is how many steps a path may have: what is said for one grows with the square of its steps.
const longest = 100

// read reads a path, nil where it is refused.
func (s *lowering) read(text string) *jsonpath.Path {
	path, err := jsonpath.Parse(text, jsonpath.StepFunctions)
	if err != nil {
		s.refuse("%s", err)
		return nil
	}
	return s.short(path)
}

// short is a path, nil where it is refused because it is too long.
func (s *lowering) short(path *jsonpath.Path) *jsonpath.Path {
	if len(path.Steps) > longest {
		s.refuse("a path has %d steps, and %d are converted", len(path.Steps), longest)
		return nil
	}
	return path
}

// lenient is what the path leads to whose steps, from the one of a number on, are still to be taken from root.
func (s *lowering) lenient(path *jsonpath.Path, steps []jsonpath.Step, from int, root any) any {
	at := slices.IndexFunc(steps[from:], func(step jsonpath.Step) bool { _, index := step.(*jsonpath.Index); return index }) + from
	if !path.Definite() || path.Aggregates() || at < from {
		return s.path(cut(path, steps[from:], from), root)
	}
	list := s.path(cut(path, steps[from:at], from), root)
	index := steps[at].(*jsonpath.Index).Indexes[0]
	if node, ok := list.(jsonata.Node); ok {
		return build.Once(node, func(v jsonata.Node) jsonata.Node {
			element := build.Select(v, build.Number(float64(index)))
			rest := unchecked(s, s.lenient(path, steps, at+1, element))
			return build.If(build.HasType(v, "array"), build.If(build.Exists(element), rest, build.Null()), nil)
		})
	}
	next, ok := enter(list, steps[at])
	if items, isList := list.([]any); isList && next == nothing && len(items) >= 0 {
		return nil
	}
	if !ok || next == nothing {
		return s.path(cut(path, steps[from:], from), root)
	}
	return s.lenient(path, steps, at+1, next)
}

// cut is a path with the given steps only; behind its first ones it begins with the value they have led to.
func cut(path *jsonpath.Path, steps []jsonpath.Step, from int) *jsonpath.Path {
	part := *path
	part.Steps = steps
	if from > 0 {
		part.Root = jsonpath.Root{}
	}
	return &part
}

// readable are names of variables that JSONata can read.
var readable = regexp.MustCompile(`^[\pL_][\pL\pN_]*$`)

// path is what a path leads to. It goes into data as far as it leads there, and reads the rest when the state runs.
func (s *lowering) path(path *jsonpath.Path, root any) any {
	text := path.String()
	switch path.Root.Kind {
	case jsonpath.Context:
		root = statesField("context")
	case jsonpath.Variable:
		if !readable.MatchString(path.Root.Name) {
			s.refuse("the variable $%s has a name that JSONata cannot read", path.Root.Name)
		}
		root = build.Var(path.Root.Name)
	}
	steps := path.Steps
	for len(steps) > 0 {
		if m, ok := root.(*merged); ok && m.misses(steps[0]) {
			root = m.raw
		}
		next, ok := enter(root, steps[0])
		if !ok {
			break
		}
		if next == nothing {
			s.refuse("the path %s leads nowhere, whatever the input", text)
			return nil
		}
		root, steps = next, steps[1:]
	}
	if len(steps) == 0 {
		return root
	}
	rest := text[steps[0].At().Start:]
	if _, data := root.(jsonata.Node); strings.Contains(rest, "$") && !(data && path.Root.Kind == jsonpath.Document && len(steps) == len(path.Steps) && steps[0].At().Start == 1) {
		s.refuse("the path %s has a filter that reads another place, which cannot be said here", text)
		return nil
	}
	return s.steps(unchecked(s, root), steps, text)
}

// misses tells that a step leads past the place of the result, into the input.
func (m *merged) misses(step jsonpath.Step) bool {
	child, isChild := step.(*jsonpath.Child)
	return isChild && len(child.Names) == 1 && child.Names[0] != m.names[0]
}

// below is what the first of the names leads to.
func (m *merged) below(step *jsonpath.Child) any {
	if len(m.names) == 1 {
		return m.result
	}
	raw, known := enter(m.raw, step)
	if node, ok := m.raw.(jsonata.Node); ok {
		raw, known = build.Field(node, m.names[0]), true
	}
	if !known || raw == nothing {
		raw = jsonata.NewObject()
	}
	return &merged{raw, m.result, m.names[1:]}
}

// absence is what enter gives where there is nothing.
type absence struct{}

var nothing any = absence{}

// enter takes a step into data; ok is false where only the execution can.
func enter(root any, step jsonpath.Step) (next any, ok bool) {
	child, isChild := step.(*jsonpath.Child)
	index, isIndex := step.(*jsonpath.Index)
	switch root := root.(type) {
	case *merged:
		if !isChild || len(child.Names) > 1 {
			return nil, false
		}
		return root.below(child), true
	case *jsonata.Object:
		if !isChild || len(child.Names) > 1 {
			return nil, false
		}
		if member, found := root.Get(child.Names[0]); found {
			return member, true
		}
		return nothing, true
	case []any:
		if !isIndex || len(index.Indexes) > 1 {
			return nil, false
		}
		at := index.Indexes[0]
		if at < 0 {
			at += len(root)
		}
		if at < 0 || at >= len(root) {
			return nothing, true
		}
		return root[at], true
	case jsonata.Node:
		return nil, false
	}
	return nothing, isChild || isIndex
}

// steps applies steps to an expression. Names and single indexes are JSONata's own; a list with one element stays one, since a path of JSONata gives the
// value itself that its last step finds. Whatever can find several values is a list, as Jayway JsonPath reads it.
func (s *lowering) steps(node jsonata.Node, steps []jsonpath.Step, text string) any {
	if plain, ok := names(node, steps); ok {
		return plain
	}
	path, err := expr.ParseJSONPath("$" + inJayway(text, steps))
	if err != nil {
		s.refuse("the path %s cannot be said in JSONata: %s", text, err)
		return nil
	}
	if len(path.Warnings) > 0 {
		s.refuse("the path %s has a condition that never holds", text)
	}
	root := expr.Root{Node: node}
	if path.Many(root.Shape) {
		return path.List(root)
	}
	return path.Value(root)
}

func names(node jsonata.Node, steps []jsonpath.Step) (jsonata.Node, bool) {
	for _, step := range steps {
		switch step := step.(type) {
		case *jsonpath.Child:
			if len(step.Names) > 1 {
				return nil, false
			}
			node = build.Field(node, step.Names[0])
		case *jsonpath.Index:
			if len(step.Indexes) > 1 {
				return nil, false
			}
			if _, list := node.(*jsonata.ArrayConstructor); list {
				node = build.Block(node) // an index behind the brackets of a list is applied to each of its elements
			}
			node = build.Select(node, build.Number(float64(step.Indexes[0])))
		default:
			return nil, false
		}
	}
	return node, true
}

// fieldNames are the names of a path that leads from field to field.
func fieldNames(path *jsonpath.Path) (fields []string, ok bool) {
	if path.Root.Kind != jsonpath.Document {
		return nil, false
	}
	for _, step := range path.Steps {
		child, isChild := step.(*jsonpath.Child)
		if !isChild || len(child.Names) > 1 {
			return nil, false
		}
		fields = append(fields, child.Names[0])
	}
	return fields, true
}
