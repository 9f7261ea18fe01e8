package http

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/textproto"
	"strings"

	"github.com/steploom/steploom/shared/blob"
	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/task"
)

// part is one member of Request.Multipart. A member that is not an object with "content" is a part with that value as
// its content. Content is written by content type (text/plain for a text, application/json for the rest);
// {"blob": key} is a stored object, whose own file name and content type apply when the part gives none.
type part struct {
	FileName    string          `json:"fileName"`
	ContentType string          `json:"contentType"`
	Content     json.RawMessage `json:"content"`
}

func (s *sender) encodeMultipart(ctx context.Context, request Request) ([]byte, string, error) {
	value, err := format.DecodeJSON(request.Multipart)
	object, ok := value.(format.Object)
	if err != nil || !ok {
		return nil, "", task.Errorf(task.RequestInvalid, "multipart is not an object")
	}
	var out bytes.Buffer
	writer := multipart.NewWriter(&out)
	for _, member := range object {
		if member.Value == nil {
			continue
		}
		if err := s.writePart(ctx, writer, member, request.CSVSeparator); err != nil {
			return nil, "", err
		}
	}
	if err := writer.Close(); err != nil {
		return nil, "", err
	}
	return out.Bytes(), writer.FormDataContentType(), nil
}

func (s *sender) writePart(ctx context.Context, writer *multipart.Writer, member format.Member, separator string) error {
	p, err := partOf(member.Value)
	if err != nil {
		return task.Errorf(task.RequestInvalid, "multipart part %q: %v", member.Name, err)
	}
	content, err := s.partContent(ctx, &p, separator)
	if err != nil {
		return err
	}
	if strings.ContainsAny(p.ContentType, "\r\n\x00") {
		return task.Errorf(task.RequestInvalid, "content type of part %q holds a line break", member.Name)
	}
	header := textproto.MIMEHeader{"Content-Disposition": {disposition(member.Name, p.FileName)}}
	if p.ContentType != "" {
		header.Set("Content-Type", p.ContentType)
	}
	w, err := writer.CreatePart(header)
	if err != nil {
		return err
	}
	_, err = w.Write(content)
	return err
}

func partOf(value any) (part, error) {
	raw, err := format.EncodeJSON(value)
	if err != nil {
		return part{}, err
	}
	object, ok := value.(format.Object)
	if !ok {
		return part{Content: raw}, nil
	}
	if _, described := object.Get("content"); !described {
		return part{Content: raw}, nil
	}
	var p part
	return p, task.Decode(raw, &p)
}

// partContent encodes the content and completes the part's file name and content type.
func (s *sender) partContent(ctx context.Context, p *part, separator string) ([]byte, error) {
	if ref, ok := blob.ParseRef(p.Content); ok {
		if p.FileName == "" {
			p.FileName = ref.FileName
		}
		if p.ContentType == "" {
			p.ContentType = ref.ContentType
		}
		return s.stored(ctx, ref)
	}
	contentType := p.ContentType
	if contentType == "" {
		contentType = format.Text
		if raw := bytes.TrimSpace(p.Content); bytes.HasPrefix(raw, []byte("{")) || bytes.HasPrefix(raw, []byte("[")) {
			contentType = format.JSON
			p.ContentType = contentType
		}
	}
	return encodeAs(contentType, p.Content, format.Options{CSVSeparator: separator})
}

// disposition is a Content-Disposition with quotes and line breaks percent-encoded (HTML Standard, multipart/form-data).
func disposition(name, fileName string) string {
	escape := strings.NewReplacer(`"`, "%22", "\r", "%0D", "\n", "%0A").Replace
	text := fmt.Sprintf(`form-data; name="%s"`, escape(name))
	if fileName != "" {
		text += fmt.Sprintf(`; filename="%s"`, escape(fileName))
	}
	return text
}
