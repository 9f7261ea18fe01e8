package stream

import (
	"context"

	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/task"
)

// Result is what became of one record of a value.
type Result struct {
	Origin   job.Origin
	Filtered bool         // it is not approved
	Request  *job.Request // stars in the place of references to secrets; nil where none could be made
	Status   int          // of the answer, where the request was delivered
	Failure  *task.Error  // nil where nothing failed
}

// Try does a record of Kafka as Batch does, for a job that is given, and tells what became of each record of its value. Nothing is counted, logged, put aside
// or held back, and the first failure ends nothing. An error is that of a value that cannot be decoded, or of the job.
func (s *Stream) Try(ctx context.Context, record job.Record, value Record) ([]Result, error) {
	if s.fault != nil {
		return nil, s.fault
	}
	compiled, err := job.Compile(record.Job)
	if err != nil {
		return nil, err
	}
	decoder, err := s.decoders.of(ctx, s, record.Format)
	if err != nil {
		return nil, err
	}
	all, err := decoder.Decode(ctx, value.Value)
	if err != nil {
		return nil, err
	}
	w := &work{Stream: s, known: &known{record: record, compiled: compiled}, key: record.Key}
	var results []Result
	for _, one := range all {
		origin := job.Origin{Topic: value.Topic, Partition: value.Partition, Offset: value.Offset, Index: one.Index}
		prepared := w.prepare(origin, one)
		result := Result{Origin: origin, Filtered: prepared.failure == nil && !prepared.emitted, Failure: task.AsError(prepared.failure)}
		if prepared.failure == nil && prepared.emitted {
			shown := prepared.delivery.Request.Public()
			result.Request = &shown
			result.Status, err = w.deliver(ctx, prepared.delivery)
			result.Failure = task.AsError(err)
		}
		results = append(results, result)
	}
	return results, nil
}
