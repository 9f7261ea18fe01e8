package source_test

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/source"
)

// TestSyntaxHints: what is no YAML is told with a way out.
func TestSyntaxHints(t *testing.T) {
	for _, one := range []struct{ text, fix string }{
		{"a:\n\t\tb: c\n", "indent with blanks"},
		{"a: b\n\tc: d\n", "indent with blanks"},
		{"a: {b: c\nd: e\n", "close the { or ["},
		{"a: [b, c\nd: e\n", "close the { or ["},
		{"a: \"b\nc: d\n", "close the quote"},
		{"a: 'b\nc: d\n", "close the quote"},
		{"a: b: c\n", "put the value into quotes"},
		{"a: @b\n", "indent with blanks, not tabs, and put values"},
		{"a:\n  - b\n c\n", ""},
	} {
		var r source.Reader
		r.Read(source.File{Path: "a.yaml", Bytes: []byte(one.text)})
		problems := r.Problems()
		if len(problems) == 0 || !strings.HasPrefix(problems[0].Fix, one.fix) || problems[0].Range.Start.Line == 0 {
			t.Errorf("%q: told %+v, want %q", one.text, problems, one.fix)
		}
	}
}
