// Package urllib3 plays to tests what happened to urllib3's Retry: the rows of its table, and a server that does what their events say.
package urllib3

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/steploom/steploom/internal/conformance"
	"github.com/steploom/steploom/shared/pytext"
	"github.com/steploom/steploom/shared/task"
)

// Row is a line of the table, read as Python's values.
type Row struct{ *pytext.Dict }

// Now is the time of all rows that are runs.
var Now = time.Date(2019, 6, 3, 11, 0, 0, 0, time.UTC)

// Rows reads the table.
func Rows(t testing.TB) []Row {
	var all []Row
	for _, line := range conformance.Lines(t, "oracles/urllib3-retry.jsonl") {
		v, err := pytext.Decode(line)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, Row{v.(*pytext.Dict)})
	}
	return all
}

// Get gives a member by its path, nil where there is none.
func (r Row) Get(path ...string) any {
	var v any = r.Dict
	for _, name := range path {
		d, isDict := v.(*pytext.Dict)
		if !isDict {
			return nil
		}
		v, _ = d.Get(name)
	}
	return v
}

// Text gives a member as Python's str has it.
func (r Row) Text(path ...string) string { return pytext.Str(r.Get(path...)) }

// Arguments are those of the budget.
func (r Row) Arguments() *pytext.Dict {
	arguments, ok := r.Get("retry").(*pytext.Dict)
	if !ok {
		return &pytext.Dict{}
	}
	return arguments
}

// Sleeps are the waits that a session of requests makes, in seconds.
func (r Row) Sleeps() []float64 {
	list, _ := r.Get("via_requests", "sleeps").([]any)
	sleeps := make([]float64, len(list))
	for i, sleep := range list {
		switch sleep := sleep.(type) {
		case int64:
			sleeps[i] = float64(sleep)
		case float64:
			sleeps[i] = sleep
		}
	}
	return sleeps
}

// IsDated tells whether a row waits until a date and at another time, too. The clock of such a row stands still, so that its waits are none of a clock
// that goes on.
func (r Row) IsDated() bool { return strings.Contains(r.Text("events"), "2019") && len(r.Sleeps()) > 1 }

// Requests are the method and the path of each attempt of a session.
func (r Row) Requests() []string {
	list, _ := r.Get("via_requests", "requests").([]any)
	var requests []string
	for _, request := range list {
		one := Row{request.(*pytext.Dict)}
		requests = append(requests, one.Text("method")+" "+one.Text("url"))
	}
	return requests
}

// End says how a session ends: the status of its answer, or the name of the error that the http function has for the exception.
func (r Row) End() string {
	if status := r.Get("via_requests", "end", "response"); status != nil {
		return pytext.Str(status)
	}
	exception, reason := strings.TrimPrefix(r.Text("via_requests", "end", "exception"), "requests."), r.Text("via_requests", "end", "reason", "class")
	switch {
	case exception == "RetryError", exception == "InvalidHeader":
		return task.HttpStatus + "." + r.lastStatus()
	case exception == "TooManyRedirects":
		return task.HttpRedirect
	case exception == "TypeError":
		return task.RequestInvalid
	case slices.Contains([]string{"ReadTimeout", "ConnectTimeout", "ConnectTimeoutError"}, exception), reason == "ReadTimeoutError":
		return task.HttpTimeout
	}
	return task.HttpConnect
}

// lastStatus is that of the answer that spent the budget.
func (r Row) lastStatus() string {
	last := Row{r.event(len(r.Requests()) - 1).(*pytext.Dict)}
	return last.Text("status")
}

// event is what an attempt meets.
func (r Row) event(attempt int) any {
	events, _ := r.Get("events").([]any)
	if attempt >= len(events) {
		return pytext.NewDict("status", int64(200))
	}
	return events[attempt]
}

// Server plays the events of a row, one to each request, and is a transport that reaches it.
type Server struct {
	Row   Row
	mutex sync.Mutex
	// Received are the method and the path of each request.
	Received []string
}

// failures are the errors of net/http for the exceptions of rows.
var failures = map[string]error{
	"connect":         &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)},
	"connect_timeout": &net.OpError{Op: "dial", Net: "tcp", Err: os.ErrDeadlineExceeded},
	"dns":             &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "h", IsNotFound: true}},
	"read":            &net.OpError{Op: "read", Net: "tcp", Err: os.ErrDeadlineExceeded},
	"read_timeout":    &net.OpError{Op: "read", Net: "tcp", Err: os.ErrDeadlineExceeded},
	"reset":           &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)},
	"closed":          io.ErrUnexpectedEOF,
	"protocol":        errors.New("net/http: HTTP/1.x transport connection broken: malformed HTTP response"),
	"ssl":             tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"},
	"other":           tls.AlertError(40),
	"proxy":           &net.OpError{Op: "proxyconnect", Net: "tcp", Err: &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}},
	"proxy_other":     &net.OpError{Op: "proxyconnect", Net: "tcp", Err: errors.New("the proxy says no")},
}

// RoundTrip implements http.RoundTripper.
func (s *Server) RoundTrip(request *http.Request) (*http.Response, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	event := s.Row.event(len(s.Received))
	s.Received = append(s.Received, request.Method+" "+request.URL.RequestURI())
	if name, failed := event.(string); failed {
		return nil, failures[name]
	}
	row := Row{event.(*pytext.Dict)}
	status := int(row.Get("status").(int64))
	answer := &http.Response{
		StatusCode: status, Status: http.StatusText(status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{}, Body: http.NoBody, Request: request,
	}
	if headers, ok := row.Get("headers").(*pytext.Dict); ok {
		for _, header := range headers.Items() {
			answer.Header.Add(header.Key.(string), header.Value.(string))
		}
	}
	return answer, nil
}
