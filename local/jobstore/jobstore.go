// Package jobstore keeps jobs, their counts and their logs in a file of SQLite.
package jobstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"net/url"
	"time"

	_ "modernc.org/sqlite" // driver "sqlite"

	"github.com/steploom/steploom/shared/job"
)

// Store is a [job.Store] in a file. Several processes may work with one file.
type Store struct {
	db   *sql.DB
	path string
}

// kept is how many entries of a job's log stay.
const kept = 1000

// schema are the tables; a job's record is JSON, of which the columns beside it are what statements ask for.
const schema = `
CREATE TABLE IF NOT EXISTS job (key TEXT PRIMARY KEY, tenant TEXT NOT NULL, version INTEGER NOT NULL, state TEXT NOT NULL, record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS counts (key TEXT PRIMARY KEY, delivered INTEGER NOT NULL, filtered INTEGER NOT NULL, failed INTEGER NOT NULL,
	last_error TEXT NOT NULL, last_failed INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS entry (id INTEGER PRIMARY KEY, key TEXT NOT NULL, entry TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS entry_of_job ON entry (key, id);
CREATE TABLE IF NOT EXISTS pace (key TEXT PRIMARY KEY, next INTEGER NOT NULL);
`

// pragmas: writers wait for each other instead of failing, readers do not wait for writers, and what was written outlives the process, not a power cut.
const pragmas = "?_pragma=busy_timeout(10000)&_pragma=journal_mode(wal)&_pragma=synchronous(off)&_txlock=immediate"

// Open gives the store in a file, which is made where it is missing. It is to be closed.
func Open(ctx context.Context, path string) (*Store, error) {
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+pragmas)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // whoever waits for a lock of SQLite sleeps, who waits for a connection is woken
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &Store{db, path}, nil
}

// Path is that of the file.
func (s *Store) Path() string { return s.path }

// Close closes the file.
func (s *Store) Close() error { return s.db.Close() }

// Get implements [job.Store].
func (s *Store) Get(ctx context.Context, key string) (job.Record, error) {
	record, err := scan(s.db.QueryRowContext(ctx, "SELECT record FROM job WHERE key = ?", key).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		err = job.ErrUnknown
	}
	return record, err
}

func scan(into func(...any) error) (record job.Record, err error) {
	var text []byte
	if err := into(&text); err != nil {
		return record, err
	}
	return record, json.Unmarshal(text, &record)
}

// List implements [job.Store].
func (s *Store) List(ctx context.Context, tenant string) ([]job.Record, error) {
	return s.list(ctx, "SELECT record FROM job WHERE tenant = ? ORDER BY key", tenant)
}

// All gives the jobs of all tenants by their keys, in order.
func (s *Store) All(ctx context.Context) ([]job.Record, error) {
	return s.list(ctx, "SELECT record FROM job ORDER BY key")
}

func (s *Store) list(ctx context.Context, query string, arguments ...any) ([]job.Record, error) {
	rows, err := s.db.QueryContext(ctx, query, arguments...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []job.Record
	for rows.Next() {
		record, err := scan(rows.Scan)
		if err != nil {
			return nil, err
		}
		all = append(all, record)
	}
	return all, rows.Err()
}

// Put implements [job.Store].
func (s *Store) Put(ctx context.Context, record job.Record) (job.Record, error) {
	before := record.Version
	record.Version++
	text, err := json.Marshal(record)
	if err != nil {
		return job.Record{}, err
	}
	err = s.transact(ctx, func(tx *sql.Tx) error {
		query := "UPDATE job SET tenant = ?2, version = ?3, state = ?4, record = ?5 WHERE key = ?1 AND version = ?6"
		if before == 0 {
			query = "INSERT INTO job (key, tenant, version, state, record) SELECT ?1, ?2, ?3, ?4, ?5 WHERE ?6 = 0 ON CONFLICT DO NOTHING"
		}
		if err := one(tx.ExecContext(ctx, query, record.Key, record.Tenant, record.Version, record.State, string(text), before)); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "DELETE FROM pace WHERE key = ?", record.Key) // which may be that of another limit
		return err
	})
	if err != nil {
		return job.Record{}, err
	}
	return record, nil
}

// one is an error where a statement has changed nothing.
func one(result sql.Result, err error) error {
	if err != nil {
		return err
	}
	number, err := result.RowsAffected()
	if err == nil && number == 0 {
		err = job.ErrConflict
	}
	return err
}

func (s *Store) transact(ctx context.Context, work func(*sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := work(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// Delete implements [job.Store]. The log goes, too.
func (s *Store) Delete(ctx context.Context, key string) error {
	err := s.transact(ctx, func(tx *sql.Tx) error {
		if err := one(tx.ExecContext(ctx, "DELETE FROM job WHERE key = ?", key)); err != nil {
			return err
		}
		for _, query := range []string{"DELETE FROM counts WHERE key = ?", "DELETE FROM entry WHERE key = ?", "DELETE FROM pace WHERE key = ?"} {
			if _, err := tx.ExecContext(ctx, query, key); err != nil {
				return err
			}
		}
		return nil
	})
	if errors.Is(err, job.ErrConflict) {
		return job.ErrUnknown
	}
	return err
}

// Fail implements [job.Store].
func (s *Store) Fail(ctx context.Context, key string, version int64, reason string) error {
	return s.transact(ctx, func(tx *sql.Tx) error {
		record, err := scan(tx.QueryRowContext(ctx, "SELECT record FROM job WHERE key = ? AND version = ? AND state = ?", key, version, job.Running).Scan)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		record.State, record.Reason, record.Version = job.Failed, reason, version+1
		text, err := json.Marshal(record)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "UPDATE job SET version = ?, state = ?, record = ? WHERE key = ?", record.Version, record.State, string(text), key)
		return err
	})
}

// Count implements [job.Store].
func (s *Store) Count(ctx context.Context, key string, more job.Counts) error {
	_, err := s.db.ExecContext(ctx, `
INSERT INTO counts (key, delivered, filtered, failed, last_error, last_failed) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (key) DO UPDATE SET delivered = delivered + ?2, filtered = filtered + ?3, failed = failed + ?4,
	last_error = iif(?5 = '', last_error, ?5), last_failed = iif(?5 = '', last_failed, ?6)`,
		key, more.Delivered, more.Filtered, more.Failed, more.LastError, nanoseconds(more.LastFailed))
	return err
}

// nanoseconds since 1970, 0 for no time.
func nanoseconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

// Counts implements [job.Store].
func (s *Store) Counts(ctx context.Context, key string) (job.Counts, error) {
	var counts job.Counts
	var at int64
	err := s.db.QueryRowContext(ctx, "SELECT delivered, filtered, failed, last_error, last_failed FROM counts WHERE key = ?", key).
		Scan(&counts.Delivered, &counts.Filtered, &counts.Failed, &counts.LastError, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return job.Counts{}, nil
	}
	if at != 0 {
		counts.LastFailed = time.Unix(0, at).UTC()
	}
	return counts, err
}

// Log implements [job.Store]. The last 1000 entries of a job stay.
func (s *Store) Log(ctx context.Context, key string, entries ...job.Entry) error {
	return s.transact(ctx, func(tx *sql.Tx) error {
		for _, entry := range entries {
			text, err := json.Marshal(entry)
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, "INSERT INTO entry (key, entry) VALUES (?, ?)", key, string(text)); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, "DELETE FROM entry WHERE key = ?1 AND id <= (SELECT id FROM entry WHERE key = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)", key, kept)
		return err
	})
}

// Logs implements [job.Store].
func (s *Store) Logs(ctx context.Context, key string, most int) ([]job.Entry, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT entry FROM (SELECT id, entry FROM entry WHERE key = ? ORDER BY id DESC LIMIT ?) ORDER BY id", key, max(0, most))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []job.Entry
	for rows.Next() {
		var text []byte
		var entry job.Entry
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(text, &entry); err != nil {
			return nil, err
		}
		all = append(all, entry)
	}
	return all, rows.Err()
}

// Reserve implements [job.Store].
func (s *Store) Reserve(ctx context.Context, key string, interval time.Duration, now time.Time) (time.Time, error) {
	var at int64
	err := s.db.QueryRowContext(ctx, `
INSERT INTO pace (key, next) VALUES (?1, ?2 + ?3) ON CONFLICT (key) DO UPDATE SET next = max(next, ?2) + ?3
RETURNING next - ?3`, key, now.UnixNano(), interval.Nanoseconds()).Scan(&at)
	return time.Unix(0, at), err
}
