package access

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"

	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

// secrets are what callers must show.
type secrets struct {
	environment task.Environment
	resolver    secret.Resolver
}

// resolved reads the secret of an authentication in its form.
func (s secrets) resolved(ctx context.Context, name string, read func(reference, value string) ([]string, error)) ([]string, error) {
	reference := s.environment.Value(SecretVariable(name))
	if reference == "" {
		return nil, task.Errorf(task.SecretMissing, "%s is not set, so that nobody could be known by %s", SecretVariable(name), name)
	}
	return Resolve(ctx, s.resolver, reference, read)
}

// Resolve asks for a secret, which may be nobody's to give, and reads it in its form: Users or Keys.
func Resolve(ctx context.Context, resolver secret.Resolver, reference string, read func(reference, value string) ([]string, error)) ([]string, error) {
	if resolver == nil {
		return nil, task.Errorf(task.SecretMissing, "no secrets are configured")
	}
	value, err := resolver.Resolve(ctx, reference)
	if err != nil {
		return nil, err
	}
	return read(reference, value)
}

// ofUser checks basic authentication (RFC 7617).
func (s secrets) ofUser(ctx context.Context, name, header string) (*identity, string, error) {
	scheme, encoded, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "basic") {
		return nil, "", nil
	}
	accepted, err := s.resolved(ctx, name, Users)
	if err != nil {
		return nil, "", err
	}
	given, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
	if !OneOf(string(given), accepted) || err != nil {
		return nil, "no such user and password", nil
	}
	user, _, _ := strings.Cut(string(given), ":")
	return &identity{caller: user}, "", nil
}

// ofKey checks a key.
func (s secrets) ofKey(ctx context.Context, name, key string) (*identity, string, error) {
	if key == "" {
		return nil, "", nil
	}
	accepted, err := s.resolved(ctx, name, Keys)
	if err != nil {
		return nil, "", err
	}
	if !OneOf(key, accepted) {
		return nil, "no such key", nil
	}
	sum := sha256.Sum256([]byte(key))
	return &identity{caller: hex.EncodeToString(sum[:])}, "", nil
}

// OneOf tells whether a text is one of those accepted, in constant time: each is compared, by hash, so that neither number nor length shows.
func OneOf(given string, accepted []string) bool {
	sum := sha256.Sum256([]byte(given))
	found := 0
	for _, one := range accepted {
		other := sha256.Sum256([]byte(one))
		found |= subtle.ConstantTimeCompare(sum[:], other[:])
	}
	return found == 1
}

// Users gives the accepted "user:password" texts of a secret: {"user": …, "password": …}, "user:password", or a JSON array of such objects.
func Users(reference, value string) ([]string, error) {
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

// Keys gives the accepted keys of a secret: one key, or a JSON array of keys; a key is never empty.
func Keys(reference, value string) ([]string, error) {
	keys := []string{strings.TrimSpace(value)}
	if strings.HasPrefix(keys[0], "[") {
		keys = nil
		if err := json.Unmarshal([]byte(value), &keys); err != nil {
			return nil, task.Errorf(task.SecretMissing, "secret %q is not a JSON array of texts", reference)
		}
	}
	if len(keys) == 0 {
		return nil, task.Errorf(task.SecretMissing, "secret %q holds no key, so that no request could have one", reference)
	}
	for _, key := range keys {
		if key == "" {
			return nil, task.Errorf(task.SecretMissing, "secret %q holds an empty key", reference)
		}
	}
	return keys, nil
}
