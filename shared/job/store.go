package job

import (
	"context"
	"errors"
	"time"
)

// Record is a job as it is kept.
type Record struct {
	Job
	// Key is the job's name in stores, consumer groups and AWS: see [Key].
	Key    string `json:"key"`
	Tenant string `json:"tenant,omitempty"`
	// Modified is when the job was last written, and Hash is that of what was written.
	Modified time.Time `json:"modified"`
	Hash     string    `json:"hash"`
	// Declared tells that the job stands in a file of the workflow.
	Declared bool `json:"declared,omitempty"`
	// Secrets takes the place of the job's credentials.
	Secrets Secrets `json:"secrets,omitzero"`
	State   State   `json:"state"`
	// Reason says why a job has failed.
	Reason string `json:"reason,omitempty"`
	// Version grows by one each time the job is written.
	Version int64 `json:"version"`
}

// Secrets are references (package secret) of a job's credentials: sealed ones, or names of the stack's secrets.
type Secrets struct {
	Basic string `json:"basic,omitempty"` // of {"user": …, "password": …}
	Token string `json:"token,omitempty"`
}

// State is whether a job works.
type State string

// The states of a job.
const (
	Running State = "running"
	Stopped State = "stopped" // somebody has stopped it
	Failed  State = "failed"  // a record could not be delivered, or the job makes no sense: Reason says why
)

// Counts are numbers of records since the job was created, and its last failure.
type Counts struct {
	Delivered int64 `json:"delivered"`
	Filtered  int64 `json:"filtered"` // those that are not approved
	Failed    int64 `json:"failed"`   // put aside
	// LastError and LastFailed are of the last failure.
	LastError  string    `json:"last_error,omitempty"`
	LastFailed time.Time `json:"last_failed,omitzero"`
}

// Entry is a line of a job's log. No entry has a secret or a masked field.
type Entry struct {
	Time    time.Time `json:"time"`
	Level   string    `json:"level"` // INFO, WARNING, ERROR
	Message string    `json:"message"`
	// Topic, Partition, Offset and Index are where the record stands; Topic is "" where the entry is of none.
	Topic     string `json:"topic,omitempty"`
	Partition int32  `json:"partition,omitempty"`
	Offset    int64  `json:"offset,omitempty"`
	Index     int    `json:"index,omitempty"`
	// Entity is the offending record without what is masked, cut to a bound.
	Entity string `json:"entity,omitempty"`
}

// Errors of stores.
var (
	ErrUnknown  = errors.New("there is no such job")
	ErrConflict = errors.New("the job has been changed by somebody else")
)

// ErrPosition is what errors of positions are that no partition has. What they say is for who asked.
var ErrPosition = errors.New("there is no such position")

// ErrBusy is the error of consumers that cannot be what they are to be yet, since they are being changed; the same call does more of it later.
var ErrBusy = errors.New("the job's consumers are being changed; try again")

// Store keeps jobs, what is known of them and their logs. Its methods may be called concurrently, and by several processes.
type Store interface {
	// Get finds a job: ErrUnknown where there is none.
	Get(ctx context.Context, key string) (Record, error)
	// List gives all jobs of a tenant by their keys, in order; "" is the tenant of those who have none.
	List(ctx context.Context, tenant string) ([]Record, error)
	// Put writes a job whose Version is that of the stored one, 0 for a new one, and gives it with its new version: ErrConflict where another is stored,
	// or none. A new job has no counts.
	Put(ctx context.Context, record Record) (Record, error)
	// Delete takes a job away, with its counts; its log may stay for a while. ErrUnknown where there is none.
	Delete(ctx context.Context, key string) error
	// Fail makes a job that is running Failed, which is a new version; one that is not, or of another version, stays as it is.
	Fail(ctx context.Context, key string, version int64, reason string) error
	// Count adds to the job's counts and takes the last error where there is one.
	Count(ctx context.Context, key string, more Counts) error
	// Counts gives the job's counts, zero for one that nothing is known of.
	Counts(ctx context.Context, key string) (Counts, error)
	// Log writes entries, which are kept for a bounded time or number.
	Log(ctx context.Context, key string, entries ...Entry) error
	// Logs gives the last entries, at most the number asked for, oldest first.
	Logs(ctx context.Context, key string, most int) ([]Entry, error)
	// Reserve gives the time at which the job's next request may begin, so that any two are an interval apart whoever asks.
	Reserve(ctx context.Context, key string, interval time.Duration, now time.Time) (time.Time, error)
}

// Position is where in a partition a consumer goes on.
type Position struct {
	Topic string
	// Partition is -1 for all partitions of the topic; an empty Topic is all topics of the job.
	Partition int32
	// Offset is the offset of the next record, or Earliest, Latest, or AtTime.
	Offset int64
	// Time is read where Offset is AtTime: the first record that is not older.
	Time time.Time
}

// Offsets that stand for others.
const (
	Earliest int64 = -2
	Latest   int64 = -1
	AtTime   int64 = -3
)

// Lag is how far a consumer is behind in a partition.
type Lag struct {
	Topic     string `json:"topic"`
	Partition int32  `json:"partition"`
	Committed int64  `json:"committed"` // -1 where nothing has been committed
	End       int64  `json:"end"`
	Behind    int64  `json:"lag"`
}

// Consumers are what reads the topics of jobs. Each method may be repeated without harm.
type Consumers interface {
	// Apply makes the consumers of a job those that the record asks for: its topics, and whether it runs.
	Apply(ctx context.Context, record Record) error
	// Remove ends and takes away the consumers of a job.
	Remove(ctx context.Context, record Record) error
	// SetOffset makes a job go on elsewhere, from a batch that it has not begun yet; it is stopped for the while.
	SetOffset(ctx context.Context, record Record, positions []Position) error
	// Lag tells how far the job is behind.
	Lag(ctx context.Context, record Record) ([]Lag, error)
}
