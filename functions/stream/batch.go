package stream

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/task"
)

// Batch does records of one partition, in order, for the job of a key, and tells how many of them are done: delivered, filtered or put aside. Offsets move
// past these only. Where some are left and there is no error, the job does not run, is another one by now, or the time is over: the store knows. An error
// says what the function itself lacks; the records are to come again after a while. When ctx ends, the record under way is given up.
func (s *Stream) Batch(ctx context.Context, key string, records []Record) (done int, err error) {
	if s.fault != nil {
		return 0, s.fault
	}
	work, err := s.begin(ctx, key)
	if work == nil || err != nil {
		return 0, err
	}
	defer work.report.flush(ctx)
	ctx, cancel := working(ctx)
	defer cancel()
	for _, record := range records {
		if ctx.Err() != nil || !slices.Contains(work.record.Topics, record.Topic) || !work.hasTime(ctx) {
			return done, nil
		}
		same, err := work.isCurrent(ctx)
		if !same || err != nil {
			return done, err
		}
		finished, err := work.do(ctx, record)
		if err != nil {
			work.report.waits(record, err)
		}
		if !finished || err != nil {
			return done, err
		}
		done++
		work.report.flushSometimes(ctx)
	}
	return done, nil
}

// work is a job while a batch of it is done.
type work struct {
	*Stream
	*known
	key    string
	report *report
}

// begin finds out about a job; nil is one that does not run.
func (s *Stream) begin(ctx context.Context, key string) (*work, error) {
	known, err := s.jobs.fresh(ctx, s, key)
	if errors.Is(err, job.ErrUnknown) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("the job cannot be read: %w", err)
	}
	w := &work{Stream: s, known: known, key: key, report: &report{Stream: s, key: key}}
	switch {
	case known.record.State != job.Running:
		return nil, nil
	case known.fault != nil:
		return nil, w.fail(ctx, known.fault.Error())
	}
	return w, nil
}

// isCurrent tells whether the job still runs and is the same.
func (w *work) isCurrent(ctx context.Context) (bool, error) {
	now, err := w.jobs.get(ctx, w.Stream, w.key)
	switch {
	case errors.Is(err, job.ErrUnknown):
		return false, nil
	case err != nil && ctx.Err() != nil:
		return false, nil
	case err != nil: // the job is what it was as far as anybody knows
		w.Log.WarnContext(ctx, "the job cannot be read again", "job", w.key, "error", err.Error())
		return true, nil
	}
	return now.record.Version == w.record.Version && now.record.State == job.Running, nil
}

// hasTime tells whether another record can be done before the invocation ends.
func (w *work) hasTime(ctx context.Context) bool {
	deadline, limited := ctx.Deadline()
	return !limited || time.Until(deadline) > w.longest
}

// working is a context for the work on records: it ends before the time of the invocation, so that it can still be written and answered what was done.
func working(ctx context.Context) (context.Context, context.CancelFunc) {
	if deadline, limited := ctx.Deadline(); limited {
		return context.WithDeadline(ctx, deadline.Add(-margin))
	}
	return context.WithCancel(ctx)
}

// fail makes the job failed. One that was written anew, stopped or failed by another partition meanwhile stays what it is.
func (w *work) fail(ctx context.Context, reason string) error {
	ctx, cancel := atTheEnd(ctx)
	defer cancel()
	if err := w.Store.Fail(ctx, w.key, w.record.Version, reason); err != nil {
		return fmt.Errorf("the job cannot be made failed: %w", err)
	}
	w.jobs.forget(w.key)
	now, err := w.Store.Get(ctx, w.key)
	if errors.Is(err, job.ErrUnknown) || err == nil && (now.State != job.Failed || now.Reason != reason) {
		return nil
	}
	w.Log.ErrorContext(ctx, job.LineFailed, "job", w.key, "reason", reason)
	return nil
}

// atTheEnd is a context for what is written when a batch ends, also where its own has ended.
func atTheEnd(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), margin-time.Second)
}

// passes tells whether a failure is none of the record: it comes again when the records do.
func passes(err error) bool {
	failure := task.AsError(err)
	switch failure.Name {
	case task.Timeout, task.SecretUnavailable, task.StreamRegistryUnavailable, task.StreamRegistryAuthentication,
		task.LambdaTooManyRequests, task.LambdaServiceException, task.LambdaAWSException, task.LambdaSdkException:
		return true
	}
	return false
}
