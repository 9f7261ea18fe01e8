package worker

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/pause"
)

const (
	// sessionTimeout is how long the brokers wait for a worker that was killed before they give its partitions to others.
	sessionTimeout = 15 * time.Second
	heartbeat      = time.Second
	// grace is how long a batch under way may take when its worker ends or its partition is taken away.
	grace = 5 * time.Second
	// farewell is how long brokers may take to hear that a worker is gone.
	farewell = 2 * time.Second
	// again is how long a client that could not begin waits.
	again = 2 * time.Second
	// refresh is how often topics are looked up, for those that have come and for new partitions.
	refresh = 30 * time.Second
	// fetchBytes and partitionBytes bound what one answer of a broker holds; one record may be larger.
	fetchBytes, partitionBytes = 8 << 20, 1 << 20
)

// worker reads the topics of a job.
type worker struct {
	consumers *Consumers
	key       string
	topics    []string
	soft      context.Context // ends when it is to end
	end       context.CancelFunc
	hard      context.Context // ends when nothing is waited for any longer
	kill      context.CancelFunc
	ended     chan struct{}
	mutex     sync.Mutex
	status    Status
	faults    map[place]string // why partitions wait
	at        map[place]*partition
}

// place is a partition of a topic.
type place struct {
	topic     string
	partition int32
}

func newWorker(c *Consumers, key string, topics []string) *worker {
	w := &worker{consumers: c, key: key, topics: topics, ended: make(chan struct{}), at: map[place]*partition{}, faults: map[place]string{}}
	w.hard, w.kill = context.WithCancel(context.Background())
	w.soft, w.end = context.WithCancel(w.hard)
	return w
}

func (w *worker) hasEnded() bool {
	select {
	case <-w.ended:
		return true
	default:
		return false
	}
}

// stop ends the worker and waits for it, for grace or until ctx ends; then the batches under way are given up.
func (w *worker) stop(ctx context.Context) {
	w.end()
	ctx, cancel := context.WithTimeout(ctx, grace)
	defer cancel()
	select {
	case <-w.ended:
	case <-ctx.Done():
		w.kill()
		<-w.ended
	}
}

// run reads until the worker is to end. It connects as often as that takes.
func (w *worker) run() {
	defer close(w.ended)
	defer w.kill()
	w.become(Status{State: Connecting})
	for w.soft.Err() == nil {
		err := w.session()
		if errors.Is(err, kerr.FencedInstanceID) {
			w.become(Status{State: Replaced})
			return
		}
		if err == nil {
			continue
		}
		w.become(Status{State: Unreachable, Reason: reason(err)})
		_ = pause.For(w.soft, again)
	}
}

// session is a client from its first connection until the worker is to end, or the client is of no more use.
func (w *worker) session() error {
	client, err := w.client()
	if err != nil {
		return err
	}
	err = w.poll(client)
	w.settle(w.all())
	client.CloseAllowingRebalance()
	if !errors.Is(err, kerr.FencedInstanceID) {
		w.leave()
	}
	return err
}

func (w *worker) client() (*kgo.Client, error) {
	config := w.consumers.config
	options, err := config.Brokers.Options()
	if err != nil {
		return nil, err
	}
	start := kgo.NewOffset().AtStart()
	if config.FromEnd {
		start = kgo.NewOffset().AtEnd()
	}
	options = append(options,
		kgo.ConsumerGroup(job.Group(w.key)), kgo.ConsumeTopics(w.topics...), kgo.ConsumeStartOffset(start), kgo.ConsumeResetOffset(start),
		kgo.DisableAutoCommit(), kgo.BlockRebalanceOnPoll(), kgo.SessionTimeout(sessionTimeout), kgo.HeartbeatInterval(heartbeat),
		kgo.OnPartitionsAssigned(w.assigned), kgo.OnPartitionsRevoked(w.revoked), kgo.OnPartitionsLost(w.lost),
		kgo.MetadataMaxAge(refresh), kgo.FetchMaxBytes(fetchBytes), kgo.FetchMaxPartitionBytes(partitionBytes), kgo.FetchMaxWait(500*time.Millisecond),
		kgo.KeepRetryableFetchErrors(), kgo.WithHooks(w),
	)
	if config.Instance != "" {
		options = append(options, kgo.InstanceID(config.Instance))
	}
	return kgo.NewClient(options...)
}

// poll hands records to their partitions until the worker is to end. An error is of a client that cannot go on.
func (w *worker) poll(client *kgo.Client) error {
	for {
		fetches := client.PollFetches(w.soft)
		if w.soft.Err() != nil || fetches.IsClientClosed() {
			return nil
		}
		var fault error
		fetches.EachError(func(topic string, _ int32, err error) {
			switch {
			case errors.Is(err, kerr.UnknownTopicOrPartition):
				fault = fmt.Errorf("there is no topic %s", topic)
			case fault == nil && !errors.Is(err, context.Canceled) && !kerr.IsRetriable(err):
				fault = err
			}
		})
		fetches.EachPartition(func(fetched kgo.FetchTopicPartition) { w.put(client, fetched) })
		client.AllowRebalance()
		switch {
		case errors.Is(fault, kerr.FencedInstanceID):
			return fault
		case fault != nil:
			w.become(Status{State: Unreachable, Reason: reason(fault)})
			_ = pause.For(w.soft, heartbeat)
		case len(fetches.Records()) > 0:
			w.become(Status{State: Reading})
		}
	}
}

// put gives records to their partition. One that has enough is not fetched until it has less.
func (w *worker) put(client *kgo.Client, fetched kgo.FetchTopicPartition) {
	w.mutex.Lock()
	p := w.at[place{fetched.Topic, fetched.Partition}]
	w.mutex.Unlock()
	if p != nil {
		p.put(client, fetched.Records)
	}
}

func (w *worker) assigned(_ context.Context, client *kgo.Client, places map[string][]int32) {
	w.mutex.Lock()
	each(places, func(at place) {
		p := newPartition(w, client, at)
		w.at[at] = p
		go p.work()
	})
	w.mutex.Unlock()
	w.become(Status{State: Reading})
}

// revoked waits for the batches under way: the brokers give the partitions to others after that.
func (w *worker) revoked(_ context.Context, _ *kgo.Client, places map[string][]int32) {
	w.settle(w.take(places))
}

// lost ends what is done in partitions that others have by now.
func (w *worker) lost(_ context.Context, _ *kgo.Client, places map[string][]int32) {
	taken := w.take(places)
	for _, p := range taken {
		p.kill()
	}
	w.settle(taken)
}

// take takes partitions out of those that records are handed to.
func (w *worker) take(places map[string][]int32) []*partition {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	var taken []*partition
	each(places, func(at place) {
		if p := w.at[at]; p != nil {
			taken = append(taken, p)
			delete(w.at, at)
			delete(w.faults, at)
		}
	})
	return taken
}

func each(places map[string][]int32, visit func(place)) {
	for topic, partitions := range places {
		for _, partition := range partitions {
			visit(place{topic, partition})
		}
	}
}

// all takes all partitions.
func (w *worker) all() []*partition {
	w.mutex.Lock()
	places := map[string][]int32{}
	for at := range w.at {
		places[at.topic] = append(places[at.topic], at.partition)
	}
	w.mutex.Unlock()
	return w.take(places)
}

// settle ends partitions behind the batches under way, or after a grace.
func (w *worker) settle(partitions []*partition) {
	timer := time.AfterFunc(grace, func() {
		for _, p := range partitions {
			p.kill()
		}
	})
	defer timer.Stop()
	for _, p := range partitions {
		p.end()
	}
	for _, p := range partitions {
		<-p.ended
	}
}

// leave tells the brokers that the worker is gone, so that nobody waits for it.
func (w *worker) leave() {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(w.hard), farewell) // also of one whose batches were given up
	defer cancel()
	_ = w.consumers.admin.Leave(ctx, job.Group(w.key), w.consumers.config.Instance) // they find out by themselves
}

// become tells of a new status.
func (w *worker) become(status Status) {
	w.mutex.Lock()
	if status.State == Reading {
		for _, fault := range w.faults {
			status = Status{State: Waiting, Reason: fault}
		}
	}
	changed := w.status != status && !(status.State == Unreachable && w.status.State == Unreachable) // which has many words
	w.status = status
	w.mutex.Unlock()
	if changed && w.soft.Err() == nil {
		w.consumers.tell(w.key, status)
	}
}

// fault notes why a partition waits; "" is that it does not.
func (w *worker) fault(at place, reason string) {
	w.mutex.Lock()
	_, had := w.faults[at]
	if reason == "" {
		delete(w.faults, at)
	} else {
		w.faults[at] = reason
	}
	w.mutex.Unlock()
	if had || reason != "" {
		w.become(Status{State: Reading})
	}
}

// OnBrokerConnect implements kgo.HookBrokerConnect.
func (w *worker) OnBrokerConnect(_ kgo.BrokerMetadata, _ time.Duration, _ net.Conn, err error) {
	if err == nil {
		w.become(Status{State: Reading})
	} else if !errors.Is(err, context.Canceled) {
		w.become(Status{State: Unreachable, Reason: reason(err)})
	}
}

// reason is why brokers cannot be reached, for people.
func reason(err error) string {
	if known, ok := errors.AsType[*kerr.Error](err); ok {
		return known.Description
	}
	if dialed, ok := errors.AsType[*net.OpError](err); ok {
		return dialed.Error()
	}
	return err.Error()
}
