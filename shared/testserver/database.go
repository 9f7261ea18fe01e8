package testserver

import (
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync/atomic"
	"syscall"
	"testing"

	_ "github.com/go-sql-driver/mysql" // driver "mysql"
	_ "github.com/jackc/pgx/v5/stdlib" // driver "pgx"
)

// User and Password log in to both databases; the user may do everything.
const (
	User     = "steploom"
	Password = "steploom"
)

// database is a running database server.
type database struct {
	port  int
	admin *sql.DB
	made  atomic.Int64
}

// fresh makes an empty database and gives its name. It is dropped with the server.
func (d *database) fresh(t testing.TB, options string) string {
	t.Helper()
	name := fmt.Sprintf("test_%d", d.made.Add(1))
	if _, err := d.admin.Exec("CREATE DATABASE " + name + options); err != nil {
		t.Fatal(err)
	}
	return name
}

// Postgres gives the URL of an empty PostgreSQL database: postgres://user:password@127.0.0.1:port/name.
func (s *Set) Postgres(t testing.TB) string {
	t.Helper()
	d := s.postgres.get(t, s.startPostgres)
	return postgresURL(d.port, d.fresh(t, " TEMPLATE template0"))
}

func postgresURL(port int, name string) string {
	return fmt.Sprintf("postgres://%s:%s@127.0.0.1:%d/%s?sslmode=disable", User, Password, port, name)
}

func (s *Set) startPostgres() (*database, error) {
	cluster, err := s.newPostgres()
	if err != nil {
		return nil, err
	}
	p, err := s.start(cluster.server("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"), cluster.log(), syscall.SIGQUIT)
	if err != nil {
		return nil, err
	}
	return cluster.await(p)
}

// newPostgres makes the files of a server that has the user.
func (s *Set) newPostgres() (*cluster, error) {
	initdb, err := find("initdb")
	if err != nil {
		return nil, err
	}
	made, err := s.newCluster("postgres", "postgres", "postgres")
	if err != nil {
		return nil, err
	}
	passwords := filepath.Join(made.folder, "password")
	if err := os.WriteFile(passwords, []byte(Password), 0o644); err != nil {
		return nil, err
	}
	made.arguments = []string{"-D", made.data, "-p", fmt.Sprint(made.port), "-k", made.folder, "-c", "listen_addresses=127.0.0.1"}
	made.driver, made.admin = "pgx", postgresURL(made.port, "postgres")
	return made, run(command(made.owner, made.folder, initdb, "-D", made.data, "-U", User, "-A", "scram-sha-256", "--pwfile", passwords,
		"--no-sync", "--no-locale", "-E", "UTF8"))
}

// MariaDB gives the URL of an empty MariaDB database: mariadb://user:password@127.0.0.1:port/name.
func (s *Set) MariaDB(t testing.TB) string {
	t.Helper()
	d := s.mariadb.get(t, s.startMariaDB)
	return fmt.Sprintf("mariadb://%s:%s@127.0.0.1:%d/%s", User, Password, d.port, d.fresh(t, " CHARACTER SET utf8mb4"))
}

func (s *Set) startMariaDB() (*database, error) {
	cluster, err := s.newMariaDB()
	if err != nil {
		return nil, err
	}
	p, err := s.start(cluster.server("--innodb-flush-log-at-trx-commit=0"), cluster.log(), syscall.SIGKILL)
	if err != nil {
		return nil, err
	}
	return cluster.await(p)
}

// newMariaDB makes the files of a server that has the user.
func (s *Set) newMariaDB() (*cluster, error) {
	install, err := find("mariadb-install-db")
	if err != nil {
		return nil, err
	}
	made, err := s.newCluster("mariadb", "mariadbd", "mysql")
	if err != nil {
		return nil, err
	}
	accounts := filepath.Join(made.folder, "accounts.sql")
	statements := fmt.Sprintf("CREATE USER IF NOT EXISTS '%[1]s'@'127.0.0.1' IDENTIFIED BY '%[2]s';\nGRANT ALL ON *.* TO '%[1]s'@'127.0.0.1' WITH GRANT OPTION;\n", User, Password)
	if err := os.WriteFile(accounts, []byte(statements), 0o644); err != nil {
		return nil, err
	}
	made.arguments = []string{"--no-defaults", "--datadir=" + made.data, "--bind-address=127.0.0.1", fmt.Sprintf("--port=%d", made.port),
		"--socket=" + filepath.Join(made.folder, "s.sock"), "--pid-file=" + filepath.Join(made.folder, "pid"), "--init-file=" + accounts,
		"--skip-name-resolve", "--innodb-buffer-pool-size=32M"}
	made.driver, made.admin = "mysql", fmt.Sprintf("%s:%s@tcp(%s)/", User, Password, address(made.port))
	return made, run(command(made.owner, made.folder, install, "--no-defaults", "--datadir="+made.data, "--auth-root-authentication-method=normal", "--skip-test-db"))
}

// cluster is the files of a database server, and how it is started on them.
type cluster struct {
	owner         *account
	binary        string
	folder, data  string
	port          int
	arguments     []string
	driver, admin string // of database/sql, to talk to it
}

func (s *Set) newCluster(name, binary, user string) (*cluster, error) {
	path, err := find(binary)
	if err != nil {
		return nil, err
	}
	owner, err := accountOf(user)
	if err != nil {
		return nil, err
	}
	folder, err := s.folder(name, owner)
	if err != nil {
		return nil, err
	}
	port, err := FreePort()
	return &cluster{owner: owner, binary: path, folder: folder, data: filepath.Join(folder, "data"), port: port}, err
}

func (c *cluster) log() string { return filepath.Join(c.folder, "log") }

// server is the command that serves the files, with further settings.
func (c *cluster) server(settings ...string) *exec.Cmd {
	return command(c.owner, c.folder, c.binary, slices.Concat(c.arguments, settings)...)
}

// await gives the server when it answers.
func (c *cluster) await(p *process) (*database, error) {
	admin, err := sql.Open(c.driver, c.admin)
	if err != nil {
		return nil, err
	}
	return &database{port: c.port, admin: admin}, p.await(admin.Ping)
}
