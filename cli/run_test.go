package cli_test

import (
	"context"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/cli"
)

// TestRunProgress looks at the terminal while an operation waits a second before it tries again.
func TestRunProgress(t *testing.T) {
	wire := &newswire{}
	wire.status.Store(503)
	stub := httptest.NewServer(wire)
	defer stub.Close()
	terminal, out := &console{}, &console{}
	std := cli.Std{Out: out, Err: terminal, Lookup: noVariables, Context: t.Context(), ErrTerminal: true}
	args := []string{"run", newsroom(t), "POST /articles/{id}/announce", "--param", "id=1", "--endpoint", "newswire.example.com=" + stub.URL}
	if code := cli.Main(args, std); code != cli.ExitOK {
		t.Fatalf("exit code %d\n%s", code, terminal)
	}
	if !regexp.MustCompile(`\r\x1b\[Kpush.*sleep  \d`).MatchString(terminal.String()) || !strings.HasSuffix(terminal.String(), "\r\x1b[K") {
		t.Errorf("the terminal showed %q", terminal)
	}
	if !strings.Contains(out.String(), `"statusCode": 502`) {
		t.Errorf("the result is %s", out)
	}
}

// TestRunInterrupted expects a run that is interrupted to end at once and to fail.
func TestRunInterrupted(t *testing.T) {
	wire := &newswire{}
	wire.status.Store(503)
	stub := httptest.NewServer(wire)
	defer stub.Close()
	ctx, stop := context.WithCancel(t.Context())
	errs := &console{}
	done := make(chan int, 1)
	args := []string{"run", newsroom(t), "POST /articles/{id}/announce", "--param", "id=1", "--endpoint", "newswire.example.com=" + stub.URL, "--trace"}
	go func() { done <- cli.Main(args, cli.Std{Out: &console{}, Err: errs, Lookup: noVariables, Context: ctx}) }()
	for len(wire.seen()) == 0 {
		time.Sleep(time.Millisecond)
	}
	stop()
	select {
	case code := <-done:
		if code != cli.ExitFailed || !strings.Contains(errs.String(), "aborted") {
			t.Errorf("exit code %d\n%s", code, errs)
		}
	case <-time.After(10 * time.Second):
		t.Error("the run does not end")
	}
}

// TestRunTrace compares the whole trace of a run, its times aside.
func TestRunTrace(t *testing.T) {
	out, errs := &console{}, &console{}
	std := cli.Std{Out: out, Err: errs, Lookup: noVariables, Context: t.Context()}
	if code := cli.Main([]string{"run", newsroom(t), "GET /articles", "--param", "section=city", "--trace"}, std); code != cli.ExitOK {
		t.Fatalf("exit code %d\n%s", code, errs)
	}
	_, trace, _ := strings.Cut(errs.String(), "\n") // the first line tells where the database is
	trace = regexp.MustCompile(` +\+?[\d.]+ m?s\b`).ReplaceAllString(trace, " N ms")
	want := `GET /articles section=city
 N ms  Request N ms  Choice
 N ms  filters: attributes N ms  Pass
 N ms  filters: exceptions N ms  Choice
 N ms  articles N ms  Task  sql
 N ms  each N ms  Map
 N ms    tags N ms  Task  sql
 N ms    tags N ms  Task  sql
 N ms  Response N ms  Succeed
SUCCEEDED in N ms, 8 states
`
	if diff := cmp.Diff(want, trace); diff != "" {
		t.Error(diff)
	}
}
