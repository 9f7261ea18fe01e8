package http

import (
	"cmp"
	"context"
	"encoding/json"

	"github.com/steploom/steploom/shared/blob"
	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/task"
)

// encodeBody gives the bytes of the body and their content type; nil when there is no body.
func (s *sender) encodeBody(ctx context.Context, request Request, header string) ([]byte, string, error) {
	given := 0
	for _, raw := range []json.RawMessage{request.Body, request.Form, request.Multipart} {
		if !isNull(raw) {
			given++
		}
	}
	switch {
	case given > 1:
		return nil, "", task.Errorf(task.RequestInvalid, "only one of body, form and multipart can be given")
	case !isNull(request.Multipart):
		return s.encodeMultipart(ctx, request)
	case !isNull(request.Form):
		contentType := format.Form
		if format.IsForm(header) {
			contentType = header
		}
		content, err := encodeAs(contentType, request.Form, format.Options{})
		return content, contentType, err
	case isNull(request.Body):
		return nil, "", nil
	}
	contentType := cmp.Or(header, request.ContentType)
	ref, stored, err := blob.ParseFile(request.Body)
	if err != nil {
		return nil, "", err
	}
	if stored {
		content, err := s.stored(ctx, ref)
		return content, cmp.Or(contentType, ref.ContentType, octets), err
	}
	contentType = cmp.Or(contentType, format.JSON)
	content, err := encodeAs(contentType, request.Body, format.Options{CSVSeparator: request.CSVSeparator, CSVColumns: request.CSVColumns})
	return content, contentType, err
}

func (s *sender) stored(ctx context.Context, ref blob.Ref) ([]byte, error) {
	if s.config.Blobs == nil {
		return nil, task.Errorf(task.BlobUnavailable, "no store for objects is configured")
	}
	return s.config.Blobs.Get(ctx, ref.Key)
}

func encodeAs(contentType string, raw json.RawMessage, options format.Options) ([]byte, error) {
	value, err := format.DecodeJSON(raw)
	if err != nil {
		return nil, task.Errorf(task.RequestInvalid, "body: %v", err)
	}
	return format.Encode(contentType, value, options)
}
