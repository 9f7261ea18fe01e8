package worker

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/steploom/steploom/functions/stream"
	"github.com/steploom/steploom/shared/pause"
)

const (
	// mostRecords and mostBytes are what waits in a partition at most, with what one answer of a broker adds.
	mostRecords, mostBytes = 1000, 4 << 20
	// mostAtOnce is the most records of a batch, shortBatch and longBatch how long one is to take.
	mostAtOnce            = 50
	shortBatch, longBatch = 50 * time.Millisecond, 150 * time.Millisecond
	// firstWait and longestWait are how long records are left that cannot be done now.
	firstWait, longestWait = 500 * time.Millisecond, 30 * time.Second
	// recheck is how long records are left of a job that is another one by now.
	recheck = 100 * time.Millisecond
)

// partition does the records of one partition in order.
type partition struct {
	worker *worker
	client *kgo.Client
	place  place
	soft   context.Context // ends when the partition is to end
	end    context.CancelFunc
	hard   context.Context // ends when nothing is waited for any longer
	kill   context.CancelFunc
	ended  chan struct{}
	more   chan struct{} // has room for one

	mutex  sync.Mutex
	queue  []*kgo.Record
	bytes  int
	paused bool
}

func newPartition(w *worker, client *kgo.Client, at place) *partition {
	p := &partition{worker: w, client: client, place: at, ended: make(chan struct{}), more: make(chan struct{}, 1)}
	p.hard, p.kill = context.WithCancel(w.hard)
	p.soft, p.end = context.WithCancel(p.hard)
	return p
}

// put takes records that have been fetched.
func (p *partition) put(client *kgo.Client, records []*kgo.Record) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	for _, record := range records {
		p.bytes += len(record.Value) + len(record.Key)
	}
	p.queue = append(p.queue, records...)
	if !p.paused && (len(p.queue) >= mostRecords || p.bytes >= mostBytes) {
		p.paused = true
		client.PauseFetchPartitions(p.only())
	}
	select {
	case p.more <- struct{}{}:
	default:
	}
}

func (p *partition) only() map[string][]int32 {
	return map[string][]int32{p.place.topic: {p.place.partition}}
}

// first gives the first records that wait, at most a number of them; they stay where they are.
func (p *partition) first(most int) []*kgo.Record {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.queue[:min(most, len(p.queue))]
}

// drop takes the first records away.
func (p *partition) drop(number int) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	for i, record := range p.queue[:number] {
		p.bytes -= len(record.Value) + len(record.Key)
		p.queue[i] = nil
	}
	if p.queue = p.queue[number:]; len(p.queue) == 0 {
		p.queue = nil
	}
	if p.paused && len(p.queue) < mostRecords/2 && p.bytes < mostBytes/2 {
		p.paused = false
		p.client.ResumeFetchPartitions(p.only())
	}
}

// work does batches until the partition is to end.
func (p *partition) work() {
	defer close(p.ended)
	defer p.kill()
	defer p.client.ResumeFetchPartitions(p.only()) // for who has it next, with this client
	size, wait := 1, firstWait
	for p.soft.Err() == nil {
		batch := p.first(size)
		if len(batch) == 0 {
			select {
			case <-p.more:
			case <-p.soft.Done():
			}
			continue
		}
		started := time.Now()
		done, err := p.worker.consumers.config.Batch(p.hard, p.worker.key, given(batch))
		taken := time.Since(started)
		if done > 0 {
			wait = firstWait
			if !p.commit(batch[done-1]) {
				return
			}
			p.drop(done)
		}
		if done == len(batch) {
			p.worker.fault(p.place, "")
			size = next(size, done, taken)
			continue
		}
		if p.left(err); err == nil {
			_ = pause.For(p.soft, recheck)
			continue
		}
		_ = pause.For(p.soft, wait)
		wait = min(2*wait, longestWait)
	}
}

// next is the size of the batch after one of a size that has taken a time.
func next(size, done int, taken time.Duration) int {
	switch {
	case taken > longBatch:
		return max(1, size/2)
	case taken < shortBatch && done == size:
		return min(2*size, mostAtOnce)
	}
	return size
}

// left notes that records have not been done.
func (p *partition) left(err error) {
	if p.soft.Err() != nil {
		return
	}
	if err != nil {
		p.worker.fault(p.place, err.Error())
		return
	}
	p.worker.consumers.look(p.worker)
}

// commit moves the group's offset behind a record, however long the brokers take. It is false where the partition is somebody else's by now.
func (p *partition) commit(last *kgo.Record) bool {
	for p.hard.Err() == nil {
		err := p.client.CommitRecords(p.hard, last)
		if err == nil {
			return true
		}
		for _, over := range []error{kerr.UnknownMemberID, kerr.IllegalGeneration, kerr.FencedInstanceID, kerr.FencedMemberEpoch} {
			if errors.Is(err, over) {
				return false
			}
		}
		_ = pause.For(p.hard, firstWait)
	}
	return false
}

// given are records as function stream takes them.
func given(records []*kgo.Record) []stream.Record {
	list := make([]stream.Record, len(records))
	for i, record := range records {
		list[i] = stream.Record{Topic: record.Topic, Partition: record.Partition, Offset: record.Offset, Time: record.Timestamp, Key: record.Key, Value: record.Value}
		for _, header := range record.Headers {
			list[i].Headers = append(list[i].Headers, stream.Header{Name: header.Key, Value: header.Value})
		}
	}
	return list
}
