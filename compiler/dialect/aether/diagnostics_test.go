package aether_test

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/dialect/aether"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/internal/marked"
	"github.com/steploom/steploom/shared/diag"
)

// language is what the tests look at.
func language() marked.Language {
	return marked.Language{
		Dialect: aether.Dialect(), Prefix: "AET", Settings: "kafka.json",
		Sound: source.File{Path: "a.yaml", Bytes: []byte("id: a\nowner: b\ntype: GET\ntopic: [t]\ndatamap: {}\nurl: 'http://example.com'\n")},
	}
}

// TestDiagnostics demands that each line has exactly the diagnostics that its comment names, and that each error says why or what to write.
func TestDiagnostics(t *testing.T) { language().Check(t) }

// TestNoJobs: settings alone are a workflow, whose jobs are posted; a file that was to be a job is missed.
func TestNoJobs(t *testing.T) {
	kafka := source.File{Path: "kafka.json", Bytes: []byte(`{"kafka_url": "broker:9092"}`)}
	workflow, found := aether.Dialect().Parse(source.Files{kafka})
	if workflow == nil || len(workflow.Jobs.Declared) != 0 || workflow.Jobs.Settings["KAFKA_URL"] != "broker:9092" || len(found) != 1 || found[0].Severity != diag.Note {
		t.Errorf("%+v %v", workflow, found)
	}
	if workflow, _ := aether.Dialect().Parse(source.Files{kafka, {Path: "a.yaml", Bytes: []byte("datamap: [\ntopic: [a]\n")}}); workflow != nil {
		t.Errorf("%+v", workflow)
	}
}

// TestPlaces: what is wrong inside a text is told of there, in JSON with escapes as well.
func TestPlaces(t *testing.T) {
	const text = `{"ID": "a", "owner": "b", "type": "GET", "topic": ["t"],
	"datamap": {"\u0061": "$.msg.\u0061[?(@.x ==)]"}, "url": "http://example.com/\u007b\u0062}"}`
	_, found := aether.Dialect().Parse(source.Files{{Path: "a.json", Bytes: []byte(text)}})
	line := strings.Split(text, "\n")[1]
	places := map[string]string{"AET005": ")]", "AET006": `\u0062}`}
	for _, d := range found {
		if want := places[d.Code]; d.Range.Start.Line != 2 || want == "" || !strings.HasPrefix(line[d.Range.Start.Column-1:], want) {
			t.Errorf("%s at %+v: %s", d.Code, d.Range, d.Summary)
		}
	}
	if len(found) != len(places) {
		t.Errorf("%v", found)
	}
}
