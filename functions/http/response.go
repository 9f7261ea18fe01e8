package http

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/steploom/steploom/shared/blob"
	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/task"
)

// readResponse reads an answer. When it has come, but cannot be read, the failure tells its status in the detail.
func (s *sender) readResponse(ctx context.Context, request Request, answer *http.Response, timeout time.Duration) (Response, error) {
	response, err := s.read(ctx, request, answer, timeout)
	return response, answered(err, answer.StatusCode)
}

// answered adds the status of an answer to a failure to make something of it.
func answered(err error, status int) error {
	var known *task.Error
	if !errors.As(err, &known) || !slices.Contains([]string{task.FormatInvalid, task.HttpTooLarge, task.PayloadTooLarge}, known.Name) {
		return err
	}
	detail := map[string]any{task.HTTPStatusCode: status}
	if facts, isMap := known.Detail.(map[string]any); isMap {
		maps.Copy(detail, facts)
	}
	return &task.Error{Name: known.Name, Message: known.Message, Detail: detail}
}

func (s *sender) read(ctx context.Context, request Request, answer *http.Response, timeout time.Duration) (Response, error) {
	host, success := answer.Request.URL.Host, succeeded(request, answer.StatusCode)
	if request.StatusOnly && success {
		_, _ = io.CopyN(io.Discard, answer.Body, keptAlive) // so that the connection can serve another request
		return Response{StatusCode: answer.StatusCode, Headers: map[string]string{}}, nil
	}
	stored, limit := success && isStored(request, answer.Header.Get("Content-Type")), bodyLimit
	switch {
	case stored:
		limit = blob.Limit
	case request.SheetAsBlob && success:
		limit = sheetLimit
	}
	if answer.ContentLength > int64(limit) {
		return Response{}, tooLarge(limit)
	}
	content, err := readBody(answer.Body, request.Gzip, limit)
	if err != nil {
		return Response{}, readError(err, host, timeout)
	}
	if content, err = unpack(request, answer.Header, content, limit); err != nil && success {
		return Response{}, err
	}
	stored = stored || request.SheetAsBlob && success && format.HoldsSpreadsheet(answer.Header.Get("Content-Type"), content)
	response := Response{StatusCode: answer.StatusCode, Headers: flatten(answer.Header)}
	if stored {
		response.Body, err = s.store(ctx, request, answer, content)
	} else {
		response.Body, err = decodeBody(ctx, request, answer.Header.Get("Content-Type"), content)
	}
	if request.AnswerText {
		response.Text = bodyText(ctx, answer.Header.Get("Content-Type"), content)
	}
	switch {
	case ctx.Err() != nil:
		return Response{}, readError(ctx.Err(), host, timeout)
	case err != nil && success:
		return Response{}, err
	case err != nil:
		response.Body = plain(ctx, content)
	}
	if success || request.FailOnStatus != nil && !*request.FailOnStatus {
		return response, nil
	}
	return Response{}, statusError(response)
}

// keptAlive is how many bytes are read of a body that nobody wants.
const keptAlive = 256 << 10

// sheetLimit is the number of bytes of a spreadsheet, which function sheet will read.
const sheetLimit = 16 << 20

// bodyText is a body as text, in the charset that its content type names, otherwise UTF-8; nil for what is no text.
func bodyText(ctx context.Context, contentType string, content []byte) *string {
	_, parameters, _ := mime.ParseMediaType(contentType)
	charset := cmp.Or(parameters["charset"], "utf-8")
	value, err := format.Decode(ctx, mime.FormatMediaType(format.Text, map[string]string{"charset": charset}), content, format.Options{})
	text, isText := value.(string)
	if err != nil || !isText {
		return nil
	}
	return &text
}

// succeeded tells whether a status is what the request hopes for.
func succeeded(request Request, status int) bool {
	if len(request.ExpectedStatus) > 0 {
		return slices.Contains(request.ExpectedStatus, status)
	}
	if request.Encoding == AsRequests && request.FailOnStatus == nil {
		return status < 400 // as raise_for_status has it
	}
	return status >= 200 && status <= 299
}

func statusError(response Response) *task.Error {
	return &task.Error{
		Name:    task.StatusError(response.StatusCode),
		Message: fmt.Sprintf("the answer is %d %s", response.StatusCode, http.StatusText(response.StatusCode)),
		Detail:  response,
	}
}

// isStored tells whether a good answer of a content type is kept as a stored object.
func isStored(request Request, contentType string) bool {
	return request.AsBlob || request.BinaryAsBlob && format.IsBinary(cmp.Or(contentType, request.ContentType))
}

// store keeps the body of an answer and gives its reference: the content type is the one that the answer names, or the request; the file name that of
// the answer's Content-Disposition, or the last part of the address. An empty body is null.
func (s *sender) store(ctx context.Context, request Request, answer *http.Response, content []byte) (any, error) {
	if len(content) == 0 {
		return nil, nil
	}
	if s.config.Blobs == nil {
		return nil, task.Errorf(task.BlobUnavailable, "no store for objects is configured")
	}
	ref := blob.Ref{
		FileName:    cmp.Or(blob.NameIn(answer.Header.Get("Content-Disposition")), blob.FileName(answer.Request.URL.Path)),
		ContentType: strings.ToValidUTF8(cmp.Or(answer.Header.Get("Content-Type"), request.ContentType), ""),
		Size:        len(content),
	}
	var err error
	ref.Key, err = s.config.Blobs.Put(ctx, content)
	return ref, err
}

func tooLarge(limit int) *task.Error {
	return &task.Error{
		Name:    task.HttpTooLarge,
		Message: fmt.Sprintf("the answer is larger than %d bytes", limit),
		Detail:  map[string]any{"limit": limit},
	}
}

func readBody(body io.Reader, gunzip bool, limit int) ([]byte, error) {
	content, err := readLimited(body, limit)
	if err != nil || !gunzip || !bytes.HasPrefix(content, []byte{0x1f, 0x8b}) {
		return content, err
	}
	unzipped, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		return nil, task.Errorf(task.FormatInvalid, "gzip: %v", err)
	}
	content, err = readLimited(unzipped, limit)
	if errors.Is(err, gzip.ErrChecksum) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, task.Errorf(task.FormatInvalid, "gzip: %v", err)
	}
	return content, err
}

// unpack takes off a body what its headers say was put around it. net/http has done so where it has asked for gzip itself, which it does not when the
// request says what it accepts. What cannot be unpacked is given as it came, with an error; requests leaves alone what it does not know.
func unpack(request Request, headers http.Header, content []byte, limit int) ([]byte, error) {
	codings := strings.Join(headers.Values("Content-Encoding"), ",")
	if codings == "" {
		return content, nil
	}
	unpacked, err := format.Unpack(codings, content, limit)
	coding, unknown := errors.AsType[*format.CodingError](err)
	switch {
	case unknown && request.Encoding == AsRequests:
		return content, nil
	case unknown:
		return content, task.Errorf(task.FormatInvalid, "the answer is packed as %s: send the header Accept-Encoding: %s, or none", coding.Coding, format.AcceptedCodings)
	case errors.Is(err, &task.Error{Name: task.PayloadTooLarge}):
		return content, tooLarge(limit)
	case err != nil:
		return content, err
	}
	headers.Del("Content-Encoding")
	headers.Del("Content-Length")
	return unpacked, nil
}

func readLimited(body io.Reader, limit int) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(body, int64(limit)+1))
	if err == nil && len(content) > limit {
		err = tooLarge(limit)
	}
	return content, err
}

// decodeBody reads a body by the answer's content type. The request's own content type decides where the answer names
// none, or one that says nothing about the structure, of which the charset remains; with neither, a body is JSON when it reads as JSON. Where the request's is
// that of the body that was sent, an answer that is called otherwise, and does not read so, is what it is called: many say "ok" to JSON.
func decodeBody(ctx context.Context, request Request, header string, content []byte) (any, error) {
	options := format.Options{CSVSeparator: request.CSVSeparator, Limit: task.ResultLimit}
	if len(content) == 0 {
		return nil, nil
	}
	if expected := expectedType(request); expected != "" && !format.IsStructured(header) && format.IsStructured(expected) {
		value, err := format.Decode(ctx, format.WithCharset(expected, header), content, options)
		if header == "" || isNull(request.Body) || !errors.Is(err, &task.Error{Name: task.FormatInvalid}) {
			return value, err
		}
	}
	if header != "" {
		return format.Decode(ctx, header, content, options)
	}
	value, err := format.Decode(ctx, format.JSON, content, options)
	if errors.Is(err, &task.Error{Name: task.FormatInvalid}) {
		return format.Decode(ctx, octets, content, options)
	}
	return value, err
}

// expectedType is the content type that a request says of its answer: that of its header before its own.
func expectedType(request Request) string {
	headers, _ := headersOf(request.Headers) // the request was sent with them
	return cmp.Or(headers.Get("Content-Type"), request.ContentType)
}

const octets = "application/octet-stream"

// beginning is how many bytes are told of the body of a failed answer that has no room.
const beginning = 8 << 10

// plain is a body as text, base64 when it is none; only its beginning when it has no room.
func plain(ctx context.Context, content []byte) any {
	value, err := format.Decode(ctx, octets, content, format.Options{Limit: task.ResultLimit})
	if err == nil {
		return value
	}
	first := content[:min(len(content), beginning)]
	if utf8.Valid(content) {
		return strings.ToValidUTF8(string(first), "") // without half a letter at the end
	}
	return base64.StdEncoding.EncodeToString(first)
}

func flatten(headers http.Header) map[string]string {
	flat := make(map[string]string, len(headers))
	for name, values := range headers {
		text := strings.Join(values, ", ")
		if !utf8.ValidString(text) {
			text = strings.ToValidUTF8(text, "\uFFFD")
		}
		flat[strings.ToLower(name)] = text
	}
	return flat
}

// connectError names the failure of an exchange. The URL stays out of the message: its query may hold a credential.
func connectError(err error, host string, timeout time.Duration) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	if errors.Is(err, errPrivateRedirect) {
		return task.Errorf(task.HttpRedirect, "%s: %v", host, errPrivateRedirect)
	}
	if errors.Is(err, errTooManyRedirects) || strings.Contains(err.Error(), "unsupported protocol scheme") {
		return task.Errorf(task.HttpRedirect, "%s: %v", host, err)
	}
	return readError(err, host, timeout)
}

func readError(err error, host string, timeout time.Duration) error {
	var known *task.Error
	var network net.Error
	switch {
	case errors.As(err, &known):
		return known
	case strings.Contains(err.Error(), "server response headers exceeded"), strings.Contains(err.Error(), "response header list larger"):
		return &task.Error{ // net/http has no type for it
			Name:    task.HttpTooLarge,
			Message: fmt.Sprintf("the answer's headers are larger than %d bytes", headerLimit),
			Detail:  map[string]any{"limit": headerLimit},
		}
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum):
		return task.Errorf(task.FormatInvalid, "%s: %v", host, err)
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return timeoutError(timeout)
	}
	return task.Errorf(task.HttpConnect, "%s", task.Unreachable(host, err))
}

func timeoutError(timeout time.Duration) *task.Error {
	return &task.Error{
		Name:    task.HttpTimeout,
		Message: fmt.Sprintf("no complete answer within %v", timeout),
		Detail:  map[string]any{"timeoutSeconds": timeout.Seconds()},
	}
}
