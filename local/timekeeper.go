package local

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/steploom/steploom/statemachine/engine"
)

// Timekeeper starts what timers say, on time. Each time starts a run, also while one before it still works, as EventBridge Scheduler does. When several
// times of a timer have passed at once, because the machine slept, they start one run.
type Timekeeper struct {
	clock engine.Clock
	start func(timer Timer, due time.Time)
	wake  chan struct{}
	mutex sync.Mutex
	due   []due
}

// due is a timer and the next time at which it starts something; the zero time is never.
type due struct {
	timer Timer
	at    time.Time
}

// longestNap bounds how long the keeper trusts a timer of the machine, whose clock may be set meanwhile.
const longestNap = time.Minute

// NewTimekeeper makes a keeper without timers. start is called for each time that is due, from Run, and is to return at once.
func NewTimekeeper(clock engine.Clock, start func(timer Timer, due time.Time)) *Timekeeper {
	return &Timekeeper{clock: clock, start: start, wake: make(chan struct{}, 1)}
}

// Set replaces the timers. One that is as it was keeps its next time, so that none is lost while a workflow is loaded again; any other counts from now.
func (k *Timekeeper) Set(timers []Timer) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	now := k.clock.Now()
	kept := make([]due, len(timers))
	for i, timer := range timers {
		kept[i] = due{timer, timer.Next(now)}
		if before := slices.IndexFunc(k.due, func(d due) bool { return d.timer.same(timer) }); before >= 0 {
			kept[i].at = k.due[before].at
		}
	}
	k.due = kept
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

// Run starts what is due until the context ends.
func (k *Timekeeper) Run(ctx context.Context) {
	for ctx.Err() == nil {
		ready, next := k.ready()
		for _, one := range ready {
			k.start(one.timer, one.at)
		}
		if len(ready) == 0 {
			k.clock.Wait(ctx, next, k.wake)
		}
	}
}

// ready takes the timers that are due, and gives the time to look again.
func (k *Timekeeper) ready() (list []due, next time.Time) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	now := k.clock.Now()
	next = now.Add(longestNap)
	for i, one := range k.due {
		switch {
		case one.at.IsZero():
		case !one.at.After(now):
			list = append(list, one)
			k.due[i].at = one.timer.Next(now)
		case one.at.Before(next):
			next = one.at
		}
	}
	return list, next
}
