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

// authorize checks basic authentication (RFC 7617) when BasicSecretVariable names a secret, and gives the user. The secret holds
// {"user": …, "password": …}, "user:password", or a JSON array of such objects.
func (g gateway) authorize(ctx context.Context, event Event) (user string, denied bool, err error) {
	reference := g.Environment.Value(BasicSecretVariable)
	if reference == "" {
		return "", false, nil
	}
	accepted, err := resolved(ctx, g.Config, reference, credentials)
	if err != nil {
		return "", true, err
	}
	user, known := matches(headerOf(event)["authorization"], accepted)
	return user, !known, nil
}

// callerOf tells callers apart: by user, key and the issuer and subject of a token that API Gateway has checked; where anybody may call, all are one.
func callerOf(event Event, user, key string) string {
	claims := event.RequestContext.Authorizer.JWT.Claims
	issuer, _ := claims["iss"].(string)
	subject, ok := claims["sub"].(string)
	if !ok {
		subject, _ = claims["client_id"].(string)
	}
	return strings.Join([]string{user, key, issuer, subject}, "\x00")
}

// Check resolves the secrets that requests are held against, and fails where one could let nobody in: it does not exist, is not of its form or is empty.
func Check(ctx context.Context, config Config) error {
	if reference := config.Environment.Value(BasicSecretVariable); reference != "" {
		if _, err := resolved(ctx, config, reference, credentials); err != nil {
			return err
		}
	}
	if reference := config.Environment.Value(KeySecretVariable); reference != "" {
		if _, err := resolved(ctx, config, reference, keysOf); err != nil {
			return err
		}
	}
	return nil
}

// resolved reads a secret in its form.
func resolved(ctx context.Context, config Config, reference string, read func(reference, value string) ([]string, error)) ([]string, error) {
	if config.Secrets == nil {
		return nil, task.Errorf(task.SecretMissing, "no secrets are configured")
	}
	value, err := config.Secrets.Resolve(ctx, reference)
	if err != nil {
		return nil, err
	}
	return read(reference, value)
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
	if len(values) == 0 {
		return nil, task.Errorf(task.SecretMissing, "secret %q holds no user, so that nobody could be one", reference)
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

// matches compares in constant time: every accepted pair is compared, by hash so that lengths do not show. It gives the user.
func matches(header string, accepted []string) (user string, known bool) {
	scheme, encoded, _ := strings.Cut(header, " ")
	given, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
	isBasic := err == nil && strings.EqualFold(scheme, "basic")
	givenSum := sha256.Sum256(given)
	found := 0
	for _, pair := range accepted {
		sum := sha256.Sum256([]byte(pair))
		found |= subtle.ConstantTimeCompare(givenSum[:], sum[:])
	}
	user, _, _ = strings.Cut(string(given), ":")
	return user, isBasic && found == 1
}

func unauthorized() Response {
	response := message(http.StatusUnauthorized, http.StatusText(http.StatusUnauthorized))
	response.Headers["www-authenticate"] = `Basic realm="api", charset="UTF-8"`
	return response
}
