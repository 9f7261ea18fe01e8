package nodes

import (
	"regexp"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/dialect/osop/names"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// describesSecurity are keys of a security block from which nothing is compiled.
func describesSecurity() []string {
	return []string{
		"permissions", "risk_level", "access_control", "data_classification", "encryption", "model_governance", "audit_log", "require_ssl",
		"rate_limit", "bypass_allowed", "mandatory", "approval_gate", "sandbox", "network", "memory_limit", "cpu_limit", "run_as", "sudo",
		"credentials_source", "compliance", "pii", "audit", "notes", "scope", "scopes", "roles", "mfa_required",
	}
}

func (a at) otherSecurity() {
	for _, entry := range a.security.Left(describesSecurity()...) {
		a.note(codes.Ignored, entry.Key.Range, entry.Name+" of security describes; nothing is compiled from it", "", "")
	}
}

// isToken tells whether a name is that of a token which a request sends along.
func isToken(name string) bool {
	return slices.Contains([]string{"access_token", "auth_token", "token", "bearer_token", "id_token", "jwt", "session_token"}, strings.ToLower(name))
}

// asksForToken tells whether the credentials are those of a request for a token.
func asksForToken(auth *jsonata.Object) bool {
	if auth == nil {
		return false
	}
	kind, _ := auth.Get("type")
	_, elsewhere := auth.Get("tokenUrl")
	_, inSecret := auth.Get("tokenUrlInSecret")
	return kind == "oauth2" && !elsewhere && !inSecret
}

// credentials gives the auth of a request and its headers. Secrets are names; they never become part of a definition.
func (a at) credentials() (auth, headers *jsonata.Object) {
	auth = a.auth()
	written := a.runtime.Take("headers")
	if written != nil && written.Kind != source.Mapping {
		a.report(report.Error(codes.Runtime, written.Range, "headers is a mapping of names to values"))
	}
	headers = jsonata.NewObject()
	for _, entry := range written.Entries() {
		secret := secretHeader(entry)
		switch {
		case secret != nil:
			if auth != nil {
				a.report(report.Error(codes.Secret, entry.Value.Range, "the node has two sorts of credentials").Fix("keep either the header or security"))
			}
			auth = secret
		case strings.EqualFold(entry.Name, "Authorization") && auth != nil:
			a.note(codes.Secret, entry.Key.Range, "the Authorization header is left out because security says how to authenticate", "", "delete one of the two")
		default:
			headers.Set(entry.Name, a.Value(entry.Value))
		}
	}
	return auth, headers
}

var secretReference = regexp.MustCompile(`^(?:(Bearer|Basic|Token)\s+)?(?:\$\{|\{\{)\s*secrets?\.([A-Za-z0-9_./-]+)\s*(?:\}\}|\})$`)

// secretHeader reads a header whose value is a secret, such as Authorization: Bearer ${secrets.NAME}; nil for any other.
func secretHeader(entry source.Entry) *jsonata.Object {
	match := secretReference.FindStringSubmatch(ast.Text(entry.Value))
	if match == nil {
		return nil
	}
	kind, secret := match[1], match[2]
	if strings.EqualFold(entry.Name, "Authorization") && (kind == "Bearer" || kind == "Basic") {
		return names.Object("type", strings.ToLower(kind), "secret", secret)
	}
	return names.Object("type", "api_key", "name", entry.Name, "secret", secret)
}

// auth reads the node's security block, or runtime.auth, which is the schema's other spelling; nil when the request needs no credentials.
func (a at) auth() *jsonata.Object {
	kind, secret := a.security.Take("auth"), a.security.TakeText("secret_ref", "secret")
	if inner := a.runtime.Take("auth"); inner != nil {
		kind = inner
	}
	if kind != nil && kind.Kind == source.Mapping {
		if ref := kind.Get("secret_ref"); ref != nil {
			secret = ast.Text(ref)
		}
		kind = kind.Get("type")
	}
	listed := append(ast.Texts(a.security.Take("credentials")), ast.Texts(a.security.Take("secrets"))...)
	a.otherSecurity()
	if secret == "" && len(listed) == 1 {
		secret = listed[0]
	}
	at := a.security.Range
	if kind != nil {
		at = kind.Range
	}
	switch name := strings.ToLower(ast.Text(kind)); {
	case name == "" && secret == "" && len(listed) == 0:
		return a.inputToken()
	case name == "" && secret == "":
		a.report(report.Error(codes.Secret, at, "which of the credentials authenticates is not said").
			Fix("add auth: bearer_token (or api_key, basic) and secret_ref: to security"))
		return nil
	default:
		return a.authOf(name, secret, at)
	}
}

// authOf makes the credentials of one kind.
func (a at) authOf(kind, secret string, at diag.Range) *jsonata.Object {
	switch kind {
	case "bearer_token", "bearer", "jwt", "token", "":
		return a.bearer(kind, secret, at)
	case "api_key", "apikey", "api-key":
		return a.withSecret(names.Object("type", "api_key"), secret, at)
	case "basic", "basic_auth":
		return a.withSecret(names.Object("type", "basic"), secret, at)
	case "oauth2", "oauth", "oauth2_client_credentials", "client_credentials":
		return a.oauth(secret, at)
	case "none":
		return nil
	default:
		a.report(report.Error(codes.Secret, at, "%q is not a way to authenticate that the http function knows", kind).
			Fix("use bearer_token, api_key, basic or oauth2"))
		return nil
	}
}

func (a at) bearer(kind, secret string, at diag.Range) *jsonata.Object {
	if secret == "" {
		if token := a.tokenInput(); token != nil {
			return names.Object("type", "bearer", "token", a.Port(*token))
		}
		a.report(report.Error(codes.Secret, at, "there is no token to send").Fix("add secret_ref:, or an input named access_token that an earlier node puts out"))
		return nil
	}
	if kind == "" {
		a.note(codes.Secret, at, "the secret "+secret+" is sent as bearer token", "security does not say how it authenticates.", "add auth: bearer_token, api_key or basic")
	}
	return names.Object("type", "bearer", "secret", secret)
}

// oauth fetches a token: for the node itself when it puts one out, otherwise before its request.
func (a at) oauth(secret string, at diag.Range) *jsonata.Object {
	token, address := a.tokenInput(), a.runtime.TakeText("token_url")
	switch {
	case secret == "" && token != nil:
		return names.Object("type", "bearer", "token", a.Port(*token))
	case slices.ContainsFunc(a.node.Outputs, func(p ast.Port) bool { return isToken(p.Name) }),
		strings.HasSuffix(strings.ToLower(a.node.Runtime.Text("endpoint")+a.node.Runtime.Text("url")), "/token"):
		return a.withSecret(names.Object("type", "oauth2"), secret, at)
	case address == "":
		a.note(codes.Secret, at, "the token endpoint is taken from the secret "+secret, "security does not say where tokens come from.",
			"put token_url into the secret, or add token_url: to the node's runtime")
		return a.withSecret(names.Object("type", "oauth2", "tokenUrlInSecret", true), secret, at)
	default:
		return a.withSecret(names.Object("type", "oauth2", "tokenUrl", address), secret, at)
	}
}

func (a at) withSecret(auth *jsonata.Object, secret string, at diag.Range) *jsonata.Object {
	if secret == "" {
		a.report(report.Error(codes.Secret, at, "there is no secret to authenticate with").Fix("add secret_ref: with the name of the secret"))
		return nil
	}
	auth.Set("secret", secret)
	return auth
}

// inputToken sends a token that is among the inputs although security says nothing.
func (a at) inputToken() *jsonata.Object {
	token := a.tokenInput()
	if token == nil || a.runtime.Has("headers", "body") {
		return nil
	}
	a.note(codes.Secret, token.Range, token.Name+" is sent as bearer token", "It is an input and security says nothing else.", "add security: {auth: bearer_token}")
	return names.Object("type", "bearer", "token", a.Port(*token))
}

func (a at) tokenInput() *ast.Port {
	i := slices.IndexFunc(a.node.Inputs, func(p ast.Port) bool { return isToken(p.Name) })
	if i < 0 {
		return nil
	}
	return &a.node.Inputs[i]
}
