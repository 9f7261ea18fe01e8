package testserver

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
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
	initdb, err := find("initdb")
	if err != nil {
		return nil, err
	}
	server, err := find("postgres")
	if err != nil {
		return nil, err
	}
	owner, err := accountOf("postgres")
	if err != nil {
		return nil, err
	}
	folder, err := s.folder("postgres", owner)
	if err != nil {
		return nil, err
	}
	passwords := filepath.Join(folder, "password")
	if err := os.WriteFile(passwords, []byte(Password), 0o644); err != nil {
		return nil, err
	}
	data := filepath.Join(folder, "data")
	err = run(command(owner, folder, initdb, "-D", data, "-U", User, "-A", "scram-sha-256", "--pwfile", passwords,
		"--no-sync", "--no-locale", "-E", "UTF8"))
	if err != nil {
		return nil, err
	}
	port, err := FreePort()
	if err != nil {
		return nil, err
	}
	p, err := s.start(command(owner, folder, server, "-D", data, "-p", fmt.Sprint(port), "-k", folder,
		"-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"),
		filepath.Join(folder, "log"), syscall.SIGQUIT)
	if err != nil {
		return nil, err
	}
	admin, err := sql.Open("pgx", postgresURL(port, "postgres"))
	if err != nil {
		return nil, err
	}
	return &database{port: port, admin: admin}, p.await(admin.Ping)
}

// MariaDB gives the URL of an empty MariaDB database: mariadb://user:password@127.0.0.1:port/name.
func (s *Set) MariaDB(t testing.TB) string {
	t.Helper()
	d := s.mariadb.get(t, s.startMariaDB)
	return fmt.Sprintf("mariadb://%s:%s@127.0.0.1:%d/%s", User, Password, d.port, d.fresh(t, " CHARACTER SET utf8mb4"))
}

func (s *Set) startMariaDB() (*database, error) {
	install, err := find("mariadb-install-db")
	if err != nil {
		return nil, err
	}
	server, err := find("mariadbd")
	if err != nil {
		return nil, err
	}
	owner, err := accountOf("mysql")
	if err != nil {
		return nil, err
	}
	folder, err := s.folder("mariadb", owner)
	if err != nil {
		return nil, err
	}
	data := filepath.Join(folder, "data")
	err = run(command(owner, folder, install, "--no-defaults", "--datadir="+data, "--auth-root-authentication-method=normal", "--skip-test-db"))
	if err != nil {
		return nil, err
	}
	accounts := filepath.Join(folder, "accounts.sql")
	statements := fmt.Sprintf("CREATE USER '%[1]s'@'127.0.0.1' IDENTIFIED BY '%[2]s';\nGRANT ALL ON *.* TO '%[1]s'@'127.0.0.1' WITH GRANT OPTION;\n", User, Password)
	if err := os.WriteFile(accounts, []byte(statements), 0o644); err != nil {
		return nil, err
	}
	port, err := FreePort()
	if err != nil {
		return nil, err
	}
	p, err := s.start(command(owner, folder, server, "--no-defaults", "--datadir="+data, "--bind-address=127.0.0.1",
		fmt.Sprintf("--port=%d", port), "--socket="+filepath.Join(folder, "s.sock"), "--pid-file="+filepath.Join(folder, "pid"),
		"--init-file="+accounts, "--skip-name-resolve", "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M"),
		filepath.Join(folder, "log"), syscall.SIGKILL)
	if err != nil {
		return nil, err
	}
	admin, err := sql.Open("mysql", fmt.Sprintf("%s:%s@tcp(%s)/", User, Password, address(port)))
	if err != nil {
		return nil, err
	}
	return &database{port: port, admin: admin}, p.await(admin.Ping)
}
