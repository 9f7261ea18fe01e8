package worker_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/steploom/steploom/functions/stream"
	"github.com/steploom/steploom/local/jobstore"
	"github.com/steploom/steploom/local/worker"
	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/kafka"
	"github.com/steploom/steploom/shared/testserver"
)

var servers testserver.Set

func TestMain(m *testing.M) { os.Exit(servers.Run(m)) }

// patience is how long a test waits for what has to happen.
const patience = time.Minute

// everyBroker runs a test against a broker of this process and against Apache Kafka. Each has topics of its own: their names begin with the prefix.
func everyBroker(t *testing.T, test func(t *testing.T, b *bench)) {
	t.Run("kfake", func(t *testing.T) {
		cluster, err := kfake.NewCluster(kfake.NumBrokers(1))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(cluster.Close)
		test(t, newBench(t, cluster.ListenAddrs()[0]))
	})
	t.Run("Kafka", func(t *testing.T) { test(t, newBench(t, servers.Kafka(t).Broker)) })
}

// bench is workers with a broker, a store and a function that notes what it is given.
type bench struct {
	t         *testing.T
	broker    string
	prefix    string
	store     *jobstore.Store
	consumers *worker.Consumers
	producer  *kgo.Client

	mutex    sync.Mutex
	seen     []string // "job topic/partition@offset", in order
	statuses []string
	// do is asked before a record is noted; an error leaves it.
	do func(ctx context.Context, key string, record stream.Record) error
}

func newBench(t *testing.T, broker string) *bench {
	t.Helper()
	store, err := jobstore.Open(t.Context(), filepath.Join(t.TempDir(), "jobs.db"))
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, broker: broker, store: store, prefix: fmt.Sprintf("t%d-", time.Now().UnixNano())}
	if b.producer, err = kgo.NewClient(kgo.SeedBrokers(broker), kgo.RecordPartitioner(kgo.ManualPartitioner())); err != nil {
		t.Fatal(err)
	}
	b.consumers = b.workers()
	t.Cleanup(func() {
		b.producer.Close()
		store.Close()
	})
	return b
}

// workers are those of a process; they are closed before the broker goes.
func (b *bench) workers() *worker.Consumers {
	b.t.Helper()
	consumers, err := worker.New(worker.Config{
		Brokers: kafka.Config{Brokers: []string{b.broker}}, Store: b.store, Batch: b.batch, Instance: "test", Changed: b.changed,
	})
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { consumers.Close(context.Background()) })
	return consumers
}

func (b *bench) changed(key string, status worker.Status) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.statuses = append(b.statuses, fmt.Sprintf("%s %s %s", strings.TrimPrefix(key, b.prefix), status.State, status.Reason))
}

func (b *bench) batch(ctx context.Context, key string, records []stream.Record) (int, error) {
	record, err := b.store.Get(ctx, key)
	if err != nil || record.State != job.Running {
		return 0, err
	}
	for done, one := range records {
		if ctx.Err() != nil {
			return done, nil
		}
		b.mutex.Lock()
		do := b.do
		b.mutex.Unlock()
		if do != nil {
			if err := do(ctx, key, one); err != nil {
				return done, err
			}
		}
		b.mutex.Lock()
		b.seen = append(b.seen, fmt.Sprintf("%s %s/%d@%d", strings.TrimPrefix(key, b.prefix), strings.TrimPrefix(one.Topic, b.prefix), one.Partition, one.Offset))
		b.mutex.Unlock()
	}
	return len(records), nil
}

func (b *bench) topic(name string, partitions int32) {
	b.t.Helper()
	if _, err := kadm.NewClient(b.producer).CreateTopic(b.t.Context(), partitions, 1, nil, b.prefix+name); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) put(topic string, partition int32, number int) {
	b.t.Helper()
	var records []*kgo.Record
	for i := range number {
		records = append(records, &kgo.Record{Topic: b.prefix + topic, Partition: partition, Value: fmt.Append(nil, i)})
	}
	if err := b.producer.ProduceSync(b.t.Context(), records...).FirstErr(); err != nil {
		b.t.Fatal(err)
	}
}

// job writes a job and applies it.
func (b *bench) job(id string, state job.State, topics ...string) job.Record {
	b.t.Helper()
	record, err := b.store.Get(b.t.Context(), b.prefix+id)
	if err != nil && !errors.Is(err, job.ErrUnknown) {
		b.t.Fatal(err)
	}
	record.Key, record.State, record.ID = b.prefix+id, state, b.prefix+id
	record.Topics = nil
	for _, topic := range topics {
		record.Topics = append(record.Topics, b.prefix+topic)
	}
	if record, err = b.store.Put(b.t.Context(), record); err == nil {
		err = b.consumers.Apply(b.t.Context(), record)
	}
	if err != nil {
		b.t.Fatal(err)
	}
	return record
}

// await waits until something is so.
func (b *bench) await(what string, ready func() bool) {
	b.t.Helper()
	for deadline := time.Now().Add(patience); !ready(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			b.mutex.Lock()
			defer b.mutex.Unlock()
			b.t.Fatalf("not in %s: %s; statuses %q, %d records", patience, what, b.statuses, len(b.seen))
		}
	}
}

// of are the records that a job has been given of a partition, in order.
func (b *bench) of(prefix string) []string {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	var found []string
	for _, one := range b.seen {
		if strings.HasPrefix(one, prefix+"@") {
			found = append(found, strings.TrimPrefix(one, prefix+"@"))
		}
	}
	return found
}

func (b *bench) told(status string) func() bool {
	return func() bool {
		b.mutex.Lock()
		defer b.mutex.Unlock()
		return slices.ContainsFunc(b.statuses, func(s string) bool { return strings.HasPrefix(s, status) })
	}
}

// offsets are the numbers from one to before another, as texts.
func offsets(from, to int) []string {
	var list []string
	for i := from; i < to; i++ {
		list = append(list, fmt.Sprint(i))
	}
	return list
}

func (b *bench) wants(prefix string, want []string) {
	b.t.Helper()
	b.await(prefix+" has all records", func() bool { return len(b.of(prefix)) >= len(want) })
	if got := b.of(prefix); !slices.Equal(got, want) {
		b.t.Errorf("%s: %v, want %v", prefix, got, want)
	}
}

// TestTwoJobsOnOneTopic: each is given every record, those of a partition in order, and once.
func TestTwoJobsOnOneTopic(t *testing.T) {
	everyBroker(t, func(t *testing.T, b *bench) {
		b.topic("people", 3)
		one, two := b.job("one", job.Running, "people"), b.job("two", job.Running, "people")
		for partition := range int32(3) {
			b.put("people", partition, 400)
		}
		for partition := range 3 {
			b.wants(fmt.Sprintf("one people/%d", partition), offsets(0, 400))
			b.wants(fmt.Sprintf("two people/%d", partition), offsets(0, 400))
		}
		for _, record := range []job.Record{one, two} {
			b.await("all is committed", func() bool { return b.behind(record) == 0 })
		}
	})
}

// behind is the lag of a job.
func (b *bench) behind(record job.Record) (sum int64) {
	b.t.Helper()
	all, err := b.consumers.Lag(b.t.Context(), record)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, one := range all {
		sum += one.Behind
	}
	return sum
}

// TestStopAndStart: a job that is stopped while records flow goes on where it was, at once, and repeats nothing.
func TestStopAndStart(t *testing.T) {
	everyBroker(t, func(t *testing.T, b *bench) {
		b.topic("people", 1)
		b.do = func(context.Context, string, stream.Record) error { time.Sleep(time.Millisecond); return nil }
		b.put("people", 0, 500)
		for round := range 5 {
			b.job("a", job.Running, "people")
			b.await("records flow", func() bool { return len(b.of("a people/0")) > round*50+10 })
			b.job("a", job.Stopped, "people")
			before := len(b.of("a people/0"))
			time.Sleep(20 * time.Millisecond)
			if after := len(b.of("a people/0")); after != before {
				t.Fatalf("%d records after it was stopped", after-before)
			}
		}
		b.job("a", job.Running, "people")
		b.wants("a people/0", offsets(0, 500))
	})
}

// TestSetOffset: a running job goes back, and forward, and one that is stopped stays so.
func TestSetOffset(t *testing.T) {
	everyBroker(t, func(t *testing.T, b *bench) {
		b.topic("people", 1)
		record := b.job("a", job.Running, "people")
		b.put("people", 0, 30)
		b.wants("a people/0", offsets(0, 30))
		set := func(offset int64) {
			t.Helper()
			if err := b.consumers.SetOffset(t.Context(), record, []job.Position{{Partition: -1, Offset: offset}}); err != nil {
				t.Fatal(err)
			}
		}
		set(20)
		b.wants("a people/0", slices.Concat(offsets(0, 30), offsets(20, 30)))
		set(job.Earliest)
		b.wants("a people/0", slices.Concat(offsets(0, 30), offsets(20, 30), offsets(0, 30)))
		record = b.job("a", job.Stopped, "people")
		b.put("people", 0, 10)
		set(job.Latest)
		b.put("people", 0, 2)
		record = b.job("a", job.Running, "people")
		b.wants("a people/0", slices.Concat(offsets(0, 30), offsets(20, 30), offsets(0, 30), offsets(40, 42)))
		if err := b.consumers.SetOffset(t.Context(), record, []job.Position{{Partition: -1, Offset: 99}}); err == nil || !strings.Contains(err.Error(), "has the offsets 0 to 42") {
			t.Errorf("%v", err)
		}
		b.put("people", 0, 1)
		b.wants("a people/0", slices.Concat(offsets(0, 30), offsets(20, 30), offsets(0, 30), offsets(40, 43)))
	})
}

// TestSetOffsetOfBusyJob: a delivery that does not come to an end is given up for it, and nobody is left in the group.
func TestSetOffsetOfBusyJob(t *testing.T) {
	everyBroker(t, func(t *testing.T, b *bench) {
		b.topic("people", 1)
		b.put("people", 0, 5)
		stuck := make(chan struct{}, 10)
		b.mutex.Lock()
		b.do = func(ctx context.Context, _ string, one stream.Record) error {
			if one.Offset == 0 {
				stuck <- struct{}{}
				<-ctx.Done()
				return ctx.Err()
			}
			return nil
		}
		b.mutex.Unlock()
		record := b.job("a", job.Running, "people")
		<-stuck
		if err := b.consumers.SetOffset(t.Context(), record, []job.Position{{Partition: -1, Offset: 3}}); err != nil {
			t.Fatal(err)
		}
		b.wants("a people/0", offsets(3, 5))
	})
}

// TestChangedTopics are subscribed anew; what was read of a topic is not read again when it comes back.
func TestChangedTopics(t *testing.T) {
	everyBroker(t, func(t *testing.T, b *bench) {
		b.topic("people", 1)
		b.topic("places", 1)
		b.put("people", 0, 3)
		b.put("places", 0, 3)
		b.job("a", job.Running, "people")
		b.wants("a people/0", offsets(0, 3))
		b.job("a", job.Running, "places")
		b.wants("a places/0", offsets(0, 3))
		b.put("people", 0, 3)
		b.job("a", job.Running, "places", "people")
		b.wants("a people/0", offsets(0, 6))
		if got := b.of("a places/0"); !slices.Equal(got, offsets(0, 3)) {
			t.Errorf("places: %v", got)
		}
	})
}

// TestWaiting: records that cannot be done now come again, in order, and whoever looks sees why.
func TestWaiting(t *testing.T) {
	everyBroker(t, func(t *testing.T, b *bench) {
		b.topic("people", 1)
		var tries int
		b.do = func(_ context.Context, _ string, record stream.Record) error {
			if tries++; record.Offset == 5 && tries < 9 {
				return errors.New("the registry is away")
			}
			return nil
		}
		b.put("people", 0, 10)
		b.job("a", job.Running, "people")
		b.wants("a people/0", offsets(0, 10))
		b.await("it tells why", b.told("a waiting the registry is away"))
	})
}

// TestFailure: a job that fails keeps its offset and reads no more, until somebody starts it again.
func TestFailure(t *testing.T) {
	everyBroker(t, func(t *testing.T, b *bench) {
		b.topic("people", 1)
		var mended bool
		b.do = func(ctx context.Context, key string, record stream.Record) error {
			if record.Offset == 5 && !mended {
				found, err := b.store.Get(ctx, key)
				if err == nil {
					err = b.store.Fail(ctx, key, found.Version, "record 5")
				}
				return err
			}
			return nil
		}
		b.put("people", 0, 10)
		b.job("a", job.Running, "people")
		b.await("it tells why", b.told("a failed record 5"))
		b.mutex.Lock()
		mended = true
		b.mutex.Unlock()
		b.job("a", job.Running, "people")
		b.wants("a people/0", offsets(0, 10))
	})
}

// TestSuccessor: workers that end while others of their group begin lose nothing, and repeat nothing.
func TestSuccessor(t *testing.T) {
	everyBroker(t, func(t *testing.T, b *bench) {
		b.topic("people", 2)
		b.do = func(context.Context, string, stream.Record) error { time.Sleep(time.Millisecond); return nil }
		b.put("people", 0, 300)
		b.put("people", 1, 300)
		record := b.job("a", job.Running, "people")
		for len(b.of("a people/1")) < 100 {
			time.Sleep(time.Millisecond)
		}
		b.consumers.Close(t.Context())
		if err := b.consumers.Apply(t.Context(), record); err == nil {
			t.Error("workers that have been closed begin again")
		}
		b.consumers = b.workers()
		if err := b.consumers.Apply(t.Context(), record); err != nil {
			t.Fatal(err)
		}
		b.wants("a people/0", offsets(0, 300))
		b.wants("a people/1", offsets(0, 300))
	})
}

// TestUnreachable: a worker tells that no broker answers, and reads as soon as one does.
func TestUnreachable(t *testing.T) {
	port, err := testserver.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t, fmt.Sprintf("127.0.0.1:%d", port))
	b.job("a", job.Running, "people")
	b.await("it tells that nobody answers", b.told("a unreachable dial tcp"))
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.Ports(port))
	if err != nil {
		t.Fatal(err)
	}
	defer cluster.Close()
	b.topic("people", 1)
	b.put("people", 0, 3)
	b.wants("a people/0", offsets(0, 3))
	b.await("it tells that it reads", b.told("a reading"))
	b.consumers.Close(t.Context())
}

// TestReplaced: of two processes of one project the later one reads, and the earlier one says so and repeats nothing.
func TestReplaced(t *testing.T) {
	everyBroker(t, func(t *testing.T, b *bench) {
		b.topic("people", 1)
		b.put("people", 0, 10)
		record := b.job("a", job.Running, "people")
		b.wants("a people/0", offsets(0, 10))
		later := b.workers()
		if err := later.Apply(t.Context(), record); err != nil {
			t.Fatal(err)
		}
		b.await("the earlier one is told", b.told("a replaced"))
		b.put("people", 0, 10)
		b.wants("a people/0", offsets(0, 20))
	})
}

// TestShared: consumers elsewhere take their share of the partitions while records flow: every record comes, in order, and comes again only where two met.
func TestShared(t *testing.T) {
	everyBroker(t, func(t *testing.T, b *bench) {
		b.topic("people", 4)
		b.do = func(context.Context, string, stream.Record) error { time.Sleep(2 * time.Millisecond); return nil }
		for partition := range int32(4) {
			b.put("people", partition, 1000)
		}
		record := b.job("a", job.Running, "people")
		b.await("records flow", func() bool { return len(b.of("a people/3")) > 50 })
		var elsewhere atomic.Int64
		other, err := worker.New(worker.Config{
			Brokers: kafka.Config{Brokers: []string{b.broker}}, Store: b.store, Instance: "elsewhere",
			Batch: func(ctx context.Context, key string, records []stream.Record) (int, error) {
				done, err := b.batch(ctx, key, records)
				elsewhere.Add(int64(done))
				return done, err
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { other.Close(context.Background()) })
		if err := other.Apply(t.Context(), record); err != nil {
			t.Fatal(err)
		}
		for partition := range 4 {
			b.wants(fmt.Sprintf("a people/%d", partition), offsets(0, 1000))
		}
		if elsewhere.Load() == 0 {
			t.Error("the other one has had no partition")
		}
	})
}
