package apichap

import (
	"maps"
	"slices"
	"strings"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// This file keeps data out of SQL text, URLs' hosts and the like. What may be spliced there is a fixedText, and the only way to make one
// is lowering an expression of which every part is written in the workflow: constants, and attributes that are only ever given constants.

// fixedText is text that the workflow itself holds.
type fixedText struct {
	node jsonata.Node
	// marks tells that the text may contain a "?".
	marks bool
}

// isFixed tells whether an expression is made only of what the workflow itself holds.
func (n *names) isFixed(e expression) bool {
	switch e := e.(type) {
	case *literal:
		return true
	case *template:
		return !slices.ContainsFunc(e.parts, func(p part) bool { return p.value != nil && !n.isFixed(p.value) })
	case *binary:
		return e.operator == "." && n.isFixed(e.left) && n.isFixed(e.right)
	case *call:
		switch e.method.name {
		case "TEXT", "INTEGER", "LONG", "DOUBLE", "BOOLEAN":
			return n.isFixed(e.arguments[0].value)
		case "NULL":
			return true
		case "ATTRIBUTE":
			info := n.attributes[e.arguments[0].text]
			return info == nil || info.fixed
		}
	}
	return false
}

// taint finds the attributes that never hold data: it takes all for fixed, then drops those with a value that is not, until nothing changes.
func (n *names) taint() {
	for _, info := range n.attributes {
		info.fixed = true
	}
	for changed := true; changed; {
		changed = false
		for _, info := range n.attributes {
			if info.fixed && slices.ContainsFunc(info.values, func(e expression) bool { return !n.isFixed(e) }) {
				info.fixed, changed = false, true
			}
		}
	}
	n.kinds()
	n.quantities()
}

// kinds finds the attributes whose values are all of one kind.
func (n *names) kinds() {
	for _, info := range n.attributes {
		for i, value := range info.values {
			kind := constantKind(value)
			if (origins{n}).isFile(value, nil) {
				kind = fileKind
			}
			switch {
			case kind == fileKind || info.kind == fileKind && i > 0: // or nothing
				kind = fileKind
			case i > 0 && kind != info.kind:
				kind = anyKind
			}
			info.kind = kind
		}
	}
}

func constantKind(e expression) kind {
	c, ok := e.(*call)
	if !ok {
		return anyKind
	}
	switch c.method.name {
	case "TEXT", "LIST_TO_STRING", "NOW", "DATEFORMAT":
		return textKind
	case "INTEGER", "LONG", "DOUBLE", "SIZE":
		return numberKind
	case "BOOLEAN":
		return booleanKind
	default:
		return anyKind
	}
}

// splice lowers an expression whose text may stand anywhere. It refuses everything that is not fixed.
func (s *scope) splice(e expression) (fixedText, bool) {
	if !s.names.isFixed(e) {
		return fixedText{}, false
	}
	return fixedText{s.lower(e).part(), s.names.mayHoldMarks(e)}, true
}

// possibleTexts lists every text that a fixed expression can have; ok is false when they cannot be listed.
func (n *names) possibleTexts(e expression) (texts []string, ok bool) {
	c, isCall := e.(*call)
	if !isCall {
		return nil, false
	}
	switch c.method.name {
	case "TEXT":
		text, isTemplate := c.arguments[0].value.(*template)
		if !isTemplate {
			return nil, false
		}
		constant, isConstant := text.fixedText()
		return []string{constant}, isConstant
	case "ATTRIBUTE":
		info := n.attributes[c.arguments[0].text]
		if info == nil {
			return nil, false
		}
		for _, value := range info.values {
			inner, isText := value.(*call)
			if !isText || inner.method.name != "TEXT" {
				return nil, false
			}
			more, listed := n.possibleTexts(inner)
			if !listed {
				return nil, false
			}
			texts = append(texts, more...)
		}
		return texts, true
	}
	return nil, false
}

// mayHoldMarks tells whether a fixed expression's text may contain a "?".
func (n *names) mayHoldMarks(e expression) bool {
	return n.holds(e, func(text string) bool { return strings.Contains(text, "?") })
}

// holds tells whether one of the texts that a fixed expression is made of passes a test.
func (n *names) holds(e expression, test func(text string) bool) bool {
	return n.holdsUnseen(e, test, map[string]bool{})
}

func (n *names) holdsUnseen(e expression, test func(text string) bool, seen map[string]bool) bool {
	found := false
	walk(e, func(inner expression) {
		switch inner := inner.(type) {
		case *template:
			found = found || slices.ContainsFunc(inner.parts, func(p part) bool { return test(p.text) })
		case *call:
			if inner.method.name != "ATTRIBUTE" || seen[inner.arguments[0].text] {
				return
			}
			name := inner.arguments[0].text
			seen[name] = true
			if info := n.attributes[name]; info != nil {
				found = found || slices.ContainsFunc(info.values, func(v expression) bool { return n.holdsUnseen(v, test, seen) })
			}
		}
	})
	return found
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func sortedResults(m map[string]*result) []*result {
	var list []*result
	for _, name := range sortedKeys(m) {
		list = append(list, m[name])
	}
	slices.SortStableFunc(list, func(a, b *result) int { return comparePlaces(a.at, b.at) })
	return list
}
