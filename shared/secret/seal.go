package secret

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"github.com/steploom/steploom/shared/task"
)

// CallerKeyVariable is the variable that names the secret with the key by which secrets of callers are sealed.
const CallerKeyVariable = "STEPLOOM_CALLER_KEY"

// sealedPrefix begins a sealed secret, which is a reference that holds its value.
const sealedPrefix = "sealed:1:"

// Seal makes a reference that holds a secret, for one that comes with a request and belongs to it alone. Whoever has the key reads it by Unsealing; to
// everybody else, in a definition's input, a history or a log, it is noise. The key is any text of which nobody knows the half: AES-256-GCM by its
// SHA-256 hash. Equal secrets have different references.
func Seal(key, value string) (reference string) {
	aead := sealing(key)
	nonce := make([]byte, aead.NonceSize())
	rand.Read(nonce) // never fails (crypto/rand)
	return sealedPrefix + base64.RawURLEncoding.EncodeToString(aead.Seal(nonce, nonce, []byte(value), nil))
}

func sealing(key string) cipher.AEAD {
	sum := sha256.Sum256([]byte(key))
	block, err := aes.NewCipher(sum[:])
	if err != nil {
		panic("a key of 32 bytes is one of AES: " + err.Error())
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic("AES has blocks of 16 bytes: " + err.Error())
	}
	return aead
}

// Unsealing reads sealed secrets by the key that a reference names, and leaves other references to the resolver. Without a key it opens none.
func Unsealing(resolver Resolver, keyReference string) Resolver {
	return unsealing{resolver, keyReference}
}

type unsealing struct {
	Resolver
	key string
}

// IsSealed tells whether a reference is a sealed secret.
func IsSealed(reference string) bool { return strings.HasPrefix(reference, sealedPrefix) }

func (u unsealing) Resolve(ctx context.Context, reference string) (string, error) {
	sealed, ok := strings.CutPrefix(reference, sealedPrefix)
	if !ok {
		return u.Resolver.Resolve(ctx, reference)
	}
	if u.key == "" {
		return "", task.Errorf(task.SecretMissing, "a secret of the caller cannot be opened: there is no key")
	}
	key, err := u.Resolver.Resolve(ctx, u.key)
	if err != nil {
		return "", err
	}
	text, err := base64.RawURLEncoding.DecodeString(sealed)
	aead := sealing(key)
	if err != nil || len(text) < aead.NonceSize() {
		return "", task.Errorf(task.SecretMissing, "a secret of the caller is damaged")
	}
	value, err := aead.Open(nil, text[:aead.NonceSize()], text[aead.NonceSize():], nil)
	if err != nil {
		return "", task.Errorf(task.SecretMissing, "a secret of the caller was sealed by another key, or is damaged")
	}
	return string(value), nil
}
