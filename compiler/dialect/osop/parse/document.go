package parse

import (
	"slices"
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// document reads a file; nil when it is not a process graph at all.
func (p parser) document(file source.File) *ast.Document {
	root := p.reader.Read(file)
	if root == nil || root.Kind != source.Mapping {
		at := diag.Range{File: file.Path, Start: diag.Pos{Line: 1, Column: 1}, End: diag.Pos{Line: 1, Column: 1}}
		if root != nil {
			at = root.Range
		}
		if root != nil || len(p.reader.Problems()) == 0 {
			p.report(report.Error(codes.Shape, at, "a process graph is a mapping with id, nodes and edges"))
		}
		return nil
	}
	keys := ast.Block{Entries: root.Entries(), Range: ast.Head(root)}.Keys()
	d := &ast.Document{File: file.Path, Range: keys.Range}
	p.header(d, keys)
	d.TimeoutSeconds, d.RetryOrNil = p.seconds(keys.Take("timeout_sec", "timeout")), p.retry(keys.Take("retry", "retry_policy"))
	d.Inputs = append(p.inputs(keys.Take("inputs")), p.inputs(keys.Take("parameters"))...)
	d.Fixed = append(slices.Clone(keys.Take("variables").Entries()), keys.Take("env").Entries()...)
	d.Inputs = append(d.Inputs, p.runtimeEnv(keys.Take("runtime"))...)
	d.Nodes = p.nodes(keys.Take("nodes"), d.Range)
	d.Edges = p.edges(keys.Take("edges"), d)
	d.Triggers = p.triggers(keys.Take("triggers"))
	d.Inputs = required(d.Inputs, d.Triggers)
	p.otherKeys(keys)
	return d
}

func (p parser) header(d *ast.Document, keys *ast.Keys) {
	version := keys.Take("osop_version", "osop", "spec_version")
	if version == nil {
		p.report(report.Warning(codes.Version, d.Range, "the workflow does not say its osop_version").Why("It is read as version 2.0.").Fix(`add osop_version: "2.0"`))
	} else {
		p.version(version)
	}
	d.ID, d.Name, d.Doc = ast.Text(keys.Take("id")), ast.Text(keys.Take("name")), ast.Text(keys.Take("description"))
	if d.ID == "" {
		d.ID = Stem(d.File)
		p.report(report.Warning(codes.Shape, d.Range, "the workflow has no id").Why("The file's name is taken instead.").Fix("add id: %s", d.ID))
	}
	if extends := keys.Take("extends"); extends != nil {
		p.report(report.Error(codes.Shape, extends.Range, "extends is not supported").Why("No rule says how two workflows are merged.").
			Fix("write the nodes and edges out, or use workflow_ref on a node"))
	}
}

// version checks a version number; it may be written as text or as a number.
func (p parser) version(node *source.Node) {
	text := ast.Text(node)
	parts := strings.Split(text, ".")
	major, err := strconv.Atoi(parts[0])
	switch {
	case err != nil || node.Kind != source.Scalar:
		p.report(report.Error(codes.Version, node.Range, "osop_version must be a version number").Fix(`write osop_version: "2.0"`))
	case major < 1 || major > 2:
		p.report(report.Error(codes.Version, node.Range, "version %s is not supported", text).Why("Versions 1.0, 1.1 and 2.0 are read."))
	case len(parts) > 1 && !slices.Contains([]string{"1.0", "1.1", "2.0", "2.1"}, parts[0]+"."+parts[1]):
		p.report(report.Warning(codes.Version, node.Range, "version %s is newer than what is known", text).Why("It is read as version 2.0."))
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
			found = append(found, input(ast.Text(item.Get("name")), item))
		}
	}
	return found
}

// inputs reads a map of names to schemas, or a list of names or objects.
func (p parser) inputs(node *source.Node) []ast.Input {
	var found []ast.Input
	for _, entry := range node.Entries() {
		declared := input(entry.Name, entry.Value)
		declared.Range = entry.Key.Range
		found = append(found, declared)
	}
	for _, item := range node.Items() {
		name := ast.Text(item)
		if item.Kind == source.Mapping {
			name = ast.Text(item.Get("name"))
		}
		if name == "" {
			p.report(report.Error(codes.Input, item.Range, "an input needs a name"))
			continue
		}
		found = append(found, input(name, item))
	}
	return found
}

func input(name string, node *source.Node) ast.Input {
	declared := ast.Input{Name: name, Range: node.Range}
	if node.Kind != source.Mapping {
		return declared
	}
	schema := node
	if inner := node.Get("schema"); inner != nil && inner.Kind == source.Mapping {
		schema = inner
	}
	declared.Type, declared.DefaultOrNil = ast.Text(schema.Get("type")), schema.Get("default")
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
				inputs = append(inputs, ast.Input{Name: name, Range: t.Range})
				i = len(inputs) - 1
			}
			inputs[i].Required = true
		}
	}
	return inputs
}

func (p parser) triggers(node *source.Node) []ast.Trigger {
	if node != nil && node.Kind != source.Sequence {
		p.report(report.Error(codes.Trigger, node.Range, "triggers is a list").Fix("write - type: webhook, manual, cron or event"))
	}
	var found []ast.Trigger
	for _, item := range node.Items() {
		if item.Kind != source.Mapping {
			found = append(found, ast.Trigger{Type: lower(item), Range: item.Range})
			continue
		}
		t := ast.Trigger{Type: lower(item.Get("type")), Range: ast.Head(item)}
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
	kind := workflowKeys()
	for _, entry := range keys.Left(kind.describing...) {
		switch {
		case strings.HasPrefix(entry.Name, "$"):
		case entry.Name == "sub_workflows":
			p.report(report.Error(codes.Reference, entry.Key.Range, "sub_workflows is not supported").
				Fix("put each workflow into a file of its own, list it under imports and name it in workflow_ref of a node"))
		case slices.Contains(declared(), entry.Name):
			p.report(report.Note(codes.Ignored, entry.Key.Range, "%s describes the workflow; nothing is compiled from it", entry.Name))
		default:
			kind.known = append(kind.known, declared()...)
			p.unknownKey(entry, kind)
		}
	}
}
