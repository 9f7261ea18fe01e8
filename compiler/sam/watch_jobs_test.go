package sam_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/shared/job"
)

// TestAlarmsOfFailedJobs: one alarm is about the moment at which a job fails, another lasts for as long as one is failed: what it looks at is counted more often
// than it forgets. Only where somebody is told is anything counted.
func TestAlarmsOfFailedJobs(t *testing.T) {
	files, list := sam.Generate(surveys(t), sam.Options{})
	noErrors(t, list)
	template := parsed(t, files[sam.TemplateFile])
	filters, alarms := template.ofType("AWS::Logs::MetricFilter"), template.ofType("AWS::CloudWatch::Alarm")
	for _, test := range []struct{ metric, log, line, value, statistic, says string }{
		{"JobFailures", "StreamLogs", job.LineFailed, "1", "Sum", "60 1 of 1"},
		{"FailedJobs", "JobsLogs", job.LineStanding, "$.failed", "Maximum", "300 1 of 3"},
	} {
		filter, alarm := filters[test.metric+"Filter"], alarms[test.metric+"Alarm"]
		if filter == nil || alarm == nil {
			t.Fatalf("%s has no filter or no alarm", test.metric)
		}
		if got := references(filter["LogGroupName"]); got[0] != test.log || !strings.Contains(filter["FilterPattern"].(string), `"`+test.line+`"`) {
			t.Errorf("%s: %v", test.metric, filter)
		}
		made := filter["MetricTransformations"].([]any)[0].(map[string]any)
		if made["MetricName"] != test.metric || made["MetricValue"] != test.value || alarm["MetricName"] != test.metric || alarm["Statistic"] != test.statistic {
			t.Errorf("%s: %v, %v", test.metric, made, alarm)
		}
		breaching := alarm["DatapointsToAlarm"]
		if breaching == nil {
			breaching = alarm["EvaluationPeriods"]
		}
		if got := fmt.Sprintf("%v %v of %v", alarm["Period"], breaching, alarm["EvaluationPeriods"]); got != test.says {
			t.Errorf("%s looks at %s, want %s", test.metric, got, test.says)
		}
	}
	rule, permission := template.Resources["FailedJobsRule"], template.ofType("AWS::Lambda::Permission")["FailedJobsPermission"]
	if rule["Condition"] != "WithAlarms" || template.Resources["FailedJobsPermission"]["Condition"] != "WithAlarms" {
		t.Error("jobs are counted where there is nobody to tell")
	}
	properties := rule["Properties"].(map[string]any)
	target := properties["Targets"].([]any)[0].(map[string]any)
	if properties["ScheduleExpression"] != "rate(5 minutes)" || target["Input"] != job.CountFailed || references(target["Arn"])[0] != "JobsFunction.Alias" {
		t.Errorf("%v", properties)
	}
	if permission["Principal"] != "events.amazonaws.com" || references(permission["SourceArn"])[0] != "FailedJobsRule" || references(permission["FunctionName"])[0] != "JobsFunction.Alias" {
		t.Errorf("%v", permission)
	}
}
