package apichap

import (
	"cmp"
	"strings"

	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/shared/diag"
)

// This file finds a slip that gives null in silence: $.results0.name where the same operation elsewhere reads $.results[0].

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
		for _, step := range use.steps() {
			prefix += step
			if meant, found := indexed[use.name+":"+prefix]; found && strings.HasPrefix(step, ".") {
				at := use.call.arguments[1].span
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
