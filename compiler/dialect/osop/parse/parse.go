// Package parse reads process graphs: YAML to the syntax tree, with a diagnostic for what cannot be read and for what has no effect. Versions 1.0,
// 1.1 and 2.0 are read as one superset, in the spellings of the prose specification, of the JSON Schema and of practice.
package parse

import (
	"cmp"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/duration"
	"github.com/steploom/steploom/compiler/inputs"
	"github.com/steploom/steploom/compiler/retrypolicy"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// settingsFile binds node types to Lambda functions.
const settingsFile = "steploom.yaml"

// Detect looks for the file endings of the language, and for its version key.
func Detect(files source.Files) bool {
	return slices.ContainsFunc(files, func(f source.File) bool { return isGraph(f) || isCollection(f) })
}

func isGraph(f source.File) bool {
	data := f.IsYAML() || f.HasEnding(".json")
	return f.HasEnding(".osop") || data && (f.StartsLine("osop_version:") || f.StartsLine("osop:")) && f.StartsLine("nodes:")
}

func isCollection(f source.File) bool {
	return f.HasEnding(".sop") || f.IsYAML() && f.StartsLine("sop_version:")
}

// parser reports to its reader. types are the types that nodes have.
type parser struct {
	*source.Reader
	types []string
}

// Project reads all files that are compiled together. types are the types that nodes have. What is wrong with the files goes to the reader.
func Project(reader *source.Reader, files source.Files, types []string) *ast.Project {
	p := parser{reader, types}
	project := &ast.Project{Lambdas: map[string]string{}}
	for _, file := range files {
		switch {
		case file.Base() == settingsFile:
			p.settings(file, project)
		case isCollection(file):
			p.collection(file, files, project)
		case isGraph(file):
			p.workflow(p.document(file, files), project)
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

// settings reads steploom.yaml. What is misspelt there would leave nodes unbound, so it is an error.
func (p parser) settings(file source.File, project *ast.Project) {
	root := p.Read(file)
	keys := source.BlockOf(root).Keys()
	types := p.types
	for _, entry := range block("lambdas", keys.Take("lambdas")).Entries {
		if !slices.Contains(types, entry.Name) {
			p.Report(codes.UnknownKey.Error(entry.Key.Range, "%q is not a type of nodes", entry.Name).Why("The types are %s.", strings.Join(types, ", ")).
				Fix("%s", source.DidYouMean(entry.Name, types)))
		} else if name, ok := entry.Value.Str(); ok {
			project.Lambdas[entry.Name] = name
		}
	}
	for _, entry := range keys.Left(codes.Documentation) {
		near := source.DidYouMean(entry.Name, keys.Asked())
		p.Report(codes.UnknownKey.Error(entry.Key.Range, "%q is not a key of %s", entry.Name, settingsFile).Fix("%s", cmp.Or(near, "the keys are lambdas")))
	}
}

// imports says which of the files that a workflow imports are not there. They need not be listed: all files of the folder are compiled together.
func (p parser) imports(node *source.Node, file source.File, files source.Files) {
	for _, item := range source.Items(node) {
		ref := ast.RefTo(item)
		if item.Kind == source.Mapping {
			ref = ast.RefTo(source.Block{Entries: item.Entries()}.Get("ref", "path", "file"))
		}
		p.inFolder(ref, item.Range, file, files)
	}
}

// inFolder reports a reference to a file that is not among those that are compiled.
func (p parser) inFolder(ref ast.Ref, at diag.Range, from source.File, files source.Files) {
	wanted := path.Join(path.Dir(from.Path), ref.Name)
	switch {
	case ref.Name == "":
		p.Report(codes.Reference.Error(at, "a reference to a workflow needs the path of its file").Fix("write ref: with the path"))
	case !slices.ContainsFunc(files, func(f source.File) bool {
		return path.Clean(f.Path) == wanted || ast.Stem(f.Path) == ast.Stem(ref.Name)
	}):
		p.Report(codes.Reference.Error(ref.Range, "there is no file %q", ref.Name).Fix("put the file there, or delete the entry"))
	}
}

// collection reads a .sop file. Every workflow it lists must be there; the list itself only describes.
func (p parser) collection(file source.File, files source.Files, project *ast.Project) {
	root := p.Read(file)
	if root == nil || root.Kind != source.Mapping {
		return
	}
	project.ID, project.Name, project.Range = cmp.Or(source.Text(root.Get("id")), ast.Stem(file.Path)), source.Text(root.Get("name")), source.Head(root)
	if root.Get("sections") == nil {
		p.Report(codes.Shape.Error(source.Head(root), "a collection needs sections with workflows"))
	}
	for _, section := range root.Get("sections").Items() {
		for _, item := range section.Get("workflows").Items() {
			ref := ast.RefTo(item)
			if item.Kind == source.Mapping {
				ref = ast.RefTo(item.Get("ref"))
			}
			p.inFolder(ref, item.Range, file, files)
		}
	}
}

// describingWorkflow are keys of a workflow that are for people and other tools, or that ask for something which an engine might do and Steploom does
// not. Each gets a note.
const describingWorkflow = "owner visibility status usage workflow_type metadata roles views platforms conformance_level version " +
	"schemas contracts message_contracts tests security observability ledger evolution extensions compliance resources sla calendar outputs cost " +
	"success_criteria failure_modes"

// document reads a file; nil when it is not a process graph at all.
func (p parser) document(file source.File, files source.Files) *ast.Document {
	root := p.Read(file)
	if root == nil || root.Kind != source.Mapping {
		start := diag.Pos{Line: 1, Column: 1}
		at := cmp.Or(ast.RefTo(root).Range, diag.Range{File: file.Path, Start: start, End: start})
		if root != nil || len(p.Problems()) == 0 {
			p.Report(codes.Shape.Error(at, "a process graph is a mapping with id, nodes and edges"))
		}
		return nil
	}
	keys := source.Block{Entries: root.Entries(), Range: source.Head(root)}.Keys()
	declared := inputs.Reader{Code: codes.Input, Strays: codes.Strays()}
	runtime := block("a workflow's runtime", keys.Take("runtime")).Keys()
	d := &ast.Document{
		File: file.Path, Range: keys.Range, ID: source.Text(keys.Take("id")), Name: source.Text(keys.Take("name")), Doc: source.Text(keys.Take("description")),
		TimeoutSeconds: seconds(keys.Take("timeout_sec", "timeout"), 1), RetryOrNil: retry(keys.Take("retry", "retry_policy")),
		Inputs:   slices.Concat(declared.Read(keys.Take("inputs")), declared.Read(keys.Take("parameters")), declared.Read(runtime.Take("env"))),
		Fixed:    slices.Concat(block("variables", keys.Take("variables")).Entries, block("env", keys.Take("env")).Entries),
		Nodes:    p.nodes(keys.Take("nodes"), keys.Range),
		Triggers: p.triggers(keys.Take("triggers")),
	}
	d.Edges = p.edges(keys.Take("edges"), d)
	d.Inputs = required(d.Inputs, d.Triggers)
	p.version(keys.Take("osop_version", "osop", "spec_version"), d.Range)
	if d.ID == "" {
		d.ID = ast.Stem(d.File)
		p.Report(codes.Shape.Warning(d.Range, "the workflow has no id").Why("The file's name is taken instead.").Fix("add id: %s", d.ID))
	}
	p.imports(keys.Take("imports"), file, files)
	codes.Strays().Report(runtime, "a workflow's runtime", "")
	for _, entry := range codes.Strays().Left(keys) {
		if !strings.HasPrefix(entry.Name, "$") && !source.Refuse(entry, refusedOnWorkflow()) {
			codes.Strays().ReportOne(keys, entry, "a workflow", describingWorkflow)
		}
	}
	return d
}

// refusedOnWorkflow are keys of a workflow that would change what runs.
func refusedOnWorkflow() []source.Refusal {
	return []source.Refusal{
		{
			Key: "extends", Code: codes.Shape, Why: "No rule says how two workflows are merged.",
			Fix: "write the nodes and edges out, or use workflow_ref on a node",
		},
		{Key: "sub_workflows", Code: codes.Reference, Fix: "put each workflow into a file of its own, list it under imports and name it in workflow_ref of a node"},
	}
}

// version checks a version number; it may be written as text or as a number.
func (p parser) version(node *source.Node, at diag.Range) {
	text := source.Text(node)
	first, rest, _ := strings.Cut(text, ".")
	second, _, _ := strings.Cut(rest, ".")
	major, err := strconv.Atoi(first)
	switch {
	case node == nil:
		p.Report(codes.Version.Warning(at, "the workflow does not say its osop_version").Why("It is read as version 2.0.").Fix(`add osop_version: "2.0"`))
	case err != nil:
		p.Report(codes.Version.Error(node.Range, "osop_version must be a version number").Fix(`write osop_version: "2.0"`))
	case major < 1 || major > 2:
		p.Report(codes.Version.Error(node.Range, "version %s is not supported", text).Why("Versions 1.0, 1.1 and 2.0 are read."))
	case second != "" && second != "0" && second != "1":
		p.Report(codes.Version.Warning(node.Range, "version %s is newer than what is known", text).Why("It is read as version 2.0."))
	}
}

// required adds what a start by hand requires to the inputs.
func required(declared []inputs.Input, triggers []ast.Trigger) []inputs.Input {
	for _, t := range triggers {
		for _, name := range source.Texts(t.Config.Get("required_inputs")) {
			i := slices.IndexFunc(declared, func(in inputs.Input) bool { return in.Name == name })
			switch {
			case t.Type != "manual" && t.Type != "":
			case i < 0:
				declared = append(declared, inputs.Input{Name: name, Range: t.Range, Required: true})
			default:
				declared[i].Required = true
			}
		}
	}
	return declared
}

func (p parser) triggers(node *source.Node) []ast.Trigger {
	var found []ast.Trigger
	for _, item := range source.ListOf(node, codes.Trigger, "triggers", "write - type: webhook, manual, cron or event") {
		t := ast.Trigger{Type: source.Word(item) + source.Word(item.Get("type")), Range: source.Head(item)}
		for _, entry := range item.Entries() {
			switch {
			case entry.Name == "config" && entry.Value.Kind == source.Mapping:
				t.Config.Entries = append(t.Config.Entries, entry.Value.Entries()...)
			case !slices.Contains([]string{"type", "description", "name", "id"}, entry.Name):
				t.Config.Entries = append(t.Config.Entries, entry)
			}
		}
		found = append(found, t)
	}
	return found
}

// seconds reads a time as whole seconds; 0 for nil.
func seconds(node *source.Node, unit float64) int {
	return duration.Reader{Code: codes.Time}.Seconds(node, unit)
}

func retry(node *source.Node) *retrypolicy.Policy {
	return retrypolicy.Reader{Retry: codes.Retry, Time: codes.Time, Strays: codes.Strays()}.Read(node)
}

// block reads a mapping whose keys have meanings of their own; anything else is reported and has none.
func block(what string, node *source.Node) source.Block {
	return source.MappingOf(node, codes.Shape, what)
}
