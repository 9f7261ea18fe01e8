package apichap

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
)

// TestTriggers: what becomes of a cron expression, and where the error points.
func TestTriggers(t *testing.T) {
	for _, test := range []struct{ cron, want string }{
		{"'0 */15 8-17 * * MON-FRI'", "cron(*/15 8-17 ? * MON-FRI *)"},
		{"'0 0 6 * * 5-7'", "cron(0 6 ? * FRI,SAT,SUN *)"},
		{"'0 0 6 * * 0-7'", "cron(0 6 * * ? *)"},
		{"'0 0 6 * * 1-3/2,6'", "cron(0 6 ? * MON,WED,SAT *)"},
		{"'@daily'", "cron(0 0 * * ? *)"},
		{"'0 0 6 * * FRI-MON'", `3:34-3:41: the range "FRI-MON" runs backwards (write FRI,SAT,SUN,MON)`},
		{`"\x30 0 6 31-1 * *"`, `3:33-3:37: the range "31-1" runs backwards (write 31,1)`},
		{"'*/10 * * * * *'", `3:24-3:28: the second must be 0, not "*/10": schedules on AWS start on the minute (the nearest that works is "0 * * * * *")`},
		{"'0 0 6 1 * MON'", `3:24-3:37: the day of the month 1 and the weekday MON must both hold, and AWS schedules take only one of the two (write the n-th weekday of the month as MON#2, or "0 0 6 1 * *" or "0 0 6 * * MON" and let the operation look at the date)`},
		{"'0 0 6 * * MON#1,MON#3'", `3:34-3:45: AWS schedules take "MON#1,MON#3" only piece by piece: L, W and # stand alone there (the nearest that work are 2 schedules, "0 0 6 * * MON#1" and "0 0 6 * * MON#3")`},
	} {
		text := "operations:\n  nightly:\n    triggers: [{cron: " + test.cron + ", name: n}]\n    fulfillments: []\n"
		project, problems := parse(source.Files{{Path: "a.yaml", Bytes: []byte(text)}})
		var got []string
		for _, problem := range problems {
			if problem.Code == codeCron {
				got = append(got, fmt.Sprintf("%d:%d-%d:%d: %s (%s)", problem.Range.Start.Line, problem.Range.Start.Column, problem.Range.End.Line, problem.Range.End.Column, problem.Summary, problem.Fix))
			}
		}
		for _, operation := range project.Operations {
			for _, trigger := range operation.Triggers {
				if schedule, ok := trigger.(*ir.Schedule); ok {
					got = append(got, schedule.Expression)
				}
			}
		}
		if diff := cmp.Diff([]string{test.want}, got); diff != "" {
			t.Errorf("%s:\n%s", test.cron, diff)
		}
	}
}

// TestTriggerDiagnostics: zones, names and times that trip.
func TestTriggerDiagnostics(t *testing.T) {
	for _, test := range []struct {
		triggers string
		want     []string
	}{
		{"{name: a, cron: '0 0 3 * * *', x-steploom-timezone: Asia/Tokyo}", nil},
		{"{name: a, cron: '0 0 4 * * *', x-steploom-timezone: Europe/Berlin}", nil},
		{"{name: a, cron: '0 30 2 * * *', x-steploom-timezone: Europe/Berlin}, {name: b, cron: '0 0 2 * * *', x-steploom-timezone: Europe/Berlin}", []string{
			"note APC080: when clocks are put back, it starts once at a time that comes twice",
		}},
		{"{name: a, cron: '@hourly', x-steploom-timezone: America/New_York}", []string{"note APC080: when clocks are put back, it starts once at a time that comes twice"}},
		{"{name: a, cron: '@hourly', x-steploom-timezone: Mars/Olympus}", []string{`error APC080: "Mars/Olympus" is not a time zone`}},
		{"{name: a, cron: '@hourly', x-steploom-timezone: Local}", []string{`error APC080: "Local" is not a time zone`}},
		{"{name: a, cron: '@hourly', x-steploom-timezone: '+02:00'}", []string{`error APC080: AWS schedules know no time zone "+02:00"`}},
		{"{name: a, cron: '@hourly', x-steploom-timezone: [UTC]}", []string{"error YML008: expected text, found a list"}},
		{"{name: a, cron: '@hourly'}, {name: a, cron: '@daily'}", []string{`error APC015: two triggers of this operation are called "a"`}},
		{"{name: a, cron: '0 0 * * * *'}, {name: b, cron: '@hourly'}", []string{"warning APC080: two triggers start the operation at the same times"}},
		{"{name: a, cron: '@hourly'}, {name: b, cron: '@hourly', x-steploom-timezone: Asia/Tokyo}", nil},
		{"{name: a, cron: '@hourly', timezone: UTC}", []string{`error YML006: "timezone" is not a key of a trigger`}},
	} {
		text := "operations:\n  nightly:\n    triggers: [" + test.triggers + "]\n    fulfillments: [{name: a, type: generic}]\n"
		_, problems := parse(source.Files{{Path: "a.yaml", Bytes: []byte(text)}})
		var got []string
		for _, problem := range problems {
			got = append(got, fmt.Sprintf("%s %s: %s", problem.Severity, problem.Code, problem.Summary))
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s:\n%s", test.triggers, diff)
		}
	}
}
