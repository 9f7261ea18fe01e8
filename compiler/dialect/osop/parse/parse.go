// Package parse reads process graphs: YAML to the syntax tree, with a diagnostic for what cannot be read and for what has no effect. Versions 1.0,
// 1.1 and 2.0 are read as one superset, in the spellings of the prose specification, of the JSON Schema and of practice.
package parse

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
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

func startsLine(f source.File, text string) bool {
	return strings.Contains("\n"+string(f.Bytes), "\n"+text)
}

// parser reports to its reader.
type parser struct{ *source.Reader }

// Project reads all files that are compiled together. What is wrong with them goes to the reader.
func Project(reader *source.Reader, files source.Files) *ast.Project {
	p := parser{reader}
	project := &ast.Project{Lambdas: map[string]string{}}
	for _, file := range files {
		switch {
		case file.Base() == settingsFile:
			p.settings(file, project)
		case isCollection(file):
			p.collection(file, files, project)
		case isGraph(file):
			p.workflow(p.document(file), project)
		}
	}
	if project.ID == "" && len(project.Documents) > 0 {
		first := project.Documents[0]
		project.ID, project.Name, project.Range = first.ID, first.Name, first.Range
	}
	return project
}

// workflow adds a document, nil for none, unless there is one of the same id.
func (p parser) workflow(document *ast.Document, project *ast.Project) {
	if document == nil {
		return
	}
	for _, other := range project.Documents {
		if other.ID == document.ID {
			p.duplicate("workflows", ast.Ref{Name: document.ID, Range: document.Range}, other.Range)
			return
		}
	}
	project.Documents = append(project.Documents, document)
}

// settings reads the bindings of node types in steploom.yaml.
func (p parser) settings(file source.File, project *ast.Project) {
	for _, entry := range p.Read(file).Get("lambdas").Entries() {
		if name, ok := entry.Value.Str(); ok {
			project.Lambdas[entry.Name] = name
		}
	}
}

// collection reads a .sop file. Every workflow it lists must be there; the list itself only describes.
func (p parser) collection(file source.File, files source.Files, project *ast.Project) {
	root := p.Read(file)
	if root == nil || root.Kind != source.Mapping {
		return
	}
	project.ID, project.Name, project.Range = cmp.Or(ast.Text(root.Get("id")), ast.Stem(file.Path)), ast.Text(root.Get("name")), ast.Head(root)
	if root.Get("sections") == nil {
		p.Report(codes.Shape.Error(ast.Head(root), "a collection needs sections with workflows"))
	}
	for _, section := range root.Get("sections").Items() {
		for _, item := range section.Get("workflows").Items() {
			ref := ast.RefTo(item)
			if item.Kind == source.Mapping {
				ref = ast.RefTo(item.Get("ref"))
			}
			wanted := path.Join(path.Dir(file.Path), ref.Name)
			if ref.Name == "" {
				p.Report(codes.Reference.Error(item.Range, "a workflow of a collection needs ref: the path of its file"))
			} else if !slices.ContainsFunc(files, func(f source.File) bool { return path.Clean(f.Path) == wanted || ast.Stem(f.Path) == ref.Name }) {
				p.Report(codes.Reference.Error(ref.Range, "there is no file %q", ref.Name).Fix("put the file there, or delete the entry"))
			}
		}
	}
}
