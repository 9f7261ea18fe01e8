package cli

import (
	"fmt"
	"time"

	"github.com/steploom/steploom/local"
	"github.com/steploom/steploom/shared/diag"
)

// onTime starts what a timer says with the last good version of the project.
func (d *developer) onTime(timer local.Timer, _ time.Time) {
	serving := d.current.take()
	if serving == nil {
		return
	}
	defer serving.requests.Done()
	if err := serving.service.StartTimer(timer); err != nil {
		d.console.Lock()
		defer d.console.Unlock()
		fmt.Fprintf(d.std.Err, "steploom: %s: %s\n", diag.Name(timer.Trigger.Name), err)
	}
}

// announceTimers tells when schedules start something next.
func (d *developer) announceTimers(timers []local.Timer) {
	now := d.std.Clock.Now()
	for _, timer := range timers {
		fmt.Fprintf(d.std.Out, "  %s %s, next %s\n", diag.Name(timer.Operation), scheduleWords(timer), moment(timer.Next(now)))
	}
}

// scheduleWords tell what AWS is told of a timer.
func scheduleWords(timer local.Timer) string {
	name := timer.Trigger.Name
	if name != "" {
		name = diag.Name(name) + ": "
	}
	return "by the schedule " + name + timer.Trigger.Expression + " in " + timer.Zone()
}

// moment writes a time in its zone.
func moment(at time.Time) string {
	if at.IsZero() {
		return "never"
	}
	return at.Format("Mon 2006-01-02 15:04:05 -07:00")
}
