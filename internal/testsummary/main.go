// Command testsummary runs `go test` with its arguments, prints what go test prints for the packages and for failures,
// and closes with the tests that were skipped and why.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
)

func main() {
	command := exec.Command("go", append([]string{"test", "-json", "-timeout=30m"}, os.Args[1:]...)...)
	command.Stderr = os.Stderr
	events, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	summary := newSummary(os.Stdout)
	summary.read(events)
	err = command.Wait()
	summary.close()
	if err != nil {
		os.Exit(1)
	}
}

// event is one line of `go test -json`: see `go doc test2json`.
type event struct {
	Action, Package, ImportPath, Test, Output string
}

// summary collects the output of tests until it is known whether anybody needs it.
type summary struct {
	out     io.Writer
	pending map[string][]string // output by package and test
	skips   map[string]int      // reason → tests
	passed  int
	failed  []string
}

func newSummary(out io.Writer) *summary {
	return &summary{out: out, pending: map[string][]string{}, skips: map[string]int{}}
}

func (s *summary) read(events io.Reader) {
	scanner := bufio.NewScanner(events)
	scanner.Buffer(nil, 64<<20)
	for scanner.Scan() {
		var e event
		if json.Unmarshal(scanner.Bytes(), &e) != nil {
			fmt.Fprintln(s.out, scanner.Text())
			continue
		}
		s.event(e)
	}
}

func (s *summary) event(e event) {
	key := e.Package + " " + e.Test
	switch {
	case e.Action == "build-output":
		fmt.Fprint(s.out, e.Output)
	case e.Action == "output" && e.Test == "":
		s.packageOutput(e.Output)
	case e.Action == "output":
		s.pending[key] = append(s.pending[key], e.Output)
	case e.Test == "":
	case e.Action == "pass":
		s.passed++
		delete(s.pending, key)
	case e.Action == "skip":
		s.skips[reason(s.pending[key])]++
		delete(s.pending, key)
	case e.Action == "fail":
		s.failed = append(s.failed, key)
		fmt.Fprint(s.out, strings.Join(s.pending[key], ""))
		delete(s.pending, key)
	}
}

// packageOutput passes the line of a package on, without the bare PASS before it.
func (s *summary) packageOutput(line string) {
	if line != "PASS\n" && !strings.Contains(line, "[no test files]") {
		fmt.Fprint(s.out, line)
	}
}

// reason finds what a skipped test says: the text after "file_test.go:12: ".
func reason(lines []string) string {
	for _, line := range slices.Backward(lines) {
		_, message, ok := strings.Cut(line, "_test.go:")
		if !ok {
			_, message, ok = strings.Cut(line, ".go:")
		}
		if _, text, found := strings.Cut(message, ": "); ok && found {
			return strings.TrimSpace(text)
		}
	}
	return "no reason given"
}

func (s *summary) close() {
	reasons := make([]string, 0, len(s.skips))
	total := 0
	for reason, tests := range s.skips {
		reasons = append(reasons, fmt.Sprintf("  %s (%d)", reason, tests))
		total += tests
	}
	slices.Sort(reasons)
	fmt.Fprintf(s.out, "\n%d tests passed, %d failed, %d skipped\n", s.passed, len(s.failed), total)
	for _, line := range reasons {
		fmt.Fprintln(s.out, line)
	}
	for _, name := range s.failed {
		fmt.Fprintln(s.out, "  FAILED "+name)
	}
}
