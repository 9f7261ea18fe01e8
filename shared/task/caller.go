package task

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"
)

// Caller says on whose behalf a function works. It is for logs alone: no function answers by it.
type Caller struct {
	Execution string `json:"execution"` // ARN of the execution; "" where there is none yet
	State     string `json:"state"`     // name of the state that calls
	Operation string `json:"operation"` // name of the operation as the author wrote it
	RequestID string `json:"requestId"` // id of the request, event or start that is behind it all
}

// CallerMember is the member of a Lambda client context's "custom" that holds a Caller: its JSON, escaped as a part of a URL, so that it is ASCII
// whatever names it holds. Definitions give it in ClientContext (Lambda API, "Invoke").
const CallerMember = "caller"

type callerKey struct{}

// WithCaller gives a context that knows the caller.
func WithCaller(ctx context.Context, caller Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, caller)
}

// WithCallerRead gives a context that reads who the caller is when it is asked, each time anew.
func WithCallerRead(ctx context.Context, read func() Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, read)
}

// CallerOf is the caller that a context knows; the zero Caller when it knows none.
func CallerOf(ctx context.Context) Caller {
	switch caller := ctx.Value(callerKey{}).(type) {
	case Caller:
		return caller
	case func() Caller:
		return caller()
	}
	return Caller{}
}

// ClientContext is a Lambda client context that holds the caller: JSON in ASCII. The zero Caller gives "".
func (c Caller) ClientContext() string {
	if c == (Caller{}) {
		return ""
	}
	custom, _ := json.Marshal(c) // texts always encode
	text, _ := json.Marshal(map[string]map[string]string{"custom": {CallerMember: url.PathEscape(string(custom))}})
	return string(text)
}

// ReadCaller reads the members of "custom" of a client context. What cannot be read is no caller.
func ReadCaller(custom map[string]string) Caller {
	var caller Caller
	text, err := url.PathUnescape(custom[CallerMember])
	if err != nil || json.Unmarshal([]byte(text), &caller) != nil {
		return Caller{}
	}
	return caller
}

// Facts are the members of the caller that are known, as pairs of a name and a value for a log.
func (c Caller) Facts() []any {
	var facts []any
	for _, fact := range [][2]string{{"requestId", c.RequestID}, {"operation", c.Operation}, {"execution", c.Execution}, {"state", c.State}} {
		if fact[1] != "" {
			facts = append(facts, fact[0], fact[1])
		}
	}
	return facts
}

// executionNameLimit is how many characters an execution's name may have (Step Functions API, StartSyncExecution).
const executionNameLimit = 80

// ExecutionName makes the id of a request fit for the name of its execution, so that one is found by the other: letters, digits, hyphens and
// underscores, everything else left out. "" for an id that has none.
func ExecutionName(requestID string) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return -1
	}, requestID)
	return name[:min(len(name), executionNameLimit)]
}
