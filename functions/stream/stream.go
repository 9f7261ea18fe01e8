// Package stream is the function that makes requests of Kafka's records, by jobs.
//
// It takes the events of Kafka event source mappings, one mapping for each topic of a job, by an alias that is called as the job (its key). Each record is
// decoded (package message), filtered, masked and mapped (package job); the state machine "deliver" makes the request. The records of a partition are done
// one after the other; the answer names those that are not done, which come again: an offset moves only past what is delivered or put aside.
//
//	{"eventSource": "aws:kafka", "records": {"people-0": [{"topic": "people", "partition": 0, "offset": 7, "value": "eyJpZCI6IDF9"}]}}
//	{"batchItemFailures": [{"itemIdentifier": {"partition": "people-0", "offset": 7}}]}
//
// A record that cannot be decoded, mapped or delivered fails: the job then stops, skips it or puts it into a topic of failed ones, as its on_failure says.
// Where not the record is at fault but what the function needs (the store, Step Functions, a schema registry), nothing is put aside: the records come again.
package stream

import (
	"cmp"
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/steploom/steploom/functions/stream/message"
	"github.com/steploom/steploom/shared/executions"
	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/jobtable"
	"github.com/steploom/steploom/shared/mappings"
	"github.com/steploom/steploom/shared/pause"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

// TimeLimit is how long the function works at most: mappings of Kafka take no function that may work longer (Lambda developer guide, "Using a self-managed
// Apache Kafka cluster as an event source").
const TimeLimit = 14 * time.Minute

const (
	// mostPartitions is how many partitions of an event are worked on at once.
	mostPartitions = 10
	// recheck is how long a job that was read is taken for what it was.
	recheck = time.Second
	// margin is left of an invocation's time for what has to be written at its end.
	margin = 5 * time.Second
)

// Producer puts records into topics.
type Producer interface {
	Put(ctx context.Context, topic string, key, value []byte, headers map[string]string) error
}

// Config is what the function needs of its surroundings.
type Config struct {
	Environment task.Environment // settings of jobs are read (job.ReadSettings)
	Store       job.Store
	Executor    executions.Executor
	Producer    Producer        // takes what is put aside into topics; nil where there is none
	Secrets     secret.Resolver // of the schema registry's credentials
	Log         *slog.Logger    // nil logs nothing
	// Switch makes what reads a job's topics for New do so or not, as the state of the record says; nil leaves it to others. It is asked to when records of
	// a job come that does not run: it has failed, was stopped or taken away, and something has let it read again. Its records are left until then.
	Switch func(ctx context.Context, record job.Record) error

	// Recheck is how long a job that was read is taken for what it was: negative for not at all, 0 for a second.
	Recheck time.Duration
	// HoldBack is how long the answer to an event waits of which nothing could be done: the job does not run, or what the function needs is missing. Whoever
	// calls again at once would have used up its tries, and given the records up, before that has passed; 0 answers at once.
	HoldBack time.Duration
	// The time and a wait; nil for those of the machine.
	Now   func() time.Time
	Sleep func(context.Context, time.Duration) error
}

// Row describes the function.
func Row() task.Row {
	return task.Row{
		Name:         task.Stream,
		Doc:          "Makes requests of Kafka's records, by jobs.",
		Memory:       512,
		Timeout:      TimeLimit,
		BehindStream: true,
		Tables:       jobtable.Tables(),
		Answer:       []task.Field{{Name: "batchItemFailures", Type: task.TypeList, Doc: "the records that are not done"}},
		Variables: slices.Concat([]task.Variable{
			{Name: task.JobVariable, Doc: "the key of the job, where the function is called without an alias", Setting: task.Declared},
			{Name: executions.MachinePrefixVariable, Doc: "ARN of the stack's state machines up to the operation's part of the name", Required: true, Setting: task.MachinePrefix},
			{Name: executions.MachineAliasVariable, Doc: "alias of the state machines; the newest revision when empty", Setting: task.MachineAlias},
			jobtable.TableVariable(),
			mappings.FunctionName(),
		}, job.Variables(), task.AWSEndpointVariables(task.ServiceSFN, task.ServiceSecretsManager, task.ServiceDynamoDB, task.ServiceLambda)),
		Permissions: []task.Permission{
			{Action: "states:StartSyncExecution", Resource: "state machine", When: "a record is delivered"},
			{Action: "secretsmanager:GetSecretValue", Resource: "secret", When: "brokers or the schema registry ask for credentials"},
			{Action: "dynamodb:GetItem", Resource: "table " + jobtable.Name, When: "records come"},
			{Action: "dynamodb:UpdateItem", Resource: "table " + jobtable.Name, When: "records are counted, a job fails or has a pace"},
			{Action: "lambda:ListEventSourceMappings", Resource: "mappings", When: "records come of a job that does not run"},
			{Action: "lambda:UpdateEventSourceMapping", Resource: "mappings", When: "records come of a job that does not run"},
			{Action: "dynamodb:BatchWriteItem", Resource: "table " + jobtable.Name, When: "a record fails"},
		},
	}
}

// Stream does the work of jobs. Its methods may be called concurrently.
type Stream struct {
	Config
	settings  job.Settings
	unwritten unwritten
	policy    *message.Policy
	fault     error // of the settings
	decoders  decoders
	jobs      jobs
	pacers    pacers
}

// NewStream makes a Stream. Settings that cannot be read fail each batch.
func NewStream(config Config) *Stream {
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Sleep == nil {
		config.Sleep = pause.For
	}
	if config.Recheck == 0 {
		config.Recheck = recheck
	}
	s := &Stream{Config: config}
	if s.settings, s.fault = job.ReadSettings(config.Environment); s.fault == nil {
		s.policy, s.fault = message.NewPolicy(policySettings(s.settings))
	}
	return s
}

// policySettings are those of package message.
func policySettings(s job.Settings) message.Settings {
	return message.Settings{
		EmitFlagRequired: s.EmitFlagRequired, EmitFlagFieldPath: s.EmitFlagFieldPath, EmitFlagValues: s.EmitFlagValues,
		MaskingAnnotation: s.MaskingAnnotation, MaskingLevels: s.MaskingLevels, MaskingEmitLevel: s.MaskingEmitLevel,
	}
}

// holdBack waits before records are handed back, as long as there is time.
func (s *Stream) holdBack(ctx context.Context) {
	wait := s.HoldBack
	if deadline, ok := ctx.Deadline(); ok {
		wait = min(wait, time.Until(deadline)-margin)
	}
	if wait > 0 {
		_ = s.Sleep(ctx, wait) // ended early, the answer is the same
	}
}

// New makes the function that event source mappings call.
func New(config Config) task.Function {
	stream := NewStream(config)
	return task.New(Row(), func(ctx context.Context, payload json.RawMessage) (Answer, error) {
		return stream.handle(ctx, cmp.Or(task.AliasOf(ctx), config.Environment.Value(task.JobVariable)), payload)
	})
}

// handle does the records of an event for the job of an alias.
func (s *Stream) handle(ctx context.Context, key string, payload json.RawMessage) (Answer, error) {
	if key == "" {
		return Answer{}, task.Errorf(task.RequestInvalid, "the function was called without the alias that names a job")
	}
	all, err := partitions(payload)
	if err != nil {
		return Answer{}, err
	}
	done := make([]int, len(all))
	places := make(chan struct{}, mostPartitions)
	var working sync.WaitGroup
	for i, partition := range all {
		places <- struct{}{}
		working.Go(func() {
			defer func() { <-places }()
			var err error
			if done[i], err = s.Batch(ctx, key, partition.records); err != nil {
				s.Log.ErrorContext(ctx, "records are left", "job", key, "partition", partition.key, "done", done[i], "error", err.Error())
			}
		})
	}
	working.Wait()
	answer := Answer{BatchItemFailures: []Failure{}}
	for i, partition := range all {
		answer.BatchItemFailures = append(answer.BatchItemFailures, partition.left(done[i])...)
	}
	if len(answer.BatchItemFailures) > 0 {
		s.rest(ctx, key)
	}
	if slices.Max(append(done, 0)) == 0 && len(answer.BatchItemFailures) > 0 {
		s.holdBack(ctx)
	}
	return answer, nil
}
