package jobs

import (
	"context"
	"errors"
	"net/http"
	"regexp"

	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/httpevent"
	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

// tries is how often a change is made again that another one came before.
const tries = 8

// upsert makes or replaces the job of a path. Of several at a time each is written, one after the other; the consumers are those of the last.
func (s service) upsert(ctx context.Context, r request) (httpevent.Response, error) {
	value, err := bodyOf(r.event)
	if err != nil {
		return httpevent.Response{}, err
	}
	if value, err = named(value, r.path["id"]); err != nil {
		return httpevent.Response{}, err
	}
	written, err := s.write(ctx, r.tenant, value)
	if told, ok := errors.AsType[*invalid](err); ok {
		return answer(http.StatusBadRequest, problemsBody{"the job cannot be taken", told.problems})
	}
	if err != nil {
		return httpevent.Response{}, err
	}
	status := http.StatusOK
	switch {
	case written.busy:
		status = http.StatusAccepted
	case written.record.Version == 1:
		status = http.StatusCreated
	}
	shown, err := written.shown()
	if err != nil {
		return httpevent.Response{}, err
	}
	return answer(status, shown)
}

// written is a job that has been stored.
type written struct {
	record   job.Record
	warnings []job.Problem
	// busy tells that its consumers are not yet what they are to be.
	busy bool
}

// shown is the job as the API shows it, with the warnings about what was given.
func (w written) shown() (format.Object, error) {
	shown, err := w.record.Public()
	if len(w.warnings) > 0 {
		shown.Set("warnings", w.warnings)
	}
	return shown, err
}

// write reads a job, stores it and has its consumers changed. A job that was stopped stays so; one that has failed works again.
func (s service) write(ctx context.Context, tenant string, value any) (written, error) {
	given, problems := job.Read(value)
	if job.Refused(problems) {
		return written{}, &invalid{problems}
	}
	problems = append(problems, references(given)...)
	key, err := s.callerKey(ctx, given)
	if err != nil {
		return written{}, err
	}
	hash, err := given.Hash()
	if err != nil {
		return written{}, err
	}
	record, err := s.change(ctx, tenant, given.ID, func(record *job.Record) error {
		plain, secrets, missing := job.Seal(given, key, record.Secrets)
		if job.Refused(missing) {
			return &invalid{append(problems, missing...)}
		}
		record.Job, record.Secrets, record.Modified, record.Hash = plain, secrets, s.Now().UTC(), hash
		if record.State != job.Stopped {
			record.State, record.Reason = job.Running, ""
		}
		return nil
	})
	if err != nil {
		return written{}, err
	}
	busy, err := s.converge(ctx, record.Key)
	return written{record, problems, busy}, err
}

// referenceForm is how files refer to a secret.
var referenceForm = regexp.MustCompile(`^\$\{\s*[A-Za-z][A-Za-z0-9_-]*\s*\}$`)

// references warns of credentials that look like references to secrets: posted ones are sent as they stand.
func references(given job.Job) (found []job.Problem) {
	warn := func(path ...any) {
		found = append(found, job.Problem{Path: path, Offset: -1, Severity: diag.Warning, Message: "what looks like a reference to a secret is sent as it stands",
			Why: "Only the files of a workflow refer to its secrets.", Fix: "post the credential itself, which is sealed"})
	}
	if referenceForm.MatchString(given.Token) {
		warn("token")
	}
	if given.BasicAuth != nil && referenceForm.MatchString(given.BasicAuth.Password) {
		warn("basic_auth", "password")
	}
	return found
}

// change edits a job and stores it, again where somebody else came before. Of a new job edit is given the key and the tenant alone.
func (s service) change(ctx context.Context, tenant, id string, edit func(*job.Record) error) (job.Record, error) {
	for try := 1; ; try++ {
		record, err := s.find(ctx, tenant, id)
		if errors.Is(err, job.ErrUnknown) {
			record = job.Record{Key: job.Key(tenant, id), Tenant: tenant}
		} else if err != nil {
			return record, err
		}
		if err := edit(&record); err != nil {
			return record, err
		}
		stored, err := s.Store.Put(ctx, record)
		if !errors.Is(err, job.ErrConflict) || try == tries {
			return stored, err
		}
	}
}

// find gives the job of a tenant with an id. Two jobs have one key once in a thousand years; then the second is refused.
func (s service) find(ctx context.Context, tenant, id string) (job.Record, error) {
	record, err := s.Store.Get(ctx, job.Key(tenant, id))
	if err == nil && (record.Tenant != tenant || record.ID != id) {
		return job.Record{}, refuse(http.StatusConflict, "another job has the same key; choose another id")
	}
	return record, err
}

// converge makes the consumers of a job those of its newest version, whoever changes it meanwhile. busy tells that this takes longer.
func (s service) converge(ctx context.Context, key string) (busy bool, err error) {
	record, err := s.Store.Get(ctx, key)
	for try := 1; err == nil; try++ {
		if err = s.Consumers.Apply(ctx, record); err != nil {
			break
		}
		var newer job.Record
		newer, err = s.Store.Get(ctx, key)
		switch {
		case errors.Is(err, job.ErrUnknown):
			return false, s.Consumers.Remove(ctx, record)
		case err == nil && newer.Version == record.Version:
			return false, nil
		case try == tries:
			return true, nil
		}
		record = newer
	}
	switch {
	case errors.Is(err, job.ErrBusy):
		return true, nil
	case errors.Is(err, job.ErrUnknown):
		return false, nil
	}
	s.Log.Error("consumers are not changed", "job", key, "cause", err.Error())
	return false, refuse(http.StatusBadGateway, "the job is stored, but its consumers could not be changed: send the request again")
}

// callerKey is the key that seals the credentials of a job, "" where there are none to seal.
func (s service) callerKey(ctx context.Context, given job.Job) (string, error) {
	if given.Token == "" && given.BasicAuth == nil {
		return "", nil
	}
	reference := s.Environment.Value(secret.CallerKeyVariable)
	if reference == "" || s.Secrets == nil {
		return "", task.Errorf(task.SecretMissing, "credentials cannot be kept: %s is not set", secret.CallerKeyVariable)
	}
	return s.Secrets.Resolve(ctx, reference)
}
