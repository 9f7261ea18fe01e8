package retry_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/internal/conformance"
	"github.com/steploom/steploom/shared/pytext"
	"github.com/steploom/steploom/shared/requests"
	"github.com/steploom/steploom/shared/retry"
)

// row is a line of the table, read as Python's values.
type row struct{ *pytext.Dict }

func (r row) get(path ...string) any {
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

func (r row) text(path ...string) string { return pytext.Str(r.get(path...)) }

func rows(t testing.TB) []row {
	var all []row
	for _, line := range conformance.Lines(t, "oracles/urllib3-retry.jsonl") {
		v, err := pytext.Decode(line)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, row{v.(*pytext.Dict)})
	}
	return all
}

// TestURLLib3Retry compares budgets with urllib3's and with requests' use of them.
func TestURLLib3Retry(t *testing.T) {
	reached, all := 0, rows(t)
	for _, r := range all {
		if differs := r.differs(t); differs != "" {
			t.Errorf("%s %s: %s", r.text("id"), r.text("retry"), differs)
			continue
		}
		reached++
	}
	t.Logf("%s: %d of %d", t.Name(), reached, len(all))
}

func (r row) differs(t *testing.T) string {
	arguments := &pytext.Dict{}
	if given, ok := r.get("retry").(*pytext.Dict); ok {
		arguments = given
	}
	budget, err := retry.New(arguments)
	switch r.text("kind") {
	case "is_retry":
		status := r.get("status").(int64)
		got, err := budget.IsRetry(r.text("method"), int(status), r.get("has_retry_after") == true)
		return unlike("result", answer(got, err), r.get("result"))
	case "retry_after":
		return r.retryAfter(budget)
	}
	if err != nil {
		return unlike("error", err.Error(), r.text("error", "class")+": "+r.text("error", "message"))
	}
	if r.get("error") != nil {
		return "the constructor does not fail"
	}
	direct := run{budget: budget, row: r, trace: []any{}}
	direct.direct()
	if differs := direct.differs(); differs != "" {
		return differs
	}
	through := run{budget: budget, row: r}
	through.session()
	for name, got := range through.columns() {
		if differs := unlike("via_requests "+name, got, r.get("via_requests", name)); differs != "" {
			return differs
		}
	}
	return ""
}

func answer(v any, err error) any {
	if err != nil {
		return err.Error()
	}
	return v
}

// unlike compares by what Python prints, with numbers by value and to nine digits.
func unlike(what string, got, want any) string {
	if same(got, want) {
		return ""
	}
	return fmt.Sprintf("%s: got %s, want %s", what, pytext.Repr(got), pytext.Repr(want))
}

func same(a, b any) bool {
	x, isFloat := a.(float64)
	if isFloat {
		switch y := b.(type) {
		case float64:
			return math.Abs(x-y) < 1e-8
		case int64:
			return x == float64(y)
		}
		return false
	}
	list, isList := a.([]any)
	other, _ := b.([]any)
	if isList && len(list) == len(other) && other != nil {
		for i := range list {
			if !same(list[i], other[i]) {
				return false
			}
		}
		return true
	}
	d, isDict := a.(*pytext.Dict)
	e, _ := b.(*pytext.Dict)
	if isDict && e != nil && d.Len() == e.Len() {
		for _, item := range d.Items() {
			if v, ok := e.Get(item.Key); !ok || !same(item.Value, v) {
				return false
			}
		}
		return true
	}
	return pytext.Equal(a, b)
}

func (r row) retryAfter(budget retry.Retry) string {
	now, err := time.Parse(time.RFC3339, r.text("now"))
	if err != nil {
		return err.Error()
	}
	got, err := budget.ParseRetryAfter(r.text("header"), now)
	if err != nil {
		return unlike("error", err.Error(), r.text("error", "class")+": "+r.text("error", "message"))
	}
	return unlike("result", got.Seconds(), r.get("result"))
}

// run makes the attempts of a row.
type run struct {
	row      row
	budget   retry.Retry
	used     int
	sleeps   []any
	waits    []any
	requests []any
	trace    []any
	end      *pytext.Dict
}

// at is the time of all rows.
var at = time.Date(2019, 6, 3, 11, 0, 0, 0, time.UTC)

// exceptions are the names that rows give to events.
var exceptions = map[string]retry.Event{
	"connect":         {Exception: retry.NewConnectionError},
	"connect_timeout": {Exception: retry.ConnectTimeoutError},
	"dns":             {Exception: retry.NameResolutionError},
	"read":            {Exception: retry.ReadTimeoutError},
	"read_timeout":    {Exception: retry.ReadTimeoutError},
	"reset":           {Exception: retry.ProtocolError},
	"closed":          {Exception: retry.ProtocolError},
	"protocol":        {Exception: retry.ProtocolError},
	"ssl":             {Exception: retry.SSLError},
	"other":           {Exception: retry.SSLError},
	"proxy":           {Exception: retry.ProxyError, Proxied: retry.NewConnectionError},
	"proxy_other":     {Exception: retry.ProxyError, Proxied: "OSError"},
}

// event is what the next attempt meets.
func (r *run) event() retry.Event {
	events := r.row.get("events").([]any)
	if r.used >= len(events) {
		return retry.Event{Status: 200}
	}
	r.used++
	answer, isAnswer := events[r.used-1].(*pytext.Dict)
	if !isAnswer {
		return exceptions[events[r.used-1].(string)]
	}
	status, _ := answer.Get("status")
	event := retry.Event{Status: int(status.(int64))}
	if headers, ok := answer.Get("headers"); ok {
		for _, header := range headers.(*pytext.Dict).Items() {
			text := header.Value.(string)
			switch strings.ToLower(header.Key.(string)) {
			case "retry-after":
				event.RetryAfter = &text
			case "location":
				event.Location = text
			}
		}
	}
	return event
}

// attempt makes an attempt and decides what follows.
func (r *run) attempt(method, url string, redirects bool) (retry.Event, retry.Decision, *retry.Exception) {
	r.requests = append(r.requests, pytext.NewDict("method", method, "url", url))
	event := r.event()
	next, failed := r.budget.Next(method, event, retry.Circumstances{Now: at, Redirects: redirects})
	if next.Again && failed == nil {
		r.waits = append(r.waits, next.Wait.Seconds())
		if next.Wait > 0 {
			r.sleeps = append(r.sleeps, next.Wait.Seconds())
		}
	}
	r.record(method, event, next, failed)
	return event, next, failed
}

// record notes the counters after an event that was taken from the budget.
func (r *run) record(method string, event retry.Event, next retry.Decision, failed *retry.Exception) {
	_, err := r.budget.IsRetry(method, event.Status, true)
	switch {
	case next.Again:
		counters := r.counters(next.Retry)
		backoff, err := next.Retry.Backoff(nil)
		if err != nil {
			return // where the trace was made, it failed inside the increment
		}
		_ = counters.Set("backoff", backoff.Seconds())
		r.trace = append(r.trace, counters)
		r.budget = next.Retry
	case next.Exhausted || failed != nil && (event.Exception != "" || err == nil):
		class := "MaxRetryError"
		if failed != nil {
			class = failed.Class
		}
		r.trace = append(r.trace, pytext.NewDict("raised", class))
	}
}

func (r *run) counters(budget retry.Retry) *pytext.Dict {
	c := budget.Counters
	return pytext.NewDict("total", c.Total.Value(), "connect", c.Connect.Value(), "read", c.Read.Value(), "redirect", c.Redirect.Value(), "status", c.Status.Value(), "other", c.Other.Value())
}

// direct makes the attempts as urllib3 alone does.
func (r *run) direct() {
	method, url := r.row.text("method"), "/start"
	for {
		event, next, failed := r.attempt(method, url, true)
		switch {
		case failed != nil:
			r.end = raised(failed, failed.Class)
			return
		case !next.Again:
			r.end = pytext.NewDict("response", event.Status)
			return
		case next.Redirect:
			url, _, _ = strings.Cut(event.Location, "#")
			if event.Status == 303 {
				method = "GET"
			}
		}
	}
}

func raised(failed *retry.Exception, class string) *pytext.Dict {
	end := pytext.NewDict("exception", class)
	if failed.Reason != nil {
		reason := pytext.NewDict("class", failed.Reason.Class)
		if failed.Reason.Message != "" {
			_ = reason.Set("message", failed.Reason.Message)
		}
		_ = end.Set("reason", reason)
	}
	switch {
	case failed.Reason == nil && class != failed.Class:
		_ = end.Set("cause", failed.Class)
	case failed.Class == "InvalidHeader":
		_ = end.Set("message", "Invalid Retry-After header")
	}
	return end
}

// throughRequests gives the exception of requests that its adapter raises in the place of one of urllib3, "" where it raises that.
func throughRequests(failed *retry.Exception) string {
	reason := failed.Class
	if failed.Reason != nil {
		reason = failed.Reason.Class
	}
	direct := map[string]string{
		retry.ReadTimeoutError: "ReadTimeout", retry.ProtocolError: "ConnectionError", retry.ProxyError: "ProxyError", retry.SSLError: "SSLError", "InvalidHeader": "InvalidHeader",
	}
	spent := map[string]string{retry.ConnectTimeoutError: "ConnectTimeout", "ResponseError": "RetryError", retry.ProxyError: "ProxyError", retry.SSLError: "SSLError"}
	if failed.Class != "MaxRetryError" {
		return direct[reason]
	}
	return cmp.Or(spent[reason], "ConnectionError")
}

// session makes the attempts as a session of requests does.
func (r *run) session() {
	method, path, fresh := strings.ToUpper(r.row.text("method")), "/start", r.budget
	for hops := 0; ; {
		event, next, failed := r.attempt(method, path, false)
		if failed != nil {
			class := throughRequests(failed)
			if class == "" {
				r.end = raised(failed, failed.Class)
				return
			}
			r.end = raised(failed, "requests."+class)
			return
		}
		if next.Again {
			continue
		}
		if event.Location == "" || !strings.Contains("301 302 303 307 308", fmt.Sprint(event.Status)) {
			r.end = pytext.NewDict("response", event.Status)
			return
		}
		if hops++; hops > requests.MaxRedirects {
			r.end = pytext.NewDict("exception", "requests.TooManyRedirects")
			return
		}
		base, _ := url.Parse("http://h" + path)
		target, _ := base.Parse(event.Location)
		method, path, r.budget = requests.RedirectMethod(method, event.Status), target.RequestURI(), fresh
	}
}

func orEmpty(list []any) []any {
	if list == nil {
		return []any{}
	}
	return list
}

func (r *run) columns() map[string]any {
	return map[string]any{"sleeps": orEmpty(r.sleeps), "attempts": len(r.requests), "end": r.end, "requests": orEmpty(r.requests)}
}

// differs compares with the columns of urllib3 alone.
func (r *run) differs() string {
	columns := r.columns()
	columns["waits"] = orEmpty(r.waits)
	columns["counters"] = r.counters(r.budget)
	columns["history"] = r.budget.History
	columns["trace"] = r.trace
	columns["unused_events"] = len(r.row.get("events").([]any)) - r.used
	for name, got := range columns {
		if differs := unlike(name, got, r.row.get(name)); differs != "" {
			return differs
		}
	}
	return ""
}

// TestState hands a budget around after every event.
func TestState(t *testing.T) {
	first, err := retry.New(pytext.NewDict("total", 7, "read", 3, "other", false, "backoff_factor", 0.25))
	if err != nil {
		t.Fatal(err)
	}
	kept, handed := first, first
	for _, event := range []retry.Event{exceptions["read"], {Status: 302, Location: "/next"}, exceptions["connect"], exceptions["dns"], exceptions["read"], exceptions["connect"]} {
		a, failedA := kept.Next("GET", event, retry.Circumstances{Redirects: true})
		b, failedB := handed.Next("GET", event, retry.Circumstances{Redirects: true})
		if a.Wait != b.Wait || a.Again != b.Again || failedA != nil || failedB != nil {
			t.Fatalf("%+v and %+v", a, b)
		}
		text, err := json.Marshal(b.Retry.State())
		if err != nil {
			t.Fatal(err)
		}
		state, err := retry.DecodeState(text)
		if err != nil {
			t.Fatal(err)
		}
		if kept = a.Retry; len(text) > 150 {
			t.Errorf("%d bytes of state: %s", len(text), text)
		}
		if handed, err = first.From(state); err != nil {
			t.Fatal(err)
		}
		if diff := gocmp.Diff(kept.State(), handed.State(), gocmp.Comparer(func(a, b retry.Limit) bool { return a == b })); diff != "" {
			t.Error(diff)
		}
	}
}

func TestStateRefused(t *testing.T) {
	budget, _ := retry.New(&pytext.Dict{})
	for _, text := range []string{`{"history": -1, "failures": -1}`, `{"failures": 2}`, `{"counters": {"all": 1}}`, `{"counters": {"total": "3"}}`, `{"counters": {"total": [1]}}`, `[]`} {
		state, err := retry.DecodeState([]byte(text))
		if err == nil {
			_, err = budget.From(state)
		}
		if err == nil {
			t.Errorf("%s is taken", text)
		}
	}
}

// TestJitter adds a random part to waits that are not zero.
func TestJitter(t *testing.T) {
	budget, _ := retry.New(pytext.NewDict("backoff_factor", 1, "backoff_jitter", 4, "backoff_max", 9))
	var waits []float64
	for range 4 {
		next, failed := budget.Next("GET", exceptions["connect"], retry.Circumstances{Random: func() float64 { return 0.5 }})
		if failed != nil {
			t.Fatal(failed)
		}
		waits, budget = append(waits, next.Wait.Seconds()), next.Retry
	}
	if diff := gocmp.Diff([]float64{0, 4, 6, 9}, waits); diff != "" {
		t.Error(diff)
	}
}

func TestRefusedArguments(t *testing.T) {
	for _, row := range []struct {
		arguments *pytext.Dict
		want      string
	}{
		{pytext.NewDict("history", []any{}), "TypeError: Retry.__init__() got an unexpected keyword argument 'history'"},
		{pytext.NewDict("remove_headers_on_redirect", nil), "TypeError: 'NoneType' object is not iterable"},
		{pytext.NewDict("remove_headers_on_redirect", []any{1}), "AttributeError: 'int' object has no attribute 'lower'"},
	} {
		if _, err := retry.New(row.arguments); err == nil || err.Error() != row.want {
			t.Errorf("%s: %v", pytext.Repr(row.arguments), err)
		}
	}
}

// FuzzRetryAfter looks for headers that give a wait out of bounds.
func FuzzRetryAfter(f *testing.F) {
	for _, r := range rows(f) {
		if r.text("kind") == "retry_after" {
			f.Add(r.text("header"))
		}
	}
	f.Add("1 jan 99999999999999999999 1:1:1 +9999999999999999")
	budget, _ := retry.New(&pytext.Dict{})
	f.Fuzz(func(t *testing.T, header string) {
		if wait, err := budget.ParseRetryAfter(header, at); err == nil && (wait < 0 || wait > 21600*time.Second) {
			t.Errorf("%q: %s", header, wait)
		}
	})
}

// FuzzState looks for states that are not written as they are read.
func FuzzState(f *testing.F) {
	f.Add(`{"counters": {"total": 2, "other": false, "read": 1.5}, "history": 3, "failures": 1}`)
	budget, _ := retry.New(&pytext.Dict{})
	f.Fuzz(func(t *testing.T, text string) {
		state, err := retry.DecodeState([]byte(text))
		if err != nil {
			return
		}
		from, err := budget.From(state)
		if err != nil {
			return
		}
		written, err := json.Marshal(from.State())
		if err != nil {
			return // not finite
		}
		again, err := retry.DecodeState(written)
		if err != nil {
			t.Fatalf("%s: %v", written, err)
		}
		if twice, _ := json.Marshal(again); string(twice) != string(written) {
			t.Errorf("%s becomes %s", written, twice)
		}
	})
}
