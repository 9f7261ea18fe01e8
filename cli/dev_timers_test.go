package cli_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/steploom/steploom/cli"
	"github.com/steploom/steploom/internal/handclock"
)

// TestDevTimers: dev starts what is due, also while a file does not compile, and what a saved file says from then on.
func TestDevTimers(t *testing.T) {
	folder := t.TempDir()
	write := func(cron, status string) {
		t.Helper()
		text := "operations:\n  'get /x':\n    triggers: [{name: timed, cron: '" + cron + "', x-steploom-timezone: Europe/Berlin}]\n" +
			"    fulfillments: [{name: a, type: generic}]\n    responses: [{name: ok, default: true, statuscode: " + status + "}]\n"
		if err := os.WriteFile(filepath.Join(folder, "x.yaml"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	at := func(clock string) time.Time {
		moment, err := time.Parse(time.RFC3339, "2026-07-01T"+clock+"Z")
		if err != nil {
			t.Fatal(err)
		}
		return moment
	}
	write("0 0 * * * *", "200")
	clock := handclock.New(at("09:30:00"))
	ctx, stop := context.WithCancel(context.Background())
	out, errs, exit := &console{}, &console{}, make(chan int, 1)
	std := cli.Std{In: strings.NewReader(""), Out: out, Err: errs, Lookup: os.LookupEnv, Context: ctx, Clock: clock}
	go func() { exit <- cli.Main([]string{"dev", "--addr", "127.0.0.1:0", folder}, std) }()
	t.Cleanup(func() { stop(); <-exit })
	out.await(t, "GET /x by the schedule timed: cron(0 * * * ? *) in Europe/Berlin, next Wed 2026-07-01 12:00:00 +02:00")
	clock.Set(at("10:00:00"))
	out.await(t, "GET /x (timed)")
	write("0 0 * * * * *", "200")
	errs.await(t, "the last good version goes on serving")
	clock.Set(at("11:00:00"))
	twice(t, out, "200 ")
	write("0 15 13 * * *", "202")
	out.await(t, "reloaded")
	clock.Set(at("11:15:00"))
	out.await(t, "202 ")
	if got := strings.Count(out.String(), "(timed)"); got != 3 {
		t.Errorf("%d runs:\n%s", got, out)
	}
}

// twice waits for a text to be printed two times.
func twice(t *testing.T, c *console, text string) {
	t.Helper()
	for deadline := time.Now().Add(patience); strings.Count(c.String(), text) < 2; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%q was not printed twice:\n%s", text, c)
		}
	}
}
