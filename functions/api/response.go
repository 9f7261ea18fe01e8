package api

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"unicode/utf8"

	"github.com/tidwall/gjson"

	"github.com/steploom/steploom/shared/blob"
	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/httpevent"
	"github.com/steploom/steploom/shared/task"
)

// response makes the answer of an output {"statusCode", "headers", "csvSeparator", "csvColumns", "body"}; an output that is not one is an error.
func (g gateway) response(ctx context.Context, raw json.RawMessage) (Response, error) {
	if !gjson.ValidBytes(raw) {
		return Response{}, task.Errorf(task.Internal, "the output of the execution is not JSON")
	}
	out := gjson.GetManyBytes(raw, "statusCode", "headers", "body", "csvSeparator", "csvColumns")
	status, body := int(out[0].Int()), out[2]
	if out[0].Type != gjson.Number || status < 200 || status > 599 {
		return Response{}, task.Errorf(task.Internal, "the output of the execution has the status %q", out[0].Raw)
	}
	headers, cookies, err := headersOf(out[1])
	if err != nil {
		return Response{}, err
	}
	response := Response{StatusCode: status, Headers: headers, Cookies: cookies}
	if bodyless(status) || body.Type == gjson.Null {
		return response, nil
	}
	content, isText, err := g.encode(ctx, headers, json.RawMessage(body.Raw), csvOptions(out[3], out[4]))
	if err != nil {
		return Response{}, err
	}
	response.Body, response.IsBase64Encoded = string(content), false
	if !isText || !utf8.Valid(content) {
		response.Body, response.IsBase64Encoded = base64.StdEncoding.EncodeToString(content), true
	}
	return response, nil
}

// csvOptions are what an output says of a body in CSV.
func csvOptions(separator, columns gjson.Result) format.Options {
	options := format.Options{CSVSeparator: separator.String()}
	for _, column := range columns.Array() {
		options.CSVColumns = append(options.CSVColumns, column.String())
	}
	return options
}

// bodyless reports whether a status never has a body (RFC 9110 §6.4.1, §15.3.6).
func bodyless(status int) bool {
	return status == http.StatusNoContent || status == http.StatusResetContent || status == http.StatusNotModified
}

// encode writes the body by the content-type header, which it sets when there is none. A stored object is no text, whatever is in it.
func (g gateway) encode(ctx context.Context, headers map[string]string, raw json.RawMessage, options format.Options) (content []byte, isText bool, err error) {
	ref, stored, err := blob.ParseFile(raw)
	if err != nil {
		return nil, false, err
	}
	if stored && g.Blobs != nil {
		content, err = g.download(ctx, headers, ref)
		return content, false, err
	}
	if headers[httpevent.ContentType] == "" {
		headers[httpevent.ContentType] = format.JSON
		return raw, true, nil
	}
	value, err := format.DecodeJSON(raw)
	if err != nil {
		return nil, false, task.Errorf(task.Internal, "body: %v", err)
	}
	content, err = format.Encode(headers[httpevent.ContentType], value, options)
	return content, true, err
}

func or(text, other string) string {
	if text == "" {
		return other
	}
	return text
}
