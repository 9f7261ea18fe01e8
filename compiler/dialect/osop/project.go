package osop

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/dialect"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// Dialect is the language as the compiler sees it.
func Dialect() dialect.Dialect {
	return dialect.Dialect{Name: "osop", Detect: detect, Parse: parse, Rules: Rules}
}

// settingsFile binds node types to Lambda functions.
const settingsFile = "steploom.yaml"

// detect looks for the file endings of the language, and for its version key.
func detect(files source.Files) bool {
	return slices.ContainsFunc(files, func(f source.File) bool { return isGraph(f) || isCollection(f) })
}

func isGraph(f source.File) bool {
	name := strings.ToLower(f.Base())
	for _, ending := range []string{".osop", ".osop.yaml", ".osop.yml", ".osop.json"} {
		if strings.HasSuffix(name, ending) {
			return true
		}
	}
	return (f.IsYAML() || strings.HasSuffix(name, ".json")) && (startsLine(f.Bytes, "osop_version:") || startsLine(f.Bytes, "osop:")) && startsLine(f.Bytes, "nodes:")
}

func isCollection(f source.File) bool {
	name := strings.ToLower(f.Base())
	for _, ending := range []string{".sop", ".sop.yaml", ".sop.yml", ".sop.json"} {
		if strings.HasSuffix(name, ending) {
			return true
		}
	}
	return f.IsYAML() && startsLine(f.Bytes, "sop_version:")
}

// startsLine tells whether a line of a file starts with a text.
func startsLine(content []byte, text string) bool {
	return strings.HasPrefix(string(content), text) || strings.Contains(string(content), "\n"+text)
}

// project is all that is compiled together: every workflow becomes an operation.
type project struct {
	reader      *source.Reader
	files       source.Files
	documents   []*Document
	collection  *collection
	lambdas     map[string]string
	connections []*ir.Connection
}

// collection is a .sop file.
type collection struct {
	id, name string
	at       diag.Range
}

// parse reads a project.
func parse(files source.Files) (*ir.Workflow, diag.List) {
	p := &project{reader: &source.Reader{}, files: files, lambdas: map[string]string{}}
	p.readSettings()
	for _, file := range files {
		if isCollection(file) {
			p.readCollection(file)
		}
	}
	for _, file := range files {
		if isGraph(file) {
			if document := parseDocument(p.reader, file); document != nil {
				p.documents = append(p.documents, document)
			}
		}
	}
	p.distinct()
	if len(p.documents) == 0 {
		return nil, p.reader.Problems().Sorted()
	}
	workflow, found := p.lower()
	return workflow, append(slices.Clone(p.reader.Problems()), found...).Sorted()
}

// distinct refuses a second workflow of the same id.
func (p *project) distinct() {
	first := map[string]*Document{}
	p.documents = slices.DeleteFunc(p.documents, func(d *Document) bool {
		before, twice := first[d.ID]
		if twice {
			p.reader.Report(diag.Diagnostic{Code: codeDuplicate, Range: d.Range, Summary: "there are two workflows with the id " + quoted(d.ID), Fix: "give one of them another id",
				Notes: []diag.Related{{Range: before.Range, Message: "the other one is here"}}})
			return true
		}
		first[d.ID] = d
		return false
	})
}

// readSettings reads the bindings of node types in steploom.yaml.
func (p *project) readSettings() {
	for _, file := range p.files {
		if file.Base() != settingsFile {
			continue
		}
		root := p.reader.Read(file)
		if root == nil || root.Get("lambdas") == nil {
			continue
		}
		for _, entry := range root.Get("lambdas").Entries() {
			if name, ok := entry.Value.Str(); ok {
				p.lambdas[entry.Name] = name
			}
		}
	}
}

// readCollection reads a .sop file. Every workflow it lists must be there; the list itself only describes.
func (p *project) readCollection(file source.File) {
	root := p.reader.Read(file)
	if root == nil || root.Kind != source.Mapping {
		return
	}
	p.collection = &collection{id: scalarText(root.Get("id")), name: scalarText(root.Get("name")), at: firstKey(root)}
	if p.collection.id == "" {
		p.collection.id = stem(file)
	}
	sections := root.Get("sections")
	if sections == nil {
		root.Report(diag.Diagnostic{Code: codeShape, Summary: "a collection needs sections with workflows", Range: firstKey(root)})
		return
	}
	for _, section := range sections.Items() {
		list := section.Get("workflows")
		if list == nil {
			continue
		}
		for _, item := range list.Items() {
			p.listed(file, item)
		}
	}
}

func (p *project) listed(file source.File, item *source.Node) {
	ref := item
	if item.Kind == source.Mapping {
		ref = item.Get("ref")
	}
	if ref == nil || scalarText(ref) == "" {
		item.Report(diag.Diagnostic{Code: codeReference, Summary: "a workflow of a collection needs ref: the path of its file"})
		return
	}
	wanted := path.Join(path.Dir(file.Path), scalarText(ref))
	found := slices.ContainsFunc(p.files, func(f source.File) bool { return path.Clean(f.Path) == wanted || stem(f) == scalarText(ref) })
	if !found {
		ref.Report(diag.Diagnostic{Code: codeReference, Summary: "there is no file " + quoted(scalarText(ref)), Fix: "put the file there, or delete the entry"})
	}
}

// find resolves a workflow_ref: an id, the stem of a file, or a path.
func (p *project) find(ref string, from *Document) *Document {
	name := stem(source.File{Path: ref})
	for _, d := range p.documents {
		if d.ID == ref || stem(source.File{Path: d.File}) == name || d.ID == name {
			return d
		}
	}
	return nil
}

// leadsBack tells whether a workflow runs another, directly or through others.
func (p *project) leadsBack(from, to *Document) bool {
	seen := map[*Document]bool{}
	work := []*Document{from}
	for len(work) > 0 {
		d := work[len(work)-1]
		work = work[:len(work)-1]
		if d == to {
			return true
		}
		if d == nil || seen[d] {
			continue
		}
		seen[d] = true
		for _, n := range d.Nodes {
			if n.WorkflowRef != nil {
				work = append(work, p.find(scalarText(n.WorkflowRef), d))
			}
		}
	}
	return false
}

// connect adds a connection, or gives the name of one with the same address.
func (p *project) connect(connection *ir.Connection) string {
	for _, known := range p.connections {
		if known.URL == connection.URL && known.User == connection.User && (connection.URL != "" || known.Name == connection.Name) {
			return known.Name
		}
	}
	base := connection.Name
	for slices.ContainsFunc(p.connections, func(c *ir.Connection) bool { return c.Name == connection.Name }) {
		connection.Name += "_" + cmp.Or(strings.ToLower(string(connection.Kind)), base)
	}
	p.connections = append(p.connections, connection)
	return connection.Name
}
