package mason

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/shared/jinja/python"
	"github.com/steploom/steploom/shared/jinja/syntax"
)

// This file refuses calls that would fail whenever a template is rendered: of data, of methods that no value has, of what stands for something only in loops and macros.

// checkCalls checks what a template calls, and the names of filters and tests that it hands to filters.
func (l *lowerer) checkCalls(t template) (ok bool) {
	ok = true
	known := t.within()
	for _, statement := range t.parsed.Body {
		each(statement, func(node syntax.Node) bool {
			switch n := node.(type) {
			case *syntax.Attribute:
				ok = l.checkAttribute(t, n) && l.checkScope(t, n.Of, known) && ok
			case *syntax.Item:
				ok = l.checkScope(t, n.Of, known) && ok
			case *syntax.Call:
				ok = l.checkCall(t, n.Func) && l.checkScope(t, n.Func, known) && ok
			case *syntax.Filter:
				ok = l.checkNamed(t, n) && ok
				ok = (n.Name != "random" || l.refuseRandom(t, n, n.Name)) && ok
			case *syntax.Name:
				ok = (n.Name != "lipsum" || slices.Contains(t.local, n.Name) || l.state.has(n.Name) || l.refuseRandom(t, n, n.Name)) && ok
			}
			return true
		})
	}
	return ok
}

// refuseRandom refuses what gives another thing each time; it gives false.
func (l *lowerer) refuseRandom(t template, node syntax.Node, name string) bool {
	l.Report(codeTemplate.Error(t.at(node), "%s is not supported", name).Why("It gives another thing each time, and a template gives the same for the same state.").
		Fix("take one by a fixed rule, such as first"))
	return false
}

// checkAttribute refuses what is about Python itself.
func (l *lowerer) checkAttribute(t template, member *syntax.Attribute) bool {
	if !strings.HasPrefix(member.Name, "__") || !strings.HasSuffix(member.Name, "__") {
		return true
	}
	l.Report(codeTemplate.Error(t.at(member), "%s is about Python itself, which templates do not see", member.Name).Fix("write the template without it"))
	return false
}

// checkCall refuses calls of data, and of methods that no data have.
func (l *lowerer) checkCall(t template, function syntax.Expr) bool {
	method, isMember := function.(*syntax.Attribute)
	of := function
	if isMember {
		of = method.Of
	}
	root, _, isPath := dotted(of)
	isData := isPath && !slices.Contains(t.local, root.Name) && !slices.Contains(globals(), root.Name)
	switch {
	case isMember && method.Name == "json":
		l.Report(codeTemplate.Error(t.at(method), "json() is a method of %s.response alone", currentStep).
			Why("Behind any other name it would fail when the step is done.").Fix("write .json without brackets, or %s.response.json()", currentStep))
	case isMember && (isData || isFixed(of)) && !python.IsMethod(method.Name):
		l.Report(codeTemplate.Error(t.at(method), "no method %s() is known", method.Name).Why("What the state holds are texts, numbers, lists and mappings, with the methods of Python.").
			Fix("use a filter, or write .%s without brackets where it is a field", method.Name))
	case !isMember && isPath && l.state.has(root.Name) && isData:
		l.Report(codeTemplate.Error(t.at(function), "%s is no function", root.Name).Why("The state holds data.").Fix("leave the brackets out"))
	default:
		return true
	}
	return false
}

// scoped are the names that stand for something in a part of a template only: where, and what to write instead elsewhere.
func scoped() map[string]string {
	return map[string]string{"loop": "a {% for %}", "caller": "a macro", "varargs": "a macro", "kwargs": "a macro"}
}

// within are the scoped names that stand where they are known.
func (t template) within() map[*syntax.Name]bool {
	known := map[*syntax.Name]bool{}
	keep := func(body []syntax.Stmt, names ...string) {
		for _, statement := range body {
			each(statement, func(node syntax.Node) bool {
				if name, isName := node.(*syntax.Name); isName && slices.Contains(names, name.Name) {
					known[name] = true
				}
				return true
			})
		}
	}
	for _, statement := range t.parsed.Body {
		each(statement, func(node syntax.Node) bool {
			switch n := node.(type) {
			case *syntax.For:
				keep(n.Body, "loop")
			case *syntax.Macro:
				keep(n.Body, "caller", "varargs", "kwargs")
			}
			return true
		})
	}
	return known
}

// checkScope refuses what is looked up in a scoped name, or called by it, elsewhere.
func (l *lowerer) checkScope(t template, of syntax.Expr, known map[*syntax.Name]bool) bool {
	name, isName := of.(*syntax.Name)
	if !isName || known[name] || slices.Contains(t.local, name.Name) || l.state.has(name.Name) {
		return true
	}
	where, isScoped := scoped()[name.Name]
	if isScoped {
		l.Report(codeVariable.Error(t.at(name), "%s is known inside of %s only", name.Name, where).Fix("put this into %s", where))
	}
	return !isScoped
}

// checkNamed checks the names of the filters and tests that map, select and their like are told.
func (l *lowerer) checkNamed(t template, filter *syntax.Filter) bool {
	at, isKnown, what := 0, syntax.IsTest, "test"
	switch filter.Name {
	case "map":
		isKnown, what = syntax.IsFilter, "filter"
	case "selectattr", "rejectattr":
		at = 1
	case "select", "reject":
	default:
		return true
	}
	if len(filter.Args.Positional) <= at || !isFixedText(filter.Args.Positional[at]) || isKnown(fixedText(filter.Args.Positional[at])) {
		return true
	}
	named := filter.Args.Positional[at]
	l.Report(codeTemplate.Error(t.at(named), "there is no %s %q", what, fixedText(named)).Fix("use one of those that docs/jinja.md lists"))
	return false
}
