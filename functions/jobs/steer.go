package jobs

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/steploom/steploom/shared/httpevent"
	"github.com/steploom/steploom/shared/job"
)

func (s service) start(ctx context.Context, r request) (httpevent.Response, error) {
	return s.steered(ctx, r, job.Running)
}

func (s service) stop(ctx context.Context, r request) (httpevent.Response, error) {
	return s.steered(ctx, r, job.Stopped)
}

func (s service) steered(ctx context.Context, r request, state job.State) (httpevent.Response, error) {
	record, busy, err := s.steer(ctx, r, state)
	if err != nil {
		return httpevent.Response{}, err
	}
	code := http.StatusOK
	if busy {
		code = http.StatusAccepted
	}
	return answer(code, standingOf(record, busy))
}

// steer gives a job a state and its consumers, too.
func (s service) steer(ctx context.Context, r request, state job.State) (record job.Record, busy bool, err error) {
	id, err := idOf(r)
	if err != nil {
		return record, false, err
	}
	if record, err = s.wanted(ctx, r); err != nil {
		return record, false, err
	}
	if record.State != state {
		record, err = s.change(ctx, r.tenant, id, func(record *job.Record) error {
			if record.Version == 0 {
				return job.ErrConflict // it has just been taken away
			}
			record.State, record.Reason = state, ""
			return nil
		})
		if err != nil {
			return record, false, err
		}
	}
	busy, err = s.converge(ctx, record.Key)
	return record, busy, err
}

// takeAway answers 204, and 404 where there is no such job.
func (s service) takeAway(ctx context.Context, r request) (httpevent.Response, error) {
	record, err := s.wanted(ctx, r)
	if err == nil {
		err = s.end(ctx, record)
	}
	return httpevent.Response{StatusCode: http.StatusNoContent}, err
}

// end takes a job away: its consumers first, so that a request that fails half-way can be repeated.
func (s service) end(ctx context.Context, record job.Record) error {
	if err := s.Consumers.Remove(ctx, record); err != nil {
		return err
	}
	if err := s.Store.Delete(ctx, record.Key); err != nil && !errors.Is(err, job.ErrUnknown) {
		return err
	}
	return nil
}

func (s service) setOffset(ctx context.Context, r request) (httpevent.Response, error) {
	record, err := s.wanted(ctx, r)
	if err != nil {
		return httpevent.Response{}, err
	}
	position, err := positionOf(record.Topics, r.path["offset"], r.query)
	if err != nil {
		return httpevent.Response{}, err
	}
	err = s.Consumers.SetOffset(ctx, record, []job.Position{position})
	if errors.Is(err, job.ErrBusy) {
		return httpevent.Response{}, &refusal{http.StatusServiceUnavailable,
			"the job is still being stopped for it and stands where it stood: repeat the request; until then it rests, and start lets it go on", busySeconds}
	}
	if err != nil {
		return httpevent.Response{}, err
	}
	busy, err := s.converge(ctx, record.Key) // it may have been stopped meanwhile
	if err != nil {
		return httpevent.Response{}, err
	}
	return answer(http.StatusOK, standingOf(record, busy))
}

// positionOf reads where a job is to go on.
func positionOf(topics []string, offset string, query map[string]string) (job.Position, error) {
	position := job.Position{Topic: query["topic"], Partition: -1}
	if topic := position.Topic; topic != "" && !slices.Contains(topics, topic) {
		return position, refuse(http.StatusBadRequest, "the job does not read the topic "+strconv.Quote(topic)+", but "+strings.Join(topics, ", "))
	}
	if text, given := query["partition"]; given {
		number, err := strconv.ParseInt(text, 10, 32)
		if err != nil || number < 0 {
			return position, refuse(http.StatusBadRequest, "partition is a number from 0 on")
		}
		position.Partition = int32(number)
		if position.Topic == "" && len(topics) != 1 {
			return position, refuse(http.StatusBadRequest, "the job reads several topics: say which one's partition it is, by topic")
		}
		if position.Topic == "" {
			position.Topic = topics[0]
		}
	}
	return placed(position, offset)
}

// placed adds the offset to a position.
func placed(position job.Position, offset string) (job.Position, error) {
	switch offset {
	case "earliest":
		position.Offset = job.Earliest
		return position, nil
	case "latest":
		position.Offset = job.Latest
		return position, nil
	}
	if number, err := strconv.ParseInt(offset, 10, 64); err == nil && number >= 0 {
		position.Offset = number
		return position, nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateOnly} {
		if at, err := time.Parse(layout, offset); err == nil {
			position.Offset, position.Time = job.AtTime, at
			return position, nil
		}
	}
	return position, refuse(http.StatusBadRequest, "the offset is a number from 0 on, earliest, latest, or a time such as 2026-11-26T08:00:00Z")
}
