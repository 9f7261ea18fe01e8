package compiler_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/steploom/steploom/compiler/dialect/all"
)

// remark says why a dialect does not have a feature, or why it says it with another definition.
type remark struct{ kind, dialect, sentence string }

var (
	remarks = regexp.MustCompile(`(?m)^(Not|Otherwise) in ([A-Z]+): (.*)$`)
	summary = regexp.MustCompile(`(?s)^(.*?)(?:\n\n|\n*$)`)
)

func (g *golden) remarks() []remark {
	var list []remark
	for _, match := range remarks.FindAllStringSubmatch(string(g.archive.Comment), -1) {
		list = append(list, remark{match[1], strings.ToLower(match[2]), match[3]})
	}
	return list
}

// otherwise tells whether the file says that a dialect's definition is another one.
func (g *golden) otherwise(dialect string) bool {
	return slices.ContainsFunc(g.remarks(), func(r remark) bool { return r.kind == "Otherwise" && r.dialect == dialect })
}

// checkRemarks: every dialect either has the feature or a sentence that says why not; no sentence is for nothing.
func (g *golden) checkRemarks() {
	has := g.dialects()
	said := map[string]remark{}
	for _, r := range g.remarks() {
		if _, twice := said[r.dialect]; twice || !strings.HasSuffix(r.sentence, ".") {
			g.t.Errorf("%s: one sentence, please: %q", r.dialect, r.sentence)
		}
		if r.kind == "Otherwise" && slices.Index(has, r.dialect) < 1 {
			g.t.Errorf("%s cannot differ from itself, or has no source", r.dialect)
		}
		said[r.dialect] = r
	}
	for _, dialect := range all.List() {
		source, why := slices.Contains(has, dialect.Name), said[dialect.Name]
		if source == (why.kind == "Not") {
			g.t.Errorf("%s: either a source or a line \"Not in %s: …\"", dialect.Name, strings.ToUpper(dialect.Name))
		}
		delete(said, dialect.Name)
	}
	for dialect := range said {
		g.t.Errorf("there is no dialect %q", dialect)
	}
}

const featuresPage = "../docs/features.md"

// TestFeaturesPage: docs/features.md says which dialect has which feature, as the golden files do.
func TestFeaturesPage(t *testing.T) {
	isWritten(t, featuresPage, featureTable(t))
}

// isWritten expects a page to hold what the test makes of the sources, or writes it with -update.
func isWritten(t *testing.T, page, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is stale: run go test ./compiler -run %s -update", strings.TrimPrefix(page, "../"), t.Name())
	}
}

func featureTable(t *testing.T) string {
	t.Helper()
	var out strings.Builder
	out.WriteString("# Features\n\n" +
		"What each language can say, and what becomes of it. A row is a file of `compiler/testdata`, which holds the source in every language that has the " +
		"feature, the definition, and executions with their inputs and outputs; tests run them. Where two languages have it, they give the same " +
		"definition, or the table says why not. This page is written from those files.\n\n| feature |")
	for _, dialect := range all.List() {
		out.WriteString(" " + strings.ToUpper(dialect.Name) + " |")
	}
	out.WriteString("\n| --- |" + strings.Repeat(" --- |", len(all.List())) + "\n")
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(path), ".txtar")
		fmt.Fprintf(&out, "| [%s](../compiler/testdata/%s.txtar) |%s\n", strings.ReplaceAll(name, "_", " "), name, (&golden{t: t, archive: archive}).cells())
	}
	return out.String()
}

// cells are what the table says of each dialect: what becomes of the feature at the first that has it.
func (g *golden) cells() string {
	var row strings.Builder
	first := g.dialects()[0]
	said := map[string]remark{}
	for _, r := range g.remarks() {
		said[r.dialect] = r
	}
	for _, dialect := range all.List() {
		switch why := said[dialect.Name]; {
		case why.kind == "Not":
			row.WriteString(" no: " + lowerFirst(why.sentence))
		case why.kind == "Otherwise":
			row.WriteString(" otherwise: " + lowerFirst(why.sentence))
		case dialect.Name == first:
			row.WriteString(" " + g.summary())
		default:
			row.WriteString(" the same")
		}
		row.WriteString(" |")
	}
	return row.String()
}

// summary is the first paragraph of the file.
func (g *golden) summary() string {
	text := summary.FindStringSubmatch(strings.TrimLeft(string(g.archive.Comment), "\n"))[1]
	return strings.ReplaceAll(strings.TrimSpace(text), "\n", " ")
}

func lowerFirst(sentence string) string {
	return strings.ToLower(sentence[:1]) + sentence[1:]
}
