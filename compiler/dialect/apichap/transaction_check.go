package apichap

import (
	"maps"
	"slices"

	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
)

// This file finds transactions that cannot do what they say: never committed, of several databases, of nothing.

// checkTransactions reports what is wrong with the transactions of an operation.
func (n *names) checkTransactions() {
	for _, name := range sortedKeys(n.transactions) {
		n.transactions[name].oneDatasource()
		n.claim(n.transactions[name].Variable, "transaction "+name, n.transactions[name].uses()[0].name.node.Range)
	}
	n.transactions.commitNothing()
	ways := ways{n}
	ways.committedLater(n.operation.fulfillments, nil)
	ways.collectedBefore(n.operation.fulfillments, nil)
}

// uses are the statements and the commits of a transaction.
func (t *transaction) uses() []transactionUse { return slices.Concat(t.statements, t.commits) }

// oneDatasource refuses a transaction of several databases.
func (t *transaction) oneDatasource() {
	uses := t.uses()
	for _, use := range uses[1:] {
		first := uses[0]
		if use.ff.datasource == nil || first.ff.datasource == nil || use.ff.datasource == first.ff.datasource {
			continue
		}
		use.name.node.Report(report.Error(codeSeveralDatasources, use.name.node.Range, "transaction %q is of datasource %q, and this is %q", t.name, first.ff.datasource.name, use.ff.datasource.name).
			Why("One database cannot take back what another one has done.").
			Fix("give the statements for %q a transaction of their own", use.ff.datasource.name).
			Also(first.name.node.Range, "first used here"))
	}
}

// commitNothing refuses commits of a transaction that no statement belongs to.
func (all transactions) commitNothing() {
	var known []string
	for _, name := range sortedKeys(all) {
		if len(all[name].statements) > 0 {
			known = append(known, name)
		}
	}
	for _, name := range sortedKeys(all) {
		if len(all[name].statements) > 0 {
			continue
		}
		for _, use := range all[name].commits {
			use.name.node.Report(report.Error(codeNothingCollected, use.name.node.Range, "no statement of this operation belongs to transaction %q", name).
				Fix("%s", source.DidYouMean(name, known)))
		}
	}
}

// ways follows the ways that an operation can take.
type ways struct{ *names }

// names of transactions.
type transactionSet map[string]bool

func (s transactionSet) with(more transactionSet) transactionSet {
	joined := maps.Clone(s)
	if joined == nil {
		joined = transactionSet{}
	}
	maps.Copy(joined, more)
	return joined
}

// committedLater goes through fulfillments from the last to the first and refuses statements that no commit can follow. It gets the transactions
// that are committed behind the list, and gives those that are committed in it or behind.
func (w ways) committedLater(list []*fulfillment, later transactionSet) transactionSet {
	for i := len(list) - 1; i >= 0; i-- {
		ff := list[i]
		switch ff.kind {
		case loop:
			later = later.with(commitsIn(ff.body)) // the next round may reach them
			w.committedLater(ff.body, later)
		case branch:
			later = w.committedLater(ff.then, later).with(w.committedLater(ff.els, later))
		default:
			w.neverCommitted(ff, later)
			later = later.with(commitsIn([]*fulfillment{ff}))
		}
	}
	return later
}

func (w ways) neverCommitted(ff *fulfillment, later transactionSet) {
	for _, one := range ff.instructions {
		if one.sql == nil || one.sql.collects == nil || later[one.sql.collects.text] {
			continue
		}
		name := one.sql.collects
		name.node.Report(report.Error(codeNeverCommitted, name.node.Range, "transaction %q is never committed after this statement", name.text).
			Why("The statement is only collected: without a commit behind it, it never runs.").
			Fix("add an update with sql: {commit: %s} behind it, or delete transaction, so that the statement runs on its own", name.text))
	}
}

// collectedBefore goes through fulfillments from the first to the last and warns of commits that no statement can have come before. It gets the
// transactions of the statements in front of the list, and gives those in front of its end.
func (w ways) collectedBefore(list []*fulfillment, before transactionSet) transactionSet {
	for _, ff := range list {
		switch ff.kind {
		case loop:
			before = before.with(w.collectedBefore(ff.body, before))
		case branch:
			before = before.with(w.collectedBefore(ff.then, before)).with(w.collectedBefore(ff.els, before))
		default:
			w.tooEarly(ff, before)
			before = before.with(statementsIn(ff))
		}
	}
	return before
}

func (w ways) tooEarly(ff *fulfillment, before transactionSet) {
	for _, one := range ff.instructions {
		if one.sql == nil || one.sql.commits == nil || before[one.sql.commits.text] || len(w.transactions[one.sql.commits.text].statements) == 0 {
			continue
		}
		name := one.sql.commits
		name.node.Report(report.Warning(codeEarlyCommit, name.node.Range, "this commit may run before any statement of transaction %q", name.text).
			Why("A commit runs what has been collected since the one before it; of nothing it does nothing.").
			Fix("put it behind the statements").
			Also(w.transactions[name.text].statements[0].name.node.Range, "the first statement"))
	}
}

// commitsIn are the transactions that fulfillments, and those inside of them, commit.
func commitsIn(list []*fulfillment) transactionSet {
	found := transactionSet{}
	eachFulfillment(list, func(ff *fulfillment) {
		for _, one := range ff.instructions {
			if one.sql != nil && one.sql.commits != nil {
				found[one.sql.commits.text] = true
			}
		}
	})
	return found
}

// statementsIn are the transactions that a fulfillment collects for.
func statementsIn(ff *fulfillment) transactionSet {
	found := transactionSet{}
	for _, one := range ff.instructions {
		if one.sql != nil && one.sql.collects != nil {
			found[one.sql.collects.text] = true
		}
	}
	return found
}
