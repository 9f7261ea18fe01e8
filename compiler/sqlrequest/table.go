package sqlrequest

import (
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/sqltext"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// Select reads a whole table.
func Select(engine sqltext.Engine, table string) *jsonata.Object {
	return Of(engine.Select(table), []any{})
}

// Insert writes one row: a value for each of its columns, of which there is at least one. Columns are called as variables would be.
func Insert(engine sqltext.Engine, table string, columns []string, values []any) *jsonata.Object {
	quoted := make([]string, len(columns))
	for i, name := range columns {
		quoted[i] = engine.Quote(asl.Identifier(name))
	}
	return Of(engine.Insert(table, quoted...), values)
}

// Audit writes a record as one JSON row into a table that is created when it is missing (see sqltext.AuditColumns). Its ids sort by time:
// milliseconds and a random number, both in base 36.
func Audit(engine sqltext.Engine, table, workflow, node string, record jsonata.Node) []any {
	base36 := func(node jsonata.Node) jsonata.Node { return build.Call("formatBase", node, build.Number(36)) }
	random := build.Call("floor", build.Binary(build.Call("random"), "*", build.Number(1e12)))
	id, run := build.Concat(base36(build.Call("millis")), build.Text("-"), base36(random)), ir.ExecutionID()
	values := []any{id, build.Call("now"), workflow, node, run, build.Call("string", record)}
	return []any{Of(engine.CreateAudit(table), []any{}), Of(engine.Insert(table, sqltext.AuditColumns()...), values)}
}
