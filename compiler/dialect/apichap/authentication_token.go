package apichap

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/access"
)

// Seconds that clocks may differ, unless the authentication says otherwise, and at most.
const (
	defaultLeeway = 60
	largestLeeway = 300
)

// defaultAlgorithm is what issuers sign with that say nothing else (OpenID Connect Core 1.0, section 2, id_token).
const defaultAlgorithm = "RS256"

// token reads an authentication of type jwt.
func (r callersReader) token(one *ir.Authentication, fields *source.Fields) {
	if node := fields.Need("issuer"); node != nil {
		one.Issuer = r.plainText(node)
	}
	if node := fields.Need("audience"); node != nil {
		one.Audience = r.plainTexts(node, "an audience")
	}
	if node := fields.Take("jwks"); node != nil {
		one.JWKS = r.plainText(node)
		r.checkAddress(node, one.JWKS)
	} else if node := fields.Node().Get("issuer"); node != nil && one.Issuer != "" {
		r.checkAddress(node, one.Issuer)
	}
	r.algorithms(one, fields.Take("algorithms"))
	one.Leeway = defaultLeeway
	if node := fields.Take("leeway"); node != nil {
		one.Leeway, _ = node.Int()
		if one.Leeway < 0 || one.Leeway > largestLeeway {
			node.Report(report.Error(codeAuthentication, node.Range, "a leeway of %d seconds is not taken", one.Leeway).
				Why("It is for clocks that differ a little; tokens are taken so much longer than they hold.").Fix("write a number from 0 to %d", largestLeeway))
		}
	}
	if node := fields.Take("scopes"); node != nil {
		one.Scopes = r.scopes(node)
	}
	if node := fields.Take("claims"); node != nil {
		r.claims(one, node)
	}
}

// algorithms reads what tokens may be signed with. That is said here and never by the token.
func (r callersReader) algorithms(one *ir.Authentication, node *source.Node) {
	one.Algorithms = []string{defaultAlgorithm}
	if node == nil {
		return
	}
	one.Algorithms = r.plainTexts(node, "an algorithm")
	for _, item := range elements(node) {
		name := item.Value()
		known := slices.Contains(access.Algorithms(), name)
		switch {
		case known || item.Kind != source.Scalar:
		case strings.EqualFold(name, "none"):
			item.Report(report.Error(codeAuthentication, item.Range, "tokens without a signature prove nothing").Fix("write one of %s", strings.Join(access.Algorithms(), ", ")))
		case strings.HasPrefix(strings.ToUpper(name), "HS"):
			item.Report(report.Error(codeAuthentication, item.Range, "%s has no public key", name).
				Why("Who could check such a token could make one, and a public key that is taken for a shared secret lets anybody make one.").Fix("write one of %s", strings.Join(access.Algorithms(), ", ")))
		default:
			item.Report(report.Error(source.CodeNotOneOf, item.Range, "%q is not one of %s", name, strings.Join(access.Algorithms(), ", ")).Fix("%s", source.DidYouMean(name, access.Algorithms())))
		}
	}
}

// checkAddress refuses an address from which somebody else's keys could come.
func (r callersReader) checkAddress(node *source.Node, address string) {
	if address == "" {
		return
	}
	if err := access.CheckAddress(address); err != nil {
		node.Report(report.Error(codeAuthentication, node.Range, "the keys of tokens cannot be fetched: %v", err).
			Why("Without TLS anybody on the way could put keys of their own in their place.").Fix("write an address that begins with https://"))
	}
}

// claims reads the texts that claims of a token must be, or hold one of.
func (r callersReader) claims(one *ir.Authentication, node *source.Node) {
	node.Map("the claims")
	one.Claims = map[string]string{}
	for _, entry := range node.Entries() {
		one.Claims[entry.Name] = r.plainText(entry.Value)
		if slices.Contains([]string{"iss", "aud", "exp", "nbf", "iat", "scope", "scp"}, entry.Name) {
			entry.Key.Report(report.Error(codeAuthentication, entry.Key.Range, "the claim %s is checked already", entry.Name).Fix("write issuer:, audience: or scopes: beside claims:"))
		}
	}
}

// scopes reads names of scopes, of which none holds a blank (RFC 6749, section 3.3).
func (r callersReader) scopes(node *source.Node) []string {
	var all []string
	for _, text := range r.plainTexts(node, "a scope") {
		all = append(all, strings.Fields(text)...)
	}
	return all
}

// plainTexts reads a text or a list of texts.
func (r callersReader) plainTexts(node *source.Node, what string) []string {
	var texts []string
	for _, item := range elements(node) {
		if text := r.plainText(item); text != "" {
			texts = append(texts, text)
		}
	}
	if len(elements(node)) == 0 {
		node.Report(report.Error(codeAuthentication, node.Range, "%s is missing", what).Fix("write one"))
	}
	return texts
}

// plainText reads a text that is no secret; ${NAME} is a variable of the environment section.
func (r callersReader) plainText(node *source.Node) string {
	text, ok := node.Str()
	if name, isReference := environmentName(text); isReference {
		return r.environmentText(node, name)
	}
	if ok && strings.TrimSpace(text) == "" {
		node.Report(report.Error(codeAuthentication, node.Range, "the text is empty").Fix("write one"))
	}
	return strings.TrimSpace(text)
}
