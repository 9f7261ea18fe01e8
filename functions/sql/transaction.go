package sql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"time"

	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/pause"
	"github.com/steploom/steploom/shared/sqltext"
	"github.com/steploom/steploom/shared/task"
)

// This file runs all statements of a request or none. Whoever asks learns which of the two it is, or that the connection was lost while the
// database committed, so that nobody knows.

const (
	// transactionAttempts is how often a transaction is begun that the database rolls back for the sake of another one.
	transactionAttempts = 5
	conflictPause       = 20 * time.Millisecond // about so long before the second attempt, twice as long before each further one
)

// transaction runs the statements in one transaction. One that the database rolls back because it met another one, by a deadlock or a failure to
// serialize, certainly left nothing and is begun anew.
func (p *pool) transaction(ctx context.Context, statements []prepared, limits limits) (Response, error) {
	wait := conflictPause
	for attempt := 1; ; attempt++ {
		response, err := p.attempt(ctx, statements, limits)
		if err == nil || attempt == transactionAttempts || !errors.Is(p.name(err), &task.Error{Name: task.SqlConflict}) {
			return response, err
		}
		if pause.About(ctx, wait) != nil {
			return Response{}, err
		}
		wait *= 2
	}
}

func (p *pool) attempt(ctx context.Context, statements []prepared, limits limits) (Response, error) {
	conn, err := p.connect(ctx)
	if err != nil {
		return Response{}, err
	}
	defer conn.Close()
	open, err := begin(ctx, conn)
	if err != nil {
		return Response{}, err
	}
	response, err := p.runAll(ctx, conn, statements, limits)
	if err == nil {
		err = response.fits()
	}
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		open.rollback()
		return Response{}, err
	}
	if err := open.commit(); err != nil {
		return Response{}, p.uncommitted(err)
	}
	return response, nil
}

// transaction is an open transaction of a connection. It is the driver's: with that of database/sql, a statement that finds the connection lost would wait for
// the end of the transaction, which waits for the statement.
type transaction struct {
	conn *sql.Conn
	tx   driver.Tx
}

func begin(ctx context.Context, conn *sql.Conn) (open transaction, err error) {
	open.conn = conn
	err = conn.Raw(func(c any) error {
		open.tx, err = c.(driver.ConnBeginTx).BeginTx(ctx, driver.TxOptions{})
		return err
	})
	return open, err
}

func (t transaction) commit() error { return t.over(driver.Tx.Commit) }

// rollback takes everything back. Where it cannot be said, the end of the connection says it.
func (t transaction) rollback() { _ = t.over(driver.Tx.Rollback) }

// over ends the transaction. A connection on which that fails is not used again.
func (t transaction) over(how func(driver.Tx) error) error {
	err := t.conn.Raw(func(any) error { return how(t.tx) })
	if err != nil {
		end(t.conn)
	}
	return err
}

// end closes a connection instead of giving it back: what is still open on it is rolled back, and nobody else meets it.
func end(conn *sql.Conn) {
	_ = conn.Raw(func(any) error { return driver.ErrBadConn })
}

// uncommitted names the failure of a COMMIT. What the database itself refuses is rolled back, as is what was never sent. Where the connection
// broke, or the database was ending it, the COMMIT may have been carried out.
func (p *pool) uncommitted(err error) error {
	named := p.name(err)
	if errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) {
		return named
	}
	e, ok := known(named)
	if !ok || e.Name != task.SqlConnect && e.Name != task.SqlTimeout {
		return named
	}
	return &task.Error{
		Name:    task.SqlOutcomeUnknown,
		Message: "the connection was lost during COMMIT; the transaction took place as a whole or not at all: " + e.Message,
		Detail:  e.Detail,
	}
}

// fits refuses an answer that is too large to carry as long as it can be rolled back.
func (r Response) fits() error {
	text, err := format.EncodeJSON(r)
	if err != nil {
		return err
	}
	if len(text) > task.ResultLimit {
		return task.TooLarge("the result of the transaction", len(text), task.ResultLimit)
	}
	return nil
}

// fitsTransaction refuses a statement that would begin or end the transaction it stands in.
func fitsTransaction(engine sqltext.Engine, statement Statement) error {
	if why := sqltext.EndsTransaction(engine, statement.SQL); why != "" {
		return failure(task.SqlSyntax, "the statement cannot stand in a transaction: "+why, "")
	}
	return nil
}
