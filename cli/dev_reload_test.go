package cli_test

import (
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// ledgerText is a workflow that writes a table; NOTE stands in its answer and changes nothing else.
const ledgerText = `specification: 1.0
datasources:
  ledger: {type: db, url: 'jdbc:postgresql://ADDRESS', user: USER, password: '${LEDGER_PASSWORD}'}
operations:
  'post /entries/{id}':
    fulfillments:
      - name: written
        type: update
        datasource: ledger
        instructions: [{sql: {query: 'INSERT INTO entry (id) VALUES (?)', parameters: [{param: 'PARAM(id)'}]}}]
    responses: [{name: done, default: true, statuscode: 201, schema: {note: 'TEXT("NOTE")'}}]
  'get /slow':
    fulfillments:
      - name: slow
        type: read
        datasource: ledger
        instructions: [{sql: {query: 'SELECT pg_sleep(1)'}}]
    responses: [{name: done, default: true, statuscode: 200, schema: {note: 'TEXT("NOTE")'}}]
`

// ledger is a project whose database stands behind a door.
type ledger struct {
	folder  string
	address *url.URL // of the database itself
	door    *door
}

func newLedger(t *testing.T) *ledger {
	t.Helper()
	text := servers.Postgres(t)
	address, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := openDatabase(t, text).Exec("CREATE TABLE entry (id BIGINT PRIMARY KEY)"); err != nil {
		t.Fatal(err)
	}
	l := &ledger{folder: t.TempDir(), address: address, door: newDoor(t, address.Host)}
	password, _ := address.User.Password()
	if err := os.WriteFile(filepath.Join(l.folder, ".env"), []byte("LEDGER_PASSWORD="+password+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	l.write(t, "first", l.door.address())
	return l
}

// write writes the workflow with a note, on the database at a host and port.
func (l *ledger) write(t *testing.T, note, address string) {
	t.Helper()
	text := strings.NewReplacer("NOTE", note, "ADDRESS", address+l.address.Path, "USER", l.address.User.Username()).Replace(ledgerText)
	if err := os.WriteFile(filepath.Join(l.folder, "ledger.yaml"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (l *ledger) count(t *testing.T, query string) int {
	t.Helper()
	var count int
	if err := openDatabase(t, l.address.String()).QueryRow(query).Scan(&count); err != nil {
		t.Fatal(err)
	}
	return count
}

// TestDevKeepsItsDatabase saves the workflow while the database cannot be reached: no write may land elsewhere, and none that was
// acknowledged be lost.
func TestDevKeepsItsDatabase(t *testing.T) {
	l := newLedger(t)
	d := startDev(t, l.folder)
	id := 0
	write := func(status int) {
		t.Helper()
		id++
		d.call(t, "POST", fmt.Sprint("/entries/", id), "").want(t, status)
	}
	write(201)
	l.door.shut()
	l.write(t, "second", l.door.address())
	d.out.await(t, "changed: POST /entries/{id}")
	write(500)
	l.write(t, "third", "127.0.0.1:1")
	d.err.await(t, "cannot be jdbc:postgresql://127.0.0.1:1"+l.address.Path+": nothing listens at 127.0.0.1:1")
	d.err.await(t, "the last good version goes on serving")
	write(500)
	l.door.open()
	write(201)
	if got := l.count(t, "SELECT count(*) FROM entry WHERE id IN (1, 4)"); got != 2 {
		t.Errorf("%d of 2 acknowledged entries are in the database", got)
	}
	if _, err := os.Stat(filepath.Join(l.folder, ".steploom")); err == nil {
		t.Error("there is an embedded database")
	}
}

// TestDevKeepsItsEmbeddedDatabase starts without a database; when one answers later, the entries go on going where the first ones are.
func TestDevKeepsItsEmbeddedDatabase(t *testing.T) {
	l := newLedger(t)
	if err := os.MkdirAll(filepath.Join(l.folder, "db"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(l.folder, "db", "1.sql"), []byte("CREATE TABLE entry (id BIGINT PRIMARY KEY);"), 0o644); err != nil {
		t.Fatal(err)
	}
	l.door.shut()
	d := startDev(t, l.folder)
	d.err.await(t, "embedded SQLite")
	d.call(t, "POST", "/entries/1", "").want(t, 201)
	l.door.open()
	l.write(t, "second", l.door.address())
	d.out.await(t, "changed: POST /entries/{id}")
	d.call(t, "POST", "/entries/1", "").want(t, 500) // it is there already
	d.call(t, "POST", "/entries/2", "").want(t, 201)
	if got := l.count(t, "SELECT count(*) FROM entry"); got != 0 {
		t.Errorf("%d entries went to the database that answered later", got)
	}
}

// TestDevClosesPools saves the workflow many times while requests run: the request that runs gets its answer from the version that took it,
// and no version leaves a connection behind.
func TestDevClosesPools(t *testing.T) {
	l := newLedger(t)
	d := startDev(t, l.folder)
	var slow sync.WaitGroup
	for i := range 12 {
		slow.Go(func() { d.call(t, "GET", "/slow", "").want(t, 200) })
		d.call(t, "POST", fmt.Sprint("/entries/", i), "").want(t, 201)
		note := fmt.Sprint("version ", i)
		l.write(t, note, l.door.address())
		for deadline := time.Now().Add(patience); !strings.Contains(d.call(t, "POST", fmt.Sprint("/entries/", 1000*i+len(d.out.String())), "").text, note); {
			if time.Now().After(deadline) {
				t.Fatalf("%s is not served", note)
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
	slow.Wait()
	const connections = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
	for deadline := time.Now().Add(30 * time.Second); l.count(t, connections) > 8; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d connections are open after all versions but one have ended", l.count(t, connections))
		}
	}
}

// TestDevTellsWhatChanged reads the line of each reload.
func TestDevTellsWhatChanged(t *testing.T) {
	folder := t.TempDir()
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder, "a.yaml"), []byte("operations:\n"+text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	operation := func(name, answer string) string {
		return fmt.Sprintf("  '%s':\n    fulfillments: [{type: generic}]\n    responses: [{name: ok, default: true, statuscode: 200, schema: {a: 'TEXT(\"%s\")'}}]\n", name, answer)
	}
	write(operation("get /a", "1") + operation("get /b", "1"))
	d := startDev(t, folder)
	d.out.await(t, "GET /b")
	write(operation("get /a", "2") + operation("get /c", "1"))
	d.out.await(t, "reloaded: 2 operations\n  changed: GET /a\n  new: GET /c\n  gone: GET /b\n")
	write(operation("get /a", "2") + operation("get /c", "1") + "# a remark\n")
	d.out.await(t, "nothing that runs has changed")
}

// door passes connections on to a server, or does not.
type door struct {
	listener net.Listener
	target   string
	mutex    sync.Mutex
	closed   bool
	passing  map[net.Conn]bool
}

func newDoor(t *testing.T, target string) *door {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d := &door{listener: listener, target: target, passing: map[net.Conn]bool{}}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			in, err := listener.Accept()
			if err != nil {
				return
			}
			go d.pass(in)
		}
	}()
	return d
}

func (d *door) address() string { return d.listener.Addr().String() }

func (d *door) pass(in net.Conn) {
	defer in.Close()
	if !d.enter(in) {
		return
	}
	out, err := net.Dial("tcp", d.target)
	if err != nil {
		return
	}
	defer out.Close()
	go func() { _, _ = io.Copy(out, in); out.Close() }()
	_, _ = io.Copy(in, out)
}

func (d *door) enter(in net.Conn) bool {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if !d.closed {
		d.passing[in] = true
	}
	return !d.closed
}

// shut ends the connections and takes no more.
func (d *door) shut() {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.closed = true
	for connection := range d.passing {
		connection.Close()
	}
	clear(d.passing)
}

func (d *door) open() {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.closed = false
}
