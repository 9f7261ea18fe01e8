package access

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Algorithms are those that tokens may be signed with (RFC 7518, section 3.1; RFC 8037): all have a public key, so that who can check a token cannot
// make one.
func Algorithms() []string {
	return []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
}

// issuer checks the tokens of one issuer.
type issuer struct {
	Method
	keys keySource
	now  func() time.Time
}

// fault is why a token is not taken, in words that say nothing of what it holds.
type fault string

func (f fault) Error() string { return string(f) }

// broken is a failure to check at all.
type broken struct{ error }

// identify checks a bearer token (RFC 6750, RFC 7519).
func (i *issuer) identify(ctx context.Context, header string) (*identity, string, error) {
	scheme, text, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "bearer") {
		return nil, "", nil
	}
	claims := jwt.MapClaims{}
	parser := jwt.NewParser(jwt.WithValidMethods(i.Algorithms), jwt.WithTimeFunc(i.now), jwt.WithLeeway(time.Duration(i.Leeway)*time.Second),
		jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithIssuer(i.Issuer), jwt.WithStrictDecoding())
	_, err := parser.ParseWithClaims(strings.TrimSpace(text), claims, func(token *jwt.Token) (any, error) { return i.key(ctx, token, claims) })
	var failure broken
	switch {
	case errors.As(err, &failure):
		return nil, "", failure.error
	case err != nil:
		return nil, reasonOf(err), nil
	case !i.isMeant(claims):
		return nil, "the token is for somebody else", nil
	}
	known := &identity{caller: strings.Join([]string{i.Issuer, textOf(claims["sub"]), textOf(claims["client_id"])}, "\x00"), scopes: scopesOf(claims)}
	known.lacks = i.lacking(claims, known.scopes)
	return known, "", nil
}

// key finds what a token may be signed with. The issuer is looked at first, so that nobody else's tokens make us ask for keys.
func (i *issuer) key(ctx context.Context, token *jwt.Token, claims jwt.MapClaims) (any, error) {
	if claims["iss"] != i.Issuer {
		return nil, fault("the token is of another issuer")
	}
	if _, critical := token.Header["crit"]; critical { // RFC 7515, section 4.1.11: none is understood
		return nil, fault("the token has critical headers")
	}
	kid, _ := token.Header["kid"].(string)
	found, err := i.keys.find(ctx, kid, token.Method.Alg())
	switch {
	case err != nil:
		return nil, broken{err}
	case len(found) == 0:
		return nil, fault("the issuer has no such key")
	}
	set := jwt.VerificationKeySet{}
	for _, key := range found {
		set.Keys = append(set.Keys, key)
	}
	return set, nil
}

// reasonOf says in our words what is wrong with a token.
func reasonOf(err error) string {
	var own fault
	if errors.As(err, &own) {
		return string(own)
	}
	for _, one := range []struct {
		is   error
		text string
	}{
		{jwt.ErrTokenMalformed, "the token is malformed"},
		{jwt.ErrTokenExpired, "the token has expired"},
		{jwt.ErrTokenNotValidYet, "the token is not valid yet"},
		{jwt.ErrTokenUsedBeforeIssued, "the token is issued in the future"},
		{jwt.ErrTokenRequiredClaimMissing, "the token lacks a claim"},
		{jwt.ErrTokenInvalidIssuer, "the token is of another issuer"},
	} {
		if errors.Is(err, one.is) {
			return one.text
		}
	}
	return "the token's signature or algorithm is not right"
}

// isMeant tells whether a token is for this API: by aud, or by client_id where there is no aud, as API Gateway reads them.
func (i *issuer) isMeant(claims jwt.MapClaims) bool {
	named, present := claims["aud"]
	if !present {
		named = claims["client_id"]
	}
	return slices.ContainsFunc(textsOf(named), func(audience string) bool { return slices.Contains(i.Audience, audience) })
}

// lacking says what a token lacks that every token must have, "" for nothing.
func (i *issuer) lacking(claims jwt.MapClaims, scopes []string) string {
	for _, scope := range i.Scopes {
		if !slices.Contains(scopes, scope) {
			return "the token lacks the scope " + scope
		}
	}
	for _, name := range sortedKeys(i.Claims) {
		if !slices.Contains(textsOf(claims[name]), i.Claims[name]) {
			return "the claim " + name + " of the token is another one"
		}
	}
	return ""
}

// scopesOf are those of scope (RFC 8693, section 4.2), and of scp as some issuers call it.
func scopesOf(claims jwt.MapClaims) []string {
	var all []string
	for _, name := range []string{"scope", "scp"} {
		for _, text := range textsOf(claims[name]) {
			all = append(all, strings.Fields(text)...)
		}
	}
	return all
}

// textsOf is a text, or the texts of a list.
func textsOf(value any) []string {
	switch value := value.(type) {
	case string:
		return []string{value}
	case []any:
		var texts []string
		for _, one := range value {
			if text, ok := one.(string); ok {
				texts = append(texts, text)
			}
		}
		return texts
	}
	return nil
}

func textOf(value any) string {
	text, _ := value.(string)
	return text
}
