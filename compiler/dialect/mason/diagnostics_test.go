package mason_test

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/dialect/mason"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/internal/marked"
)

// language is what the tests look at.
func language() marked.Language {
	return marked.Language{
		Dialect: mason.Dialect(), Prefix: "MAS", Settings: "steploom.yaml",
		Sound: source.File{Path: "a.yaml", Bytes: []byte("name: a\nsteps: [{name: b, apispec: {url: 'https://h/x', method: get}}]\n")},
	}
}

// TestDiagnostics demands that each line has exactly the diagnostics that its comment names, and that each error says why or what to write.
func TestDiagnostics(t *testing.T) { language().Check(t) }

// TestPlacesInJSON: a document in JSON is told of with the same care, at the place inside a template.
func TestPlacesInJSON(t *testing.T) {
	const text = `{"name": "\ud83d\ude00 a",
	"steps": [{"name": "one", "apispec": {"url": "https://h/\u007b{ USER.id }}/{{ nope.x }}", "method": "get"}}]}`
	_, found := mason.Dialect().Parse(source.Files{{Path: "a.json", Bytes: []byte(text)}})
	if len(found) != 1 || found[0].Code != "MAS008" {
		t.Fatalf("%v", found)
	}
	line := strings.Split(text, "\n")[1]
	if at := found[0].Range; at.Start.Line != 2 || !strings.HasPrefix(line[at.Start.Column-1:], "nope.x") || at.End.Column-at.Start.Column < 4 {
		t.Errorf("%+v of %q", at, line)
	}
}
