package sql

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	mssql "github.com/microsoft/go-mssqldb"

	"github.com/steploom/steploom/shared/sqltext"
	"github.com/steploom/steploom/shared/task"
)

// sqlServer serves Microsoft SQL Server and Azure SQL. A text may be a batch of several statements.
type sqlServer struct{}

func (sqlServer) dialect() dialect {
	return dialect{engine: sqltext.SQLServer, placeholder: atNumber, batches: true, ping: true}
}

func (sqlServer) open(t target) (*sql.DB, error) {
	settings, err := sqlServerSettings(&t)
	if err != nil {
		return nil, err
	}
	address := url.URL{Scheme: "sqlserver", Host: t.host, Path: t.instance, RawQuery: settings.Encode()}
	if t.instance == "" || t.port != "1433" {
		address.Host = t.address()
	}
	if t.user != "" {
		address.User = url.UserPassword(t.user, t.password)
	}
	connector, err := mssql.NewConnector(address.String())
	if err != nil {
		return nil, task.Errorf(task.SqlConnect, "datasource URL: the SQL Server options are not valid")
	}
	return sized(sql.OpenDB(connector)), nil
}

// sqlServerSettings translates the properties of the Microsoft JDBC driver. Like that driver, a connection is
// encrypted unless encrypt says otherwise.
func sqlServerSettings(t *target) (url.Values, error) {
	settings := url.Values{"encrypt": {"true"}, "guid conversion": {"true"}}
	if t.database != "" {
		settings.Set("database", t.database)
	}
	for from, to := range map[string]string{
		"encrypt": "encrypt", "trustservercertificate": "TrustServerCertificate", "logintimeout": "dial timeout",
		"applicationname": "app name", "app name": "app name", "hostnameincertificate": "hostNameInCertificate",
		"applicationintent": "ApplicationIntent", "multisubnetfailover": "multisubnetfailover", "packetsize": "packet size",
		"workstationid": "workstation id", "dial timeout": "dial timeout",
	} {
		if value, ok := t.takeOption(from); ok {
			settings.Set(to, value)
		}
	}
	return settings, t.checkOptions("sendstringparametersasunicode", "lastupdatecount", "selectmethod", "responsebuffering",
		"sockettimeout", "querytimeout", "statementpoolingcachesize", "disablestatementpooling")
}

// generatedKey follows an INSERT in the same batch: the count of rows and the identity value (T-SQL SCOPE_IDENTITY).
const generatedKey = "; SELECT @@ROWCOUNT AS AFFECTED, CAST(SCOPE_IDENTITY() AS bigint) AS GENERATED_KEYS"

func (sqlServer) execute(ctx context.Context, conn *sql.Conn, p prepared, l limits) (Result, error) {
	switch {
	case givesRows(p):
		return query(ctx, conn, p, l, sqlServerValue)
	case p.verb == "INSERT" && !p.returning:
		return sqlServerInsert(ctx, conn, p)
	case p.yieldsRows(), p.verb == "WITH":
		return query(ctx, conn, p, l, sqlServerValue)
	}
	result, _, err := exec(ctx, conn, p)
	return result, err
}

// givesRows tells whether a batch asks for rows of its own: one of its statements is a query, as in INSERT …; SELECT SCOPE_IDENTITY(), also without
// the semicolon.
func givesRows(p prepared) bool {
	pieces := sqltext.Split(sqltext.SQLServer, p.text)
	for _, piece := range pieces {
		one := prepared{}
		one.verb, one.returning = sqltext.Verb(piece)
		if len(pieces) > 1 && one.yieldsRows() {
			return true
		}
	}
	return p.verb == "INSERT" && asksForKey(sqltext.Lex(sqltext.SQLServer, p.text))
}

// asksForKey tells whether a SELECT of the key follows the VALUES of an INSERT.
func asksForKey(statement []sqltext.Token) bool {
	values := nextOf(statement, -1, "values")
	query := nextOf(statement, max(values, 0), "select")
	return values >= 0 && query >= 0 && nextOf(statement, query, "scope_identity", "@@identity") >= 0
}

func sqlServerInsert(ctx context.Context, conn *sql.Conn, p prepared) (Result, error) {
	var affected int64
	var key sql.NullInt64
	row := conn.QueryRowContext(ctx, p.text+generatedKey, driverValues(p.arguments)...)
	if err := row.Scan(&affected, &key); err != nil {
		return Result{}, err
	}
	result := Result{Rows: []json.RawMessage{}, Affected: affected}
	if key.Valid {
		result.Rows = append(result.Rows, generatedKeys(key.Int64))
	}
	return result, nil
}

// generatedKeys is the row that an INSERT gives.
func generatedKeys(key int64) json.RawMessage {
	return json.RawMessage(`{"GENERATED_KEYS":` + strconv.FormatInt(key, 10) + `}`)
}

// sqlServerValue writes a value by its column's type.
func sqlServerValue(out *bytes.Buffer, typeName string, value any) error {
	switch v := value.(type) {
	case []byte:
		switch typeName {
		case "DECIMAL", "NUMERIC", "MONEY", "SMALLMONEY":
			return writeNumber(out, string(v))
		case "BINARY", "VARBINARY", "IMAGE", "TIMESTAMP", "ROWVERSION", "UDT", "GEOGRAPHY", "GEOMETRY", "HIERARCHYID":
			return writeBase64(out, v)
		}
	case time.Time:
		switch typeName {
		case "DATE":
			return writeText(out, v.Format(dateLayout))
		case "TIME":
			return writeText(out, v.Format(timeLayout))
		case "DATETIMEOFFSET":
			return writeText(out, v.UTC().Format(timestampLayout))
		}
	}
	return writeValue(out, value)
}

// classify implements engine by error number (sys.messages).
func (sqlServer) classify(err error) *task.Error {
	var server mssql.Error
	if !errors.As(err, &server) {
		return failure(task.SqlConnect, strings.TrimPrefix(err.Error(), "mssql: "), "")
	}
	return failure(sqlServerName(server.Number), server.Message, server.Number)
}

func sqlServerName(number int32) string {
	switch number {
	case 233, 4060, 10054, 17142, 18452, 18456, 40197, 40501, 40613:
		return task.SqlConnect
	case 515, 547, 2601, 2627:
		return task.SqlConstraint
	case 1205, 1222, 3960:
		return task.SqlConflict
	case 220, 232, 241, 242, 245, 248, 295, 2628, 8114, 8115, 8134, 8152:
		return task.SqlData
	case 102, 105, 109, 110, 128, 137, 156, 170, 201, 207, 208, 209, 213, 214, 2812, 4104, 8120, 8144, 8178:
		return task.SqlSyntax
	case 3617:
		return task.SqlTimeout
	}
	return task.SqlFailed
}
