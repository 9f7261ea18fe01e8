package http

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"sync"
	"time"

	"github.com/steploom/steploom/shared/pytext"
	"github.com/steploom/steploom/shared/requests"
	"github.com/steploom/steploom/shared/retry"
	"github.com/steploom/steploom/shared/task"
)

// Retrying makes a request again as a session of Python's requests does that has an urllib3 Retry. What the budget says is done by shared/retry; here
// the attempts are made. Waits below a second happen inside the function, longer ones, and those for which it has no time left, are answered: see
// [Again].
type Retrying struct {
	Budget json.RawMessage `json:"budget"` // the arguments of urllib3's Retry by their names; what is absent has its default; a status may be a class, "5xx"
	State  *Progress       `json:"state"`  // of the answer before; null at first
}

// Progress is what earlier invocations have done of a request.
type Progress struct {
	retry.State
	Attempts     int     `json:"attempts,omitempty"`     // all that were made
	PauseSeconds float64 `json:"pauseSeconds,omitempty"` // to wait before the next one
	Hop          *hop    `json:"hop,omitempty"`          // where redirects have led; each of them begins a new budget
}

// hop is the request that redirects have made of the first one.
type hop struct {
	Count   int    `json:"count"` // redirects so far
	URL     string `json:"url"`
	Method  string `json:"method"`
	NoBody  bool   `json:"noBody,omitempty"`
	NoAuth  bool   `json:"noAuth,omitempty"`  // credentials have stayed behind
	Private bool   `json:"private,omitempty"` // the first address was private
}

// Again is the answer of a request that is to be made again: after whole seconds, with this state in it.
type Again struct {
	Retry struct {
		WaitSeconds int      `json:"waitSeconds"`
		State       Progress `json:"state"`
	} `json:"retry"`
}

// again asks to be called again after a wait, of which the part below a second is left to the next invocation.
func again(wait time.Duration, progress Progress) Again {
	const most = 99_999_999 // Amazon States Language, Wait
	whole := min(wait.Truncate(time.Second), most*time.Second)
	progress.PauseSeconds = (wait - wait.Truncate(time.Second)).Seconds()
	var answer Again
	answer.Retry.WaitSeconds, answer.Retry.State = int(whole/time.Second), progress
	return answer
}

// exchange is a request with a budget while one invocation works at it.
type exchange struct {
	*sender
	request  Request
	timeout  time.Duration // of connecting, and between two pieces of an answer
	end      time.Time     // when the invocation must have answered
	fresh    retry.Retry   // the budget of each hop
	budget   retry.Retry
	progress Progress
	way      *journey
	cookies  *cookiejar.Jar // nil until a redirect sets one
}

// withBudget makes a request until its budget hands on an answer or an error, or the time of the invocation is over.
func (s *sender) withBudget(ctx context.Context, request Request, timeout time.Duration) (any, error) {
	x, err := s.exchange(ctx, request, timeout)
	if err != nil {
		return nil, err
	}
	if err := s.sleep(ctx, time.Duration(x.progress.PauseSeconds*float64(time.Second))); err != nil {
		return nil, err
	}
	for first := true; ; first = false {
		if !first && x.left() < 2*timeout {
			return again(0, x.progress), nil
		}
		answer, err := x.round(ctx)
		if answer != nil || err != nil {
			return answer, err
		}
	}
}

// exchange takes up a request where the invocation before has left it.
func (s *sender) exchange(ctx context.Context, request Request, timeout time.Duration) (*exchange, error) {
	budget, err := s.budgets.of(request.Retry.Budget)
	if err != nil {
		return nil, err
	}
	x := &exchange{sender: s, request: request, timeout: timeout, fresh: budget, budget: budget, way: &journey{mayBePrivate: request.PrivateRedirects}}
	if state := request.Retry.State; state != nil {
		x.progress = *state
		if x.budget, err = budget.From(state.State); err != nil {
			return nil, task.Errorf(task.RequestInvalid, "retry: %v", err)
		}
		if at := state.Hop; at != nil {
			x.way.begun.Store(true)
			x.way.private.Store(at.Private)
		}
	}
	x.end = s.now().Add(task.Row{Timeout: longest}.Allowing(timeout.Seconds()).Timeout)
	if deadline, ok := ctx.Deadline(); ok {
		x.end = s.now().Add(time.Until(deadline))
	}
	x.end = x.end.Add(-answering)
	return x, nil
}

// answering is how long before its end an invocation makes no attempt any more.
const answering = time.Second

// budgets are those that were read before: most requests of an instance have the same few.
type budgets struct {
	mutex sync.Mutex
	known map[string]retry.Retry
}

// mostBudgets bounds what is kept.
const mostBudgets = 64

func (b *budgets) of(text json.RawMessage) (retry.Retry, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if budget, known := b.known[string(text)]; known {
		return budget, nil
	}
	budget, err := budgetOf(text)
	if err != nil {
		return budget, err
	}
	if len(b.known) >= mostBudgets || b.known == nil {
		b.known = map[string]retry.Retry{}
	}
	b.known[string(text)] = budget
	return budget, nil
}

func budgetOf(text json.RawMessage) (retry.Retry, error) {
	arguments := &pytext.Dict{}
	if !isNull(text) {
		value, err := pytext.Decode(string(text))
		if err != nil {
			return retry.Retry{}, task.Errorf(task.RequestInvalid, "retry.budget: %v", err)
		}
		if _, err := pytext.JSON(value, pytext.Options{RefuseNaN: true}); err != nil {
			return retry.Retry{}, task.Errorf(task.RequestInvalid, "retry.budget: %v", err)
		}
		given, isDict := value.(*pytext.Dict)
		if !isDict {
			return retry.Retry{}, task.Errorf(task.RequestInvalid, "retry.budget is no object")
		}
		arguments = given
	}
	budget, err := retry.New(retry.WithClasses(arguments))
	if err != nil {
		return budget, task.Errorf(task.RequestInvalid, "retry.budget: %v", err)
	}
	return budget, nil
}

// left is the time that the invocation has left.
func (x *exchange) left() time.Duration { return x.end.Sub(x.now()) }

// round makes one attempt and what follows it. Without an answer and an error the next attempt is to be made.
func (x *exchange) round(ctx context.Context) (any, error) {
	outgoing, err := x.outgoing(ctx)
	if err != nil {
		return nil, err
	}
	tried := x.attempt(outgoing)
	defer tried.close()
	if tried.refused != nil {
		return nil, tried.refused
	}
	x.progress.Attempts++
	decision, failed := x.budget.Next(outgoing.Method, tried.event, retry.Circumstances{Now: x.now(), Random: x.random()})
	switch {
	case failed != nil:
		return nil, x.failure(ctx, failed, tried)
	case decision.Again:
		x.budget = decision.Retry
		tried.close()
		return x.wait(ctx, decision.Wait)
	case requests.Redirects(tried.event.Status, tried.event.Location) && x.redirects() > 0:
		return nil, x.follow(tried)
	}
	return x.read(ctx, tried, !decision.Exhausted)
}

// wait waits before the next attempt, or asks to be called again.
func (x *exchange) wait(ctx context.Context, wait time.Duration) (any, error) {
	x.progress.State = x.budget.State()
	if wait >= time.Second || x.left() < wait+2*x.timeout {
		return again(wait, x.handed()), nil
	}
	return nil, x.sleep(ctx, wait)
}

// handed is the progress as it is handed out. A secret in the address of a redirect is not: the request begins again at its first address.
func (x *exchange) handed() Progress {
	progress := x.progress
	if progress.Hop != nil && x.config.Mask.Known(progress.Hop.URL) != progress.Hop.URL {
		progress.Hop = nil
	}
	return progress
}

func (x *exchange) redirects() int {
	if x.request.Redirects != nil {
		return *x.request.Redirects
	}
	return requests.MaxRedirects
}

// follow goes where a redirect leads.
func (x *exchange) follow(tried attempt) error {
	at := cmp.Or(x.progress.Hop, &hop{})
	from, answer := tried.outgoing.URL, tried.answer
	if at.Count >= x.redirects() {
		return task.Errorf(task.HttpRedirect, "%s: %v", from.Host, errTooManyRedirects)
	}
	to, err := requests.Location(from, tried.event.Location)
	if err != nil || to.Host == "" || to.Scheme != "http" && to.Scheme != "https" {
		return task.Errorf(task.HttpRedirect, "%s: a redirect to something that is not http or https", from.Host)
	}
	x.keep(from, answer.Cookies())
	x.progress.Hop = &hop{
		Count: at.Count + 1, URL: to.String(), Method: requests.RedirectMethod(tried.outgoing.Method, answer.StatusCode),
		NoBody: at.NoBody || !requests.KeepsBody(answer.StatusCode), NoAuth: at.NoAuth || requests.StripsAuth(from, to), Private: x.way.private.Load(),
	}
	x.budget = x.fresh
	x.progress.State = x.budget.State()
	return nil
}

// keep keeps the cookies that an address sets for those that redirects lead to.
func (x *exchange) keep(from *url.URL, cookies []*http.Cookie) {
	if len(cookies) == 0 {
		return
	}
	if x.cookies == nil {
		x.cookies, _ = cookiejar.New(nil) // it has no error
	}
	x.cookies.SetCookies(from, cookies)
}

// outgoing makes the request of an attempt: the first one, or what redirects have made of it.
func (x *exchange) outgoing(ctx context.Context) (*http.Request, error) {
	first, err := x.first(ctx)
	if err != nil {
		return nil, err
	}
	if user := first.URL.User; user != nil && first.Header.Get("Authorization") == "" {
		password, _ := user.Password()
		first.SetBasicAuth(user.Username(), password)
	}
	first.URL.User = nil // it goes nowhere else
	at := x.progress.Hop
	if at == nil {
		return first, nil
	}
	var body io.Reader
	if !at.NoBody {
		body = first.Body
	}
	next, err := http.NewRequestWithContext(first.Context(), at.Method, at.URL, body)
	if err != nil {
		return nil, task.Errorf(task.HttpRedirect, "%s: a redirect to something that is no address", first.URL.Host)
	}
	next.Response = &http.Response{Request: first} // a redirect led here
	next.Header = x.forwarded(first, at)
	if !at.NoAuth && first.Host != first.URL.Host {
		next.Host = first.Host
	}
	if !at.NoBody {
		next.ContentLength, next.GetBody = first.ContentLength, first.GetBody
	}
	if x.cookies != nil {
		for _, cookie := range x.cookies.Cookies(next.URL) {
			next.AddCookie(cookie)
		}
	}
	return next, nil
}

// first makes the request that redirects begin at.
func (x *exchange) first(ctx context.Context) (*http.Request, error) {
	under := x.way.under(ctx)
	if !x.request.asks() {
		return x.build(under, x.request)
	}
	building, cancel := context.WithTimeout(ctx, x.timeout)
	defer cancel()
	first, err := x.build(building, x.request)
	if err != nil {
		return nil, x.timeoutOr(building, err, x.timeout)
	}
	return first.WithContext(under), nil
}

// forwarded are the headers that go along with a redirect: no cookies of the first request, none that describe a body that stays behind, and to another
// server no credentials.
func (x *exchange) forwarded(first *http.Request, at *hop) http.Header {
	headers := first.Header.Clone()
	dropped := []string{"Cookie", "Proxy-Authorization"}
	if at.NoBody {
		dropped = append(dropped, "Content-Length", "Content-Type", "Transfer-Encoding")
	}
	if at.NoAuth {
		dropped = append(dropped, "Authorization")
		dropped = append(dropped, x.secretHeaders()...)
	}
	for _, name := range dropped {
		headers.Del(name)
	}
	return headers
}
