package httprequest

import (
	"regexp"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// Kind is a way in which a request shows who sends it, in the word of function http.
type Kind string

// The kinds: a token (RFC 6750), user and password (RFC 7617), a key in a header, and a token that the client's own credentials are exchanged for
// (RFC 6749, section 4.4). NoAuth is none.
const (
	Bearer Kind = "bearer"
	Basic  Kind = "basic"
	APIKey Kind = "api_key"
	OAuth2 Kind = "oauth2"
	NoAuth Kind = "none"
)

// KindNamed reads a word by which people name a kind; false for any other.
func KindNamed(word string) (Kind, bool) {
	switch strings.ToLower(word) {
	case "bearer_token", "bearer", "jwt", "token":
		return Bearer, true
	case "api_key", "apikey", "api-key":
		return APIKey, true
	case "basic", "basic_auth":
		return Basic, true
	case "oauth2", "oauth", "oauth2_client_credentials", "client_credentials":
		return OAuth2, true
	case "none":
		return NoAuth, true
	default:
		return "", false
	}
}

// Auth says how a request shows who sends it: by a secret of the stack, which is named and never part of a definition, or by a token that the run
// holds.
type Auth struct {
	Kind   Kind
	Secret string       // name of the secret
	Token  jsonata.Node // nil when the secret is sent
	// Header is the header of an API key, "" for the usual one.
	Header string
	// TokenURL is where the token of OAuth2 is asked for. Without one, and unless the secret has it, the request itself asks for the token.
	TokenURL         string
	TokenURLInSecret bool
}

// AsksForToken tells whether the credentials are those of a request that asks for a token.
func (a *Auth) AsksForToken() bool {
	return a != nil && a.Kind == OAuth2 && a.TokenURL == "" && !a.TokenURLInSecret
}

func (a *Auth) object() *jsonata.Object {
	object := ir.Object("type", string(a.Kind), "name", ir.NonEmpty(a.Header))
	if a.Token != nil {
		object.Set("token", a.Token)
	}
	if a.TokenURL != "" {
		object.Set("tokenUrl", a.TokenURL)
	}
	if a.TokenURLInSecret {
		object.Set("tokenUrlInSecret", true)
	}
	if a.Secret != "" {
		object.Set("secret", a.Secret)
	}
	return object
}

var secretReference = regexp.MustCompile(`^(?:(Bearer|Basic|Token)\s+)?(?:\$\{|\{\{)\s*secrets?\.([A-Za-z0-9_./-]+)\s*(?:\}\}|\})$`)

// OfHeader reads a header whose value is a secret, such as Authorization: Bearer ${secrets.NAME} or X-Key: {{secret.NAME}}; nil for any other.
func OfHeader(name, value string) *Auth {
	match := secretReference.FindStringSubmatch(value)
	if match == nil {
		return nil
	}
	kind, secret := Kind(strings.ToLower(match[1])), match[2]
	if strings.EqualFold(name, "Authorization") && (kind == Bearer || kind == Basic) {
		return &Auth{Kind: kind, Secret: secret}
	}
	return &Auth{Kind: APIKey, Header: name, Secret: secret}
}

// IsToken tells whether a name is that of a token which requests send along.
func IsToken(name string) bool {
	return slices.Contains(strings.Fields("access_token auth_token token bearer_token id_token jwt session_token"), strings.ToLower(name))
}
