package jsonata

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// reference is the npm package jsonata@2.0.6, run by Node.
type reference struct {
	in  io.Writer
	out *bufio.Scanner
}

// startReference starts Node with bench/reference.js, or skips by name when Node or the package is not there.
func startReference(t testing.TB, mode string) *reference {
	modules := os.Getenv("STEPLOOM_NODE_MODULES")
	if _, err := os.Stat(filepath.Join(modules, "jsonata", "package.json")); modules == "" || err != nil {
		lacking(t, "npm package jsonata@2.0.6 (set STEPLOOM_NODE_MODULES to a folder that holds it)")
	}
	if testing.Short() {
		t.Skip("not in a short run: it asks the reference implementation")
	}
	if _, err := exec.LookPath("node"); err != nil {
		lacking(t, "node")
	}
	cmd := exec.Command("node", filepath.Join("bench", "reference.js"), mode)
	cmd.Env = append(os.Environ(), "TZ=UTC")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stdin.Close()
		cmd.Wait()
	})
	out := bufio.NewScanner(stdout)
	out.Buffer(nil, 64<<20)
	return &reference{stdin, out}
}

func lacking(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("STEPLOOM_REQUIRE_SERVERS") == "1" {
		t.Fatalf("required but not found: %s", what)
	}
	t.Skipf("not found: %s", what)
}

// outcome is what the reference answers to a case.
type outcome struct {
	Undefined   bool
	Changed     bool // it has changed its input
	Text        string
	Code        string
	Message     string
	Position    int
	Depth       int // how deep its evaluation has nested
	Nanoseconds float64
	Compile     float64
}

func (r *reference) ask(t testing.TB, question map[string]any) outcome {
	t.Helper()
	line, err := Encode(question)
	if err == nil {
		_, err = r.in.Write(append(line, '\n'))
	}
	if err != nil {
		t.Fatal(err)
	}
	if !r.out.Scan() {
		t.Fatalf("the reference has ended at %v", question["expr"])
	}
	var o outcome
	if err = json.Unmarshal(r.out.Bytes(), &o); err != nil {
		t.Fatalf("%s: %v", r.out.Bytes(), err)
	}
	return o
}
