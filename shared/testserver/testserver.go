// Package testserver starts real servers for tests: PostgreSQL, MariaDB, ProFTPD, OpenSSH, Apache Kafka and Docker, from the installed
// binaries, on free ports of the loopback interface, each once per test binary and as a user of its own.
//
//	var servers testserver.Set
//
//	func TestMain(m *testing.M) { os.Exit(servers.Run(m)) }
//
//	func TestQuery(t *testing.T) {
//		url := servers.Postgres(t) // an empty database of its own
//		…
//	}
//
// A server starts when a test first asks for it and stops when Run returns, or, on Linux, when the test process dies. Where a
// server's binary is not installed the test is skipped by the binary's name; with STEPLOOM_REQUIRE_SERVERS=1 it fails. A short run
// (go test -short) starts no server.
package testserver

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"
)

// RequireVariable turns a missing server from a skip into a failure.
const RequireVariable = "STEPLOOM_REQUIRE_SERVERS"

const (
	startLimit = 60 * time.Second
	stopLimit  = 10 * time.Second
)

// Set holds the servers of one test binary. Its zero value is ready; it is kept in a variable of the test package.
type Set struct {
	postgres lazy[*database]
	mariadb  lazy[*database]
	ftp      lazy[*FTP]
	sftp     lazy[*SFTP]
	docker   lazy[*Docker]
	kafka    lazy[*Kafka]
	dynamodb lazy[string]

	mutex     sync.Mutex
	processes []*process
	folders   []string
}

// lazy starts something once.
type lazy[T any] struct {
	once  sync.Once
	value T
	err   error
}

func (l *lazy[T]) get(t testing.TB, start func() (T, error)) T {
	t.Helper()
	Slow(t, "it starts a server")
	l.once.Do(func() { l.value, l.err = start() })
	Need(t, l.err)
	return l.value
}

// missing is the error of a binary that is not installed, or of a system that cannot do what the server needs.
type missing struct{ what string }

func (m missing) Error() string { return m.what + " is missing" }

// Need stops the test when err is set: a missing binary skips it unless RequireVariable is set.
func Need(t testing.TB, err error) {
	t.Helper()
	if err == nil {
		return
	}
	if _, ok := err.(missing); ok && os.Getenv(RequireVariable) != "1" {
		t.Skipf("skipped: %v", err)
	}
	t.Fatalf("server: %v", err)
}

// Slow leaves a test out of a short run, go test -short, and says why it takes its time.
func Slow(t testing.TB, why string) {
	t.Helper()
	if testing.Short() {
		t.Skip("not in a short run: " + why)
	}
}

// Run runs the tests, stops the servers and gives the exit code.
func (s *Set) Run(m *testing.M) int {
	defer s.Stop()
	return m.Run()
}

// Stop stops all servers and removes their files.
func (s *Set) Stop() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for _, p := range s.processes {
		p.stop()
	}
	for _, folder := range s.folders {
		os.RemoveAll(folder)
	}
	s.processes, s.folders = nil, nil
}

// find gives the path of an installed binary, looking where Debian hides servers too.
func find(name string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	for _, pattern := range []string{"/usr/sbin/" + name, "/usr/lib/postgresql/*/bin/" + name} {
		if matches, _ := filepath.Glob(pattern); len(matches) > 0 {
			return matches[len(matches)-1], nil
		}
	}
	return "", missing{name}
}

// folder makes a temporary folder that belongs to the account.
func (s *Set) folder(name string, account *account) (string, error) {
	path, err := os.MkdirTemp("", "steploom-"+name+"-")
	if err != nil {
		return "", err
	}
	s.mutex.Lock()
	s.folders = append(s.folders, path)
	s.mutex.Unlock()
	return path, account.own(path)
}

// account is the user a server runs as; nil is the current one.
type account struct{ uid, gid int }

// accountOf is the named user where the tests run as root, and the current user elsewhere.
func accountOf(name string) (*account, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	if !canSwitchUser {
		return nil, missing{"Linux (to run servers as the user " + name + ")"}
	}
	found, err := user.Lookup(name)
	if err != nil {
		return nil, missing{"user " + name}
	}
	uid, _ := strconv.Atoi(found.Uid) // numeric on every Unix
	gid, _ := strconv.Atoi(found.Gid)
	return &account{uid, gid}, nil
}

func (a *account) own(path string) error {
	if a == nil {
		return nil
	}
	return os.Chown(path, a.uid, a.gid)
}

// command makes a command that runs as the account and, on Linux, dies with this process.
func command(a *account, folder, path string, arguments ...string) *exec.Cmd {
	c := exec.Command(path, arguments...)
	c.Dir = folder
	c.SysProcAttr = a.attributes()
	return c
}

// run runs a command to its end; its output becomes part of the error.
func run(c *exec.Cmd) error {
	output, err := c.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", filepath.Base(c.Path), err, output)
	}
	return nil
}

// process is a running server.
type process struct {
	command *exec.Cmd
	log     string
	signal  os.Signal
	ended   chan struct{}
}

// start starts a server whose output goes to a file and keeps it until Stop, which sends the signal.
func (s *Set) start(c *exec.Cmd, log string, signal os.Signal) (*process, error) {
	output, err := os.Create(log)
	if err != nil {
		return nil, err
	}
	defer output.Close()
	c.Stdout, c.Stderr = output, output
	p := &process{command: c, log: log, signal: signal, ended: make(chan struct{})}
	started := make(chan error)
	go p.serve(started)
	if err := <-started; err != nil {
		return nil, err
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.processes = append(s.processes, p)
	return p, nil
}

// serve starts the process and waits for it on one thread: Pdeathsig fires when the thread that started it ends.
func (p *process) serve(started chan<- error) {
	runtime.LockOSThread()
	err := p.command.Start()
	started <- err
	if err == nil {
		p.command.Wait()
	}
	close(p.ended)
}

func (p *process) stop() {
	p.command.Process.Signal(p.signal)
	select {
	case <-p.ended:
	case <-time.After(stopLimit):
		p.command.Process.Kill()
		<-p.ended
	}
}

// await calls ready until it succeeds; the server's log becomes part of the error.
func (p *process) await(ready func() error) error {
	deadline := time.Now().Add(startLimit)
	for {
		err := ready()
		if err == nil {
			return nil
		}
		select {
		case <-p.ended:
			return p.failure(fmt.Errorf("it has ended"))
		case <-time.After(20 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			return p.failure(err)
		}
	}
}

func (p *process) failure(err error) error {
	log, _ := os.ReadFile(p.log)
	return fmt.Errorf("%s does not start: %w\n%s", filepath.Base(p.command.Path), err, log)
}

// FreePort gives a port of the loopback interface that nobody listens on.
func FreePort() (int, error) {
	ports, err := freePorts(1)
	if err != nil {
		return 0, err
	}
	return ports[0], nil
}

// freePorts gives several such ports, no two of them the same: one that is let go may be the next one that is given.
func freePorts(number int) ([]int, error) {
	ports := make([]int, number)
	for i := range ports {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer listener.Close()
		ports[i] = listener.Addr().(*net.TCPAddr).Port
	}
	return ports, nil
}

// dial is a readiness check: somebody listens.
func dial(port int) func() error {
	return func() error {
		conn, err := net.DialTimeout("tcp", address(port), time.Second)
		if err != nil {
			return err
		}
		return conn.Close()
	}
}

func address(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }
