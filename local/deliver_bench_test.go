package local_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/functions/stream"
	"github.com/steploom/steploom/internal/jobstore"
	"github.com/steploom/steploom/local"
	"github.com/steploom/steploom/shared/job"
)

// BenchmarkDeliver measures records of three partitions through decoding, mapping, the compiled machine and function http to a server, and through a consumer's
// loop by hand that posts the same. The ratio is that of records per second.
func BenchmarkDeliver(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.Copy(io.Discard, r.Body) }))
	defer server.Close()
	var nanoseconds [2]float64
	b.Run("steploom", func(b *testing.B) { nanoseconds[0] = deliverAll(b, server.URL) })
	b.Run("handwritten", func(b *testing.B) {
		nanoseconds[1] = postAll(b, server.URL)
		if nanoseconds[0] > 0 {
			b.ReportMetric(nanoseconds[1]/nanoseconds[0], "ratio")
		}
	})
}

const benchJob = `{"id": "bench", "owner": "me", "type": "POST", "topic": ["bench"], "datamap": {"id": "$.msg.id", "name": "$.msg.person.name"},
	"url": "%s/people/{id}", "json_body": ["id", "name"]}`

func benchRecord(i int) []byte {
	return fmt.Appendf(nil, `{"id": %d, "person": {"name": "somebody", "age": 33}, "other": [1, 2, 3, {"a": "b"}]}`, i)
}

// deliverAll hands records to function stream, a hundred at a time, and gives the nanoseconds of one.
func deliverAll(b *testing.B, url string) float64 {
	text := fmt.Sprintf(benchJob, url)
	output, list := compiler.Compile(source.Files{{Path: "bench.json", Bytes: []byte(text)}}, compiler.Options{})
	if list.HasErrors() {
		b.Fatal(list)
	}
	root := b.TempDir()
	service, err := local.NewService(b.Context(), local.Project{Root: root, Specs: root}, output, local.Settings{})
	if err != nil {
		b.Fatal(err)
	}
	defer service.Close()
	store := &jobstore.Memory{}
	if _, err := store.Put(b.Context(), job.Record{Job: output.Workflow.Jobs.Declared[0].Job, Key: "bench", State: job.Running}); err != nil {
		b.Fatal(err)
	}
	worker := stream.NewStream(stream.Config{Store: store, Executor: service})
	b.ResetTimer()
	const partitions = 3
	var working sync.WaitGroup
	for partition := range partitions {
		working.Go(func() {
			for at := partition; at < b.N; {
				var batch []stream.Record
				for ; at < b.N && len(batch) < 100; at += partitions {
					batch = append(batch, stream.Record{Topic: "bench", Partition: int32(partition), Offset: int64(at), Value: benchRecord(at)})
				}
				if done, err := worker.Batch(b.Context(), "bench", batch); done != len(batch) || err != nil {
					b.Error(done, err)
					return
				}
			}
		})
	}
	working.Wait()
	b.StopTimer()
	return float64(b.Elapsed().Nanoseconds()) / float64(b.N)
}

// postAll does the same by hand.
func postAll(b *testing.B, url string) float64 {
	for at := range b.N {
		var record struct {
			ID     int
			Person struct{ Name string }
		}
		if err := json.Unmarshal(benchRecord(at), &record); err != nil {
			b.Fatal(err)
		}
		body, _ := json.Marshal(map[string]any{"id": record.ID, "name": record.Person.Name})
		response, err := http.Post(fmt.Sprintf("%s/people/%d", url, record.ID), "application/json", bytes.NewReader(body))
		if err != nil || response.StatusCode != http.StatusOK {
			b.Fatal(response, err)
		}
		io.Copy(io.Discard, response.Body)
		response.Body.Close()
	}
	return float64(b.Elapsed().Nanoseconds()) / float64(b.N)
}
