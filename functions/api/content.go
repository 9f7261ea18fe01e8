package api

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"strings"
	"unicode/utf8"

	"github.com/steploom/steploom/shared/blob"
	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/task"
)

// content is a request body taken apart.
type content struct {
	value  any                 // null when there is no body
	fields format.Object       // of a form
	files  map[string]uploads  // of a multipart form
	sums   map[string][]string // of the contents of those files; of a binary body under ""
}

// decode reads a body by its content type; a body without one is read as JSON when it is JSON, else as text, or base64 of what is no text. With files, those of a form are stored,
// and so is a body that is itself one. What cannot fit into the input of an execution is task.PayloadTooLarge.
func (g gateway) decode(ctx context.Context, contentType string, body []byte, files bool) (content, error) {
	empty := content{files: map[string]uploads{}}
	if len(body) == 0 {
		return empty, nil
	}
	mediaType, parameters, _ := mime.ParseMediaType(contentType)
	switch {
	case mediaType == "multipart/form-data":
		return g.decodeMultipart(ctx, parameters["boundary"], body, files)
	case files && mediaType != "" && format.IsBinary(mediaType):
		ref, err := g.store(ctx, blob.Ref{ContentType: typeOf(contentType)}, body)
		empty.value, empty.sums = ref, map[string][]string{"": {sumOf(ref, body)}}
		return empty, err
	}
	value, err := decodeValue(ctx, contentType, body)
	if err != nil {
		return content{}, err
	}
	empty.value = value
	if mediaType == format.Form {
		empty.fields, _ = value.(format.Object)
	}
	return empty, nil
}

func decodeValue(ctx context.Context, contentType string, body []byte) (any, error) {
	options := format.Options{Limit: InputLimit}
	kind, err := format.KindOf(contentType)
	switch {
	case contentType != "" && err == nil && kind == format.KindSpreadsheet:
		return format.Decode(ctx, octets, body, options) // for an operation that takes no files, and may refuse the type
	case contentType != "":
		return format.Decode(ctx, contentType, body, options)
	case !utf8.Valid(body):
		return format.Decode(ctx, octets, body, options)
	}
	value, err := format.Decode(ctx, format.JSON, body, options)
	if errors.Is(err, &task.Error{Name: task.FormatInvalid}) {
		return format.Decode(ctx, format.Text, body, options)
	}
	return value, err
}

// octets is a content type that says nothing (RFC 2046, section 4.5.1).
const octets = "application/octet-stream"

// multipartForm is a form that is read part by part.
type multipartForm struct {
	fields format.Fields
	files  map[string]uploads
	sums   map[string][]string
	keeps  bool // files
	left   int  // bytes of an execution's input that the parts to come may have
}

// take counts what a part adds to the input of an execution.
func (f *multipartForm) take(bytes int) error {
	if f.left -= bytes; f.left < 0 {
		return task.TooLarge("the input of an execution", InputLimit-f.left, InputLimit)
	}
	return nil
}

// decodeMultipart reads a multipart form (RFC 7578): files and fields, see isFile.
func (g gateway) decodeMultipart(ctx context.Context, boundary string, body []byte, keeps bool) (content, error) {
	form := &multipartForm{files: map[string]uploads{}, sums: map[string][]string{}, keeps: keeps, left: InputLimit}
	if boundary == "" {
		return content{}, task.Errorf(task.RequestInvalid, "the content type of the multipart body has no boundary")
	}
	if !bytes.Contains(body, []byte("--"+boundary+"--")) {
		return content{}, task.Errorf(task.RequestInvalid, "the multipart body has no end")
	}
	reader := multipart.NewReader(bytes.NewReader(body), boundary)
	for ctx.Err() == nil {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			fields := form.fields.Object()
			return content{value: fields, fields: fields, files: form.files, sums: form.sums}, nil
		}
		if err != nil {
			return content{}, task.Errorf(task.RequestInvalid, "the multipart body is not complete")
		}
		if err := g.takePart(ctx, part, form); err != nil {
			return content{}, err
		}
	}
	return content{}, ctx.Err()
}

func (g gateway) takePart(ctx context.Context, part *multipart.Part, form *multipartForm) error {
	name := part.FormName()
	body, err := io.ReadAll(part)
	if err != nil || name == "" {
		return task.Errorf(task.RequestInvalid, "a part of the multipart body has no name or no end")
	}
	if isFile(part, body, form.keeps) {
		return g.takeFile(ctx, part, body, form)
	}
	if err := form.take(len(name)); err != nil {
		return err
	}
	value, err := fieldValue(ctx, part.Header.Get("Content-Type"), body, form.left)
	if err != nil {
		return err
	}
	form.fields.Append(name, value)
	return form.take(len(body))
}

// isFile tells a file of a form from a field: it has a file name, which may be empty where there is something in it (a browser sends both empty where nobody
// has chosen a file), or, where files are wanted, a content type that only files have. RFC 7578 §4.2 leaves the name to the client.
func isFile(part *multipart.Part, body []byte, wanted bool) bool {
	_, parameters, _ := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	name, named := parameters["filename"]
	contentType := part.Header.Get("Content-Type")
	return name != "" || len(body) > 0 && (named || wanted && contentType != "" && format.IsBinary(contentType))
}

// fieldValue reads a form field: text, or JSON when the part says so.
func fieldValue(ctx context.Context, contentType string, body []byte, limit int) (any, error) {
	if !format.IsJSON(contentType) && !strings.HasPrefix(contentType, "text/") {
		contentType = format.Text
	}
	return format.Decode(ctx, contentType, body, format.Options{Limit: limit + 2}) // and two quotes
}
