package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/steploom/steploom/local"
	"github.com/steploom/steploom/shared/diag"
)

// scheduleFlags are the flags of schedule.
type scheduleFlags struct {
	from   string
	count  int
	asJSON bool
}

func newSchedule(std *Std) *cobra.Command {
	var flags scheduleFlags
	command := &cobra.Command{
		Use:   "schedule DIR",
		Short: "Tell when the schedules of a workflow start its operations",
		Long: `Tell for each schedule of a workflow what EventBridge Scheduler is told, and the next times at which it starts its operation,
in its time zone and in UTC.`,
		Example: `  steploom schedule workflows/newsroom
  steploom schedule workflows/newsroom --from 2026-10-24 --count 3
  steploom schedule workflows/newsroom --from 2026-03-28T12:00:00+01:00 --json`,
		Args: takes(folderArgument()),
		RunE: func(_ *cobra.Command, args []string) error { return schedules(std, args[0], flags) },
	}
	command.Flags().StringVar(&flags.from, "from", "", "the `TIME` to count from: a day, or a day and a time as in RFC 3339, in UTC where no offset is said (default now)")
	command.Flags().IntVar(&flags.count, "count", 5, "how many times to tell: `N`")
	command.Flags().BoolVar(&flags.asJSON, "json", false, "print as JSON")
	return command
}

// scheduleTimes is a schedule with its next times, for machines to read.
type scheduleTimes struct {
	Operation  string   `json:"operation"`
	Trigger    string   `json:"trigger"`
	Expression string   `json:"expression"`
	Zone       string   `json:"zone"`
	Place      string   `json:"place"`
	Times      []string `json:"times"` // RFC 3339, in the zone
	UTC        []string `json:"utc"`
}

func schedules(std *Std, path string, flags scheduleFlags) error {
	if flags.count < 1 || flags.count > 1000 {
		return fmt.Errorf("--count %d: want a number from 1 to 1000", flags.count)
	}
	from, err := timeFrom(flags.from, std.Clock.Now())
	if err != nil {
		return err
	}
	w, err := readWorkflow(path)
	if err != nil {
		return err
	}
	output, list := w.compile()
	if err := w.show(std, list); err != nil {
		return failed(err)
	}
	if list.HasErrors() {
		return errReported()
	}
	timers, err := local.Timers(output.Workflow)
	if err != nil {
		return failed(err)
	}
	if flags.asJSON {
		return failed(w.scheduleJSON(std, timers, from, flags.count))
	}
	if len(timers) == 0 {
		fmt.Fprintln(std.Err, "no schedule starts an operation of this workflow")
	}
	for i, timer := range timers {
		if i == 0 || timers[i-1].Operation != timer.Operation {
			fmt.Fprintln(std.Out, diag.Name(timer.Operation))
		}
		fmt.Fprintf(std.Out, "  %s, because of %s\n", scheduleWords(timer), w.quoted(w.placeOf(timer)))
		for _, at := range nextTimes(timer, from, flags.count) {
			fmt.Fprintf(std.Out, "    %s   %s\n", moment(at), at.UTC().Format(time.RFC3339))
		}
	}
	return nil
}

// timeFrom reads the time to count from.
func timeFrom(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return now, nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return at, nil
		}
	}
	return time.Time{}, fmt.Errorf("--from %q: want a time such as 2026-03-28 or 2026-03-28T12:00:00+01:00", text)
}

// nextTimes lists the next times of a timer: fewer where it ends.
func nextTimes(timer local.Timer, from time.Time, count int) []time.Time {
	var times []time.Time
	for at := timer.Next(from); !at.IsZero() && len(times) < count; at = timer.Next(at) {
		times = append(times, at)
	}
	return times
}

// placeOf is the "file:line" of a timer's trigger.
func (w workflow) placeOf(timer local.Timer) string {
	return fmt.Sprintf("%s:%d", timer.Trigger.Range.File, timer.Trigger.Range.Start.Line)
}

func (w workflow) scheduleJSON(std *Std, timers []local.Timer, from time.Time, count int) error {
	all := []scheduleTimes{}
	for _, timer := range timers {
		one := scheduleTimes{
			Operation: timer.Operation, Trigger: timer.Trigger.Name, Expression: timer.Trigger.Expression, Zone: timer.Zone(),
			Place: w.path(w.placeOf(timer)), Times: []string{}, UTC: []string{},
		}
		for _, at := range nextTimes(timer, from, count) {
			one.Times, one.UTC = append(one.Times, at.Format(time.RFC3339)), append(one.UTC, at.UTC().Format(time.RFC3339))
		}
		all = append(all, one)
	}
	return writeJSON(std.Out, all)
}
