//go:build unix

package cli_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

const tinyWorkflow = `specification: 1.0
operations:
  'get /a':
    fulfillments:
      - {name: c, type: generic, attributes: [{x: TEXT(one)}]}
    responses: [{name: ok, statuscode: 200, default: true, schema: {x: ATTRIBUTE(x)}}]
`

// said runs a command as a process and gives what it says and its exit code; it must end within a time.
func said(t *testing.T, args ...string) (string, int) {
	t.Helper()
	command := exec.Command(filepath.Join(commandFolder(t), "steploom"), args...)
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(20*time.Second, func() { command.Process.Kill() })
	defer timer.Stop()
	command.Wait()
	return out.String(), command.ProcessState.ExitCode()
}

// TestStrangeFiles: what is no file in a workflow's folder is told at once, and names are shown in printable characters.
func TestStrangeFiles(t *testing.T) {
	for name, test := range map[string]struct {
		put  func(folder string) error
		want string
	}{
		"pipe":                   {func(folder string) error { return syscall.Mkfifo(filepath.Join(folder, "b.yaml"), 0o600) }, "b.yaml: this is a pipe, not a file"},
		"device":                 {func(folder string) error { return os.Symlink("/dev/zero", filepath.Join(folder, "b.yaml")) }, "b.yaml: this is a device, not a file"},
		"folder":                 {func(folder string) error { return os.Symlink("/", filepath.Join(folder, "b.yaml")) }, "b.yaml: this is a folder, not a file"},
		"pipe instead of .env":   {func(folder string) error { return syscall.Mkfifo(filepath.Join(folder, ".env"), 0o600) }, ".env: this is a pipe, not a file"},
		"pipe instead of a stub": {func(folder string) error { return syscall.Mkfifo(filepath.Join(folder, "stub.yaml"), 0o600) }, "stub.yaml: this is a pipe, not a file"},
		"large": {func(folder string) error {
			return os.WriteFile(filepath.Join(folder, "b.yaml"), make([]byte, 5<<20), 0o600)
		}, "b.yaml: it has more than 4194304 bytes"},
		"name": {func(folder string) error {
			return os.WriteFile(filepath.Join(folder, "x\ny\x1b[31m\u202ez.yaml"), []byte("a: ["), 0o600)
		}, `x\ny\x1b[31m\u202ez.yaml:`},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			if err := os.WriteFile(filepath.Join(folder, "a.yaml"), []byte(tinyWorkflow), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := test.put(folder); err != nil {
				t.Fatal(err)
			}
			args := []string{"run", folder, "GET /a"}
			if strings.HasSuffix(test.want, "bytes") || name == "name" {
				args = []string{"check", folder}
			}
			out, code := said(t, args...)
			if code == 0 || !strings.Contains(out, test.want) || strings.Contains(out, "\x1b") || strings.Contains(out, "\u202e") {
				t.Errorf("%d: %q", code, out)
			}
		})
	}
}

// TestInterruptedReading: a command that waits for a pipe ends with the first interrupt.
func TestInterruptedReading(t *testing.T) {
	folder := t.TempDir()
	pipe := filepath.Join(folder, "body.json")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "a.yaml"), []byte(tinyWorkflow), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"run", filepath.Join(folder, "a.yaml"), "GET /a", "--body", pipe}, {"run", filepath.Join(folder, "a.yaml"), "GET /a", "--body", "-"}, {"asl", "check", pipe}} {
		command := exec.Command(filepath.Join(commandFolder(t), "steploom"), args...)
		in, err := command.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(500 * time.Millisecond)
		command.Process.Signal(syscall.SIGTERM)
		ended := make(chan error, 1)
		go func() { ended <- command.Wait() }()
		select {
		case err := <-ended:
			if err == nil {
				t.Errorf("%v: it ended well", args)
			}
		case <-time.After(10 * time.Second):
			t.Errorf("%v: it does not end", args)
			command.Process.Kill()
		}
	}
}

// TestBuildIsKilled kills builds at any point, changes the workflow and builds again.
func TestBuildIsKilled(t *testing.T) {
	folder := t.TempDir()
	out := filepath.Join(folder, "dist")
	write := func(version int) {
		text := strings.ReplaceAll(tinyWorkflow, "one", fmt.Sprint("version", version))
		if err := os.WriteFile(filepath.Join(folder, "a.yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(folder, "a.yaml")
	write(0)
	begun := time.Now()
	if text, code := said(t, "build", file, "--out", out); code != 0 {
		t.Fatal(text)
	}
	took := time.Since(begun)
	for version := 1; version <= 12; version++ {
		write(version)
		command := exec.Command(filepath.Join(commandFolder(t), "steploom"), "build", file, "--out", out)
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(took/2 + time.Duration(rand.Int64N(int64(took))))
		command.Process.Kill()
		command.Wait()
		write(-version)
		if text, code := said(t, "build", file, "--out", out); code != 0 {
			t.Fatalf("after the kill: %s", text)
		}
	}
	left, _ := filepath.Glob(filepath.Join(out, ".steploom-*"))
	more, _ := filepath.Glob(filepath.Join(out, "*", ".steploom-*"))
	if len(left)+len(more) > 0 {
		t.Errorf("left: %v %v", left, more)
	}
	checked := exec.Command("sha256sum", "--quiet", "-c", "steploom.sum")
	checked.Dir = out
	if text, err := checked.CombinedOutput(); err != nil && !strings.Contains(err.Error(), "not found") {
		t.Errorf("%v: %s", err, text)
	}
}
