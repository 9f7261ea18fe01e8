package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/steploom/steploom/shared/access"
	"github.com/steploom/steploom/shared/httpevent"
	"github.com/steploom/steploom/shared/task"
)

func (c Config) checker(policy access.Policy) *access.Checker {
	return access.New(policy, access.Config{Environment: c.Environment, Secrets: c.Secrets, Now: c.Now, Endpoints: task.SortEndpoints(c.Endpoints)})
}

// authorize holds the header of a request for an operation against the policy.
func (g gateway) authorize(ctx context.Context, operation string, header map[string]string) (access.Verdict, error) {
	if g.wrong != nil {
		return access.Verdict{Answer: access.Unauthorized}, g.wrong
	}
	return g.checker.Check(ctx, operation, header)
}

// denied answers 401 or 403, and logs why.
func (g gateway) denied(event Event, verdict access.Verdict) Response {
	status := int(verdict.Answer)
	g.Log.Info("request denied", "requestId", event.RequestContext.RequestID, "operation", event.RouteKey, "status", status, "reason", verdict.Reason)
	response := httpevent.Message(status, http.StatusText(status))
	if verdict.Answer == access.Unauthorized {
		response.Headers["www-authenticate"] = g.policy.Challenge()
	}
	return response
}

// callerOf tells callers apart: by what the policy knows them by, the key, and the issuer and subject of a token that API Gateway has checked; where
// anybody may call, all are one.
func callerOf(event Event, known, key string) string {
	claims := event.RequestContext.Authorizer.JWT.Claims
	issuer, _ := claims["iss"].(string)
	subject, ok := claims["sub"].(string)
	if !ok {
		subject, _ = claims["client_id"].(string)
	}
	return strings.Join([]string{known, key, issuer, subject}, "\x00")
}

// Check resolves the secrets that requests are held against, and fails where one could let nobody in: it does not exist, is not of its form or is empty.
func Check(ctx context.Context, config Config) error {
	policy, err := access.Parse(config.Environment.Value(access.Variable))
	if err != nil {
		return err
	}
	if err := config.checker(policy).Ready(ctx); err != nil {
		return err
	}
	if reference := config.Environment.Value(KeySecretVariable); reference != "" {
		_, err = access.Resolve(ctx, config.Secrets, reference, access.Keys)
	}
	return err
}
