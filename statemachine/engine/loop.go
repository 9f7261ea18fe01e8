package engine

import (
	"container/heap"
	"context"
	"runtime"
	"sync"
	"time"
)

// loop is the scheduler of one execution. All of the execution's state belongs to the goroutine that runs it; other goroutines only post to it.
type loop struct {
	clock  Clock
	ready  []func()
	timers timers
	serial int

	mutex  sync.Mutex
	posted []func()
	closed bool
	wake   chan struct{}
}

// open makes the loop ready to be posted to. It comes before the start of the goroutine that posts.
func (l *loop) open() {
	if l.wake == nil {
		l.wake = make(chan struct{}, 1)
	}
}

// soon runs f when what is running now has come to rest.
func (l *loop) soon(f func()) { l.ready = append(l.ready, f) }

// post hands f over from another goroutine. The goroutine must be counted busy by the clock; the loop ends that when it takes the message.
func (l *loop) post(f func()) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.closed {
		l.clock.Busy(-1)
		return
	}
	l.posted = append(l.posted, f)
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// at runs f at the given time, unless the timer is stopped before.
func (l *loop) at(when time.Time, f func()) *timer {
	l.serial++
	t := &timer{when: when, serial: l.serial, run: f}
	heap.Push(&l.timers, t)
	return t
}

func (l *loop) stop(t *timer) {
	if t != nil && t.index >= 0 {
		heap.Remove(&l.timers, t.index)
	}
}

// run works until done, or until the context ends. It answers false in the latter case.
func (l *loop) run(ctx context.Context, done *bool) bool {
	for !*done {
		if ctx.Err() != nil {
			return false
		}
		switch {
		case len(l.ready) > 0:
			next := l.ready[0]
			l.ready[0] = nil
			l.ready = l.ready[1:]
			next()
		case l.take():
		case l.due():
		case l.yielded():
		default:
			l.sleep(ctx)
		}
	}
	return true
}

// take moves what was posted to the ready queue.
func (l *loop) take() bool {
	if l.wake == nil {
		return false
	}
	l.mutex.Lock()
	posted := l.posted
	l.posted = nil
	l.mutex.Unlock()
	if len(posted) == 0 {
		return false
	}
	l.clock.Busy(-len(posted))
	l.ready = append(l.ready[:0], posted...)
	return true
}

// yielded lets goroutines that are ready run first, so that quick tasks are done before the loop goes to sleep. It answers whether one has posted.
func (l *loop) yielded() bool {
	if l.wake == nil {
		return false
	}
	runtime.Gosched()
	return l.take()
}

// close drops what was posted and what will be.
func (l *loop) close() {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.closed = true
	l.clock.Busy(-len(l.posted))
	l.posted = nil
}

// due makes the earliest timer ready when its time has come.
func (l *loop) due() bool {
	if len(l.timers) == 0 || l.timers[0].when.After(l.clock.Now()) {
		return false
	}
	t := heap.Pop(&l.timers).(*timer)
	l.soon(t.run)
	return true
}

func (l *loop) sleep(ctx context.Context) {
	var until time.Time
	if len(l.timers) > 0 {
		until = l.timers[0].when
	}
	l.clock.Wait(ctx, until, l.wake)
}

type timer struct {
	when   time.Time
	serial int
	run    func()
	index  int
}

// timers is a heap by time, then by the order they were set.
type timers []*timer

func (t timers) Len() int { return len(t) }

func (t timers) Less(i, j int) bool {
	if t[i].when.Equal(t[j].when) {
		return t[i].serial < t[j].serial
	}
	return t[i].when.Before(t[j].when)
}

func (t timers) Swap(i, j int) {
	t[i], t[j] = t[j], t[i]
	t[i].index, t[j].index = i, j
}

func (t *timers) Push(x any) {
	added := x.(*timer)
	added.index = len(*t)
	*t = append(*t, added)
}

func (t *timers) Pop() any {
	last := (*t)[len(*t)-1]
	last.index = -1
	*t = (*t)[:len(*t)-1]
	return last
}
