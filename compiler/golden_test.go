package compiler_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

var update = flag.Bool("update", false, "rewrite the golden files but for sources, inputs and stand-ins")

// TestGoldenFeatures compiles and runs each feature in testdata. A file begins with what becomes of the feature. A dialect that does not have it is
// named in a line "Not in DIALECT: sentence.", one that says it with another definition in a line "Otherwise in DIALECT: sentence."; all others give
// the same definition. The file holds:
//
//	<dialect>/<file>                 the source, once for each dialect that has the feature; <dialect>@<spelling> for another way to say it
//	ir, or ir/<dialect>              the model of it
//	<machine>.asl.json               the definition of each operation, in asl/<dialect>/ where it is another one
//	server.json                      what an HTTP server behind every host answers, by "METHOD /path?query"
//	db/<file>.sql                    scripts that fill the SQLite database behind every datasource
//	ftp/<path>                       files of the folder behind every FTP datasource
//	<case>/input.json                an execution's input; its "operation" says which machine runs
//	<case>/calls.json                stand-ins for functions: for each the list of answers or errors, in order
//	<case>/output.json, <case>/trace what came out, and the states passed with the requests made of functions; in <case>/<dialect>/ where the
//	                                 definition is another one
func TestGoldenFeatures(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			golden := &golden{t: t, archive: archive}
			golden.checkRemarks()
			golden.run()
			golden.finish(path)
		})
	}
}

// golden is one feature under test.
type golden struct {
	t       *testing.T
	archive *txtar.Archive
	// made are the sections that this run made, in order.
	made []txtar.File
}

func (g *golden) run() {
	dialects := g.dialects()
	outputs := map[string]compiler.Output{}
	for _, dialect := range dialects {
		outputs[dialect] = g.compile(dialect)
	}
	first := dialects[0]
	g.define("", outputs[first])
	for _, dialect := range dialects[1:] {
		language, _, spelling := strings.Cut(dialect, "@")
		switch {
		case spelling:
			g.same(language, dialect, outputs)
		case g.otherwise(dialect):
			g.different(first, dialect, outputs)
			g.define("asl/"+dialect+"/", outputs[dialect])
		default:
			g.same(first, dialect, outputs)
		}
	}
	for _, name := range g.cases() {
		g.execute(name, "", outputs[first])
		for _, dialect := range dialects[1:] {
			if g.otherwise(dialect) {
				g.execute(name, dialect+"/", outputs[dialect])
			}
		}
	}
}

// compile gives what a dialect's source becomes, and adds its model.
func (g *golden) compile(dialect string) compiler.Output {
	language, _, _ := strings.Cut(dialect, "@")
	output, found := compiler.Compile(g.sources(dialect), compiler.Options{Dialect: language})
	if found.HasErrors() {
		g.t.Fatalf("%s: %s", dialect, diagnostics(found))
	}
	model, err := output.Print("ir")
	if err != nil {
		g.t.Fatal(err)
	}
	name := "ir"
	if len(g.dialects()) > 1 {
		name = "ir/" + dialect
	}
	g.add(name, model)
	return output
}

// define adds definitions.
func (g *golden) define(folder string, output compiler.Output) {
	for _, machine := range output.Machines {
		g.add(folder+machine.Name+".asl.json", string(output.Files[machine.Path()]))
	}
}

// dialects are the folders of the archive that hold sources.
func (g *golden) dialects() []string {
	var names []string
	for _, file := range g.archive.Files {
		folder, _, nested := strings.Cut(file.Name, "/")
		if nested && strings.HasSuffix(file.Name, ".yaml") && !slices.Contains(names, folder) {
			names = append(names, folder)
		}
	}
	if len(names) == 0 {
		g.t.Fatal("the file has no source")
	}
	return names
}

func (g *golden) sources(dialect string) source.Files {
	var files source.Files
	for _, file := range g.archive.Files {
		if path, ok := strings.CutPrefix(file.Name, dialect+"/"); ok {
			files = append(files, source.File{Path: path, Bytes: file.Data})
		}
	}
	return files
}

// cases are the folders that hold an input, in order.
func (g *golden) cases() []string {
	var names []string
	for _, file := range g.archive.Files {
		if name, ok := strings.CutSuffix(file.Name, "/input.json"); ok {
			names = append(names, name)
		}
	}
	return names
}

func (g *golden) section(name string) ([]byte, bool) {
	for _, file := range g.archive.Files {
		if file.Name == name {
			return file.Data, true
		}
	}
	return nil, false
}

func (g *golden) add(name, text string) {
	if !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	g.made = append(g.made, txtar.File{Name: name, Data: []byte(text)})
}

// finish compares what was made with the file, or rewrites the file.
func (g *golden) finish(path string) {
	if *update {
		if err := os.WriteFile(path, txtar.Format(g.rewritten()), 0o644); err != nil {
			g.t.Fatal(err)
		}
		return
	}
	for _, file := range g.made {
		want, ok := g.section(file.Name)
		if !ok {
			g.t.Errorf("no section %s; run with -update", file.Name)
			continue
		}
		if !bytes.Equal(want, file.Data) {
			g.t.Errorf("%s: %s (-want +got)", file.Name, cmp.Diff(string(want), string(file.Data)))
		}
	}
	for _, file := range g.archive.Files {
		if !g.isGiven(file.Name) && !g.isMade(file.Name) {
			g.t.Errorf("section %s is not made any more; run with -update", file.Name)
		}
	}
}

// isGiven tells whether a section is written by people.
func (g *golden) isGiven(name string) bool {
	folder, _, nested := strings.Cut(name, "/")
	return name == "server.json" || nested && (folder == "db" || folder == "ftp" || slices.Contains(g.dialects(), folder)) ||
		strings.HasSuffix(name, "/input.json") || strings.HasSuffix(name, "/calls.json")
}

func (g *golden) isMade(name string) bool {
	return slices.ContainsFunc(g.made, func(file txtar.File) bool { return file.Name == name })
}

// rewritten is the archive with the given sections first, and what a case gave after its input.
func (g *golden) rewritten() *txtar.Archive {
	fresh := &txtar.Archive{Comment: g.archive.Comment}
	inCase := func(name string) bool {
		return slices.ContainsFunc(g.cases(), func(folder string) bool { return strings.HasPrefix(name, folder+"/") })
	}
	keep := func(files []txtar.File, wanted func(string) bool) {
		for _, file := range files {
			if wanted(file.Name) {
				fresh.Files = append(fresh.Files, file)
			}
		}
	}
	keep(g.archive.Files, func(name string) bool { return g.isGiven(name) && !inCase(name) })
	keep(g.made, func(name string) bool { return !inCase(name) })
	for _, folder := range g.cases() {
		own := func(name string) bool { return strings.HasPrefix(name, folder+"/") }
		keep(g.archive.Files, func(name string) bool { return own(name) && g.isGiven(name) })
		keep(g.made, own)
	}
	return fresh
}

// same reports two sources that give other definitions, whatever their names and comments.
func (g *golden) same(one, other string, outputs map[string]compiler.Output) {
	if a, b := g.normalised(outputs[one]), g.normalised(outputs[other]); a != b {
		g.t.Errorf("%s and %s differ: %s", one, other, cmp.Diff(a, b))
	}
}

// different reports two sources that give the same definitions although the file says otherwise.
func (g *golden) different(one, other string, outputs map[string]compiler.Output) {
	if g.normalised(outputs[one]) == g.normalised(outputs[other]) {
		g.t.Errorf("%s and %s give the same definition: take the line that says otherwise out", one, other)
	}
}

func (g *golden) normalised(output compiler.Output) string {
	var all strings.Builder
	for _, machine := range output.Machines {
		all.WriteString(normalised(g.t, machine) + "\n")
	}
	return all.String()
}

func diagnostics(found diag.List) string {
	var text strings.Builder
	for _, each := range found {
		fmt.Fprintf(&text, "\n%s:%d:%d: %s %s %s. %s", each.Range.File, each.Range.Start.Line, each.Range.Start.Column, each.Severity, each.Code, each.Summary, each.Detail)
	}
	return text.String()
}
