// Package aws calls the few AWS operations that functions need, of services with a JSON protocol, of those that speak REST and JSON, and putting and
// getting an S3 object. Requests are signed by the SDK's own signer and sent with net/http; the SDK's service clients
// and its configuration are left out because they nearly double the start time of a function.
//
// Region and credentials are those that Lambda puts into the environment of a function: AWS_REGION,
// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN. AWS_ENDPOINT_URL sends every request elsewhere, AWS_ENDPOINT_URL_SECRETS_MANAGER
// and AWS_ENDPOINT_URL_S3 those to one service.
package aws

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/steploom/steploom/shared/pause"
	"github.com/steploom/steploom/shared/task"
)

// Client sends signed requests. Its methods may be called concurrently.
type Client struct {
	environment task.Environment
	http        *http.Client
	signer      *v4.Signer
}

// New makes a client. A missing region or missing credentials are errors of the calls.
func New(environment task.Environment) *Client {
	return &Client{environment: environment, http: &http.Client{}, signer: v4.NewSigner()}
}

// Operation is an operation of a service with a JSON protocol (Smithy, AWS JSON 1.0 and 1.1).
type Operation struct {
	Service    string // name in the signature, and first part of the host name: "secretsmanager"
	ID         string // identifier in variables: task.ServiceSecretsManager
	Host       string // first part of the host name where it is not the service's
	Target     string // X-Amz-Target
	Version    string // "1.0" or "1.1"
	Idempotent bool   // may be sent again after a failure whose outcome is unknown
}

// Error is an error that a service answers with.
type Error struct {
	Status  int
	Code    string // "ResourceNotFoundException"
	Message string
}

// Error gives "Code: message".
func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Throttled reports whether the service did nothing because it is asked too often.
func (e *Error) Throttled() bool {
	return e.Status == http.StatusTooManyRequests || strings.Contains(e.Code, "Throttl") || slices.Contains([]string{
		"SlowDown", "TooManyRequestsException", "ProvisionedThroughputExceededException", "RequestLimitExceeded",
	}, e.Code)
}

// Call sends an operation's input and reads its output, both as JSON.
func (c *Client) Call(ctx context.Context, o Operation, input, output any) error {
	body, err := json.Marshal(input)
	if err != nil {
		return err
	}
	header := http.Header{"Content-Type": {"application/x-amz-json-" + o.Version}, "X-Amz-Target": {o.Target}}
	answer, err := c.send(ctx, message{
		service: o.Service, url: c.endpoint(o.ID, cmp.Or(o.Host, o.Service)) + "/", method: http.MethodPost, header: header, body: body, idempotent: o.Idempotent,
	})
	if err != nil {
		return err
	}
	return json.Unmarshal(answer, output)
}

// Resource is an operation of a service that speaks REST and JSON (Smithy, AWS restJson1), such as Lambda's.
type Resource struct {
	Service    string // name in the signature and first part of the host name: "lambda"
	ID         string // identifier in variables: task.ServiceLambda
	Method     string
	Path       []string // the parts of the path, as they are; they are escaped
	Query      url.Values
	Idempotent bool // may be sent again after a failure whose outcome is unknown
}

// CallResource sends an operation's input, nil for none, and reads its output where output is not nil, both as JSON.
func (c *Client) CallResource(ctx context.Context, r Resource, input, output any) error {
	var body []byte
	header := http.Header{}
	if input != nil {
		var err error
		if body, err = json.Marshal(input); err != nil {
			return err
		}
		header.Set("Content-Type", "application/json")
	}
	answer, err := c.send(ctx, message{
		service: r.Service, url: c.endpoint(r.ID, r.Service) + r.target(), method: r.Method, header: header, body: body, idempotent: r.Idempotent,
	})
	if err != nil || output == nil {
		return err
	}
	return json.Unmarshal(answer, output)
}

// target is path and query of the URL.
func (r Resource) target() string {
	var target strings.Builder
	for _, part := range r.Path {
		target.WriteString("/" + escaped(part))
	}
	if len(r.Query) > 0 {
		target.WriteString("?" + strings.ReplaceAll(r.Query.Encode(), "+", "%20"))
	}
	return target.String()
}

// escaped is a text as a part of a path, every byte but the unreserved ones (RFC 3986, section 2.3) escaped.
func escaped(text string) string {
	return strings.ReplaceAll(url.QueryEscape(text), "+", "%20")
}

// message is a request before it is signed.
type message struct {
	service, method, url string
	header               http.Header
	body                 []byte
	idempotent           bool
}

const (
	attempts    = 3
	firstPause  = 100 * time.Millisecond
	answerLimit = 64<<20 + 1<<20
)

// send signs and sends a message, again where that is safe, and gives the answer's body.
func (c *Client) send(ctx context.Context, m message) ([]byte, error) {
	wait := firstPause
	for attempt := 1; ; attempt++ {
		body, err := c.attempt(ctx, m)
		if err == nil || attempt == attempts || ctx.Err() != nil || !again(err, m.idempotent) {
			return body, err
		}
		if err := pause.About(ctx, wait); err != nil {
			return nil, err
		}
		wait *= 2
	}
}

// again reports whether a failed message may be sent once more.
func again(err error, idempotent bool) bool {
	var refused *Error
	if errors.As(err, &refused) {
		return refused.Throttled() || idempotent && refused.Status >= http.StatusInternalServerError
	}
	var dial *net.OpError
	neverSent := errors.As(err, &dial) && dial.Op == "dial"
	return idempotent || neverSent
}

func (c *Client) attempt(ctx context.Context, m message) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, m.method, m.url, bytes.NewReader(m.body))
	if err != nil {
		return nil, err
	}
	request.Header = m.header.Clone()
	sum := sha256.Sum256(m.body)
	hash := hex.EncodeToString(sum[:])
	request.Header.Set("X-Amz-Content-Sha256", hash)
	credentials, region, err := c.identity()
	if err != nil {
		return nil, err
	}
	if err := c.signer.SignHTTP(ctx, credentials, request, hash, m.service, region, time.Now()); err != nil {
		return nil, err
	}
	answer, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, answerLimit))
	if err != nil {
		return nil, err
	}
	if answer.StatusCode < 200 || answer.StatusCode > 299 {
		return nil, errorOf(answer, body)
	}
	return body, nil
}

func (c *Client) identity() (aws.Credentials, string, error) {
	credentials := aws.Credentials{
		AccessKeyID:     c.environment.Value("AWS_ACCESS_KEY_ID"),
		SecretAccessKey: c.environment.Value("AWS_SECRET_ACCESS_KEY"),
		SessionToken:    c.environment.Value("AWS_SESSION_TOKEN"),
	}
	region := c.environment.Value("AWS_REGION")
	if region == "" || credentials.AccessKeyID == "" || credentials.SecretAccessKey == "" {
		return aws.Credentials{}, "", errors.New("AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not all set")
	}
	return credentials, region, nil
}

// endpoint is the base URL of a service: the one of the environment, or https://<host>.<region>.<partition's domain>.
func (c *Client) endpoint(id, host string) string {
	if endpoint := c.environment.AWSEndpoint(id); endpoint != "" {
		return endpoint
	}
	region := c.environment.Value("AWS_REGION")
	domain := "amazonaws.com"
	if strings.HasPrefix(region, "cn-") {
		domain = "amazonaws.com.cn"
	}
	return fmt.Sprintf("https://%s.%s.%s", host, region, domain)
}

// errorOf reads the error of a JSON protocol: its code is in the body's __type or in a header, after any namespace.
func errorOf(answer *http.Response, body []byte) *Error {
	var text struct {
		Type    string `json:"__type"`
		Code    string `json:"code"`
		Message string `json:"message"`
		Capital string `json:"Message"`
	}
	_ = json.Unmarshal(body, &text) // a body that is not JSON leaves the status
	codes := []string{answer.Header.Get("X-Amzn-Errortype"), text.Type, text.Code, http.StatusText(answer.StatusCode)}
	code := codes[slices.IndexFunc(codes, func(code string) bool { return code != "" })]
	code, _, _ = strings.Cut(code, ":")
	if i := strings.LastIndexByte(code, '#'); i >= 0 {
		code = code[i+1:]
	}
	reason := text.Message
	if reason == "" {
		reason = text.Capital
	}
	return &Error{Status: answer.StatusCode, Code: code, Message: reason}
}
