package osop_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/dialect/osop/edges"
	"github.com/steploom/steploom/compiler/dialect/osop/nodes"
)

var update = flag.Bool("update", false, "rewrite the tables of docs/osop.md")

// TestDocumentation keeps the tables of docs/osop.md equal to what the dialect does.
func TestDocumentation(t *testing.T) {
	const path = "../../../docs/osop.md"
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := between(t, string(content), "<!-- nodes -->\n", nodeTable())
	text = between(t, text, "<!-- edges -->\n", edgeTable())
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if text != string(content) && !*update {
		t.Error("docs/osop.md is stale: run go test ./compiler/dialect/osop -run Documentation -update")
	}
}

// between replaces what stands between a mark and the next end mark.
func between(t *testing.T, text, mark, table string) string {
	t.Helper()
	before, rest, found := strings.Cut(text, mark)
	_, after, ended := strings.Cut(rest, "<!-- end -->")
	if !found || !ended {
		t.Fatalf("docs/osop.md has no %q", mark)
	}
	return before + mark + table + "<!-- end -->" + after
}

func nodeTable() string {
	var b strings.Builder
	b.WriteString("| type | runs as | otherwise |\n| --- | --- | --- |\n")
	for _, row := range nodes.Table() {
		runs := row.Runs
		if runs == "" {
			runs = "your Lambda function"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", row.Name, runs, row.Otherwise)
	}
	return b.String()
}

func edgeTable() string {
	var b strings.Builder
	b.WriteString("| mode | becomes |\n| --- | --- |\n")
	for _, row := range edges.Table() {
		fmt.Fprintf(&b, "| `%s` | %s |\n", row.Name, row.Becomes)
	}
	return b.String()
}
