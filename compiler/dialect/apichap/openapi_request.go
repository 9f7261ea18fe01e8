package apichap

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	jsonschema "github.com/steploom/steploom/compiler/schema"
	"github.com/steploom/steploom/compiler/source"
)

// This file reads what an OpenAPI document says of a request: parameters with their styles, and the body by media type.

func (d document) operation(path string, entry source.Entry, shared []ir.Parameter) *described {
	own := d.parameters(entry.Value.Get("parameters"))
	for _, parameter := range shared {
		if !slices.ContainsFunc(own, func(o ir.Parameter) bool { return o.Name == parameter.Name && o.In == parameter.In }) {
			own = append(own, parameter)
		}
	}
	d.namesakes(own, entry.Key)
	one := &described{path: path, parameters: own, async: entry.Value.Get(asyncKey), security: entry.Value.Get("security")}
	if body := d.follow(entry.Value.Get("requestBody")); body != nil {
		d.body(one, body)
		one.bodyAt = body
	}
	return one
}

// namesakes warns of parameters with one name in several places: PARAM reads the first of path, query, header and cookie.
func (d document) namesakes(list []ir.Parameter, at *source.Node) {
	first := map[string]ir.Parameter{}
	for _, place := range []string{"path", "query", "header", "cookie"} {
		for _, parameter := range list {
			before, taken := first[parameter.Name]
			switch {
			case parameter.In != place:
			case taken:
				at.Report(report.Warning(codeOpenAPI, parameter.Range, "parameter %s in %s is not read: there is one of that name in %s", parameter.Name, place, before.In).
					Why("PARAM tells parameters by their names alone.").Fix("rename one of the two"))
			default:
				first[parameter.Name] = parameter
			}
		}
	}
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
		if parameter, ok := d.parameter(node); ok {
			parameters = append(parameters, parameter)
		}
	}
	return parameters
}

func (d document) parameter(node *source.Node) (ir.Parameter, bool) {
	name, in := node.Get("name"), node.Get("in")
	if name == nil || in == nil {
		node.Report(report.Error(codeOpenAPI, node.Range, "a parameter needs name and in"))
		return ir.Parameter{}, false
	}
	place, ok := in.OneOf("path", "query", "header", "cookie")
	if !ok {
		return ir.Parameter{}, false
	}
	if content := node.Get("content"); content != nil {
		unsupported(content, "parameters with content, as JSON in one text, are not supported yet")
		return ir.Parameter{}, false
	}
	parameter := ir.Parameter{Name: name.Value(), In: place, Range: name.Range, Schema: d.schema(node.Get("schema"))}
	parameter.Required = isTrue(node.Get("required")) || place == "path"
	parameter.Separator = d.separator(node, place, parameter.Schema)
	if at := node.Get("schema").Get("default"); at != nil && parameter.Required && parameter.Schema.Default() != nil {
		at.Report(report.Warning(codeOpenAPI, at.Range, "the default has no effect: parameter %s is required", parameter.Name))
	}
	return parameter, true
}

func isTrue(node *source.Node) bool { return node != nil && strings.EqualFold(node.Value(), "true") }

func (d document) schema(node *source.Node) *jsonschema.Schema {
	return jsonschema.Read(node, jsonschema.Source{Old: d.old, Follow: func(reference *source.Node) *source.Node { return d.target(reference) }})
}

// separator reads style and explode (OpenAPI 3.0.3, Style Values): what stands between the elements of an array in one text, "" when each
// comes on its own.
func (d document) separator(node *source.Node, place string, value *jsonschema.Schema) string {
	style, explode := node.Get("style"), node.Get("explode")
	name := map[string]string{"path": "simple", "query": "form", "header": "simple", "cookie": "form"}[place]
	if style != nil {
		name = source.Text(style)
	}
	switch {
	case value.MayBe("object"):
		unsupported(node, "parameters that are objects are not supported yet")
		return ""
	case !value.MayBe("array") && style == nil:
		return ""
	case place != "query" && (name == "simple" || name == "form"):
		return ","
	case place == "query" && name == "form" && (explode == nil || isTrue(explode)):
		return ""
	case place == "query" && (name == "spaceDelimited" || name == "pipeDelimited") && isTrue(explode):
		return ""
	}
	separator, known := map[string]string{"form": ",", "spaceDelimited": " ", "pipeDelimited": "|"}[name]
	if place != "query" || !known {
		unsupported(style, "style "+name+" of parameters in "+place+" is not supported yet")
	}
	return separator
}

// body reads what a request must carry, by media type.
func (d document) body(one *described, node *source.Node) {
	content := node.Get("content")
	if content == nil {
		return
	}
	one.body = &ir.RequestBody{Required: isTrue(node.Get("required")), Range: node.Range}
	for _, media := range content.Entries() {
		name, _, _ := strings.Cut(strings.ToLower(media.Name), ";")
		described := ir.Content{MediaType: strings.TrimSpace(name), Range: media.Key.Range}
		switch {
		case ir.IsForm(described.MediaType):
			form := d.schema(media.Value.Get("schema"))
			if described.MediaType == multipartForm {
				described.Files, form = filesOf(form, d.follow(media.Value.Get("encoding")))
			}
			described.Schema = d.form(one, form)
		case d.isFile(described.MediaType, media.Value.Get("schema")):
			described.Stored = true
			if d.isRows(described.MediaType, media.Value.Get("schema")) {
				one.sheets++
				d.text(media)
			}
		case ir.IsJSON(described.MediaType) || strings.Contains(described.MediaType, "*"):
			described.Schema = d.schema(media.Value.Get("schema"))
		default:
			described.Schema = d.text(media)
		}
		one.body.Contents = append(one.body.Contents, described)
	}
	if len(one.body.Contents) == 0 {
		one.body = nil
	}
}

// text reads the schema of a body that is no JSON. A text is checked; of what is decoded otherwise, the schema is documentation.
func (d document) text(media source.Entry) *jsonschema.Schema {
	at := d.follow(media.Value.Get("schema"))
	if at == nil {
		return nil
	}
	read := d.schema(at)
	if strings.HasPrefix(media.Name, "text/plain") && read.Type() == "string" {
		return read
	}
	if read != nil && ((len(read.Constraints)+len(read.Properties) > 0 || read.ItemsOrNil != nil) && read.Constraint("format") != "binary") {
		at.Report(report.Warning(codeOpenAPI, media.Key.Range, "bodies in %s are not checked against their schema", media.Name))
	}
	return nil
}

// form adds the fields of a form to the parameters, and gives the schema of those that it must have.
func (d document) form(one *described, fields *jsonschema.Schema) *jsonschema.Schema {
	required := &jsonschema.Schema{}
	for _, property := range fields.Members() {
		if property.Required {
			required.Properties = append(required.Properties, jsonschema.Property{Name: property.Name, Required: true, Range: property.Range})
		}
		one.parameters = append(one.parameters, ir.Parameter{Name: property.Name, In: "form", Schema: property.Schema, Range: property.Range})
	}
	if len(required.Properties) == 0 {
		return nil
	}
	required.Range = fields.Range
	return required
}
