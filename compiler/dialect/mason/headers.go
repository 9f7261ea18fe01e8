package mason

import (
	"regexp"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/jinja/syntax"
)

// route leads from a field of the state to something in it.
type route []string

// headersOf are the places of headers of responses in what a template can read. The HTTP library that Mason's steps run on finds headers in any case; the state has
// their names in lower case.
func (l *lowerer) headersOf(around surroundings) []route {
	all := []route{{currentStep, "response", "headers"}}
	for _, behind := range around.inputHeaders {
		all = append(all, append(route{currentStep, "input"}, behind...))
	}
	return append(all, l.state.headers...)
}

// headersKnown are those of responses that a template can read.
type headersKnown struct {
	paths []route
	local []string // names that the template sets itself, whatever the state has of them
}

// pathOf is a.b["c"] as a path; ok is false for anything else, and for what the template has set itself.
func (h headersKnown) pathOf(node syntax.Node) (p route, ok bool) {
	root, names, isPath := dotted(node)
	if !isPath || slices.Contains(h.local, root.Name) {
		return nil, false
	}
	return append(route{root.Name}, names...), true
}

// are tells whether an expression is the headers of a response.
func (h headersKnown) are(node syntax.Node) bool {
	p, ok := h.pathOf(node)
	return ok && slices.ContainsFunc(h.paths, func(one route) bool { return slices.Equal(one, p) })
}

// in tells whether an expression is the headers of a response, or something that they are a part of.
func (h headersKnown) in(node syntax.Node) bool {
	root, names, isPath := dotted(node)
	return isPath && slices.ContainsFunc(h.paths, func(one route) bool {
		return len(names) < len(one) && slices.Equal(one[:len(names)+1], append(route{root.Name}, names...))
	})
}

// lookups are the parts of a text that are fixed names of headers: behind a point, in brackets, in get() and before "in".
func (h headersKnown) lookups(text string, parsed *syntax.Template) (places [][2]int) {
	add := func(at syntax.Pos, pattern string) {
		if found := regexp.MustCompile(`^` + pattern).FindStringIndex(text[at.Offset:]); found != nil {
			places = append(places, [2]int{at.Offset + found[0], at.Offset + found[1]})
		}
	}
	name := func(node syntax.Expr) {
		if isFixedText(node) {
			add(node.Position(), `(?:'[!-&(-\[\]-~]*'|"[!#-\[\]-~]*")`)
		}
	}
	if len(h.paths) == 1 && !strings.Contains(text, "headers") {
		return nil
	}
	visit := func(node syntax.Node) bool {
		switch n := node.(type) {
		case *syntax.Attribute:
			if h.are(n.Of) {
				add(n.Position(), `\.\s*[A-Za-z0-9_]+`)
			}
		case *syntax.Item:
			if h.are(n.Of) {
				name(n.Index)
			}
		case *syntax.Call, *syntax.Compare:
			if of := asked(n); of != nil && h.are(of) {
				name(askedFor(n))
			}
		}
		return true
	}
	for _, statement := range parsed.Body {
		each(statement, visit)
	}
	return places
}

// lowered is a template with the names of headers in lower case. Every character keeps its place, and nothing else changes.
func (h headersKnown) lowered(text string, parsed *syntax.Template) string {
	out := []byte(text)
	for _, at := range h.lookups(text, parsed) {
		copy(out[at[0]:], strings.ToLower(text[at[0]:at[1]]))
	}
	return string(out)
}

// passed tells whether an expression or a statement hands the headers of a response on, so that a name is looked up in them which is not written out
// behind them.
func (h headersKnown) passed(node syntax.Node) (passes bool) {
	each(node, func(part syntax.Node) bool {
		if root, names, isPath := dotted(part); isPath {
			if method, isMember := part.(*syntax.Attribute); isMember && slices.Contains(methodsOfDict(), method.Name) {
				part = method.Of
			}
			passes = passes || h.in(part) || h.hasCapitals(append(route{root.Name}, names...))
			return false
		}
		if of := asked(part); of != nil && h.in(of) && !hasCapitals(askedFor(part)) {
			return false
		}
		return !passes
	})
	return passes
}

// hasCapitals tells whether a path leads to a header by a name that is not in lower case: one whose text is written with escapes.
func (h headersKnown) hasCapitals(p route) bool {
	return slices.ContainsFunc(h.paths, func(one route) bool {
		return len(one) < len(p) && slices.Equal(one, p[:len(one)]) && p[len(one)] != strings.ToLower(p[len(one)])
	})
}

func hasCapitals(node syntax.Expr) bool {
	text := fixedText(node)
	return text != strings.ToLower(text)
}

// asked is what an expression only asks: of its members by a fixed name (get, in), or whether it is there.
func asked(node syntax.Node) syntax.Node {
	switch n := node.(type) {
	case *syntax.Call:
		method, isMember := n.Func.(*syntax.Attribute)
		if isMember && method.Name == "get" && len(n.Args.Positional) > 0 && isFixed(n.Args.Positional...) && len(n.Args.Keywords) == 0 {
			return method.Of
		}
	case *syntax.Compare:
		if isFixed(n.First) && len(n.Rest) == 1 && strings.HasSuffix(n.Rest[0].Op, "in") {
			return n.Rest[0].Right
		}
	case *syntax.Test:
		if slices.Contains([]string{"defined", "undefined", "none", "mapping"}, n.Name) {
			return n.Of
		}
	}
	return nil
}

// askedFor is the fixed name that is asked for, nil for none.
func askedFor(node syntax.Node) syntax.Expr {
	switch n := node.(type) {
	case *syntax.Call:
		return n.Args.Positional[0]
	case *syntax.Compare:
		return n.First
	}
	return nil
}

// isFixed tells whether expressions are literals.
func isFixed(nodes ...syntax.Expr) bool {
	return !slices.ContainsFunc(nodes, func(node syntax.Expr) bool {
		_, isConst := node.(*syntax.Const)
		return !isConst
	})
}

// passesHeaders tells whether a part of a template hands the headers of a response on.
func (t template) passesHeaders() bool {
	return slices.ContainsFunc(t.parsed.Body, func(statement syntax.Stmt) bool { return t.headersKnown.passed(statement) })
}

// anyCase are the headers of responses whose members function filter is to find in any case: those that a template reads, as it hands some on.
func (t template) anyCase(reads []string) []any {
	var all []any
	for _, one := range t.headersKnown.paths {
		if slices.Contains(reads, one[0]) {
			names := []any{}
			for _, name := range one {
				names = append(names, name)
			}
			all = append(all, names)
		}
	}
	return all
}

// headersOfValue are the places of headers in what the template of a field gives. Those of a list are those of its elements.
func (l *lowerer) headersOfValue(node *source.Node, around surroundings) []route {
	if node == nil || !isTemplate(node.Value()) {
		return nil
	}
	parsed, err := syntax.Parse(node.Value())
	if err != nil || parsed.Expression() == nil {
		return nil
	}
	return headersKnown{paths: l.headersOf(around)}.within(parsed.Expression())
}

// within are the places of headers in what an expression gives.
func (h headersKnown) within(node syntax.Expr) (all []route) {
	if p, ok := h.pathOf(node); ok {
		for _, one := range h.paths {
			if len(p) <= len(one) && slices.Equal(one[:len(p)], p) {
				all = append(all, one[len(p):])
			}
		}
		return all
	}
	switch n := node.(type) {
	case *syntax.Cond:
		return append(h.within(n.Then), h.within(n.Else)...)
	case *syntax.Logic:
		return append(h.within(n.Left), h.within(n.Right)...)
	case *syntax.List:
		for _, item := range n.Items {
			all = append(all, h.within(item)...)
		}
	case *syntax.Dict:
		for i, key := range n.Keys {
			for _, behind := range h.within(n.Values[i]) {
				all = append(all, append(route{fixedText(key)}, behind...))
			}
		}
	}
	return all
}
