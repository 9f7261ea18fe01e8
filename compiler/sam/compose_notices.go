package sam

import "github.com/steploom/steploom/compiler/sam/cfn"

// withNotices is the template condition for a message about each failed execution.
const withNotices = "WithFailureNotices"

// machinesPerRule keeps the pattern of a rule, which lists the machines, below 2,048 characters (EventBridge quotas): an ARN has at most 140.
const machinesPerRule = 10

// composeNotices adds rules that tell of each Standard execution that ends badly. Step Functions tells EventBridge nothing of Express ones: those
// stand in the log and in the alarm.
func (p watcher) composeNotices(t *cfn.Template) {
	arns := p.standardARNs()
	if len(arns) == 0 {
		return
	}
	t.Parameters = append(t.Parameters, yesOrNo("FailureNotices", groupAlarms, "false",
		"Whether those who are told of alarms are told of each failed, timed-out or aborted execution of a Standard state machine, too"))
	t.Conditions = append(t.Conditions,
		isYes("FailureNoticesWanted", "FailureNotices"),
		cfn.Condition{Name: withNotices, Test: cfn.And{withAlarms, "FailureNoticesWanted"}},
	)
	for i := 0; len(arns) > 0; i++ {
		n := min(len(arns), machinesPerRule)
		t.Resources = append(t.Resources, cfn.Resource{Name: numbered("FailureNoticesRule", i), Condition: withNotices, Body: &cfn.Rule{
			Description: "Tells of executions that ended badly", Pattern: failures(arns[:n]),
			Targets: cfn.List{
				cfn.Choose(withAlarmTopic, noticeTarget("topic", cfn.Ref("AlarmTopicArn")), cfn.NoValue),
				cfn.Choose(withAlarmEmail, noticeTarget("email", cfn.Ref(alarmTopic)), cfn.NoValue),
			},
		}})
		arns = arns[n:]
	}
}

func (p watcher) standardARNs() cfn.List {
	var arns cfn.List
	for _, m := range p.machines {
		if m.Type() == standard {
			arns = append(arns, cfn.Ref(m.id))
		}
	}
	return arns
}

// failures is the pattern of the events of executions that ended badly.
func failures(machines cfn.List) cfn.Map {
	return cfn.Map{
		{Key: "source", Value: cfn.List{"aws.states"}},
		{Key: "detail-type", Value: cfn.List{"Step Functions Execution Status Change"}},
		{Key: "detail", Value: cfn.Map{{Key: "status", Value: cfn.List{"FAILED", "TIMED_OUT", "ABORTED"}}, {Key: "stateMachineArn", Value: machines}}},
	}
}

// noticeTarget tells a topic the status and the ARN, and nothing of the data.
func noticeTarget(id string, topic cfn.Value) cfn.Map {
	return cfn.Map{
		{Key: "Id", Value: id},
		{Key: "Arn", Value: topic},
		{Key: "InputTransformer", Value: cfn.Map{
			{Key: "InputPathsMap", Value: cfn.Map{{Key: "status", Value: "$.detail.status"}, {Key: "execution", Value: "$.detail.executionArn"}}},
			{Key: "InputTemplate", Value: `"<status>: <execution>"`},
		}},
	}
}
