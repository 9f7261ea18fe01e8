package sam

import (
	"strconv"

	"github.com/steploom/steploom/compiler/sam/cfn"
)

// The template conditions of whom to tell.
const (
	withAlarms     = "WithAlarms"
	withAlarmTopic = "WithAlarmTopic"
	withAlarmEmail = "WithAlarmEmail"
)

// alarmTopic names the topic that the stack makes for an e-mail address.
const alarmTopic = "AlarmTopic"

// watcher writes down what watches over the plan's resources.
type watcher struct{ *plan }

// compose adds alarms, messages about failures and the dashboard.
func (p watcher) compose(t *cfn.Template) {
	p.composeAlarms(t)
	p.composeNotices(t)
	p.composeDashboard(t)
}

// composeAlarms adds alarms, if there is somebody to tell. They are few, whatever the number of operations: each adds up as many metrics as
// CloudWatch allows, and the dashboard tells them apart.
func (p watcher) composeAlarms(t *cfn.Template) {
	p.alarmParameters(t)
	p.composeTopic(t)
	if p.hasAPI() {
		p.alarmThreshold(t, "AlarmApiErrors", 1, "From how many answers with a status of 500 or above in a period on the alarm of the API goes off")
		p.alarm(t, "ApiErrorsAlarm", "The API answered with a status of 500 or above", cfn.Ref("AlarmApiErrors"), []cfn.Series{p.apiSeries(apiServerErrors, "Sum")})
	}
	if len(p.machines) > 0 {
		p.alarmThreshold(t, "AlarmFailedExecutions", 1, "From how many failed, timed-out or throttled executions in a period on the alarm of state machines goes off")
		for i, series := range p.executionGroups() {
			p.alarm(t, numbered("ExecutionsAlarm", i), "Executions failed, timed out or were throttled", cfn.Ref("AlarmFailedExecutions"), series)
		}
	}
	if p.hasSchedules() || p.hasEvents() {
		p.alarm(t, undelivered+"Alarm", "Schedules or events could not start an execution; the queue keeps them", 1, p.undeliveredSeries())
	}
	p.functionAlarms(t)
	jobWatcher{p}.compose(t)
}

// hasAPI tells whether requests come in.
func (p watcher) hasAPI() bool {
	return p.servesHTTP() || p.asks() || consumersOf(p.plan).behindJobs() != nil
}

func (p watcher) functionAlarms(t *cfn.Template) {
	if len(p.functions) == 0 {
		return
	}
	p.alarmThreshold(t, "AlarmFunctionErrors", 10,
		"From how many failed calls of functions in a period on their alarm goes off; failures that a workflow handles itself count, too")
	for i, series := range grouped(p.functionSeries("Errors", "Sum"), 1) {
		p.alarm(t, numbered("FunctionErrorsAlarm", i), "Calls of functions failed", cfn.Ref("AlarmFunctionErrors"), series)
	}
	for i, series := range grouped(p.functionSeries("Throttles", "Sum"), 1) {
		p.alarm(t, numbered("FunctionThrottlesAlarm", i), "Functions had no concurrency left", 1, series)
	}
}

// alarmParameters say whom to tell, and how long an alarm looks.
func (p watcher) alarmParameters(t *cfn.Template) {
	t.Parameters = append(t.Parameters,
		cfn.Parameter{Name: "AlarmTopicArn", Group: groupAlarms, Type: "String", Description: "SNS topic that is told of alarms; empty for none",
			Default: cfn.Text(""), Pattern: "(arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:.+)?", Constraint: "must be the ARN of an SNS topic, or empty"},
		cfn.Parameter{Name: "AlarmEmail", Group: groupAlarms, Type: "String", Description: "E-mail address that is told of alarms, by a topic of the stack's own; empty for none",
			Default: cfn.Text(""), Pattern: "([^@ ]+@[^@ ]+)?", Constraint: "must be an e-mail address, or empty"},
		cfn.Parameter{Name: "AlarmPeriodSeconds", Group: groupAlarms, Type: "Number", Description: "Over how many seconds alarms count",
			Default: 300, Allowed: cfn.List{60, 300, 900, 3600}},
	)
	t.Conditions = append(t.Conditions,
		given(withAlarmTopic, "AlarmTopicArn"),
		given(withAlarmEmail, "AlarmEmail"),
		cfn.Condition{Name: withAlarms, Test: cfn.Or{withAlarmTopic, withAlarmEmail}},
	)
}

func (p watcher) alarmThreshold(t *cfn.Template, name string, usual int, description string) {
	t.Parameters = append(t.Parameters, cfn.Parameter{Name: name, Group: groupAlarms, Type: "Number", Default: usual, Min: 1, Description: description})
}

// composeTopic makes a topic where only an address is given.
func (p watcher) composeTopic(t *cfn.Template) {
	t.Resources = append(t.Resources,
		cfn.Resource{Name: alarmTopic, Condition: withAlarmEmail, Comment: "The subscriber must confirm once, by the link in the first message.",
			Body: &cfn.Topic{Email: cfn.Ref("AlarmEmail")}},
		cfn.Resource{Name: alarmTopic + "Policy", Condition: withAlarmEmail, Body: &cfn.TopicPolicy{Topic: alarmTopic, Services: []string{"cloudwatch.amazonaws.com", "events.amazonaws.com"}}},
	)
}

// alarm adds an alarm, which looks over as many seconds as all do, and gives it to be changed.
func (p watcher) alarm(t *cfn.Template, name, description string, threshold cfn.Value, series []cfn.Series) *cfn.Alarm {
	alarm := &cfn.Alarm{
		Description: description, Series: series, PeriodSeconds: cfn.Ref("AlarmPeriodSeconds"), Threshold: threshold,
		Actions: cfn.List{
			cfn.Choose(withAlarmTopic, cfn.Ref("AlarmTopicArn"), cfn.NoValue),
			cfn.Choose(withAlarmEmail, cfn.Ref(alarmTopic), cfn.NoValue),
		},
	}
	t.Resources = append(t.Resources, cfn.Resource{Name: name, Condition: withAlarms, Body: alarm})
	return alarm
}

// numbered names the members of a series of resources: Alarm, Alarm2, Alarm3.
func numbered(name string, index int) string {
	if index == 0 {
		return name
	}
	return name + strconv.Itoa(index+1)
}

// grouped cuts series into as few alarms as possible; each run of together series stays in one.
func grouped(series []cfn.Series, together int) [][]cfn.Series {
	size := cfn.SeriesLimit - cfn.SeriesLimit%together
	var groups [][]cfn.Series
	for len(series) > size {
		groups, series = append(groups, series[:size]), series[size:]
	}
	return append(groups, series)
}

// executionMetrics are what an alarm adds up for each state machine.
func executionMetrics() []string {
	return []string{"ExecutionsFailed", "ExecutionsTimedOut", "ExecutionThrottled"}
}

// executionGroups are the series of the alarms of state machines.
func (p watcher) executionGroups() [][]cfn.Series {
	var series []cfn.Series
	for _, m := range p.machines {
		for _, metric := range executionMetrics() {
			series = append(series, machineSeries(m, metric, "Sum"))
		}
	}
	return grouped(series, len(executionMetrics()))
}

// machineSeries is a metric of a state machine by a statistic.
func machineSeries(m *machinePlan, metric, stat string) cfn.Series {
	return cfn.Series{Namespace: "AWS/States", Metric: metric, Stat: stat, Dimensions: cfn.Map{{Key: "StateMachineArn", Value: cfn.Ref(m.id)}}}
}

// executionsAlarm is the name of the alarm that counts the failures of the machine with this index.
func executionsAlarm(index int) string {
	return numbered("ExecutionsAlarm", index/(cfn.SeriesLimit/len(executionMetrics())))
}

// functionSeries is a metric of each function by a statistic.
func (p watcher) functionSeries(metric, stat string) []cfn.Series {
	var series []cfn.Series
	for _, f := range p.functions {
		series = append(series, cfn.Series{Namespace: "AWS/Lambda", Metric: metric, Stat: stat, Dimensions: cfn.Map{{Key: "FunctionName", Value: cfn.Ref(f.resource())}}})
	}
	return series
}

// undeliveredSeries count what lies in the queue, and starts by schedules that were given up or did not even get there.
func (p watcher) undeliveredSeries() []cfn.Series {
	series := []cfn.Series{{
		Namespace: "AWS/SQS", Metric: "ApproximateNumberOfMessagesVisible", Stat: "Maximum",
		Dimensions: cfn.Map{{Key: "QueueName", Value: cfn.Attribute(undelivered, "QueueName")}},
	}}
	if !p.hasSchedules() {
		return series
	}
	for _, metric := range []string{"InvocationDroppedCount", "InvocationsFailedToBeSentToDeadLetterCount"} {
		series = append(series, cfn.Series{Namespace: "AWS/Scheduler", Metric: metric, Stat: "Sum", Dimensions: cfn.Map{{Key: "ScheduleGroup", Value: cfn.Ref(scheduleGroup)}}})
	}
	return series
}

// apiMetric is a metric of an HTTP API; [restMetric] is the same of a REST API.
type apiMetric string

// The metrics of the API (API Gateway developer guide, "HTTP API metrics").
const (
	apiRequests     apiMetric = "Count"
	apiClientErrors apiMetric = "4xx"
	apiServerErrors apiMetric = "5xx"
	apiLatency      apiMetric = "Latency"
)

// restMetric is REST APIs' name of a metric (API Gateway developer guide, "REST API metrics").
func restMetric(metric apiMetric) string {
	switch metric {
	case apiClientErrors:
		return "4XXError"
	case apiServerErrors:
		return "5XXError"
	}
	return string(metric)
}

// apiSeries is a metric of the API by a statistic.
func (p watcher) apiSeries(metric apiMetric, stat string) cfn.Series {
	if p.options.API == APIDirect {
		dimensions := cfn.Map{{Key: "ApiName", Value: cfn.Ref("AWS::StackName")}, {Key: "Stage", Value: directStage}}
		return cfn.Series{Namespace: "AWS/ApiGateway", Metric: restMetric(metric), Stat: stat, Dimensions: dimensions}
	}
	return cfn.Series{Namespace: "AWS/ApiGateway", Metric: string(metric), Stat: stat, Dimensions: cfn.Map{{Key: "ApiId", Value: cfn.Ref(apiID)}}}
}
