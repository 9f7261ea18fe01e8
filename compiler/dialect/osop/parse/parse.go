// Package parse reads process graphs: YAML to the syntax tree, with a diagnostic for what cannot be read and for what has no effect. Versions 1.0,
// 1.1 and 2.0 are read as one superset, in the spellings of the prose specification, of the JSON Schema and of practice.
package parse

import (
	"path"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
)

// settingsFile binds node types to Lambda functions.
const settingsFile = "steploom.yaml"

// Detect looks for the file endings of the language, and for its version key.
func Detect(files source.Files) bool {
	return slices.ContainsFunc(files, func(f source.File) bool { return isGraph(f) || isCollection(f) })
}

func isGraph(f source.File) bool {
	data := f.IsYAML() || strings.HasSuffix(strings.ToLower(f.Base()), ".json")
	return hasEnding(f, ".osop") || data && (startsLine(f, "osop_version:") || startsLine(f, "osop:")) && startsLine(f, "nodes:")
}

func isCollection(f source.File) bool {
	return hasEnding(f, ".sop") || f.IsYAML() && startsLine(f, "sop_version:")
}

func hasEnding(f source.File, ending string) bool {
	name := strings.ToLower(f.Base())
	return slices.ContainsFunc([]string{"", ".yaml", ".yml", ".json"}, func(more string) bool { return strings.HasSuffix(name, ending+more) })
}

// startsLine tells whether a line of a file starts with a text.
func startsLine(f source.File, text string) bool {
	content := string(f.Bytes)
	return strings.HasPrefix(content, text) || strings.Contains(content, "\n"+text)
}

type parser struct{ reader *source.Reader }

// report adds a diagnostic.
func (p parser) report(d report.Draft) { p.reader.Report(d) }

// Project reads all files that are compiled together. What is wrong with them goes to the reader.
func Project(reader *source.Reader, files source.Files) *ast.Project {
	p := parser{reader: reader}
	project := &ast.Project{Lambdas: map[string]string{}}
	for _, file := range files {
		switch {
		case file.Base() == settingsFile:
			p.settings(file, project)
		case isCollection(file):
			p.collection(file, files, project)
		}
	}
	for _, file := range files {
		if isGraph(file) {
			if document := p.document(file); document != nil && p.isNew(document, project.Documents) {
				project.Documents = append(project.Documents, document)
			}
		}
	}
	if project.ID == "" && len(project.Documents) > 0 {
		first := project.Documents[0]
		project.ID, project.Name, project.Range = first.ID, first.Name, first.Range
	}
	return project
}

// isNew refuses a second workflow of the same id.
func (p parser) isNew(document *ast.Document, others []*ast.Document) bool {
	i := slices.IndexFunc(others, func(d *ast.Document) bool { return d.ID == document.ID })
	if i >= 0 {
		p.report(report.Error(codes.Duplicate, document.Range, "there are two workflows with the id %q", document.ID).
			Fix("give one of them another id").Also(others[i].Range, "the other one is here"))
	}
	return i < 0
}

// settings reads the bindings of node types in steploom.yaml.
func (p parser) settings(file source.File, project *ast.Project) {
	for _, entry := range p.reader.Read(file).Get("lambdas").Entries() {
		if name, ok := entry.Value.Str(); ok {
			project.Lambdas[entry.Name] = name
		}
	}
}

// collection reads a .sop file. Every workflow it lists must be there; the list itself only describes.
func (p parser) collection(file source.File, files source.Files, project *ast.Project) {
	root := p.reader.Read(file)
	if root == nil || root.Kind != source.Mapping {
		return
	}
	project.ID, project.Name, project.Range = ast.Text(root.Get("id")), ast.Text(root.Get("name")), ast.Head(root)
	if project.ID == "" {
		project.ID = Stem(file.Path)
	}
	if root.Get("sections") == nil {
		p.report(report.Error(codes.Shape, ast.Head(root), "a collection needs sections with workflows"))
	}
	for _, section := range root.Get("sections").Items() {
		for _, item := range section.Get("workflows").Items() {
			p.listed(file, files, item)
		}
	}
}

func (p parser) listed(file source.File, files source.Files, item *source.Node) {
	ref := item
	if item.Kind == source.Mapping {
		ref = item.Get("ref")
	}
	name := ast.Text(ref)
	if name == "" {
		p.report(report.Error(codes.Reference, item.Range, "a workflow of a collection needs ref: the path of its file"))
		return
	}
	wanted := path.Join(path.Dir(file.Path), name)
	if !slices.ContainsFunc(files, func(f source.File) bool { return path.Clean(f.Path) == wanted || Stem(f.Path) == name }) {
		p.report(report.Error(codes.Reference, ref.Range, "there is no file %q", name).Fix("put the file there, or delete the entry"))
	}
}

// Stem is the name of a file without its folder and its endings.
func Stem(path string) string {
	name := source.File{Path: path}.Base()
	for _, ending := range []string{".yaml", ".yml", ".json", ".osop", ".sop"} {
		name = strings.TrimSuffix(name, ending)
	}
	return name
}
