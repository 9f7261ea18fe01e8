package stream

import (
	"context"
	"errors"

	"github.com/steploom/steploom/shared/job"
)

// restTries is how often a job is looked at again that is another one by now.
const restTries = 3

// rest ends the reading of a job that does not run, where the function can. Who lets the job work again meanwhile is heard: the newest version counts.
func (s *Stream) rest(ctx context.Context, key string) {
	if s.Switch == nil {
		return
	}
	ctx, cancel := atTheEnd(ctx)
	defer cancel()
	record, err := s.standing(ctx, key)
	if err != nil || record.State == job.Running {
		return
	}
	for range restTries {
		if err := s.Switch(ctx, record); err != nil {
			s.Log.ErrorContext(ctx, "the reading of a job that does not run goes on", "job", key, "error", err.Error())
			return
		}
		newer, err := s.standing(ctx, key)
		if err != nil || newer.Version == record.Version {
			return
		}
		record = newer
	}
}

// standing reads a job from the store. One that was taken away has no state.
func (s *Stream) standing(ctx context.Context, key string) (job.Record, error) {
	record, err := s.Store.Get(ctx, key)
	if errors.Is(err, job.ErrUnknown) {
		return job.Record{Key: key}, nil
	}
	return record, err
}
