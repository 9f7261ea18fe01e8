package sql

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"strings"

	"github.com/steploom/steploom/shared/sqltext"
	"github.com/steploom/steploom/shared/task"
)

// sqlite serves local runs. The driver is linked by whoever sets Config.SQLite (modernc.org/sqlite: its _pragma
// options are used). A datasource meant for another engine may run on it, so INSERT and UPDATE give every column of
// the touched rows, as PostgreSQL does, and insert_id besides, as MariaDB does; where it is known to stand for SQL Server, an INSERT gives
// what SQL Server gives.
type sqlite struct {
	connect OpenSQLite
	target  target
}

func (s sqlite) dialect() dialect {
	d := dialect{engine: sqltext.SQLite, placeholder: questionMark, homes: s.target.homes}
	switch sqltext.EngineOf(s.target.standsFor) {
	case sqltext.PostgreSQL:
		d.rewrite = fromPostgres
	case sqltext.SQLServer:
		d.rewrite, d.batches = fromSQLServer, true
	}
	return d
}

func (s sqlite) open(t target) (*sql.DB, error) {
	if t.database == "" {
		return nil, task.Errorf(task.SqlConnect, "datasource URL: the SQLite file is missing")
	}
	path, query, _ := strings.Cut(t.database, "?")
	options, err := url.ParseQuery(query)
	if err != nil {
		return nil, task.Errorf(task.SqlConnect, "datasource URL: the options are not escaped correctly")
	}
	if !options.Has("_pragma") {
		options["_pragma"] = []string{"busy_timeout(5000)", "foreign_keys(1)"}
	}
	if !options.Has("_txlock") {
		options.Set("_txlock", "immediate") // a transaction that reads first would fail where it should wait
	}
	path = strings.TrimPrefix(path, "file:")
	address := url.URL{Path: path}
	db, err := s.connect("file:" + address.EscapedPath() + "?" + options.Encode())
	if err != nil {
		return nil, task.Errorf(task.SqlConnect, "sqlite: %v", err)
	}
	sized(db)
	if strings.Contains(path, ":memory:") {
		db.SetMaxOpenConns(1) // every connection would have a database of its own
		db.SetConnMaxIdleTime(0)
		db.SetConnMaxLifetime(0)
	}
	return db, nil
}

const returningRow = " RETURNING *, rowid AS insert_id"

func (s sqlite) execute(ctx context.Context, conn *sql.Conn, p prepared, l limits) (Result, error) {
	if pieces := sqltext.Split(sqltext.SQLite, p.text); len(pieces) > 1 {
		return s.batch(ctx, conn, p, pieces, l)
	}
	if sqltext.EngineOf(s.target.standsFor) == sqltext.SQLServer && p.generatesKeys() {
		return sqliteIdentity(ctx, conn, p)
	}
	if p.generatesKeys() {
		text := p.text
		p.text = text + returningRow
		result, err := query(ctx, conn, p, l, s.value)
		if err == nil || !strings.Contains(err.Error(), "rowid") {
			return result, err
		}
		p.text = text + " RETURNING *" // a WITHOUT ROWID table
		return query(ctx, conn, p, l, s.value)
	}
	if p.yieldsRows() || p.verb == "WITH" {
		return query(ctx, conn, p, l, s.value)
	}
	result, _, err := exec(ctx, conn, p)
	return result, err
}

// batch runs the statements of a text for SQL Server, which answers with the first rows that one of them gives.
func (s sqlite) batch(ctx context.Context, conn *sql.Conn, p prepared, pieces [][]sqltext.Token, l limits) (Result, error) {
	var answer Result
	isAnswered := false
	for _, piece := range pieces {
		one := p
		text, marks := rewrite(piece, questionMark)
		one.text, one.arguments, p.arguments = text, p.arguments[:marks], p.arguments[marks:]
		one.verb, one.returning = sqltext.Verb(piece)
		result, err := s.execute(ctx, conn, one, l)
		if err != nil {
			return Result{}, err
		}
		if !isAnswered {
			answer = result
		}
		isAnswered = isAnswered || one.yieldsRows()
	}
	return answer, nil
}

// sqliteIdentity answers a write as SQL Server does: an INSERT gives the number of its last row.
func sqliteIdentity(ctx context.Context, conn *sql.Conn, p prepared) (Result, error) {
	result, outcome, err := exec(ctx, conn, p)
	if err != nil || p.verb != "INSERT" || result.Affected == 0 {
		return result, err
	}
	if isNumbered, err := numbersRows(ctx, conn, p.text); err != nil || !isNumbered {
		return result, err
	}
	key, err := outcome.LastInsertId()
	result.Rows = append(result.Rows, generatedKeys(key))
	return result, err
}

// numbersRows tells whether the table of an INSERT numbers its rows: its key is one column of the type INTEGER, which is what becomes of IDENTITY.
func numbersRows(ctx context.Context, conn *sql.Conn, insert string) (is bool, err error) {
	tokens := sqltext.Lex(sqltext.SQLite, insert)
	name := next(tokens, nextOf(tokens, -1, "into"))
	schema := "main"
	if dot := next(tokens, name); tokenIs(tokens, dot, ".") {
		schema, name = sqltext.Unquote(sqltext.SQLite, tokens[name]), next(tokens, dot)
	}
	if name < 0 {
		return false, nil
	}
	const query = "SELECT count(*) = 1 AND max(upper(type)) = 'INTEGER' FROM pragma_table_info(?, ?) WHERE pk > 0"
	err = conn.QueryRowContext(ctx, query, sqltext.Unquote(sqltext.SQLite, tokens[name]), schema).Scan(&is)
	return is, err
}

// classify implements engine by primary result code (sqlite.org/rescode.html).
func (sqlite) classify(err error) *task.Error {
	var server interface{ Code() int }
	if !errors.As(err, &server) {
		return failure(task.SqlFailed, err.Error(), "")
	}
	return failure(sqliteName(server.Code()&0xff), err.Error(), server.Code())
}

func sqliteName(code int) string {
	switch code {
	case 1, 25:
		return task.SqlSyntax
	case 5, 6:
		return task.SqlConflict
	case 9:
		return task.SqlTimeout
	case 14, 26:
		return task.SqlConnect
	case 19:
		return task.SqlConstraint
	case 18, 20:
		return task.SqlData
	}
	return task.SqlFailed
}
