package apichap

import (
	"cmp"
	"maps"
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
type document struct{ root *source.Node }

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
	d := document{root}
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

func (d document) operation(path string, entry source.Entry, shared []ir.Parameter) *described {
	own := d.parameters(entry.Value.Get("parameters"))
	for _, parameter := range shared {
		if !slices.ContainsFunc(own, func(o ir.Parameter) bool { return o.Name == parameter.Name && o.In == parameter.In }) {
			own = append(own, parameter)
		}
	}
	one := &described{path: path, parameters: own}
	if body := d.follow(entry.Value.Get("requestBody")); body != nil {
		d.body(one, body)
	}
	return one
}

func (d document) parameters(list *source.Node) []ir.Parameter {
	if list == nil {
		return nil
	}
	var parameters []ir.Parameter
	for _, item := range list.Items() {
		node := d.follow(item)
		if node == nil {
			continue
		}
		name, in := node.Get("name"), node.Get("in")
		if name == nil || in == nil {
			node.Report(report.Error(codeOpenAPI, node.Range, "a parameter needs name and in"))
			continue
		}
		if in.Value() == "cookie" {
			unsupported(in, "parameters in cookies are not supported yet")
			continue
		}
		parameter := ir.Parameter{Name: name.Value(), In: in.Value(), Range: name.Range}
		parameter.Required = isTrue(node.Get("required")) || parameter.In == "path"
		d.schema(&parameter, node.Get("schema"))
		parameters = append(parameters, parameter)
	}
	return parameters
}

func isTrue(node *source.Node) bool { return node != nil && strings.EqualFold(node.Value(), "true") }

// schema reads type, items and default of a schema.
func (d document) schema(parameter *ir.Parameter, node *source.Node) {
	if node = d.follow(node); node == nil {
		return
	}
	parameter.Type = typeOf(node)
	if items := d.follow(node.Get("items")); items != nil {
		parameter.Items = typeOf(items)
	}
	if value := node.Get("default"); value != nil {
		if literal, ok := value.Literal(); ok {
			parameter.DefaultOrNil = literal
		}
	}
}

// typeOf gives a schema's JSON type, "" when it allows several or says nothing.
func typeOf(node *source.Node) string {
	kind := node.Get("type")
	if kind == nil || kind.Kind != source.Scalar || isTrue(node.Get("nullable")) {
		return ""
	}
	if slices.Contains([]string{"string", "integer", "number", "boolean", "array", "object"}, kind.Value()) {
		return kind.Value()
	}
	kind.Report(report.Warning(codeOpenAPI, kind.Range, "%q is not a type", kind.Value()).
		Why("Values of any type are accepted.").
		Fix("write string, integer, number, boolean, array or object"))
	return ""
}

// body reads what a request must carry. Properties that the document calls required are not demanded: descriptions of a resource often
// list what the server itself generates.
func (d document) body(one *described, node *source.Node) {
	content := node.Get("content")
	if content == nil {
		return
	}
	for _, media := range content.Entries() {
		schema := d.follow(media.Value.Get("schema"))
		switch name, _, _ := strings.Cut(strings.ToLower(media.Name), ";"); {
		case name == "application/json" || strings.HasSuffix(name, "+json"):
			one.body = &ir.RequestBody{Required: isTrue(node.Get("required")), Range: media.Key.Range}
			if schema != nil {
				one.body.Type = typeOf(schema)
				one.body.Properties = d.properties(schema)
				if one.body.Type == "" && schema.Get("properties") != nil && !isTrue(schema.Get("nullable")) {
					one.body.Type = "object"
				}
			}
		case name == "multipart/form-data" || name == "application/x-www-form-urlencoded":
			if schema != nil {
				d.form(one, schema)
			}
		}
	}
}

func (d document) properties(schema *source.Node) []ir.Parameter {
	list := schema.Get("properties")
	if list == nil {
		return nil
	}
	var properties []ir.Parameter
	for _, entry := range list.Entries() {
		property := ir.Parameter{Name: entry.Name, In: "body", Range: entry.Key.Range}
		d.schema(&property, entry.Value)
		property.DefaultOrNil = nil
		properties = append(properties, property)
	}
	return properties
}

// form adds the fields of a form to the parameters.
func (d document) form(one *described, schema *source.Node) {
	for _, property := range d.properties(schema) {
		property.In = "form"
		one.parameters = append(one.parameters, property)
	}
}

// maxReferences bounds chains of references.
const maxReferences = 20

// follow resolves references inside the document. A reference that leads nowhere is reported and gives nil.
func (d document) follow(node *source.Node) *source.Node {
	for range maxReferences {
		if node == nil || node.Get("$ref") == nil {
			return node
		}
		target := node.Get("$ref")
		node = d.at(target.Value())
		if node == nil {
			target.Report(report.Error(codeOpenAPI, target.Range, "%q leads nowhere in this document", target.Value()))
			return nil
		}
	}
	return nil
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
	names := slices.Sorted(maps.Keys(r.project.api.operations))
	for _, op := range r.project.operations {
		switch {
		case op.method == "":
		case op.described == nil:
			op.key.Report(report.Warning(codeOpenAPI, op.key.Range, "openapi.yaml does not describe %s", op.name).
				Why("Its parameters are taken as text.").
				Fix("%s", source.DidYouMean(shape(op.method, op.path), names)))
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

func (o *operation) describedParameter(name string) (ir.Parameter, bool) {
	if o.described == nil {
		return ir.Parameter{}, false
	}
	for _, place := range []string{"path", "query", "header", "form"} {
		for _, parameter := range o.described.parameters {
			if parameter.In == place && (parameter.Name == name || place == "header" && strings.EqualFold(parameter.Name, name)) {
				return parameter, true
			}
		}
	}
	return ir.Parameter{}, false
}
