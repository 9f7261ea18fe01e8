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
	for _, broken := range []string{`{"a": "\ud83d"}`, `{"a": "\ud83d\u0041"}`, `{"a": "\ude00\ud83d"}`} {
		var reader source.Reader
		if reader.Read(source.File{Path: "a.json", Bytes: []byte(broken)}); len(reader.Problems()) == 0 {
			t.Errorf("%s was read", broken)
		}
	}
}
