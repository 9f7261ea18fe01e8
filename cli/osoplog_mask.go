package cli

import (
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// mask hides secrets in the values of a log: what stands under a name that means a secret, and the same text wherever else it comes up.
type mask struct{ run *secret.Mask }

// learn remembers the secrets in a value.
func (m *mask) learn(value any) {
	switch value := value.(type) {
	case *jsonata.Object:
		for name, inner := range value.All() {
			if text, ok := inner.(string); ok && secret.IsName(name) {
				m.run.Add(text)
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

// value gives a copy without secrets.
func (m *mask) value(value any) any {
	switch value := value.(type) {
	case *jsonata.Object:
		clean := jsonata.NewObject()
		for name, inner := range value.All() {
			if _, isText := inner.(string); isText && secret.IsName(name) {
				clean.Set(name, secret.Masked)
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

func (m *mask) text(text string) string { return m.run.Text(text) }
