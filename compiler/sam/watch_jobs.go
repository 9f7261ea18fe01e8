package sam

import (
	"github.com/steploom/steploom/compiler/sam/cfn"
	"github.com/steploom/steploom/shared/job"
)

// jobWatcher writes down what watches over jobs: how far they are behind, which have failed, and how many records were put aside.
type jobWatcher struct{ watcher }

// The metrics that are counted from lines of the log of the function behind streams.
const (
	failedJobs   = "FailedJobs"
	recordsAside = "RecordsPutAside"
)

// jobNamespace holds the stack's own metrics.
const jobNamespace = cfn.Sub("Steploom/${AWS::StackName}")

// compose adds the metrics and their alarms.
func (p jobWatcher) compose(t *cfn.Template) {
	stream := consumersOf(p.plan).behindStream()
	if stream == nil {
		return
	}
	for _, counted := range []struct{ metric, line string }{{failedJobs, job.LineFailed}, {recordsAside, job.LineAside}} {
		t.Resources = append(t.Resources, cfn.Resource{Name: counted.metric + "Filter", Body: &cfn.MetricFilter{
			LogGroup: stream.id + "Logs", Pattern: `{ $.message = "` + counted.line + `" }`, Namespace: jobNamespace, Metric: counted.metric,
		}})
	}
	p.alarm(t, failedJobs+"Alarm", "A job has failed and reads no more until it is started; the job API tells why. The alarm counts failures: it is OK again while the job still is failed", 1, []cfn.Series{p.counted(failedJobs)})
	p.alarmThreshold(t, "AlarmRecordsAside", 1, "From how many records in a period on, that could not be delivered and were put aside, their alarm goes off")
	p.alarm(t, recordsAside+"Alarm", "Records could not be delivered and were put aside", cfn.Ref("AlarmRecordsAside"), []cfn.Series{p.counted(recordsAside)})
	p.alarmThreshold(t, "AlarmJobLag", 10_000, "From how many records on, that a job is behind in a topic, the alarm goes off")
	p.alarm(t, "JobLagAlarm", "A job is far behind the end of a topic", cfn.Ref("AlarmJobLag"), []cfn.Series{p.lag()})
}

func (p jobWatcher) counted(metric string) cfn.Series {
	return cfn.Series{Namespace: jobNamespace, Metric: metric, Stat: "Sum"}
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
		{title: "Records put aside", lines: []line{{"records", p.counted(recordsAside)}}},
		{title: "Jobs that failed", lines: []line{{"jobs", p.counted(failedJobs)}}},
	}
}
