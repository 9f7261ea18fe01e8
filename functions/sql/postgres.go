package sql

import (
	"context"
	"database/sql"
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
	return sized(stdlib.OpenDB(*config, stdlib.OptionAfterConnect(pgSession))), nil
}

// pgSession makes intervals the text they are by default. The setting does not go along with the others of the start, which connection
// poolers refuse when they do not know one.
func pgSession(ctx context.Context, conn *pgx.Conn) error {
	if conn.PgConn().ParameterStatus("IntervalStyle") == "postgres" {
		return nil
	}
	return conn.PgConn().Exec(ctx, "SET intervalstyle = postgres").Close()
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
	description, err := pgDescribe(ctx, conn, p)
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
	values, err := pgValues(p.arguments, pgTypes{conn.TypeMap()}, description.ParamOIDs)
	if err != nil {
		return Result{}, err
	}
	reader := conn.PgConn().ExecPrepared(ctx, "", values, nil, nil)
	for reader.NextRow() {
		err := writer.add(pgRow(pgTypes{conn.TypeMap()}, description.Fields, reader.Values()))
		if err != nil {
			reader.Close()
			return Result{}, err
		}
	}
	tag, err := reader.Close()
	return Result{Rows: writer.rows, Affected: tag.RowsAffected()}, err
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
