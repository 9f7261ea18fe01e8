package api

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

// authorize checks basic authentication (RFC 7617) when BasicSecretVariable names a secret. The secret holds
// {"user": …, "password": …}, "user:password", or a JSON array of such objects.
func (g gateway) authorize(ctx context.Context, event Event) (denied bool, err error) {
	reference := g.Environment.Value(BasicSecretVariable)
	if reference == "" {
		return false, nil
	}
	if g.Secrets == nil {
		return true, task.Errorf(task.SecretMissing, "no secrets are configured")
	}
	value, err := g.Secrets.Resolve(ctx, reference)
	if err != nil {
		return true, err
	}
	accepted, err := credentials(reference, value)
	if err != nil {
		return true, err
	}
	return !matches(headerOf(event)["authorization"], accepted), nil
}

// credentials gives the accepted "user:password" texts.
func credentials(reference, value string) ([]string, error) {
	values := []string{value}
	if strings.HasPrefix(strings.TrimSpace(value), "[") {
		var entries []json.RawMessage
		if err := json.Unmarshal([]byte(value), &entries); err != nil {
			return nil, task.Errorf(task.SecretMissing, "secret %q is not a JSON array", reference)
		}
		values = values[:0]
		for _, entry := range entries {
			values = append(values, string(entry))
		}
	}
	accepted := make([]string, len(values))
	for i, value := range values {
		user, password, err := secret.Credentials(reference, value)
		if err != nil {
			return nil, err
		}
		accepted[i] = user + ":" + password
	}
	return accepted, nil
}

// matches compares in constant time: every accepted pair is compared, by hash so that lengths do not show.
func matches(header string, accepted []string) bool {
	scheme, encoded, _ := strings.Cut(header, " ")
	given, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
	isBasic := err == nil && strings.EqualFold(scheme, "basic")
	givenSum := sha256.Sum256(given)
	found := 0
	for _, pair := range accepted {
		sum := sha256.Sum256([]byte(pair))
		found |= subtle.ConstantTimeCompare(givenSum[:], sum[:])
	}
	return isBasic && found == 1
}

func unauthorized() Response {
	response := message(http.StatusUnauthorized, http.StatusText(http.StatusUnauthorized))
	response.Headers["www-authenticate"] = `Basic realm="api", charset="UTF-8"`
	return response
}
