package jsonpathng_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/steploom/steploom/shared/jsonpathng"
	"github.com/steploom/steploom/shared/pytext"
)

// block are the fenced parts of the page, with what they are.
var block = regexp.MustCompile("(?ms)^```(json|paths|refused)\n(.*?)^```$")

// example is a line: a path, and what becomes of it.
var example = regexp.MustCompile(`(?m)^(.+?) {2,}(.+)$|^(.+?\) ?` + "`" + `) (.+)$`)

// TestPage evaluates the paths of docs/aether/paths.md.
func TestPage(t *testing.T) {
	text, err := os.ReadFile("../../docs/aether/paths.md")
	if err != nil {
		t.Fatal(err)
	}
	var record any
	examples := 0
	for _, part := range block.FindAllStringSubmatch(string(text), -1) {
		if part[1] == "json" {
			if record, err = pytext.Decode(part[2]); err != nil {
				t.Fatal(err)
			}
			continue
		}
		for _, line := range strings.Split(strings.TrimSpace(part[2]), "\n") {
			columns := example.FindStringSubmatch(line)
			if columns == nil {
				t.Fatalf("%s: no example", line)
			}
			examples++
			path, says := columns[1]+columns[3], columns[2]+columns[4]
			if part[1] == "paths" {
				checkPath(t, path, record, says)
			} else if got := refusal(path); !strings.Contains(got, says) {
				t.Errorf("%s: got %s, the page says %s", path, got, says)
			}
		}
	}
	if examples < 45 {
		t.Errorf("%d examples", examples)
	}
}

func checkPath(t *testing.T, text string, record any, says string) {
	t.Helper()
	path, err := jsonpathng.Parse(text)
	if err != nil {
		t.Errorf("%s: %v", text, err)
		return
	}
	value, found, err := jsonpathng.Select(path, record)
	if err != nil {
		t.Errorf("%s: %v", text, err)
		return
	}
	got := "left out"
	if found {
		got, _ = pytext.JSON(value, pytext.Options{Unicode: true})
	}
	if got != says {
		t.Errorf("%s: got %s, the page says %s", text, got, says)
	}
}

// refusal is why a path is refused.
func refusal(text string) string {
	path, err := jsonpathng.Parse(text)
	if err != nil {
		return err.Error()
	}
	if failure := path.Fails(); failure != nil {
		return failure.Message
	}
	return "nothing"
}
