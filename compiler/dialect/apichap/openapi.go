package apichap

import (
	"cmp"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
)

// This file reads of an OpenAPI 3 document what requests look like: parameters and request bodies. The rest of the document describes
// responses and security, which the operations themselves decide.

// openAPI is the document by canonical operation name.
type openAPI struct {
	operations map[string]*described
}

// described is what the document says of one operation.
type described struct {
	path       string
	parameters []ir.Parameter
	body       *ir.RequestBody
	sheets     int // contents of the body that are spreadsheets described by their rows
	bodyAt     *source.Node
	async      *source.Node // whether requests wait, nil when the document does not say
	security   *source.Node // what callers must show, nil when the document does not say
}

// find looks an operation up; without a document, or an endpoint, there is nothing to find.
func (a *openAPI) find(op *operation) *described {
	if a == nil || op.method == "" {
		return nil
	}
	return a.operations[shape(op.method, op.path)]
}

// shape makes paths comparable that differ only in the names of their parameters.
func shape(method, path string) string {
	segments := strings.Split(strings.TrimSuffix(path, "/"), "/")
	for i, segment := range segments {
		if strings.HasPrefix(segment, "{") {
			segments[i] = "{}"
		}
	}
	return method + " " + strings.Join(segments, "/")
}

// document reads references inside one OpenAPI document.
type document struct {
	root *source.Node
	old  bool // 3.0
}

func (r *reader) openAPI(root *source.Node) *openAPI {
	if root == nil {
		return nil
	}
	api := &openAPI{operations: map[string]*described{}}
	version := root.Get("openapi")
	if version == nil || !strings.HasPrefix(version.Value(), "3.") {
		at := cmp.Or(version, root)
		at.Report(report.Error(codeOpenAPI, at.Range, "the document must be OpenAPI 3").Why("Its first key is openapi: with a version that starts with 3."))
		return api
	}
	paths := root.Get("paths")
	if paths == nil {
		return api
	}
	d := document{root, strings.HasPrefix(version.Value(), "3.0")}
	for _, path := range paths.Entries() {
		item := d.follow(path.Value)
		shared := d.parameters(item.Get("parameters"))
		for _, method := range item.Entries() {
			if upper := strings.ToUpper(method.Name); slices.Contains(httpMethods(), upper) {
				api.operations[shape(upper, path.Name)] = d.operation(path.Name, method, shared)
			}
		}
	}
	return api
}

// maxReferences bounds chains of references.
const maxReferences = 20

// follow resolves references inside the document. A reference that leads nowhere is reported and gives nil.
func (d document) follow(node *source.Node) *source.Node {
	for range maxReferences {
		if node == nil || node.Get("$ref") == nil {
			return node
		}
		node = d.target(node.Get("$ref"))
	}
	return nil
}

// target finds what a reference names, or reports it.
func (d document) target(reference *source.Node) *source.Node {
	node := d.at(reference.Value())
	if node == nil {
		reference.Report(report.Error(codeOpenAPI, reference.Range, "%q leads nowhere in this document", reference.Value()))
	}
	return node
}

// at finds what a reference such as #/components/schemas/Pet names (RFC 6901).
func (d document) at(reference string) *source.Node {
	path, local := strings.CutPrefix(reference, "#/")
	if !local {
		return nil
	}
	node := d.root
	for _, step := range strings.Split(path, "/") {
		if node == nil {
			return nil
		}
		node = node.Get(strings.NewReplacer("~1", "/", "~0", "~").Replace(step))
	}
	return node
}

// checkDescribed warns of operations that the document does not have, and reports paths whose parameters it calls by other names.
func (r *reader) checkDescribed() {
	if r.project.api == nil {
		return
	}
	var names []string
	for _, key := range sortedKeys(r.project.api.operations) {
		method, _, _ := strings.Cut(key, " ")
		names = append(names, method+" "+r.project.api.operations[key].path)
	}
	for _, op := range r.project.operations {
		switch {
		case op.method == "":
		case op.described == nil:
			op.key.Report(report.Warning(codeOpenAPI, op.key.Range, "openapi.yaml does not describe %s", op.name).
				Why("Its parameters are taken as text.").
				Fix("%s", source.DidYouMean(op.name, names)))
		case !slices.Equal(pathParameters(op.path), pathParameters(op.described.path)):
			op.key.Report(report.Error(codeOpenAPI, op.key.Range, "openapi.yaml calls the parameters of this path otherwise: %s", op.described.path).
				Fix("use the same names in both files"))
		}
	}
}

// parameter finds the parameter that PARAM(name) reads; header names have no case. One that nobody described is looked for everywhere.
func (o *operation) parameter(name string) ir.Parameter {
	if found, ok := o.describedParameter(name); ok {
		return found
	}
	return ir.Parameter{Name: name}
}

// isText tells that requests give a parameter as text: the document does not describe it.
func (o *operation) isText(name string) bool {
	_, described := o.describedParameter(name)
	return o.method != "" && !described
}

func (o *operation) describedParameter(name string) (ir.Parameter, bool) {
	if o.described == nil {
		return ir.Parameter{}, false
	}
	for _, place := range []string{"path", "query", "header", "cookie", "form"} {
		for _, parameter := range o.described.parameters {
			if parameter.In == place && (parameter.Name == name || place == "header" && strings.EqualFold(parameter.Name, name)) {
				return parameter, true
			}
		}
	}
	return ir.Parameter{}, false
}
