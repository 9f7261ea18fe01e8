package apichap

import (
	"cmp"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// This file finds slips that give null in silence: $.results0.name where the same operation elsewhere reads $.results[0], and parameters that
// are almost called like one that there is.

// pathUse is one VALUE with a path.
type pathUse struct {
	name string
	call *call
}

// indexUse is one VALUE_BY_INDEX and the loops around it.
type indexUse struct {
	name  string
	loops []*fulfillment
}

func comparePlaces(a, b diag.Range) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Start.Offset, b.Start.Offset))
}

func (n *names) suspicious() {
	indexed := map[string]string{} // "name:$.results0" → "$.results[0]"
	for _, use := range n.paths {
		prefix := "$"
		steps := use.steps()
		for i, step := range steps {
			if i+1 < len(steps) && strings.HasPrefix(steps[i+1], "[") {
				digits := strings.Trim(steps[i+1], "[]")
				indexed[use.name+":"+prefix+step+digits] = prefix + step + steps[i+1]
			}
			prefix += step
		}
	}
	for _, use := range n.paths {
		prefix := "$"
		steps := use.steps()
		for i, step := range steps {
			prefix += step
			if meant, found := indexed[use.name+":"+prefix]; found && strings.HasPrefix(step, ".") {
				at := use.call.arguments[1].span
				meant += strings.Join(steps[i+1:], "")
				at.report(report.Warning(codeSuspiciousPath, at.place(), "%s is always null if the data is a list, as it is elsewhere in this operation", prefix).
					Fix("write %s", meant))
				break
			}
		}
	}
}

func (u pathUse) steps() []string {
	if len(u.call.arguments) < 2 || u.call.arguments[1].path == nil {
		return nil
	}
	return u.call.arguments[1].path.parsed.Steps
}

// mistypedParameters warns of parameters that look like a slip for one that openapi.yaml describes or, where it does not describe the operation,
// for one of the path that nothing else reads.
func (n *names) mistypedParameters() {
	for _, name := range n.parameterPlaces {
		candidates, where := n.parametersNear(name.text)
		if near := source.DidYouMean(name.text, candidates); near != "" {
			name.report(report.Warning(codeParameter, name.place(), where, name.text).Fix("%s", near))
		}
	}
}

// parametersNear gives the parameters that a name may stand for, none when it is one of them, and what to say of a name that is not.
func (n *names) parametersNear(name string) (candidates []string, where string) {
	if n.operation.described == nil {
		for _, parameter := range pathParameters(n.operation.path) {
			if parameter == name {
				return nil, ""
			}
			if !slices.Contains(n.parameters, parameter) {
				candidates = append(candidates, parameter)
			}
		}
		return candidates, "the path has no parameter %q"
	}
	if _, known := n.operation.describedParameter(name); known {
		return nil, ""
	}
	for _, parameter := range n.operation.described.parameters {
		candidates = append(candidates, parameter.Name)
	}
	return candidates, "openapi.yaml has no parameter %q for this operation"
}
