package httpevent

import (
	"fmt"
	"net/http"

	"github.com/steploom/steploom/shared/format"
)

// Response is the answer to an event.
type Response struct {
	StatusCode      int               `json:"statusCode"`
	Headers         map[string]string `json:"headers,omitempty"`
	Cookies         []string          `json:"cookies,omitempty"` // each is a Set-Cookie header
	Body            string            `json:"body"`
	IsBase64Encoded bool              `json:"isBase64Encoded"`
}

// ContentType is the name of the header that says what a body is, as it stands in Headers.
const ContentType = "content-type"

// errorBody is the body of every answer a function makes itself of a failure.
type errorBody struct {
	Message   string `json:"message"`
	RequestID string `json:"requestId,omitempty"`
}

// Message answers {"message": text}.
func Message(status int, text string) Response {
	return errorResponse(status, errorBody{Message: text})
}

// WithRequestID answers with the words of the status and the id of the request, by which its log is found.
func WithRequestID(status int, event Event) Response {
	return errorResponse(status, errorBody{Message: http.StatusText(status), RequestID: event.RequestContext.RequestID})
}

func errorResponse(status int, body errorBody) Response {
	text, err := format.EncodeJSON(body)
	if err != nil {
		panic(fmt.Sprintf("two strings always encode: %v", err))
	}
	return Response{StatusCode: status, Headers: map[string]string{ContentType: format.JSON}, Body: string(text)}
}
