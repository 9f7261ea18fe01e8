package sam

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/sam/cfn"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// This file lets the API describe itself: the api function serves a document that is packed beside its executable.

// The document in the application, and what it is called beside the executable.
const (
	docsFolder = "api-docs/"
	docsName   = "openapi.json"
)

// describes tells whether the API describes itself.
func (p *plan) describes() bool { return p.app.Workflow.Docs != nil && p.servesHTTP() }

// docsFile is the path of the document: where the Makefile takes it from, or beside an executable that is built already.
func (p configurer) docsFile() string {
	if p.options.Code == FromBinaries {
		return "bin/" + p.behindAPI().row.Name + "/" + docsName
	}
	return docsFolder + docsName
}

// Document is the OpenAPI document that the API of an application serves, nil where it serves none.
func Document(app Application) ([]byte, error) { return describer{newPlan(app, Options{})}.document() }

// document is the author's, with the servers and the security that are true here, and with the operations that it lacks.
func (p describer) document() ([]byte, error) {
	if !p.describes() {
		return nil, nil
	}
	own, _ := cfn.Data(p.description()).(*jsonata.Object)
	served := own
	if written := p.app.Workflow.Docs.Document; written != nil {
		served = p.completed(written, own)
	}
	served.Set("servers", []any{objectOf("url", ".")}) // the folder that the document itself is in
	return cfn.JSON(served)
}

// completed is the author's document with what only the stack knows.
func (p describer) completed(written, own *jsonata.Object) *jsonata.Object {
	served := jsonata.NewObject()
	for key, value := range written.All() {
		served.Set(key, value)
	}
	components := memberObject(written, "components")
	components.Delete("securitySchemes")
	if schemes := memberObject(memberObject(own, "components"), "securitySchemes"); schemes.Len() > 0 {
		components.Set("securitySchemes", schemes)
	}
	if components.Len() > 0 {
		served.Set("components", components)
	}
	served.Delete("security")
	if security, ok := own.Get("security"); ok {
		served.Set("security", security)
	}
	served.Set("paths", p.servedPaths(memberObject(written, "paths"), memberObject(own, "paths")))
	return served
}

// servedPaths are the author's paths, and those of operations that the document does not have.
func (p describer) servedPaths(written, own *jsonata.Object) *jsonata.Object {
	paths := jsonata.NewObject()
	for path := range written.All() {
		item := memberObject(written, path)
		for key, value := range item.All() {
			if operation, isObject := value.(*jsonata.Object); isObject && slices.Contains(httpMethods(), key) {
				item.Set(key, p.secured(operation, strings.ToUpper(key)+" "+path))
			}
		}
		item.Delete("servers")
		paths.Set(path, item)
	}
	for path := range own.All() {
		made := memberObject(own, path)
		item := memberObject(paths, path)
		for method, operation := range made.All() {
			if _, has := item.Get(method); !has {
				item.Set(method, operation)
			}
		}
		paths.Set(path, item)
	}
	return paths
}

func httpMethods() []string {
	return []string{"get", "put", "post", "delete", "options", "head", "patch", "trace"}
}

// secured is an operation with what it really asks of callers.
func (p describer) secured(operation *jsonata.Object, route string) *jsonata.Object {
	copied := jsonata.NewObject()
	for key, value := range operation.All() {
		copied.Set(key, value)
	}
	copied.Delete("security")
	copied.Delete("servers")
	for _, entry := range p.ownSecurity(route) {
		copied.Set(entry.Key, cfn.Data(entry.Value))
	}
	return copied
}

// memberObject is a copy of a member that is an object, empty for any other.
func memberObject(object *jsonata.Object, name string) *jsonata.Object {
	copied := jsonata.NewObject()
	value, _ := object.Get(name)
	if member, ok := value.(*jsonata.Object); ok {
		for key, value := range member.All() {
			copied.Set(key, value)
		}
	}
	return copied
}

func objectOf(name string, value any) *jsonata.Object {
	object := jsonata.NewObject()
	object.Set(name, value)
	return object
}

// composeDocs adds the routes of the description, which are open whatever guards the operations.
func (p composer) composeDocs(t *cfn.Template) {
	if !p.describes() {
		return
	}
	for _, key := range p.behindAPI().row.Docs {
		_, path, _ := strings.Cut(key, " ")
		t.Resources = append(t.Resources, cfn.Resource{
			Name: "Docs" + task.LogicalID(task.Slug(path)) + "Route", Comment: "The API describes itself here. " + placeOfRange(p.app.Workflow.Docs.Range),
			Body: &cfn.Route{API: apiID, Key: key, Integration: apiIntegration},
		})
	}
}
