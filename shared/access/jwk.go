package access

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"slices"
	"strings"
)

// publicKey is a key that tokens may be signed with.
type publicKey struct {
	id, algorithm string // "" where the key does not say
	key           crypto.PublicKey
}

// jwk is a JSON Web Key (RFC 7517, section 4; RFC 7518, section 6; RFC 8037, section 2).
type jwk struct {
	Type       string   `json:"kty"`
	ID         string   `json:"kid"`
	Use        string   `json:"use"`
	Operations []string `json:"key_ops"`
	Algorithm  string   `json:"alg"`
	Curve      string   `json:"crv"`
	N          string   `json:"n"`
	E          string   `json:"e"`
	X          string   `json:"x"`
	Y          string   `json:"y"`
}

// readKeys reads a JSON Web Key Set. Keys of no use here, such as those to encrypt with, are left out (RFC 7517, section 5).
func readKeys(body []byte) ([]publicKey, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(body, &set); err != nil {
		return nil, errors.New("it is not a JSON Web Key Set")
	}
	var found []publicKey
	for _, raw := range set.Keys[:min(len(set.Keys), keysLimit)] {
		var one jwk
		if json.Unmarshal(raw, &one) != nil || !one.checks() {
			continue
		}
		if key := one.public(); key != nil {
			found = append(found, publicKey{id: one.ID, algorithm: one.Algorithm, key: key})
		}
	}
	if len(found) == 0 {
		return nil, errors.New("it holds no key that a token can be checked with")
	}
	return found, nil
}

// checks tells whether a key is there to check signatures with.
func (k jwk) checks() bool {
	return (k.Use == "" || k.Use == "sig") && (len(k.Operations) == 0 || slices.Contains(k.Operations, "verify"))
}

// public is the key itself, nil for one that is no public key of a kind known here.
func (k jwk) public() crypto.PublicKey {
	switch k.Type {
	case "RSA":
		return k.rsa()
	case "EC":
		return k.ec()
	case "OKP":
		if x := bytesOf(k.X); k.Curve == "Ed25519" && len(x) == ed25519.PublicKeySize {
			return ed25519.PublicKey(x)
		}
	}
	return nil
}

// The sizes of keys that are taken: RFC 7518, section 3.3, asks for 2048 bits; larger ones than 8192 only cost time.
const (
	smallestRSA = 2048
	largestRSA  = 8192
)

func (k jwk) rsa() crypto.PublicKey {
	n, e := new(big.Int).SetBytes(bytesOf(k.N)), new(big.Int).SetBytes(bytesOf(k.E))
	if n.BitLen() < smallestRSA || n.BitLen() > largestRSA || e.BitLen() > 31 || e.Int64() < 3 || e.Bit(0) == 0 {
		return nil
	}
	return &rsa.PublicKey{N: n, E: int(e.Int64())}
}

func (k jwk) ec() crypto.PublicKey {
	curve, known := curves()[k.Curve]
	if !known {
		return nil
	}
	size := (curve.Params().BitSize + 7) / 8
	x, y := bytesOf(k.X), bytesOf(k.Y)
	if len(x) != size || len(y) != size {
		return nil
	}
	key, err := ecdsa.ParseUncompressedPublicKey(curve, slices.Concat([]byte{4}, x, y)) // also checks that it lies on the curve
	if err != nil {
		return nil
	}
	return key
}

func curves() map[string]elliptic.Curve {
	return map[string]elliptic.Curve{"P-256": elliptic.P256(), "P-384": elliptic.P384(), "P-521": elliptic.P521()}
}

// bytesOf decodes base64url without padding; nil for what is not.
func bytesOf(text string) []byte {
	decoded, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return nil
	}
	return decoded
}

// matching are the keys with an id, or all where it is "", that an algorithm can use; a few of them at most.
func matching(keys []publicKey, id, algorithm string) []any {
	var found []any
	for _, one := range keys {
		if (id == "" || one.id == id) && (one.algorithm == "" || one.algorithm == algorithm) && fits(one.key, algorithm) && len(found) < triedLimit {
			found = append(found, one.key)
		}
	}
	return found
}

// fits tells whether an algorithm uses keys of this kind (RFC 7518, section 3.1).
func fits(key crypto.PublicKey, algorithm string) bool {
	switch key := key.(type) {
	case *rsa.PublicKey:
		return strings.HasPrefix(algorithm, "RS") || strings.HasPrefix(algorithm, "PS")
	case *ecdsa.PublicKey:
		return map[string]string{"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}[algorithm] == key.Params().Name
	case ed25519.PublicKey:
		return algorithm == "EdDSA"
	}
	return false
}
