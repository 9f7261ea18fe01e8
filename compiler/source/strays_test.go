package source_test

import (
	"testing"

	"github.com/steploom/steploom/compiler/source"
)

// TestStrays says of each key that nobody asked for whether it describes or is unknown, and of some why they cannot be honoured.
func TestStrays(t *testing.T) {
	reader := source.Reader{}
	root := reader.Read(source.File{Path: "w.yaml", Bytes: []byte("taken: 1\nowner: x\nnote: y\ntakn: 2\nextends: z\nx-other: 3\n")})
	keys := source.BlockOf(root).Keys()
	keys.Take("taken")
	strays := source.Strays{Unknown: "U1", Describes: "D1", Documentation: "note"}
	for _, entry := range strays.Left(keys) {
		if !source.Refuse(entry, []source.Refusal{{Key: "extends", Code: "R1", Why: "Why.", Fix: "fix"}}) {
			strays.ReportOne(keys, entry, "a thing", "owner")
		}
	}
	want := []string{"D1 owner of a thing describes; nothing is compiled from it", `U1 "takn" is not a key of a thing and has no effect`, "R1 extends is not supported"}
	problems := reader.Problems()
	if len(problems) != len(want) {
		t.Fatal(problems)
	}
	for i, problem := range problems {
		if got := problem.Code + " " + problem.Summary; got != want[i] {
			t.Errorf("got  %s\nwant %s", got, want[i])
		}
	}
	if problems[1].Fix != `did you mean "taken"?` || problems[2].Detail != "Why." {
		t.Error(problems)
	}
}

// TestShapes reports values of another shape than the one that is wanted.
func TestShapes(t *testing.T) {
	reader := source.Reader{}
	root := reader.Read(source.File{Path: "w.yaml", Bytes: []byte("text: 1\nlist: [a, {type: x, of: y}]\nmap: {b: 1}\n")})
	if block := source.MappingOf(root.Get("text"), "S1", "the text"); len(block.Entries) != 0 {
		t.Error(block)
	}
	if items := source.ListOf(root.Get("map"), "S2", "the map", "write a list"); len(items) != 0 {
		t.Error(items)
	}
	if named := source.Names(root.Get("list"), "S3", "an element"); len(named) != 1 || named[0].Name != "a" {
		t.Error(named)
	}
	want := []string{"S1 the text is a mapping", "S2 the map is a list", "S3 an element needs a name"}
	for i, problem := range reader.Problems() {
		if got := problem.Code + " " + problem.Summary; got != want[i] {
			t.Errorf("got  %s\nwant %s", got, want[i])
		}
	}
	if len(reader.Problems()) != len(want) {
		t.Error(reader.Problems())
	}
	if source.MappingOf(nil, "S1", "nothing").Entries != nil || source.ListOf(nil, "S2", "nothing", "") != nil || source.BlockOf(nil).Entries != nil {
		t.Error("nothing has no keys and no elements, and is no mistake")
	}
}

// TestFileEndings knows files by their names and their lines.
func TestFileEndings(t *testing.T) {
	for path, want := range map[string]bool{"a.osop": true, "d/A.OSOP.Yaml": true, "a.osop.json": true, "a.yaml": false, "osop": false, "a.osop.txt": false} {
		if (source.File{Path: path}).HasEnding(".osop") != want {
			t.Errorf("%s: %v", path, !want)
		}
	}
	file := source.File{Bytes: []byte("a: 1\nbc: 2\n")}
	if !file.StartsLine("a:") || !file.StartsLine("bc:") || file.StartsLine("c:") || file.StartsLine("1") {
		t.Error("a line begins where it begins")
	}
}

// TestWholes reads whole numbers, and reports what is none.
func TestWholes(t *testing.T) {
	reader := source.Reader{}
	root := reader.Read(source.File{Path: "w.yaml", Bytes: []byte("list: [200, x, 404]\none: 5\n")})
	list, one := source.Wholes(root.Get("list")), source.Wholes(root.Get("one"))
	if len(list) != 2 || list[1] != 404 || len(one) != 1 || one[0] != 5 || len(source.Wholes(nil)) != 0 || len(reader.Problems()) != 1 {
		t.Error(list, one, reader.Problems())
	}
}
