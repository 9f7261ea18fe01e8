package apichap

import (
	"slices"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
)

func (r *operationReader) instructions(ff *fulfillment, node *source.Node) {
	if node.Kind == source.Null || node.Kind == source.Sequence && len(node.Items()) == 0 {
		node.Report(report.Error(source.CodeMissingKey, node.Range, "there are no instructions").Fix("add an instruction with sql, request or file, or write type: generic for a fulfillment that asks nobody"))
	}
	var unconditional *instruction
	for _, item := range node.List("instructions") {
		one := r.instruction(ff, item)
		if one == nil {
			continue
		}
		if unconditional != nil {
			item.Report(report.Warning(codeUnreachable, source.Head(item), "this instruction never runs").
				Why("Only the first instruction whose condition holds is run, and one before it has no condition.").
				Also(unconditional.at, "this one always runs"))
			continue
		}
		if one.when == nil && item.Get("if") == nil {
			unconditional = one
		}
		ff.instructions = append(ff.instructions, one)
	}
}

func (r *operationReader) instruction(ff *fulfillment, node *source.Node) *instruction {
	fields := node.Map("an instruction")
	one := &instruction{at: node.Range, when: parseExpression(fields.Take("if"))}
	if len(node.Entries()) > 0 {
		one.at = node.Entries()[0].Key.Range
	}
	sql, request, file, query := fields.Take("sql"), fields.Take("request"), fields.Take("file"), fields.Take("query")
	r.oneKind(node)
	switch {
	case sql != nil:
		one.sql = r.sql(sql)
		r.fits(ff, sql, ir.Database, "sql")
	case request != nil:
		one.request = r.request(request)
		r.fits(ff, request, ir.API, "request")
	case file != nil:
		one.file = fileReader{r, ff}.instruction(file)
		r.fits(ff, file, ir.FTP, "file")
	case query != nil:
		entry, _ := fields.Entry("query")
		query.Report(report.Warning(codeOldForm, query.Range, "a query without sql around it is the form of older versions").Fix("write sql: and indent query below it").
			Edit(node.Nest(entry, "sql")))
		one.sql = &sqlInstruction{query: parseTemplate(query)}
		r.fits(ff, query, ir.Database, "query")
	default:
		node.Report(report.Error(source.CodeMissingKey, one.at, `an instruction needs "sql", "request" or "file"`).Fix("write the one that the datasource is for: sql for type: db, request for type: api, file for type: ftp"))
	}
	fields.Done()
	if one.sql == nil && one.request == nil && one.file == nil {
		return nil
	}
	return one
}

// oneKind refuses an instruction that says two things to do.
func (r *operationReader) oneKind(node *source.Node) {
	var first *source.Entry
	for _, entry := range node.Entries() {
		switch {
		case !slices.Contains([]string{"sql", "request", "file", "query"}, entry.Name):
		case first == nil:
			first = &entry
		default:
			entry.Key.Report(report.Error(codeTwice, entry.Key.Range, "an instruction is one thing to do, and this one has %q and %q", first.Name, entry.Name).
				Fix("write two fulfillments, or two instructions with conditions of which the first that holds is carried out").
				Also(first.Key.Range, "the first one"))
		}
	}
}

// fits checks that an instruction is of the kind that its datasource understands.
func (r *operationReader) fits(ff *fulfillment, node *source.Node, kind ir.ConnectionKind, word string) {
	if ff.datasource == nil || ff.datasource.connection.Kind == kind {
		return
	}
	node.Report(report.Error(codePlace, node.At(0, 1), "%q does not fit datasource %q, which has type %s", word, ff.datasource.name, ff.datasource.connection.Kind).
		Fix("write %s, or name a datasource of type %s", instructionWords[ff.datasource.connection.Kind], kind).
		Also(ff.datasource.key.Range, "the datasource"))
}

// instructionWords are the keys of what a kind of datasource understands.
var instructionWords = map[ir.ConnectionKind]string{ir.Database: "sql", ir.API: "request", ir.FTP: "file"}

// isSet reads an optional switch.
func isSet(node *source.Node) bool {
	if node == nil {
		return false
	}
	value, _ := node.Bool()
	return value
}
