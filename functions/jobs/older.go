package jobs

import (
	"context"
	"errors"
	"net/http"
	"runtime/debug"

	"github.com/steploom/steploom/shared/httpevent"
	"github.com/steploom/steploom/shared/job"
)

// The answers to the clients of the consumer and of the later library.

// add answers true, and 400 for a job that cannot be taken.
func (s service) add(ctx context.Context, r request) (httpevent.Response, error) {
	value, err := bodyOf(r.event)
	if err == nil {
		_, err = s.write(ctx, r.tenant, value)
	}
	if told, ok := errors.AsType[*invalid](err); ok {
		return answer(http.StatusBadRequest, problemsBody{"the job cannot be taken", told.problems})
	}
	if err != nil {
		return httpevent.Response{}, err
	}
	return answer(http.StatusOK, true)
}

// addQuietly answers true or false.
func (s service) addQuietly(ctx context.Context, r request) (httpevent.Response, error) {
	value, err := bodyOf(r.event)
	if err == nil {
		_, err = s.write(ctx, r.tenant, value)
	}
	if _, refused := errors.AsType[*invalid](err); err != nil && !refused {
		return httpevent.Response{}, err
	}
	return answer(http.StatusOK, err == nil)
}

// delete answers whether there was such a job.
func (s service) delete(ctx context.Context, r request) (httpevent.Response, error) {
	record, err := s.find(ctx, r.tenant, r.query["id"])
	if errors.Is(err, job.ErrUnknown) {
		return answer(http.StatusOK, false)
	}
	if err == nil {
		err = s.end(ctx, record)
	}
	if err != nil {
		return httpevent.Response{}, err
	}
	return answer(http.StatusOK, true)
}

// workers gives the states of the consumer's threads by the ids of the jobs.
func (s service) workers(ctx context.Context, r request) (httpevent.Response, error) {
	records, err := s.Store.List(ctx, r.tenant)
	if err != nil {
		return httpevent.Response{}, err
	}
	states := map[string]string{}
	for _, record := range records {
		states[record.ID] = map[job.State]string{
			job.Running: "WorkerStatus.RUNNING", job.Stopped: "unknown", job.Failed: "WorkerStatus.ERR_DELIVERY",
		}[record.State]
	}
	return answer(http.StatusOK, states)
}

// list gives the ids of the jobs.
func (s service) list(ctx context.Context, r request) (httpevent.Response, error) {
	records, err := s.Store.List(ctx, r.tenant)
	if err != nil {
		return httpevent.Response{}, err
	}
	ids := make([]string, len(records))
	for i, record := range records {
		ids[i] = record.ID
	}
	return answer(http.StatusOK, ids)
}

func (s service) pause(ctx context.Context, r request) (httpevent.Response, error) {
	return s.done(s.steer(ctx, r, job.Stopped))
}

func (s service) resume(ctx context.Context, r request) (httpevent.Response, error) {
	return s.done(s.steer(ctx, r, job.Running))
}

func (s service) done(_ job.Record, _ bool, err error) (httpevent.Response, error) {
	if err != nil {
		return httpevent.Response{}, err
	}
	return answer(http.StatusOK, true)
}

// jobStatus is the state in the words of the library.
func (s service) jobStatus(ctx context.Context, r request) (httpevent.Response, error) {
	record, err := s.wanted(ctx, r)
	if err != nil {
		return httpevent.Response{}, err
	}
	return answer(http.StatusOK, map[job.State]string{
		job.Running: "JobStatus.NORMAL", job.Stopped: "JobStatus.PAUSED", job.Failed: "JobStatus.DEAD",
	}[record.State])
}

// lines gives the log as the library does: a time cut to hundredths of a second, the level and the message.
func (s service) lines(ctx context.Context, r request) (httpevent.Response, error) {
	entries, err := s.entries(ctx, r, someLines)
	if err != nil {
		return httpevent.Response{}, err
	}
	lines := make([][3]string, len(entries))
	for i, entry := range entries {
		lines[i] = [3]string{entry.Time.UTC().Format("2006-01-02T15:04:05.00"), entry.Level, entry.Message}
	}
	return answer(http.StatusOK, lines)
}

// validate tells whether a job can be taken.
func (s service) validate(_ context.Context, r request) (httpevent.Response, error) {
	value, err := bodyOf(r.event)
	if err != nil {
		return httpevent.Response{}, err
	}
	_, problems := job.Read(value)
	return answer(http.StatusOK, struct {
		Valid bool `json:"valid"`
	}{!job.Refused(problems)})
}

// validatePretty tells why not, too.
func (s service) validatePretty(_ context.Context, r request) (httpevent.Response, error) {
	value, err := bodyOf(r.event)
	if err != nil {
		return httpevent.Response{}, err
	}
	_, problems := job.Read(value)
	verdict := struct {
		Valid    bool     `json:"valid"`
		Problems []string `json:"validation_errors,omitempty"`
	}{Valid: !job.Refused(problems)}
	for _, problem := range problems {
		verdict.Problems = append(verdict.Problems, problem.String())
	}
	return answer(http.StatusOK, verdict)
}

// method describes what can be done with jobs.
type method struct {
	Method    string `json:"method"`
	Signature string `json:"signature"`
	Doc       string `json:"doc"`
}

func (s service) describe(context.Context, request) (httpevent.Response, error) {
	var methods []method
	for _, operation := range Operations() {
		if !operation.Open {
			methods = append(methods, method{operation.Method, operation.Path, operation.Doc})
		}
	}
	return answer(http.StatusOK, methods)
}

func (s service) health(context.Context, request) (httpevent.Response, error) {
	return answer(http.StatusOK, map[string]bool{"healthy": true})
}

// consumer says what answers: the name that it is given, and the version of the program.
func (s service) consumer(context.Context, request) (httpevent.Response, error) {
	version, revision := "", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
		for _, setting := range info.Settings {
			if setting.Key == "vcs.revision" {
				revision = setting.Value
			}
		}
	}
	name, _ := s.Environment.Lookup(ConsumerNameVariable)
	return answer(http.StatusOK, struct {
		Name     string `json:"consumer_name"`
		Version  string `json:"consumer_version"`
		Revision string `json:"consumer_revision"`
	}{name, version, revision})
}
