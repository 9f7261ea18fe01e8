package sql

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/steploom/steploom/shared/sqltext"
	"github.com/steploom/steploom/shared/task"
)

// postgres runs statements through the extended query protocol with every parameter as text and its type left to the
// server, so that "7" and 7 both fit an integer column, LIMIT or a timestamp.
type postgres struct{}

func (postgres) dialect() dialect {
	return dialect{engine: sqltext.PostgreSQL, placeholder: dollarNumber}
}

const cancelGrace = 2 * time.Second

func (postgres) open(t target) (*sql.DB, error) {
	settings, err := postgresSettings(&t)
	if err != nil {
		return nil, err
	}
	address := url.URL{Scheme: "postgres", Host: t.address(), Path: "/" + t.database, RawQuery: settings.Encode()}
	if t.user != "" {
		address.User = url.User(t.user)
	}
	config, err := pgx.ParseConfig(address.String())
	if err != nil {
		return nil, task.Errorf(task.SqlConnect, "datasource URL: the PostgreSQL options are not valid")
	}
	config.Password = t.password
	config.RuntimeParams["timezone"] = "UTC"
	config.RuntimeParams["datestyle"] = "ISO"
	config.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: conn, DeadlineDelay: cancelGrace}
	}
	return sized(stdlib.OpenDB(*config)), nil
}

// postgresSettings translates the options of pgjdbc and libpq.
func postgresSettings(t *target) (url.Values, error) {
	settings := url.Values{}
	for from, to := range map[string]string{
		"sslmode": "sslmode", "sslrootcert": "sslrootcert", "currentschema": "search_path", "search_path": "search_path",
		"applicationname": "application_name", "application_name": "application_name", "options": "options",
		"connecttimeout": "connect_timeout", "connect_timeout": "connect_timeout", "logintimeout": "connect_timeout",
	} {
		if value, ok := t.takeOption(from); ok {
			settings.Set(to, value)
		}
	}
	ssl, hasSSL := t.takeOption("ssl")
	factory, _ := t.takeOption("sslfactory")
	switch {
	case settings.Has("sslmode"):
	case strings.HasSuffix(factory, "NonValidatingFactory"):
		settings.Set("sslmode", "require")
	case hasSSL && ssl != "false":
		settings.Set("sslmode", "verify-full")
	case hasSSL:
		settings.Set("sslmode", "disable")
	default:
		settings.Set("sslmode", "prefer")
	}
	return settings, t.checkOptions("preparethreshold", "preparedstatementcachequeries", "rewritebatchedinserts",
		"stringtype", "tcpkeepalive", "defaultrowfetchsize", "binarytransfer", "sockettimeout", "charset", "loglevel")
}

func (e postgres) execute(ctx context.Context, conn *sql.Conn, p prepared, l limits) (Result, error) {
	if p.generatesKeys() {
		p.text += " RETURNING *"
	}
	var result Result
	err := conn.Raw(func(driver any) error {
		var err error
		result, err = pgExecute(ctx, driver.(*stdlib.Conn).Conn(), p, l)
		return err
	})
	return result, err
}

func pgExecute(ctx context.Context, conn *pgx.Conn, p prepared, l limits) (Result, error) {
	description, err := pgDescribe(ctx, conn.PgConn(), p)
	if err != nil {
		return Result{}, err
	}
	columns := make([]string, len(description.Fields))
	for i, field := range description.Fields {
		columns[i] = field.Name
	}
	writer, err := newRowWriter(columns, l)
	if err != nil {
		return Result{}, err
	}
	reader := conn.PgConn().ExecPrepared(ctx, "", pgValues(p.arguments, description.ParamOIDs), nil, nil)
	for reader.NextRow() {
		err := writer.add(pgRow(conn.TypeMap(), description.Fields, reader.Values()))
		if err != nil {
			reader.Close()
			return Result{}, err
		}
	}
	tag, err := reader.Close()
	return Result{Rows: writer.rows, Affected: tag.RowsAffected()}, err
}

const (
	oidBool    = 16
	oidInt8    = 20
	oidInt2    = 21
	oidInt4    = 23
	oidText    = 25
	oidNumeric = 1700

	codeIndeterminateType = "42P18"
	savepoint             = "steploom_describe"
	statusInTransaction   = 'T'
)

// pgDescribe prepares the statement and lets the server infer the parameters' types. Where it cannot, a parameter is
// text; where it infers an integer and the value is a fraction, it is numeric. Inside a transaction a savepoint keeps
// a failed attempt from ending it.
func pgDescribe(ctx context.Context, conn *pgconn.PgConn, p prepared) (*pgconn.StatementDescription, error) {
	types := make([]uint32, len(p.arguments))
	description, err := pgAttempt(ctx, conn, p.text, types)
	var refused *pgconn.PgError
	if errors.As(err, &refused) && refused.Code == codeIndeterminateType {
		types, err = pgSettle(ctx, conn, p, types)
		if err != nil {
			return nil, err
		}
		description, err = pgAttempt(ctx, conn, p.text, types)
	}
	if err != nil {
		return nil, err
	}
	widened := false
	for i, inferred := range description.ParamOIDs {
		if isInteger(inferred) && isFraction(p.arguments[i]) {
			types[i], widened = oidNumeric, true
		}
	}
	if !widened {
		return description, nil
	}
	return pgAttempt(ctx, conn, p.text, types)
}

// pgSettle makes the undetermined parameters text, one by one: the server names only the first it cannot determine.
func pgSettle(ctx context.Context, conn *pgconn.PgConn, p prepared, types []uint32) ([]uint32, error) {
	for range types {
		_, err := pgAttempt(ctx, conn, p.text, types)
		var refused *pgconn.PgError
		if !errors.As(err, &refused) || refused.Code != codeIndeterminateType {
			return types, nil
		}
		i := parameterIn(refused.Message)
		if i < 0 || i >= len(types) || types[i] != 0 {
			return nil, err
		}
		types[i] = typeOf(p.arguments[i])
	}
	return types, nil
}

func typeOf(argument any) uint32 {
	switch argument.(type) {
	case bool:
		return oidBool
	case json.Number:
		return oidNumeric
	}
	return oidText
}

// parameterIn gives the index of the parameter that a message names as $n, -1 when there is none.
func parameterIn(message string) int {
	_, rest, ok := strings.Cut(message, "$")
	if !ok {
		return -1
	}
	number := 0
	for _, c := range []byte(rest) {
		if c < '0' || c > '9' || number > 1<<16 {
			break
		}
		number = number*10 + int(c-'0')
	}
	return number - 1
}

func pgAttempt(ctx context.Context, conn *pgconn.PgConn, text string, types []uint32) (*pgconn.StatementDescription, error) {
	if conn.TxStatus() != statusInTransaction {
		return conn.Prepare(ctx, "", text, types)
	}
	if err := conn.Exec(ctx, "SAVEPOINT "+savepoint).Close(); err != nil {
		return nil, err
	}
	description, err := conn.Prepare(ctx, "", text, types)
	if err != nil {
		return nil, errors.Join(err, conn.Exec(ctx, "ROLLBACK TO SAVEPOINT "+savepoint).Close())
	}
	// The unnamed statement lives on: only a simple query or another Parse would replace it, so the savepoint stays.
	return description, nil
}

func isInteger(oid uint32) bool { return oid == oidInt2 || oid == oidInt4 || oid == oidInt8 }

func isFraction(argument any) bool {
	number, ok := argument.(json.Number)
	return ok && strings.ContainsAny(number.String(), ".eE")
}

// pgValues writes the arguments as text.
func pgValues(arguments []any, types []uint32) [][]byte {
	values := make([][]byte, len(arguments))
	for i, argument := range arguments {
		switch v := argument.(type) {
		case nil:
		case bool:
			values[i] = boolText(v, types[i])
		case json.Number:
			values[i] = []byte(v.String())
		case string:
			values[i] = []byte(v)
		}
	}
	return values
}

func boolText(value bool, oid uint32) []byte {
	switch {
	case isInteger(oid) && value:
		return []byte("1")
	case isInteger(oid):
		return []byte("0")
	case value:
		return []byte("true")
	}
	return []byte("false")
}

// classify implements engine by SQLSTATE (PostgreSQL appendix A).
func (postgres) classify(err error) *task.Error {
	var server *pgconn.PgError
	if !errors.As(err, &server) {
		return failure(task.SqlConnect, connectText(err), "")
	}
	e := failure(pgName(server.Code), server.Message, server.Code)
	if server.ConstraintName != "" {
		e.Detail = map[string]any{"code": server.Code, "constraint": server.ConstraintName}
	}
	return e
}

func pgName(code string) string {
	switch code {
	case "57014":
		return task.SqlTimeout
	case "57P01", "57P02", "57P03", "53300":
		return task.SqlConnect
	case "42501": // insufficient privilege
		return task.SqlFailed
	case "55P03":
		return task.SqlConflict
	}
	switch code[:min(2, len(code))] {
	case "08", "28", "3D":
		return task.SqlConnect
	case "23":
		return task.SqlConstraint
	case "42", "26", "3F":
		return task.SqlSyntax
	case "22":
		return task.SqlData
	case "40":
		return task.SqlConflict
	}
	return task.SqlFailed
}

// connectText is the reason a connection failed, without what the driver adds of the settings.
func connectText(err error) string {
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) {
		err = connect.Unwrap()
	}
	lines := strings.Split(err.Error(), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}
