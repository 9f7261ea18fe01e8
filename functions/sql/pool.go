package sql

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/sqltext"
	"github.com/steploom/steploom/shared/task"
)

// dialect is how an engine's SQL differs.
type dialect struct {
	engine      sqltext.Engine
	placeholder func(number int) string
	batches     bool                                            // one text may hold several statements
	ping        bool                                            // a connection is to be checked before use
	rewrite     func(statement []sqltext.Token) []sqltext.Token // for an engine that stands for another one; nil for none
	homes       []string                                        // schemas that are taken off the names of statements: bare names lie in them
}

// engine is what differs between databases.
type engine interface {
	dialect() dialect
	// open makes a pool; it does not connect.
	open(t target) (*sql.DB, error)
	// execute runs a statement on a connection and reads its rows.
	execute(ctx context.Context, conn *sql.Conn, p prepared, l limits) (Result, error)
	// classify names an error of the driver.
	classify(err error) *task.Error
}

// pool is an open datasource.
type pool struct {
	engine
	db      *sql.DB
	address string // host and port; "" for a file

	users    int  // requests that hold it, those that wait for a connection among them; pools.mutex guards it
	replaced bool // no longer among the opened ones: the last user closes it; pools.mutex guards it
}

// pools keeps one pool per datasource.
type pools struct {
	config  Config
	engines map[sqltext.Engine]engine
	mutex   sync.Mutex
	opened  map[string]*pool
	closed  bool // nothing is kept any more
}

func newPools(config Config) *pools {
	engines := map[sqltext.Engine]engine{sqltext.PostgreSQL: postgres{}, sqltext.MySQL: mysqlEngine{}, sqltext.SQLServer: sqlServer{}}
	if config.SQLite != nil {
		engines[sqltext.SQLite] = sqlite{connect: config.SQLite}
	}
	return &pools{config: config, engines: engines, opened: map[string]*pool{}}
}

// take gives the pool of a datasource and opens it when there is none. Whoever takes one gives it back.
func (p *pools) take(ctx context.Context, datasource string) (*pool, error) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	known, ok := p.opened[datasource]
	if !ok {
		fresh, err := p.open(ctx, datasource)
		if err != nil {
			return nil, err
		}
		known = fresh
		if !p.closed { // else it is for this request alone
			p.opened[datasource] = fresh
		}
	}
	known.users++
	return known, nil
}

func (p *pools) open(ctx context.Context, datasource string) (*pool, error) {
	t, err := p.target(ctx, datasource)
	if err != nil {
		return nil, err
	}
	e, ok := p.engines[t.engine]
	if !ok {
		return nil, task.Errorf(task.SqlConnect, "datasource %q: there is no driver for %s here", datasource, t.engine)
	}
	if file, ok := e.(sqlite); ok {
		file.target = t
		e = file
	}
	db, err := e.open(t)
	if err != nil {
		return nil, err
	}
	return &pool{engine: e, db: db, address: t.server()}, nil
}

// give returns a pool after use; the last user of one that was replaced closes it.
func (p *pools) give(used *pool) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	used.users--
	p.closeUnused(used)
}

// forget replaces a pool whose credentials no longer work, so that the next request reads them again. Those who hold it go on with it.
func (p *pools) forget(datasource string, failed *pool) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.opened[datasource] == failed {
		delete(p.opened, datasource)
		failed.replaced = true
	}
}

// close closes every pool as soon as nobody uses it.
func (p *pools) close() error {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.closed = true
	for datasource, one := range p.opened {
		delete(p.opened, datasource)
		one.replaced = true
		p.closeUnused(one)
	}
	return nil
}

func (p *pools) closeUnused(one *pool) {
	if one.users == 0 && (one.replaced || p.closed) {
		one.db.Close()
	}
}

func (p *pools) target(ctx context.Context, datasource string) (target, error) {
	text, ok := p.config.Environment.Lookup(Variable(datasource))
	if !ok || text == "" {
		return target{}, task.Errorf(task.SqlConnect, "datasource %q has no URL: set %s", datasource, Variable(datasource))
	}
	t, err := parseURL(text)
	if err != nil {
		return target{}, err
	}
	reference := p.config.Environment.Value(SecretVariable(datasource))
	if reference == "" {
		return t, nil
	}
	if p.config.Secrets == nil {
		return target{}, task.Errorf(task.SecretMissing, "no secrets are configured")
	}
	value, err := p.config.Secrets.Resolve(ctx, reference)
	if err != nil {
		return target{}, err
	}
	t.user, t.password, err = secret.Credentials(reference, value)
	return t, err
}

const (
	maxConnections  = 8
	connectionIdle  = 5 * time.Minute
	connectionLife  = 30 * time.Minute
	connectAttempts = 2
)

func sized(db *sql.DB) *sql.DB {
	db.SetMaxOpenConns(maxConnections)
	db.SetMaxIdleConns(maxConnections)
	db.SetConnMaxIdleTime(connectionIdle)
	db.SetConnMaxLifetime(connectionLife)
	return db
}

// run executes the statements of a request on one connection.
func (p *pool) run(ctx context.Context, request Request) (Response, error) {
	statements, err := p.prepare(request)
	if err != nil {
		return Response{}, err
	}
	if request.Transaction {
		return p.transaction(ctx, statements, limitsOf(request))
	}
	conn, err := p.connect(ctx)
	if err != nil {
		return Response{}, err
	}
	defer conn.Close()
	return p.runAll(ctx, conn, statements, limitsOf(request))
}

// prepare makes all statements of a request ready before any runs.
func (p *pool) prepare(request Request) ([]prepared, error) {
	statements := make([]prepared, len(request.Statements))
	for i, statement := range request.Statements {
		ready, err := prepare(statement, p.dialect())
		if err == nil && request.Transaction {
			err = fitsTransaction(p.dialect().engine, statement)
		}
		if err != nil {
			return nil, at(i, len(request.Statements), err)
		}
		statements[i] = ready
	}
	return statements, nil
}

// connect takes a connection. The drivers check one that was idle before they give it out, but SQL Server's, which
// finds out when it is used: there a ping replaces one that the server has closed.
func (p *pool) connect(ctx context.Context) (*sql.Conn, error) {
	if !p.dialect().ping {
		return p.db.Conn(ctx)
	}
	var last error
	for range connectAttempts {
		conn, err := p.db.Conn(ctx)
		if err != nil {
			return nil, err
		}
		if last = conn.PingContext(ctx); last == nil {
			return conn, nil
		}
		conn.Close()
	}
	return nil, last
}

func (p *pool) runAll(ctx context.Context, conn *sql.Conn, statements []prepared, limits limits) (Response, error) {
	response := Response{Results: make([]Outcome, 0, len(statements))}
	for i, statement := range statements {
		result, err := p.execute(ctx, conn, statement, limits)
		if err != nil {
			return Response{}, at(i, len(statements), p.name(err))
		}
		if statement.discard {
			result.Rows = []json.RawMessage{}
		}
		limits.bytes -= result.size()
		response.Results = append(response.Results, Outcome{result, statement.name, statement.index})
	}
	response.Result = response.Results[len(response.Results)-1].Result
	return response, nil
}

// name makes a *task.Error of a driver's error.
func (p *pool) name(err error) error {
	if e, ok := known(err); ok {
		return e
	}
	return p.classify(err)
}

// at says which statement of several failed.
func at(index, count int, err error) error {
	e, ok := known(err)
	if !ok || count == 1 {
		return err
	}
	return &task.Error{Name: e.Name, Message: fmt.Sprintf("statement %d: %s", index+1, e.Message), Detail: e.Detail}
}
