package strformat_test

import (
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/steploom/steploom/shared/pytext"
	"github.com/steploom/steploom/shared/strformat"
)

// block is a fenced part of the page.
func block(t *testing.T, page, kind string) string {
	t.Helper()
	found := regexp.MustCompile("(?ms)^```" + kind + "\n(.*?)^```$").FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("no block %s", kind)
	}
	return found[1]
}

// TestPage fills the templates of docs/aether/paths.md.
func TestPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/aether/paths.md")
	if err != nil {
		t.Fatal(err)
	}
	record, err := pytext.Decode(block(t, string(page), "json"))
	if err != nil {
		t.Fatal(err)
	}
	message, _ := record.(*pytext.Dict).Get("msg")
	const column = 46 // where the right side begins
	for _, line := range strings.Split(strings.TrimRight(block(t, string(page), "templates"), "\n"), "\n") {
		text, says := strings.TrimRight(line[:column], " "), line[column:]
		if got := becomes(text, message.(*pytext.Dict)); got != says && !(strings.HasPrefix(says, "refused: ") && strings.HasPrefix(got, "refused: ") && strings.Contains(got, says[9:])) {
			t.Errorf("%s: got %s, the page says %s", text, got, says)
		}
	}
}

// becomes is what a template becomes, or why it does not.
func becomes(text string, values *pytext.Dict) string {
	template, err := strformat.Parse(text)
	var failure *strformat.Error
	if errors.As(err, &failure) {
		return "refused: " + failure.Message
	}
	filled, err := template.Format(values)
	if err != nil {
		return err.Error()
	}
	return filled
}
