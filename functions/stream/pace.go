package stream

import (
	"context"
	"sync"
	"time"
)

// pacers keep the requests of jobs apart, within this process; the store does so among all.
type pacers struct {
	mutex sync.Mutex
	known map[string]*pacer
}

// pacer is of one job. Who holds its turn waits for it and begins a request.
type pacer struct {
	turn chan struct{} // has room for one
	last time.Time     // when a request began
}

func (p *pacers) of(key string) *pacer {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.known == nil {
		p.known = map[string]*pacer{}
	}
	if p.known[key] == nil {
		p.known[key] = &pacer{turn: make(chan struct{}, 1)}
	}
	return p.known[key]
}

// wait waits until the job's next request may begin. ready is false where the time does not suffice.
func (w *work) wait(ctx context.Context) (ready bool, err error) {
	if w.record.RateLimit <= 0 {
		return true, nil
	}
	interval := time.Duration(w.record.RateLimit * float64(time.Second))
	pacer := w.pacers.of(w.key)
	select {
	case pacer.turn <- struct{}{}:
		defer func() { <-pacer.turn }()
	case <-ctx.Done():
		return false, nil
	}
	now := w.Now()
	if deadline, limited := ctx.Deadline(); limited && time.Until(deadline) < interval+w.longest {
		return false, nil // a turn that is taken and not used would be lost
	}
	at, err := w.Store.Reserve(ctx, w.key, interval, now)
	if err != nil {
		w.Log.WarnContext(ctx, "turns are given by this process alone", "job", w.key, "error", err.Error())
		at = now
	}
	if earliest := pacer.last.Add(interval); at.Before(earliest) {
		at = earliest
	}
	if deadline, limited := ctx.Deadline(); limited && at.Sub(now)+w.longest > time.Until(deadline) {
		return false, nil
	}
	if err := w.Sleep(ctx, at.Sub(now)); err != nil {
		return false, nil
	}
	pacer.last = w.Now()
	return true, nil
}
