package format

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"strings"

	"github.com/steploom/steploom/shared/task"
)

// AcceptedCodings is what Unpack takes off, as a header Accept-Encoding says it.
const AcceptedCodings = "gzip, deflate"

// CodingError is a content coding that is known and that nothing here unpacks.
type CodingError struct{ Coding string }

// Error implements error.
func (e *CodingError) Error() string {
	return fmt.Sprintf("the body is packed as %s, of which only %s are unpacked", e.Coding, AcceptedCodings)
}

// mostCodings bounds how often a body may be packed.
const mostCodings = 4

// Unpack takes off a body what its Content-Encoding says was put around it, the last one first (RFC 9110 §8.4): gzip, which may be called x-gzip and
// may have several members, and deflate, with zlib's header or, as some servers send it, without. What no registry knows was nothing that was done to the
// body. An empty body stays empty. A coding of the registry that is none of these is a *CodingError, a body that is not packed as it says
// task.FormatInvalid, and one of more than limit bytes, packed or not, task.PayloadTooLarge.
func Unpack(codings string, body []byte, limit int) ([]byte, error) {
	names := strings.FieldsFunc(strings.ToLower(codings), func(r rune) bool { return r == ',' || r == ' ' || r == '\t' })
	if len(body) == 0 {
		return body, nil
	}
	if len(names) > mostCodings {
		return nil, task.Errorf(task.FormatInvalid, "the body is packed more than %d times", mostCodings)
	}
	for at := len(names) - 1; at >= 0; at-- {
		var err error
		if body, err = unpackOne(names[at], body, limit); err != nil {
			return nil, err
		}
	}
	return body, nil
}

func unpackOne(coding string, body []byte, limit int) ([]byte, error) {
	var packed io.Reader
	var err error
	switch coding {
	case "gzip", "x-gzip":
		packed, err = gzip.NewReader(bytes.NewReader(body))
	case "deflate":
		packed, err = inflate(body)
	case "br", "zstd", "compress", "x-compress", "dcb", "dcz", "exi", "pack200-gzip":
		return nil, &CodingError{coding}
	default:
		return body, nil
	}
	var content []byte
	if err == nil {
		content, err = io.ReadAll(io.LimitReader(packed, int64(limit)+1))
	}
	if err != nil {
		return nil, task.Errorf(task.FormatInvalid, "%s: %v", coding, err)
	}
	if len(content) > limit {
		return nil, task.Errorf(task.PayloadTooLarge, "a body has more than %d bytes when it is unpacked", limit)
	}
	return content, nil
}

// inflate reads what deflate has packed. Two bytes of a header tell that it is zlib's (RFC 1950 §2.2).
func inflate(body []byte) (io.Reader, error) {
	const method, eight, divisor = 0x0f, 8, 31
	if len(body) >= 2 && body[0]&method == eight && (int(body[0])<<8|int(body[1]))%divisor == 0 {
		return zlib.NewReader(bytes.NewReader(body))
	}
	return flate.NewReader(bytes.NewReader(body)), nil
}
