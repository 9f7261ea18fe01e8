package sql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"io"
	"time"
)

// The driver leaves a statement whose time is up running on the server, where it holds its locks and may go on writing. So a
// session knows its number, and is ended over another connection.

// mysqlConnector opens sessions that can be ended.
type mysqlConnector struct{ driver.Connector }

// Connect opens a session and asks for its number.
func (c mysqlConnector) Connect(ctx context.Context) (driver.Conn, error) {
	opened, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	session := &mysqlSession{mysqlConn: opened.(mysqlConn), connector: c.Connector}
	if session.number, err = sessionNumber(ctx, session.mysqlConn); err != nil {
		opened.Close()
		return nil, err
	}
	return session, nil
}

// mysqlConn is what the driver's connections do.
type mysqlConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.NamedValueChecker
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// mysqlSession is a connection and the number under which the server knows it.
type mysqlSession struct {
	mysqlConn
	number    uint64
	connector driver.Connector
}

func sessionNumber(ctx context.Context, conn mysqlConn) (uint64, error) {
	rows, err := conn.QueryContext(ctx, "SELECT CONNECTION_ID()", nil)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	value := make([]driver.Value, 1)
	if err := rows.Next(value); err != nil {
		return 0, err
	}
	var number uint64
	if text, ok := value[0].([]byte); ok {
		value[0] = string(text)
	}
	if _, err := fmt.Sscan(fmt.Sprint(value[0]), &number); err != nil {
		return 0, err
	}
	if err := rows.Next(value); err != io.EOF {
		return 0, err
	}
	return number, nil
}

// sessionOf is the session behind a connection of a pool.
func sessionOf(conn *sql.Conn) (session *mysqlSession, err error) {
	err = conn.Raw(func(c any) error {
		session = c.(*mysqlSession)
		return nil
	})
	return session, err
}

const endGrace = 2 * time.Second

// end makes the server stop the session's statement, roll its transaction back and close it. What fails is left to the server's
// own limits: the caller's error is that the time was up.
func (s *mysqlSession) end() {
	ctx, cancel := context.WithTimeout(context.Background(), endGrace)
	defer cancel()
	other, err := s.connector.Connect(ctx)
	if err != nil {
		return
	}
	defer other.Close()
	_, _ = other.(mysqlConn).ExecContext(ctx, fmt.Sprintf("KILL CONNECTION %d", s.number), nil)
}
