package apichap

import (
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// This file reads whether the API describes itself, and the description.

// docsSettings are the words for that, the newest last.
func docsSettings() []string { return []string{"debug", "apiDocs"} }

// settings reads what holds for the whole project.
func (r *reader) settings(node *source.Node) {
	fields := node.Map("the settings")
	for _, name := range docsSettings() {
		if value := fields.Take(name); value != nil {
			r.project.setDocs(name, value)
		}
	}
	fields.Done()
}

// setDocs takes over a setting; one that changes nothing is noted.
func (p *project) setDocs(name string, value *source.Node) {
	on, understood := value.Bool()
	switch {
	case !understood:
	case !on:
		value.Report(report.Note(codeNoEffect, value.Range, "%s: false changes nothing", name).Why("An API describes itself only where that is asked for."))
	case p.docs != nil:
		value.Report(report.Note(codeNoEffect, value.Range, "%s changes nothing: the API describes itself already", name).Also(p.docs.Range, "because of this setting"))
	default:
		p.docs = value
	}
}

// docsPaths are what the description is served at.
func docsPaths() []string { return []string{"/openapi.json", "/api-docs", "/swagger-ui.html"} }

// describing gives the document of an API that describes itself, without what is said to Steploom; nil for an API that does not. Operations in its place
// are refused.
func (r callersReader) describing() *ir.Docs {
	if r.project.docs == nil {
		return nil
	}
	endpoints := 0
	for _, op := range r.project.operations {
		if op.method != "" {
			endpoints++
		}
		for _, path := range docsPaths() {
			if op.method == "GET" && strings.EqualFold(strings.TrimSuffix(op.path, "/"), path) {
				op.key.Report(report.Error(codeDocs, op.key.Range, "%s is where the API describes itself", op.path).
					Also(r.project.docs.Range, "because of this setting").Fix("give the operation another path, or set apiDocs: false"))
			}
		}
	}
	if endpoints == 0 {
		r.project.docs.Report(report.Note(codeNoEffect, r.project.docs.Range, "no operation has an endpoint that could be described"))
		return nil
	}
	docs := &ir.Docs{Range: r.project.docs.Range}
	if document, ok := publicValue(r.document, 0).(*jsonata.Object); ok {
		docs.Document = document
	}
	return docs
}

// ownLevels is how deep extensions stand in a document: beside paths, in a path, in an operation.
const ownLevels = 4

// publicValue is a value of the document as JSON, without our extensions. Anybody may read it, whatever guards the operations.
func publicValue(node *source.Node, depth int) any {
	if node == nil {
		return nil
	}
	switch node.Kind {
	case source.Mapping:
		object := jsonata.NewObject()
		for _, entry := range node.Entries() {
			if depth >= ownLevels || !strings.HasPrefix(entry.Name, "x-steploom-") {
				object.Set(entry.Name, publicValue(entry.Value, depth+1))
			}
		}
		return object
	case source.Sequence:
		list := []any{}
		for _, item := range node.Items() {
			list = append(list, publicValue(item, depth+1))
		}
		return list
	}
	value, _ := node.Literal()
	return value
}
