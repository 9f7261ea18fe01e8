package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/functions/stream"
	"github.com/steploom/steploom/local"
	"github.com/steploom/steploom/local/broker"
	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/engine"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// runJob does with messages what a job does with the records of its topics.
func runJob(std *Std, w workflow, output compiler.Output, settings local.Settings, name string, flags runFlags) error {
	declared, err := findJob(output.Workflow.Jobs, name)
	if err != nil {
		return err
	}
	values, err := flags.records(std, declared)
	if err != nil {
		return err
	}
	service, err := newService(std.Context, w.project, output, settings)
	if err != nil {
		return err
	}
	seen := &local.Trace{}
	stop := progress(std, seen)
	ctx := local.Observing(std.Context, func(e engine.Event) { seen.Observe(e) })
	results, err := try(ctx, service, job.Record{Job: declared.Job, Secrets: declared.Secrets, Key: job.Key("", declared.ID)}, values)
	stop()
	if flags.trace {
		seen.Write(std.Err)
	}
	if err != nil {
		return failed(err)
	}
	return reportRecords(std, results, len(values) > 1)
}

// try does records of Kafka one after the other. Of several, one that cannot be decoded is a result like any other.
func try(ctx context.Context, service *local.Service, declared job.Record, values []stream.Record) ([]stream.Result, error) {
	var all []stream.Result
	for _, value := range values {
		results, err := service.Stream().Try(ctx, declared, value)
		if err != nil && (len(values) == 1 || ctx.Err() != nil) {
			return nil, err
		}
		if err != nil {
			results = []stream.Result{{Origin: job.Origin{Topic: value.Topic, Offset: value.Offset}, Failure: task.AsError(err)}}
		}
		all = append(all, results...)
	}
	return all, nil
}

// findJob finds a job by its id.
func findJob(jobs *ir.Jobs, name string) (ir.DeclaredJob, error) {
	if jobs == nil {
		return ir.DeclaredJob{}, errors.New("--message and --topic are for jobs; the workflow has none")
	}
	at := slices.IndexFunc(jobs.Declared, func(one ir.DeclaredJob) bool { return one.ID == name })
	if at < 0 {
		ids := make([]string, len(jobs.Declared))
		for i, one := range jobs.Declared {
			ids[i] = "  " + one.ID
		}
		return ir.DeclaredJob{}, fmt.Errorf("there is no job %q; there are\n%s", name, strings.Join(ids, "\n"))
	}
	return jobs.Declared[at], nil
}

// records are the messages, as if they came from a topic: those of a file, read as one that fills a topic is, or standard input as one.
func (f runFlags) records(std *Std, declared ir.DeclaredJob) ([]stream.Record, error) {
	if len(f.params)+len(f.headers) > 0 || f.body != "" || f.trigger != "" || f.osoplog != "" {
		return nil, errors.New("a job takes a --message, and no parameters, headers, body, trigger or log of OSOP")
	}
	topic := declared.Topics[0]
	if f.topic != "" {
		if topic = f.topic; !slices.Contains(declared.Topics, topic) {
			return nil, fmt.Errorf("--topic %q: job %s reads %s", topic, declared.ID, strings.Join(declared.Topics, ", "))
		}
	}
	values, err := f.values(std)
	records := make([]stream.Record, len(values))
	for i, value := range values {
		records[i] = stream.Record{Topic: topic, Offset: int64(i), Value: value}
	}
	return records, err
}

// values are the values of the records that --message names.
func (f runFlags) values(std *Std) ([][]byte, error) {
	switch f.message {
	case "":
		return nil, errors.New("a job needs a record: write --message FILE, or --message - for standard input")
	case standardInput:
		value, err := local.ReadStream(std.Context, std.In)
		return [][]byte{value}, err
	}
	content, err := local.ReadInput(std.Context, f.message)
	if err != nil {
		return nil, err
	}
	values, err := broker.Records(f.message, content)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.message, err)
	}
	if len(values) == 0 {
		return nil, fmt.Errorf("%s holds no record", f.message)
	}
	return values, nil
}

// reportRecords prints what became of each record, with the place of its message where there are several. That one could not be delivered is a failure of the
// command.
func reportRecords(std *Std, results []stream.Result, several bool) error {
	shown, missed := make([]any, len(results)), 0
	for i, result := range results {
		row, err := recordRow(result, several)
		if err != nil {
			return failed(err)
		}
		if shown[i] = row; result.Failure != nil {
			missed++
		}
	}
	if err := printValue(std.Out, shown); err != nil {
		return failed(err)
	}
	if missed > 0 {
		return failed(fmt.Errorf("%s of %d not delivered", counted(missed, "record"), len(results)))
	}
	return nil
}

func recordRow(result stream.Result, several bool) (*jsonata.Object, error) {
	row := jsonata.NewObject()
	if several {
		row.Set("offset", float64(result.Origin.Offset))
	}
	row.Set("record", float64(result.Origin.Index))
	if result.Filtered {
		row.Set("filtered", true)
		return row, nil
	}
	if result.Request != nil {
		request, err := shownRequest(*result.Request)
		if err != nil {
			return nil, err
		}
		row.Set("request", request)
	}
	row.Set("delivered", result.Failure == nil)
	if failure := result.Failure; failure != nil {
		row.Set("error", failure.Name)
		row.Set("message", failure.Message)
		return row, nil
	}
	row.Set("statusCode", float64(result.Status))
	return row, nil
}

// shownRequest is what a person wants to see of a request.
func shownRequest(request job.Request) (any, error) {
	text, err := json.Marshal(request)
	if err != nil {
		return nil, err
	}
	value, err := format.DecodeJSON(text)
	if err != nil {
		return nil, err
	}
	members, _ := value.(format.Object)
	shown := slices.DeleteFunc(members, func(m format.Member) bool { return slices.Contains([]string{"encoding", "statusOnly"}, m.Name) })
	if text, err = format.EncodeJSON(shown); err != nil {
		return nil, err
	}
	return jsonata.Decode(text)
}
