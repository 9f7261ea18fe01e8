package apichap

import (
	"errors"
	"time"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/schedule"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/javatime"
)

// This file reads time triggers. Their cron expressions are those of the Spring framework.

// zoneKey names the time zone in which a trigger's cron expression is meant; without it that is UTC.
const zoneKey = "x-steploom-timezone"

// triggers reads those of one operation.
func (r *reader) triggers(node *source.Node) []ir.Trigger {
	var list []ir.Trigger
	names, crons := map[string]*source.Node{}, map[string]*source.Node{}
	for _, item := range node.List("triggers") {
		fields := item.Map("a trigger")
		name, cron, zone := fields.Need("name"), fields.Need("cron"), fields.Take(zoneKey)
		fields.Done()
		if name == nil || cron == nil {
			continue
		}
		trigger := &ir.Schedule{Zone: timeZone(zone), Range: item.Range}
		trigger.Name, _ = name.Str()
		r.namedTwice(name, trigger.Name, names)
		if !r.cron(trigger, cron) {
			continue
		}
		key := trigger.Expression + " " + trigger.Zone
		if first := crons[key]; first != nil {
			cron.Report(report.Warning(codeTrigger, cron.Range, "two triggers start the operation at the same times").Fix("delete one of the two").Also(first.Range, "the first one"))
		} else {
			crons[key] = cron
		}
		list = append(list, trigger)
	}
	return list
}

// namedTwice reports the second trigger of a name in one operation.
func (r *reader) namedTwice(node *source.Node, name string, seen map[string]*source.Node) {
	if first := seen[name]; first != nil {
		node.Report(report.Error(codeTwice, node.Range, "two triggers of this operation are called %q", name).
			Why("A trigger's name tells it from the others.").Fix("rename one of the two").Also(first.Range, "the first one"))
		return
	}
	seen[name] = node
}

// timeZone reads the name of a zone, "" for UTC.
func timeZone(node *source.Node) string {
	if node == nil {
		return ""
	}
	name, ok := node.Str()
	if !ok {
		return ""
	}
	if _, err := javatime.ParseZone(name); err != nil {
		node.Report(report.Error(codeTrigger, node.Range, "%s", err).Fix("write a name of the time zone database, such as Europe/Berlin or UTC"))
		return ""
	}
	if !schedule.IsZone(name) {
		node.Report(report.Error(codeTrigger, node.Range, "AWS schedules know no time zone %q", name).Fix("write a name of the time zone database, such as Europe/Berlin or UTC"))
		return ""
	}
	return name
}

// cron reads when a trigger starts its operation; ok is false after an error, which has been reported.
func (r *reader) cron(trigger *ir.Schedule, node *source.Node) (ok bool) {
	text, ok := node.Str()
	if !ok {
		return false
	}
	spring, err := schedule.ParseSpring(text)
	if err == nil {
		trigger.Expression, err = spring.EventBridge()
	}
	var wrong *schedule.Error
	if errors.As(err, &wrong) {
		node.Report(report.Error(codeCron, node.At(wrong.Start, wrong.End), "%s", wrong.Reason).Fix("%s", wrong.Fix))
		return false
	}
	r.clockChanges(trigger, node, spring)
	return true
}

// clockChanges tells once in a project that AWS treats hours which come twice in another way than Spring does, at the first trigger for which that
// makes a difference.
func (r *reader) clockChanges(trigger *ir.Schedule, node *source.Node, spring schedule.Schedule) {
	zone, err := time.LoadLocation(trigger.Zone)
	if err != nil || r.toldClock {
		return
	}
	aws, err := schedule.ParseEventBridge(trigger.Expression)
	if err != nil {
		return
	}
	if at := schedule.DifferAtClockChange(spring, aws, zone); !at.IsZero() {
		r.toldClock = true
		node.Report(report.Note(codeTrigger, node.Range, "when clocks are put back, it starts once at a time that comes twice").
			Why("%s in %s comes twice, for instance. EventBridge Scheduler starts at the first of the two, Spring at both. Times that are skipped when clocks are put forward start nothing with either.", at.Format("15:04 on 2 January 2006"), trigger.Zone))
	}
}
