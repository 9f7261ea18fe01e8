package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/steploom/steploom/shared/job"
)

// Declared is a job of the workflow's files. Its credentials are references.
type Declared struct {
	Job     job.Job     `json:"job"`
	Secrets job.Secrets `json:"secrets,omitzero"`
	// State is the one that it begins with; "" is Running.
	State job.State `json:"state,omitempty"`
}

// Seed puts the declared jobs into a store. One that is there already stays as it is, whatever has become of it. What fails does not keep the others
// from being put. made are those that were not there.
func Seed(ctx context.Context, store job.Store, declared []Declared, now time.Time) (made []job.Record, err error) {
	var failures []error
	for _, one := range declared {
		one.Job.BasicAuth, one.Job.Token = nil, ""
		hash, err := one.Job.Hash()
		var record job.Record
		if err == nil {
			record, err = store.Put(ctx, job.Record{
				Job: one.Job, Key: job.Key("", one.Job.ID), Modified: now.UTC(), Hash: hash, Declared: true, Secrets: one.Secrets, State: cmp.Or(one.State, job.Running),
			})
		}
		switch {
		case err == nil:
			made = append(made, record)
		case !errors.Is(err, job.ErrConflict):
			failures = append(failures, fmt.Errorf("job %s: %w", one.Job.ID, err))
		}
	}
	return made, errors.Join(failures...)
}
