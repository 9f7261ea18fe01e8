package stream

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/steploom/steploom/functions/stream/message"
	"github.com/steploom/steploom/shared/executions"
	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/task"
)

// do does a record of Kafka, all records of its value in order. finished is false where it has to come again.
func (w *work) do(ctx context.Context, record Record) (finished bool, err error) {
	origin := job.Origin{Topic: record.Topic, Partition: record.Partition, Offset: record.Offset}
	decoder, err := w.decoders.of(ctx, w.Stream, w.record.Format)
	if err != nil {
		return false, err
	}
	all, err := decoded(ctx, decoder, record.Value)
	if err != nil {
		return w.failed(ctx, record, origin, err, nil)
	}
	for _, one := range all {
		origin.Index = one.Index
		finished, err := w.one(ctx, record, origin, one)
		if !finished || err != nil {
			return false, err
		}
	}
	return true, nil
}

// decoded decodes a value. A panic is a failure of it.
func decoded(ctx context.Context, decoder *message.Decoder, value []byte) (all []message.Record, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = faultOf(fault)
		}
	}()
	return decoder.Decode(ctx, value)
}

// faultOf is what is said of a panic, which may hold data.
func faultOf(fault any) error {
	return task.Errorf(task.Internal, "a fault of the function (%T)", fault)
}

// one does one record of a value.
func (w *work) one(ctx context.Context, record Record, origin job.Origin, one message.Record) (finished bool, err error) {
	defer func() {
		if fault := recover(); fault != nil { // of this record alone: the next one is done
			finished, err = w.failed(ctx, record, origin, faultOf(fault), nil)
		}
	}()
	prepared := w.prepare(origin, one)
	switch {
	case prepared.failure != nil:
		return w.failed(ctx, record, origin, prepared.failure, prepared.seen)
	case !prepared.emitted:
		w.report.counts.Filtered++
		return true, nil
	}
	if ready, err := w.wait(ctx); !ready || err != nil {
		return false, err
	}
	status, err := w.deliver(ctx, prepared.delivery)
	if err != nil {
		return w.failed(ctx, record, origin, err, prepared.seen)
	}
	w.report.delivered(origin, status)
	return true, nil
}

// prepared is what became of a record before its request is made.
type prepared struct {
	emitted  bool
	seen     any // the record without what is masked; nil where that could not be found out
	delivery job.Delivery
	failure  error
}

// prepare filters, masks and maps a record.
func (w *work) prepare(origin job.Origin, one message.Record) prepared {
	seen, emitted, err := w.policy.Apply(one)
	if err != nil || !emitted {
		return prepared{failure: err}
	}
	delivery, err := w.compiled.Delivery(w.key, job.Context{Schema: seen.Schema, Message: seen.Message}, origin, w.record.Secrets)
	return prepared{emitted: true, seen: seen.Message, delivery: delivery, failure: err}
}

// notStarted is a failure of what starts executions: the record is not at fault.
type notStarted struct{ error }

// deliver makes the record's request by an execution, and gives the status of the answer. What the execution could not do is a *task.Error.
func (w *work) deliver(ctx context.Context, delivery job.Delivery) (status int, err error) {
	input, err := format.EncodeJSON(delivery)
	if err != nil {
		return 0, task.Errorf(task.StreamDataMap, "the request has no JSON form: %v", err)
	}
	if len(input) > executions.InputLimit {
		return 0, task.TooLarge("the request of a record", len(input), executions.InputLimit)
	}
	ctx = task.WithCaller(ctx, task.Caller{RequestID: delivery.RequestID, Operation: job.Deliver})
	execution, err := w.Executor.StartSync(ctx, job.Deliver, input)
	if err != nil {
		return 0, notStarted{fmt.Errorf("the execution of a record could not be started: %w", err)}
	}
	if execution.Status != executions.Succeeded {
		return 0, endOf(execution.Status, execution.Error, execution.Cause)
	}
	var outcome job.Delivered
	if err := json.Unmarshal(execution.Output, &outcome); err != nil {
		return 0, task.Errorf(task.Internal, "the execution gave no outcome: %v", err)
	}
	if !outcome.Delivered {
		return 0, endOf("", outcome.Error, outcome.Message)
	}
	return outcome.StatusCode, nil
}

// endOf is how an execution ended, or what it says of a request that was not delivered.
func endOf(status, name, cause string) error {
	if name == "" {
		name, cause = task.StreamUndelivered, "the execution ended as "+status
	}
	failure := task.FromCause(name, cause)
	return &task.Error{Name: failure.Name, Message: failure.Message}
}

// failed deals with a record that cannot be decoded, mapped or delivered as the job says. seen is what may be shown of it.
func (w *work) failed(ctx context.Context, record Record, origin job.Origin, failure error, seen any) (finished bool, err error) {
	if ctx.Err() != nil {
		return false, nil // it was given up
	}
	if _, ours := failure.(notStarted); ours || passes(failure) {
		return false, failure
	}
	known := task.AsError(failure)
	if w.record.OnFailure == job.Skip || w.record.OnFailure == job.Topic {
		if err := w.putAside(ctx, record, origin, known); err != nil {
			return false, err
		}
		w.Log.ErrorContext(ctx, job.LineAside, "job", w.key, "record", origin.String(), "error", known.Name)
		w.report.failed(origin, known, seen)
		w.report.counts.Failed++
		return true, nil
	}
	w.report.failed(origin, known, seen)
	return false, w.fail(ctx, fmt.Sprintf("record %s: %s", origin, known))
}

// putAside puts a record into the job's topic of failed ones, as it came, with the reason in headers.
func (w *work) putAside(ctx context.Context, record Record, origin job.Origin, failure *task.Error) error {
	if w.record.OnFailure != job.Topic {
		return nil
	}
	if w.Producer == nil {
		return fmt.Errorf("the job puts failed records into a topic, and no brokers are configured")
	}
	headers := map[string]string{}
	for _, header := range record.Headers {
		headers[header.Name] = string(header.Value)
	}
	for name, value := range map[string]string{
		"job": w.key, "topic": origin.Topic, "partition": strconv.Itoa(int(origin.Partition)), "offset": strconv.FormatInt(origin.Offset, 10),
		"index": strconv.Itoa(origin.Index), "error": failure.Name, "message": failure.Message,
	} {
		headers["steploom-"+name] = value
	}
	if err := w.Producer.Put(ctx, w.record.FailedTopic(w.key), record.Key, record.Value, headers); err != nil {
		return fmt.Errorf("a record cannot be put aside: %w", err)
	}
	return nil
}
