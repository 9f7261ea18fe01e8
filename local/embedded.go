package local

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"database/sql/driver"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"modernc.org/sqlite"

	functionsql "github.com/steploom/steploom/functions/sql"
	"github.com/steploom/steploom/local/sqlscript"
	"github.com/steploom/steploom/shared/sqltext"
)

// Embedded is a datasource's stand-in: a folder of SQLite files, one for each schema its scripts name, "main" for the
// datasource's own.
type Embedded struct {
	Folder string
	// Loaded are the scripts that filled it just now; none when it had been filled before.
	Loaded []string
	// Skipped are the statements that mean nothing to an embedded database, as "file:line: statement".
	Skipped []string
	// Stale tells that the scripts have changed since the database was filled.
	Stale bool
	// Unfilled is the folder in which scripts would fill it; "" where there are some.
	Unfilled string
	// standsFor is the URL of the database that it stands for.
	standsFor string
}

const (
	mainSchema = "main"
	extension  = ".sqlite"
	stampFile  = "scripts.sha256"
)

// Embed gives the embedded database of a datasource and fills it once from the scripts. url is the URL of the database
// it stands for, which tells the scripts' dialect and the schema they begin in.
func Embed(ctx context.Context, folder, scripts, url string) (*Embedded, error) {
	files, err := chooseScripts(scripts, sqltext.EngineOf(url))
	if err != nil {
		return nil, err
	}
	embedded, err := embed(ctx, folder, files, url)
	if embedded != nil && len(files) == 0 {
		embedded.Unfilled = scripts
	}
	return embedded, err
}

func embed(ctx context.Context, folder string, files []string, url string) (*Embedded, error) {
	stamp, err := stampOf(files)
	if err != nil {
		return nil, err
	}
	old, err := ReadFile(filepath.Join(folder, stampFile), FileLimit)
	if err == nil {
		return &Embedded{Folder: folder, Stale: string(old) != stamp, standsFor: url}, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return fill(ctx, folder, files, url, stamp)
}

// fill loads the scripts into a temporary folder and moves it into place, so that a failure leaves nothing half done.
func fill(ctx context.Context, folder string, files []string, url, stamp string) (*Embedded, error) {
	if err := os.MkdirAll(filepath.Dir(folder), 0o755); err != nil {
		return nil, err
	}
	temporary, err := os.MkdirTemp(filepath.Dir(folder), filepath.Base(folder)+".*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(temporary)
	loader := loader{folder: temporary, engine: sqltext.EngineOf(url), homes: functionsql.Homes(url)}
	err = loader.load(ctx, files)
	if err == nil {
		err = os.WriteFile(filepath.Join(temporary, stampFile), []byte(stamp), 0o644)
	}
	if err != nil {
		return nil, err
	}
	err = os.Rename(temporary, folder)
	if err != nil && isFilled(folder) { // another process was faster
		return &Embedded{Folder: folder, standsFor: url}, nil
	}
	return &Embedded{Folder: folder, Loaded: files, Skipped: loader.skipped, standsFor: url}, err
}

func isFilled(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, stampFile))
	return err == nil
}

// chooseScripts picks one variant of each script: name.sqlite.sql before name.sql before the variant of the dialect.
func chooseScripts(folder string, engine sqltext.Engine) ([]string, error) {
	all, err := filepath.Glob(filepath.Join(folder, "*.sql"))
	if err != nil {
		return nil, err
	}
	best := map[string]string{}
	for _, path := range all {
		name, variant := variantOf(path)
		rank := variantRank(variant, engine)
		if rank == 0 {
			continue
		}
		_, other := variantOf(best[name])
		if best[name] == "" || rank > variantRank(other, engine) {
			best[name] = path
		}
	}
	var chosen []string
	for _, path := range best {
		chosen = append(chosen, path)
	}
	slices.Sort(chosen)
	return chosen, nil
}

// variantOf splits "db/1-schema.postgres.sql" into "1-schema" and "postgres".
func variantOf(path string) (name, variant string) {
	base := strings.TrimSuffix(filepath.Base(path), ".sql")
	if variant := strings.TrimPrefix(filepath.Ext(base), "."); isVariant(variant) {
		return strings.TrimSuffix(base, "."+variant), variant
	}
	return base, ""
}

func isVariant(word string) bool {
	return sqltext.EngineOf(word) != sqltext.Unknown
}

// variantRank orders the variants of a script for an embedded database; 0 is of no use.
func variantRank(variant string, engine sqltext.Engine) int {
	switch {
	case sqltext.EngineOf(variant) == sqltext.SQLite:
		return 3
	case variant == "":
		return 2
	case sqltext.EngineOf(variant) == engine:
		return 1
	}
	return 0
}

func stampOf(files []string) (string, error) {
	hash := sha256.New()
	for _, path := range files {
		content, err := ReadFile(path, ScriptLimit)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(hash, "%s %d\n%s", filepath.Base(path), len(content), content)
	}
	return hex.EncodeToString(hash.Sum(nil)) + "\n", nil
}

// loader runs scripts against the SQLite files of a folder.
type loader struct {
	folder  string
	engine  sqltext.Engine
	homes   []string
	skipped []string
}

func (l *loader) load(ctx context.Context, files []string) error {
	if err := touch(l.folder, mainSchema); err != nil {
		return err
	}
	for _, path := range files {
		script, err := ReadFile(path, ScriptLimit)
		if err != nil {
			return err
		}
		if err := l.script(ctx, path, string(script)); err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) script(ctx context.Context, path, script string) error {
	steps := sqlscript.Translate(script, l.engine, l.homes...)
	if _, variant := variantOf(path); sqltext.EngineOf(variant) == sqltext.SQLite {
		steps = sqlscript.Verbatim(script)
	}
	session := session{loader: l}
	defer session.close()
	return session.runAll(ctx, path, steps)
}

// runAll runs steps in their order, up to the first that fails.
func (s *session) runAll(ctx context.Context, path string, steps []sqlscript.Step) error {
	for _, step := range steps {
		if err := s.run(ctx, path, step); err != nil {
			return placedAt(path, step.Line, err)
		}
	}
	return nil
}

// placed is an error that names its place in a script.
type placed struct{ error }

func (p placed) Unwrap() error { return p.error }

func placedAt(path string, line int, err error) error {
	if inner := (placed{}); errors.As(err, &inner) {
		return err
	}
	return placed{fmt.Errorf("%s:%d: %w", path, line, err)}
}

// session runs steps in the schema that each is for.
type session struct {
	*loader
	schema      string
	db          *sql.DB // of the schema; nil until it is needed
	foreignKeys string  // "off" when they are not checked
}

func (s *session) close() {
	if s.db != nil {
		s.db.Close()
		s.db = nil
	}
}

func (s *session) run(ctx context.Context, path string, step sqlscript.Step) error {
	switch {
	case step.Skipped != "":
		s.skipped = append(s.skipped, fmt.Sprintf("%s:%d: %s", path, step.Line, step.Skipped))
	case step.Creates != "":
		s.close() // a connection sees the schemas that are there when it is opened
		return touch(s.folder, step.Creates)
	case step.Drops != "":
		s.close()
		return remove(s.folder, step.Drops)
	case step.ForeignKeys != "":
		s.foreignKeys = step.ForeignKeys
		s.close()
	case step.If != "":
		return s.branch(ctx, path, step)
	case step.SQL != "":
		if err := s.connect(ctx, step.Schema); err != nil {
			return err
		}
		_, err := s.db.ExecContext(ctx, step.SQL)
		return err
	}
	return nil
}

// branch runs what a condition of a script decides.
func (s *session) branch(ctx context.Context, path string, step sqlscript.Step) error {
	if err := s.connect(ctx, step.Schema); err != nil {
		return err
	}
	var holds bool
	if err := s.db.QueryRowContext(ctx, "SELECT CASE WHEN "+step.If+" THEN 1 ELSE 0 END").Scan(&holds); err != nil {
		return err
	}
	if holds {
		return s.runAll(ctx, path, step.Then)
	}
	return s.runAll(ctx, path, step.Else)
}

// connect opens the schema, unless it is open.
func (s *session) connect(ctx context.Context, schema string) error {
	if s.db != nil && schema == s.schema {
		return nil
	}
	s.close()
	var err error
	if s.db, err = s.open(schema); err != nil {
		return err
	}
	s.schema = schema
	s.db.SetMaxOpenConns(1)
	if s.foreignKeys == "off" {
		_, err = s.db.ExecContext(ctx, "PRAGMA foreign_keys = off")
	}
	return err
}

// open gives a connection whose unqualified names lie in the given schema.
func (l *loader) open(schema string) (*sql.DB, error) {
	if schema == "" {
		schema = mainSchema
	}
	if err := touch(l.folder, schema); err != nil {
		return nil, err
	}
	path, err := fileOf(l.folder, schema)
	if err != nil {
		return nil, err
	}
	db, err := openSQLite("file:" + path)
	if err != nil || schema == mainSchema {
		return db, err
	}
	return db, l.attachHome(db)
}

// attachHome lets a connection to another schema see the datasource's own by its names.
func (l *loader) attachHome(db *sql.DB) error {
	db.SetMaxOpenConns(1) // the connection that is told stays
	for _, home := range l.homes {
		if _, err := db.Exec(attachStatement(home), filepath.Join(l.folder, mainSchema+extension)); err != nil {
			return errors.Join(err, db.Close())
		}
	}
	return nil
}

// touch makes a schema's file, unless it is there.
func touch(folder, schema string) error {
	path, err := fileOf(folder, schema)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return err
	}
	return file.Close()
}

// remove takes a schema's file away, if it is there.
func remove(folder, schema string) error {
	path, err := fileOf(folder, schema)
	if err != nil {
		return err
	}
	for _, file := range []string{path, path + "-wal", path + "-shm"} {
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// fileOf is the file of a schema; the case of its name does not count.
func fileOf(folder, schema string) (string, error) {
	if !filepath.IsLocal(schema) || strings.ContainsAny(schema, `/\`) {
		return "", fmt.Errorf("schema %q cannot name a file", schema)
	}
	return filepath.Join(folder, strings.ToLower(schema)+extension), nil
}

// Open gives a pool of connections to the database and all its schemas.
func (e *Embedded) Open() (*sql.DB, error) { return openSQLite("file:" + e.file(mainSchema)) }

// URL is the address of the database for the sql function.
func (e *Embedded) URL() string { return functionsql.StandIn(e.file(mainSchema), e.standsFor) }

func (e *Embedded) file(schema string) string { return filepath.Join(e.Folder, schema+extension) }

// openSQLite opens a pool by a data source name "file:PATH?OPTIONS". When PATH is a file of an embedded database, the
// files beside it are further schemas, and the options are those of this package.
func openSQLite(name string) (*sql.DB, error) {
	escaped, _, _ := strings.Cut(strings.TrimPrefix(name, "file:"), "?")
	path, err := url.PathUnescape(escaped)
	if err != nil || filepath.Ext(path) != extension {
		return sql.OpenDB(&connector{name: name}), nil
	}
	connector := &connector{name: "file:" + (&url.URL{Path: path}).EscapedPath() + pragmas}
	files, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"+extension))
	if err != nil {
		return nil, err
	}
	for _, other := range files {
		schema := strings.TrimSuffix(filepath.Base(other), extension)
		if other != path && schema != mainSchema {
			connector.attach = append(connector.attach, attachment{schema, other})
		}
	}
	return sql.OpenDB(connector), nil
}

// connector opens connections that see several SQLite files as schemas.
type connector struct {
	name   string
	attach []attachment
	driver sqlite.Driver
}

type attachment struct{ name, path string }

// pragmas: writers wait for each other instead of failing, readers do not wait for writers, and losing the last
// transactions in a power cut is fine for a stand-in.
const pragmas = "?_pragma=busy_timeout(10000)&_pragma=journal_mode(wal)&_pragma=synchronous(off)&_pragma=foreign_keys(1)&_txlock=immediate"

// Connect opens the main file and attaches the others.
func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	connection, err := c.driver.Open(c.name)
	if err != nil {
		return nil, err
	}
	for _, file := range c.attach {
		_, err := connection.(driver.ExecerContext).ExecContext(ctx, attachStatement(file.name), []driver.NamedValue{{Ordinal: 1, Value: file.path}})
		if err != nil {
			return nil, errors.Join(err, connection.Close())
		}
	}
	return connection, nil
}

func attachStatement(schema string) string {
	return `ATTACH DATABASE ? AS "` + strings.ReplaceAll(schema, `"`, `""`) + `"`
}

// Driver gives SQLite's driver.
func (c *connector) Driver() driver.Driver { return &c.driver }
