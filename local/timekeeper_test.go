package local_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/internal/handclock"
	"github.com/steploom/steploom/local"
)

// timed is a workflow with an operation "tick" that schedules start: name, expression, zone.
func timed(t *testing.T, schedules ...[3]string) []local.Timer {
	t.Helper()
	operation := &ir.Operation{Name: "tick"}
	for _, one := range schedules {
		operation.Triggers = append(operation.Triggers, &ir.Schedule{Name: one[0], Expression: one[1], Zone: one[2]})
	}
	timers, err := local.Timers(&ir.Workflow{Operations: []*ir.Operation{operation}})
	if err != nil {
		t.Fatal(err)
	}
	return timers
}

// TestTimekeeper: on time, in the zone, once for times that passed together, and none lost or repeated when the timers are set again.
func TestTimekeeper(t *testing.T) {
	at := func(clock string) time.Time {
		moment, err := time.Parse(time.RFC3339, "2026-10-25T"+clock+"Z")
		if err != nil {
			t.Fatal(err)
		}
		return moment
	}
	clock, started := handclock.New(at("00:00:30")), make(chan string, 100)
	keeper := local.NewTimekeeper(clock, func(timer local.Timer, due time.Time) {
		started <- fmt.Sprintf("%s %s", timer.Trigger.Name, due.Format("15:04 -07"))
	})
	half := [3]string{"half", "cron(30 2 * * ? *)", "Europe/Berlin"}
	hourly := [3]string{"hourly", "cron(0 * * * ? *)", ""}
	keeper.Set(timed(t, half, hourly))
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ended := make(chan struct{})
	go func() { defer close(ended); keeper.Run(ctx) }()
	next := func(want ...string) {
		t.Helper()
		for _, one := range want {
			select {
			case got := <-started:
				if got != one {
					t.Errorf("got %q, want %q", got, one)
				}
			case <-time.After(10 * time.Second):
				t.Fatalf("%q was not started", one)
			}
		}
	}
	clock.Set(at("00:30:00"))
	next("half 02:30 +02")
	clock.Set(at("01:30:00")) // half past two again, an hour later
	next("hourly 01:00 +00")
	clock.Set(at("05:20:00")) // the machine slept
	next("hourly 02:00 +00")
	keeper.Set(timed(t, hourly, [3]string{"half", "cron(30 5 * * ? *)", ""})) // one is as it was, one is another
	clock.Set(at("05:30:00"))
	next("half 05:30 +00")
	clock.Set(at("06:00:00"))
	next("hourly 06:00 +00")
	keeper.Set(nil)
	clock.Set(at("09:00:00"))
	stop()
	<-ended
	close(started)
	var more []string
	for one := range started {
		more = append(more, one)
	}
	if len(more) > 0 {
		t.Errorf("started too often: %s", strings.Join(more, ", "))
	}
}
