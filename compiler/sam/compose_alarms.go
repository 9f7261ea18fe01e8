package sam

// alarmPeriod is over how many seconds an alarm counts.
const alarmPeriod = 300

// composeAlarms adds one alarm for each state machine and function, if there is somebody to tell.
func (p *plan) composeAlarms(t *Template) {
	for _, m := range p.machines {
		t.alarm(m.id+"Alarm", &Alarm{
			Description: m.Operation.Name + ": executions failed, timed out or were throttled",
			Namespace:   "AWS/States", Metrics: []string{"ExecutionsFailed", "ExecutionsTimedOut", "ExecutionThrottled"},
			Dimension: Entry{Key: "StateMachineArn", Value: Ref(m.id)},
		})
	}
	for _, f := range p.functions {
		t.alarm(f.id+"FunctionAlarm", &Alarm{
			Description: "Function " + f.row.Name + ": invocations were throttled or ended in errors",
			Namespace:   "AWS/Lambda", Metrics: []string{"Errors", "Throttles"},
			Dimension: Entry{Key: "FunctionName", Value: Ref(f.resource())},
		})
	}
}

func (t *Template) alarm(name string, alarm *Alarm) {
	alarm.PeriodSeconds, alarm.Threshold, alarm.Actions = alarmPeriod, 1, List{Ref("AlarmTopicArn")}
	t.Resources = append(t.Resources, Resource{Name: name, Condition: withAlarms, Body: alarm})
}
