package apichap

import (
	"strings"

	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// This file reads SQL instructions.

func (r *operationReader) sql(node *source.Node) *sqlInstruction {
	fields := node.Map("an sql instruction")
	one := &sqlInstruction{}
	if entry, found := fields.Entry("sql"); found {
		r.strayKey(entry)
	}
	one.allowFailure = isSet(fields.Take("allowFailure"))
	commit, isCommit := fields.Entry("commit")
	if isCommit {
		one.commits = nameOfTransaction(commit.Value)
		onlyCommits(fields, commit)
		fields.Done()
		if one.commits == nil {
			return nil
		}
		return one
	}
	r.collected(one, fields)
	if query := fields.Need("query"); query != nil {
		one.query = parseTemplate(query)
	}
	if list := fields.Take("parameters"); list != nil {
		empty(list, "parameters")
		for _, item := range list.List("parameters") {
			one.parameters = append(one.parameters, r.sqlParameter(item))
		}
	}
	fields.Done()
	if one.query == nil {
		return nil
	}
	return one
}

// collected reads the transaction that a query is collected for.
func (r *operationReader) collected(one *sqlInstruction, fields *source.Fields) {
	entry, found := fields.Entry("transaction")
	if !found {
		return
	}
	one.collects = nameOfTransaction(entry.Value)
	if allowed := fields.Node().Get("allowFailure"); one.allowFailure {
		allowed.Report(report.Warning(codeNoEffect, allowed.Range, "a statement that is collected cannot fail: nothing runs before the commit").
			Fix("write allowFailure where the transaction is committed"))
		one.allowFailure = false
	}
}

// nameOfTransaction reads the name of a transaction, nil when it is none.
func nameOfTransaction(node *source.Node) *transactionName {
	text, ok := node.Str()
	text = strings.TrimSpace(text)
	switch {
	case !ok:
		return nil
	case text == "":
		node.Report(report.Error(codeArgument, node.Range, "a transaction needs a name"))
		return nil
	case placeholders.First(text) < len(text):
		node.Report(report.Error(codeArgument, node.Range, "the name of a transaction is written out: no value can stand in it").
			Why("Which statements belong together is settled before the operation runs."))
		return nil
	}
	return &transactionName{text, node}
}

// onlyCommits refuses what belongs to the statements of a transaction beside its commit.
func onlyCommits(fields *source.Fields, commit source.Entry) {
	for _, name := range []string{"transaction", "query", "parameters"} {
		if entry, found := fields.Entry(name); found {
			entry.Key.Report(report.Error(codePlace, entry.Key.Range, "%q does not stand beside commit", name).
				Why("A commit runs what has been collected before.").
				Fix("write an update with transaction, query and parameters in front of it").
				Also(commit.Key.Range, "the commit"))
		}
	}
}

// strayKey tolerates an empty key that was written by mistake.
func (r *operationReader) strayKey(entry source.Entry) {
	severity := diag.Error
	if entry.Value.Kind == source.Null {
		severity = diag.Warning
	}
	entry.Key.Report(report.New(severity, codeStray, entry.Key.Range, "%q stands inside %q", entry.Name, entry.Name).Fix("delete it"))
}

// sqlParameter reads {param: …, if: …}, or just the expression.
func (r *operationReader) sqlParameter(node *source.Node) sqlParameter {
	if node.Kind != source.Mapping {
		return sqlParameter{value: parseExpression(node), at: node.Range}
	}
	fields := node.Map("a parameter")
	one := sqlParameter{when: parseExpression(fields.Take("if")), at: node.Range}
	if value := fields.Need("param"); value != nil {
		one.value = parseExpression(value)
	}
	fields.Done()
	return one
}
