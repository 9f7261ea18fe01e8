package engine

import (
	"context"
	"runtime"
	"sync"
	"time"
)

// loop is the scheduler of one execution. All of the execution's state belongs to the goroutine that runs it; other goroutines only post to it.
type loop struct {
	clock  Clock
	ready  []turn
	first  int // of ready, the ones before have been taken
	timers heap[*timer]
	serial int
	turns  int

	mutex  sync.Mutex
	posted []message
	empty  []message // in place of posted when that is taken
	jobs   []job     // tasks that no goroutine has begun to work on
	closed bool
	wake   chan struct{}
}

// open makes the loop ready to be posted to. It comes before the start of the goroutine that posts.
func (l *loop) open() {
	if l.wake == nil {
		l.wake = make(chan struct{}, 1)
	}
}

// turn is something to do next: to run a frame, to take a message, or to call a function.
type turn struct {
	frame   *frame
	message message
	call    func()
}

func (t *turn) take() {
	switch {
	case t.frame != nil:
		t.frame.run()
	case t.message.attempt != nil:
		t.message.handle()
	default:
		t.call()
	}
}

// soon lets a frame run when what is running now has come to rest; later calls a function then.
func (l *loop) soon(f *frame) { l.ready = append(l.ready, turn{frame: f}) }

func (l *loop) later(call func()) { l.ready = append(l.ready, turn{call: call}) }

// post hands a message over from another goroutine. The goroutine must be counted busy by the clock; the loop ends that when it takes the message.
func (l *loop) post(m message) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.closed {
		l.clock.Busy(-1)
		return
	}
	l.posted = append(l.posted, m)
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// at runs f at the given time, unless the timer is stopped before.
func (l *loop) at(when time.Time, f func()) *timer {
	l.serial++
	t := &timer{when: when, serial: l.serial, run: f}
	l.timers.push(t)
	return t
}

func (l *loop) stop(t *timer) {
	if t != nil && t.index >= 0 {
		l.timers.remove(t.index)
	}
}

// run works until done, or until the context ends. It answers false in the latter case.
func (l *loop) run(ctx context.Context, done *bool) bool {
	for !*done {
		if ctx.Err() != nil {
			return false
		}
		if l.turns++; l.turns%pollEvery == 0 {
			l.poll()
		}
		switch {
		case l.first < len(l.ready):
			l.next()
		case l.take():
		case l.due():
		case l.yielded():
		default:
			l.sleep(ctx)
		}
	}
	return true
}

// pollEvery is after how many turns the loop looks at messages, timers and tasks even though frames are ready.
const pollEvery = 64

// poll lets a frame that never rests not keep the others from going on.
func (l *loop) poll() {
	l.take()
	l.due()
	if l.wake != nil && l.waiting() > 0 {
		go l.worker()
	}
}

// next takes the first turn.
func (l *loop) next() {
	t := l.ready[l.first]
	l.ready[l.first] = turn{}
	if l.first++; 2*l.first >= len(l.ready) {
		n := copy(l.ready, l.ready[l.first:])
		clear(l.ready[n:])
		l.ready, l.first = l.ready[:n], 0
	}
	t.take()
}

// take moves what was posted to the ready queue.
func (l *loop) take() bool {
	if l.wake == nil {
		return false
	}
	l.mutex.Lock()
	posted := l.posted
	l.posted = l.empty
	l.mutex.Unlock()
	l.empty = posted[:0]
	if len(posted) == 0 {
		return false
	}
	l.clock.Busy(-len(posted))
	for _, m := range posted {
		l.ready = append(l.ready, turn{message: m})
	}
	clear(posted)
	return true
}

// job is a task for a worker.
type job struct {
	ctx     context.Context
	attempt *attempt
	serial  int
}

// work hands a task to the workers. They begin when the loop has nothing else to do.
func (l *loop) work(j job) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.jobs = append(l.jobs, j)
}

// yielded starts a worker when there are tasks to be worked on. Where there are several, it runs first, so that quick tasks are done before the loop goes to
// sleep. A worker works on one task after the other; as long as tasks wait, because the workers are busy, the loop starts more. It answers whether to go on.
func (l *loop) yielded() bool {
	if l.wake == nil {
		return false
	}
	waiting := l.waiting()
	if waiting > 0 {
		go l.worker()
	}
	if waiting == 1 {
		return false // to let it run first would wake another thread for the loop, which has nothing to do
	}
	runtime.Gosched()
	return l.take() || l.waiting() > 0
}

// waiting is the number of tasks that no goroutine has begun to work on.
func (l *loop) waiting() int {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return len(l.jobs)
}

func (l *loop) worker() {
	deepen()
	for {
		l.mutex.Lock()
		if len(l.jobs) == 0 {
			l.mutex.Unlock()
			return
		}
		j := l.jobs[0]
		l.jobs[0] = job{}
		l.jobs = l.jobs[1:]
		l.mutex.Unlock()
		j.attempt.work(j.ctx, j.serial)
	}
}

// deepen gives its goroutine at once the stack that most tasks need. Otherwise the stack would be copied on their way down each time it doubles.
//
//go:noinline
func deepen() {
	var room [12 << 10]byte
	runtime.KeepAlive(&room)
}

// close drops what was posted and what will be.
func (l *loop) close() {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.closed = true
	l.clock.Busy(-len(l.posted) - len(l.jobs))
	l.posted, l.jobs = nil, nil
}

// due makes the earliest timer ready when its time has come.
func (l *loop) due() bool {
	if len(l.timers) == 0 || l.timers[0].when.After(l.clock.Now()) {
		return false
	}
	l.later(l.timers.remove(0).run)
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

func (t *timer) moved(position int) { t.index = position }

// before orders by time, then by the order the timers were set in.
func (t *timer) before(other *timer) bool {
	if t.when.Equal(other.when) {
		return t.serial < other.serial
	}
	return t.when.Before(other.when)
}
