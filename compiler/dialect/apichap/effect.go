package apichap

import (
	"slices"

	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
)

// This file finds what is written in a project and changes nothing: what nobody refers to, what something else hides, what is empty.

// unused notes the datasources and variables to which nothing in the folder refers, as far as all of it could be read.
func (r *reader) unused() {
	if r.Problems().HasErrors() || len(r.project.operations) == 0 {
		return
	}
	r.uncalled()
	for _, one := range r.project.datasources {
		if !r.referred[one.key] {
			one.key.Report(report.Note(codeNoEffect, one.key.Range, "no fulfillment uses the datasource %q", one.name))
		}
	}
	for _, name := range sortedKeys(r.project.environment) {
		if key := r.project.environment[name].Key; !r.referred[key] {
			key.Report(report.Note(codeNoEffect, key.Range, "no datasource and no authentication uses the variable %q", name))
		}
	}
}

// uncalled notes an authentication that nobody meets.
func (r *reader) uncalled() {
	for _, one := range r.project.authentications {
		if !slices.ContainsFunc(r.project.operations, func(op *operation) bool { return op.method != "" && op.takes(one.Name) }) {
			one.key.Report(report.Note(codeNoEffect, one.key.Range, "no operation has an endpoint that %q could protect", one.Name))
		}
	}
}

// empty warns of a list without elements, which is the same as none.
func empty(list *source.Node, name string) {
	if list.Kind == source.Null || list.Kind == source.Sequence && len(list.Items()) == 0 {
		list.Report(report.Warning(codeNoEffect, list.Range, "%q is empty", name).Fix("delete it"))
	}
}

// unanswered warns of responses that are never given: those of a status with which no exception ends the operation.
func (o *operation) unanswered() {
	if !slices.ContainsFunc(o.responses, func(one *response) bool { return one.isDefault }) {
		return
	}
	statuses := map[int]bool{}
	eachFulfillment(o.fulfillments, func(ff *fulfillment) {
		for _, one := range ff.exceptions {
			statuses[one.status] = true
		}
	})
	given := map[int]*response{}
	for _, one := range o.responses {
		first := given[one.status]
		switch {
		case one.isDefault || one.status == 0:
			continue
		case first != nil:
			o.key.Report(report.Warning(codeNoEffect, one.at, "this response is never given: another one has the status %d", one.status).Also(first.at, "the first one of the status"))
		case !statuses[one.status]:
			o.key.Report(report.Warning(codeNoEffect, one.at, "this response is never given: no exception has the status %d", one.status).
				Why("The default response answers what succeeds; any other is the body of the exceptions with its status."))
		case one.body == nil && len(one.headers) == 0:
			o.key.Report(report.Warning(codeNoEffect, one.at, "this response changes nothing: it has no schema and no headers").
				Why("An exception with its status answers with the message where no schema shapes the body."))
		}
		given[one.status] = one
	}
}

// eachFulfillment visits fulfillments and those inside of them, in the order of the source.
func eachFulfillment(list []*fulfillment, visit func(*fulfillment)) {
	for _, ff := range list {
		visit(ff)
		for _, inside := range [][]*fulfillment{ff.body, ff.then, ff.els} {
			eachFulfillment(inside, visit)
		}
	}
}

// unread notes an index by which nothing looks for the result.
func (n *names) unread() {
	eachFulfillment(n.operation.fulfillments, func(ff *fulfillment) {
		if ff.index != nil && !n.used.index[ff.label] {
			ff.index.report(report.Note(codeNoEffect, ff.index.place(), "nothing looks for the results of %q by an index", ff.label).
				Why("VALUE_BY_INDEX(%s, …, …) would.", ff.label))
		}
	})
}

// unreachable warns of exceptions behind one that has no condition.
func (ff *fulfillment) unreachable() {
	first := slices.IndexFunc(ff.exceptions, func(one *exception) bool { return one.always })
	if first < 0 {
		return
	}
	for _, one := range ff.exceptions[first+1:] {
		ff.node.Report(report.Warning(codeUnreachable, one.at, "this exception never comes").
			Why("The first whose condition holds ends the operation, and one before it has no condition.").
			Also(ff.exceptions[first].at, "this one always comes"))
	}
}
