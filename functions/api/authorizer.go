package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/steploom/steploom/shared/access"
	"github.com/steploom/steploom/shared/task"
)

// AuthorizerEvent is what is read of a question of a REST API's Lambda authorizer (API Gateway developer guide, "Input to an API Gateway Lambda
// authorizer", type REQUEST): may this request go on?
type AuthorizerEvent struct {
	Type      string              `json:"type"`
	MethodARN string              `json:"methodArn"`
	Resource  string              `json:"resource"` // "/news/{id}"
	Method    string              `json:"httpMethod"`
	Headers   map[string][]string `json:"multiValueHeaders"`
	Context   struct {
		RequestID string `json:"requestId"`
	} `json:"requestContext"`
}

// Policy is the answer (API Gateway developer guide, "Output from an API Gateway Lambda authorizer").
type Policy struct {
	Principal string         `json:"principalId"`
	Document  PolicyDocument `json:"policyDocument"`
}

// PolicyDocument is a policy of IAM.
type PolicyDocument struct {
	Version   string
	Statement []PolicyStatement
}

// PolicyStatement allows or denies one call.
type PolicyStatement struct{ Action, Effect, Resource string }

const (
	authorizerType = "REQUEST"
	mayInvoke      = "execute-api:Invoke"
)

// notKnown makes API Gateway answer 401: it looks for this message.
func notKnown() error {
	return &task.Error{Name: http.StatusText(http.StatusUnauthorized), Message: http.StatusText(http.StatusUnauthorized)}
}

// asked answers a REST API: a policy that lets the request go on or forbids it, or the failure that API Gateway makes 401 of. Any other failure is
// a 500 there.
func (g gateway) asked(ctx context.Context, event AuthorizerEvent) (any, error) {
	operation := event.Method + " " + event.Resource
	about := Event{RouteKey: operation, RequestContext: RequestContext{RequestID: event.Context.RequestID}}
	verdict, err := g.authorize(ctx, operation, headerOfAll(event.Headers))
	if err != nil {
		g.failed(ctx, about, "authorization", err)
		return nil, task.Errorf(task.Internal, "it cannot be told who calls")
	}
	effect := "Allow"
	switch verdict.Answer {
	case access.Unauthorized:
		g.denied(about, verdict)
		return nil, notKnown()
	case access.Forbidden:
		g.denied(about, verdict)
		effect = "Deny"
	}
	principal := digest(callerDigits, "principal", verdict.Caller)
	statement := PolicyStatement{Action: mayInvoke, Effect: effect, Resource: event.MethodARN}
	return Policy{principal, PolicyDocument{"2012-10-17", []PolicyStatement{statement}}}, nil
}

// headerOfAll joins what was sent several times by commas, as an HTTP API does.
func headerOfAll(all map[string][]string) map[string]string {
	header := make(map[string]string, len(all))
	for name, values := range all {
		name = strings.ToLower(name)
		if before, twice := header[name]; twice {
			values = append([]string{before}, values...)
		}
		header[name] = strings.Join(values, ",")
	}
	return header
}
