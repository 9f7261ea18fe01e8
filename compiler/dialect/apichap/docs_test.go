package apichap

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var rewrite = flag.Bool("update", false, "rewrite the documentation")

const (
	page        = "../../../docs/apichap.md"
	tableStart  = "<!-- methods: written from the table in the code by go test ./compiler/dialect/apichap -update -->\n"
	tableFinish = "<!-- end of methods -->\n"
)

// TestMethodTable: docs/apichap.md lists the methods as the code does.
func TestMethodTable(t *testing.T) {
	content, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(content), tableStart)
	_, after, finished := strings.Cut(rest, tableFinish)
	if !found || !finished {
		t.Fatal("docs/apichap.md has no place for the methods")
	}
	want := before + tableStart + methodPage() + tableFinish + after
	if *rewrite {
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want != string(content) {
		t.Error("docs/apichap.md is stale: run go test ./compiler/dialect/apichap -update")
	}
}

func methodPage() string {
	var out strings.Builder
	for _, row := range methodTable {
		if row.unsupported != "" {
			fmt.Fprintf(&out, "\n### %s\n\nRefused: %s.\n", row.name, row.unsupported)
			continue
		}
		fmt.Fprintf(&out, "\n### %s\n\n`%s`\n\n%s\n", row.name, row.usage(), row.doc)
		if len(row.examples) > 0 {
			out.WriteString("\n| expression | data | value |\n| --- | --- | --- |\n")
		}
		for _, example := range row.examples {
			fmt.Fprintf(&out, "| %s | %s | %s |\n", cell(example.source), cell(example.data), cell(example.want))
		}
	}
	out.WriteByte('\n')
	return out.String()
}

// cell quotes code for a table, in which a bar would end the cell.
func cell(code string) string { return "`" + strings.ReplaceAll(code, "|", `\|`) + "`" }
