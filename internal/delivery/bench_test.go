package delivery

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/local"
	"github.com/steploom/steploom/shared/task"
)

// BenchmarkDelivery delivers records by a job, and beside it by a consumer that somebody has written by hand, and tells the ratio of their speeds. Both
// read the same topic of a broker in this process, map the same JSON and post it to the same server.
func BenchmarkDelivery(b *testing.B) {
	const each = 3000
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1))
	if err != nil {
		b.Fatal(err)
	}
	defer cluster.Close()
	broker := cluster.ListenAddrs()[0]
	fillBench(b, broker, each)
	sink := newSink(b)
	var ours, theirs time.Duration
	for i := range max(1, b.N) {
		if b.N > 1 && i >= 5 {
			break
		}
		theirs += byHand(b, broker, fmt.Sprintf("hand-%d-%d", b.N, i), sink, each*partitions)
		ours += byJob(b, broker, fmt.Sprintf("job-%d-%d", b.N, i), sink, each*partitions)
	}
	rounds := float64(min(max(1, b.N), 5))
	b.ReportMetric(rounds*each*partitions/ours.Seconds(), "records/s")
	b.ReportMetric(theirs.Seconds()/ours.Seconds(), "of-by-hand")
	b.ReportMetric(0, "ns/op")
}

// sink is a server that takes everything and counts it.
type sink struct {
	*http.Server
	url   string
	taken atomic.Int64
}

func newSink(b *testing.B) *sink {
	k := &sink{}
	k.Server = &http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		k.taken.Add(1)
	})}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	k.url = "http://" + listener.Addr().String() + "/"
	go k.Serve(listener)
	b.Cleanup(func() { k.Close() })
	return k
}

// await waits until a number of requests have come since the count was 0.
func (k *sink) await(b *testing.B, number int) {
	b.Helper()
	for deadline := time.Now().Add(patience); k.taken.Load() < int64(number); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			b.Fatalf("%d of %d came", k.taken.Load(), number)
		}
	}
}

func fillBench(b *testing.B, broker string, each int) {
	client, err := kgo.NewClient(kgo.SeedBrokers(broker), kgo.RecordPartitioner(kgo.ManualPartitioner()))
	if err != nil {
		b.Fatal(err)
	}
	defer client.Close()
	if _, err := kadm.NewClient(client).CreateTopic(b.Context(), partitions, 1, nil, topic); err != nil {
		b.Fatal(err)
	}
	var records []*kgo.Record
	for n := range each {
		for p := range int32(partitions) {
			records = append(records, &kgo.Record{Topic: topic, Partition: p, Value: fmt.Appendf(nil, `{"P": %d, "N": %d, "name": "somebody", "tags": ["a", "b"]}`, p, n)})
		}
	}
	if err := client.ProduceSync(b.Context(), records...).FirstErr(); err != nil {
		b.Fatal(err)
	}
}

// byHand is what people write: poll, map, post, commit.
func byHand(b *testing.B, broker, group string, sink *sink, number int) time.Duration {
	b.Helper()
	sink.taken.Store(0)
	client, err := kgo.NewClient(kgo.SeedBrokers(broker), kgo.ConsumerGroup(group), kgo.ConsumeTopics(topic), kgo.DisableAutoCommit(),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if err != nil {
		b.Fatal(err)
	}
	defer client.Close()
	started := time.Now()
	for sink.taken.Load() < int64(number) {
		fetches := client.PollFetches(b.Context())
		for _, one := range fetches.Records() {
			if err := postByHand(sink.url, one.Value); err != nil {
				b.Fatal(err)
			}
		}
		if err := client.CommitUncommittedOffsets(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(started)
}

func postByHand(url string, value []byte) error {
	var message map[string]any
	if err := json.Unmarshal(value, &message); err != nil {
		return err
	}
	body, err := json.Marshal(map[string]any{"P": message["P"], "N": message["N"]})
	if err != nil {
		return err
	}
	answer, err := http.Post(url, "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", answer.StatusCode)
	}
	return nil
}

// byJob is the same as a job.
func byJob(b *testing.B, broker, id string, sink *sink, number int) time.Duration {
	b.Helper()
	sink.taken.Store(0)
	folder := b.TempDir()
	text := fmt.Sprintf(`{"id": %q, "owner": "test", "type": "POST", "topic": [%q], "datamap": {"P": "$.msg.P", "N": "$.msg.N"}, "url": %q, "json_body": ["P", "N"]}`, id, topic, sink.url)
	if err := os.WriteFile(filepath.Join(folder, "jobs.json"), []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	output, list := compiler.Compile(source.Files{{Path: "jobs.json", Bytes: []byte(text)}}, compiler.Options{})
	if list.HasErrors() {
		b.Fatal(list)
	}
	project := local.Project{Root: folder, Specs: folder}
	jobs, err := local.NewJobs(b.Context(), project)
	if err != nil {
		b.Fatal(err)
	}
	defer jobs.Close(context.Background())
	service, err := local.NewService(b.Context(), project, output, local.Settings{Environment: task.Variables(nil), Jobs: jobs, Broker: broker})
	if err != nil {
		b.Fatal(err)
	}
	defer service.Close()
	started := time.Now()
	if notes, err := jobs.Serve(b.Context(), service); err != nil || len(notes) > 0 {
		b.Fatal(notes, err)
	}
	sink.await(b, number)
	return time.Since(started)
}
