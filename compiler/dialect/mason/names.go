package mason

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/jinja/syntax"
)

// globals are the names that every template of Jinja has.
func globals() []string {
	return []string{"range", "dict", "lipsum", "cycler", "joiner", "namespace", "loop", "caller", "varargs", "kwargs"}
}

// checkNames reports what a template reads that is not there: names that nothing puts out, and members of the fixed fields that they do not have; and what it
// writes that it must not.
func (l *lowerer) checkNames(t template, around surroundings) (ok bool) {
	local, ok := t.assigned(), true
	visit := func(node syntax.Node) bool {
		if root, names, isPath := dotted(node); isPath && !slices.Contains(local, root.Name) {
			ok = l.checkPath(t, root, names, node, around) && ok
			return false
		}
		return true
	}
	for _, statement := range t.parsed.Body {
		each(statement, visit)
	}
	return l.checkMethods(t) && l.checkCalls(t) && l.checkWritten(t) && ok
}

// methodsOfDict are names that Jinja finds on a mapping before its members.
func methodsOfDict() []string {
	return []string{"items", "keys", "values", "get", "copy", "pop", "popitem", "update", "setdefault", "clear", "fromkeys"}
}

// checkMethods refuses members that Jinja reads as methods of a mapping, unless they are called.
func (l *lowerer) checkMethods(t template) (ok bool) {
	ok = true
	var visit func(node syntax.Node) bool
	visit = func(node syntax.Node) bool {
		if call, isCall := node.(*syntax.Call); isCall {
			if method, isMember := call.Func.(*syntax.Attribute); isMember {
				each(method.Of, visit)
				for _, child := range syntax.Children(call)[1:] {
					each(child, visit)
				}
				return false
			}
		}
		member, isMember := node.(*syntax.Attribute)
		if _, _, isPath := dotted(node); !isMember || !isPath || !slices.Contains(methodsOfDict(), member.Name) {
			return true
		}
		ok = false
		l.Report(codeTemplate.Error(t.at(node), "in Jinja .%s of a mapping is its method", member.Name).Why("It hides the member of this name.").
			Fix("write [%q] in place of .%s", member.Name, member.Name))
		return false
	}
	for _, statement := range t.parsed.Body {
		each(statement, visit)
	}
	return ok
}

// each visits a node and, where visit says so, what is inside it.
func each(node syntax.Node, visit func(syntax.Node) bool) {
	if visit(node) {
		for _, child := range syntax.Children(node) {
			each(child, visit)
		}
	}
}

// assigned are the names that a template sets itself.
func (t template) assigned() []string {
	var names []string
	for _, statement := range t.parsed.Body {
		syntax.Walk(statement, func(node syntax.Node) bool {
			switch n := node.(type) {
			case *syntax.Name:
				if n.Store {
					names = append(names, n.Name)
				}
			case *syntax.Macro:
				names = append(names, n.Name)
				for _, parameter := range n.Params {
					names = append(names, parameter.Name)
				}
			}
			return true
		})
	}
	return names
}

// checkPath checks one name and the fixed names behind it.
func (l *lowerer) checkPath(t template, root *syntax.Name, names []string, node syntax.Node, around surroundings) bool {
	switch root.Name {
	case systemAPIs:
		return l.checkAPIs(t, names, node, around)
	case caller:
		l.all.AsksCaller = true
		return true
	case currentStep:
		return l.checkCurrent(t, names, node, around)
	}
	if l.state.find(root.Name) != "" || slices.Contains(globals(), root.Name) {
		return true
	}
	draft := codeVariable.Error(t.at(root), "there is no %s in the state", root.Name)
	switch {
	case root.Name == around.step.name || root.Name == outputName(around.step):
		draft = draft.Why("It is what this step gives, which nobody knows before its request.").Fix("write %s.response in output", currentStep)
	case slices.Contains(l.state.later, root.Name):
		draft = draft.Why("A later step puts it out.").Fix("move that step in front of this one")
	default:
		draft = draft.Why("The state has %s, and what the steps before put out.", strings.Join(reservedFields(), ", ")).Fix("%s", source.DidYouMean(root.Name, l.state.names()))
	}
	l.Report(draft)
	return false
}

// checkCurrent checks what is read of the step that is executed.
func (l *lowerer) checkCurrent(t template, names []string, node syntax.Node, around surroundings) bool {
	switch {
	case len(names) == 0:
		return true
	case names[0] == "input" && around.input != "", names[0] == "response" && around.response != nil:
		return true
	case names[0] == "input":
		l.Report(codeVariable.Error(t.at(node), "the step has no input here").Fix("add input: to the step; it is worked out before everything else of it"))
	case names[0] == "response":
		l.Report(codeVariable.Error(t.at(node), "there is no response yet").Why("Only the template of output is rendered after the request.").
			Fix("read what an earlier step gave by its name, or move this to output"))
	default:
		l.Report(codeVariable.Error(t.at(node), "%s has no %q", currentStep, names[0]).Fix("%s", source.DidYouMean(names[0], []string{"input", "response"})))
	}
	return false
}
