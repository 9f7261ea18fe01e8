package local

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
)

// The limits of an API Gateway HTTP API (quotas for HTTP APIs: payload size, maximum integration timeout).
const (
	gatewayBodyLimit = 10 << 20
	gatewayTimeout   = 30 * time.Second
	lambdaLimit      = 6 << 20 // bytes of an event (Lambda quotas, synchronous payload)
	requestTooLarge  = "Request Entity Too Large"
)

// What a client may take of a server: time to send a request and to read the answer, and room for the header (quotas for HTTP APIs: total combined
// size of request line and header values).
const (
	headerTime  = 10 * time.Second
	bodyTime    = 30 * time.Second
	answerTime  = headerTime + bodyTime + gatewayTimeout + 30*time.Second
	idleTime    = 2 * time.Minute
	headerBytes = 10240
)

// NewServer serves a handler to clients who may mean harm: none holds a connection longer than a request, its work and its answer explain.
func NewServer(handler http.Handler) *http.Server {
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: headerTime, WriteTimeout: answerTime, IdleTimeout: idleTime, MaxHeaderBytes: headerBytes,
	}
}

// Invoke runs the API function: an HTTP API event (payload format 2.0) in, a response of the same format out.
type Invoke func(ctx context.Context, event []byte) (response []byte, err error)

// Gateway stands for API Gateway's HTTP API in front of the API function. Its methods may be called concurrently.
type Gateway struct {
	// User is who calls where a request does not say: claims, and the token of the request; nil for nobody. It is set before the first request.
	User map[string]any

	routes   Routes
	invoke   Invoke
	rest     Invoke // for requests that no route is for (route $default); nil for none
	now      func() time.Time
	bodyTime time.Duration // in which a client sends the body of a request
}

// NewGateway serves the routes through invoke.
func NewGateway(routes Routes, invoke Invoke, now func() time.Time) *Gateway {
	return &Gateway{routes: routes, invoke: invoke, now: now, bodyTime: bodyTime}
}

// ServeHTTP answers as API Gateway does: 404 for an unknown route, 413 for a body, or an event made of it, that is too large, 408 for one that does not come, 503 when the function does
// not answer within 30 seconds, 500 when it fails.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	route, parameters, ok := g.routes.Match(r.Method, r.URL.EscapedPath())
	invoke := g.invoke
	if !ok && g.rest != nil {
		route, invoke, ok = "$default", g.rest, true
	}
	if !ok {
		writeMessage(w, http.StatusNotFound, "Not Found")
		return
	}
	body, err := g.body(w, r)
	if err != nil {
		writeBodyError(w, err)
		return
	}
	event, err := json.Marshal(g.event(r, route, parameters, body))
	if err != nil {
		writeMessage(w, http.StatusInternalServerError, "Internal Server Error")
		return
	}
	if len(event) > lambdaLimit {
		writeMessage(w, http.StatusRequestEntityTooLarge, requestTooLarge)
		return
	}
	g.answer(w, r, event, invoke)
}

// body reads a request's body. A client that does not send it in time is no longer waited for; the time it takes to answer is not counted.
func (g *Gateway) body(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	control := http.NewResponseController(w)
	deadline := control.SetReadDeadline(time.Now().Add(g.bodyTime))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, gatewayBodyLimit))
	if deadline == nil && err == nil { // a writer without a connection has no deadlines
		err = control.SetReadDeadline(time.Time{})
	}
	return body, err
}

func (g *Gateway) answer(w http.ResponseWriter, r *http.Request, event []byte, invoke Invoke) {
	ctx, cancel := context.WithTimeout(r.Context(), gatewayTimeout)
	defer cancel()
	payload, err := invoke(ctx, event)
	switch {
	case ctx.Err() != nil:
		writeMessage(w, http.StatusServiceUnavailable, "Service Unavailable")
	case err != nil:
		writeMessage(w, http.StatusInternalServerError, "Internal Server Error")
	default:
		writeResponse(w, payload)
	}
}

func writeBodyError(w http.ResponseWriter, err error) {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		w.Header().Set("Connection", "close")
		writeMessage(w, http.StatusRequestTimeout, "Request Timeout")
		return
	}
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		writeMessage(w, http.StatusRequestEntityTooLarge, requestTooLarge)
		return
	}
	writeMessage(w, http.StatusBadRequest, "Bad Request")
}

// event builds the HTTP API event (AWS Lambda proxy integration, payload format version 2.0).
func (g *Gateway) event(r *http.Request, route string, parameters map[string]string, body []byte) events.APIGatewayV2HTTPRequest {
	now := g.now()
	event := events.APIGatewayV2HTTPRequest{
		Version:               "2.0",
		RouteKey:              route,
		RawPath:               r.URL.Path,
		RawQueryString:        r.URL.RawQuery,
		Headers:               eventHeaders(r),
		QueryStringParameters: eventQuery(r.URL.RawQuery),
		PathParameters:        parameters,
		RequestContext: events.APIGatewayV2HTTPRequestContext{
			RouteKey:   route,
			AccountID:  "000000000000",
			APIID:      "local",
			Stage:      "$default",
			RequestID:  newRequestID(),
			DomainName: r.Host,
			Time:       now.UTC().Format("02/Jan/2006:15:04:05 -0700"),
			TimeEpoch:  now.UnixMilli(),
			HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{
				Method: r.Method, Path: r.URL.Path, Protocol: r.Proto, SourceIP: sourceIP(r), UserAgent: r.UserAgent(),
			},
		},
	}
	for _, cookie := range r.Header.Values("Cookie") {
		for part := range strings.SplitSeq(cookie, ";") {
			event.Cookies = append(event.Cookies, strings.TrimSpace(part))
		}
	}
	event.Body, event.IsBase64Encoded = eventBody(r.Header.Get("Content-Type"), body)
	callAs(&event, g.User)
	return event
}

// eventHeaders gives the headers with lower-case names; repeated ones are joined by commas, cookies stand elsewhere.
func eventHeaders(r *http.Request) map[string]string {
	headers := map[string]string{"host": r.Host}
	for name, values := range r.Header {
		if name != "Cookie" {
			headers[strings.ToLower(name)] = strings.Join(values, ",")
		}
	}
	return headers
}

// eventQuery gives the query's decoded values; repeated ones are joined by commas.
func eventQuery(raw string) map[string]string {
	values, _ := url.ParseQuery(raw) // pairs that do not parse are left out, as API Gateway does
	if len(values) == 0 {
		return nil
	}
	query := make(map[string]string, len(values))
	for name, list := range values {
		query[name] = strings.Join(list, ",")
	}
	return query
}

// eventBody passes text as it is and everything else in base64.
func eventBody(contentType string, body []byte) (text string, encoded bool) {
	if len(body) == 0 {
		return "", false
	}
	if isTextType(contentType) && utf8.Valid(body) {
		return string(body), false
	}
	return base64.StdEncoding.EncodeToString(body), true
}

func isTextType(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	switch {
	case err != nil:
		return false
	case strings.HasPrefix(kind, "text/"), strings.HasSuffix(kind, "+json"), strings.HasSuffix(kind, "+xml"):
		return true
	}
	return kind == "application/json" || kind == "application/xml" || kind == "application/javascript"
}

func sourceIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

func newRequestID() string {
	var id [8]byte
	rand.Read(id[:])
	return hex.EncodeToString(id[:])
}

// writeResponse sends what the API function answered.
func writeResponse(w http.ResponseWriter, payload []byte) {
	var response events.APIGatewayV2HTTPResponse
	if err := json.Unmarshal(payload, &response); err != nil || response.StatusCode == 0 {
		writeMessage(w, http.StatusInternalServerError, "Internal Server Error")
		return
	}
	body := []byte(response.Body)
	if response.IsBase64Encoded {
		decoded, err := base64.StdEncoding.DecodeString(response.Body)
		if err != nil {
			writeMessage(w, http.StatusInternalServerError, "Internal Server Error")
			return
		}
		body = decoded
	}
	for name, value := range response.Headers {
		w.Header().Set(name, value)
	}
	for name, values := range response.MultiValueHeaders {
		w.Header()[http.CanonicalHeaderKey(name)] = values
	}
	for _, cookie := range response.Cookies {
		w.Header().Add("Set-Cookie", cookie)
	}
	w.WriteHeader(response.StatusCode)
	w.Write(body)
}

// writeMessage sends an error in API Gateway's own form.
func writeMessage(w http.ResponseWriter, status int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]string{"message": message})
}
