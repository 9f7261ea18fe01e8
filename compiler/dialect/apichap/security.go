package apichap

import (
	"cmp"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/access"
)

// This file compares what openapi.yaml says of security with what guards the operations. The document describes, and decides nothing: where it says
// something else, its readers are told so.

// compareDocument tells of differences between the document and the authentications.
func (r callersReader) compareDocument() {
	if len(r.project.authentications) == 0 {
		r.unprotected()
		return
	}
	if r.project.api == nil {
		return
	}
	for _, op := range r.project.operations {
		if op.method != "" && op.described != nil {
			r.compareSecurity(op)
		}
	}
}

// unprotected warns of routes that the OpenAPI document calls protected although anybody may call them.
func (r callersReader) unprotected() {
	claim := demandOf(r.document)
	for _, path := range r.document.Get("paths").Entries() {
		for _, method := range path.Value.Entries() {
			claim = cmp.Or(claim, demandOf(method.Value))
		}
	}
	if claim != nil {
		claim.Report(report.Warning(codeOpenAPI, claim.Range, "the document protects operations, and nothing else does: anybody may call them").
			Why("Who may call is what authentications says, and there is none.").
			Fix("add authentications with type: basicauth, a user and a password"))
	}
}

// demandOf is what a document or an operation of it demands of callers, nil when that is nothing.
func demandOf(node *source.Node) *source.Node {
	if demand := node.Get("security"); len(demand.Items()) > 0 {
		return demand
	}
	return nil
}

// compareSecurity compares one operation with what the document says of it.
func (r callersReader) compareSecurity(op *operation) {
	said := cmp.Or(op.described.security, r.document.Get("security"))
	if said == nil {
		return
	}
	open := len(said.Items()) == 0 || slices.ContainsFunc(said.Items(), func(one *source.Node) bool { return len(one.Entries()) == 0 })
	switch {
	case open && len(op.guards) > 0:
		said.Report(report.Warning(codeSecurity, said.Range, "the document lets anybody call %s, and %s guards it", op.name, op.guardNames()).
			Why("Who may call is what authentications says.").Fix("write %s: %s beside the operation's fulfillments, or say in the document what callers must show", authenticationKey, nobodyAsked))
	case !open && len(op.guards) == 0:
		said.Report(report.Warning(codeSecurity, said.Range, "the document protects %s, and anybody may call it", op.name).
			Why("%s is %s there.", authenticationKey, nobodyAsked).Fix("write security: [] in the document, or name an authentication"))
	case !open:
		r.compareDemands(op, said)
	}
}

// compareDemands looks for each demand of the document among the guards, and for each guard among the demands.
func (r callersReader) compareDemands(op *operation, said *source.Node) {
	met := map[string]bool{}
	for _, demand := range said.Items() {
		if len(demand.Entries()) > 1 {
			demand.Report(report.Warning(codeSecurity, demand.Range, "the document asks for several things at once for %s; any one of them is enough", op.name).
				Why("A request must satisfy one authentication.").Fix("list them apart"))
		}
		for _, scheme := range demand.Entries() {
			name := r.guardFor(op, scheme)
			met[name] = true
			if name == "" {
				scheme.Key.Report(report.Warning(codeSecurity, scheme.Key.Range, "no authentication of %s takes what the document calls %s", op.name, scheme.Name).
					Why("It takes %s.", op.guardNames()).Fix("describe that in the document, or add an authentication of this kind"))
			}
			r.compareScopes(op, name, scheme)
		}
	}
	for _, guard := range op.guards {
		if one := r.project.authenticationNamed(guard.Authentication); !met[guard.Authentication] && one.Kind != "" {
			said.Report(report.Note(codeSecurity, said.Range, "the document does not say that %s takes %s, too", op.name, guard.Authentication))
			return
		}
	}
}

// guardFor finds the authentication of an operation that a scheme of the document describes: the one of its name, or else of its kind.
func (r callersReader) guardFor(op *operation, scheme source.Entry) string {
	described := (document{root: r.document}).follow(r.document.Get("components").Get("securitySchemes").Get(scheme.Name))
	found := ""
	for _, guard := range op.guards {
		if one := r.project.authenticationNamed(guard.Authentication); one.Kind == "" || describes(described, one) {
			if found = cmp.Or(found, one.Name); one.Name == scheme.Name {
				return one.Name
			}
		}
	}
	return found
}

// describes tells whether a security scheme is what an authentication asks for.
func describes(scheme *source.Node, one *authentication) bool {
	word := func(key string) string { return strings.ToLower(source.Text(scheme.Get(key))) }
	switch one.Kind {
	case access.Basic:
		return word("type") == "http" && word("scheme") == "basic"
	case access.Key:
		return word("type") == "apikey" && word("in") == "header" && word("name") == strings.ToLower(one.Header)
	}
	return word("type") == "http" && word("scheme") == "bearer" || word("type") == "oauth2" || word("type") == "openidconnect"
}

// compareScopes warns of scopes that the document asks for and nothing else does.
func (r callersReader) compareScopes(op *operation, name string, scheme source.Entry) {
	one := r.project.authenticationNamed(name)
	if one == nil || one.Kind != access.Token {
		return
	}
	for _, item := range scheme.Value.Items() {
		asked := slices.Contains(one.Scopes, item.Value()) || slices.ContainsFunc(op.guards, func(g access.Guard) bool {
			return g.Authentication == name && slices.Contains(g.Scopes, item.Value())
		})
		if !asked {
			item.Report(report.Warning(codeSecurity, item.Range, "the document asks for the scope %s for %s, and nothing else does", item.Value(), op.name).
				Fix("write %s: {%s: [%s]} beside the operation's fulfillments", authenticationKey, name, item.Value()))
		}
	}
}

// guardNames are the authentications that guard an operation, in words.
func (o *operation) guardNames() string {
	var names []string
	for _, guard := range o.guards {
		names = append(names, guard.Authentication)
	}
	return strings.Join(slices.Compact(names), " or ")
}
