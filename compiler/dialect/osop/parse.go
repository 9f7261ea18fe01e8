package osop

import (
	"slices"
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// descriptive are top-level keys from which nothing is compiled. What they describe is for people and for other tools.
var descriptive = []string{
	"description", "version", "owner", "tags", "visibility", "status", "usage", "workflow_type", "metadata", "roles", "views", "platforms",
	"conformance_level", "name", "author", "license", "created", "updated", "created_at", "updated_at", "purpose", "explain", "summary",
}

// declared are top-level keys that ask for something which an engine might do and Steploom does not; each gets a note.
var declared = []string{
	"schemas", "contracts", "message_contracts", "tests", "security", "observability", "ledger", "evolution", "extensions", "compliance",
	"resources", "sla", "calendar", "outputs", "cost", "success_criteria", "failure_modes",
}

// parser reads one document.
type parser struct {
	file     source.File
	reader   *source.Reader
	document *Document
}

func (p *parser) report(severity diag.Severity, code string, at diag.Range, summary, detail, fix string) {
	p.reader.Report(diag.Diagnostic{Severity: severity, Code: code, Range: at, Summary: summary, Detail: detail, Fix: fix})
}

// parseDocument reads a file; nil when it is not a process graph at all.
func parseDocument(reader *source.Reader, file source.File) *Document {
	root := reader.Read(file)
	p := &parser{file: file, reader: reader}
	if root == nil || root.Kind != source.Mapping {
		at := diag.Range{File: file.Path, Start: diag.Pos{Line: 1, Column: 1}, End: diag.Pos{Line: 1, Column: 1}}
		if root != nil {
			at = root.Range
		}
		if root != nil || len(reader.Problems()) == 0 {
			p.report(diag.Error, codeShape, at, "a process graph is a mapping with id, nodes and edges", "", "")
		}
		return nil
	}
	p.document = &Document{File: file.Path, Range: firstKey(root)}
	keys := &settings{what: "a workflow", entries: root.Entries(), read: map[string]bool{}, node: root}
	p.header(keys)
	p.timing(keys)
	p.values(keys)
	p.nodes(keys.take("nodes"), root)
	p.edges(keys.take("edges"))
	p.triggers(keys.take("triggers"))
	p.others(keys)
	return p.document
}

func firstKey(root *source.Node) diag.Range {
	if entries := root.Entries(); len(entries) > 0 {
		return entries[0].Key.Range
	}
	return root.Range
}

func (p *parser) header(keys *settings) {
	d := p.document
	version := keys.take("osop_version", "osop", "spec_version")
	if version == nil {
		p.report(diag.Warning, codeVersion, d.Range, "the workflow does not say its osop_version", "It is read as version 2.0.", `add osop_version: "2.0"`)
	} else {
		p.version(version)
	}
	id := keys.take("id")
	d.Name = scalarText(keys.take("name"))
	d.ID = scalarText(id)
	if d.ID == "" {
		d.ID = stem(p.file)
		p.report(diag.Warning, codeShape, d.Range, "the workflow has no id", "The file's name is taken instead.", "add id: "+d.ID)
	}
	d.Doc = scalarText(keys.take("description"))
	if extends := keys.take("extends"); extends != nil {
		p.report(diag.Error, codeShape, extends.Range, "extends is not supported", "No rule says how two workflows are merged.", "write the nodes and edges out, or use workflow_ref on a node")
	}
}

// version checks a version number; it may be written as text or as a number.
func (p *parser) version(node *source.Node) {
	text := scalarText(node)
	parts := strings.Split(text, ".")
	major, err := strconv.Atoi(parts[0])
	switch {
	case err != nil || node.Kind != source.Scalar:
		p.report(diag.Error, codeVersion, node.Range, "osop_version must be a version number", "", `write osop_version: "2.0"`)
	case major < 1 || major > 2:
		p.report(diag.Error, codeVersion, node.Range, "version "+text+" is not supported", "Versions 1.0, 1.1 and 2.0 are read.", "")
	case len(parts) > 1 && !slices.Contains([]string{"1.0", "1.1", "2.0", "2.1"}, parts[0]+"."+parts[1]):
		p.report(diag.Warning, codeVersion, node.Range, "version "+text+" is newer than what is known", "It is read as version 2.0.", "")
	}
}

// scalarText gives the text of a scalar without complaint, "" for anything else.
func scalarText(node *source.Node) string {
	if node == nil {
		return ""
	}
	return strings.TrimSpace(node.Value())
}

// stem is the file's name without its endings.
func stem(file source.File) string {
	name := file.Base()
	for _, ending := range []string{".yaml", ".yml", ".json", ".osop", ".sop"} {
		name = strings.TrimSuffix(name, ending)
	}
	return name
}

func (p *parser) timing(keys *settings) {
	p.document.TimeoutSeconds = p.seconds(keys.take("timeout_sec", "timeout"))
	if retry := keys.take("retry", "retry_policy"); retry != nil {
		p.document.RetryOrNil = p.retry(retry)
	}
}

func (p *parser) values(keys *settings) {
	d := p.document
	for _, node := range []*source.Node{keys.take("inputs"), keys.take("parameters")} {
		if node != nil {
			d.Inputs = append(d.Inputs, p.inputs(node)...)
		}
	}
	if variables := keys.take("variables"); variables != nil && variables.Kind == source.Mapping {
		d.Variables = variables.Entries()
	}
	if env := keys.take("env"); env != nil && env.Kind == source.Mapping {
		d.Env = env.Entries()
	}
	if runtime := keys.take("runtime"); runtime != nil && runtime.Kind == source.Mapping {
		p.runtimeEnv(runtime)
	}
	if imports := keys.take("imports"); imports != nil {
		d.Imports = imports.Items()
	}
}

// runtimeEnv reads runtime.env, a list of {name, default}.
func (p *parser) runtimeEnv(runtime *source.Node) {
	for _, entry := range runtime.Entries() {
		if entry.Name != "env" {
			p.unknown(diag.Warning, "a workflow's runtime", entry, nil)
			continue
		}
		for _, item := range entry.Value.Items() {
			p.document.Inputs = append(p.document.Inputs, p.input(scalarText(item.Get("name")), item))
		}
	}
}

// inputs reads a map of names to schemas, or a list of names or objects.
func (p *parser) inputs(node *source.Node) []Input {
	var found []Input
	for _, entry := range node.Entries() {
		input := p.input(entry.Name, entry.Value)
		input.Range = entry.Key.Range
		found = append(found, input)
	}
	for _, item := range node.Items() {
		name := scalarText(item)
		if item.Kind == source.Mapping {
			name = scalarText(item.Get("name"))
		}
		if name == "" {
			p.report(diag.Error, codeInput, item.Range, "an input needs a name", "", "")
			continue
		}
		found = append(found, p.input(name, item))
	}
	return found
}

func (p *parser) input(name string, node *source.Node) Input {
	input := Input{Name: name, Range: node.Range}
	if node.Kind != source.Mapping {
		return input
	}
	schema := node
	if inner := node.Get("schema"); inner != nil && inner.Kind == source.Mapping {
		schema = inner
	}
	input.Type = scalarText(schema.Get("type"))
	input.DefaultOrNil = schema.Get("default")
	if required := node.Get("required"); required != nil && required.Kind == source.Scalar {
		input.Required, _ = required.Bool()
	}
	return input
}

// others deals with the keys that nobody read.
func (p *parser) others(keys *settings) {
	for _, entry := range keys.unread() {
		switch {
		case strings.HasPrefix(entry.Name, "x-"), strings.HasPrefix(entry.Name, "$"), slices.Contains(descriptive, entry.Name):
		case entry.Name == "sub_workflows":
			p.report(diag.Error, codeReference, entry.Key.Range, "sub_workflows is not supported", "", "put each workflow into a file of its own, list it under imports and name it in workflow_ref of a node")
		case slices.Contains(declared, entry.Name):
			p.report(diag.Note, codeIgnored, entry.Key.Range, entry.Name+" describes the workflow; nothing is compiled from it", "", "")
		default:
			known := []string{"osop_version", "id", "name", "nodes", "edges", "inputs", "env", "variables", "triggers", "imports", "timeout_sec", "retry"}
			p.unknown(diag.Warning, "a workflow", entry, slices.Concat(known, descriptive, declared))
		}
	}
}

func (p *parser) unknown(severity diag.Severity, what string, entry source.Entry, known []string) {
	p.report(severity, codeUnknownKey, entry.Key.Range, strconv.Quote(entry.Name)+" is not a key of "+what+" and has no effect", "", source.DidYouMean(entry.Name, known))
}

func (p *parser) triggers(node *source.Node) {
	if node == nil {
		return
	}
	if node.Kind != source.Sequence {
		p.report(diag.Error, codeTrigger, node.Range, "triggers is a list", "", "write - type: webhook, manual, cron or event")
		return
	}
	for _, item := range node.Items() {
		t := Trigger{Range: item.Range, Type: scalarText(item)}
		config := &settings{what: "a trigger", read: map[string]bool{}, node: item}
		if item.Kind == source.Mapping {
			t.Type = scalarText(item.Get("type"))
			t.Range = firstKey(item)
			for _, entry := range item.Entries() {
				switch {
				case entry.Name == "config" && entry.Value.Kind == source.Mapping:
					config.entries = append(config.entries, entry.Value.Entries()...)
				case entry.Name != "type" && entry.Name != "description" && entry.Name != "name" && entry.Name != "id":
					config.entries = append(config.entries, entry)
				}
			}
		}
		t.Config = config
		p.document.Triggers = append(p.document.Triggers, t)
	}
}
