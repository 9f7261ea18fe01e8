package nodes

import (
	"cmp"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/httprequest"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// otherSecurity says which keys of security nobody read.
func (a at) otherSecurity() {
	a.security.Take("approval_gate")
	codes.Strays().Describe(a.security, "security")
}

// caller is an api node as it shows who it is.
type caller struct{ at }

// credentials gives the auth of a request, nil when it needs none, and its headers. Secrets are names; they never become part of a definition.
func (a caller) credentials() (auth *httprequest.Auth, headers *jsonata.Object) {
	auth = a.auth()
	written, headers := a.runtime.Take("headers"), jsonata.NewObject()
	if written != nil && written.Kind != source.Mapping {
		a.Report(codes.Runtime.Error(written.Range, "headers is a mapping of names to values"))
	}
	for _, entry := range written.Entries() {
		secret := httprequest.OfHeader(entry.Name, source.Text(entry.Value))
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

// auth reads the node's security block, or runtime.auth, which is the schema's other spelling; nil when the request needs no credentials.
func (a caller) auth() *httprequest.Auth {
	kind, secret := a.security.Take("auth"), a.security.TakeText("secret_ref", "secret")
	if inner := a.runtime.Take("auth"); inner != nil {
		kind = inner
	}
	if kind != nil && kind.Kind == source.Mapping {
		secret = cmp.Or(source.Text(kind.Get("secret_ref")), secret)
		kind = kind.Get("type")
	}
	var listed []string
	for _, key := range []string{"credentials", "secrets"} {
		more := a.security.Take(key)
		if secret != "" && more != nil && !slices.Contains(source.Texts(more), secret) {
			a.Report(codes.Secret.Warning(more.Range, "%s of security has no effect beside secret_ref", key).Fix("delete one of the two"))
		}
		listed = append(listed, source.Texts(more)...)
	}
	if secret == "" && len(listed) == 1 {
		secret = listed[0]
	}
	at := cmp.Or(ast.RefTo(kind).Range, a.security.Range)
	switch word := source.Word(kind); {
	case word == "" && secret == "" && len(listed) == 0:
		return a.inputToken()
	case word == "" && secret == "":
		a.Report(codes.Secret.Error(at, "which of the credentials authenticates is not said").
			Fix("add auth: bearer_token (or api_key, basic) and secret_ref: to security"))
		return nil
	case word == "":
		a.Report(codes.Secret.Note(at, "the secret %s is sent as bearer token", secret).Why("security does not say how it authenticates.").
			Fix("add auth: bearer_token, api_key or basic"))
		return &httprequest.Auth{Kind: httprequest.Bearer, Secret: secret}
	default:
		return a.named(word, secret, at)
	}
}

// named is the auth of a kind that is said, with a secret or, where that can be, with a token among the inputs.
func (a caller) named(word, secret string, at diag.Range) *httprequest.Auth {
	auth := httprequest.Auth{Secret: secret}
	kind, known := httprequest.KindNamed(word)
	token := a.tokenInput()
	switch {
	case !known:
		a.Report(codes.Secret.Error(at, "%q is not a way to authenticate that the http function knows", word).Fix("use bearer_token, api_key, basic or oauth2"))
		return nil
	case kind == httprequest.NoAuth:
		return nil
	case secret == "" && token != nil && (kind == httprequest.Bearer || kind == httprequest.OAuth2):
		return &httprequest.Auth{Kind: httprequest.Bearer, Token: a.Port(*token)}
	case kind == httprequest.OAuth2:
		a.tokenAddress(&auth, at)
	}
	auth.Kind = kind
	switch {
	case secret == "" && kind == httprequest.Bearer:
		a.Report(codes.Secret.Error(at, "there is no token to send").Fix("add secret_ref:, or an input named access_token that an earlier node puts out"))
		return nil
	case secret == "":
		a.Report(codes.Secret.Error(at, "there is no secret to authenticate with").Fix("add secret_ref: with the name of the secret"))
		return nil
	}
	return &auth
}

// tokenAddress says where a token comes from: the node itself asks for it when it puts one out, otherwise it is fetched before the request.
func (a caller) tokenAddress(auth *httprequest.Auth, at diag.Range) {
	address := a.runtime.TakeText("token_url")
	to, _ := addressOf(a.node.Runtime)
	asks := strings.HasSuffix(strings.ToLower(to.whole()), "/token")
	switch {
	case asks || slices.ContainsFunc(a.node.Outputs, func(p ast.Port) bool { return httprequest.IsToken(p.Name) }):
	case address == "":
		auth.TokenURLInSecret = true
		a.Report(codes.Secret.Note(at, "the token endpoint is taken from the secret %s", auth.Secret).Why("security does not say where tokens come from.").
			Fix("put token_url into the secret, or add token_url: to the node's runtime"))
	default:
		auth.TokenURL = address
	}
}

// inputToken sends a token that is among the inputs although security says nothing.
func (a caller) inputToken() *httprequest.Auth {
	token := a.tokenInput()
	if token == nil || a.runtime.Has("headers", "body") {
		return nil
	}
	a.Report(codes.Secret.Note(token.Range, "%s is sent as bearer token", token.Name).Why("It is an input and security says nothing else.").
		Fix("add security: {auth: bearer_token}"))
	return &httprequest.Auth{Kind: httprequest.Bearer, Token: a.Port(*token)}
}

func (a caller) tokenInput() *ast.Port {
	if i := slices.IndexFunc(a.node.Inputs, func(p ast.Port) bool { return httprequest.IsToken(p.Name) }); i >= 0 {
		return &a.node.Inputs[i]
	}
	return nil
}
