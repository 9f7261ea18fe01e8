package apichap

import (
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	jsonschema "github.com/steploom/steploom/compiler/schema"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/format"
)

// This file reads what an OpenAPI document says of files: those of forms, and bodies that are one.

const multipartForm = "multipart/form-data"

// isBinary tells whether a schema is that of a file (OpenAPI 3.0.3, Considerations for File Uploads).
func isBinarySchema(s *jsonschema.Schema) bool { return s.Constraint("format") == "binary" }

// isFile tells whether a body of a media type is kept as a file.
func (d document) isFile(mediaType string, schema *source.Node) bool {
	if !format.IsBinary(mediaType) {
		return false
	}
	return mediaType != "*/*" || isBinarySchema(d.schema(schema))
}

// filesOf takes the files out of the schema of a form. What types they may have stands in its encoding.
func filesOf(form *jsonschema.Schema, encoding *source.Node) ([]ir.FilePart, *jsonschema.Schema) {
	var list []ir.FilePart
	fields := &jsonschema.Schema{}
	for _, property := range form.Members() {
		s := property.Schema
		several := s.Type() == "array" && isBinarySchema(s.ItemsOrNil)
		if !several && !isBinarySchema(s) {
			fields.Properties = append(fields.Properties, property)
			continue
		}
		file := ir.FilePart{Name: property.Name, Required: property.Required, Several: several, Range: property.Range}
		one := s
		if several {
			one, file.Least, file.Most = s.ItemsOrNil, bound(s, "minItems"), bound(s, "maxItems")
		}
		file.MostBytes = bound(one, "maxLength")
		file.Types = mediaTypes(encoding.Get(property.Name).Get("contentType"))
		list = append(list, file)
	}
	if len(list) == 0 {
		return nil, form
	}
	fields.Range = form.Range
	return list, fields
}

// bound is the value of a constraint that counts, 0 for none.
func bound(s *jsonschema.Schema, keyword string) int {
	value, _ := s.Constraint(keyword).(float64)
	return int(value)
}

// mediaTypes reads a list of media types, divided by commas.
func mediaTypes(node *source.Node) []string {
	var types []string
	if node == nil {
		return nil
	}
	for one := range strings.SplitSeq(node.Value(), ",") {
		name, _, _ := strings.Cut(strings.ToLower(one), ";")
		if name = strings.TrimSpace(name); name != "" {
			types = append(types, name)
		}
	}
	return types
}
