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
	"github.com/steploom/steploom/compiler/report"
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
			wanted := path.Join(path.Dir(file.Path), ref.Name)
			if ref.Name == "" {
				p.Report(codes.Reference.Error(item.Range, "a workflow of a collection needs ref: the path of its file"))
			} else if !slices.ContainsFunc(files, func(f source.File) bool { return path.Clean(f.Path) == wanted || ast.Stem(f.Path) == ref.Name }) {
				p.Report(codes.Reference.Error(ref.Range, "there is no file %q", ref.Name).Fix("put the file there, or delete the entry"))
			}
		}
	}
}

// describingWorkflow are keys of a workflow from which nothing is compiled because they are for people and other tools.
const describingWorkflow = "description version owner tags visibility status usage workflow_type metadata roles views platforms conformance_level name " +
	"author license created updated created_at updated_at purpose explain summary imports"

// declared are keys of a workflow that ask for something which an engine might do and Steploom does not; each gets a note.
const declared = "schemas contracts message_contracts tests security observability ledger evolution extensions compliance resources sla calendar " +
	"outputs cost success_criteria failure_modes"

// document reads a file; nil when it is not a process graph at all.
func (p parser) document(file source.File) *ast.Document {
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
	d := &ast.Document{
		File: file.Path, Range: keys.Range, ID: source.Text(keys.Take("id")), Name: source.Text(keys.Take("name")), Doc: source.Text(keys.Take("description")),
		TimeoutSeconds: p.seconds(keys.Take("timeout_sec", "timeout"), 1), RetryOrNil: p.retry(keys.Take("retry", "retry_policy")),
		Inputs:   slices.Concat(p.inputs(keys.Take("inputs")), p.inputs(keys.Take("parameters")), p.runtimeEnv(keys.Take("runtime"))),
		Fixed:    slices.Concat(keys.Take("variables").Entries(), keys.Take("env").Entries()),
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
	for _, entry := range keys.Left(describingWorkflow) {
		p.otherKey(keys, entry)
	}
	return d
}

// otherKey deals with a key of a workflow that nobody read.
func (p parser) otherKey(keys *source.Keys, entry source.Entry) {
	switch {
	case strings.HasPrefix(entry.Name, "$"):
	case entry.Name == "extends":
		p.Report(codes.Shape.Error(entry.Value.Range, "extends is not supported").Why("No rule says how two workflows are merged.").
			Fix("write the nodes and edges out, or use workflow_ref on a node"))
	case entry.Name == "sub_workflows":
		p.Report(codes.Reference.Error(entry.Key.Range, "sub_workflows is not supported").
			Fix("put each workflow into a file of its own, list it under imports and name it in workflow_ref of a node"))
	case slices.Contains(strings.Fields(declared), entry.Name):
		p.Report(codes.Ignored.Note(entry.Key.Range, "%s describes the workflow; nothing is compiled from it", entry.Name))
	default:
		p.unknownKey(keys, entry, "a workflow", describingWorkflow)
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

func (p parser) runtimeEnv(runtime *source.Node) []ast.Input {
	keys := source.Block{Entries: runtime.Entries()}.Keys()
	found := p.inputs(keys.Take("env"))
	p.unknown(keys, "a workflow's runtime", "")
	return found
}

// names reads a map or a list of named things; what has no name is reported.
func (p parser) names(code report.Code, what string, node *source.Node) []source.Named {
	found, nameless := source.NamedItems(node)
	for _, item := range nameless {
		p.Report(code.Error(item.Range, "%s needs a name", what))
	}
	return found
}

func (p parser) inputs(node *source.Node) []ast.Input {
	var found []ast.Input
	for _, one := range p.names(codes.Input, "an input", node) {
		schema, wanted := one.Value, one.Value.Get("required")
		if inner := schema.Get("schema"); inner != nil && inner.Kind == source.Mapping {
			schema = inner
		}
		found = append(found, ast.Input{
			Name: one.Name, Range: one.Range, Type: source.Text(schema.Get("type")), DefaultOrNil: schema.Get("default"),
			Required: wanted != nil && wanted.Kind == source.Scalar && source.Flag(wanted),
		})
	}
	return found
}

// required adds what a start by hand requires to the inputs.
func required(inputs []ast.Input, triggers []ast.Trigger) []ast.Input {
	for _, t := range triggers {
		for _, name := range source.Texts(t.Config.Get("required_inputs")) {
			i := slices.IndexFunc(inputs, func(in ast.Input) bool { return in.Name == name })
			switch {
			case t.Type != "manual" && t.Type != "":
			case i < 0:
				inputs = append(inputs, ast.Input{Name: name, Range: t.Range, Required: true})
			default:
				inputs[i].Required = true
			}
		}
	}
	return inputs
}

func (p parser) triggers(node *source.Node) []ast.Trigger {
	var found []ast.Trigger
	for _, item := range p.list(codes.Trigger, "triggers", node, "write - type: webhook, manual, cron or event") {
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

// unknown reports the keys that nobody asked for, but for those that only describe.
func (p parser) unknown(keys *source.Keys, what, describing string) {
	for _, entry := range keys.Left(describing) {
		p.unknownKey(keys, entry, what, describing)
	}
}

func (p parser) unknownKey(keys *source.Keys, entry source.Entry, what, describing string) {
	near := source.DidYouMean(entry.Name, append(keys.Asked(), strings.Fields(describing)...))
	p.Report(codes.UnknownKey.Warning(entry.Key.Range, "%q is not a key of %s and has no effect", entry.Name, what).Fix("%s", near))
}

// block reads a mapping whose keys have meanings of their own; anything else is reported and has none.
func (p parser) block(what string, node *source.Node) source.Block {
	if node != nil && node.Kind != source.Mapping {
		p.Report(codes.Shape.Error(node.Range, "%s is a mapping", what))
	}
	return source.Block{Entries: node.Entries(), Range: ast.RefTo(node).Range}
}

// list gives the elements of a list; anything else is reported.
func (p parser) list(code report.Code, what string, node *source.Node, fix string) []*source.Node {
	if node != nil && node.Kind != source.Sequence {
		p.Report(code.Error(node.Range, "%s is a list", what).Fix("%s", fix))
	}
	return node.Items()
}
