// Package sql is the function that runs SQL statements against PostgreSQL, MariaDB and MySQL, SQL Server, and, in a
// local run, SQLite.
//
// A request (see [Request]) and its response:
//
//	{"datasource": "shop", "statements": [{"sql": "SELECT id, name FROM item WHERE price < ?", "parameters": [10]}]}
//	{"rows": [{"id": 7, "name": "pen"}], "affected": 1, "results": [{"rows": […], "affected": 1}]}
//
// Every ? is a parameter for every engine; values are always bound, never part of the statement's text. Connections
// are pooled from one invocation to the next. rows and affected at the top are those of the last statement.
package sql

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

const (
	defaultTimeout = task.SQLSeconds * time.Second
	longestTimeout = task.LongestSeconds * time.Second
	// MaxRows is the number of rows a query may have when the request says nothing.
	MaxRows = 10_000
)

// Request is what the function takes.
type Request struct {
	Datasource     string      `json:"datasource"`     // a name: see Variable
	Statements     []Statement `json:"statements"`     // run in order on one connection
	Transaction    bool        `json:"transaction"`    // all in one transaction, rolled back when one fails; then there may be no statement
	Collected      int         `json:"collected"`      // bytes of the statements where they were collected; above task.CollectedLimit they are not all here
	MaxRows        int         `json:"maxRows"`        // most rows of one query; MaxRows when 0
	TimeoutSeconds float64     `json:"timeoutSeconds"` // for all statements; 20 when 0
}

// Statement is one SQL statement. Parameters are JSON: null, booleans, numbers, texts; arrays and objects are bound as
// their JSON text.
type Statement struct {
	SQL        string `json:"sql"`
	Parameters []any  `json:"parameters"`
	Name       string `json:"name"`    // comes back with the result
	Index      any    `json:"index"`   // comes back with the result
	Discard    bool   `json:"discard"` // nobody asks for its rows: none are in the result
}

// Response is what the function gives.
type Response struct {
	Result
	Results []Outcome `json:"results"`
}

// Outcome is the result of one statement of several, with the name and the index that the request gave it.
type Outcome struct {
	Result
	Name  string `json:"name,omitempty"`
	Index any    `json:"index,omitempty"`
}

// Result is the outcome of one statement. Rows of a query are its rows; of INSERT and UPDATE the generated keys, as
// each engine has them (see returning.go). Affected is the number of rows of either.
type Result struct {
	Rows     []json.RawMessage `json:"rows"`
	Affected int64             `json:"affected"`
}

// Config is what the function needs of its surroundings.
type Config struct {
	Environment task.Environment
	Secrets     secret.Resolver
	SQLite      OpenSQLite // nil when no driver for SQLite is linked
}

// OpenSQLite makes a pool for a SQLite data source name of the form file:PATH?OPTIONS, PATH escaped as in a URL; it does
// not connect.
type OpenSQLite func(name string) (*sql.DB, error)

// Variable is the variable with the URL of a datasource: Variable("shop") is "STEPLOOM_DATASOURCE_SHOP".
func Variable(datasource string) string {
	return task.VariableName(task.DatasourceVariable, datasource)
}

// SecretVariable is the variable with the reference of the secret that holds {"user": …, "password": …}.
func SecretVariable(datasource string) string { return Variable(datasource) + "_SECRET" }

// Row describes the function.
func Row() task.Row {
	return task.Row{
		Name:    task.SQL,
		Doc:     "Runs SQL statements against PostgreSQL, MariaDB, MySQL or SQL Server.",
		Memory:  256,
		Timeout: 60 * time.Second,
		Request: []task.Field{
			{Name: "datasource", Type: task.TypeText, Doc: "the datasource's name", Holds: task.HoldsDatasource},
			{Name: "statements", Type: task.TypeList, Doc: "run in order on one connection"},
			{Name: "statements.*.sql", Type: task.TypeText, Doc: "the statement, ? for each parameter", Example: "SELECT 1"},
			{Name: "statements.*.parameters", Type: task.TypeList, Doc: "bound in order"},
			{Name: "statements.*.name", Type: task.TypeText, Doc: "comes back with the statement's result"},
			{Name: "statements.*.index", Type: task.TypeAny, Doc: "comes back with the statement's result"},
			{Name: "statements.*.discard", Type: task.TypeBoolean, Doc: "its rows are left out of the answer"},
			{Name: "transaction", Type: task.TypeBoolean, Doc: "all in one transaction, rolled back when one fails"},
			{Name: "collected", Type: task.TypeNumber, Doc: "bytes of the statements that were collected for a transaction"},
			{Name: "maxRows", Type: task.TypeNumber, Doc: "most rows of one query"},
			{Name: "timeoutSeconds", Type: task.TypeNumber, Doc: "for all statements"},
		},
		Answer: []task.Field{
			{Name: task.SQLRows, Type: task.TypeList, Doc: "of the last statement: rows of a query, generated keys of a write"},
			{Name: task.SQLAffected, Type: task.TypeNumber, Doc: "rows that the last statement read or wrote"},
			{Name: task.SQLResults, Type: task.TypeList, Doc: "rows and affected of each statement"},
		},
		Variables: append([]task.Variable{
			{Name: task.DatasourceVariable + "_<NAME>", Doc: "JDBC or Go-style URL of a datasource", Required: true},
			{Name: task.DatasourceVariable + "_<NAME>_SECRET", Doc: "the secret with user and password of a datasource", Secret: true},
		}, task.AWSEndpointVariables(task.ServiceSecretsManager)...),
		Permissions: []task.Permission{
			{Action: "secretsmanager:GetSecretValue", Resource: "secret", When: "a datasource has a user and password"},
		},
	}
}

// New makes the function.
func New(config Config) task.Function {
	r := &runner{pools: newPools(config)}
	function := task.New(Row(), r.handle)
	function.Close = r.pools.close
	return function
}

type runner struct{ pools *pools }

func (r *runner) handle(ctx context.Context, request Request) (Response, error) {
	timeout, err := check(request)
	if err != nil {
		return Response{}, err
	}
	if len(request.Statements) == 0 {
		return Response{Result: Result{Rows: []json.RawMessage{}}, Results: []Outcome{}}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	pool, err := r.pools.take(ctx, request.Datasource)
	if err != nil {
		return Response{}, err
	}
	defer r.pools.give(pool)
	response, err := pool.run(ctx, request)
	if err == nil {
		return response, nil
	}
	named := pool.name(err)
	if errors.Is(named, &task.Error{Name: task.SqlOutcomeUnknown}) {
		return Response{}, withDatasource(request.Datasource, named)
	}
	if ctx.Err() != nil {
		return Response{}, timeoutError(timeout)
	}
	if errors.Is(named, &task.Error{Name: task.SqlConnect}) {
		if !task.IsUnreachable(err) {
			r.pools.forget(request.Datasource, pool)
		}
		return Response{}, pool.unreachable(request.Datasource, named, err)
	}
	return Response{}, named
}

// unreachable adds the datasource to the name of an error of the connection, and says what is the matter with the address where the network failed.
func (p *pool) unreachable(datasource string, named, err error) error {
	e, ok := known(withDatasource(datasource, named))
	if ok && p.address != "" && task.IsUnreachable(err) {
		e.Message = task.Unreachable(p.address, err)
	}
	return e
}

// withDatasource adds the datasource to what an error says in detail.
func withDatasource(datasource string, named error) error {
	e, ok := known(named)
	if !ok {
		return named
	}
	detail, _ := e.Detail.(map[string]any)
	detail = maps.Clone(detail)
	if detail == nil {
		detail = map[string]any{}
	}
	detail["datasource"] = datasource
	return &task.Error{Name: e.Name, Message: e.Message, Detail: detail}
}

func check(request Request) (time.Duration, error) {
	timeout := time.Duration(request.TimeoutSeconds * float64(time.Second))
	switch {
	case request.Datasource == "":
		return 0, task.Errorf(task.RequestInvalid, "datasource is missing")
	case request.Collected > task.CollectedLimit:
		return 0, task.TooLarge("the transaction", request.Collected, task.CollectedLimit)
	case len(request.Statements) == 0 && (!request.Transaction || request.Collected > 0):
		return 0, task.Errorf(task.RequestInvalid, "statements is empty")
	case request.MaxRows < 0:
		return 0, task.Errorf(task.RequestInvalid, "maxRows is negative")
	case timeout < 0 || timeout > longestTimeout:
		return 0, task.Errorf(task.RequestInvalid, "timeoutSeconds %v is not between 0 and %v", request.TimeoutSeconds, longestTimeout.Seconds())
	case timeout == 0:
		return defaultTimeout, nil
	}
	return timeout, nil
}

func timeoutError(timeout time.Duration) *task.Error {
	return &task.Error{
		Name:    task.SqlTimeout,
		Message: fmt.Sprintf("the statements did not end within %v", timeout),
		Detail:  map[string]any{"timeoutSeconds": timeout.Seconds()},
	}
}

// failure makes the error of a database: code is the engine's own (SQLSTATE or number).
func failure(name string, message string, code any) *task.Error {
	return &task.Error{Name: name, Message: message, Detail: map[string]any{"code": code}}
}

// known gives the *task.Error in err's chain.
func known(err error) (*task.Error, bool) {
	var e *task.Error
	ok := errors.As(err, &e)
	return e, ok
}
