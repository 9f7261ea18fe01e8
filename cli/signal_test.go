package cli_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// process runs `steploom dev` as a process of its own.
func process(t *testing.T, args ...string) (*development, *exec.Cmd) {
	t.Helper()
	d := &development{out: &console{}, err: &console{}}
	command := exec.Command(filepath.Join(commandFolder(t), "steploom"), append([]string{"dev", "--addr", "127.0.0.1:0"}, args...)...)
	command.Stdout, command.Stderr = d.out, d.err
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { command.Process.Kill() })
	d.url = d.address(t)
	return d, command
}

// TestDevKilled kills dev in the middle of its work and starts it again on what is left.
func TestDevKilled(t *testing.T) {
	folder := newsroom(t)
	d, command := process(t, folder)
	d.call(t, "POST", "/articles", `{"slug":"kept","title":"Kept","body":"b","section":"s"}`, editor).want(t, 201)
	if err := command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	command.Wait()
	again := startDev(t, folder)
	if got := again.call(t, "GET", "/articles/5", "", editor).want(t, 200); !strings.Contains(got.text, "Kept") {
		t.Errorf("after the kill: %s", got.text)
	}
}

// TestDevInterrupted expects dev to finish the request it is at and then to end with success.
func TestDevInterrupted(t *testing.T) {
	reached, release := make(chan struct{}, 1), make(chan struct{})
	stub := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		reached <- struct{}{}
		<-release
		w.Write([]byte("{}"))
	}))
	defer stub.Close()
	d, command := process(t, newsroom(t), "--endpoint", "newswire.example.com="+stub.URL)
	answer := make(chan response, 1)
	go func() {
		defer close(answer) // a call that fails sends nothing
		answer <- d.call(t, "POST", "/articles/1/announce", "", editor)
	}()
	select {
	case <-reached:
	case early := <-answer:
		t.Fatalf("the stub was not called: %d %s", early.status, early.text)
	}
	if err := command.Process.Signal(os.Signal(syscall.SIGTERM)); err != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond) // the signal is being handled while the request runs
	close(release)
	(<-answer).want(t, 200)
	if err := command.Wait(); err != nil {
		t.Errorf("dev ended with %v\n%s", err, d.err)
	}
}
