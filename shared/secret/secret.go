// Package secret resolves references to secrets. A workflow, a definition and a template hold a reference; only the
// function that needs the value asks a [Resolver] for it.
//
// A reference is a name, optionally followed by "#" and the name of a field of the secret's JSON value:
// "payments-api#token".
package secret

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"sync"
	"time"

	"github.com/steploom/steploom/shared/task"
)

// Resolver gives the value of a referenced secret. It fails with task.SecretMissing or task.SecretUnavailable.
type Resolver interface {
	Resolve(ctx context.Context, reference string) (string, error)
}

// Variable is the environment variable of a secret name: "payments-api" gives "STEPLOOM_SECRET_PAYMENTS_API".
// Locally it holds the value; on AWS the name or ARN of the secret in Secrets Manager.
func Variable(name string) string { return task.VariableName(task.SecretVariable, name) }

// Environment resolves from variables: STEPLOOM_SECRET_<NAME>, else the variable called exactly as the reference.
func Environment(environment task.Environment) Resolver { return variables{environment} }

type variables struct{ environment task.Environment }

func (v variables) Resolve(_ context.Context, reference string) (string, error) {
	name, field := Split(reference)
	if name == "" {
		return "", task.Errorf(task.SecretMissing, "a secret reference is empty")
	}
	value, ok := v.environment.Lookup(Variable(name))
	if !ok {
		value, ok = v.environment.Lookup(name)
	}
	if !ok {
		return "", task.Errorf(task.SecretMissing, "secret %q is not set: set %s", name, Variable(name))
	}
	return Field(name, value, field)
}

// Split takes a reference apart: "name#field" gives "name" and "field".
func Split(reference string) (name, field string) {
	name, field, _ = strings.Cut(reference, "#")
	return name, field
}

// Field is the field of a secret whose value is a JSON object; an empty field is the value itself.
func Field(name, value, field string) (string, error) {
	if field == "" {
		return value, nil
	}
	fields, err := Fields(name, value)
	if err != nil {
		return "", err
	}
	text, ok := fields[field]
	if !ok {
		return "", task.Errorf(task.SecretMissing, "secret %q has no field %q", name, field)
	}
	return text, nil
}

// Fields reads a secret whose value is a JSON object. Values that are not strings keep their JSON text.
func Fields(name, value string) (map[string]string, error) {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal([]byte(value), &raw); err != nil || raw == nil {
		return nil, task.Errorf(task.SecretMissing, "secret %q is not a JSON object", name)
	}
	fields := make(map[string]string, len(raw))
	for key, text := range raw {
		fields[key] = fieldText(text)
	}
	return fields, nil
}

func fieldText(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	return string(bytes.TrimSpace(raw))
}

// Cached keeps what resolver gives for the lifetime; failures are not kept.
func Cached(resolver Resolver, lifetime time.Duration) Resolver {
	return &cache{resolver: resolver, lifetime: lifetime, entries: map[string]entry{}}
}

type cache struct {
	resolver Resolver
	lifetime time.Duration
	mutex    sync.Mutex
	entries  map[string]entry
}

type entry struct {
	value   string
	expires time.Time
}

func (c *cache) Resolve(ctx context.Context, reference string) (string, error) {
	c.mutex.Lock()
	known, ok := c.entries[reference]
	c.mutex.Unlock()
	if ok && time.Now().Before(known.expires) {
		return known.value, nil
	}
	value, err := c.resolver.Resolve(ctx, reference)
	if err != nil {
		return "", err
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.entries[reference] = entry{value, time.Now().Add(c.lifetime)}
	return value, nil
}

// Credentials reads a user and password: a JSON object {"user": …, "password": …} ("username" is accepted too) or the
// text "user:password".
func Credentials(name, value string) (user, password string, err error) {
	if !strings.HasPrefix(strings.TrimSpace(value), "{") {
		user, password, ok := strings.Cut(strings.TrimSpace(value), ":")
		if !ok {
			return "", "", task.Errorf(task.SecretMissing, "secret %q is neither user:password nor a JSON object", name)
		}
		return user, password, nil
	}
	fields, err := Fields(name, value)
	if err != nil {
		return "", "", err
	}
	user, ok := fields["user"]
	if !ok {
		user, ok = fields["username"]
	}
	password, hasPassword := fields["password"]
	if !ok || !hasPassword {
		return "", "", task.Errorf(task.SecretMissing, "secret %q lacks user or password", name)
	}
	return user, password, nil
}
