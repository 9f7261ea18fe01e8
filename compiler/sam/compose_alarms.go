package sam

import "github.com/steploom/steploom/compiler/sam/cfn"

// alarmPeriod is over how many seconds an alarm counts.
const alarmPeriod = 300

// composeAlarms adds one alarm for each state machine and function, if there is somebody to tell.
func (p composer) composeAlarms(t *cfn.Template) {
	for _, m := range p.machines {
		addAlarm(t, m.id+"Alarm", &cfn.Alarm{
			Description: m.Operation.Name + ": executions failed, timed out or were throttled",
			Namespace:   "AWS/States", Metrics: []string{"ExecutionsFailed", "ExecutionsTimedOut", "ExecutionThrottled"},
			Dimension: cfn.Entry{Key: "StateMachineArn", Value: cfn.Ref(m.id)},
		})
	}
	for _, f := range p.functions {
		addAlarm(t, f.id+"FunctionAlarm", &cfn.Alarm{
			Description: "Function " + f.row.Name + ": invocations were throttled or ended in errors",
			Namespace:   "AWS/Lambda", Metrics: []string{"Errors", "Throttles"},
			Dimension: cfn.Entry{Key: "FunctionName", Value: cfn.Ref(f.resource())},
		})
	}
}

func addAlarm(t *cfn.Template, name string, alarm *cfn.Alarm) {
	alarm.PeriodSeconds, alarm.Threshold, alarm.Actions = alarmPeriod, 1, cfn.List{cfn.Ref("AlarmTopicArn")}
	t.Resources = append(t.Resources, cfn.Resource{Name: name, Condition: withAlarms, Body: alarm})
}
