package local

import (
	"cmp"
	"fmt"
	"time"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/schedule"
)

// Timer is a schedule that starts an operation, as EventBridge Scheduler keeps it: by the expression and the zone that the template has.
type Timer struct {
	// Operation is the author's name of what is started.
	Operation string
	Trigger   *ir.Schedule
	zone      *time.Location
	times     schedule.Schedule
}

// Timers gives the schedules of a workflow, in the order of the source.
func Timers(workflow *ir.Workflow) ([]Timer, error) {
	var list []Timer
	for _, operation := range workflow.Operations {
		for _, trigger := range operation.Triggers {
			one, ok := trigger.(*ir.Schedule)
			if !ok {
				continue
			}
			times, err := schedule.ParseEventBridge(one.Expression)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", operation.Name, err)
			}
			zone, err := time.LoadLocation(one.Zone)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", operation.Name, err)
			}
			list = append(list, Timer{operation.Name, one, zone, times})
		}
	}
	return list, nil
}

// Next is the first time after another at which the timer starts its operation, in the timer's zone; the zero time when there is none.
func (t Timer) Next(after time.Time) time.Time { return t.times.Next(after.In(t.zone)) }

// Zone is the name of the timer's time zone.
func (t Timer) Zone() string { return cmp.Or(t.Trigger.Zone, "UTC") }

// same tells whether two timers start the same operation at the same times under the same name.
func (t Timer) same(other Timer) bool {
	return t.Operation == other.Operation && t.Trigger.Name == other.Trigger.Name && t.Trigger.Expression == other.Trigger.Expression && t.Zone() == other.Zone()
}
