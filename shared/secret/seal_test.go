package secret_test

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

func TestSeal(t *testing.T) {
	plain := secret.Environment(task.Variables(map[string]string{"STEPLOOM_SECRET_KEY": "k1", "STEPLOOM_SECRET_OTHER": "k2", "STEPLOOM_SECRET_API": "api token"}))
	opening := secret.Unsealing(plain, "key")
	for _, value := range []string{"", "t", "sealed:2:x", strings.Repeat("token ", 1000)} {
		first, second := secret.Seal("k1", value), secret.Seal("k1", value)
		if first == second || len(value) > 3 && strings.Contains(first, value) {
			t.Errorf("%q was sealed as %q and %q", value, first, second)
		}
		if got, err := opening.Resolve(t.Context(), first); err != nil || got != value {
			t.Errorf("%q, %v; want %q", got, err, value)
		}
		changed := first[:len(first)-2] + strings.Map(func(r rune) rune { return r ^ 1 }, first[len(first)-2:])
		for what, resolve := range map[string]func() (string, error){
			"another key": func() (string, error) { return secret.Unsealing(plain, "other").Resolve(t.Context(), first) },
			"no key":      func() (string, error) { return secret.Unsealing(plain, "").Resolve(t.Context(), first) },
			"damaged":     func() (string, error) { return opening.Resolve(t.Context(), changed) },
			"cut":         func() (string, error) { return opening.Resolve(t.Context(), first[:12]) },
		} {
			if got, err := resolve(); err == nil || task.AsError(err).Name != task.SecretMissing || got != "" {
				t.Errorf("%s: %q, %v", what, got, err)
			}
		}
	}
	if got, err := opening.Resolve(t.Context(), "api"); err != nil || got != "api token" {
		t.Errorf("%q, %v", got, err)
	}
}
