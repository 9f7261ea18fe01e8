package stream

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/internal/jobstore"
	"github.com/steploom/steploom/shared/executions"
	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/task"
)

// world is a stream with what it works with, in memory.
type world struct {
	*Stream
	store *jobstore.Memory
	log   *bytes.Buffer

	mutex     sync.Mutex
	delivered []job.Delivery
	aside     []aside
	outcome   func(job.Delivery) (executions.Execution, error) // nil delivers
}

// aside is a record that was put into a topic.
type aside struct {
	topic, value string
	headers      map[string]string
}

func (w *world) StartSync(_ context.Context, machine string, input []byte) (executions.Execution, error) {
	var delivery job.Delivery
	if err := json.Unmarshal(input, &delivery); err != nil || machine != job.Deliver {
		return executions.Execution{}, errors.New("no delivery: " + string(input))
	}
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if w.outcome != nil {
		if execution, err := w.outcome(delivery); execution.Status != "" || err != nil {
			return execution, err
		}
	}
	w.delivered = append(w.delivered, delivery)
	return succeeded(`{"delivered": true, "statusCode": 201}`), nil
}

func (w *world) Put(_ context.Context, topic string, _, value []byte, headers map[string]string) error {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.aside = append(w.aside, aside{topic, string(value), headers})
	return nil
}

func succeeded(output string) executions.Execution {
	return executions.Execution{Status: executions.Succeeded, Output: json.RawMessage(output)}
}

func undelivered(name string) executions.Execution {
	text, _ := format.EncodeJSON(map[string]any{"delivered": false, "error": name, "message": "the server says no"})
	return succeeded(string(text))
}

// newWorld makes a stream with the job people, some members of which are given.
func newWorld(t testing.TB, changes string, environment ...string) *world {
	t.Helper()
	w := &world{store: &jobstore.Memory{}, log: &bytes.Buffer{}}
	variables := map[string]string{}
	for i := 0; i < len(environment); i += 2 {
		variables[environment[i]] = environment[i+1]
	}
	w.Stream = NewStream(Config{
		Environment: task.Variables(variables), Store: w.store, Executor: w, Producer: w, Recheck: -1, Log: slog.New(slog.NewJSONHandler(w.log, nil)),
	})
	if w.fault != nil {
		t.Fatal(w.fault)
	}
	w.put(t, changes)
	return w
}

func (w *world) put(t testing.TB, changes string) {
	t.Helper()
	object := format.Object{
		{Name: "id", Value: "people"}, {Name: "owner", Value: "me"}, {Name: "type", Value: "POST"}, {Name: "topic", Value: []any{"people", "others"}},
		{Name: "datamap", Value: format.Object{{Name: "id", Value: "$.msg.id"}}}, {Name: "url", Value: "https://example.com/{id}"},
	}
	value, err := format.DecodeJSON([]byte(changes))
	if err != nil {
		t.Fatal(err)
	}
	for _, member := range value.(format.Object) {
		object.Set(member.Name, member.Value)
	}
	read, problems := job.Read(object)
	if job.Refused(problems) {
		t.Fatal(problems)
	}
	before, _ := w.store.Get(t.Context(), "people")
	if _, err := w.store.Put(t.Context(), job.Record{Job: read, Key: "people", State: job.Running, Version: before.Version}); err != nil {
		t.Fatal(err)
	}
}

// fatal is what a test and a property have in common.
type fatal interface {
	Helper()
	Fatal(...any)
}

func (w *world) state(t fatal) job.Record {
	t.Helper()
	record, err := w.store.Get(context.Background(), "people")
	if err != nil {
		t.Fatal(err)
	}
	return record
}

func (w *world) urls() string {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	var all []string
	for _, delivery := range w.delivered {
		all = append(all, strings.TrimPrefix(delivery.Request.URL, "https://example.com/"))
	}
	return strings.Join(all, " ")
}

// records are those of partition 0 of topic people with values in JSON, from offset 0.
func records(values ...string) []Record {
	var all []Record
	for i, value := range values {
		all = append(all, Record{Topic: "people", Offset: int64(i), Value: []byte(value)})
	}
	return all
}

func (w *world) batch(t testing.TB, values ...string) (int, error) {
	t.Helper()
	return w.Batch(t.Context(), "people", records(values...))
}

const (
	one, two, three = `{"id": 1}`, `{"id": 2}`, `{"id": 3}`
	broken          = "Obj\x01truncated"
)

// second makes record 2 fail by the name of an error.
func second(name string) func(job.Delivery) (executions.Execution, error) {
	return func(d job.Delivery) (executions.Execution, error) {
		if strings.HasSuffix(d.Request.URL, "/2") {
			return undelivered(name), nil
		}
		return executions.Execution{}, nil
	}
}

func TestDelivered(t *testing.T) {
	w := newWorld(t, `{"x-steploom-idempotency-key": true, "json_body": ["id"]}`)
	if done, err := w.batch(t, one, two); done != 2 || err != nil {
		t.Fatal(done, err)
	}
	text, _ := format.EncodeJSON(w.delivered[1])
	want := `{"trigger":"stream","operation":"deliver","requestId":"people-0-1-0","job":"people","record":{"topic":"people","partition":0,"offset":1,"index":0},` +
		`"request":{"encoding":"requests","method":"POST","url":"https://example.com/2","json":{"id":2},"headers":{"Idempotency-Key":"people-0-1-0"},"statusOnly":true},"budget":`
	if !strings.HasPrefix(string(text), want) {
		t.Errorf("got  %s\nwant %s", text, want)
	}
	counts, _ := w.store.Counts(t.Context(), "people")
	if counts != (job.Counts{Delivered: 2}) {
		t.Errorf("%+v", counts)
	}
}

// TestFailures: what becomes of a record that cannot be decoded, mapped or delivered, and of those behind it.
func TestFailures(t *testing.T) {
	for _, test := range []struct {
		name, changes string
		second        string // the record
		outcome       func(job.Delivery) (executions.Execution, error)
		failure       string
	}{
		{"not delivered", `{}`, two, second("Http.Status.503"), "Http.Status.503: the server says no"},
		{"execution failed", `{}`, two, func(d job.Delivery) (executions.Execution, error) {
			if strings.HasSuffix(d.Request.URL, "/2") {
				return executions.Execution{Status: executions.Failed, Error: "States.Runtime", Cause: "no"}, nil
			}
			return executions.Execution{}, nil
		}, "States.Runtime: no"},
		{"timed out", `{}`, two, func(d job.Delivery) (executions.Execution, error) {
			if strings.HasSuffix(d.Request.URL, "/2") {
				return executions.Execution{Status: executions.TimedOut}, nil
			}
			return executions.Execution{}, nil
		}, "Stream.Undelivered: the execution ended as TIMED_OUT"},
		{"not decoded", `{}`, broken, nil, "Stream.Invalid: "},
		{"not mapped", `{}`, `{"name": "x"}`, nil, "Stream.URL: bad argument in URL: the record has no id, which {id} needs"},
		{"elsewhere", `{}`, `{"id": ".."}`, nil, "Stream.URL: "},
		{"too large", `{"json_body": ["id"], "url": "https://example.com/x"}`, `{"id": "` + strings.Repeat("x", 300_000) + `"}`, nil, "Payload.TooLarge: "},
	} {
		for _, way := range []job.OnFailure{"", job.Skip, job.Topic} {
			t.Run(test.name+" "+string(way), func(t *testing.T) {
				w := newWorld(t, test.changes)
				record := w.state(t)
				record.OnFailure = way
				if _, err := w.store.Put(t.Context(), record); err != nil {
					t.Fatal(err)
				}
				w.outcome = test.outcome
				done, err := w.batch(t, one, test.second, three)
				w.checkFailure(t, way, done, err, test.failure)
			})
		}
	}
}

func (w *world) checkFailure(t *testing.T, way job.OnFailure, done int, err error, failure string) {
	t.Helper()
	stopped := way == ""
	if done != map[bool]int{true: 1, false: 3}[stopped] || err != nil {
		t.Errorf("%d are done, %v", done, err)
	}
	state := w.state(t)
	if (state.State == job.Failed) != stopped || stopped && !strings.HasPrefix(state.Reason, "record people-0-1-0: "+failure) {
		t.Errorf("the job is %s: %s", state.State, state.Reason)
	}
	counts, _ := w.store.Counts(t.Context(), "people")
	if counts.Failed != map[bool]int64{true: 0, false: 1}[stopped] || !strings.HasPrefix(counts.LastError, failure) {
		t.Errorf("%+v", counts)
	}
	entries, _ := w.store.Logs(t.Context(), "people", 10)
	if len(entries) != 1 || !strings.HasPrefix(entries[0].Message, "message send failed with: "+failure) || entries[0].Offset != 1 || entries[0].Topic != "people" {
		t.Errorf("%+v", entries)
	}
	if len(w.aside) != map[bool]int{true: 1, false: 0}[way == job.Topic] {
		t.Errorf("%+v are put aside", w.aside)
	}
	if way == job.Topic {
		headers := w.aside[0].headers
		if w.aside[0].topic != "people.failed" || headers["steploom-offset"] != "1" || headers["steploom-index"] != "0" || headers["steploom-error"] == "" {
			t.Errorf("%+v", w.aside[0])
		}
	}
	line := map[bool]string{true: `"level":"ERROR","msg":"job failed","job":"people"`, false: `"level":"ERROR","msg":"record put aside","job":"people"`}[stopped]
	if !strings.Contains(w.log.String(), line) {
		t.Errorf("no line %s in %s", line, w.log)
	}
}

// TestOursComesAgain: what is no fault of the record leaves it and fails no job, whatever on_failure says.
func TestOursComesAgain(t *testing.T) {
	for _, name := range []string{"", "Lambda.TooManyRequestsException", "Lambda.ServiceException"} {
		w := newWorld(t, `{"on_failure": "skip"}`)
		w.outcome = second(name)
		if name == "" {
			w.outcome = func(d job.Delivery) (executions.Execution, error) {
				return executions.Execution{}, errors.New("ThrottlingException: too much")
			}
		}
		done, err := w.batch(t, one, two, three)
		if want := map[bool]int{true: 0, false: 1}[name == ""]; done != want || err == nil || w.state(t).State != job.Running {
			t.Errorf("%s: %d, %v, %s", name, done, err, w.state(t).State)
		}
		counts, _ := w.store.Counts(t.Context(), "people")
		entries, _ := w.store.Logs(t.Context(), "people", 10)
		if len(entries) != 1 || entries[0].Level != "WARNING" || !strings.HasPrefix(entries[0].Message, "the record waits: ") || counts.LastError == "" || counts.Failed != 0 {
			t.Errorf("%+v %+v", entries, counts)
		}
	}
}

// TestChangesInTheMiddle: a job that is changed while a batch of it is done leaves the rest.
func TestChangesInTheMiddle(t *testing.T) {
	for name, change := range map[string]func(*testing.T, *world){
		"upsert": func(t *testing.T, w *world) { w.put(t, `{"url": "https://example.com/new/{id}"}`) },
		"stop": func(t *testing.T, w *world) {
			record := w.state(t)
			record.State = job.Stopped
			if _, err := w.store.Put(t.Context(), record); err != nil {
				t.Error(err)
			}
		},
		"delete": func(t *testing.T, w *world) {
			if err := w.store.Delete(t.Context(), "people"); err != nil {
				t.Error(err)
			}
		},
	} {
		w := newWorld(t, `{}`)
		w.outcome = func(d job.Delivery) (executions.Execution, error) {
			if strings.HasSuffix(d.Request.URL, "/2") {
				change(t, w)
			}
			return executions.Execution{}, nil
		}
		if done, err := w.batch(t, one, two, three); done != 2 || err != nil || w.urls() != "1 2" {
			t.Errorf("%s: %d, %v, %s", name, done, err, w.urls())
		}
		want := map[string]string{"upsert": "1 2 new/3"}[name]
		if done, err := w.batch(t, three); err != nil || (done == 1) != (want != "") || want != "" && w.urls() != want {
			t.Errorf("%s: then %d, %v, %s", name, done, err, w.urls())
		}
	}
}

// TestRecheck: a job is read again after the time that is set, not for every record.
func TestRecheck(t *testing.T) {
	w := newWorld(t, `{}`)
	now := time.Unix(1000, 0)
	w.Now, w.Recheck = func() time.Time { return now }, time.Second
	w.outcome = func(d job.Delivery) (executions.Execution, error) {
		now = now.Add(600 * time.Millisecond)
		if strings.HasSuffix(d.Request.URL, "/1") {
			w.put(t, `{"owner": "you"}`)
		}
		return executions.Execution{}, nil
	}
	if done, err := w.batch(t, one, two, three); done != 2 || err != nil {
		t.Error(done, err, w.urls())
	}
}

func TestFilterAndMask(t *testing.T) {
	w := newWorld(t, `{"datamap": {"id": "$.msg.id"}}`, "AETHER_EMIT_FLAG_REQUIRED", "true")
	if done, err := w.batch(t, `{"id": 1, "approved": true}`, `{"id": 2, "approved": false}`, `{"id": 3}`); done != 3 || err != nil || w.urls() != "1" {
		t.Error(done, err, w.urls())
	}
	if counts, _ := w.store.Counts(t.Context(), "people"); counts.Filtered != 2 || counts.Delivered != 1 {
		t.Errorf("%+v", counts)
	}
}

// TestNotTheJobs: records of a topic that the job does not read any more, and those of a job that there is not.
func TestNotTheJobs(t *testing.T) {
	w := newWorld(t, `{"topic": ["others"]}`)
	if done, err := w.batch(t, one); done != 0 || err != nil {
		t.Error(done, err)
	}
	if done, err := w.Batch(t.Context(), "unknown", records(one)); done != 0 || err != nil {
		t.Error(done, err)
	}
}

// down is a store of which a part fails.
type down struct {
	job.Store
	get, reserve, write bool
}

var errDown = errors.New("the store is down")

func (d *down) Get(ctx context.Context, key string) (job.Record, error) {
	if d.get {
		return job.Record{}, errDown
	}
	return d.Store.Get(ctx, key)
}

func (d *down) Count(ctx context.Context, key string, more job.Counts) error {
	if d.write {
		return errDown
	}
	return d.Store.Count(ctx, key, more)
}

func (d *down) Log(ctx context.Context, key string, entries ...job.Entry) error {
	if d.write {
		return errDown
	}
	return d.Store.Log(ctx, key, entries...)
}

func (d *down) Reserve(ctx context.Context, key string, interval time.Duration, now time.Time) (time.Time, error) {
	if d.reserve {
		return now, errDown
	}
	return d.Store.Reserve(ctx, key, interval, now)
}

// TestStoreDown: delivery goes on; counts are written later, entries go into the function's log.
func TestStoreDown(t *testing.T) {
	w := newWorld(t, `{"on_failure": "skip"}`)
	store := &down{Store: w.store, write: true}
	w.Stream.Store = store
	w.outcome = second("Http.Status.400")
	if done, err := w.batch(t, one, two, three); done != 3 || err != nil || !strings.Contains(w.log.String(), `message send failed with: Http.Status.400`) {
		t.Error(done, err, w.log)
	}
	store.write = false
	w.outcome = func(job.Delivery) (executions.Execution, error) { store.get = true; return executions.Execution{}, nil }
	if done, err := w.batch(t, one, three); done != 2 || err != nil {
		t.Error(done, err)
	}
	if done, err := w.batch(t, one); done != 0 || !errors.Is(err, errDown) {
		t.Error(done, err)
	}
	if counts, _ := w.store.Counts(t.Context(), "people"); counts.Delivered != 4 || counts.Failed != 1 || counts.LastError == "" {
		t.Errorf("%+v", counts)
	}
}

func TestTimeIsOver(t *testing.T) {
	w := newWorld(t, `{"retry": {"total": 0}, "x-steploom-timeout": 1}`)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second) // less than a record and the margin
	defer cancel()
	if done, err := w.Batch(ctx, "people", records(one)); done != 0 || err != nil || w.urls() != "" {
		t.Error(done, err, w.urls())
	}
	ended, cancel := context.WithCancel(t.Context())
	w.outcome = func(d job.Delivery) (executions.Execution, error) {
		if strings.HasSuffix(d.Request.URL, "/2") {
			cancel()
			return executions.Execution{}, context.Canceled
		}
		return executions.Execution{}, nil
	}
	if done, err := w.Batch(ended, "people", records(one, two, three)); done != 1 || err != nil || w.state(t).State != job.Running {
		t.Error(done, err)
	}
	if counts, _ := w.store.Counts(t.Context(), "people"); counts.Delivered != 1 {
		t.Errorf("%+v", counts)
	}
}

// TestTimeIsLeftToAnswer: an execution that lasts longer than anybody has thought is given up while there is time to tell what was done before.
func TestTimeIsLeftToAnswer(t *testing.T) {
	w := newWorld(t, `{"retry": {"total": 0}, "x-steploom-timeout": 0.01}`)
	w.Stream.Executor = slow{w}
	ctx, cancel := context.WithTimeout(t.Context(), margin+2*time.Second)
	defer cancel()
	done, err := w.Batch(ctx, "people", records(one, two, three))
	if counts, _ := w.store.Counts(t.Context(), "people"); done != 1 || err != nil || ctx.Err() != nil || counts.Delivered != 1 || w.state(t).State != job.Running {
		t.Error(done, err, ctx.Err(), counts)
	}
}

// slow never ends the second record.
type slow struct{ *world }

func (s slow) StartSync(ctx context.Context, machine string, input []byte) (executions.Execution, error) {
	if strings.Contains(string(input), "com/2") {
		<-ctx.Done()
		return executions.Execution{}, ctx.Err()
	}
	return s.world.StartSync(ctx, machine, input)
}

// TestPace: requests of a job, of all its partitions, begin an interval apart.
func TestPace(t *testing.T) {
	for _, reserve := range []bool{false, true} {
		w := newWorld(t, `{"ratelimit": 0.5}`)
		w.Stream.Store = &down{Store: w.store, reserve: reserve}
		var mutex sync.Mutex
		now, begun := time.Unix(1000, 0), []time.Time{}
		w.Now = func() time.Time { mutex.Lock(); defer mutex.Unlock(); return now }
		w.Sleep = func(_ context.Context, wait time.Duration) error {
			mutex.Lock()
			defer mutex.Unlock()
			now = now.Add(max(wait, 0))
			begun = append(begun, now)
			return nil
		}
		var working sync.WaitGroup
		for partition := range 3 {
			working.Go(func() {
				all := records(one, two, three)
				for i := range all {
					all[i].Partition = int32(partition)
				}
				if done, err := w.Batch(t.Context(), "people", all); done != 3 || err != nil {
					t.Error(done, err)
				}
			})
		}
		working.Wait()
		for i := 1; i < len(begun); i++ {
			if apart := begun[i].Sub(begun[i-1]); apart != 500*time.Millisecond {
				t.Errorf("requests begin %v apart", apart)
			}
		}
		if len(begun) != 9 {
			t.Errorf("%d requests", len(begun))
		}
	}
}

// TestTry tells of each record and changes nothing.
func TestTry(t *testing.T) {
	w := newWorld(t, `{"json_body": ["id"], "on_failure": "stop"}`, "AETHER_EMIT_FLAG_REQUIRED", "1")
	w.outcome = second("Http.Status.400")
	record := w.state(t)
	record.Secrets.Token = "sealed:1:x"
	for value, want := range map[string]Result{
		`{"id": 1, "approved": true}`: {Status: 201}, `{"id": 1}`: {Filtered: true},
		`{"id": 2, "approved": true}`: {Failure: &task.Error{Name: "Http.Status.400", Message: "the server says no"}},
		`{"approved": true}`:          {Failure: &task.Error{Name: task.StreamURL, Message: "bad argument in URL: the record has no id, which {id} needs"}},
	} {
		results, err := w.Try(t.Context(), record, Record{Topic: "people", Offset: 7, Value: []byte(value)})
		if err != nil || len(results) != 1 {
			t.Fatal(results, err)
		}
		got := results[0]
		if text, _ := format.EncodeJSON(got.Request); strings.Contains(string(text), "sealed") || (got.Request == nil) != (want.Filtered || want.Failure != nil && want.Failure.Name == task.StreamURL) {
			t.Errorf("%s", text)
		}
		want.Origin, got.Request = job.Origin{Topic: "people", Offset: 7}, nil
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	if w.state(t).State != job.Running {
		t.Error("the job has failed")
	}
}

func encoded(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

// TestFailsOnlyWhatItWas: a job that is written anew while a record of it fails goes on.
func TestFailsOnlyWhatItWas(t *testing.T) {
	w := newWorld(t, `{}`)
	w.outcome = func(d job.Delivery) (executions.Execution, error) {
		w.put(t, `{"owner": "you"}`)
		return undelivered("Http.Status.500"), nil
	}
	if done, err := w.batch(t, one); done != 0 || err != nil || w.state(t).State != job.Running || strings.Contains(w.log.String(), job.LineFailed) {
		t.Error(done, err, w.state(t).State, w.log)
	}
}

// TestFailsOnce: of several partitions whose records fail at once, one makes the job failed and says so.
func TestFailsOnce(t *testing.T) {
	w := newWorld(t, `{}`)
	var together sync.WaitGroup
	together.Add(3)
	w.Stream.Executor = executor(func() executions.Execution { together.Done(); together.Wait(); return undelivered("Http.Status.500") })
	var working sync.WaitGroup
	for partition := range 3 {
		working.Go(func() {
			if done, err := w.Batch(t.Context(), "people", []Record{{Topic: "people", Partition: int32(partition), Value: []byte(one)}}); done != 0 || err != nil {
				t.Error(done, err)
			}
		})
	}
	working.Wait()
	if lines := strings.Count(w.log.String(), job.LineFailed); lines != 1 || w.state(t).State != job.Failed {
		t.Errorf("%d lines say that the job has failed", lines)
	}
}

// executor gives each execution the same end.
type executor func() executions.Execution

func (e executor) StartSync(context.Context, string, []byte) (executions.Execution, error) {
	return e(), nil
}

// TestLogLevel: the settings say which entries a job's log gets.
func TestLogLevel(t *testing.T) {
	for level, want := range map[string]string{"DEBUG": "DEBUG ERROR WARNING", "INFO": "ERROR WARNING", "warning": "ERROR WARNING", "ERROR": "ERROR", "CRITICAL": "ERROR"} {
		w := newWorld(t, `{"on_failure": "skip"}`, "LOG_LEVEL", level)
		w.outcome = func(d job.Delivery) (executions.Execution, error) {
			if strings.HasSuffix(d.Request.URL, "/3") {
				return executions.Execution{}, errors.New("throttled")
			}
			return second("Http.Status.400")(d)
		}
		w.batch(t, one, two, three)
		var levels []string
		entries, _ := w.store.Logs(t.Context(), "people", 10)
		for _, entry := range entries {
			levels = append(levels, entry.Level)
		}
		if got := strings.Join(levels, " "); got != want {
			t.Errorf("%s: %s", level, got)
		}
	}
}
