package cost

import (
	"slices"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/sam"
)

// Watching says what a stage's parameters say about logs, traces and alarms.
type Watching struct {
	LogLevel        string // of state machines: ALL, ERROR, FATAL or OFF
	Tracing         bool
	Alarms          bool // there is somebody to tell
	Dashboard       bool
	DetailedMetrics bool
	Key             bool // an account's own key of KMS
}

// UsualWatching is what the template says when nobody says otherwise.
func UsualWatching() Watching { return Watching{LogLevel: "ERROR", Tracing: true, Dashboard: true} }

// About how many bytes lines of logs have.
const (
	accessLineBytes = 300  // of a request
	callLineBytes   = 1000 // of a call of a function: its own line, and Lambda's about start and end
	eventLineBytes  = 450  // of an event of an execution
)

// tracedShare is the part of requests that X-Ray takes besides the first of each second (X-Ray developer guide, "Configuring sampling rules").
const tracedShare = 0.05

// keyRequests are about how many requests to KMS an execution makes for what is not kept from the last one.
const keyRequests = 0.01

// watching is the price of following executions that are gone through in one way.
func watching(machine sam.Machine, metrics Metrics, assume Assumptions) Bill {
	calls, access := metrics.calls(), 0.0
	if isRequest(machine.Operation) {
		access = 1
		if assume.API != sam.APIDirect {
			calls++ // of the api function
		}
	}
	const gigabyte = 1e9
	parts := []Part{{"logs", (access*accessLineBytes + calls*callLineBytes) / gigabyte * dollars(logGigabyte)}}
	if assume.Watching.LogLevel == "ALL" {
		parts = append(parts, Part{"logs of state machines", metrics.Events * eventLineBytes / gigabyte * dollars(logGigabyte)})
	}
	if assume.Watching.Tracing {
		parts = append(parts, Part{"traces", tracedShare * dollars(trace)})
	}
	if assume.Watching.Key {
		parts = append(parts, Part{"requests to KMS", keyRequests * dollars(kmsRequest)})
	}
	return bill(parts, assume.Requests)
}

// isRequest tells whether an operation is started by requests.
func isRequest(operation *ir.Operation) bool {
	return slices.ContainsFunc(operation.Triggers, func(trigger ir.Trigger) bool {
		_, ok := trigger.(*ir.HTTP)
		return ok
	})
}

// metricsPerRoute is how many metrics API Gateway keeps of a route: requests, errors of both kinds, two latencies, and the bytes of HTTP APIs.
func metricsPerRoute(mode sam.APIMode) int {
	if mode == sam.APIDirect {
		return 5
	}
	return 6
}

// Month is what a stack costs each month, whether or not anybody asks for anything.
func Month(app sam.Application, options sam.Options, assume Assumptions) Bill {
	standing, watch := sam.StandingOf(app, options), assume.Watching
	count := func(yes bool, n int) float64 {
		if !yes {
			return 0
		}
		return float64(n)
	}
	items := []struct {
		name string
		n    float64
	}{
		{secretMonth, count(true, standing.Secrets)},
		{pollerMonth, count(true, standing.Mappings)},
		{dashboardMonth, count(watch.Dashboard, standing.Dashboards)},
		{alarmMonth, count(watch.Alarms, standing.AlarmMetrics)},
		{metricMonth, count(watch.DetailedMetrics, standing.Routes*metricsPerRoute(options.API))},
		{keyMonth, count(watch.Key, 1)},
	}
	var parts []Part
	for _, item := range items {
		if item.n > 0 {
			parts = append(parts, Part{item.name, item.n * dollars(item.name)})
		}
	}
	return bill(parts, 1)
}
