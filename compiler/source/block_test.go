package source_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// TestBlock reads keys in several spellings and lists what nobody asked for.
func TestBlock(t *testing.T) {
	root, found := read(t, "a: 1\nb: ' x '\nnothing:\nnote: n\nx-mine: 1\nx-steploom-max: 2\nlist: [p, [q], ' r ']\nmap: {k: v}\n")
	if len(found) > 0 {
		t.Fatal(found)
	}
	keys := source.Block{Entries: root.Entries()}.Keys()
	if got := keys.TakeText("missing", "b", "a"); got != "x" {
		t.Errorf("b is %q", got)
	}
	if keys.Take("nothing") != nil || keys.Has("nothing", "missing") || !keys.Has("a") {
		t.Error("a key without a value counts as absent")
	}
	if diff := cmp.Diff([]string{"p", "r"}, source.Texts(keys.Take("list"))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"x"}, source.Texts(keys.Get("b"))); diff != "" {
		t.Error(diff)
	}
	var left []string
	for _, entry := range keys.Left("note note2") {
		left = append(left, entry.Name)
	}
	if diff := cmp.Diff([]string{"a", "x-steploom-max", "map"}, left); diff != "" {
		t.Error(diff)
	}
	if source.Text(nil) != "" || len(source.Items(nil)) != 0 || source.Head(root).Start.Line != 1 {
		t.Error("nothing reads as nothing")
	}
}

// TestTextOfWhatIsNone reports what should be text.
func TestTextOfWhatIsNone(t *testing.T) {
	var reader source.Reader
	root := reader.Read(source.File{Path: "a.yaml", Bytes: []byte("a: [1]\n")})
	keys := source.Block{Entries: root.Entries()}.Keys()
	if got := keys.TakeText("a"); got != "" || len(reader.Problems()) != 1 {
		t.Errorf("%q with %v", got, reader.Problems())
	}
}

func TestJSON(t *testing.T) {
	root, _ := read(t, "a: [1, true, null, x, '2']\nb: {c: 1.5}\n")
	for want, scalar := range map[string]func(*source.Node) any{
		`{"a":[1,true,null,"x","2"],"b":{"c":1.5}}`:  source.Scalars,
		`{"a":["!","!",null,"!","!"],"b":{"c":"!"}}`: func(*source.Node) any { return "!" },
	} {
		got, err := jsonata.Encode(source.JSON(root, scalar))
		if err != nil || string(got) != want {
			t.Errorf("%s, %v, want %s", got, err, want)
		}
	}
	if source.JSON(nil, source.Scalars) != nil {
		t.Error("nil is not nil")
	}
}
