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
}

// decode reads a body by its content type; a body without one is read as JSON when it is JSON, else as text.
func (g gateway) decode(ctx context.Context, contentType string, body []byte) (content, error) {
	empty := content{files: map[string]blob.Ref{}}
	if len(body) == 0 {
		return empty, nil
	}
	mediaType, parameters, _ := mime.ParseMediaType(contentType)
	if mediaType == "multipart/form-data" {
		return g.decodeMultipart(ctx, parameters["boundary"], body)
	}
	if contentType == "" {
		if value, err := format.DecodeJSON(body); err == nil {
			empty.value = value
			return empty, nil
		}
		contentType = format.Text
	}
	value, err := format.Decode(contentType, body, format.Options{})
	if err != nil {
		return content{}, err
	}
	empty.value = value
	if mediaType == format.Form {
		empty.fields, _ = value.(format.Object)
	}
	return empty, nil
}

// decodeMultipart reads a multipart form (RFC 7578): parts with a file name are stored, others are fields.
func (g gateway) decodeMultipart(ctx context.Context, boundary string, body []byte) (content, error) {
	form := content{fields: format.Object{}, files: map[string]blob.Ref{}}
	if boundary == "" || !bytes.Contains(body, []byte("--"+boundary+"--")) {
		return content{}, task.Errorf(task.RequestInvalid, "the multipart body has no end")
	}
	reader := multipart.NewReader(bytes.NewReader(body), boundary)
	for {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			form.value = form.fields
			return form, nil
		}
		if err != nil {
			return content{}, task.Errorf(task.RequestInvalid, "the multipart body is not complete")
		}
		if err := g.takePart(ctx, part, &form); err != nil {
			return content{}, err
		}
	}
}

func (g gateway) takePart(ctx context.Context, part *multipart.Part, form *content) error {
	name := part.FormName()
	body, err := io.ReadAll(part)
	if err != nil || name == "" {
		return task.Errorf(task.RequestInvalid, "a part of the multipart body has no name or no end")
	}
	if part.FileName() == "" {
		value, err := fieldValue(part.Header.Get("Content-Type"), body)
		if err != nil {
			return err
		}
		form.fields.Append(name, value)
		return nil
	}
	if g.Blobs == nil {
		return task.Errorf(task.BlobUnavailable, "no store for uploaded files is configured")
	}
	key, err := g.Blobs.Put(ctx, body)
	if err != nil {
		return err
	}
	form.files[name] = blob.Ref{
		Key: key, FileName: part.FileName(), ContentType: part.Header.Get("Content-Type"), Size: len(body),
	}
	return nil
}

// fieldValue reads a form field: text, or JSON when the part says so.
func fieldValue(contentType string, body []byte) (any, error) {
	if !format.IsJSON(contentType) && !strings.HasPrefix(contentType, "text/") {
		contentType = format.Text
	}
	return format.Decode(contentType, body, format.Options{})
}
