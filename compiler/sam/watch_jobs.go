package sam

import (
	"fmt"

	"github.com/steploom/steploom/compiler/sam/cfn"
	"github.com/steploom/steploom/shared/job"
)

// jobWatcher writes down what watches over jobs: how far they are behind, which have failed, and how many records were put aside.
type jobWatcher struct{ watcher }

// The metrics that are made of lines of logs.
const (
	failedJobs   = "FailedJobs"  // how many are
	jobFailures  = "JobFailures" // how often one has become failed
	recordsAside = "RecordsPutAside"
)

// Failed jobs are counted at each of these seconds. Their alarm lasts until so many counts in a row found none: one that comes late, or is lost, is no end.
const (
	countSeconds = 300
	countSilence = 3
)

// failureSeconds is the least that an alarm counts over: of two failures that are farther apart each is told of.
const failureSeconds = 60

// jobNamespace holds the stack's own metrics.
const jobNamespace = cfn.Sub("Steploom/${AWS::StackName}")

// compose adds the metrics and their alarms.
func (p jobWatcher) compose(t *cfn.Template) {
	stream := consumersOf(p.plan).behindStream()
	if stream == nil {
		return
	}
	for _, counted := range []struct{ metric, line string }{{jobFailures, job.LineFailed}, {recordsAside, job.LineAside}} {
		p.filter(t, counted.metric, &cfn.MetricFilter{LogGroup: stream.id + "Logs", Pattern: linesOf(counted.line)})
	}
	p.alarm(t, jobFailures+"Alarm", "A job has failed and reads no more until it is started; the job API tells why. The alarm is about the moment",
		1, []cfn.Series{p.metric(jobFailures, "Sum")}).PeriodSeconds = failureSeconds
	p.composeCount(t)
	p.alarmThreshold(t, "AlarmRecordsAside", 1, "From how many records in a period on, that could not be delivered and were put aside, their alarm goes off")
	p.alarm(t, recordsAside+"Alarm", "Records could not be delivered and were put aside", cfn.Ref("AlarmRecordsAside"), []cfn.Series{p.metric(recordsAside, "Sum")})
	p.alarmThreshold(t, "AlarmJobLag", 10_000, "From how many records on, that a job is behind in a topic, the alarm goes off")
	p.alarm(t, "JobLagAlarm", "A job is far behind the end of a topic", cfn.Ref("AlarmJobLag"), []cfn.Series{p.lag()})
}

// composeCount adds a schedule by which the function behind the job API counts the jobs that are failed, and an alarm that lasts for as long as there are some.
// A failed job reads nothing, so that nothing else would say that it still is.
func (p jobWatcher) composeCount(t *cfn.Template) {
	jobs := consumersOf(p.plan).behindJobs()
	if jobs == nil {
		return
	}
	const rule = failedJobs + "Rule"
	p.filter(t, failedJobs, &cfn.MetricFilter{LogGroup: jobs.id + "Logs", Pattern: linesOf(job.LineStanding), Member: job.FailedMember})
	t.Resources = append(t.Resources,
		cfn.Resource{Name: rule, Condition: withAlarms, Body: &cfn.Rule{
			Description: "Counts the jobs that are failed", Schedule: fmt.Sprintf("rate(%d minutes)", countSeconds/60),
			Targets: cfn.List{cfn.Map{{Key: "Id", Value: "jobs"}, {Key: "Arn", Value: cfn.Ref(jobs.resource() + ".Alias")}, {Key: "Input", Value: cfn.Text(job.CountFailed)}}},
		}},
		cfn.Resource{Name: failedJobs + "Permission", Condition: withAlarms, Body: &cfn.Permission{Function: jobs.resource(), Rule: rule}},
	)
	alarm := p.alarm(t, failedJobs+"Alarm", "Jobs are failed and read no more until they are started; the job API tells which and why. The alarm lasts for as long as one is",
		1, []cfn.Series{p.metric(failedJobs, "Maximum")})
	alarm.PeriodSeconds, alarm.Lasting = countSeconds, countSilence
}

// filter adds a metric of the stack's own.
func (p jobWatcher) filter(t *cfn.Template, metric string, body *cfn.MetricFilter) {
	body.Namespace, body.Metric = jobNamespace, metric
	t.Resources = append(t.Resources, cfn.Resource{Name: metric + "Filter", Body: body})
}

// linesOf is the pattern of lines with a message.
func linesOf(message string) string { return `{ $.message = "` + message + `" }` }

func (p jobWatcher) metric(name, stat string) cfn.Series {
	return cfn.Series{Namespace: jobNamespace, Metric: name, Stat: stat}
}

// lag is how many records the job is behind that is farthest behind, be it of a file or posted (Lambda developer guide, "Types of metrics for Lambda
// functions").
func (p jobWatcher) lag() cfn.Series {
	stream := consumersOf(p.plan).behindStream()
	return cfn.Series{Namespace: "AWS/Lambda", Metric: "OffsetLag", Stat: "Maximum", Dimensions: cfn.Map{{Key: "FunctionName", Value: cfn.Ref(stream.resource())}}}
}

// widgets are the dashboard's about jobs.
func (p jobWatcher) widgets() []widget {
	if consumersOf(p.plan).behindStream() == nil {
		return nil
	}
	return []widget{
		{title: "Records behind", lines: []line{{"the job farthest behind", p.lag()}}},
		{title: "Records put aside", lines: []line{{"records", p.metric(recordsAside, "Sum")}}},
		{title: "Failures of jobs", lines: []line{{"jobs that failed", p.metric(jobFailures, "Sum")}, {"failed jobs, while there are alarms", p.metric(failedJobs, "Maximum")}}},
	}
}
