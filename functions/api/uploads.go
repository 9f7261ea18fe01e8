package api

import (
	"context"
	"encoding/json"
	"mime"
	"mime/multipart"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/steploom/steploom/shared/blob"
	"github.com/steploom/steploom/shared/task"
)

// UploadsVariable names the state machines whose requests bring files, separated by commas. For others files of forms are left out, and binary
// bodies are texts.
const UploadsVariable = "STEPLOOM_UPLOADS"

// takesFiles tells whether the operation of a route is given files.
func (g gateway) takesFiles(route string) bool {
	names := strings.Split(g.Environment.Value(UploadsVariable), ",")
	return slices.Contains(names, g.machineName(route))
}

// uploads are the files of one name in a form: a reference, or a list of several.
type uploads []blob.Ref

// MarshalJSON implements json.Marshaler.
func (u uploads) MarshalJSON() ([]byte, error) {
	if len(u) == 1 {
		return json.Marshal(u[0])
	}
	return json.Marshal([]blob.Ref(u))
}

// takeFile stores an uploaded file, or leaves it out where the operation takes none: then it only tells one request from another.
func (g gateway) takeFile(ctx context.Context, part *multipart.Part, body []byte, form *multipartForm) error {
	name, contentType := part.FormName(), part.Header.Get("Content-Type")
	ref := blob.Ref{FileName: blob.NameIn(part.Header.Get("Content-Disposition")), ContentType: typeOf(contentType)}
	if !form.keeps {
		form.sums[name] = append(form.sums[name], sumOf(ref, body))
		return nil
	}
	if err := form.take(len(name) + len(ref.FileName) + len(ref.ContentType) + len(blob.NewKey())); err != nil {
		return err
	}
	ref, err := g.store(ctx, ref, body)
	if err != nil {
		return err
	}
	form.files[name] = append(form.files[name], ref)
	form.sums[name] = append(form.sums[name], sumOf(ref, body))
	return nil
}

// store keeps the content of a reference.
func (g gateway) store(ctx context.Context, ref blob.Ref, body []byte) (blob.Ref, error) {
	if g.Blobs == nil {
		return ref, task.Errorf(task.BlobUnavailable, "no store for uploaded files is configured")
	}
	var err error
	ref.Size = len(body)
	ref.Key, err = g.Blobs.Put(ctx, body)
	return ref, err
}

// sumOf is the same for files of the same name, type and content.
func sumOf(ref blob.Ref, body []byte) string {
	return digest(fingerprintDigits, ref.FileName, ref.ContentType, string(body))
}

// typeOf is a content type that a client gives, which may become that of an answer; "" when it cannot be one.
func typeOf(given string) string {
	if _, _, err := mime.ParseMediaType(given); err != nil || !httpguts.ValidHeaderFieldValue(given) {
		return ""
	}
	return strings.ToValidUTF8(given, "")
}
