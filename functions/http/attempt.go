package http

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/steploom/steploom/shared/pause"
	"github.com/steploom/steploom/shared/retry"
	"github.com/steploom/steploom/shared/task"
)

// attempt is what came of sending a request once.
type attempt struct {
	outgoing *http.Request
	answer   *http.Response // nil where there was none
	event    retry.Event
	err      error // behind an exception
	refused  error // of a kind that no budget knows: the request ends
	patience *patience
}

// attempt sends a request.
func (x *exchange) attempt(outgoing *http.Request) attempt {
	tried := attempt{outgoing: outgoing, patience: newPatience(outgoing.Context(), x.timeout, x.left())}
	tried.answer, tried.err = x.clients.transport(x.request.InsecureSkipVerify).RoundTrip(outgoing.WithContext(tried.patience.traced(x.way)))
	if tried.err != nil {
		if cause := context.Cause(tried.patience.ctx); cause != nil {
			tried.err = cause
		}
		tried.refused = tried.unknown(x.timeout)
		tried.event = eventOf(tried.err)
		return tried
	}
	tried.answer.Body = tried.patience.body(tried.answer.Body)
	if tried.answer.StatusCode == http.StatusUnauthorized && x.request.Auth != nil {
		x.tokens.forget(*x.request.Auth, outgoing)
	}
	tried.event = retry.Event{Status: tried.answer.StatusCode, Location: tried.answer.Header.Get("Location")}
	if values := tried.answer.Header.Values("Retry-After"); len(values) > 0 {
		joined := strings.Join(values, ", ")
		tried.event.RetryAfter = &joined
	}
	return tried
}

// unknown is the error of an attempt that the budget has no class for: a redirect that is not followed, an answer with too large headers.
func (a attempt) unknown(timeout time.Duration) error {
	err := connectError(a.err, a.outgoing.URL.Host, timeout)
	if errors.Is(a.outgoing.Context().Err(), context.Canceled) {
		return err
	}
	if known, ok := errors.AsType[*task.Error](err); ok && !slices.Contains([]string{task.HttpConnect, task.HttpTimeout}, known.Name) {
		return known
	}
	return nil
}

// drained is how much of an answer that nobody reads is taken, so that its connection can be used again.
const drained = 64 << 10

// close ends the attempt.
func (a attempt) close() {
	if a.answer != nil {
		_, _ = io.CopyN(io.Discard, a.answer.Body, drained)
		a.answer.Body.Close()
	}
	a.patience.end()
}

var (
	errConnectTimeout = errors.New("no connection in time")
	errReadTimeout    = errors.New("nothing was received in time")
)

// eventOf is the exception of urllib3 that an error of net/http is.
func eventOf(err error) retry.Event {
	if proxied, ok := errors.AsType[*net.OpError](err); ok && proxied.Op == "proxyconnect" {
		return retry.Event{Exception: retry.ProxyError, Proxied: eventOf(proxied.Err).Exception}
	}
	return retry.Event{Exception: exceptionOf(err)}
}

func exceptionOf(err error) string {
	operation, _ := errors.AsType[*net.OpError](err)
	network, isNetwork := errors.AsType[net.Error](err)
	timeout := isNetwork && network.Timeout()
	_, isName := errors.AsType[*net.DNSError](err)
	switch {
	case errors.Is(err, errConnectTimeout), operation != nil && operation.Op == "dial" && timeout && !isName:
		return retry.ConnectTimeoutError
	case isName:
		return retry.NameResolutionError
	case operation != nil && operation.Op == "dial":
		return retry.NewConnectionError
	case isTLS(err):
		return retry.SSLError
	case errors.Is(err, errReadTimeout), timeout:
		return retry.ReadTimeoutError
	}
	return retry.ProtocolError
}

// isTLS tells whether the parties could not agree on a secure connection.
func isTLS(err error) bool {
	_, record := errors.AsType[tls.RecordHeaderError](err)
	_, alert := errors.AsType[tls.AlertError](err)
	_, verification := errors.AsType[*tls.CertificateVerificationError](err)
	_, authority := errors.AsType[x509.UnknownAuthorityError](err)
	_, host := errors.AsType[x509.HostnameError](err)
	_, invalid := errors.AsType[x509.CertificateInvalidError](err)
	return record || alert || verification || authority || host || invalid || strings.Contains(err.Error(), "tls: ")
}

// failure is the error of a budget that hands no answer on.
func (x *exchange) failure(ctx context.Context, failed *retry.Exception, tried attempt) error {
	switch {
	case failed.Class == "InvalidHeader":
		return x.statusFailure(ctx, tried, "; its Retry-After is neither seconds nor a date")
	case failed.Reason != nil && failed.Reason.Class == "ResponseError":
		return x.statusFailure(ctx, tried, "")
	case failed.Class == "TypeError":
		return task.Errorf(task.RequestInvalid, "retry.budget: %v", failed)
	}
	return x.counted(connectError(timely(tried.err), tried.outgoing.URL.Host, x.timeout))
}

// timely gives the timeouts of an attempt as errors that are known as timeouts.
func timely(err error) error {
	if errors.Is(err, errConnectTimeout) || errors.Is(err, errReadTimeout) {
		return context.DeadlineExceeded
	}
	return err
}

// counted says how many attempts an error has taken.
func (x *exchange) counted(err error) error {
	known, ok := errors.AsType[*task.Error](err)
	if !ok || x.progress.Attempts < 2 {
		return err
	}
	return &task.Error{Name: known.Name, Message: fmt.Sprintf("%s, after %d attempts", known.Message, x.progress.Attempts), Detail: known.Detail}
}

// statusFailure is the error of a budget that was spent on answers: the last of them, with a remark.
func (x *exchange) statusFailure(ctx context.Context, tried attempt, remark string) error {
	unexpected := x.request
	unexpected.ExpectedStatus, unexpected.FailOnStatus, unexpected.AsBlob = []int{-1}, nil, false
	_, err := x.readResponse(ctx, unexpected, tried.answer, x.timeout)
	if known, ok := errors.AsType[*task.Error](err); ok {
		err = &task.Error{Name: known.Name, Message: known.Message + remark, Detail: known.Detail}
	}
	return x.counted(x.late(tried, err))
}

// read gives an answer that the budget hands on. The status is looked at where the budget was not spent on it, or the request says so.
func (x *exchange) read(ctx context.Context, tried attempt, looks bool) (any, error) {
	request := x.request
	if !looks && request.FailOnStatus == nil {
		request.FailOnStatus = new(false)
	}
	response, err := x.readResponse(ctx, request, tried.answer, x.timeout)
	if err != nil {
		return nil, x.counted(x.late(tried, err))
	}
	return x.withoutSealed(ctx, request, response)
}

// late makes the end of patience within an answer a timeout.
func (x *exchange) late(tried attempt, err error) error {
	if cause := context.Cause(tried.patience.ctx); cause != nil && errors.Is(err, &task.Error{Name: task.HttpConnect}) {
		return timeoutError(x.timeout)
	}
	return err
}

// secretHeaders are the headers that hold credentials of the workflow.
func (x *exchange) secretHeaders() []string {
	var names []string
	for pointer := range x.request.Secrets {
		if name, ok := strings.CutPrefix(pointer, "/headers/"); ok {
			names = append(names, strings.NewReplacer("~1", "/", "~0", "~").Replace(name))
		}
	}
	if auth := x.request.Auth; auth != nil && auth.Type == "api_key" {
		name := auth.Name
		if name == "" {
			name = "X-API-Key"
		}
		names = append(names, name)
	}
	return names
}

// random is a source of numbers in [0, 1) for the jitter.
func (s *sender) random() func() float64 {
	if s.config.Random != nil {
		return s.config.Random
	}
	return rand.Float64
}

func (s *sender) now() time.Time {
	if s.config.Now != nil {
		return s.config.Now()
	}
	return time.Now()
}

// sleep waits, unless the invocation ends.
func (s *sender) sleep(ctx context.Context, wait time.Duration) error {
	if wait > 0 && s.config.Sleep != nil {
		return s.config.Sleep(ctx, wait)
	}
	if pause.For(ctx, wait) != nil {
		return task.Errorf(task.Timeout, "the time of the invocation was over")
	}
	return nil
}

// patience ends an attempt when there is no connection within a time, or nothing comes within that time, as the timeouts of requests do, and at the
// latest when the invocation has to answer.
type patience struct {
	ctx       context.Context
	cancel    context.CancelCauseFunc
	timer     *time.Timer
	last      *time.Timer
	timeout   time.Duration
	connected atomic.Bool
}

func newPatience(ctx context.Context, timeout, most time.Duration) *patience {
	p := &patience{timeout: timeout}
	p.ctx, p.cancel = context.WithCancelCause(ctx)
	p.timer, p.last = time.AfterFunc(timeout, p.over), time.AfterFunc(most, p.over)
	return p
}

func (p *patience) over() {
	if p.connected.Load() {
		p.cancel(errReadTimeout)
	} else {
		p.cancel(errConnectTimeout)
	}
}

// progress begins the time anew.
func (p *patience) progress() { p.timer.Reset(p.timeout) }

func (p *patience) end() {
	p.timer.Stop()
	p.last.Stop()
	p.cancel(nil)
}

// traced is the context of a request whose steps are progress, on a way that notes where it leads.
func (p *patience) traced(way *journey) context.Context {
	return httptrace.WithClientTrace(p.ctx, &httptrace.ClientTrace{
		GotConn:              func(info httptrace.GotConnInfo) { p.connected.Store(true); p.progress(); way.connected(info) },
		WroteHeaders:         p.progress,
		WroteRequest:         func(httptrace.WroteRequestInfo) { p.progress() },
		GotFirstResponseByte: p.progress,
	})
}

// body is a body whose bytes are progress.
func (p *patience) body(body io.ReadCloser) io.ReadCloser { return patientBody{body, p} }

type patientBody struct {
	io.ReadCloser
	patience *patience
}

func (b patientBody) Read(buffer []byte) (int, error) {
	n, err := b.ReadCloser.Read(buffer)
	if n > 0 {
		b.patience.progress()
	}
	return n, err
}
