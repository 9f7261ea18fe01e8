package apichap

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/access"
)

// This file reads which authentications guard an operation: all of the project's, any of which is enough, unless the operation says otherwise.

// authenticationKey says of an operation which authentications guard it: names, names with the scopes of a token, or nobodyAsked.
const (
	authenticationKey = "x-steploom-authentication"
	nobodyAsked       = "none"
)

// guards reads what an operation says, and takes every authentication where it says nothing.
func (r callersReader) guards(op *operation, node *source.Node) {
	switch {
	case node == nil:
		for _, one := range r.project.authentications {
			op.guards = append(op.guards, access.Guard{Authentication: one.Name})
		}
	case op.method == "":
		node.Report(report.Warning(codeEndpoint, node.Range, "%s has no effect", authenticationKey).Why("No request starts the operation %q.", op.name).Fix("delete it"))
		return
	case node.Kind == source.Scalar && strings.EqualFold(node.Value(), nobodyAsked):
	default:
		r.ownGuards(op, node)
	}
	for _, trigger := range op.triggers {
		if request, ok := trigger.(*ir.HTTP); ok {
			request.Guards = op.guards
		}
	}
}

func (r callersReader) ownGuards(op *operation, node *source.Node) {
	if node.Kind == source.Mapping {
		r.scopedGuards(op, node)
		return
	}
	for _, item := range elements(node) {
		if item.Kind == source.Mapping {
			r.scopedGuards(op, item)
		} else if name, ok := item.Str(); ok {
			r.guard(op, item, name, nil)
		}
	}
	if len(elements(node)) == 0 {
		node.Report(report.Error(codeGuard, node.Range, "it is not said what guards the operation").Fix("name an authentication, or write %s: %s", authenticationKey, nobodyAsked))
	}
}

// scopedGuards reads names with scopes.
func (r callersReader) scopedGuards(op *operation, node *source.Node) {
	for _, entry := range node.Entries() {
		var scopes []string
		if len(elements(entry.Value)) > 0 {
			scopes = r.scopes(entry.Value)
		}
		r.guard(op, entry.Key, entry.Name, scopes)
	}
}

func (r callersReader) guard(op *operation, at *source.Node, name string, scopes []string) {
	one := r.project.authenticationNamed(name)
	switch {
	case one == nil && strings.EqualFold(name, nobodyAsked):
		at.Report(report.Error(codeGuard, at.Range, "%q stands alone: whoever may call without anything needs no authentication", name).
			Fix("delete it, or write %s: %s", authenticationKey, nobodyAsked))
		return
	case one == nil:
		at.Report(report.Error(codeGuard, at.Range, "there is no authentication %q", name).Why("What guards an operation cannot be left out.").
			Fix("%s", source.DidYouMean(name, r.project.authenticationNames())))
		return
	case len(scopes) > 0 && one.Kind != access.Token && one.Kind != "":
		at.Report(report.Error(codeGuard, at.Range, "%q has no scopes", name).Why("Scopes are something that tokens hold.").Fix("delete them, or name an authentication of type jwt"))
	case slices.ContainsFunc(op.guards, func(g access.Guard) bool { return g.Authentication == name && slices.Equal(g.Scopes, scopes) }):
		at.Report(report.Warning(codeTwice, at.Range, "%q guards the operation already", name).Fix("delete one of the two"))
		return
	}
	op.guards = append(op.guards, access.Guard{Authentication: name, Scopes: scopes})
}

func (p *project) authenticationNamed(name string) *authentication {
	at := slices.IndexFunc(p.authentications, func(one *authentication) bool { return one.Name == name })
	if at < 0 {
		return nil
	}
	return p.authentications[at]
}

func (p *project) authenticationNames() []string {
	var names []string
	for _, one := range p.authentications {
		names = append(names, one.Name)
	}
	return append(names, nobodyAsked)
}

// takes tells whether an authentication guards the operation.
func (o *operation) takes(name string) bool {
	return slices.ContainsFunc(o.guards, func(g access.Guard) bool { return g.Authentication == name })
}
