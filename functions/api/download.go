package api

import (
	"context"
	"mime"

	"github.com/steploom/steploom/shared/blob"
	"github.com/steploom/steploom/shared/httpevent"
	"github.com/steploom/steploom/shared/task"
)

// downloadLimit is how many bytes of a stored object an answer can hold: Lambda answers 6 MiB, in which binary is base64.
const downloadLimit = (task.ProxyResultLimit - headersRoom) / 4 * 3

const headersRoom = 64 << 10

// download is the body of an answer that is a stored object. Unless the answer says otherwise it has the object's content type, is a file for the
// caller to keep, and is not taken for anything else: it may be what another caller has sent.
func (g gateway) download(ctx context.Context, headers map[string]string, ref blob.Ref) ([]byte, error) {
	for name, value := range map[string]string{
		httpevent.ContentType: or(typeOf(ref.ContentType), "application/octet-stream"), "content-disposition": disposition(ref.FileName), "x-content-type-options": "nosniff",
	} {
		if _, said := headers[name]; !said {
			headers[name] = value
		}
	}
	content, err := g.Blobs.Get(ctx, ref.Key)
	if err == nil && len(content) > downloadLimit {
		return nil, task.TooLarge("the answer", len(content), downloadLimit)
	}
	return content, err
}

// disposition makes a Content-Disposition (RFC 6266) of a file's name, with the name in ASCII for old clients where it is not (RFC 8187).
func disposition(fileName string) string {
	name := blob.FileName(fileName)
	if name == "" {
		return "attachment"
	}
	if inName(name) == name {
		return mime.FormatMediaType("attachment", map[string]string{"filename": name})
	}
	return "attachment; " + fileNameParameters(name)
}
