package parse

import (
	"slices"
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// document reads a file; nil when it is not a process graph at all.
func (p parser) document(file source.File) *ast.Document {
	root := p.Read(file)
	if root == nil || root.Kind != source.Mapping {
		at := diag.Range{File: file.Path, Start: diag.Pos{Line: 1, Column: 1}, End: diag.Pos{Line: 1, Column: 1}}
		if root != nil {
			at = root.Range
		}
		if root != nil || len(p.Problems()) == 0 {
			p.Report(codes.Shape.Error(at, "a process graph is a mapping with id, nodes and edges"))
		}
		return nil
	}
	keys := ast.Block{Entries: root.Entries(), Range: ast.Head(root)}.Keys()
	d := &ast.Document{
		File: file.Path, Range: keys.Range, ID: ast.Text(keys.Take("id")), Name: ast.Text(keys.Take("name")), Doc: ast.Text(keys.Take("description")),
		TimeoutSeconds: p.seconds(keys.Take("timeout_sec", "timeout")), RetryOrNil: p.retry(keys.Take("retry", "retry_policy")),
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
	if extends := keys.Take("extends"); extends != nil {
		p.Report(codes.Shape.Error(extends.Range, "extends is not supported").Why("No rule says how two workflows are merged.").
			Fix("write the nodes and edges out, or use workflow_ref on a node"))
	}
	p.otherKeys(keys)
	return d
}

// version checks a version number; it may be written as text or as a number.
func (p parser) version(node *source.Node, at diag.Range) {
	if node == nil {
		p.Report(codes.Version.Warning(at, "the workflow does not say its osop_version").Why("It is read as version 2.0.").Fix(`add osop_version: "2.0"`))
		return
	}
	text := ast.Text(node)
	first, rest, _ := strings.Cut(text, ".")
	second, _, _ := strings.Cut(rest, ".")
	major, err := strconv.Atoi(first)
	switch {
	case err != nil || node.Kind != source.Scalar:
		p.Report(codes.Version.Error(node.Range, "osop_version must be a version number").Fix(`write osop_version: "2.0"`))
	case major < 1 || major > 2:
		p.Report(codes.Version.Error(node.Range, "version %s is not supported", text).Why("Versions 1.0, 1.1 and 2.0 are read."))
	case second != "" && second != "0" && second != "1":
		p.Report(codes.Version.Warning(node.Range, "version %s is newer than what is known", text).Why("It is read as version 2.0."))
	}
}

// runtimeEnv reads runtime.env, a list of {name, default}.
func (p parser) runtimeEnv(runtime *source.Node) []ast.Input {
	var found []ast.Input
	for _, entry := range runtime.Entries() {
		if entry.Name != "env" {
			p.unknownKey(entry, mapping{what: "a workflow's runtime"})
			continue
		}
		for _, item := range entry.Value.Items() {
			found = append(found, input(ast.Text(item.Get("name")), item, item.Range))
		}
	}
	return found
}

// inputs reads a map of names to schemas, or a list of names or objects.
func (p parser) inputs(node *source.Node) []ast.Input {
	var found []ast.Input
	for _, entry := range node.Entries() {
		found = append(found, input(entry.Name, entry.Value, entry.Key.Range))
	}
	for _, item := range node.Items() {
		name := ast.Text(item) + ast.Text(item.Get("name"))
		if name == "" {
			p.Report(codes.Input.Error(item.Range, "an input needs a name"))
			continue
		}
		found = append(found, input(name, item, item.Range))
	}
	return found
}

func input(name string, node *source.Node, at diag.Range) ast.Input {
	schema := node
	if inner := node.Get("schema"); inner != nil && inner.Kind == source.Mapping {
		schema = inner
	}
	declared := ast.Input{Name: name, Range: at, Type: ast.Text(schema.Get("type")), DefaultOrNil: schema.Get("default")}
	if wanted := node.Get("required"); wanted != nil && wanted.Kind == source.Scalar {
		declared.Required = flag(wanted)
	}
	return declared
}

// required adds what a start by hand requires to the inputs.
func required(inputs []ast.Input, triggers []ast.Trigger) []ast.Input {
	for _, t := range triggers {
		if t.Type != "manual" && t.Type != "" {
			continue
		}
		for _, name := range ast.Texts(t.Config.Get("required_inputs")) {
			i := slices.IndexFunc(inputs, func(in ast.Input) bool { return in.Name == name })
			if i < 0 {
				i, inputs = len(inputs), append(inputs, ast.Input{Name: name, Range: t.Range})
			}
			inputs[i].Required = true
		}
	}
	return inputs
}

func (p parser) triggers(node *source.Node) []ast.Trigger {
	var found []ast.Trigger
	for _, item := range p.list(codes.Trigger, "triggers", node, "write - type: webhook, manual, cron or event") {
		t := ast.Trigger{Type: lower(item) + lower(item.Get("type")), Range: ast.Head(item)}
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

// otherKeys deals with the keys that nobody read.
func (p parser) otherKeys(keys *ast.Keys) {
	for _, entry := range keys.Left(workflowKeys().describing) {
		switch {
		case strings.HasPrefix(entry.Name, "$"):
		case entry.Name == "sub_workflows":
			p.Report(codes.Reference.Error(entry.Key.Range, "sub_workflows is not supported").
				Fix("put each workflow into a file of its own, list it under imports and name it in workflow_ref of a node"))
		case slices.Contains(strings.Fields(declared), entry.Name):
			p.Report(codes.Ignored.Note(entry.Key.Range, "%s describes the workflow; nothing is compiled from it", entry.Name))
		default:
			p.unknownKey(entry, workflowKeys())
		}
	}
}
