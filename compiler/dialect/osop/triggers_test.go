package osop_test

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/ir"
)

// TestGuardedTriggers: what says who may start a run, or when, is done or refused.
func TestGuardedTriggers(t *testing.T) {
	const text = "osop_version: '2.0'\nid: t\nname: t\ntriggers:\n  - {%s}\nnodes:\n  - {id: a, type: agent, x-steploom-lambda: w}\n"
	for trigger, want := range map[string]string{
		"type: webhook, path: /in, auth: bearer_token, secret_ref: HOOK": "error OSP025: auth of a trigger is not enforced",
		"type: webhook, config: {path: /in, secret_ref: HOOK}":           "error OSP025: secret_ref of a trigger is not enforced",
		"type: webhook, path: /in, hmac: {secret: X}":                    "error OSP025: hmac of a trigger is not enforced",
		"type: webhook, path: /in, allowed_ips: [10.0.0.1]":              "error OSP025: allowed_ips of a trigger is not enforced",
		"type: webhook, pth: /in":                                        `error OSP025: "pth" is not a key of a webhook trigger`,
		"type: webhook, path: /in, enabled: false":                       "note OSP025: the trigger is left out",
		"type: cron, schedule: '0 5 * * *', enabled: false":              "note OSP025: the trigger is left out",
		"type: cron, config: {schedule: '0 5 * * *', enabled: 'no'}":     "error",
		"type: cron, schedule: '0 5 * * *', timezone: Mars/Olympus":      `error OSP025: there is no time zone "Mars/Olympus"`,
		"type: cron, schedule: '0 5 * * *', timezone: Local":             `error OSP025: there is no time zone "Local"`,
		"type: cron, schedule: '0 5 * * *', timezoen: Europe/Berlin":     `error OSP025: "timezoen" is not a key of a cron trigger`,
		"type: cron, shedule: '0 5 * * *'":                               `error OSP025: "shedule" is not a key`,
		"type: event, event_typ: x, source: y":                           `error OSP025: "event_typ" is not a key of a event trigger`,
		"type: manual, enabeld: false":                                   `error OSP025: "enabeld" is not a key of a manual trigger`,
	} {
		list := strings.Join(found(graphFile(strings.Replace(text, "%s", trigger, 1))), "\n")
		if !strings.Contains(list, want) {
			t.Errorf("%s: %s, want %s", trigger, list, want)
		}
	}
	for trigger, want := range map[string]int{
		"type: cron, schedule: '0 5 * * *', timezone: Europe/Berlin":  1,
		"type: cron, schedule: '0 5 * * *', enabled: true":            1,
		"type: cron, schedule: '0 5 * * *', enabled: false":           0,
		"type: cron, config: {schedule: '0 5 * * *', enabled: false}": 0,
		"type: cron, schedule: 'rate(1 hour)', enabled: off":          0,
	} {
		r := compile(t, graphFile(strings.Replace(text, "%s", trigger, 1)))
		schedules := 0
		for _, one := range r.output.Workflow.Operations[0].Triggers {
			if schedule, ok := one.(*ir.Schedule); ok {
				schedules++
				if strings.Contains(trigger, "Berlin") && schedule.Zone != "Europe/Berlin" {
					t.Errorf("%s: zone %q", trigger, schedule.Zone)
				}
			}
		}
		if schedules != want {
			t.Errorf("%s: %d schedules, want %d", trigger, schedules, want)
		}
	}
}
