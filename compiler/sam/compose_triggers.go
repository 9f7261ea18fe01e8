package sam

import (
	"fmt"

	"github.com/steploom/steploom/compiler/ir"
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
	}, keyGrant(schedulerRole))
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
	if len(grants) == 0 {
		return nil
	}
	return append(grants, keyGrant(eventsRole))
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
		p.composeSchedules(t)
	}
	if p.hasEvents() {
		p.composeRules(t, grants)
	}
}

// scheduleGroup holds the stack's schedules, so that their metrics are its own.
const scheduleGroup = "Schedules"

func (p composer) composeSchedules(t *cfn.Template) {
	t.Resources = append(t.Resources, cfn.Resource{Name: scheduleGroup, Body: &cfn.ScheduleGroup{Name: cfn.Ref("AWS::StackName")}})
	for _, m := range p.machines {
		for i, schedule := range m.schedules {
			t.Resources = append(t.Resources, cfn.Resource{Name: numbered(m.id+"Schedule", i), Comment: placeOfRange(schedule.Range), Body: &cfn.Schedule{
				Name: cfn.Sub(namePrefix + scheduleName(m, i)), Group: cfn.Ref(scheduleGroup), Description: scheduleDescription(m, schedule),
				Expression: schedule.Expression, Zone: schedule.Zone, State: cfn.Ref("ScheduleState"), Target: scheduleTarget(m),
			}})
		}
	}
}

// descriptionLimit is the longest description (CreateSchedule).
const descriptionLimit = 512

// scheduleDescription is the operation's name, and the schedule's own behind it.
func scheduleDescription(m *machinePlan, schedule *ir.Schedule) string {
	text := m.Operation.Name
	if schedule.Name != "" && schedule.Name != text {
		text += ": " + schedule.Name
	}
	if letters := []rune(text); len(letters) > descriptionLimit {
		return string(letters[:descriptionLimit])
	}
	return text
}

func scheduleTarget(m *machinePlan) cfn.Map {
	return cfn.Map{
		{Key: "Arn", Value: cfn.Ref(m.alias())},
		{Key: "RoleArn", Value: cfn.ARN(schedulerRole)},
		{Key: "Input", Value: executionInput("schedule", m.Operation.Name, `"<aws.scheduler.execution-id>"`, "null")},
		{Key: "RetryPolicy", Value: cfn.Map{{Key: "MaximumRetryAttempts", Value: retryAttempts}, {Key: "MaximumEventAgeInSeconds", Value: retryAgeSeconds}}},
		{Key: "DeadLetterConfig", Value: cfn.Map{{Key: "Arn", Value: cfn.ARN(undelivered)}}},
	}
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
		{Key: "Arn", Value: cfn.Ref(m.alias())},
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
