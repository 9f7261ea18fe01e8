package sam_test

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/sam"
)

// TestReasons: explain and the template give the reason of ir.Decide for each state machine, and the place where it is another one.
func TestReasons(t *testing.T) {
	app := everything(t)
	_, files := written(t, app, sam.Options{})
	template := string(files[sam.TemplateFile])
	summaries := sam.Summaries(app, sam.Options{})
	if len(summaries) != len(app.Workflow.Operations) {
		t.Fatalf("%d summaries", len(summaries))
	}
	for i, operation := range app.Workflow.Operations {
		got, want := summaries[i], "Express"
		if operation.Mode == ir.Standard {
			want = "Standard"
		}
		if operation.Reason.Text == "" || got.Reason != operation.Reason.Text || got.Type != strings.ToUpper(want) {
			t.Errorf("%s: %+v", operation.Name, got)
		}
		comment := "  # " + want + ": " + got.Reason + "."
		if got.ReasonPlace != "" {
			comment += " " + got.ReasonPlace
		}
		if !strings.Contains(template, comment+"\n") {
			t.Errorf("the template does not say %q", comment)
		}
	}
	if got := summaries[3]; got.Reason != `step "ask" waits for an answer from outside` || got.ReasonPlace != "everything.yaml:55" {
		t.Errorf("%+v", got)
	}
	if got := summaries[2]; got.Reason != `step "long" runs "on order", which is Standard` || got.ReasonPlace != "everything.yaml:42" {
		t.Errorf("%+v", got)
	}
}
