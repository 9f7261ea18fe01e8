package lower_test

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/lower"
	"github.com/steploom/steploom/shared/diag"
)

func TestWhatCannotBeLoweredIsRefused(t *testing.T) {
	at := diag.Range{File: "w.yaml", Start: diag.Pos{Line: 7, Column: 1}}
	cases := map[string]*ir.Operation{
		"a stream": {Triggers: []ir.Trigger{&ir.Stream{Topics: []string{"orders"}, Range: at}}},
	}
	for what, operation := range cases {
		machine, found := lower.Operation(&ir.Workflow{Operations: []*ir.Operation{operation}}, operation, catalogue())
		if machine != nil || len(found) != 1 || found[0].Code != "LOW003" || found[0].Fix == "" || found[0].Range != at || !strings.Contains(found[0].Summary, what) {
			t.Errorf("%s: %v %v", what, machine, found)
		}
	}
}
