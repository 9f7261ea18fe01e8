package compiler_test

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// block is a project of testdata/blocks/apichap.txtar.
type block struct {
	name    string
	files   source.Files
	stored  []txtar.File
	refused string // a code and a part of the reason, "" for what compiles
	lines   []stretch
}

// stretch is lines of a page of the documentation, from 1.
type stretch struct {
	page        string
	first, last int
}

func documentedBlocks(t *testing.T) []*block {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/blocks/apichap.txtar")
	if err != nil {
		t.Fatal(err)
	}
	shared := archive.Files[0]
	var blocks []*block
	for _, file := range archive.Files[1:] {
		name, path, _ := strings.Cut(file.Name, "/")
		if len(blocks) == 0 || blocks[len(blocks)-1].name != name {
			blocks = append(blocks, &block{name: name, files: source.Files{{Path: shared.Name, Bytes: shared.Data}}})
		}
		blocks[len(blocks)-1].add(path, file)
	}
	return blocks
}

var stretches = regexp.MustCompile(`([\w-]+) (\d+)-(\d+)`)

func (b *block) add(path string, file txtar.File) {
	if path == "refused" {
		b.refused = strings.TrimSpace(string(file.Data))
		return
	}
	b.files, b.stored = append(b.files, source.File{Path: path, Bytes: file.Data}), append(b.stored, file)
	comment, _, _ := bytes.Cut(file.Data, []byte("\n"))
	for _, match := range stretches.FindAllStringSubmatch(string(comment), -1) {
		one := stretch{page: match[1]}
		_, _ = fmt.Sscan(match[2]+" "+match[3], &one.first, &one.last)
		b.lines = append(b.lines, one)
	}
}

// TestDocumentedBlocks: what the documentation of APICHAP shows compiles, or is refused for a reason that is right.
func TestDocumentedBlocks(t *testing.T) {
	for _, b := range documentedBlocks(t) {
		t.Run(b.name, func(t *testing.T) {
			if len(b.lines) == 0 {
				t.Error("nothing says which block of the documentation this is")
			}
			_, found := compiler.Compile(b.files, compiler.Options{Dialect: "apichap"})
			if b.refused == "" {
				if found.HasErrors() {
					t.Errorf("refused: %s", diagnostics(found))
				}
				return
			}
			code, reason, _ := strings.Cut(b.refused, " ")
			if !slices.ContainsFunc(found, func(d diag.Diagnostic) bool {
				return d.Severity == diag.Error && d.Code == code && strings.Contains(d.Summary, reason)
			}) {
				t.Errorf("want %s, got: %s", b.refused, diagnostics(found))
			}
		})
	}
}

// written is a key of the language at the beginning of a line, called are the methods in one.
var (
	written = regexp.MustCompile(`^(?:- )?(\w+):(?: |$)`)
	called  = regexp.MustCompile(`\b([A-Z][A-Z_]+)\(`)
)

// TestDocumentedBlocksAreAll: no line of the pages that begins with a field is outside of the blocks, and each block's fields and methods are in
// the project that is made of it.
func TestDocumentedBlocksAreAll(t *testing.T) {
	conformance := cmp.Or(os.Getenv("STEPLOOM_CONFORMANCE"), "../../shared/conformance")
	seeds := filepath.Join(conformance, "..", "seeds")
	fields := map[string]bool{}
	for _, table := range apichapFields {
		for field := range strings.FieldsSeq(table.fields) {
			fields[field] = true
		}
	}
	blocks := documentedBlocks(t)
	for _, page := range []string{"apichap-operations", "apichap-fulfillments"} {
		content, err := os.ReadFile(filepath.Join(seeds, page+".txt"))
		if err != nil {
			t.Skipf("the pages of APICHAP's documentation are not there, so nothing shows that the blocks are complete: %v", err)
		}
		for i, line := range strings.Split(string(content), "\n") {
			checkLine(t, blocks, fields, page, i+1, line)
		}
	}
}

func checkLine(t *testing.T, blocks []*block, fields map[string]bool, page string, number int, line string) {
	key := written.FindStringSubmatch(line)
	if key != nil && !fields[key[1]] {
		key = nil
	}
	covered := false
	for _, b := range blocks {
		if !slices.ContainsFunc(b.lines, func(s stretch) bool { return s.page == page && s.first <= number && number <= s.last }) {
			continue
		}
		covered = true
		if b.refused != "" {
			continue // shows one thing
		}
		if key != nil && !b.has(`[\s{]`+key[1]+`:`) {
			t.Errorf("%s:%d: %q has no %s", page, number, b.name, key[1])
		}
		for _, method := range called.FindAllStringSubmatch(line, -1) {
			if !b.has(`\b` + method[1] + `\(`) {
				t.Errorf("%s:%d: %q does not call %s", page, number, b.name, method[1])
			}
		}
	}
	if key != nil && !covered {
		t.Errorf("%s:%d: no project is made of the block here (%s)", page, number, key[1])
	}
}

func (b *block) has(pattern string) bool {
	return slices.ContainsFunc(b.stored, func(file txtar.File) bool { return regexp.MustCompile(pattern).Match(file.Data) })
}
