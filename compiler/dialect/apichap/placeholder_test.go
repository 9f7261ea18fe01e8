package apichap

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/internal/pace"
)

// A mistake inside of nested placeholders is shown where it is written (at the ^), whatever escapes stand before it.
func TestPlaceholderPlaces(t *testing.T) {
	for _, marked := range []string{
		`ab${TEXT(c) + ^NOPE(d)}`,
		`ab${TEXT(c ${^NOPE(d)})}`,
		`:[VALUE(BODY(), $\[0\].a) . ^NOPE(d)]`,
		`${VALUE(BODY(), "$[\"a\"]^ x")}`,
		`${VALUE(BODY(), $.a[?(@.b == ${^NOPE(c)})])}`,
		`1${PARAM(a)}^${PARAM(b}`,
	} {
		text := strings.ReplaceAll(marked, "^", "")
		reader := &source.Reader{}
		root := reader.Read(source.File{Path: "a.yaml", Bytes: []byte("'" + text + "'\n")})
		if parseTemplate(root) != nil {
			t.Errorf("%s is accepted", text)
			continue
		}
		last := reader.Problems()[len(reader.Problems())-1]
		if got, want := last.Range.Start.Offset-1, strings.Index(marked, "^"); got != want {
			t.Errorf("%s: %s at %d, want %d", text, last.Summary, got, want)
		}
	}
}

// FuzzTemplate: no text takes more than linear time to read.
func FuzzTemplate(f *testing.F) {
	for _, text := range []string{"a${PARAM(b)}c", ":[PARAM(x)]", "${TEXT(${", "${VALUE(a, $['", "${TEXT(\"\\\"", ":[", "${[", "${VALUE(BODY(), $[?(@.a == ${PARAM(b)})])}"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		pace.Linear(t, text, func(long string) {
			reader := &source.Reader{}
			if root := reader.Read(source.File{Path: "a.yaml", Bytes: []byte("- " + quoteYAML(long) + "\n")}); root != nil && len(root.Items()) == 1 {
				parseTemplate(root.Items()[0])
			}
		})
	})
}
