package api

import (
	"context"
	"strings"

	"github.com/steploom/steploom/shared/access"
	"github.com/steploom/steploom/shared/secret"
)

// userOf is what an execution is told of its caller: the claims of the token that was checked, with userid and workspace_id under these names, and the
// token itself, sealed. It is nil where the workflow does not ask who calls. Then nothing else of the input holds the caller's credentials.
func (g gateway) userOf(ctx context.Context, event Event, name string) (map[string]any, error) {
	key := g.Environment.Value(secret.CallerKeyVariable)
	if key == "" {
		return nil, nil
	}
	value, err := access.Resolve(ctx, g.Secrets, key, func(_, value string) ([]string, error) { return []string{value}, nil })
	if err != nil {
		return nil, err
	}
	user := UserOf(event.RequestContext.Authorizer.JWT.Claims, name)
	if token := bearer(event.Header()["authorization"]); token != "" {
		user[userToken] = secret.Seal(value[0], token)
	}
	return user, nil
}

const userToken = "token"

// UserOf names what is known of a caller: every claim, and userid and workspace_id in the usual spellings of tokens.
func UserOf(claims map[string]any, name string) map[string]any {
	user := map[string]any{}
	for claim, value := range claims {
		if claim != userToken {
			user[claim] = value
		}
	}
	if user["userid"] == nil {
		user["userid"] = firstClaim(claims, name, "user_id", "userId", "sub", "client_id")
	}
	if user["workspace_id"] == nil {
		user["workspace_id"] = firstClaim(claims, "", "workspaceId", "custom:workspace_id", "workspace")
	}
	return user
}

// firstClaim gives the first of the claims that is there, otherwise a name; nil when there is neither.
func firstClaim(claims map[string]any, name string, spellings ...string) any {
	for _, spelling := range spellings {
		if value, ok := claims[spelling]; ok {
			return value
		}
	}
	if name != "" {
		return name
	}
	return nil
}

// bearer is the token of an Authorization header (RFC 6750, section 2.1), "" for any other.
func bearer(header string) string {
	scheme, token, _ := strings.Cut(strings.TrimSpace(header), " ")
	if !strings.EqualFold(scheme, "bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// withoutCredentials are headers without those that show who calls.
func withoutCredentials(header map[string]string) map[string]string {
	kept := map[string]string{}
	for name, value := range header {
		if !secret.IsName(name) {
			kept[name] = value
		}
	}
	return kept
}
