package sam

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/steploom/steploom/compiler/sam/cfn"
	"github.com/steploom/steploom/statemachine/asl"
)

// Permissions lists what each role of the application may do, and why, functions first. [Check] tells whether it can be deployed.
func Permissions(app Application, options Options) []Grant {
	return granter{newPlan(app, options)}.grants()
}

// Functions names the catalogue functions that an application holds.
func Functions(app Application, options Options) []string {
	var names []string
	for _, f := range newPlan(app, options).functions {
		names = append(names, f.row.Name)
	}
	return names
}

// Target names a resource of a grant for people: "SqlFunction.Arn", "DatasourceDbSecret", "*".
func Target(resource cfn.Value) string {
	switch resource := resource.(type) {
	case cfn.Ref:
		return string(resource)
	case cfn.GetAtt:
		return resource.Resource + "." + resource.Attribute
	case cfn.Sub:
		return string(resource)
	case cfn.If:
		return Target(resource.Then) + " or " + Target(resource.Else)
	}
	return fmt.Sprint(resource)
}

// Summary is what becomes of an operation on AWS.
type Summary struct {
	Operation string `json:"operation"`
	Machine   string `json:"machine"`
	Type      string `json:"type"` // EXPRESS or STANDARD
	Place     string `json:"place"`
	// Asynchronous tells that requests do not wait for its answer.
	Asynchronous bool `json:"asynchronous,omitempty"`
	// Reason says why it has the type; ReasonPlace is what decides it, "" where that is the operation itself.
	Reason      string `json:"reason"`
	ReasonPlace string `json:"reasonPlace,omitempty"`
	// Schedules are those that start it.
	Schedules []ScheduleSummary `json:"schedules,omitempty"`
	// Events are those that start it.
	Events []EventSummary `json:"events,omitempty"`
	Calls  []Call         `json:"calls"`
}

// ScheduleSummary is a schedule: its expression in the words of EventBridge Scheduler and its time zone.
type ScheduleSummary struct {
	Expression string `json:"expression"`
	Zone       string `json:"zone"`
	Place      string `json:"place"`
}

// EventSummary is a rule for events: its pattern as a JSON text.
type EventSummary struct {
	Pattern string `json:"pattern"`
	Place   string `json:"place"`
}

// Call is a task of an operation: what it calls, from which state, because of which line.
type Call struct {
	Target string `json:"target"` // function name, or ARN
	State  string `json:"state"`
	Place  string `json:"place"`
	// Note is what the comment of the state says besides its place, such as why a function is called.
	Note string `json:"note,omitempty"`
	// Nested says of an operation that is called how it runs, "" for a function.
	Nested string `json:"nested,omitempty"`
	// With names the datasources and secrets that the call uses.
	With []string `json:"with"`
}

// Summaries tells for each operation what it becomes.
func Summaries(app Application, options Options) []Summary {
	p := newPlan(app, options)
	var all []Summary
	for _, m := range p.machines {
		summary := Summary{
			Operation: m.Operation.Name, Machine: m.Name, Type: m.Type(), Place: placeOfRange(m.Operation.Range),
			Asynchronous: m.http != nil && m.http.Async, Reason: m.Operation.Reason.Text, ReasonPlace: m.reasonPlace(), Calls: []Call{},
		}
		for _, schedule := range m.schedules {
			summary.Schedules = append(summary.Schedules, ScheduleSummary{schedule.Expression, cmp.Or(schedule.Zone, "UTC"), placeOfRange(schedule.Range)})
		}
		for _, event := range m.events {
			summary.Events = append(summary.Events, EventSummary{bodyText(event.Pattern), placeOfRange(event.Range)})
		}
		for _, u := range m.uses {
			with := slices.Concat([]string{}, u.datasources, u.secrets)
			summary.Calls = append(summary.Calls, Call{Target: p.nameOf(u), State: u.state, Place: u.place, Note: u.note, Nested: nested(u), With: with})
		}
		all = append(all, summary)
	}
	return all
}

// nested says how an operation runs that a task starts. None is written into its caller: each has names, an end and a time limit of its own.
func nested(u use) string {
	switch {
	case !u.resource.StartsExecution():
		return ""
	case u.resource.RunsExpress():
		return "a nested execution, since it has names and an end of its own; StartSyncExecution waits for it, since it is Express"
	case u.resource.Pattern == asl.RequestResponse:
		return "a nested execution that nobody waits for"
	default:
		return "a nested execution, since it has names and an end of its own; Step Functions waits for it, since it is Standard"
	}
}

// nameOf is the name of what a task calls.
func (p *plan) nameOf(u use) string {
	for _, f := range p.functions {
		if f.row.Substitution() == u.target {
			return f.row.Name
		}
	}
	if machine := p.machineOf(u.target); machine != nil {
		return machine.Operation.Name
	}
	return u.target
}
