package local

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"reflect"
	"sync"
	"time"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/functions/jobs"
	"github.com/steploom/steploom/functions/stream"
	"github.com/steploom/steploom/local/broker"
	"github.com/steploom/steploom/local/jobstore"
	"github.com/steploom/steploom/local/worker"
	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/kafka"
	"github.com/steploom/steploom/shared/task"
)

// Jobs are the jobs of a workflow at work on this machine, of every service of a run of dev: a reload takes nothing of them away. They are kept in
// .steploom/jobs.db. The methods may be called concurrently.
type Jobs struct {
	// Changed, where it is set, is told what becomes of a job's worker; it is called concurrently.
	Changed func(key string, status worker.Status)

	store     *jobstore.Store
	mutex     sync.Mutex
	embedded  *broker.Broker
	brokers   *Brokers // those of the workers
	consumers *worker.Consumers
	fromEnd   bool
	serving   *Service
}

// NewJobs opens the jobs of a project. They are to be closed.
func NewJobs(ctx context.Context, project Project) (*Jobs, error) {
	state, err := project.State()
	if err != nil {
		return nil, err
	}
	store, err := jobstore.Open(ctx, filepath.Join(state, "jobs.db"))
	if err != nil {
		return nil, fmt.Errorf("the jobs: %w", err)
	}
	return &Jobs{store: store}, nil
}

// jobService is what a service has for jobs.
type jobService struct {
	declared []jobs.Declared
	stream   *stream.Stream
	api      *task.Function // nil outside dev
	producer *kafka.Producer
	brokers  Brokers
	fromEnd  bool
	// password is that of the job API where it was made up.
	user, password string
	// ballast lets the heap grow by as much before garbage is collected. Each record leaves some, and little else is in use: without it, a tenth of the
	// processor would look again and again at what stays. It is never touched, so that the machine has no memory for it.
	ballast []byte
}

// ballastSize is the number of bytes of garbage that records may leave until it is collected.
const ballastSize = 16 << 20

// Stream is the function that does the records of jobs, nil for workflows without jobs.
func (s *Service) Stream() *stream.Stream {
	if s.jobs == nil {
		return nil
	}
	return s.jobs.stream
}

// Brokers tells which brokers the jobs read; ok is false where none do.
func (s *Service) Brokers() (brokers Brokers, ok bool) {
	if s.jobs == nil || s.jobs.api == nil {
		return Brokers{}, false
	}
	return s.jobs.brokers, true
}

// JobLogin is who may steer jobs, where nobody has said it; ok is false where somebody has.
func (s *Service) JobLogin() (user, password string, ok bool) {
	if s.jobs == nil || s.jobs.password == "" {
		return "", "", false
	}
	return s.jobs.user, s.jobs.password, true
}

// jobAPI serves what is no operation's; nil where there are no jobs, or nobody works for them.
func (s *Service) jobAPI() Invoke {
	if s.jobs == nil || s.jobs.api == nil {
		return nil
	}
	return func(ctx context.Context, event []byte) ([]byte, error) { return s.jobs.api.Invoke(ctx, event) }
}

// jobs makes what a service has for jobs: the functions, and in dev the brokers. It is nil where the workflow has none.
func (w *surroundings) jobs(ctx context.Context, service *Service, all *ir.Jobs) (*jobService, error) {
	if all == nil {
		return nil, nil
	}
	made := &jobService{ballast: make([]byte, ballastSize)}
	for _, one := range all.Declared {
		made.declared = append(made.declared, jobs.Declared{Job: one.Job, Secrets: one.Secrets})
	}
	password, known, err := w.jobSettings(all)
	if err != nil {
		return nil, err
	}
	served := w.settings.Jobs
	if served != nil {
		if made.brokers, err = w.brokers(ctx, all); err != nil {
			return nil, err
		}
		if made.producer, err = kafka.NewProducer(made.brokers.config); err != nil {
			return nil, err
		}
	}
	settings, err := job.ReadSettings(w.environment())
	if err != nil {
		return nil, err
	}
	made.fromEnd, made.user = settings.OffsetReset == "latest", settings.AdminUser
	config := stream.Config{Environment: w.environment(), Executor: service, Secrets: w.secrets(), Log: w.settings.JobLog}
	if served != nil {
		config.Store, config.Producer = served.store, made.producer
		api := jobs.New(jobs.Config{Environment: w.environment(), Store: served.store, Consumers: served, Secrets: w.secrets(), Log: w.settings.JobLog})
		made.api = &api
		if !known {
			made.password = password
		}
	}
	made.stream = stream.NewStream(config)
	return made, nil
}

// close gives back what was made for jobs.
func (j *jobService) close() {
	if j != nil && j.producer != nil {
		j.producer.Close()
	}
}

// Serve makes a service the one that does the records of jobs from now on: it has been made with these jobs in its settings. The declared jobs are put
// into the store, where one of the same id is not there already; notes say which one stays another than the file says. Then every job that runs is read.
func (j *Jobs) Serve(ctx context.Context, service *Service) (notes []string, err error) {
	if service.jobs == nil {
		return nil, nil
	}
	if _, err := jobs.Seed(ctx, j.store, service.jobs.declared, time.Now()); err != nil {
		return nil, err
	}
	all, err := j.store.All(ctx)
	if err != nil {
		return nil, err
	}
	if err := j.change(ctx, service); err != nil {
		return nil, err
	}
	for _, record := range all {
		if err := j.Apply(ctx, record); err != nil {
			notes = append(notes, fmt.Sprintf("job %s: %s", record.ID, err))
		}
	}
	return append(notes, others(all, service.jobs.declared)...), nil
}

// change puts a service into the place of the one before. Workers of other brokers end.
func (j *Jobs) change(ctx context.Context, service *Service) error {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	j.serving = service
	next := service.jobs
	if j.consumers != nil && reflect.DeepEqual(j.brokers.config, next.brokers.config) && j.fromEnd == next.fromEnd {
		j.brokers = &next.brokers
		return nil
	}
	if j.consumers != nil {
		go j.consumers.Close(context.WithoutCancel(ctx))
	}
	consumers, err := worker.New(worker.Config{
		Brokers: next.brokers.config, Store: j.store, Batch: j.batch, FromEnd: next.fromEnd, Instance: j.instance(),
		MakeTopics: next.brokers.Source == FromEmbeddedBroker, Changed: j.changed,
	})
	j.consumers, j.brokers, j.fromEnd = consumers, &next.brokers, next.fromEnd
	return err
}

// instance names the workers of these jobs among those of their groups: as the file of the jobs is called.
func (j *Jobs) instance() string { return "steploom-" + task.Hash(j.store.Path()) }

func (j *Jobs) changed(key string, status worker.Status) {
	if j.Changed != nil {
		j.Changed(key, status)
	}
}

// batch does records with the service that serves; one that is replaced waits for them.
func (j *Jobs) batch(ctx context.Context, key string, records []stream.Record) (done int, err error) {
	j.mutex.Lock()
	service := j.serving
	service.running.Add(1)
	j.mutex.Unlock()
	defer service.running.Done()
	return service.jobs.stream.Batch(ctx, key, records)
}

// others tells of jobs that are not as the files say.
func others(stored []job.Record, declared []jobs.Declared) (notes []string) {
	byKey := map[string]job.Record{}
	for _, record := range stored {
		byKey[record.Key] = record
	}
	for _, one := range declared {
		key := job.Key("", one.Job.ID)
		if record, ok := byKey[key]; ok && !alike(record.Job, one.Job) {
			notes = append(notes, fmt.Sprintf("job %s stays as it is stored, which is not what the file says: POST /job/%s replaces it; or DELETE it and save the file", one.Job.ID, one.Job.ID))
		}
		delete(byKey, key)
	}
	for _, record := range stored {
		if _, left := byKey[record.Key]; left && record.Declared {
			notes = append(notes, fmt.Sprintf("job %s goes on, though no file says it any longer: DELETE /job/%s takes it away", record.ID, record.ID))
		}
	}
	return notes
}

// alike tells whether two jobs say the same, their credentials aside.
func alike(a, b job.Job) bool {
	a.BasicAuth, a.Token, b.BasicAuth, b.Token = nil, "", nil, ""
	x, err := json.Marshal(a)
	y, other := json.Marshal(b)
	return err == nil && other == nil && bytes.Equal(x, y)
}

// brokersBefore are the brokers that were decided on; nil for none yet.
func (j *Jobs) brokersBefore() *Brokers {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	return j.brokers
}

func (j *Jobs) startBroker(folder string) (*broker.Broker, error) {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	var err error
	if j.embedded == nil {
		j.embedded, err = broker.Start(folder)
	}
	return j.embedded, err
}

// Close ends the workers, which commit what is done, and then the broker. It waits until ctx ends.
func (j *Jobs) Close(ctx context.Context) error {
	j.mutex.Lock()
	consumers, embedded := j.consumers, j.embedded
	j.mutex.Unlock()
	if consumers != nil {
		consumers.Close(ctx)
	}
	if embedded != nil {
		embedded.Close()
	}
	return j.store.Close()
}

var errNoService = errors.New("no service works for jobs yet")

// now gives the workers.
func (j *Jobs) now() (*worker.Consumers, error) {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	if j.consumers == nil {
		return nil, errNoService
	}
	return j.consumers, nil
}

// Apply implements [job.Consumers].
func (j *Jobs) Apply(ctx context.Context, record job.Record) error {
	consumers, err := j.now()
	if err != nil {
		return err
	}
	return consumers.Apply(ctx, record)
}

// Remove implements [job.Consumers].
func (j *Jobs) Remove(ctx context.Context, record job.Record) error {
	consumers, err := j.now()
	if err != nil {
		return err
	}
	return consumers.Remove(ctx, record)
}

// SetOffset implements [job.Consumers].
func (j *Jobs) SetOffset(ctx context.Context, record job.Record, positions []job.Position) error {
	consumers, err := j.now()
	if err != nil {
		return err
	}
	return consumers.SetOffset(ctx, record, positions)
}

// Lag implements [job.Consumers].
func (j *Jobs) Lag(ctx context.Context, record job.Record) ([]job.Lag, error) {
	consumers, err := j.now()
	if err != nil {
		return nil, err
	}
	return consumers.Lag(ctx, record)
}

// JobLog hands lines of jobs to a console: the message, and what belongs to it.
func JobLog(tell func(line string)) *slog.Logger { return slog.New(jobLines{tell: tell}) }

// jobLines is a slog.Handler.
type jobLines struct {
	tell func(string)
}

// Enabled implements slog.Handler.
func (jobLines) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelWarn }

// Handle implements slog.Handler.
func (l jobLines) Handle(_ context.Context, record slog.Record) error {
	key, rest := "", ""
	record.Attrs(func(a slog.Attr) bool {
		if a.Key == "job" {
			key = a.Value.String() + ": "
		} else {
			rest += fmt.Sprintf(" %s=%s", a.Key, a.Value)
		}
		return true
	})
	l.tell("job " + key + record.Message + rest)
	return nil
}

// WithAttrs implements slog.Handler; nobody asks for it.
func (l jobLines) WithAttrs([]slog.Attr) slog.Handler { return l }

// WithGroup implements slog.Handler; nobody asks for it.
func (l jobLines) WithGroup(string) slog.Handler { return l }
