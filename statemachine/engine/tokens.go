package engine

import (
	"fmt"
	"sync"
	"unicode/utf8"
)

// Tokens delivers the answers to tasks that wait for a token, as SendTaskSuccess, SendTaskFailure and SendTaskHeartbeat do. One Tokens may serve
// any number of executions; it is safe for concurrent use.
type Tokens struct {
	mutex   sync.Mutex
	waiting map[string]tokenWait
}

type tokenWait struct {
	attempt *attempt
	serial  int
}

// NewTokens makes an empty set of tokens.
func NewTokens() *Tokens { return &Tokens{waiting: map[string]tokenWait{}} }

// Succeed ends the task that waits for the token with an output. It fails when no task does.
func (t *Tokens) Succeed(token string, output any) error {
	return t.deliver(token, true, func(a *attempt) { a.answered(answer{result: output}) })
}

// Fail ends the task that waits for the token with an error. It refuses a name of more than 256 characters and a cause of more than 32,768, as
// SendTaskFailure does.
func (t *Tokens) Fail(token, name, cause string) error {
	if utf8.RuneCountInString(name) > maxErrorName {
		return fmt.Errorf("the error name has more than %d characters", maxErrorName)
	}
	if utf8.RuneCountInString(cause) > maxCause {
		return fmt.Errorf("the cause has more than %d characters", maxCause)
	}
	return t.deliver(token, true, func(a *attempt) { a.answered(answer{err: &TaskError{Name: name, Cause: cause}}) })
}

// Heartbeat tells that the work on the task goes on.
func (t *Tokens) Heartbeat(token string) error {
	return t.deliver(token, false, (*attempt).beat)
}

func (t *Tokens) expect(token string, a *attempt) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.waiting[token] = tokenWait{a, a.frame.waiting.serial}
}

func (t *Tokens) drop(token string) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	delete(t.waiting, token)
}

func (t *Tokens) deliver(token string, last bool, do func(*attempt)) error {
	t.mutex.Lock()
	wait, ok := t.waiting[token]
	if last {
		delete(t.waiting, token)
	}
	t.mutex.Unlock()
	if !ok {
		return fmt.Errorf("task timed out: no task waits for the token %q", token)
	}
	wait.attempt.loop.clock.Busy(1)
	wait.attempt.loop.post(message{attempt: wait.attempt, serial: wait.serial, call: func() { do(wait.attempt) }})
	return nil
}

// answered takes the answer of the token's holder; one that comes before the invoker has returned is kept until then.
func (a *attempt) answered(given answer) {
	if !a.submitted {
		a.early = &given
		return
	}
	a.finished(given.result, given.err)
}
