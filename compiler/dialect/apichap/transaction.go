package apichap

import (
	"slices"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/sqlrequest"
	"github.com/steploom/steploom/shared/sqltext"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// This file lowers transactions: statements are collected in a variable, and a commit sends all of them in one request.

// transaction is what an operation has under the name of a transaction.
type transaction struct {
	sqlrequest.Transaction
	name string
	// statements and commits are in the order of the source.
	statements, commits []transactionUse
}

// transactions are those of an operation, by name.
type transactions map[string]*transaction

// transactionUse is an instruction that collects a statement for a transaction, or commits it.
type transactionUse struct {
	ff   *fulfillment
	name *transactionName
}

// transaction notes what an instruction has to do with a transaction.
func (w *surveyor) transaction(ff *fulfillment, one *sqlInstruction) {
	switch {
	case one.collects != nil:
		t := w.names.transactions.called(one.collects)
		t.statements = append(t.statements, transactionUse{ff, one.collects})
	case one.commits != nil:
		t := w.names.transactions.called(one.commits)
		t.commits = append(t.commits, transactionUse{ff, one.commits})
	}
}

// called gives the transaction of a name.
func (all transactions) called(name *transactionName) *transaction {
	t := all[name.text]
	if t == nil {
		t = &transaction{name: name.text, Transaction: sqlrequest.Transaction{Variable: asl.Identifier(name.text) + "_statements"}}
		all[name.text] = t
	}
	return t
}

// onlyCollects tells that a fulfillment runs nothing: whatever it does is done by a commit.
func (ff *fulfillment) onlyCollects() bool {
	return len(ff.instructions) > 0 && !slices.ContainsFunc(ff.instructions, func(one *instruction) bool { return one.sql == nil || one.sql.collects == nil })
}

// collectors are the fulfillments that collect for a transaction, each name once.
func (t *transaction) collectors() []string {
	var labels []string
	for _, use := range t.statements {
		if !slices.Contains(labels, use.ff.label) {
			labels = append(labels, use.ff.label)
		}
	}
	return labels
}

// collect tells that a fulfillment, or one of its name, is a statement of a transaction, which has a result after the commit.
func (all transactions) collect(label string) bool {
	for _, t := range all {
		if slices.Contains(t.collectors(), label) {
			return true
		}
	}
	return false
}

// keepsRows tells whether somebody reads what a statement gave.
func (n *names) keepsRows(t *transaction, ff *fulfillment) bool {
	return n.used.value[ff.label] || n.used.index[ff.label] && ff.index != nil ||
		slices.ContainsFunc(t.commits, func(use transactionUse) bool { return n.used.value[use.ff.label] })
}

// beforeCommits gives the variables that commits set a value before them.
func (n *names) beforeCommits() []ir.Binding {
	var bindings []ir.Binding
	for _, name := range sortedKeys(n.transactions) {
		t := n.transactions[name]
		bindings = append(bindings, ir.Binding{Name: t.Variable, Value: t.Empty()})
		for _, label := range t.collectors() {
			variable := n.results[label].variable
			isBound := slices.ContainsFunc(bindings, func(b ir.Binding) bool { return b.Name == variable })
			if n.used.value[label] && !isBound {
				bindings = append(bindings, ir.Binding{Name: variable, Value: nil})
			}
		}
	}
	return bindings
}

// collected adds a statement to its transaction.
func (s sequence) collected(ff *fulfillment, one *instruction, label string) []ir.Step {
	t, found := s.names.transactions.called(one.sql.collects), s.names.results[ff.label]
	query := s.query(ff, one.sql.query)
	fitsTransaction(ff, one.sql.query, query)
	statement := sqlrequest.Collected{SQL: build.Concat(query.text...), Parameters: s.collectedParameters(one.sql, query)}
	if s.names.keepsRows(t, ff) {
		statement.Name = found.name
	}
	if s.names.used.index[found.name] && ff.index != nil {
		statement.IndexOrNil = s.indexKey(ff)
	}
	step := &ir.Assign{Header: head(label, one.at), Bindings: []ir.Binding{{Name: t.Variable, Value: t.With(statement)}}}
	if s.names.used.value[found.name] {
		step.Bindings = append(step.Bindings, ir.Binding{Name: found.variable, Value: nil})
	}
	return append(s.names.dates.steps(label), step)
}

// fitsTransaction refuses a query that begins or ends a transaction itself.
func fitsTransaction(ff *fulfillment, t *template, query *statement) {
	if why := sqltext.EndsTransaction(ff.engine(), query.plain); why != "" {
		t.report(report.Error(codeEndsTransaction, t.place(), "this statement cannot stand in a transaction: %s", why).
			Fix("run it outside of the transaction, before the first statement or after the commit, without the key transaction"))
	}
}

// commit completes a call that runs what a transaction has collected. Whatever the outcome, the transaction is empty afterwards.
func (s sequence) commit(c *ir.Call, ff *fulfillment, one *sqlInstruction) {
	t, found := s.names.transactions.called(one.commits), s.names.results[ff.label]
	emptied := ir.Binding{Name: t.Variable, Value: t.Empty()}
	c.Function, c.Result, c.Writes = task.SQL, build.Field(ir.Result(), task.SQLResults), true
	if ff.datasource != nil {
		c.Arguments = t.Request(ff.datasource.name)
	}
	if one.allowFailure {
		handler := s.failure(c, found)
		handler.Assign = append(handler.Assign, emptied)
		c.OnError = []ir.Handler{handler}
	}
	c.More = append(c.More, emptied)
	for _, label := range t.collectors() {
		c.More = append(c.More, s.committed(label)...)
		s.visible[label] = true
	}
}

// committed gives the variables of a fulfillment that collects their values after the commit.
func (s sequence) committed(label string) []ir.Binding {
	var bindings []ir.Binding
	found, used := s.names.results[label], s.names.used
	if used.value[label] {
		bindings = append(bindings, ir.Binding{Name: found.variable, Value: sqlrequest.Rows(label, build.Var(found.variable))})
	}
	if used.index[label] && found.indexed() {
		bindings = append(bindings, ir.Binding{Name: found.indexVariable(), Value: sqlrequest.RowsByIndex(label, build.Var(found.indexVariable()))})
	}
	return bindings
}
