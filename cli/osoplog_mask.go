package cli

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// masked stands where a secret stood.
const masked = "***"

// mask hides secrets in the values of a log: what stands under a name that means a secret, and the same text wherever else it comes up.
type mask struct{ known []string }

// isSecretName tells whether a field of this name holds a secret. The name of a secret (secret, secret_ref) is none.
func isSecretName(name string) bool {
	name = strings.ToLower(name)
	switch name {
	case "authorization", "cookie", "set-cookie", "x-api-key", "jwt":
		return true
	}
	return slices.ContainsFunc([]string{"token", "password", "passwd", "client_secret", "api_key", "apikey", "private_key", "credential"}, func(part string) bool {
		return strings.Contains(name, part) && !strings.HasSuffix(name, "_ref") && name != "token_type" && name != "tokenurl" && name != "token_url"
	})
}

// learn remembers the secrets in a value.
func (m *mask) learn(value any) {
	switch value := value.(type) {
	case *jsonata.Object:
		for name, inner := range value.All() {
			if text, ok := inner.(string); ok && isSecretName(name) {
				m.add(text)
				continue
			}
			m.learn(inner)
		}
	case []any:
		for _, inner := range value {
			m.learn(inner)
		}
	}
}

func (m *mask) add(secret string) {
	for _, prefix := range []string{"Bearer ", "Basic "} {
		secret = strings.TrimPrefix(secret, prefix)
	}
	if len(secret) >= 4 && !slices.Contains(m.known, secret) {
		m.known = append(m.known, secret)
	}
}

// value gives a copy without secrets.
func (m *mask) value(value any) any {
	switch value := value.(type) {
	case *jsonata.Object:
		clean := jsonata.NewObject()
		for name, inner := range value.All() {
			if _, isText := inner.(string); isText && isSecretName(name) {
				clean.Set(name, masked)
				continue
			}
			clean.Set(name, m.value(inner))
		}
		return clean
	case []any:
		clean := make([]any, len(value))
		for i, inner := range value {
			clean[i] = m.value(inner)
		}
		return clean
	case string:
		return m.text(value)
	default:
		return value
	}
}

func (m *mask) text(text string) string {
	for _, secret := range m.known {
		text = strings.ReplaceAll(text, secret, masked)
	}
	return text
}
