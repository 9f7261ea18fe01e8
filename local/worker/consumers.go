package worker

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/steploom/steploom/functions/stream"
	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/kafka"
)

// Config is what workers need.
type Config struct {
	Brokers kafka.Config
	// Store tells why records are left.
	Store job.Store
	// Batch does records of a partition and tells how many are done: see [stream.Stream.Batch].
	Batch func(ctx context.Context, key string, records []stream.Record) (done int, err error)
	// FromEnd makes jobs that have committed nothing begin behind the last record instead of at the first.
	FromEnd bool
	// Instance tells the workers of one project from others of their group. Who comes with the same takes the place of who was there before.
	Instance string
	// MakeTopics makes the topics that a job names and nobody has made.
	MakeTopics bool
	// Changed, where it is set, is told of each change of what a worker does; it is called concurrently.
	Changed func(key string, status Status)
}

// Consumers are the workers of this process, a [job.Consumers]. Its methods may be called concurrently.
type Consumers struct {
	config Config
	admin  *kafka.Admin
	mutex  sync.Mutex
	lanes  map[string]*lane
	told   map[string]Status
	closed bool
}

var _ job.Consumers = (*Consumers)(nil)

// lane lets one after the other change what is done for a job.
type lane struct {
	turn   chan struct{} // has room for one
	worker *worker       // nil where none works
}

// New makes workers for no job. They are to be closed.
func New(config Config) (*Consumers, error) {
	admin, err := kafka.NewAdmin(config.Brokers)
	if err != nil {
		return nil, err
	}
	return &Consumers{config: config, admin: admin, lanes: map[string]*lane{}, told: map[string]Status{}}, nil
}

var errClosed = errors.New("the workers have been closed")

// enter waits for a job's lane, which is to be left.
func (c *Consumers) enter(ctx context.Context, key string) (*lane, error) {
	c.mutex.Lock()
	one := c.lanes[key]
	if one == nil {
		one = &lane{turn: make(chan struct{}, 1)}
		c.lanes[key] = one
	}
	closed := c.closed
	c.mutex.Unlock()
	if closed {
		return nil, errClosed
	}
	select {
	case one.turn <- struct{}{}:
		return one, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *lane) leave() { <-l.turn }

// Apply implements [job.Consumers]. A worker that begins reaches the brokers later; one that ends has ended.
func (c *Consumers) Apply(ctx context.Context, record job.Record) error {
	l, err := c.enter(ctx, record.Key)
	if err != nil {
		return err
	}
	defer l.leave()
	return c.apply(ctx, l, record)
}

func (c *Consumers) apply(ctx context.Context, l *lane, record job.Record) error {
	topics := topicsOf(record)
	if w := l.worker; w != nil && record.State == job.Running && slices.Equal(w.topics, topics) && !w.hasEnded() {
		return nil
	}
	l.stop(ctx)
	if record.State != job.Running {
		c.tell(record.Key, Status{State: ended(record.State), Reason: record.Reason})
		return nil
	}
	if c.config.MakeTopics {
		if err := c.admin.Create(ctx, 1, topics...); err != nil {
			return err
		}
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.closed {
		return errClosed
	}
	w := newWorker(c, record.Key, topics)
	l.worker = w
	go w.run()
	return nil
}

func ended(state job.State) State {
	if state == job.Failed {
		return Failed
	}
	return Stopped
}

// topicsOf are the topics of a job, each once, in order.
func topicsOf(record job.Record) []string {
	topics := slices.Clone(record.Topics)
	slices.Sort(topics)
	return slices.Compact(topics)
}

// stop ends the worker of a lane, if there is one.
func (l *lane) stop(ctx context.Context) {
	if l.worker != nil {
		l.worker.stop(ctx)
		l.worker = nil
	}
}

// Remove implements [job.Consumers]. The offsets of the job's group stay with the brokers: a job that is made again goes on there.
func (c *Consumers) Remove(ctx context.Context, record job.Record) error {
	l, err := c.enter(ctx, record.Key)
	if err != nil {
		return err
	}
	defer l.leave()
	l.stop(ctx)
	c.tell(record.Key, Status{State: Removed})
	return nil
}

// SetOffset implements [job.Consumers].
func (c *Consumers) SetOffset(ctx context.Context, record job.Record, positions []job.Position) error {
	l, err := c.enter(ctx, record.Key)
	if err != nil {
		return err
	}
	defer l.leave()
	works := l.worker != nil && !l.worker.hasEnded()
	l.stop(ctx)
	err = c.admin.Commit(ctx, job.Group(record.Key), topicsOf(record), positions)
	if works {
		err = errors.Join(err, c.apply(ctx, l, record))
	}
	return err
}

// Lag implements [job.Consumers].
func (c *Consumers) Lag(ctx context.Context, record job.Record) ([]job.Lag, error) {
	return c.admin.Lag(ctx, job.Group(record.Key), topicsOf(record))
}

// look finds out why records of a job are left, and does what the store says. It is called by the worker and returns at once.
func (c *Consumers) look(w *worker) {
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), lookTime)
		defer cancel()
		l, err := c.enter(ctx, w.key)
		if err != nil {
			return
		}
		defer l.leave()
		if l.worker != w {
			return
		}
		record, err := c.config.Store.Get(ctx, w.key)
		switch {
		case errors.Is(err, job.ErrUnknown):
			l.stop(ctx)
			c.tell(w.key, Status{State: Removed})
		case err == nil && (record.State != job.Running || !slices.Equal(topicsOf(record), w.topics)):
			_ = c.apply(ctx, l, record) // the brokers could not be asked for a topic: the next Apply does
		}
	}()
}

// lookTime bounds how long a look at the store may take, with what follows.
const lookTime = time.Minute

// tell tells of a status that is new.
func (c *Consumers) tell(key string, status Status) {
	c.mutex.Lock()
	known := c.told[key] == status
	c.told[key] = status
	c.mutex.Unlock()
	if !known && c.config.Changed != nil {
		c.config.Changed(key, status)
	}
}

// Close ends all workers, behind the batches under way, or sooner when ctx ends. What is done is committed.
func (c *Consumers) Close(ctx context.Context) {
	c.mutex.Lock()
	c.closed = true
	lanes := make([]*lane, 0, len(c.lanes))
	for _, one := range c.lanes {
		lanes = append(lanes, one)
	}
	c.mutex.Unlock()
	var ending sync.WaitGroup
	for _, one := range lanes {
		ending.Go(func() {
			one.turn <- struct{}{}
			defer one.leave()
			one.stop(ctx)
		})
	}
	ending.Wait()
	c.admin.Close()
}
