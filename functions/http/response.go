package http

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/task"
)

func readResponse(request Request, answer *http.Response, timeout time.Duration) (Response, error) {
	content, err := readBody(answer.Body, request.Gzip)
	if err != nil {
		return Response{}, readError(err, answer.Request.URL.Host, timeout)
	}
	success := succeeded(request, answer.StatusCode)
	body, err := decodeBody(request, answer.Header.Get("Content-Type"), content)
	if err != nil && success {
		return Response{}, err
	}
	if err != nil {
		body = plain(content)
	}
	response := Response{StatusCode: answer.StatusCode, Headers: flatten(answer.Header), Body: body}
	if success || request.FailOnStatus != nil && !*request.FailOnStatus {
		return response, nil
	}
	return Response{}, statusError(response)
}

// succeeded tells whether a status is what the request hopes for.
func succeeded(request Request, status int) bool {
	if len(request.ExpectedStatus) > 0 {
		return slices.Contains(request.ExpectedStatus, status)
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

func readBody(body io.Reader, gunzip bool) ([]byte, error) {
	content, err := readLimited(body)
	if err != nil || !gunzip || !bytes.HasPrefix(content, []byte{0x1f, 0x8b}) {
		return content, err
	}
	unzipped, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		return nil, task.Errorf(task.FormatInvalid, "gzip: %v", err)
	}
	content, err = readLimited(unzipped)
	if errors.Is(err, gzip.ErrChecksum) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, task.Errorf(task.FormatInvalid, "gzip: %v", err)
	}
	return content, err
}

func readLimited(body io.Reader) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(body, bodyLimit+1))
	if err == nil && len(content) > bodyLimit {
		err = &task.Error{
			Name:    task.HttpTooLarge,
			Message: fmt.Sprintf("the answer is larger than %d bytes", bodyLimit),
			Detail:  map[string]any{"limit": bodyLimit},
		}
	}
	return content, err
}

// decodeBody reads a body by the answer's content type. The request's own contentType decides where the answer names
// none, or one that says nothing about the structure; with neither, a body is JSON when it reads as JSON.
func decodeBody(request Request, header string, content []byte) (any, error) {
	options := format.Options{CSVSeparator: request.CSVSeparator}
	if len(content) == 0 {
		return nil, nil
	}
	if request.ContentType != "" && !format.IsStructured(header) && format.IsStructured(request.ContentType) {
		return format.Decode(request.ContentType, content, options)
	}
	if header != "" {
		return format.Decode(header, content, options)
	}
	if value, err := format.DecodeJSON(content); err == nil {
		return value, nil
	}
	return plain(content), nil
}

// plain is a body as text, base64 when it is none.
func plain(content []byte) any {
	value, err := format.Decode("application/octet-stream", content, format.Options{})
	if err != nil {
		panic(fmt.Sprintf("octets always decode: %v", err))
	}
	return value
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
