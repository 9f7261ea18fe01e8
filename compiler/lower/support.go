package lower

import (
	"fmt"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/diag"
)

const codeUnsupported = "LOW003"

// unsupported finds what the IR can say and the lowering cannot.
func unsupported(operation *ir.Operation) diag.List {
	var found diag.List
	refuse := func(at diag.Range, what, fix string) {
		found.Add(diag.Diagnostic{
			Code:    codeUnsupported,
			Summary: what + " is not supported yet",
			Detail:  fmt.Sprintf("The operation %q cannot become a state machine without it.", operation.Name),
			Fix:     fix,
			Range:   at,
		})
	}
	for _, trigger := range operation.Triggers {
		if stream, ok := trigger.(*ir.Stream); ok {
			refuse(stream.Range, "a stream as a trigger", "start the operation by an event, a schedule or a request")
		}
	}
	return found
}
