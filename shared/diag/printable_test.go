package diag

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPrintable(t *testing.T) {
	for _, test := range []struct{ text, printable, name string }{
		{"plain é 日本 👩\u200d🚀", "plain é 日本 👩\u200d🚀", "plain é 日本 👩\u200d🚀"},
		{"a\nb\tc", "a\nb\tc", `a\nb\tc`},
		{"\x1b[31m\a\x7f\u009b", "�[31m���", `\x1b[31m\a\x7f\u009b`},
		{"a\u202eb\u2066c\u200f\u061c", "a�b�c��", `a\u202eb\u2066c\u200f\u061c`},
		{"a\u2028b\u2029c\u0085\u200b\ufeff", "a�b�c���", `a\u2028b\u2029c\u0085\u200b\ufeff`},
		{"a\xffb", "a�b", `a\xffb`},
		{"\U000e0041", "�", `\U000e0041`},
	} {
		if got := Printable(test.text); got != test.printable {
			t.Errorf("%q: got %q, want %q", test.text, got, test.printable)
		}
		if got := Name(test.text); got != test.name {
			t.Errorf("%q: the name is %s, want %s", test.text, got, test.name)
		}
	}
}

// FuzzWriteText: whatever a diagnostic holds, it is shown in printable characters and on its own lines.
func FuzzWriteText(f *testing.F) {
	f.Add("a\nerror: b.yaml", "sum\u202emary\x1b", "source\r\u2028x")
	f.Fuzz(func(t *testing.T, name, summary, source string) {
		at := Range{File: name, Start: Pos{1, 1, 0}, End: Pos{1, 2, 1}}
		var out bytes.Buffer
		list := List{{Code: "A", Summary: summary, Range: at}}
		if err := WriteText(&out, list, TextOptions{Source: func(string) []byte { return []byte(source) }}); err != nil {
			t.Fatal(err)
		}
		text := out.String()
		if !utf8.ValidString(text) || strings.Count(text, "\n") > 4 || strings.ContainsFunc(text, func(r rune) bool {
			return r != '\n' && r != '\t' && r != utf8.RuneError && deceives(r)
		}) {
			t.Errorf("%q", text)
		}
	})
}
