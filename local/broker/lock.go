package broker

import (
	"context"
	"database/sql"
	"net/url"

	_ "modernc.org/sqlite" // driver "sqlite"
)

// lock is held by one process, and ends with it on every system: it is a transaction that writes to a file of SQLite.
type lock struct {
	db   *sql.DB
	conn *sql.Conn
}

func take(path string) (*lock, error) {
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?_pragma=busy_timeout(1000)")
	if err != nil {
		return nil, err
	}
	ctx := context.Background()
	conn, err := db.Conn(ctx)
	if err == nil {
		_, err = conn.ExecContext(ctx, "BEGIN EXCLUSIVE")
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	return &lock{db, conn}, nil
}

func (l *lock) release() {
	l.conn.Close()
	l.db.Close()
}
