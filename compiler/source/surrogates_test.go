package source_test

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/source"
)

// TestSurrogates: JSON writes characters beyond the first 65,536 as two escapes, and what follows keeps its place.
func TestSurrogates(t *testing.T) {
	const text = `{"\uD83D\uDE00": "a\ud83d\ude00b\\ud83d \"\ud83d\ude00", "next": 1}`
	var reader source.Reader
	root := reader.Read(source.File{Path: "a.json", Bytes: []byte(text)})
	if problems := reader.Problems(); len(problems) > 0 {
		t.Fatal(problems)
	}
	entries := root.Entries()
	if got := entries[0].Name; got != "😀" {
		t.Errorf("key %q", got)
	}
	value := entries[0].Value
	if got := value.Value(); got != `a😀b\ud83d "😀` {
		t.Errorf("value %q", got)
	}
	if at := value.At(len("a😀"), len("a😀b")); text[at.Start.Column-1:at.End.Column-1] != "b" {
		t.Errorf("the place of b is %v", at)
	}
	if at := entries[1].Key.Range; at.Start.Column-1 != strings.Index(text, `"next"`) {
		t.Errorf("the place of next is %v", at)
	}
	const inYAML = "# \"\\ud83d\\ude00\"\nkey: !!str \"a\\ud83d\\ude00\n  b\" # \\ud83d\\ude00\nplain: it's \"\\ud83d\\ude00\"\nsingle: '\"\\ud83d\\ude00'\n" +
		"block: |\n  \"\\ud83d\\ude00\nflow: {\"\\uD83D\\uDE00\": &x \"\\ud83d\\ude00é\", b: [1, *x]}\nlast: 1\n"
	reader = source.Reader{}
	root = reader.Read(source.File{Path: "a.yaml", Bytes: []byte(inYAML)})
	if problems := reader.Problems(); len(problems) > 0 {
		t.Fatal(problems)
	}
	for name, want := range map[string]string{"key": "a😀 b", "plain": `it's "\ud83d\ude00"`, "single": `"\ud83d\ude00`, "block": "\"\\ud83d\\ude00\n", "last": "1"} {
		if got := root.Get(name).Value(); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	flow := root.Get("flow").Entries()
	if flow[0].Name != "😀" || flow[0].Value.Value() != "😀é" || flow[1].Value.Items()[1].Value() != "😀é" {
		t.Errorf("flow is %v", flow)
	}
	if at := flow[1].Key.Range.Start; inYAML[at.Offset] != 'b' || at.Line != 8 {
		t.Errorf("the place of b is %v", at)
	}
	for _, broken := range []string{`{"a": "\ud83d"}`, `{"a": "\ud83d\u0041"}`, `{"a": "\ude00\ud83d"}`} {
		var reader source.Reader
		for _, path := range []string{"a.json", "a.yaml"} {
			reader = source.Reader{}
			if reader.Read(source.File{Path: path, Bytes: []byte(broken)}); len(reader.Problems()) == 0 {
				t.Errorf("%s was read", broken)
			}
		}
	}
}
