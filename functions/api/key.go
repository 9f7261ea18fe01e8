package api

import (
	"context"

	"github.com/steploom/steploom/shared/access"
)

// KeySecretVariable names the secret with the keys of which every request must carry one, in the header X-Api-Key.
const KeySecretVariable = "STEPLOOM_API_KEY_SECRET"

// knownKey checks the key when KeySecretVariable names a secret, and gives it. The secret holds one key, or a JSON array of keys.
func (g gateway) knownKey(ctx context.Context, event Event) (key string, known bool, err error) {
	reference := g.Environment.Value(KeySecretVariable)
	if reference == "" {
		return "", true, nil
	}
	keys, err := access.Resolve(ctx, g.Secrets, reference, access.Keys)
	if err != nil {
		return "", false, err
	}
	key = event.Header()["x-api-key"]
	return key, access.OneOf(key, keys), nil
}
