package nodes

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/dialect/osop/names"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

func db() Type {
	return Type{
		Name:      "db",
		Runs:      "SQL of the sql function: a query, a table with an action, or an audit row",
		Otherwise: "Engines other than PostgreSQL, MariaDB, MySQL, SQL Server and SQLite need a client of their own.",
		Here:      func(node *ast.Node) bool { return dialectOf(node.Runtime.Text("engine")) != "" },
		Task:      at.database,
		Describes: []string{"description", "name"},
	}
}

// dialectOf gives the dialect of SQL of the engine that a word means, "" when the sql function does not have it.
func dialectOf(engine string) string {
	switch strings.ToLower(engine) {
	case "", "postgres", "postgresql", "pg", "timescaledb", "cockroachdb", "sql":
		return "postgresql"
	case "mysql", "mariadb", "aurora":
		return "mysql"
	case "sqlserver", "mssql", "azure-sql":
		return "sqlserver"
	case "sqlite", "sqlite3":
		return "sqlite"
	default:
		return ""
	}
}

// database runs a query, writes into or reads from a table, or writes an audit row.
func (a at) database() *Task {
	engine := a.runtime.Take("engine")
	q := query{at: a, dialect: dialectOf(ast.Text(engine)), datasource: a.Datasources.names[a.node]}
	if q.dialect == "" {
		return a.refuse(codes.Database, "The sql function speaks PostgreSQL, MariaDB, MySQL, SQL Server and SQLite.", "the engine %s is not available", ast.Text(engine))
	}
	address := a.runtime.TakeText("connection", "url", "connection_string")
	if scheme, isJDBC := strings.CutPrefix(address, "jdbc:"); isJDBC && engine == nil {
		scheme, _, _ = strings.Cut(scheme, ":")
		q.dialect = cmp.Or(dialectOf(scheme), "postgresql")
	}
	a.runtime.Take("schema", "database", "host", "port", "version", "dialect")
	if address != "" && !names.StartsWithReference(address) {
		a.security.Take("secret_ref")
		a.otherSecurity()
	}
	statement, table := a.runtime.Take("query", "sql", "statement"), a.runtime.Take("table")
	if slices.Contains([]string{"migration", "backup", "seed"}, a.node.Subtype) && statement == nil {
		return a.refuse(codes.Database, "The sql function runs SQL statements.", "db nodes of subtype %s need the tools of the database", a.node.Subtype)
	}
	action := strings.ToLower(a.runtime.TakeText("action", "operation"))
	if statement == nil && action == "" {
		statement = a.runtime.Take("command")
	}
	switch {
	case statement != nil && statement.Kind == source.Scalar:
		return q.statement(statement)
	case table != nil:
		return q.table(table, action)
	case slices.Contains([]string{"", "insert", "audit", "log"}, action):
		return q.audit()
	default:
		return a.refuse(codes.Database, "There is neither a query nor a table.", "what %s does is not said", action)
	}
}

// query is a db node whose database is known.
type query struct {
	at
	dialect, datasource string
}

// task runs statements, several of them as one unless each may be repeated.
func (q query) task(port func(string, bool) jsonata.Node, statements ...any) *Task {
	arguments := names.Object("datasource", q.datasource, "statements", statements)
	return &Task{Function: task.SQL, Arguments: arguments, Result: ir.Result(), Writes: true, Port: port}
}

func statement(sql string, parameters []any) *jsonata.Object {
	return names.Object("sql", sql, "parameters", parameters)
}

// answered gives what the outputs of any statement are bound to by their names; nil for other names.
func answered(name string) jsonata.Node {
	switch name {
	case "rows":
		return build.Path(ir.Result(), task.SQLRows)
	case "affected", "row_count", "rowcount", "affected_rows":
		return build.Path(ir.Result(), task.SQLAffected)
	default:
		return nil
	}
}

func firstRow() jsonata.Node {
	return build.Filter(build.Path(ir.Result(), task.SQLRows), build.Number(0))
}

// rowPort binds an output of a statement that reads: the only output to all rows, one of several to a column of the first row.
func rowPort(name string, only bool) jsonata.Node {
	if value := answered(name); value != nil {
		return value
	}
	if only {
		return answered("rows")
	}
	return build.OrNull(build.Field(firstRow(), name))
}

// keyPort binds an output of a statement that writes: a column of the written row, its key, or how many rows there are.
func keyPort(name string, _ bool) jsonata.Node {
	if value := answered(name); value != nil {
		return value
	}
	orColumn := func(name string, otherwise jsonata.Node) jsonata.Node {
		column := build.Field(firstRow(), name)
		return build.If(build.Exists(column), column, otherwise)
	}
	key := orColumn("id", orColumn("insert_id", answered("affected")))
	if name == "id" {
		return key
	}
	return orColumn(name, key)
}

// statement makes a query whose references are parameters.
func (q query) statement(written *source.Node) *Task {
	var sql strings.Builder
	parameters := []any{}
	for _, p := range names.Split(written.Value()) {
		if !p.Reference {
			sql.WriteString(p.Text)
			continue
		}
		if quotes := strings.Count(sql.String(), "'"); quotes%2 == 1 {
			q.report(report.Error(codes.Database, written.At(p.Start, p.Start+len(p.Text)), "a value cannot stand inside an SQL text").
				Why("Values are bound as parameters, never spliced.").Fix("write it without the quotes, or put texts together with ||"))
		}
		value, ok := q.Expression(written, p.Text, p.Start)
		if !ok {
			return nil
		}
		sql.WriteString("?")
		parameters = append(parameters, value.Defined())
	}
	if more := q.runtime.Take("parameters", "params"); more != nil {
		if list, ok := q.Value(more).([]any); ok {
			parameters = append(parameters, list...)
		}
	}
	t := q.task(keyPort, statement(strings.TrimSpace(sql.String()), parameters))
	if readsOnly.MatchString(sql.String()) {
		t.Writes, t.Port = false, rowPort
	}
	return t
}

var readsOnly = regexp.MustCompile(`(?is)^\s*(select|with|show|values)\b`)

var tableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$`)

// table reads or writes a whole table.
func (q query) table(table *source.Node, action string) *Task {
	name := ast.Text(table)
	if !tableName.MatchString(name) {
		q.report(report.Error(codes.Database, table.Range, "%q is not the name of a table", name).Fix("use letters, digits and _, with at most one dot"))
		return nil
	}
	if action == "" {
		action = "select"
		if len(q.node.Inputs) > 0 {
			action = "insert"
		}
		q.note(codes.Database, table.Range, "node "+q.node.ID+" does "+action+" on "+name, "It has a table, no query and no action.", "add action: "+action)
	}
	switch action {
	case "select", "read", "get", "list", "fetch", "find":
		t := q.task(rowPort, statement("SELECT * FROM "+q.quoted(name), []any{}))
		t.Writes = false
		return t
	case "insert", "write", "create", "append":
		return q.insert(name)
	default:
		return q.refuse(codes.Database, "Only select and insert can be made of a table's name.", "what %s does to %s is not said", action, name)
	}
}

// insert writes the inputs into columns of their names.
func (q query) insert(table string) *Task {
	if len(q.node.Inputs) == 0 {
		return q.refuse(codes.Database, "The node has no inputs.", "there is nothing to insert")
	}
	var columns []string
	var parameters []any
	for _, port := range q.node.Inputs {
		columns, parameters = append(columns, q.quoted(asl.Identifier(port.Name))), append(parameters, q.Port(port))
	}
	return q.task(keyPort, statement(insertion(q.quoted(table), columns), parameters))
}

// insertion is the statement that puts one row into a table.
func insertion(table string, columns []string) string {
	marks := strings.Repeat(", ?", len(columns))[2:]
	return "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES (" + marks + ")"
}

// quoted is a name, perhaps with its schema, as the database takes it whatever its letters.
func (q query) quoted(name string) string {
	opening, closing := `"`, `"`
	switch q.dialect {
	case "mysql":
		opening, closing = "`", "`"
	case "sqlserver":
		opening, closing = "[", "]"
	}
	return opening + strings.ReplaceAll(name, ".", closing+"."+opening) + closing
}

// audit writes the node's inputs as one JSON row into a table of the node's name, which is created when it is missing.
func (q query) audit() *Task {
	table := names.Cut(asl.Identifier(q.node.ID), 60)
	q.note(codes.Audit, q.node.Range, "node "+q.node.ID+" writes its inputs as one JSON row into the table "+table,
		"It has neither a query nor a table. The table is created when it is missing.", "add query: or table: and action: to the node's runtime to do something else")
	run := build.Path(build.Var("states"), "context", "Execution", "Id")
	parameters := []any{rowID(), build.Call("now"), q.Document.ID, q.node.ID, run, build.Call("string", q.Ports(q.node.Inputs))}
	columns := []string{"id", "recorded_at", "workflow", "node", "execution", "record"}
	return q.task(keyPort, statement(q.auditTable(table), []any{}), statement(insertion(q.quoted(table), columns), parameters))
}

// rowID makes an id that sorts by time: milliseconds and a random number, both in base 36.
func rowID() jsonata.Node {
	random := build.Call("floor", build.Binary(build.Call("random"), "*", build.Number(1e12)))
	return build.Concat(build.Call("formatBase", build.Call("millis"), build.Number(36)), build.Text("-"), build.Call("formatBase", random, build.Number(36)))
}

// auditTable creates the table. But for quoting the statement is the same for PostgreSQL, MariaDB, MySQL and SQLite, so that an embedded
// database can stand for any of them; SQL Server has words of its own.
func (q query) auditTable(table string) string {
	create, json := "CREATE TABLE IF NOT EXISTS ", "JSON"
	if q.dialect == "sqlserver" {
		create, json = "IF OBJECT_ID(N'"+table+"', N'U') IS NULL CREATE TABLE ", "NVARCHAR(MAX)"
	}
	return create + q.quoted(table) + " (id VARCHAR(36) PRIMARY KEY, recorded_at VARCHAR(30) NOT NULL, workflow VARCHAR(200) NOT NULL, " +
		"node VARCHAR(200) NOT NULL, execution VARCHAR(400) NOT NULL, record " + json + " NOT NULL)"
}
