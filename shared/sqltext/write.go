package sqltext

import (
	"net/url"
	"regexp"
	"strings"
)

// EngineNamed returns the engine of a word by which people name databases, such as postgres, pg or aurora; Unknown for an empty word and for SQL as
// such. ok is false for a word that names a database which the sql function does not speak to.
func EngineNamed(word string) (engine Engine, ok bool) {
	switch strings.ToLower(word) {
	case "", "sql":
		return Unknown, true
	case "pg", "timescaledb", "cockroachdb":
		return PostgreSQL, true
	case "aurora":
		return MySQL, true
	case "azure-sql":
		return SQLServer, true
	case "sqlite3":
		return SQLite, true
	}
	engine = EngineOf(word)
	return engine, engine != Unknown && engine != Oracle && !strings.Contains(word, ":")
}

// URL returns the address of a database, "" for an engine that has no servers or is not known. An empty port is the engine's own.
func (e Engine) URL(host, port, database string) string {
	scheme := map[Engine]string{PostgreSQL: "postgresql", MySQL: "mariadb", SQLServer: "sqlserver"}[e]
	if scheme == "" {
		return ""
	}
	address := url.URL{Scheme: scheme, Host: host, Path: "/" + database}
	if port != "" {
		address.Host += ":" + port
	}
	if e == SQLServer {
		address.Path, address.RawQuery = "", url.Values{"database": {database}}.Encode()
	}
	return address.String()
}

var tableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$`)

// IsTable tells whether a text is the name of a table, perhaps behind its schema and a dot, that needs no quotes of its own.
func IsTable(name string) bool { return tableName.MatchString(name) }

// Qualify puts a schema in front of a table's name, unless it stands there. ok is false when there is another, or when the schema needs quotes of its
// own.
func Qualify(schema, table string) (name string, ok bool) {
	if strings.HasPrefix(table, schema+".") {
		return table, true
	}
	return schema + "." + table, IsTable(schema) && !strings.Contains(schema+table, ".")
}

// Select returns the statement that reads a whole table.
func (e Engine) Select(table string) string { return "SELECT * FROM " + e.Quote(table) }

// Insert returns the statement that writes one row, with a parameter for each of the columns, of which there is at least one. The columns stand in
// their quotes where they need any.
func (e Engine) Insert(table string, columns ...string) string {
	marks := strings.Repeat(", ?", len(columns))[2:]
	return "INSERT INTO " + e.Quote(table) + " (" + strings.Join(columns, ", ") + ") VALUES (" + marks + ")"
}

// AuditColumns are the columns of a table in which a workflow records what it was given.
func AuditColumns() []string {
	return []string{"id", "recorded_at", "workflow", "node", "execution", "record"}
}

// CreateAudit returns the statement that creates a table with the columns of AuditColumns unless it is there. But for quoting it is the same for
// PostgreSQL, MariaDB, MySQL and SQLite, so that an embedded database can stand for any of them; SQL Server has words of its own.
func (e Engine) CreateAudit(table string) string {
	create, json := "CREATE TABLE IF NOT EXISTS ", "JSON"
	if e == SQLServer {
		create, json = "IF OBJECT_ID(N'"+strings.ReplaceAll(table, "'", "''")+"', N'U') IS NULL CREATE TABLE ", "NVARCHAR(MAX)"
	}
	return create + e.Quote(table) + " (id VARCHAR(36) PRIMARY KEY, recorded_at VARCHAR(30) NOT NULL, workflow VARCHAR(200) NOT NULL, " +
		"node VARCHAR(200) NOT NULL, execution VARCHAR(400) NOT NULL, record " + json + " NOT NULL)"
}
