package osop

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/condition"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// engineOf gives the engine that a word means, and whether the sql function has it.
func engineOf(name string) (string, bool) {
	switch strings.ToLower(name) {
	case "", "postgres", "postgresql", "pg", "timescaledb", "cockroachdb", "sql":
		return "postgresql", true
	case "mysql", "mariadb", "aurora":
		return "mysql", true
	case "sqlserver", "mssql", "azure-sql":
		return "sqlserver", true
	case "sqlite", "sqlite3":
		return "sqlite", true
	default:
		return "", false
	}
}

// db runs a query, writes into or reads from a table, or writes an audit row.
func (g *graph) db(n int) *task {
	node := g.document.Nodes[n]
	r := node.Runtime
	engineNode := r.take("engine")
	engine, known := engineOf(scalarText(engineNode))
	if !known {
		g.notRunnable(n, codeDatabase, "the engine "+scalarText(engineNode)+" is not available", "The sql function speaks PostgreSQL, MariaDB, MySQL, SQL Server and SQLite.")
		return nil
	}
	switch node.Subtype {
	case "migration", "backup", "seed":
		if !r.has("query", "sql", "statement") {
			g.notRunnable(n, codeDatabase, "db nodes of subtype "+node.Subtype+" need the tools of the database", "The sql function runs SQL statements.")
			return nil
		}
	}
	if strings.HasPrefix(scalarText(r.take("connection", "url", "connection_string")), "jdbc:") && engineNode == nil {
		engine = engineOfURL(r.text("connection", "url", "connection_string"))
	}
	datasource := g.datasource(n)
	query, table := r.take("query", "sql", "statement"), r.take("table")
	action := strings.ToLower(r.text("action", "operation"))
	if query == nil && action == "" {
		query = r.take("command")
	}
	var t *task
	switch {
	case query != nil && query.Kind == source.Scalar:
		t = g.statement(n, datasource, query)
	case table != nil:
		t = g.table(n, datasource, engine, table, action)
	case action != "" && action != "insert" && action != "audit" && action != "log":
		g.notRunnable(n, codeDatabase, "what "+action+" does is not said", "There is neither a query nor a table.")
		return nil
	default:
		t = g.audit(n, datasource, engine)
	}
	g.onlyRuntime(n, "description", "name", "schema", "database", "host", "port", "version", "dialect")
	return t
}

func engineOfURL(text string) string {
	for _, word := range []string{"mysql", "mariadb", "sqlserver", "sqlite"} {
		if strings.HasPrefix(text, "jdbc:"+word) {
			engine, _ := engineOf(word)
			return engine
		}
	}
	return "postgresql"
}

// datasource names the connection of a node. Nodes with the same address share one.
func (g *graph) datasource(n int) string {
	node := g.document.Nodes[n]
	address := node.Runtime.take("connection", "url", "connection_string")
	text := scalarText(address)
	if text == "" || startsWithReference(text) {
		name := node.ID
		if inner := trimReference(text); text != "" && inner != text {
			name = inner[strings.LastIndex(inner, ".")+1:]
		} else if engine := node.Runtime.text("engine"); engine != "" {
			name = engine
		}
		g.report(diag.Note, codeDatabase, node.Range, "node "+node.ID+" uses the datasource "+name, "Its address is not written out.", "set STEPLOOM_DATASOURCE_"+strings.ToUpper(asl.Identifier(name))+" to the address of the database")
		g.project.connect(&ir.Connection{Name: name, Kind: ir.Database, Range: node.Range})
		return name
	}
	connection := &ir.Connection{Name: node.ID, Kind: ir.Database, URL: text, Range: address.Range}
	if u, err := url.Parse(text); err == nil && u.User != nil {
		connection.User.Literal = u.User.Username()
		connection.Password.Literal, _ = u.User.Password()
		if connection.Password.Literal != "" {
			g.report(diag.Warning, codeSecret, address.Range, "the address of the database holds a password", "It is moved into a secret.", "use security: {secret_ref: NAME}")
		}
		u.User = nil
		connection.URL = u.String()
	}
	if secret := scalarText(node.Security.take("secret_ref")); secret != "" {
		connection.User, connection.Password = ir.Credential{Ref: secret}, ir.Credential{Ref: secret}
	}
	g.otherSecurity(node)
	return g.project.connect(connection)
}

func sqlTask(datasource string, statements ...any) *task {
	arguments := object("datasource", datasource, "statements", statements)
	if len(statements) > 1 {
		arguments.Set("transaction", true)
	}
	t := &task{function: "sql", arguments: arguments, result: ir.Result(), writes: true}
	t.port = rowPort
	return t
}

// rowPort binds an output of a query: rows and affected by name, the only output to all rows, one of several to a column of the first row.
func rowPort(name string, only bool) jsonata.Node {
	rows := build.Path(ir.Result(), "rows")
	switch {
	case name == "rows":
		return rows
	case name == "affected" || name == "row_count" || name == "rowcount" || name == "affected_rows":
		return build.Path(ir.Result(), "affected")
	case only:
		return rows
	default:
		return build.OrNull(build.Path(build.Filter(rows, build.Number(0)), name))
	}
}

// keyPort binds an output of a statement that writes: a column of the written row, its key, or how many rows there are.
func keyPort(name string, _ bool) jsonata.Node {
	row := build.Filter(build.Path(ir.Result(), "rows"), build.Number(0))
	affected := build.Path(ir.Result(), "affected")
	switch name {
	case "rows":
		return build.Path(ir.Result(), "rows")
	case "affected", "row_count", "rowcount", "affected_rows":
		return affected
	}
	key := build.If(build.Exists(build.Path(row, "id")), build.Path(row, "id"), build.If(build.Exists(build.Path(row, "insert_id")), build.Path(row, "insert_id"), affected))
	if name == "id" {
		return key
	}
	return build.If(build.Exists(build.Path(row, name)), build.Path(row, name), key)
}

// statement makes a query whose references are parameters.
func (g *graph) statement(n int, datasource string, query *source.Node) *task {
	s := scope{graph: g, node: n, edge: -1}
	var sql strings.Builder
	parameters := []any{}
	for _, p := range parts(query.Value(), false) {
		if !p.reference {
			sql.WriteString(p.text)
			continue
		}
		if quotes := strings.Count(sql.String(), "'"); quotes%2 == 1 {
			g.report(diag.Error, codeDatabase, query.At(p.start, p.start+len(p.text)), "a value cannot stand inside an SQL text", "Values are bound as parameters, never spliced.", "write it without the quotes, or put texts together with ||")
		}
		value, ok := s.expression(query, p.text, p.start)
		if !ok {
			return nil
		}
		sql.WriteString("?")
		parameters = append(parameters, orNullIf(value))
	}
	if written := g.document.Nodes[n].Runtime.take("parameters", "params"); written != nil {
		if list, ok := s.value(written).([]any); ok {
			parameters = append(parameters, list...)
		}
	}
	t := sqlTask(datasource, object("sql", strings.TrimSpace(sql.String()), "parameters", parameters))
	if !readsOnly.MatchString(sql.String()) {
		t.port = keyPort
		return t
	}
	t.writes = false
	return t
}

var readsOnly = regexp.MustCompile(`(?is)^\s*(select|with|show|values)\b`)

func orNullIf(value condition.Value) jsonata.Node {
	if value.Missing {
		return build.OrNull(value.Node)
	}
	return value.Node
}

var tableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$`)

// table reads or writes a whole table.
func (g *graph) table(n int, datasource, engine string, table *source.Node, action string) *task {
	node := g.document.Nodes[n]
	name := scalarText(table)
	if !tableName.MatchString(name) {
		g.report(diag.Error, codeDatabase, table.Range, quoted(name)+" is not the name of a table", "", "use letters, digits and _, with at most one dot")
		return nil
	}
	if action == "" {
		action = "select"
		if len(node.Inputs) > 0 {
			action = "insert"
		}
		g.report(diag.Note, codeDatabase, table.Range, "node "+node.ID+" does "+action+" on "+name, "It has a table, no query and no action.", "add action: "+action)
	}
	switch action {
	case "select", "read", "get", "list", "fetch", "find":
		t := sqlTask(datasource, object("sql", "SELECT * FROM "+quoteName(engine, name), "parameters", []any{}))
		t.writes = false
		return t
	case "insert", "write", "create", "append":
		return g.insert(n, datasource, engine, name)
	default:
		g.notRunnable(n, codeDatabase, "what "+action+" does to "+name+" is not said", "Only select and insert can be made of a table's name.")
		return nil
	}
}

// insert writes the inputs into columns of their names.
func (g *graph) insert(n int, datasource, engine, table string) *task {
	node := g.document.Nodes[n]
	if len(node.Inputs) == 0 {
		g.notRunnable(n, codeDatabase, "there is nothing to insert", "The node has no inputs.")
		return nil
	}
	var columns, marks []string
	parameters := []any{}
	for _, port := range node.Inputs {
		columns, marks = append(columns, quoteName(engine, asl.Identifier(port.Name))), append(marks, "?")
		parameters = append(parameters, g.portValue(n, port))
	}
	sql := "INSERT INTO " + quoteName(engine, table) + " (" + strings.Join(columns, ", ") + ") VALUES (" + strings.Join(marks, ", ") + ")"
	t := sqlTask(datasource, object("sql", sql, "parameters", parameters))
	t.port = keyPort
	return t
}

func quoteName(engine, name string) string {
	opening, closing := `"`, `"`
	switch engine {
	case "mysql":
		opening, closing = "`", "`"
	case "sqlserver":
		opening, closing = "[", "]"
	}
	var quotedParts []string
	for _, p := range strings.Split(name, ".") {
		quotedParts = append(quotedParts, opening+p+closing)
	}
	return strings.Join(quotedParts, ".")
}

// audit writes the node's inputs as one JSON row into a table of the node's name, which is created when it is missing.
func (g *graph) audit(n int, datasource, engine string) *task {
	node := g.document.Nodes[n]
	table := cut(asl.Identifier(node.ID), 60)
	g.report(diag.Note, codeAudit, node.Range, "node "+node.ID+" writes its inputs as one JSON row into the table "+table,
		"It has neither a query nor a table. The table is created when it is missing.", "add query: or table: and action: to the node's runtime to do something else")
	create, insert := auditSQL(engine, quoteName(engine, table), table)
	record := g.portValues(n, node.Inputs)
	run := build.Path(build.Var("states"), "context", "Execution", "Id")
	parameters := []any{rowID(), build.Call("now"), g.document.ID, node.ID, run, build.Call("string", record)}
	t := sqlTask(datasource, object("sql", create, "parameters", []any{}), object("sql", insert, "parameters", parameters))
	t.arguments.(*jsonata.Object).Delete("transaction")
	t.port = keyPort
	return t
}

// rowID makes an id that sorts by time: milliseconds and a random number, both in base 36.
func rowID() jsonata.Node {
	random := build.Call("floor", build.Binary(build.Call("random"), "*", build.Number(1e12)))
	return build.Binary(build.Binary(build.Call("formatBase", build.Call("millis"), build.Number(36)), "&", build.Text("-")), "&", build.Call("formatBase", random, build.Number(36)))
}

// auditSQL gives the statements. But for quoting they are the same for PostgreSQL, MariaDB, MySQL and SQLite, so that an embedded database
// can stand for any of them; SQL Server has words of its own.
func auditSQL(engine, table, plainName string) (create, insert string) {
	insert = "INSERT INTO " + table + " (id, recorded_at, workflow, node, execution, record) VALUES (?, ?, ?, ?, ?, ?)"
	columns := " (id VARCHAR(36) PRIMARY KEY, recorded_at VARCHAR(30) NOT NULL, workflow VARCHAR(200) NOT NULL, node VARCHAR(200) NOT NULL, execution VARCHAR(400) NOT NULL, record "
	if engine == "sqlserver" {
		return "IF OBJECT_ID(N'" + plainName + "', N'U') IS NULL CREATE TABLE " + table + columns + "NVARCHAR(MAX) NOT NULL)", insert
	}
	return "CREATE TABLE IF NOT EXISTS " + table + columns + "JSON NOT NULL)", insert
}
