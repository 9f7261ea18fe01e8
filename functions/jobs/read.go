package jobs

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/steploom/steploom/shared/httpevent"
	"github.com/steploom/steploom/shared/job"
)

// all lists the jobs of the tenant, or of one owner among them.
func (s service) all(ctx context.Context, r request) (httpevent.Response, error) {
	owner, one := r.query["owner"]
	return s.listed(ctx, r.tenant, func(record job.Record) bool { return !one || record.Owner == owner })
}

func (s service) ofOwner(ctx context.Context, r request) (httpevent.Response, error) {
	return s.listed(ctx, r.tenant, func(record job.Record) bool { return record.Owner == r.path["owner"] })
}

func (s service) listed(ctx context.Context, tenant string, which func(job.Record) bool) (httpevent.Response, error) {
	records, err := s.Store.List(ctx, tenant)
	if err != nil {
		return httpevent.Response{}, err
	}
	list := []any{}
	for _, record := range records {
		if !which(record) {
			continue
		}
		shown, err := record.Public()
		if err != nil {
			return httpevent.Response{}, err
		}
		list = append(list, shown)
	}
	return answer(http.StatusOK, list)
}

func (s service) read(ctx context.Context, r request) (httpevent.Response, error) {
	record, err := s.wanted(ctx, r)
	if err != nil {
		return httpevent.Response{}, err
	}
	shown, err := record.Public()
	if err != nil {
		return httpevent.Response{}, err
	}
	return answer(http.StatusOK, shown)
}

// wanted is the job that a request names, by its path or by the parameter id.
func (s service) wanted(ctx context.Context, r request) (job.Record, error) {
	id, err := idOf(r)
	if err != nil {
		return job.Record{}, err
	}
	record, err := s.find(ctx, r.tenant, id)
	if errors.Is(err, job.ErrUnknown) {
		return record, refuse(http.StatusNotFound, `No resource of type "job" with id `+strconv.Quote(id))
	}
	return record, err
}

func idOf(r request) (string, error) {
	if id := r.path["id"]; id != "" {
		return id, nil
	}
	if id := r.query["id"]; id != "" {
		return id, nil
	}
	return "", refuse(http.StatusBadRequest, `Argument "id" is required`)
}

// standing is how a job stands.
type standing struct {
	ID string `json:"id"`
	// Key is the job's name in its consumer group, logs and metrics.
	Key    string    `json:"key"`
	State  job.State `json:"state"`
	Reason string    `json:"reason,omitempty"`
	// Changing tells that the consumers are not yet what the state says.
	Changing bool `json:"changing,omitempty"`
}

// status is all that is known of how a job stands.
type status struct {
	standing
	Modified time.Time `json:"modified"`
	Hash     string    `json:"hash"`
	Counts   counts    `json:"counts"`
	Last     *failure  `json:"last_error"`
	// Lag is nil where the brokers cannot be asked; LagError says why.
	Lag      []job.Lag `json:"lag"`
	Behind   *int64    `json:"behind"` // of all partitions
	LagError string    `json:"lag_error,omitempty"`
}

type counts struct {
	Delivered int64 `json:"delivered"`
	Filtered  int64 `json:"filtered"`
	Failed    int64 `json:"failed"`
}

type failure struct {
	Message string    `json:"message"`
	Time    time.Time `json:"time"`
}

// status also brings the consumers to what the job says, where an earlier request could not wait for it.
func (s service) status(ctx context.Context, r request) (httpevent.Response, error) {
	record, err := s.wanted(ctx, r)
	if err != nil {
		return httpevent.Response{}, err
	}
	busy, err := s.converge(ctx, record.Key)
	if err != nil {
		busy = true
	}
	known, err := s.Store.Counts(ctx, record.Key)
	if err != nil {
		return httpevent.Response{}, err
	}
	stands := status{
		standing: standingOf(record, busy), Modified: record.Modified, Hash: record.Hash,
		Counts: counts{known.Delivered, known.Filtered, known.Failed},
	}
	if known.LastError != "" {
		stands.Last = &failure{known.LastError, known.LastFailed}
	}
	if stands.Lag, err = s.Consumers.Lag(ctx, record); err != nil {
		s.Log.Warn("the lag is not known", "job", record.Key, "cause", err.Error())
		stands.Lag, stands.LagError = nil, "the brokers cannot be asked; the log says why"
		return answer(http.StatusOK, stands)
	}
	var behind int64
	for _, lag := range stands.Lag {
		behind += lag.Behind
	}
	stands.Behind = &behind
	return answer(http.StatusOK, stands)
}

func standingOf(record job.Record, busy bool) standing {
	return standing{ID: record.ID, Key: record.Key, State: record.State, Reason: record.Reason, Changing: busy}
}

// The number of lines of a log.
const (
	someLines = 100
	mostLines = 1000
)

// line is an entry of a log.
type line struct {
	Time    time.Time `json:"time"`
	Level   string    `json:"level"`
	Message string    `json:"message"`
	Record  *place    `json:"record,omitempty"`
	Entity  string    `json:"entity,omitempty"`
}

// place is where a record stands.
type place struct {
	Topic     string `json:"topic"`
	Partition int32  `json:"partition"`
	Offset    int64  `json:"offset"`
	Index     int    `json:"index"`
}

func (s service) logs(ctx context.Context, r request) (httpevent.Response, error) {
	most, err := limitOf(r.query)
	if err != nil {
		return httpevent.Response{}, err
	}
	entries, err := s.entries(ctx, r, most)
	if err != nil {
		return httpevent.Response{}, err
	}
	lines := make([]line, len(entries))
	for i, entry := range entries {
		lines[i] = line{Time: entry.Time, Level: entry.Level, Message: entry.Message, Entity: entry.Entity}
		if entry.Topic != "" {
			lines[i].Record = &place{entry.Topic, entry.Partition, entry.Offset, entry.Index}
		}
	}
	return answer(http.StatusOK, lines)
}

func limitOf(query map[string]string) (int, error) {
	text, given := query["limit"]
	if !given {
		return someLines, nil
	}
	most, err := strconv.Atoi(text)
	if err != nil || most < 1 || most > mostLines {
		return 0, refuse(http.StatusBadRequest, "limit is a number from 1 to "+strconv.Itoa(mostLines))
	}
	return most, nil
}

func (s service) entries(ctx context.Context, r request, most int) ([]job.Entry, error) {
	record, err := s.wanted(ctx, r)
	if err != nil {
		return nil, err
	}
	return s.Store.Logs(ctx, record.Key, most)
}
