package sam

import (
	"fmt"

	"github.com/steploom/steploom/compiler/sam/cfn"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// What schedules and events that could not be delivered leave behind, and for how long.
const (
	undelivered          = "Undelivered"
	undeliveredRetention = 14 * 24 * 3600
	schedulerRole        = "SchedulerRole"
	eventsRole           = "EventsRole"
	retryAttempts        = 10
	retryAgeSeconds      = 3600
)

func (p *plan) hasSchedules() bool {
	for _, m := range p.machines {
		if len(m.schedules) > 0 {
			return true
		}
	}
	return false
}

func (p *plan) hasEvents() bool {
	for _, m := range p.machines {
		if len(m.events) > 0 {
			return true
		}
	}
	return false
}

func (p granter) schedulerGrants() []Grant {
	if !p.hasSchedules() {
		return nil
	}
	var grants []Grant
	for _, m := range p.machines {
		for _, schedule := range m.schedules {
			grants = merge(grants, Grant{
				Role: schedulerRole, Actions: []string{"states:StartExecution"}, Resources: cfn.List{cfn.Ref(m.id)},
				Reason: "EventBridge Scheduler starts " + m.Operation.Name + ".", Places: distinct([]string{placeOfRange(schedule.Range)}),
			})
		}
	}
	return append(grants, Grant{
		Role: schedulerRole, Actions: []string{"sqs:SendMessage"}, Resources: cfn.List{cfn.ARN(undelivered)},
		Reason: "What could not be started after all tries is kept there.",
	})
}

func (p granter) eventGrants() []Grant {
	var grants []Grant
	for _, m := range p.machines {
		for _, event := range m.events {
			grants = merge(grants, Grant{
				Role: eventsRole, Actions: []string{"states:StartExecution"}, Resources: cfn.List{cfn.Ref(m.id)},
				Reason: "EventBridge starts " + m.Operation.Name + ".", Places: distinct([]string{placeOfRange(event.Range)}),
			})
		}
	}
	return grants
}

// composeTriggers adds what schedules and events need beside the state machines.
func (p composer) composeTriggers(t *cfn.Template, grants []Grant) {
	if p.hasSchedules() || p.hasEvents() {
		t.Resources = append(t.Resources, cfn.Resource{
			Name: undelivered, Comment: "Starts that failed after all tries, kept for two weeks.", Body: &cfn.Queue{RetentionSeconds: undeliveredRetention},
		})
		t.Outputs = append(t.Outputs, cfn.Output{Name: undelivered + "Queue", Description: "Starts that could not be delivered", Value: cfn.Ref(undelivered)})
	}
	if p.hasSchedules() {
		t.Parameters = append(t.Parameters, cfn.Parameter{
			Name: "ScheduleState", Group: groupSchedules, Type: "String", Description: "Whether schedules start anything", Default: "ENABLED",
			Allowed: cfn.List{"ENABLED", "DISABLED"},
		})
		t.Resources = append(t.Resources, cfn.Resource{
			Name: schedulerRole, Body: &cfn.Role{Service: "scheduler.amazonaws.com", Trust: sameAccount(), Statements: statements(grants, schedulerRole)},
		})
	}
	if p.hasEvents() {
		p.composeRules(t, grants)
	}
}

// scheduleEvents are a machine's schedules as SAM events.
func (p composer) scheduleEvents(m *machinePlan) cfn.Map {
	var events cfn.Map
	for i, schedule := range m.schedules {
		properties := cfn.Map{}.
			With("Name", cfn.Sub(namePrefix+scheduleName(m, i))).
			With("Description", m.Operation.Name).
			With("ScheduleExpression", schedule.Expression).
			With("ScheduleExpressionTimezone", schedule.Zone).
			With("FlexibleTimeWindow", cfn.Map{{Key: "Mode", Value: cfn.Text("OFF")}}).
			With("State", cfn.Ref("ScheduleState")).
			With("Input", executionInput("schedule", m.Operation.Name, `"<aws.scheduler.execution-id>"`, "null")).
			With("RetryPolicy", cfn.Map{{Key: "MaximumRetryAttempts", Value: retryAttempts}, {Key: "MaximumEventAgeInSeconds", Value: retryAgeSeconds}}).
			With("DeadLetterConfig", cfn.Map{{Key: "Arn", Value: cfn.ARN(undelivered)}}).
			With("RoleArn", cfn.ARN(schedulerRole))
		events = append(events, cfn.Entry{
			Key: fmt.Sprintf("Schedule%d", i+1), Comment: placeOfRange(schedule.Range),
			Value: cfn.Map{{Key: "Type", Value: "ScheduleV2"}, {Key: "Properties", Value: properties}},
		})
	}
	return events
}

// executionInput is what a start without a request hands to the execution: the same members that the api function gives.
func executionInput(trigger, operation, requestID, body string) string {
	name, err := jsonata.Encode(operation)
	if err != nil {
		panic(err) // a text always encodes
	}
	return fmt.Sprintf(`{"trigger":%q,"operation":%s,"requestId":%s,"param":{},"header":{},"body":%s,"files":{}}`, trigger, name, requestID, body)
}

func (p composer) composeRules(t *cfn.Template, grants []Grant) {
	var rules []string
	t.Resources = append(t.Resources, cfn.Resource{
		Name: eventsRole, Body: &cfn.Role{Service: "events.amazonaws.com", Trust: sameAccount(), Statements: statements(grants, eventsRole)},
	})
	for _, m := range p.machines {
		for i, event := range m.events {
			name := fmt.Sprintf("%sRule%d", m.stem(), i+1)
			rules = append(rules, name)
			t.Resources = append(t.Resources, cfn.Resource{Name: name, Comment: placeOfRange(event.Range), Body: &cfn.Rule{
				Description: m.Operation.Name, Pattern: literal(event.Pattern), Targets: cfn.List{ruleTarget(m)},
			}})
		}
	}
	t.Resources = append(t.Resources, cfn.Resource{Name: undelivered + "Policy", Body: &cfn.QueuePolicy{Queue: undelivered, Rules: rules}})
}

func ruleTarget(m *machinePlan) cfn.Map {
	return cfn.Map{
		{Key: "Id", Value: "execution"},
		{Key: "Arn", Value: cfn.Sub("${" + m.id + "}:" + alias)},
		{Key: "RoleArn", Value: cfn.ARN(eventsRole)},
		{Key: "InputTransformer", Value: cfn.Map{
			{Key: "InputPathsMap", Value: cfn.Map{{Key: "id", Value: "$.id"}}},
			{Key: "InputTemplate", Value: executionInput("event", m.Operation.Name, "<id>", "<aws.events.event.json>")},
		}},
		{Key: "RetryPolicy", Value: cfn.Map{{Key: "MaximumRetryAttempts", Value: retryAttempts}, {Key: "MaximumEventAgeInSeconds", Value: retryAgeSeconds}}},
		{Key: "DeadLetterConfig", Value: cfn.Map{{Key: "Arn", Value: cfn.ARN(undelivered)}}},
	}
}

// literal turns a JSON value into a template value.
func literal(value any) cfn.Value {
	switch value := value.(type) {
	case []any:
		list := make(cfn.List, len(value))
		for i, item := range value {
			list[i] = literal(item)
		}
		return list
	case *jsonata.Object:
		fields := cfn.Map{}
		for key, member := range value.All() {
			fields = append(fields, cfn.Entry{Key: key, Value: literal(member)})
		}
		return fields
	case string:
		return cfn.Text(value)
	}
	return value
}
