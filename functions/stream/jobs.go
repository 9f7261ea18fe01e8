package stream

import (
	"context"
	"sync"
	"time"

	"github.com/steploom/steploom/shared/job"
)

// known is what is known of a job: it does not change.
type known struct {
	record   job.Record
	compiled *job.Compiled
	longest  time.Duration // that a record may take
	fault    error         // why it cannot be worked by
	at       time.Time     // when it was read
}

// jobs keeps what was read of the store.
type jobs struct {
	mutex sync.Mutex
	known map[string]*known
}

// get gives a job as it was a moment ago.
func (j *jobs) get(ctx context.Context, s *Stream, key string) (*known, error) {
	j.mutex.Lock()
	last := j.known[key]
	j.mutex.Unlock()
	if last != nil && s.Now().Sub(last.at) < s.Recheck {
		return last, nil
	}
	return j.fresh(ctx, s, key)
}

// fresh reads a job. It is compiled again only where it is another version.
func (j *jobs) fresh(ctx context.Context, s *Stream, key string) (*known, error) {
	at := s.Now()
	record, err := s.Store.Get(ctx, key)
	if err != nil {
		return nil, err
	}
	j.mutex.Lock()
	defer j.mutex.Unlock()
	next := &known{record: record, at: at}
	if last := j.known[key]; last != nil && last.record.Version == record.Version {
		next.compiled, next.longest, next.fault = last.compiled, last.longest, last.fault
	} else {
		next.compiled, next.fault = job.Compile(record.Job)
		next.longest = record.Longest()
	}
	if j.known == nil {
		j.known = map[string]*known{}
	}
	j.known[key] = next
	return next, nil
}

// forget makes the next look a fresh one.
func (j *jobs) forget(key string) {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	delete(j.known, key)
}
