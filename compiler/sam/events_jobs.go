package sam

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/sam/cfn"
	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/task"
)

// recordSampler makes up records of topics.
type recordSampler struct{ sampler }

// The events of mappings: brokers of one's own, and MSK.
const (
	ownEventName = "stream"
	mskEventName = "stream-msk"
	sampleMSK    = "arn:aws:kafka:us-east-1:123456789012:cluster/sample/01234567-89ab-cdef-0123-456789abcdef-1"
)

// writeEvents adds what mappings hand to the function behind streams, for the first job of the files, and a request for the job API.
func (p recordSampler) writeEvents(files map[string][]byte) {
	jobs := consumersOf(p.plan)
	if jobs.behindStream() != nil {
		p.write(files, EventsFolder+ownEventName+".json", func() ([]byte, error) {
			return cfn.JSON(p.event(cfn.Map{{Key: "eventSource", Value: "SelfManagedKafka"}}))
		})
		p.write(files, EventsFolder+mskEventName+".json", func() ([]byte, error) {
			return cfn.JSON(p.event(cfn.Map{{Key: "eventSource", Value: "aws:kafka"}, {Key: "eventSourceArn", Value: sampleMSK}}))
		})
	}
	if jobs.behindJobs() != nil {
		p.write(files, EventsFolder+"jobs.json", func() ([]byte, error) {
			headers := cfn.Map{{Key: "authorization", Value: "Basic " + base64.StdEncoding.EncodeToString([]byte(SampleUser+":"+SamplePassword))}, {Key: "host", Value: "example.com"}}
			return cfn.JSON(requestEvent(anyRoute, "/jobs/list", nil, headers, nil, nil))
		})
	}
}

// firstJob is the job that samples are of.
func (p recordSampler) firstJob() ir.DeclaredJob {
	if declared := consumersOf(p.plan).declared(); len(declared) > 0 {
		return declared[0]
	}
	return ir.DeclaredJob{Job: job.Job{ID: "sample", Type: "POST", Topics: []string{"sample"}, URL: "https://example.com/", DataMap: map[string]string{"id": "$.msg.id"}}}
}

// event is an event of a mapping with one record (Lambda developer guide, "Using Lambda with self-managed Apache Kafka" and "with Amazon MSK").
func (p recordSampler) event(head cfn.Map) cfn.Map {
	topic := p.firstJob().Topics[0]
	record := cfn.Map{
		{Key: "topic", Value: topic}, {Key: "partition", Value: 0}, {Key: "offset", Value: 0}, {Key: "timestamp", Value: 1767225600000}, {Key: "timestampType", Value: "CREATE_TIME"},
		{Key: "value", Value: base64.StdEncoding.EncodeToString([]byte(bodyText(p.message())))}, {Key: "headers", Value: cfn.List{}},
	}
	return append(head,
		cfn.Entry{Key: "bootstrapServers", Value: "kafka.example.com:9092"},
		cfn.Entry{Key: "records", Value: cfn.Map{{Key: topic + "-0", Value: cfn.List{record}}}},
	)
}

// plainPath is a path of names into a record.
var plainPath = regexp.MustCompile(`^\$\.msg((?:\.[A-Za-z_][A-Za-z0-9_]*)+)$`)

// flagPath is one of names into the message itself.
var flagPath = regexp.MustCompile(`^\$((?:\.[A-Za-z_][A-Za-z0-9_]*)+)$`)

// message is a record in JSON with what the job's plain paths read, and the flag of one that is approved.
func (p recordSampler) message() cfn.Value {
	message := cfn.Map{}
	sample := p.firstJob()
	names := make([]string, 0, len(sample.DataMap))
	for name := range sample.DataMap {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if found := plainPath.FindStringSubmatch(sample.DataMap[name]); found != nil {
			message = put(message, strings.Split(found[1][1:], "."), "sample")
		}
	}
	settings, err := job.ReadSettings(task.Variables(p.app.Workflow.Jobs.Settings))
	if err != nil || !settings.EmitFlagRequired {
		return message
	}
	if found := flagPath.FindStringSubmatch(settings.EmitFlagFieldPath); found != nil {
		message = put(message, strings.Split(found[1][1:], "."), flagOf(settings.EmitFlagValues))
	}
	return message
}

// flagOf is a flag of an approved record.
func flagOf(values any) cfn.Value {
	if list, ok := values.([]any); ok && len(list) > 0 {
		values = list[0]
	}
	if text, ok := values.(string); ok {
		return cfn.Text(text)
	}
	return values == true
}

// put sets a member deep in a mapping. One that is there stays, and so does what is no mapping where one would have to be.
func put(into cfn.Map, path []string, value cfn.Value) cfn.Map {
	at := slices.IndexFunc(into, func(e cfn.Entry) bool { return e.Key == path[0] })
	if at < 0 && len(path) == 1 {
		return append(into, cfn.Entry{Key: path[0], Value: value})
	}
	if at < 0 {
		return append(into, cfn.Entry{Key: path[0], Value: put(cfn.Map{}, path[1:], value)})
	}
	if inner, ok := into[at].Value.(cfn.Map); ok && len(path) > 1 {
		into[at].Value = put(inner, path[1:], value)
	}
	return into
}

// deliverInput is what the function behind streams starts an execution with.
func (p recordSampler) deliverInput() cfn.Map {
	sample := p.firstJob()
	return cfn.Map{
		{Key: "trigger", Value: "stream"}, {Key: "operation", Value: job.Deliver}, {Key: "requestId", Value: fmt.Sprintf("%s-0-0-0", sample.Topics[0])}, {Key: "job", Value: jobKey(sample)},
		{Key: "record", Value: cfn.Map{{Key: "topic", Value: sample.Topics[0]}, {Key: "partition", Value: 0}, {Key: "offset", Value: 0}, {Key: "index", Value: 0}}},
		{Key: "request", Value: p.request()},
		{Key: "budget", Value: cfn.Map{{Key: "total", Value: 0}}},
	}
}

// request is what the function behind streams makes of a record.
func (p recordSampler) request() cfn.Map {
	return cfn.Map{{Key: "encoding", Value: "requests"}, {Key: "method", Value: p.firstJob().Type}, {Key: "url", Value: "https://example.com/"}}
}
