package nodes

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// describesSecurity are keys of a security block from which nothing is compiled.
const describesSecurity = "permissions risk_level access_control data_classification encryption model_governance audit_log require_ssl rate_limit " +
	"bypass_allowed mandatory approval_gate sandbox network memory_limit cpu_limit run_as sudo credentials_source compliance pii audit notes scope " +
	"scopes roles mfa_required"

func (a at) otherSecurity() {
	for _, entry := range a.security.Left(describesSecurity) {
		a.Report(codes.Ignored.Note(entry.Key.Range, "%s of security describes; nothing is compiled from it", entry.Name))
	}
}

// isToken tells whether a name is that of a token which a request sends along.
func isToken(name string) bool {
	return slices.Contains(strings.Fields("access_token auth_token token bearer_token id_token jwt session_token"), strings.ToLower(name))
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

// credentials gives the auth of a request, nil when it needs none, and its headers. Secrets are names; they never become part of a definition.
func (a at) credentials() (auth, headers *jsonata.Object) {
	auth = a.auth()
	written, headers := a.runtime.Take("headers"), jsonata.NewObject()
	if written != nil && written.Kind != source.Mapping {
		a.Report(codes.Runtime.Error(written.Range, "headers is a mapping of names to values"))
	}
	for _, entry := range written.Entries() {
		secret := secretHeader(entry)
		switch {
		case secret != nil:
			if auth != nil {
				a.Report(codes.Secret.Error(entry.Value.Range, "the node has two sorts of credentials").Fix("keep either the header or security"))
			}
			auth = secret
		case strings.EqualFold(entry.Name, "Authorization") && auth != nil:
			a.Report(codes.Secret.Note(entry.Key.Range, "the Authorization header is left out because security says how to authenticate").Fix("delete one of the two"))
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
		return ir.Object("type", strings.ToLower(kind), "secret", secret)
	}
	return ir.Object("type", "api_key", "name", entry.Name, "secret", secret)
}

// auth reads the node's security block, or runtime.auth, which is the schema's other spelling; nil when the request needs no credentials.
func (a at) auth() *jsonata.Object {
	kind, secret := a.security.Take("auth"), a.security.TakeText("secret_ref", "secret")
	if inner := a.runtime.Take("auth"); inner != nil {
		kind = inner
	}
	if kind != nil && kind.Kind == source.Mapping {
		secret = cmp.Or(ast.Text(kind.Get("secret_ref")), secret)
		kind = kind.Get("type")
	}
	listed := append(ast.Texts(a.security.Take("credentials")), ast.Texts(a.security.Take("secrets"))...)
	a.otherSecurity()
	if secret == "" && len(listed) == 1 {
		secret = listed[0]
	}
	at := cmp.Or(ast.RefTo(kind).Range, a.security.Range)
	switch name := strings.ToLower(ast.Text(kind)); {
	case name == "" && secret == "" && len(listed) == 0:
		return a.inputToken()
	case name == "" && secret == "":
		a.Report(codes.Secret.Error(at, "which of the credentials authenticates is not said").
			Fix("add auth: bearer_token (or api_key, basic) and secret_ref: to security"))
		return nil
	default:
		return a.authOf(name, secret, at)
	}
}

// authOf makes the credentials of one kind.
func (a at) authOf(kind, secret string, at diag.Range) *jsonata.Object {
	token := a.tokenInput()
	switch kind {
	case "bearer_token", "bearer", "jwt", "token", "":
		if secret == "" && token == nil {
			a.Report(codes.Secret.Error(at, "there is no token to send").Fix("add secret_ref:, or an input named access_token that an earlier node puts out"))
			return nil
		}
		if secret == "" {
			return ir.Object("type", "bearer", "token", a.Port(*token))
		}
		if kind == "" {
			a.Report(codes.Secret.Note(at, "the secret %s is sent as bearer token", secret).Why("security does not say how it authenticates.").
				Fix("add auth: bearer_token, api_key or basic"))
		}
		return ir.Object("type", "bearer", "secret", secret)
	case "api_key", "apikey", "api-key":
		return a.withSecret(ir.Object("type", "api_key"), secret, at)
	case "basic", "basic_auth":
		return a.withSecret(ir.Object("type", "basic"), secret, at)
	case "oauth2", "oauth", "oauth2_client_credentials", "client_credentials":
		if secret == "" && token != nil {
			return ir.Object("type", "bearer", "token", a.Port(*token))
		}
		return a.withSecret(a.oauth(secret, at), secret, at)
	case "none":
		return nil
	default:
		a.Report(codes.Secret.Error(at, "%q is not a way to authenticate that the http function knows", kind).Fix("use bearer_token, api_key, basic or oauth2"))
		return nil
	}
}

// oauth says where a token comes from: the node itself asks for it when it puts one out, otherwise it is fetched before the request.
func (a at) oauth(secret string, at diag.Range) *jsonata.Object {
	address := a.runtime.TakeText("token_url")
	asks := strings.HasSuffix(strings.ToLower(a.node.Runtime.Text("endpoint")+a.node.Runtime.Text("url")), "/token")
	switch {
	case asks || slices.ContainsFunc(a.node.Outputs, func(p ast.Port) bool { return isToken(p.Name) }):
		return ir.Object("type", "oauth2")
	case address == "":
		a.Report(codes.Secret.Note(at, "the token endpoint is taken from the secret %s", secret).Why("security does not say where tokens come from.").
			Fix("put token_url into the secret, or add token_url: to the node's runtime"))
		return ir.Object("type", "oauth2", "tokenUrlInSecret", true)
	default:
		return ir.Object("type", "oauth2", "tokenUrl", address)
	}
}

func (a at) withSecret(auth *jsonata.Object, secret string, at diag.Range) *jsonata.Object {
	if secret == "" {
		a.Report(codes.Secret.Error(at, "there is no secret to authenticate with").Fix("add secret_ref: with the name of the secret"))
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
	a.Report(codes.Secret.Note(token.Range, "%s is sent as bearer token", token.Name).Why("It is an input and security says nothing else.").
		Fix("add security: {auth: bearer_token}"))
	return ir.Object("type", "bearer", "token", a.Port(*token))
}

func (a at) tokenInput() *ast.Port {
	if i := slices.IndexFunc(a.node.Inputs, func(p ast.Port) bool { return isToken(p.Name) }); i >= 0 {
		return &a.node.Inputs[i]
	}
	return nil
}
