package api

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"strings"

	"github.com/steploom/steploom/shared/blob"
	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/task"
)

// content is a request body taken apart.
type content struct {
	value  any                 // null when there is no body
	fields format.Object       // of a form
	files  map[string]blob.Ref // of a multipart form
	sums   map[string]string   // of the contents of those files
}

// decode reads a body by its content type; a body without one is read as JSON when it is JSON, else as text. What cannot fit into the input of an
// execution is task.PayloadTooLarge.
func (g gateway) decode(ctx context.Context, contentType string, body []byte) (content, error) {
	empty := content{files: map[string]blob.Ref{}}
	if len(body) == 0 {
		return empty, nil
	}
	mediaType, parameters, _ := mime.ParseMediaType(contentType)
	if mediaType == "multipart/form-data" {
		return g.decodeMultipart(ctx, parameters["boundary"], body)
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
	if contentType != "" {
		return format.Decode(ctx, contentType, body, options)
	}
	value, err := format.Decode(ctx, format.JSON, body, options)
	if errors.Is(err, &task.Error{Name: task.FormatInvalid}) {
		return format.Decode(ctx, format.Text, body, options)
	}
	return value, err
}

// multipartForm is a form that is read part by part.
type multipartForm struct {
	fields format.Fields
	files  map[string]blob.Ref
	sums   map[string]string
	left   int // bytes of an execution's input that the parts to come may have
}

// take counts what a part adds to the input of an execution.
func (f *multipartForm) take(bytes int) error {
	if f.left -= bytes; f.left < 0 {
		return task.TooLarge("the input of an execution", InputLimit-f.left, InputLimit)
	}
	return nil
}

// decodeMultipart reads a multipart form (RFC 7578): parts with a file name are stored, others are fields.
func (g gateway) decodeMultipart(ctx context.Context, boundary string, body []byte) (content, error) {
	form := &multipartForm{files: map[string]blob.Ref{}, sums: map[string]string{}, left: InputLimit}
	if boundary == "" || !bytes.Contains(body, []byte("--"+boundary+"--")) {
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
	if part.FileName() != "" {
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

// takeFile stores an uploaded file.
func (g gateway) takeFile(ctx context.Context, part *multipart.Part, body []byte, form *multipartForm) error {
	if g.Blobs == nil {
		return task.Errorf(task.BlobUnavailable, "no store for uploaded files is configured")
	}
	name, ref := part.FormName(), blob.Ref{FileName: part.FileName(), ContentType: part.Header.Get("Content-Type"), Size: len(body)}
	if _, known := form.files[name]; known {
		return task.Errorf(task.RequestInvalid, "two files have the name %q", name)
	}
	if err := form.take(len(name) + len(ref.FileName) + len(ref.ContentType) + len(blob.NewKey())); err != nil {
		return err
	}
	key, err := g.Blobs.Put(ctx, body)
	if err != nil {
		return err
	}
	ref.Key = key
	form.files[name] = ref
	form.sums[name] = digest(fingerprintDigits, ref.FileName, ref.ContentType, string(body))
	return nil
}

// fieldValue reads a form field: text, or JSON when the part says so.
func fieldValue(ctx context.Context, contentType string, body []byte, limit int) (any, error) {
	if !format.IsJSON(contentType) && !strings.HasPrefix(contentType, "text/") {
		contentType = format.Text
	}
	return format.Decode(ctx, contentType, body, format.Options{Limit: limit + 2}) // and two quotes
}
