package osop

import (
	"regexp"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// securityDescriptive are keys of a security block from which nothing is compiled.
var securityDescriptive = []string{
	"permissions", "risk_level", "access_control", "data_classification", "encryption", "model_governance", "audit_log", "require_ssl",
	"rate_limit", "bypass_allowed", "mandatory", "approval_gate", "sandbox", "network", "memory_limit", "cpu_limit", "run_as", "sudo",
	"credentials_source", "compliance", "pii", "audit", "notes", "scope", "scopes", "roles", "mfa_required",
}

func isTokenName(name string) bool {
	switch strings.ToLower(name) {
	case "access_token", "auth_token", "token", "bearer_token", "id_token", "jwt", "session_token":
		return true
	default:
		return false
	}
}

func isTokenRequest(auth *jsonata.Object) bool {
	if auth == nil {
		return false
	}
	kind, _ := auth.Get("type")
	_, elsewhere := auth.Get("tokenUrl")
	_, inSecret := auth.Get("tokenUrlInSecret")
	return kind == "oauth2" && !elsewhere && !inSecret
}

// credentials gives the auth of a request and its headers. Secrets are names; they never become part of a definition.
func (g *graph) credentials(n int) (auth, headers *jsonata.Object) {
	node := g.document.Nodes[n]
	auth = g.security(n)
	s := scope{graph: g, node: n, edge: -1}
	written := node.Runtime.take("headers")
	if written == nil {
		return auth, nil
	}
	if written.Kind != source.Mapping {
		g.report(diag.Error, codeRuntime, written.Range, "headers is a mapping of names to values", "", "")
		return auth, nil
	}
	headers = jsonata.NewObject()
	for _, entry := range written.Entries() {
		if secret, ok := g.secretHeader(entry); ok {
			if auth != nil {
				g.report(diag.Error, codeSecret, entry.Value.Range, "the node has two sorts of credentials", "", "keep either the header or security")
			}
			auth = secret
			continue
		}
		if strings.EqualFold(entry.Name, "Authorization") && auth != nil {
			g.report(diag.Note, codeSecret, entry.Key.Range, "the Authorization header is left out because security says how to authenticate", "", "delete one of the two")
			continue
		}
		headers.Set(entry.Name, s.value(entry.Value))
	}
	return auth, headers
}

var secretReference = regexp.MustCompile(`^(?:(Bearer|Basic|Token)\s+)?(?:\$\{|\{\{)\s*secrets?\.([A-Za-z0-9_./-]+)\s*(?:\}\}|\})$`)

// secretHeader reads a header whose value is a secret, such as Authorization: Bearer ${secrets.NAME}.
func (g *graph) secretHeader(entry source.Entry) (*jsonata.Object, bool) {
	match := secretReference.FindStringSubmatch(scalarText(entry.Value))
	if match == nil {
		return nil, false
	}
	authorization := strings.EqualFold(entry.Name, "Authorization")
	switch {
	case authorization && match[1] == "Bearer":
		return object("type", "bearer", "secret", match[2]), true
	case authorization && match[1] == "Basic":
		return object("type", "basic", "secret", match[2]), true
	default:
		return object("type", "api_key", "name", entry.Name, "secret", match[2]), true
	}
}

// security reads the node's security block, or runtime.auth, which is the schema's other spelling.
func (g *graph) security(n int) *jsonata.Object {
	node := g.document.Nodes[n]
	b := node.Security
	kindNode, reference := b.take("auth"), b.take("secret_ref", "secret")
	if inner := node.Runtime.take("auth"); inner != nil {
		kindNode = inner
		if inner.Kind == source.Mapping {
			kindNode = inner.Get("type")
			if ref := inner.Get("secret_ref"); ref != nil {
				reference = ref
			}
		}
	}
	if kindNode != nil && kindNode.Kind == source.Mapping {
		if ref := kindNode.Get("secret_ref"); ref != nil {
			reference = ref
		}
		kindNode = kindNode.Get("type")
	}
	names := append(texts(b.take("credentials")), texts(b.take("secrets"))...)
	g.otherSecurity(node)
	secret := scalarText(reference)
	if secret == "" && len(names) == 1 {
		secret = names[0]
	}
	kind := strings.ToLower(scalarText(kindNode))
	if kind == "" && secret == "" && len(names) == 0 {
		return g.inputToken(n)
	}
	if kind == "" && len(names) > 1 && secret == "" {
		g.report(diag.Error, codeSecret, b.node.Range, "which of the credentials authenticates is not said", "", "add auth: bearer_token (or api_key, basic) and secret_ref: to security")
		return nil
	}
	at := b.node
	if kindNode != nil {
		at = kindNode
	}
	return g.auth(n, kind, secret, at)
}

func (g *graph) otherSecurity(node *Node) {
	for _, entry := range node.Security.unread() {
		if slices.Contains(securityDescriptive, entry.Name) || strings.HasPrefix(entry.Name, "x-") {
			continue
		}
		g.report(diag.Note, codeIgnored, entry.Key.Range, entry.Name+" of security describes; nothing is compiled from it", "", "")
	}
}

// auth makes the credentials of one kind.
func (g *graph) auth(n int, kind, secret string, at *source.Node) *jsonata.Object {
	node := g.document.Nodes[n]
	switch kind {
	case "bearer_token", "bearer", "jwt", "token", "":
		if secret == "" {
			if token := g.tokenInput(n); token != nil {
				return object("type", "bearer", "token", token)
			}
			g.report(diag.Error, codeSecret, at.Range, "there is no token to send", "", "add secret_ref:, or an input named access_token that an earlier node puts out")
			return nil
		}
		if kind == "" {
			g.report(diag.Note, codeSecret, at.Range, "the secret "+secret+" is sent as bearer token", "security does not say how it authenticates.", "add auth: bearer_token, api_key or basic")
		}
		return object("type", "bearer", "secret", secret)
	case "api_key", "apikey", "api-key":
		return g.withSecret(object("type", "api_key"), secret, at)
	case "basic", "basic_auth":
		return g.withSecret(object("type", "basic"), secret, at)
	case "oauth2", "oauth", "oauth2_client_credentials", "client_credentials":
		if secret == "" {
			if token := g.tokenInput(n); token != nil {
				return object("type", "bearer", "token", token)
			}
		}
		if g.putsOutToken(node) {
			return g.withSecret(object("type", "oauth2"), secret, at)
		}
		if scalarText(node.Runtime.take("token_url")) == "" {
			g.report(diag.Note, codeSecret, at.Range, "the token endpoint is taken from the secret "+secret, "security does not say where tokens come from.", "put token_url into the secret, or add token_url: to the node's runtime")
			return g.withSecret(object("type", "oauth2", "tokenUrlInSecret", true), secret, at)
		}
		return g.withSecret(object("type", "oauth2", "tokenUrl", node.Runtime.text("token_url")), secret, at)
	case "none":
		return nil
	default:
		g.report(diag.Error, codeSecret, at.Range, quoted(kind)+" is not a way to authenticate that the http function knows", "", "use bearer_token, api_key, basic or oauth2")
		return nil
	}
}

func (g *graph) withSecret(auth *jsonata.Object, secret string, at *source.Node) *jsonata.Object {
	if secret == "" {
		g.report(diag.Error, codeSecret, at.Range, "there is no secret to authenticate with", "", "add secret_ref: with the name of the secret")
		return nil
	}
	auth.Set("secret", secret)
	return auth
}

// putsOutToken tells whether a node asks for a token: it puts one out, or it calls a token endpoint.
func (g *graph) putsOutToken(node *Node) bool {
	if slices.ContainsFunc(node.Outputs, func(p Port) bool { return isTokenName(p.Name) }) {
		return true
	}
	address := strings.ToLower(scalarText(node.Runtime.take("endpoint")) + scalarText(node.Runtime.take("url")))
	return strings.HasSuffix(address, "/token")
}

// inputToken sends a token that is among the inputs although security says nothing.
func (g *graph) inputToken(n int) *jsonata.Object {
	token := g.tokenInput(n)
	if token == nil || g.document.Nodes[n].Runtime.has("headers", "body") {
		return nil
	}
	i := slices.IndexFunc(g.document.Nodes[n].Inputs, func(p Port) bool { return isTokenName(p.Name) })
	port := g.document.Nodes[n].Inputs[i]
	g.report(diag.Note, codeSecret, port.Range, port.Name+" is sent as bearer token", "It is an input and security says nothing else.", "add security: {auth: bearer_token}")
	return object("type", "bearer", "token", token)
}

func (g *graph) tokenInput(n int) jsonata.Node {
	for _, port := range g.document.Nodes[n].Inputs {
		if isTokenName(port.Name) {
			return g.portValue(n, port)
		}
	}
	return nil
}

// secretNames lists the secrets that a bound node may want.
func (g *graph) secretNames(node *Node) []any {
	var names []any
	for _, key := range []string{"secret_ref", "credentials", "secrets"} {
		for _, name := range texts(node.Security.take(key)) {
			names = append(names, name)
		}
	}
	return names
}
