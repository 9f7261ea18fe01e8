package nodes

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/dialect/osop/condition"
	"github.com/steploom/steploom/compiler/expr"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/compiler/sqlrequest"
	"github.com/steploom/steploom/shared/sqltext"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
)

func db() Type {
	return Type{
		Name:      "db",
		Runs:      "SQL of the sql function: a query, a table with an action, or an audit row",
		Otherwise: "Engines other than PostgreSQL, MariaDB, MySQL, SQL Server and SQLite need a client of their own.",
		Here:      func(node *ast.Node) bool { return speaks(node.Runtime.Text("engine")) },
		Task:      at.database,
		Describes: "version",
		Subtypes:  "query sql migration backup seed",
	}
}

func speaks(word string) bool {
	_, ok := sqltext.EngineNamed(word)
	return ok
}

// database runs a query, writes into or reads from a table, or writes an audit row.
func (a at) database() *Task {
	word := a.runtime.TakeText("engine")
	engine, known := sqltext.EngineNamed(word)
	if !known {
		return a.refuse(codes.Database, "The sql function speaks PostgreSQL, MariaDB, MySQL, SQL Server and SQLite.", "the engine %s is not available", word)
	}
	q := query{at: a, engine: cmp.Or(engine, sqltext.EngineOf(a.connection())), datasource: a.Datasources.names[a.node]}
	statement := a.runtime.Take("query", "sql", "statement")
	if slices.Contains([]string{"migration", "backup", "seed"}, a.node.Subtype) && statement == nil {
		return a.refuse(codes.Database, "The sql function runs SQL statements.", "db nodes of subtype %s need the tools of the database", a.node.Subtype)
	}
	if statement != nil && statement.Kind == source.Scalar {
		return q.statement(statement)
	}
	action := strings.ToLower(a.runtime.TakeText("action", "operation"))
	if command := a.node.Runtime.Get("command"); command != nil && command.Kind == source.Scalar && action == "" {
		return q.statement(a.runtime.Take("command"))
	}
	switch table := a.runtime.Take("table"); {
	case table != nil:
		return q.table(table, action)
	case slices.Contains([]string{"", "insert", "audit", "log"}, action):
		return q.audit()
	default:
		return a.refuse(codes.Database, "There is neither a query nor a table.", "what %s does is not said", action)
	}
}

// connection reads where the database is: an address as one text, or its parts. Parts beside an address stay unread, and so does a part without a host.
func (a at) connection() string {
	address := a.runtime.TakeText(addressKeys()...)
	secret := a.security.Take("secret_ref")
	if address == "" && a.runtime.Has("host") {
		a.runtime.TakeAll("host", "port", "database")
	} else if secret != nil && (address == "" || condition.StartsWithReference(address)) {
		a.Report(codes.Secret.Warning(secret.Range, "the secret has no effect").Why("The address of the database is not written out, and what stands in its place holds user and password.").
			Fix("write connection: with the address"))
	}
	return address
}

func addressKeys() []string { return []string{"connection", "url", "connection_string"} }

// query is a db node whose database is known.
type query struct {
	at
	engine     sqltext.Engine
	datasource string
}

func (q query) task(output sqlrequest.Output, statements ...any) *Task {
	return &Task{Function: task.SQL, Arguments: sqlrequest.Request(q.datasource, statements...), Result: ir.Result(), Writes: true, Port: output}
}

// statement makes a query whose references are parameters, in the order of the text with those that are listed.
func (q query) statement(written *source.Node) *Task {
	references, ok := q.Split(written)
	if !ok {
		return nil
	}
	bound := sqlrequest.Bind(q.engine, references)
	for _, r := range bound.Refused {
		p := references[r.Part]
		q.Report(codes.Database.Error(written.At(p.Text.At(0), p.Text.At(len(p.Text.Value))), "data cannot be put into the SQL text here: %s", r.Reason).
			Why("Data from a request or a response could change what the statement does. It is bound as a parameter where a value may stand.").
			Fix("write the reference where a value may stand; for anything else use one query for each case, behind edges with conditions"))
	}
	listed, ok := q.listed(bound.Marks())
	if !ok {
		return nil
	}
	t := q.task(bound.Output(), bound.Value(listed, func(text []expr.Piece) ir.Value { return q.Join(written, text) }))
	t.Writes = bound.Writes()
	return t
}

// listed are the values of the question marks in a query, one for each. Without any they are operators in PostgreSQL.
func (q query) listed(marks int) (listed []any, ok bool) {
	more := q.runtime.Take("parameters", "params")
	if more != nil && more.Kind != source.Sequence {
		q.Report(codes.Database.Error(more.Range, "the parameters of a query are a list").Why("Each of them takes the place of a ?, in the order of the text.").
			Fix("write params: [first, second], or ${name} in the query itself"))
		return nil, false
	}
	listed, _ = q.Value(more).([]any)
	if operators := more == nil && q.engine == sqltext.PostgreSQL; len(listed) != marks && !operators {
		place := cmp.Or(ast.RefTo(more).Range, q.node.Range)
		q.Report(codes.Database.Error(place, "the query has %d question marks and %d parameters", marks, len(listed)).
			Why("Each parameter takes the place of a ?, in the order of the text.").Fix("write params: with one value for each ?, and PostgreSQL's operator ? as ??"))
		return nil, false
	}
	return listed, true
}

// qualified puts the node's schema in front of a table's name.
func (q query) qualified(table string) (name string, ok bool) {
	schema := q.runtime.Take("schema")
	if schema == nil {
		return table, true
	}
	if name, ok = sqltext.Qualify(source.Text(schema), table); !ok {
		q.Report(codes.Database.Error(schema.Range, "the schema %q does not fit the table %s", source.Text(schema), table).
			Fix("write the schema in one of the two places, in letters, digits and _"))
	}
	return name, ok
}

func (q query) table(table *source.Node, action string) *Task {
	name, ok := q.qualified(source.Text(table))
	if !ok {
		return nil
	}
	if !sqltext.IsTable(name) {
		q.Report(codes.Database.Error(table.Range, "%q is not the name of a table", name).Fix("use letters, digits and _, with at most one dot"))
		return nil
	}
	if action == "" {
		action = "select"
		if len(q.node.Inputs) > 0 {
			action = "insert"
		}
		q.Report(codes.Database.Note(table.Range, "node %s does %s on %s", q.node.ID, action, name).Why("It has a table, no query and no action.").Fix("add action: %s", action))
	}
	switch action {
	case "select", "read", "get", "list", "fetch", "find":
		t := q.task(sqlrequest.Row, sqlrequest.Select(q.engine, name))
		t.Writes = false
		return t
	case "insert", "write", "create", "append":
		if len(q.node.Inputs) == 0 {
			return q.refuse(codes.Database, "The node has no inputs.", "there is nothing to insert")
		}
		var columns []string
		var values []any
		for _, port := range q.node.Inputs {
			columns, values = append(columns, port.Name), append(values, q.Port(port))
		}
		return q.task(sqlrequest.Key(q.engine), sqlrequest.Insert(q.engine, name, columns, values))
	default:
		return q.refuse(codes.Database, "Only select and insert can be made of a table's name.", "what %s does to %s is not said", action, name)
	}
}

// audit writes the node's inputs as one JSON row into a table of the node's name, which is created when it is missing.
func (q query) audit() *Task {
	table, ok := q.qualified(asl.Cut(asl.Identifier(q.node.ID), 60))
	if !ok {
		return nil
	}
	q.Report(codes.Audit.Note(q.node.Range, "node %s writes its inputs as one JSON row into the table %s", q.node.ID, table).
		Why("It has neither a query nor a table. The table is created when it is missing.").
		Fix("add query: or table: and action: to the node's runtime to do something else"))
	return q.task(sqlrequest.Key(q.engine), sqlrequest.Audit(q.engine, table, q.Document.ID, q.node.ID, q.Ports(q.node.Inputs))...)
}

// Datasources are the databases of a project. Nodes with the same address share one.
type Datasources struct {
	Connections ir.Connections
	names       map[*ast.Node]string
}

// With gives the databases that the nodes of one more workflow use.
func (d Datasources) With(document *ast.Document, assigned []Assignment, reader *source.Reader) Datasources {
	more := Datasources{Connections: d.Connections, names: maps.Clone(d.names)}
	if more.names == nil {
		more.names = map[*ast.Node]string{}
	}
	for n, node := range document.Nodes {
		if assigned[n].Here && (node.Type == "db" && speaks(node.Runtime.Text("engine")) || node.Type == "data" && isSQL(node.Runtime)) {
			more.Connections, more.names[node] = more.Connections.With(connection(node, reader))
		}
	}
	return more
}

func connection(node *ast.Node, reader *source.Reader) *ir.Connection {
	address := cmp.Or(node.Runtime.Get(addressKeys()...), node.Runtime.Get("host"))
	text, secret := node.Runtime.Text(addressKeys()...), node.Security.Text("secret_ref")
	engine, _ := sqltext.EngineNamed(node.Runtime.Text("engine"))
	if host := node.Runtime.Text("host"); text == "" && host != "" {
		text = engine.URL(host, node.Runtime.Text("port"), node.Runtime.Text("database"))
		if text == "" {
			reader.Report(codes.Database.Error(address.Range, "a host needs an engine").Fix("add engine: postgres, mariadb or sqlserver"))
		} else if strings.Contains(node.Runtime.Text("port")+node.Runtime.Text("database")+host, "{") {
			reader.Report(codes.Database.Error(address.Range, "data cannot be part of the address of a database").Fix("write it out, or give the whole address: connection: ${env.NAME}"))
		}
	}
	inner := condition.Whole(text)
	if text != "" && !condition.StartsWithReference(text) {
		c := ir.Connection{Name: node.ID, Kind: ir.Database, Range: address.Range}.At(text, secret)
		if _, _, password := ir.SplitCredentials(text); password != "" {
			reader.Report(codes.Secret.Warning(address.Range, "the address of the database holds a password").Why("It is moved into a secret.").
				Fix("use security: {secret_ref: NAME}"))
		}
		return c
	}
	name := node.ID
	if text == "" {
		name = cmp.Or(node.Runtime.Text("engine"), name)
	} else if inner != text {
		name = inner[strings.LastIndex(inner, ".")+1:]
	}
	reader.Report(codes.Database.Note(node.Range, "node %s uses the datasource %s", node.ID, name).Why("Its address is not written out.").
		Fix("set %s to the address of the database", task.VariableName(task.DatasourceVariable, name)))
	return &ir.Connection{Name: name, Kind: ir.Database, Range: node.Range}
}
