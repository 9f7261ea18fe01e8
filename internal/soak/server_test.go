package soak

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

func buildSteploom(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "steploom")
	command := exec.Command("go", "build", "-o", binary, "github.com/steploom/steploom/cmd/steploom")
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return binary
}

const workflow = `specification: 1.0
datasources:
  ledger: {type: db, url: 'jdbc:postgresql://127.0.0.1:1/none'}
operations:
  'post /entries':
    fulfillments:
      - name: written
        type: update
        datasource: ledger
        instructions: [{sql: {query: 'INSERT INTO entry (k) VALUES (?)', parameters: [{param: 'BODY($.key)'}]}}]
    responses: [{name: done, default: true, statuscode: 201, schema: {note: 'TEXT("NOTE")'}}]
  'post /batches':
    fulfillments:
      - name: key
        type: loop
        loop: BODY($.keys)
        fulfillments:
          - name: written
            type: update
            datasource: ledger
            instructions: [{sql: {query: 'INSERT INTO entry (k) VALUES (?)', parameters: [{param: 'VALUE(key, $)'}]}}]
    responses: [{name: done, default: true, statuscode: 201, schema: {note: 'TEXT("NOTE")'}}]
  'get /entries/{key}':
    fulfillments:
      - name: counted
        type: read
        datasource: ledger
        instructions: [{sql: {query: 'SELECT count(*) AS n FROM entry WHERE k = ?', parameters: [{param: 'PARAM(key)'}]}}]
    responses: [{name: done, default: true, statuscode: 200, schema: {found: 'VALUE(counted, $[0].n)'}}]
`

// writeWorkflow saves the workflow; the number changes its answers.
func writeWorkflow(t *testing.T, folder string, number int) {
	text := strings.ReplaceAll(workflow, "NOTE", fmt.Sprint("version ", number))
	if err := os.WriteFile(filepath.Join(folder, "ledger.yaml"), []byte(text), 0o644); err != nil {
		t.Error(err)
	}
}

// server is a running `steploom dev`, which is started again when it is killed.
type server struct {
	binary, folder, address string
	mutex                   sync.Mutex
	process                 *exec.Cmd
	printed                 *bytes.Buffer
	saves, kills, starts    atomic.Int64
}

// answered are the lines of dev for requests of which nothing has failed.
var answered = regexp.MustCompile(`(?m)^20\d .*\n`)

func newServer(t *testing.T, binary, folder string) *server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{binary: binary, folder: folder, address: listener.Addr().String()}
	listener.Close()
	s.start(t)
	t.Cleanup(func() {
		s.kill()
		if t.Failed() {
			t.Logf("what dev said:\n%.20000s", answered.ReplaceAll(s.printed.Bytes(), nil))
		}
	})
	s.mustServe(t)
	return s
}

func (s *server) url() string { return "http://" + s.address }

func (s *server) start(t *testing.T) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.printed = &bytes.Buffer{}
	command := exec.Command(s.binary, "dev", s.folder, "--addr", s.address)
	command.Stdout, command.Stderr = s.printed, s.printed
	command.Env = append(os.Environ(), "GOTRACEBACK=all")
	if err := command.Start(); err != nil {
		t.Errorf("dev does not start: %v", err)
		return
	}
	s.process = command
	s.starts.Add(1)
}

// kill ends the process at once, as the loss of a machine would.
func (s *server) kill() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.process != nil {
		_ = s.process.Process.Kill()
		_ = s.process.Wait()
		s.process = nil
	}
}

// mustServe waits until a request is answered.
func (s *server) mustServe(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		answer, err := http.Get(s.url() + "/entries/none")
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode == 200 {
				return
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("dev does not serve: %v\n%s", err, s.printed)
		}
	}
}

// holdings is what a process holds.
type holdings struct{ descriptors, megabytes int }

func (h holdings) String() string {
	return fmt.Sprintf("%d descriptors, %d MB", h.descriptors, h.megabytes)
}

func (s *server) holdings(t *testing.T) holdings {
	t.Helper()
	s.mutex.Lock()
	defer s.mutex.Unlock()
	root := fmt.Sprintf("/proc/%d/", s.process.Process.Pid)
	entries, err := os.ReadDir(root + "fd")
	if os.IsNotExist(err) {
		t.Skip("skipped: this system does not tell what a process holds")
	}
	if err != nil {
		t.Fatal(err)
	}
	status, err := os.ReadFile(root + "status")
	if err != nil {
		t.Fatal(err)
	}
	kilobytes := 0
	if match := regexp.MustCompile(`VmRSS:\s*(\d+)`).FindSubmatch(status); match != nil {
		kilobytes, _ = strconv.Atoi(string(match[1]))
	}
	return holdings{len(entries), kilobytes >> 10}
}

// settled waits until the server holds about what it held before the load.
func (s *server) settled(t *testing.T, before holdings) holdings {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(200 * time.Millisecond) {
		now := s.holdings(t)
		if now.descriptors <= before.descriptors+poolSize && now.megabytes <= before.megabytes+mostMegabytes {
			return now
		}
		if time.Now().After(deadline) {
			t.Errorf("it held %v before, %v after", before, now)
			return now
		}
	}
}

const (
	poolSize      = 32  // connections to a database that may stay open, and files of an embedded one
	mostMegabytes = 200 // what the Go runtime may not have given back yet
)

// mostGoroutines may be left when nothing is asked of the server.
const mostGoroutines = 60

// stop asks for the stacks of all goroutines, which ends the process, and counts them.
func (s *server) stop(t *testing.T) {
	t.Helper()
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if err := s.process.Process.Signal(syscall.SIGQUIT); err != nil {
		t.Fatal(err)
	}
	_ = s.process.Wait()
	s.process = nil
	count := 0
	lines := bufio.NewScanner(bytes.NewReader(s.printed.Bytes()))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "goroutine ") {
			count++
		}
	}
	t.Logf("%d goroutines at the end", count)
	if count == 0 || count > mostGoroutines {
		t.Errorf("%d goroutines are left:\n%.20000s", count, s.printed)
	}
}
