package mason

import (
	"regexp"
	"slices"
	"strings"

	"github.com/steploom/steploom/shared/jinja/syntax"
)

// headersOf is CURRENT_STEP.response.headers, however it is written.
const headersOf = `CURRENT_STEP\s*(?:\.\s*response|\[\s*["']response["']\s*\])\s*(?:\.\s*headers|\[\s*["']headers["']\s*\])`

// lowerHeaders writes the names of a response's headers in lower case, as the state has them: the HTTP library that Mason's steps run on finds them in any
// case. Every character keeps its place.
func lowerHeaders(text string) string {
	if !strings.Contains(text, "headers") {
		return text
	}
	const name, quoted = `[A-Za-z0-9_-]+`, `["'][A-Za-z0-9_-]+["']`
	for _, found := range []string{
		headersOf + `(\s*\.\s*get\s*\(\s*` + quoted + `)`, headersOf + `(\s*\[\s*` + quoted + `\s*\])`, headersOf + `(\s*\.\s*` + name + `)`,
		`(` + quoted + `)\s+(?:not\s+)?in\s+` + headersOf,
	} {
		text = lowerGroup(regexp.MustCompile(found), text)
	}
	return text
}

// lowerGroup writes what a pattern's group finds in lower case.
func lowerGroup(pattern *regexp.Regexp, text string) string {
	out := []byte(text)
	for _, at := range pattern.FindAllStringSubmatchIndex(text, -1) {
		copy(out[at[2]:], strings.ToLower(text[at[2]:at[3]]))
	}
	return string(out)
}

// headersPath leads from the fields of the state to the headers of a response.
func headersPath() []string { return []string{currentStep, "response", "headers"} }

// isHeaders tells whether an expression is the headers of a response; holds, whether it is something that they are a part of.
func isHeaders(node syntax.Node) (is, holds bool) {
	root, names, ok := dotted(node)
	if !ok {
		return false, false
	}
	path := append([]string{root.Name}, names...)
	length := min(len(path), len(headersPath()))
	return slices.Equal(path, headersPath()), length == len(path) && slices.Equal(path, headersPath()[:length])
}

// passesHeaders tells whether an expression or a statement hands the headers of a response on, so that a name is looked up in them which is not written out
// behind them.
func passesHeaders(node syntax.Node) (passes bool) {
	each(node, func(part syntax.Node) bool {
		if _, _, isPath := dotted(part); isPath {
			if method, isMember := part.(*syntax.Attribute); isMember && slices.Contains(methodsOfDict(), method.Name) {
				part = method.Of
			}
			_, holds := isHeaders(part)
			passes = passes || holds
			return false
		}
		if of := asked(part); of != nil {
			if _, holds := isHeaders(of); holds {
				return false
			}
		}
		return !passes
	})
	return passes
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

// isFixed tells whether expressions are literals.
func isFixed(nodes ...syntax.Expr) bool {
	return !slices.ContainsFunc(nodes, func(node syntax.Expr) bool {
		_, isConst := node.(*syntax.Const)
		return !isConst
	})
}

// passesHeaders tells whether a part of a template hands the headers of a response on.
func (t template) passesHeaders() bool {
	return slices.ContainsFunc(t.parsed.Body, func(statement syntax.Stmt) bool { return passesHeaders(statement) })
}

// keepsHeaders tells whether what a step gives are the headers of its response.
func (l *lowerer) keepsHeaders(s *step) bool {
	if s.output == nil || !isTemplate(s.output.Value()) {
		return false
	}
	parsed, err := syntax.Parse(s.output.Value())
	if err != nil || parsed.Expression() == nil {
		return false
	}
	is, _ := isHeaders(parsed.Expression())
	return is
}

// checkHeader refuses a name with capitals that is looked up in headers which a step before has kept: the state has them in lower case.
func (l *lowerer) checkHeader(t template, root *syntax.Name, names []string, node syntax.Node) bool {
	if len(names) == 0 || !l.state.headers[root.Name] || names[0] == strings.ToLower(names[0]) {
		return true
	}
	l.Report(codeVariable.Error(t.at(node), "%s has the headers of a response, with their names in lower case", root.Name).
		Why("What a step keeps are data, which know of no headers.").Fix("write %s[%q]", root.Name, strings.ToLower(names[0])))
	return false
}
