package condition

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/internal/pace"
)

// FuzzTemplate: a text is taken apart in linear time, and nothing of it is lost.
func FuzzTemplate(f *testing.F) {
	for _, text := range []string{"a ${b.c} {{ d }} ${{e}} f", "${", "{{}}", "${a", "}}{{", "${'}'}", "${a}${b", "{name}"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		pace.Linear(t, text, func(text string) { Split(text) })
		length := 0
		for _, piece := range Split(text) {
			length += len(piece.Text.Value)
			if !strings.Contains(text, piece.Text.Value) {
				t.Errorf("%q has a piece %q", text, piece.Text.Value)
			}
		}
		if length > len(text) {
			t.Errorf("%q has pieces of %d bytes", text, length)
		}
		Whole(text)
	})
}
