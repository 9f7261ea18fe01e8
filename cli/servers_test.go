package cli_test

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"

	"github.com/steploom/steploom/cli"
	"github.com/steploom/steploom/shared/testserver"
)

var servers testserver.Set

// openDatabase opens a test server's database for scripts of many statements.
func openDatabase(t *testing.T, address string) *sql.DB {
	t.Helper()
	driver, source := "pgx", address
	if rest, ok := strings.CutPrefix(address, "mariadb://"); ok {
		parsed, err := url.Parse("//" + rest)
		if err != nil {
			t.Fatal(err)
		}
		config := mysql.NewConfig()
		config.Net, config.Addr, config.DBName, config.MultiStatements = "tcp", parsed.Host, strings.Trim(parsed.Path, "/"), true
		config.User = parsed.User.Username()
		config.Passwd, _ = parsed.User.Password()
		driver, source = "mysql", config.FormatDSN()
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// loadScripts runs script files as they are.
func loadScripts(t *testing.T, db *sql.DB, paths ...string) {
	t.Helper()
	for _, path := range paths {
		script, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.ExecContext(t.Context(), string(script)); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
}

// development is a running `steploom dev`.
type development struct {
	url      string
	out, err *console
	exit     chan int
	stop     context.CancelFunc
}

// console keeps what a command prints.
type console struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

func (c *console) Write(p []byte) (int, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.text.Write(p)
}

func (c *console) String() string {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.text.String()
}

// patience is how long a console may be silent: on a new machine, --isolated compiles every dependency of the functions first.
const patience = 4 * time.Minute

// await waits until the console shows a text.
func (c *console) await(t *testing.T, text string) {
	t.Helper()
	for deadline := time.Now().Add(patience); !strings.Contains(c.String(), text); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%q was not printed:\n%s", text, c)
		}
	}
}

// startDev runs `steploom dev` in this process until the test ends.
func startDev(t *testing.T, args ...string) *development {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	d := &development{out: &console{}, err: &console{}, exit: make(chan int, 1), stop: stop}
	std := cli.Std{In: strings.NewReader(""), Out: d.out, Err: d.err, Lookup: os.LookupEnv, Context: ctx}
	go func() { d.exit <- cli.Main(append([]string{"dev", "--addr", "127.0.0.1:0"}, args...), std) }()
	t.Cleanup(func() {
		stop()
		select {
		case <-d.exit:
		case <-time.After(20 * time.Second):
			t.Error("dev does not end")
		}
		if t.Failed() {
			t.Logf("dev printed:\n%s%s", d.out, d.err)
		}
	})
	d.url = d.address(t)
	return d
}

// address waits for the line that says where dev listens, and for the first compilation.
func (d *development) address(t *testing.T) string {
	t.Helper()
	d.out.await(t, "http://")
	scanner := bufio.NewScanner(strings.NewReader(d.out.String()))
	for scanner.Scan() {
		if _, address, ok := strings.Cut(scanner.Text(), " at "); ok {
			return strings.Fields(address)[0]
		}
	}
	t.Fatalf("no address:\n%s", d.out)
	return ""
}

// response is what a server answered.
type response struct {
	status int
	header http.Header
	text   string
}

// call sends a request; change may alter it before.
func (d *development) call(t *testing.T, method, path, body string, change ...func(*http.Request)) response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, d.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for _, f := range change {
		f(request)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response{answer.StatusCode, answer.Header, string(text)}
}

// want fails the test unless the answer has this status.
func (r response) want(t *testing.T, status int) response {
	t.Helper()
	if r.status != status {
		t.Fatalf("status %d, want %d: %s", r.status, status, r.text)
	}
	return r
}

// decode reads a JSON answer.
func decode[T any](t *testing.T, r response) (value T) {
	t.Helper()
	if err := json.Unmarshal([]byte(r.text), &value); err != nil {
		t.Fatalf("%v: %s", err, r.text)
	}
	return value
}

// sample is a folder of the vendor's sample projects.
func sample(t *testing.T, name string) string {
	t.Helper()
	folder := filepath.Join("../../shared/samples/apichap", name)
	if _, err := os.Stat(folder); err != nil {
		t.Skipf("skipped: the vendor's project %s is not beside the repository", name)
	}
	return folder
}

func TestNewsroomScripts(t *testing.T) {
	tests := []struct {
		name, schema string
		open         func(t *testing.T) *sql.DB
	}{
		{"PostgreSQL", "1-schema.postgres.sql", func(t *testing.T) *sql.DB { return openDatabase(t, servers.Postgres(t)) }},
		{"MariaDB", "1-schema.mariadb.sql", func(t *testing.T) *sql.DB { return openDatabase(t, servers.MariaDB(t)) }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			db := test.open(t)
			loadScripts(t, db, "../workflows/newsroom/db/"+test.schema, "../workflows/newsroom/db/2-data.sql")
			var articles int
			if err := db.QueryRow("SELECT count(*) FROM article").Scan(&articles); err != nil || articles != 4 {
				t.Errorf("%d articles, %v", articles, err)
			}
		})
	}
}
