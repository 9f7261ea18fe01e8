// Package access decides who may call an HTTP API: a Policy says which authentications there are and which of them guard which operation, and a
// Checker holds the header of a request against it. A Policy holds no secrets; a Checker resolves them by reference when they are needed.
package access

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/steploom/steploom/shared/task"
)

// Policy says who may call which operation. The zero value lets anybody call all of them.
type Policy struct {
	// Authentications are what callers may show, by name.
	Authentications map[string]Method `json:"authentications,omitempty"`
	// Guards guard every operation that Operations does not name.
	Guards Guards `json:"guards,omitempty"`
	// Operations are the guards of operations by route key, "GET /news/{id}".
	Operations map[string]Guards `json:"operations,omitempty"`
}

// Kind is how callers show who they are.
type Kind string

// The kinds of authentications: user and password (RFC 7617), a key in a header, a JSON Web Token (RFC 7519) as bearer token (RFC 6750).
const (
	Basic Kind = "basic"
	Key   Kind = "key"
	Token Kind = "token"
)

// Method is how one authentication checks a caller, apart from secrets.
type Method struct {
	Kind Kind `json:"kind"`
	// Header is the name of the header with a key.
	Header string `json:"header,omitempty"`

	// The rest is about tokens. Issuer is what iss must be, Audience what aud must name one of; client_id stands for aud where there is none.
	Issuer   string   `json:"issuer,omitempty"`
	Audience []string `json:"audience,omitempty"`
	// JWKS is the address of the issuer's keys (RFC 7517); "" asks the issuer for it (OpenID Connect Discovery 1.0, section 4).
	JWKS string `json:"jwks,omitempty"`
	// Algorithms are those that a token may be signed with, each one of Algorithms().
	Algorithms []string `json:"algorithms,omitempty"`
	// Leeway is the number of seconds that clocks may differ.
	Leeway int `json:"leeway,omitempty"`
	// Scopes must all be among the token's; Claims are texts that claims must be, or hold one of.
	Scopes []string          `json:"scopes,omitempty"`
	Claims map[string]string `json:"claims,omitempty"`
}

// String is what a method checks, in words.
func (m Method) String() string {
	text := string(m.Kind)
	if m.Kind == Key {
		text += " in " + m.Header
	}
	if m.Kind != Token {
		return text
	}
	text += fmt.Sprintf(" of %s for %s by %s", m.Issuer, strings.Join(m.Audience, ", "), strings.Join(m.Algorithms, ", "))
	if m.JWKS != "" {
		text += " keys " + m.JWKS
	}
	for _, scope := range m.Scopes {
		text += " scope " + scope
	}
	for _, name := range sortedKeys(m.Claims) {
		text += fmt.Sprintf(" %s=%s", name, m.Claims[name])
	}
	return text
}

// Guards are the authentications of which a request must satisfy one; none at all lets anybody call.
type Guards []Guard

// Guard is an authentication, and what a token must allow besides.
type Guard struct {
	Authentication string
	Scopes         []string
}

// Anybody is the name of a guard that lets anybody in, and knows who it is where the request shows that. No authentication is called so.
const Anybody = ""

// Equal tells whether two guards are the same.
func (g Guard) Equal(other Guard) bool {
	return g.Authentication == other.Authentication && slices.Equal(g.Scopes, other.Scopes)
}

// String is the authentication and its scopes.
func (g Guard) String() string {
	return strings.Join(append([]string{g.Authentication}, g.Scopes...), " ")
}

// MarshalJSON gives the name of the authentication, or a list of it and the scopes.
func (g Guard) MarshalJSON() ([]byte, error) {
	if len(g.Scopes) == 0 {
		return json.Marshal(g.Authentication)
	}
	return json.Marshal(append([]string{g.Authentication}, g.Scopes...))
}

// UnmarshalJSON reads what MarshalJSON gives.
func (g *Guard) UnmarshalJSON(text []byte) error {
	words := make([]string, 1)
	if json.Unmarshal(text, &words[0]) != nil {
		words = nil
		if err := json.Unmarshal(text, &words); err != nil || len(words) == 0 {
			return fmt.Errorf("a guard is a name, or a list of a name and scopes")
		}
	}
	*g = Guard{Authentication: words[0]}
	if len(words) > 1 {
		g.Scopes = words[1:]
	}
	return nil
}

// String joins the guards by commas.
func (g Guards) String() string {
	texts := make([]string, len(g))
	for i, one := range g {
		texts[i] = one.String()
	}
	return strings.Join(texts, ", ")
}

// Of are the guards of an operation, by its route key.
func (p Policy) Of(operation string) Guards {
	if own, named := p.Operations[operation]; named {
		return own
	}
	return p.Guards
}

// String is the policy as JSON, "" for one that lets anybody call everything.
func (p Policy) String() string {
	if len(p.Authentications) == 0 {
		return ""
	}
	text, err := json.Marshal(p)
	if err != nil {
		panic("a policy always encodes: " + err.Error())
	}
	return string(text)
}

// Parse reads what String gives. A guard that names no authentication is an error, as is a method that would let anybody in.
func Parse(text string) (Policy, error) {
	var policy Policy
	if text == "" {
		return policy, nil
	}
	if err := task.Decode([]byte(text), &policy); err != nil {
		return Policy{}, task.Errorf(task.Internal, "%s is not a policy: %v", Variable, err)
	}
	for _, guards := range append(valuesOf(policy.Operations), policy.Guards) {
		for _, guard := range guards {
			if _, known := policy.Authentications[guard.Authentication]; !known && guard.Authentication != Anybody {
				return Policy{}, task.Errorf(task.Internal, "%s has no authentication %q", Variable, guard.Authentication)
			}
		}
	}
	for name, method := range policy.Authentications {
		if err := method.check(); err != nil {
			return Policy{}, task.Errorf(task.Internal, "%s: authentication %s: %v", Variable, name, err)
		}
	}
	if len(policy.Authentications) == 0 || len(policy.Guards) == 0 {
		return Policy{}, task.Errorf(task.Internal, "%s guards nothing", Variable)
	}
	return policy, nil
}

// check refuses a method that could not tell callers from others.
func (m Method) check() error {
	switch m.Kind {
	case Basic:
		return nil
	case Key:
		if m.Header == "" {
			return fmt.Errorf("no header")
		}
		return nil
	case Token:
		return m.checkToken()
	}
	return fmt.Errorf("the kind %q is not known", m.Kind)
}

func (m Method) checkToken() error {
	if m.Issuer == "" || len(m.Audience) == 0 || len(m.Algorithms) == 0 {
		return fmt.Errorf("a token needs an issuer, an audience and an algorithm")
	}
	for _, algorithm := range m.Algorithms {
		if !slices.Contains(Algorithms(), algorithm) {
			return fmt.Errorf("the algorithm %q is none of %s", algorithm, strings.Join(Algorithms(), ", "))
		}
	}
	address := m.JWKS
	if address == "" {
		address = m.Issuer
	}
	return CheckAddress(address)
}

// Variable holds the policy, as Policy.String gives it.
const Variable = "STEPLOOM_ACCESS"

// secretVariable begins and secretEnd ends the variable with the secret of an authentication.
const (
	secretVariable = "STEPLOOM_AUTHENTICATION"
	secretEnd      = "_SECRET"
)

// SecretVariable is the variable with the reference of an authentication's secret: users and passwords, or keys.
func SecretVariable(authentication string) string {
	return task.VariableName(secretVariable, authentication) + secretEnd
}

// SecretVariables stands for all variables that SecretVariable gives.
const SecretVariables = secretVariable + "_<NAME>" + secretEnd
