package sql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"testing"
	"time"

	"github.com/steploom/steploom/shared/task"
)

// TestConnectionLostWithinTransaction: a statement that finds the connection gone before anything of it was sent ends the transaction at once.
func TestConnectionLostWithinTransaction(t *testing.T) {
	db := sized(sql.OpenDB(losing{}))
	defer db.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	p := &pool{engine: losingEngine{}, db: db}
	_, err := p.transaction(ctx, []prepared{{text: "INSERT"}, {text: "lost"}}, limits{})
	if !errors.Is(err, &task.Error{Name: task.SqlConnect}) || ctx.Err() != nil {
		t.Errorf("%v, %v", err, ctx.Err())
	}
	if open := db.Stats().OpenConnections; open != 0 {
		t.Errorf("%d connections are kept", open)
	}
}

type losingEngine struct{ mysqlEngine }

func (losingEngine) execute(ctx context.Context, conn *sql.Conn, p prepared, _ limits) (Result, error) {
	_, err := conn.ExecContext(ctx, p.text)
	return Result{}, err
}

// losing is a driver whose connection is lost at a certain statement.
type losing struct{}

func (losing) Connect(context.Context) (driver.Conn, error)                 { return losing{}, nil }
func (losing) Driver() driver.Driver                                        { return nil }
func (losing) Prepare(string) (driver.Stmt, error)                          { return nil, driver.ErrBadConn }
func (losing) Close() error                                                 { return nil }
func (losing) Begin() (driver.Tx, error)                                    { return losing{}, nil }
func (losing) BeginTx(context.Context, driver.TxOptions) (driver.Tx, error) { return losing{}, nil }
func (losing) Commit() error                                                { return nil }
func (losing) Rollback() error                                              { return driver.ErrBadConn }
func (losing) ExecContext(_ context.Context, text string, _ []driver.NamedValue) (driver.Result, error) {
	if text == "lost" {
		return nil, driver.ErrBadConn
	}
	return driver.RowsAffected(1), nil
}
