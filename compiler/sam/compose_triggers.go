package sam

import (
	"fmt"

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

func (p *plan) schedulerGrants() []Grant {
	if !p.hasSchedules() {
		return nil
	}
	var grants []Grant
	for _, m := range p.machines {
		for _, schedule := range m.schedules {
			grants = merge(grants, Grant{
				Role: schedulerRole, Actions: []string{"states:StartExecution"}, Resources: List{Ref(m.id)},
				Reason: "EventBridge Scheduler starts " + m.Operation.Name + ".", Places: distinct([]string{placeOfRange(schedule.Range)}),
			})
		}
	}
	return append(grants, Grant{
		Role: schedulerRole, Actions: []string{"sqs:SendMessage"}, Resources: List{GetAtt{undelivered, "Arn"}},
		Reason: "What could not be started after all tries is kept there.",
	})
}

func (p *plan) eventGrants() []Grant {
	var grants []Grant
	for _, m := range p.machines {
		for _, event := range m.events {
			grants = merge(grants, Grant{
				Role: eventsRole, Actions: []string{"states:StartExecution"}, Resources: List{Ref(m.id)},
				Reason: "EventBridge starts " + m.Operation.Name + ".", Places: distinct([]string{placeOfRange(event.Range)}),
			})
		}
	}
	return grants
}

// composeTriggers adds what schedules and events need beside the state machines.
func (p *plan) composeTriggers(t *Template, grants []Grant) {
	if p.hasSchedules() || p.hasEvents() {
		t.Resources = append(t.Resources, Resource{
			Name: undelivered, Comment: "Starts that failed after all tries, kept for two weeks.", Body: &Queue{RetentionSeconds: undeliveredRetention},
		})
		t.Outputs = append(t.Outputs, Output{Name: undelivered + "Queue", Description: "Starts that could not be delivered", Value: Ref(undelivered)})
	}
	if p.hasSchedules() {
		t.Parameters = append(t.Parameters, Parameter{
			Name: "ScheduleState", Group: groupSchedules, Type: "String", Description: "Whether schedules start anything", Default: "ENABLED",
			Allowed: List{"ENABLED", "DISABLED"},
		})
		t.Resources = append(t.Resources, Resource{
			Name: schedulerRole, Body: &Role{Service: "scheduler.amazonaws.com", Trust: sameAccount(), Statements: statements(grants, schedulerRole)},
		})
	}
	if p.hasEvents() {
		p.composeRules(t, grants)
	}
}

// scheduleEvents are a machine's schedules as SAM events.
func (p *plan) scheduleEvents(m *machinePlan) Map {
	var events Map
	for i, schedule := range m.schedules {
		properties := Map{}.
			with("Name", Sub(namePrefix+scheduleName(m, i))).
			with("Description", m.Operation.Name).
			with("ScheduleExpression", schedule.Expression).
			with("ScheduleExpressionTimezone", schedule.Zone).
			with("FlexibleTimeWindow", Map{{Key: "Mode", Value: Text("OFF")}}).
			with("State", Ref("ScheduleState")).
			with("Input", executionInput("schedule", m.Operation.Name, `"<aws.scheduler.execution-id>"`, "null")).
			with("RetryPolicy", Map{{Key: "MaximumRetryAttempts", Value: retryAttempts}, {Key: "MaximumEventAgeInSeconds", Value: retryAgeSeconds}}).
			with("DeadLetterConfig", Map{{Key: "Arn", Value: GetAtt{undelivered, "Arn"}}}).
			with("RoleArn", GetAtt{schedulerRole, "Arn"})
		events = append(events, Entry{
			Key: fmt.Sprintf("Schedule%d", i+1), Comment: placeOfRange(schedule.Range),
			Value: Map{{Key: "Type", Value: "ScheduleV2"}, {Key: "Properties", Value: properties}},
		})
	}
	return events
}

func scheduleName(m *machinePlan, index int) string {
	if index == 0 {
		return m.Name
	}
	return fmt.Sprintf("%s-%d", m.Name, index+1)
}

// executionInput is what a start without a request hands to the execution: the same members that the api function gives.
func executionInput(trigger, operation, requestID, body string) string {
	name, err := jsonata.Encode(operation)
	if err != nil {
		panic(err) // a text always encodes
	}
	return fmt.Sprintf(`{"trigger":%q,"operation":%s,"requestId":%s,"param":{},"header":{},"body":%s,"files":{}}`, trigger, name, requestID, body)
}

func (p *plan) composeRules(t *Template, grants []Grant) {
	var rules []string
	t.Resources = append(t.Resources, Resource{
		Name: eventsRole, Body: &Role{Service: "events.amazonaws.com", Trust: sameAccount(), Statements: statements(grants, eventsRole)},
	})
	for _, m := range p.machines {
		for i, event := range m.events {
			name := fmt.Sprintf("%sRule%d", logicalID(m.Name), i+1)
			rules = append(rules, name)
			t.Resources = append(t.Resources, Resource{Name: name, Comment: placeOfRange(event.Range), Body: &Rule{
				Description: m.Operation.Name, Pattern: literal(event.Pattern), Target: ruleTarget(m),
			}})
		}
	}
	t.Resources = append(t.Resources, Resource{Name: undelivered + "Policy", Body: &QueuePolicy{Queue: undelivered, Rules: rules}})
}

func ruleTarget(m *machinePlan) Map {
	return Map{
		{Key: "Id", Value: "execution"},
		{Key: "Arn", Value: Sub("${" + m.id + "}:" + alias)},
		{Key: "RoleArn", Value: GetAtt{eventsRole, "Arn"}},
		{Key: "InputTransformer", Value: Map{
			{Key: "InputPathsMap", Value: Map{{Key: "id", Value: "$.id"}}},
			{Key: "InputTemplate", Value: executionInput("event", m.Operation.Name, "<id>", "<aws.events.event.json>")},
		}},
		{Key: "RetryPolicy", Value: Map{{Key: "MaximumRetryAttempts", Value: retryAttempts}, {Key: "MaximumEventAgeInSeconds", Value: retryAgeSeconds}}},
		{Key: "DeadLetterConfig", Value: Map{{Key: "Arn", Value: GetAtt{undelivered, "Arn"}}}},
	}
}

// literal turns a JSON value into a template value.
func literal(value any) Value {
	switch value := value.(type) {
	case []any:
		list := make(List, len(value))
		for i, item := range value {
			list[i] = literal(item)
		}
		return list
	case *jsonata.Object:
		fields := Map{}
		for key, member := range value.All() {
			fields = append(fields, Entry{Key: key, Value: literal(member)})
		}
		return fields
	case string:
		return Text(value)
	}
	return value
}
