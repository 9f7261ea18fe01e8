package testserver

import (
	"database/sql"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Killable is a database server of one test, to be killed and started again. What it has acknowledged is in the hands of the operating system, so that it
// outlives the server's processes.
type Killable struct {
	// URL is that of an empty database, the same after each start.
	URL      string
	set      *Set
	cluster  *cluster
	settings []string
	process  *process
	admin    *sql.DB
}

// KillablePostgres starts a PostgreSQL server.
func (s *Set) KillablePostgres(t testing.TB) *Killable {
	t.Helper()
	Slow(t, "it starts a server")
	made, err := s.newPostgres()
	Need(t, err)
	k := &Killable{set: s, cluster: made, settings: []string{"-c", "fsync=off", "-c", "autovacuum=off"}}
	k.Start(t)
	k.URL = postgresURL(made.port, k.database(t, " TEMPLATE template0"))
	return k
}

// KillableMariaDB starts a MariaDB server.
func (s *Set) KillableMariaDB(t testing.TB) *Killable {
	t.Helper()
	Slow(t, "it starts a server")
	made, err := s.newMariaDB()
	Need(t, err)
	k := &Killable{set: s, cluster: made, settings: []string{"--innodb-flush-log-at-trx-commit=2", "--innodb-flush-method=nosync"}}
	k.Start(t)
	k.URL = fmt.Sprintf("mariadb://%s:%s@127.0.0.1:%d/%s", User, Password, made.port, k.database(t, " CHARACTER SET utf8mb4"))
	return k
}

func (k *Killable) database(t testing.TB, options string) string {
	t.Helper()
	if _, err := k.admin.Exec("CREATE DATABASE killed" + options); err != nil {
		t.Fatal(err)
	}
	return "killed"
}

// Start starts the server and waits until it answers. A server whose predecessor has not quite gone does not come up; then it is started again.
func (k *Killable) Start(t testing.TB) {
	t.Helper()
	var last error
	for range 10 {
		p, err := k.set.start(k.cluster.server(k.settings...), k.cluster.log(), syscall.SIGKILL)
		Need(t, err)
		served, err := k.cluster.await(p)
		if err == nil {
			k.process, k.admin = p, served.admin
			return
		}
		last = err
		p.stop()
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal(last)
}

// Kill ends all processes of the server at once, and waits until they are gone.
func (k *Killable) Kill(t testing.TB) {
	t.Helper()
	k.admin.Close()
	children := k.process.kill()
	for deadline := time.Now().Add(stopLimit); len(alive(children)) > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("processes %v do not end", alive(children))
		}
	}
}

// alive are the processes that still run.
func alive(pids []int) []int {
	var left []int
	for _, pid := range pids {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err == nil && !strings.Contains(string(text), ") Z ") {
			left = append(left, pid)
		}
	}
	return left
}
