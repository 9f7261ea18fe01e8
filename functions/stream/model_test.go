package stream

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/steploom/steploom/internal/property"
	"github.com/steploom/steploom/shared/executions"
	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/task"
)

// topic is a topic of Kafka as an event source mapping reads it: what is committed of each partition.
type topic struct {
	kinds     map[int][]string // of the records of each partition
	committed map[int]int
	tried     map[string]int // attempts to deliver a record
	sent      map[int][]int  // offsets that were delivered, in order
}

// kinds of records, and what the model says of each.
var kinds = []string{"good", "good", "good", "fails", "flaky", "broken", "unmapped", "filtered"}

func isPoison(kind string) bool { return kind == "fails" || kind == "broken" || kind == "unmapped" }

func (m *topic) value(partition, offset int) string {
	switch m.kinds[partition][offset] {
	case "broken":
		return broken
	case "unmapped":
		return `{"approved": true}`
	case "filtered":
		return fmt.Sprintf(`{"id": "%d-%d", "approved": false}`, partition, offset)
	}
	return fmt.Sprintf(`{"id": "%d-%d", "approved": true}`, partition, offset)
}

// outcome is that of the state machine: a flaky record fails twice by no fault of its own.
func (m *topic) outcome(d job.Delivery) (executions.Execution, error) {
	id := strings.TrimPrefix(d.Request.URL, "https://example.com/")
	partition, offset := int(d.Record.Partition), int(d.Record.Offset)
	m.tried[id]++
	switch kind := m.kinds[partition][offset]; {
	case kind == "fails":
		return undelivered("Http.Status.500"), nil
	case kind == "flaky" && m.tried[id] < 3:
		return undelivered(task.LambdaTooManyRequests), nil
	}
	m.sent[partition] = append(m.sent[partition], offset)
	return executions.Execution{}, nil
}

// TestBatchesAreAsTheModelSays: whatever partitions hold and batches bring, an offset moves only past what is done; a partition is delivered in order; and
// what cannot be delivered stops the job, or is put aside once for each time that it comes.
func TestBatchesAreAsTheModelSays(t *testing.T) {
	property.Check(t, func(rt *rapid.T) {
		way := rapid.SampledFrom([]job.OnFailure{job.Stop, job.Skip, job.Topic}).Draw(rt, "on_failure")
		m := &topic{kinds: map[int][]string{}, committed: map[int]int{}, tried: map[string]int{}, sent: map[int][]int{}}
		for partition := range rapid.IntRange(1, 4).Draw(rt, "partitions") {
			m.kinds[partition] = rapid.SliceOfN(rapid.SampledFrom(kinds), 0, 8).Draw(rt, "records")
		}
		w := newWorld(t, fmt.Sprintf(`{"on_failure": "%s"}`, way), "AETHER_EMIT_FLAG_REQUIRED", "true")
		w.outcome = m.outcome
		for range 60 {
			m.round(rt, w)
		}
		m.check(rt, w, way)
	})
}

// round hands a batch of each partition over and commits what is done.
func (m *topic) round(t *rapid.T, w *world) {
	batch := map[int][]Record{}
	for partition, kinds := range m.kinds {
		last := min(len(kinds), m.committed[partition]+rapid.IntRange(0, 4).Draw(t, "size"))
		for offset := m.committed[partition]; offset < last; offset++ {
			batch[partition] = append(batch[partition], Record{Offset: int64(offset), Value: []byte(m.value(partition, offset))})
		}
	}
	answer, err := w.handle(task.WithAlias(context.Background(), "people"), "people", json.RawMessage(event(batch)))
	if err != nil {
		t.Fatal(err)
	}
	first := map[string]int64{}
	for _, failure := range answer.BatchItemFailures {
		id := failure.ItemIdentifier
		if before, there := first[id.Partition]; !there || id.Offset < before {
			first[id.Partition] = id.Offset
		}
	}
	for partition, records := range batch {
		m.committed[partition] += len(records)
		if offset, kept := first[fmt.Sprintf("people-%d", partition)]; kept {
			m.committed[partition] = int(offset)
		}
	}
}

func (m *topic) check(t *rapid.T, w *world, way job.OnFailure) {
	poison := false
	for partition, kinds := range m.kinds {
		delivered := map[int]bool{}
		for i, offset := range m.sent[partition] {
			delivered[offset] = true
			if i > 0 && offset <= m.sent[partition][i-1] {
				t.Fatalf("partition %d is delivered as %v", partition, m.sent[partition])
			}
		}
		for offset, kind := range kinds {
			poison = poison || isPoison(kind)
			done := offset < m.committed[partition]
			if wanted := done && (kind == "good" || kind == "flaky"); wanted != delivered[offset] {
				t.Fatalf("record %d of partition %d, %s, is done %t and delivered %t", offset, partition, kind, done, delivered[offset])
			}
			if way == job.Stop && done && isPoison(kind) || way != job.Stop && !done {
				t.Fatalf("with %s, record %d of partition %d, %s, is done %t", way, offset, partition, kind, done)
			}
		}
	}
	if failed := w.state(t).State == job.Failed; failed != (way == job.Stop && poison) {
		t.Fatalf("the job has failed: %t", failed)
	}
	m.checkAside(t, w, way)
}

// checkAside: each poison record is put aside once, and counted.
func (m *topic) checkAside(t *rapid.T, w *world, way job.OnFailure) {
	want := map[string]bool{}
	for partition, kinds := range m.kinds {
		for offset, kind := range kinds {
			if isPoison(kind) && way != job.Stop {
				want[fmt.Sprintf("%d-%d", partition, offset)] = true
			}
		}
	}
	counts, _ := w.store.Counts(context.Background(), "people")
	if int(counts.Failed) != len(want) {
		t.Fatalf("%d records are counted as failed, %d are", counts.Failed, len(want))
	}
	if way != job.Topic {
		want = nil
	}
	if len(w.aside) != len(want) {
		t.Fatalf("%d records are put aside, not %d", len(w.aside), len(want))
	}
	for _, aside := range w.aside {
		if !want[aside.headers["steploom-partition"]+"-"+aside.headers["steploom-offset"]] {
			t.Fatalf("%+v is put aside", aside)
		}
	}
}
