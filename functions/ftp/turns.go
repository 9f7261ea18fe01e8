package ftp

import (
	"context"
	"sync"
)

// sessionsAtOnce is how many sessions of a process are open at the server of a datasource. Further ones wait for their turn: servers refuse clients
// that come in crowds, or serve none of them in time.
const sessionsAtOnce = 16

// turns are the sessions of a process by datasource. Its zero value has none.
type turns struct {
	mutex sync.Mutex
	taken map[string]chan struct{}
}

// take waits for a turn, at most until the context ends. Whoever has one gives it back.
func (t *turns) take(ctx context.Context, datasource string) (give func(), err error) {
	places := t.of(datasource)
	select {
	case places <- struct{}{}:
		return func() { <-places }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (t *turns) of(datasource string) chan struct{} {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.taken == nil {
		t.taken = map[string]chan struct{}{}
	}
	places, known := t.taken[datasource]
	if !known {
		places = make(chan struct{}, sessionsAtOnce)
		t.taken[datasource] = places
	}
	return places
}
