package jobs

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/task"
)

// namedFailures is how many failed jobs a line of the log names.
const namedFailures = 20

// isCount tells whether an event is [job.CountFailed].
func isCount(raw json.RawMessage) bool {
	var event, count struct{ Count string }
	return json.Unmarshal(raw, &event) == nil && json.Unmarshal([]byte(job.CountFailed), &count) == nil && event == count
}

// countFailed writes how many jobs are failed into the log, if any are: an alarm holds for as long as such lines come. It answers the number.
func (s service) countFailed(ctx context.Context) (any, error) {
	store, can := s.Store.(interface {
		Failed(context.Context) ([]string, error)
	})
	if !can {
		return nil, task.Errorf(task.RequestInvalid, "the store of jobs counts no failed ones")
	}
	keys, err := store.Failed(ctx)
	if err != nil {
		return nil, err
	}
	if len(keys) > 0 {
		slices.Sort(keys)
		s.Log.ErrorContext(ctx, job.LineStanding, job.FailedMember, len(keys), "jobs", keys[:min(len(keys), namedFailures)])
	}
	return map[string]any{job.FailedMember: len(keys)}, nil
}
