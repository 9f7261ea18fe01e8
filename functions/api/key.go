package api

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"strings"

	"github.com/steploom/steploom/shared/task"
)

// KeySecretVariable names the secret with the keys of which every request must carry one, in the header X-Api-Key.
const KeySecretVariable = "STEPLOOM_API_KEY_SECRET"

// knownKey checks the key when KeySecretVariable names a secret, and gives it. The secret holds one key, or a JSON array of keys.
func (g gateway) knownKey(ctx context.Context, event Event) (key string, known bool, err error) {
	reference := g.Environment.Value(KeySecretVariable)
	if reference == "" {
		return "", true, nil
	}
	keys, err := resolved(ctx, g.Config, reference, keysOf)
	if err != nil {
		return "", false, err
	}
	key = headerOf(event)["x-api-key"]
	given := sha256.Sum256([]byte(key))
	found := 0
	for _, one := range keys { // each is compared, by hash, so that neither number nor length shows
		sum := sha256.Sum256([]byte(one))
		found |= subtle.ConstantTimeCompare(given[:], sum[:])
	}
	return key, found == 1, nil
}

// keysOf reads the secret; a key is never empty.
func keysOf(reference, value string) ([]string, error) {
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
