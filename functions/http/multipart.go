package http

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime"
	"mime/multipart"
	"net/textproto"
	"strings"
	"unicode"

	"golang.org/x/net/http/httpguts"

	"github.com/steploom/steploom/shared/blob"
	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/task"
)

// part is one member of Request.Multipart. A member that is not an object with "content" is a part with that value as
// its content. Content is written by content type (text/plain for a text, application/json for the rest); a text of a
// file is what the file holds. {"blob": key} is a stored object, whose own file name and content type apply when the part
// gives none; a list of them is a part for each. A part without content is left out.
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
		if err := s.writeMember(ctx, writer, member, request.CSVSeparator); err != nil {
			return nil, "", err
		}
	}
	if err := writer.Close(); err != nil {
		return nil, "", err
	}
	return out.Bytes(), writer.FormDataContentType(), nil
}

// writeMember writes the parts of a name.
func (s *sender) writeMember(ctx context.Context, writer *multipart.Writer, member format.Member, separator string) error {
	p, err := partOf(member.Value)
	if err != nil {
		return task.Errorf(task.RequestInvalid, "multipart part %q: %v", member.Name, err)
	}
	if isNull(p.Content) {
		return nil
	}
	for _, content := range contentsOf(p.Content) {
		one := p
		one.Content = content
		if err := s.writePart(ctx, writer, member.Name, one, separator); err != nil {
			return err
		}
	}
	return nil
}

// contentsOf takes a list of stored objects apart; anything else is one content.
func contentsOf(raw json.RawMessage) []json.RawMessage {
	var list []json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil || len(list) == 0 {
		return []json.RawMessage{raw}
	}
	for _, one := range list {
		if _, stored := blob.ParseRef(one); !stored {
			return []json.RawMessage{raw}
		}
	}
	return list
}

func (s *sender) writePart(ctx context.Context, writer *multipart.Writer, name string, p part, separator string) error {
	content, err := s.partContent(ctx, &p, separator)
	if err != nil {
		return err
	}
	if p.ContentType != "" && !httpguts.ValidHeaderFieldValue(p.ContentType) {
		return task.Errorf(task.RequestInvalid, "content type of part %q holds a line break or control character", name)
	}
	header := textproto.MIMEHeader{"Content-Disposition": {disposition(name, p.FileName)}}
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
	if text, ok := textOf(p.Content); ok && p.FileName != "" {
		return format.Encode(inCharsetOf(contentType), text, format.Options{})
	}
	if contentType == "" {
		contentType = format.Text
		if raw := bytes.TrimSpace(p.Content); bytes.HasPrefix(raw, []byte("{")) || bytes.HasPrefix(raw, []byte("[")) {
			contentType = format.JSON
			p.ContentType = contentType
		}
	}
	return encodeAs(contentType, p.Content, format.Options{CSVSeparator: separator})
}

// textOf is the text in a JSON string; ok is false of any other value.
func textOf(raw json.RawMessage) (text string, ok bool) {
	err := json.Unmarshal(raw, &text)
	return text, err == nil
}

// inCharsetOf is plain text in the charset that a content type names.
func inCharsetOf(contentType string) string {
	_, parameters, _ := mime.ParseMediaType(contentType)
	if charset := parameters["charset"]; charset != "" {
		return mime.FormatMediaType(format.Text, map[string]string{"charset": charset})
	}
	return format.Text
}

// disposition is a Content-Disposition with quotes and line breaks percent-encoded (HTML Standard, multipart/form-data), of other control characters
// nothing.
func disposition(name, fileName string) string {
	replace := strings.NewReplacer(`"`, "%22", "\r", "%0D", "\n", "%0A")
	escape := func(text string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsControl(r) {
				return -1
			}
			return r
		}, replace.Replace(text))
	}
	text := fmt.Sprintf(`form-data; name="%s"`, escape(name))
	if fileName != "" {
		text += fmt.Sprintf(`; filename="%s"`, escape(fileName))
	}
	return text
}
