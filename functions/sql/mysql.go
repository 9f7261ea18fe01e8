package sql

import (
	"context"
	"crypto/tls"
	"database/sql"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"

	"github.com/steploom/steploom/shared/sqltext"
	"github.com/steploom/steploom/shared/task"
)

// mysqlEngine serves MariaDB and MySQL. Statements with parameters are prepared on the server.
type mysqlEngine struct{}

func (mysqlEngine) dialect() dialect {
	return dialect{engine: sqltext.MySQL, placeholder: questionMark}
}

func (mysqlEngine) open(t target) (*sql.DB, error) {
	config := mysql.NewConfig()
	config.Net = "tcp"
	config.Addr = t.address()
	config.User = t.user
	config.Passwd = t.password
	config.DBName = t.database
	config.ClientFoundRows = true // UPDATE counts the rows it matches, as the other engines do
	config.Logger = quiet{}
	config.Collation = "utf8mb4_general_ci"
	config.Params = map[string]string{"time_zone": "'+00:00'"} // a TIMESTAMP is an instant: the server's zone does not enter
	if err := mysqlSettings(&t, config); err != nil {
		return nil, err
	}
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, task.Errorf(task.SqlConnect, "datasource URL: the MariaDB options are not valid")
	}
	return sized(sql.OpenDB(mysqlConnector{connector})), nil
}

// quiet drops the driver's log: errors are returned as well.
type quiet struct{}

func (quiet) Print(...any) {}

// mysqlSettings translates the options of MariaDB Connector/J and MySQL Connector/J.
func mysqlSettings(t *target, config *mysql.Config) error {
	if err := mysqlTimeouts(t, config); err != nil {
		return err
	}
	mode, _ := t.takeOption("sslmode")
	useSSL, _ := t.takeOption("usessl")
	required, _ := t.takeOption("requiressl")
	trust, _ := t.takeOption("trustservercertificate")
	if mode == "" && (useSSL == "true" || required == "true") {
		mode = "verify-full"
	}
	if mode != "" && trust == "true" {
		mode = "trust"
	}
	settings, err := mysqlTLS(mode, t.host)
	if err != nil {
		return err
	}
	config.TLS = settings
	config.AllowFallbackToPlaintext = strings.EqualFold(mode, "preferred")
	if collation, ok := t.takeOption("connectioncollation"); ok {
		config.Collation = collation
	}
	return t.checkOptions("useunicode", "characterencoding", "servertimezone", "timezone", "autoreconnect", "allowpublickeyretrieval",
		"rewritebatchedstatements", "useserverprepstmts", "cacheprepstmts", "prepstmtcachesize", "prepstmtcachesqllimit",
		"zerodatetimebehavior", "uselegacydatetimecode", "nullcatalogmeanscurrent", "verifyservercertificate", "usebulkstmts",
		"permitmysqlscheme", "pool", "minpoolsize", "maxpoolsize", "tcpkeepalive", "charset", "parsetime", "loc")
}

func mysqlTimeouts(t *target, config *mysql.Config) error {
	settings := map[string]*time.Duration{"connecttimeout": &config.Timeout, "sockettimeout": &config.ReadTimeout}
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		text, ok := t.takeOption(name)
		if !ok {
			continue
		}
		milliseconds, err := strconv.Atoi(text)
		if err != nil || milliseconds < 0 {
			return task.Errorf(task.SqlConnect, "datasource URL: option %q is not a number of milliseconds", name)
		}
		*settings[name] = time.Duration(milliseconds) * time.Millisecond
	}
	return nil
}

func mysqlTLS(mode, host string) (*tls.Config, error) {
	switch strings.ReplaceAll(strings.ToLower(mode), "_", "-") {
	case "", "disable", "disabled":
		return nil, nil
	case "trust", "required", "preferred":
		return &tls.Config{InsecureSkipVerify: true}, nil
	case "verify-full", "verify-identity", "verify-ca":
		return &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}, nil
	}
	return nil, task.Errorf(task.SqlConnect, "datasource URL: sslMode %q is not known", mode)
}

func (mysqlEngine) execute(ctx context.Context, conn *sql.Conn, p prepared, l limits) (Result, error) {
	session, err := sessionOf(conn)
	if err != nil {
		return Result{}, err
	}
	result, err := mysqlExecute(ctx, conn, p, l)
	if err != nil && ctx.Err() != nil {
		session.end()
	}
	return result, err
}

func mysqlExecute(ctx context.Context, conn *sql.Conn, p prepared, l limits) (Result, error) {
	if p.yieldsRows() || p.verb == "WITH" {
		return query(ctx, conn, p, l, mysqlValue)
	}
	result, outcome, err := exec(ctx, conn, p)
	if err != nil || !p.generatesKeys() {
		return result, err
	}
	id, err := outcome.LastInsertId()
	if err == nil && id != 0 {
		result.Rows = []json.RawMessage{json.RawMessage(`{"insert_id":` + strconv.FormatInt(id, 10) + `}`)}
	}
	return result, err
}

// classify implements engine by error number (MariaDB error codes; MySQL shares those named here).
func (mysqlEngine) classify(err error) *task.Error {
	var server *mysql.MySQLError
	if !errors.As(err, &server) {
		return failure(task.SqlConnect, err.Error(), "")
	}
	return failure(mysqlName(server.Number), server.Message, server.Number)
}

func mysqlName(number uint16) string {
	switch number {
	case 1040, 1044, 1045, 1049, 1053, 1129, 1130, 1203, 1226, 1698, 1927, 3118:
		return task.SqlConnect
	case 1022, 1048, 1062, 1169, 1216, 1217, 1364, 1451, 1452, 1557, 1586, 1761, 1762, 3819, 4025:
		return task.SqlConstraint
	case 1051, 1052, 1054, 1058, 1060, 1064, 1065, 1066, 1091, 1103, 1109, 1136, 1146, 1149, 1210, 1222, 1241, 1242, 1248, 1305, 1318, 1327, 1582, 1630, 1347, 1050:
		return task.SqlSyntax
	case 1205, 1213, 1020, 3572:
		return task.SqlConflict
	case 1264, 1265, 1292, 1366, 1367, 1406, 1365, 1411, 1441, 1690, 3140, 4038:
		return task.SqlData
	case 1317, 1969, 3024:
		return task.SqlTimeout
	}
	return task.SqlFailed
}
