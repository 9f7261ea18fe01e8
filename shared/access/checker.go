package access

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

// Checker holds requests against a policy. It may be used concurrently.
type Checker struct {
	policy  Policy
	secrets secrets
	issuers map[string]*issuer // by the name of the authentication
}

// Config is what a checker needs of its surroundings.
type Config struct {
	// Environment holds the references of secrets: SecretVariable.
	Environment task.Environment
	// Secrets resolves them; nil where no authentication has any.
	Secrets secret.Resolver
	// Now is the clock, time.Now where it is nil.
	Now func() time.Time
	// Client fetches the keys of issuers, one with limits of its own where it is nil.
	Client *http.Client
	// Endpoints redirect what that one asks for, for tests and stubs.
	Endpoints []task.Endpoint
}

// New makes a checker.
func New(policy Policy, config Config) *Checker {
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Client == nil {
		config.Client = newClient(config.Endpoints)
	}
	checker := &Checker{policy: policy, secrets: secrets{config.Environment, config.Secrets}, issuers: map[string]*issuer{}}
	for name, method := range policy.Authentications {
		if method.Kind == Token {
			checker.issuers[name] = &issuer{Method: method, keys: keySource{address: method.JWKS, issuer: method.Issuer, client: config.Client, now: config.Now}, now: config.Now}
		}
	}
	return checker
}

// Answer is what a caller is told: 0 to go on, http.StatusUnauthorized or http.StatusForbidden.
type Answer int

// The answers: who calls is known and may, is not known, is known and may not.
const (
	Allowed      Answer = 0
	Unauthorized Answer = http.StatusUnauthorized
	Forbidden    Answer = http.StatusForbidden
)

// Verdict is what a check has found.
type Verdict struct {
	Answer Answer
	// Caller tells callers apart, "" where anybody may call. It may hold what only its caller knows.
	Caller string
	// AnybodyToo tells that the operation lets in callers that nobody knows as well.
	AnybodyToo bool
	// Reason says why the caller is not let in, without anything of what the request holds.
	Reason string
}

// Check holds the headers of a request, by their names in lower case, against the guards of an operation. One guard is enough. Who shows something
// that is right and does not do for this operation is forbidden; anything else is unauthorized. An error means that it cannot be told.
func (c *Checker) Check(ctx context.Context, operation string, header map[string]string) (Verdict, error) {
	guards := c.policy.Of(operation)
	if len(guards) == 0 || len(c.policy.Authentications) == 0 {
		return Verdict{}, nil
	}
	var failure error
	refused := Verdict{Answer: Unauthorized, Reason: "no credentials that the API knows"}
	for _, name := range c.inOrder(guards) {
		known, reason, err := c.identify(ctx, name, header)
		switch {
		case err != nil:
			failure = cmp.Or(failure, err)
			continue
		case known == nil:
			if refused.Answer == Unauthorized && reason != "" {
				refused.Reason = name + ": " + reason
			}
			continue
		}
		lacks := lacking(guards, name, known)
		if lacks == "" {
			return Verdict{Caller: name + "\x00" + known.caller, AnybodyToo: guards.anybody()}, nil
		}
		refused.Answer, refused.Reason = Forbidden, name+": "+lacks
	}
	switch {
	case guards.anybody():
		return Verdict{AnybodyToo: true}, nil
	case failure != nil:
		return Verdict{Answer: Unauthorized}, failure
	}
	return refused, nil
}

// inOrder are the authentications of the policy, those of the guards first.
func (c *Checker) inOrder(guards Guards) []string {
	names := slices.Sorted(maps.Keys(c.policy.Authentications))
	slices.SortStableFunc(names, func(a, b string) int { return rank(guards, a) - rank(guards, b) })
	return names
}

func rank(guards Guards, name string) int {
	if guards.name(name) {
		return 0
	}
	return 1
}

func (g Guards) name(authentication string) bool {
	return slices.ContainsFunc(g, func(one Guard) bool { return one.Authentication == authentication })
}

func (g Guards) anybody() bool { return g.name(Anybody) }

// lacking says what somebody known lacks for the guards, "" for nothing.
func lacking(guards Guards, name string, known *identity) string {
	lacks := "this operation does not take it"
	if guards.name(name) && known.lacks != "" {
		return known.lacks
	}
	for _, guard := range guards {
		if guard.Authentication != name {
			continue
		}
		at := slices.IndexFunc(guard.Scopes, func(scope string) bool { return !slices.Contains(known.scopes, scope) })
		if at < 0 {
			return ""
		}
		lacks = "the token lacks the scope " + guard.Scopes[at]
	}
	return lacks
}

// identity is somebody known.
type identity struct {
	caller string
	scopes []string // of a token
	lacks  string   // what the authentication itself asks for besides, "" where nothing is missing
}

// identify says who a request comes from by one authentication; nil and why not where it does not tell.
func (c *Checker) identify(ctx context.Context, name string, header map[string]string) (known *identity, reason string, err error) {
	method := c.policy.Authentications[name]
	switch method.Kind {
	case Token:
		return c.issuers[name].identify(ctx, header["authorization"])
	case Key:
		return c.secrets.ofKey(ctx, name, header[strings.ToLower(method.Header)])
	}
	return c.secrets.ofUser(ctx, name, header["authorization"])
}

// Ready resolves the secrets that requests are held against, and fails where one could let nobody in: it does not exist, is not of its form or is
// empty.
func (c *Checker) Ready(ctx context.Context) error {
	for _, name := range slices.Sorted(maps.Keys(c.policy.Authentications)) {
		var err error
		switch c.policy.Authentications[name].Kind {
		case Basic:
			_, err = c.secrets.resolved(ctx, name, Users)
		case Key:
			_, err = c.secrets.resolved(ctx, name, Keys)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// realm names the space that credentials are for (RFC 9110, section 11.5).
const realm = ` realm="api"`

// Challenge is the header WWW-Authenticate of an answer 401 (RFC 9110, section 11.6.1): each way in which the API lets callers show who they are.
// There is no registered scheme for keys; ApiKey names the header.
func (p Policy) Challenge() string {
	var challenges []string
	for _, name := range slices.Sorted(maps.Keys(p.Authentications)) {
		method, challenge := p.Authentications[name], ""
		switch method.Kind {
		case Basic:
			challenge = "Basic" + realm + `, charset="UTF-8"`
		case Token:
			challenge = "Bearer" + realm
		case Key:
			challenge = "ApiKey" + realm + `, header="` + method.Header + `"`
		}
		if !slices.Contains(challenges, challenge) {
			challenges = append(challenges, challenge)
		}
	}
	return strings.Join(challenges, ", ")
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func valuesOf[V any](m map[string]V) []V { return slices.Collect(maps.Values(m)) }
