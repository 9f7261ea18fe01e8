package stream

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/task"
)

// msk is an event as the documents of AWS show it, with what they do not show: no key, no value, a partition as text, bytes beyond 127.
const msk = `{
  "eventSource": "aws:kafka", "eventSourceArn": "arn:aws:kafka:us-east-1:123456789012:cluster/c/u", "bootstrapServers": "b-1:9092,b-2:9092",
  "records": {
    "people-0": [
      {"topic": "people", "partition": 0, "offset": 16, "timestamp": 1545084650988, "timestampType": "CREATE_TIME", "key": "a2V5", "value": "eyJpZCI6IDJ9",
       "headers": [{"trace": [118, -36, 0, 127, -128]}, {"trace": [220]}], "valueSchemaMetadata": {"dataFormat": "AVRO", "schemaId": "1"}},
      {"topic": "people", "partition": "0", "offset": 15, "timestamp": 1545084650987, "timestampType": "CREATE_TIME", "value": "eyJpZCI6IDF9", "headers": []}
    ],
    "others-3": [{"topic": "others", "partition": 3, "offset": 7, "timestamp": 1, "timestampType": "CREATE_TIME", "key": null, "value": null, "headers": []},
      {"topic": "others", "partition": 3, "offset": 8, "timestamp": 1, "timestampType": "LOG_APPEND_TIME", "value": "", "headers": []}]
  }
}`

func TestEvent(t *testing.T) {
	got, err := partitions(json.RawMessage(msk))
	if err != nil || len(got) != 2 || got[0].key != "others-3" || got[1].key != "people-0" {
		t.Fatalf("%+v %v", got, err)
	}
	people, others := got[1].records, got[0].records
	want := []Header{{"trace", []byte{118, 220, 0, 127, 128}}, {"trace", []byte{220}}}
	if people[0].Offset != 15 || people[1].Offset != 16 || string(people[1].Key) != "key" || string(people[1].Value) != `{"id": 2}` || people[1].Time.UnixMilli() != 1545084650988 {
		t.Errorf("%+v", people)
	}
	if diff := cmp.Diff(want, people[1].Headers); diff != "" || people[0].Key != nil {
		t.Error(diff)
	}
	if others[0].Value != nil || others[0].Key != nil || others[0].Partition != 3 || others[1].Value == nil || len(others[1].Value) != 0 {
		t.Errorf("%+v", others)
	}
	for _, text := range []string{`{}`, `{"eventSource": "aws:sqs"}`, `[]`, `{"eventSource": "aws:kafka", "records": {"a-0": [{"value": "%"}]}}`,
		`{"eventSource": "aws:kafka", "records": {"a-0": [{"offset": "x"}]}}`, `{"eventSource": "aws:kafka", "records": {"a-0": [{"headers": [{"a": [300]}]}]}}`} {
		if _, err := partitions(json.RawMessage(text)); err == nil || task.AsError(err).Name != task.RequestInvalid {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, source := range []string{"SelfManagedKafka", "aws:SelfManagedKafka"} {
		if _, err := partitions(json.RawMessage(strings.Replace(msk, "aws:kafka", source, 1))); err != nil {
			t.Errorf("%s: %v", source, err)
		}
	}
}

// TestHandler: failures of one partition hold back no other; what is left is named with the partition's name in the event, each record by itself.
func TestHandler(t *testing.T) {
	w := newWorld(t, `{"on_failure": "stop"}`)
	ctx := task.WithAlias(t.Context(), "people")
	function := task.New(Row(), func(c context.Context, payload json.RawMessage) (Answer, error) {
		return w.handle(c, task.AliasOf(c), payload)
	})
	answer, err := function.Invoke(ctx, []byte(msk))
	const want = `{"batchItemFailures":[{"itemIdentifier":{"partition":"others-3","offset":7}},{"itemIdentifier":{"partition":"others-3","offset":8}}`
	if err != nil || !strings.HasPrefix(string(answer), want) || w.state(t).State != job.Failed {
		t.Errorf("%s, %v", answer, err)
	}
	w.put(t, `{"on_failure": "skip"}`)
	if answer, err = function.Invoke(ctx, []byte(msk)); err != nil || string(answer) != `{"batchItemFailures":[]}` {
		t.Errorf("%s, %v", answer, err)
	}
	if _, err = function.Invoke(t.Context(), []byte(msk)); err == nil || task.AsError(err).Name != task.RequestInvalid {
		t.Error(err)
	}
	if _, err = function.Invoke(ctx, []byte(`{"eventSource": "aws:s3"}`)); err == nil || task.AsError(err).Name != task.RequestInvalid {
		t.Error(err)
	}
	if answer, err = function.Invoke(ctx, []byte(`{"eventSource": "aws:kafka", "records": {}}`)); err != nil || string(answer) != `{"batchItemFailures":[]}` {
		t.Errorf("%s, %v", answer, err)
	}
}

// event makes the event of records of topic people by their partitions.
func event(partitions map[int][]Record) string {
	all := map[string][]map[string]any{}
	for partition, records := range partitions {
		key := fmt.Sprintf("people-%d", partition)
		for _, record := range records {
			all[key] = append(all[key], map[string]any{"topic": "people", "partition": partition, "offset": record.Offset, "value": encoded(string(record.Value))})
		}
	}
	text, _ := json.Marshal(map[string]any{"eventSource": "aws:kafka", "records": all})
	return string(text)
}

func FuzzEvent(f *testing.F) {
	f.Add([]byte(msk))
	f.Add([]byte(`{"eventSource":"aws:kafka","records":{"":[{"headers":[{"":null}]}]}}`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		all, err := partitions(payload)
		if err != nil && task.AsError(err).Name != task.RequestInvalid {
			t.Fatal(err)
		}
		for _, partition := range all {
			if len(partition.left(0)) != len(partition.records) {
				t.Fatal("a record is not named")
			}
		}
	})
}

// TestHeldBack: the answer waits where nothing could be done, as long as the invocation has time; not where some of it is done, or nothing is left.
func TestHeldBack(t *testing.T) {
	w := newWorld(t, `{"on_failure": "stop"}`)
	var waits []time.Duration
	w.HoldBack = 20 * time.Second
	w.Sleep = func(_ context.Context, wait time.Duration) error { waits = append(waits, wait); return nil }
	ask := func(ctx context.Context, alias string, values ...string) {
		t.Helper()
		records := make([]Record, len(values))
		for i, value := range values {
			records[i] = Record{Offset: int64(i), Value: []byte(value)}
		}
		if _, err := w.handle(ctx, alias, json.RawMessage(event(map[int][]Record{0: records}))); err != nil {
			t.Fatal(err)
		}
	}
	ask(t.Context(), "people", `{"id": 1}`)
	ask(t.Context(), "people", `{"id": 1}`, `no JSON: {`+"\xff")
	if len(waits) != 0 {
		t.Errorf("it has waited %v", waits)
	}
	ask(t.Context(), "people", `{"id": 1}`) // it has failed
	ask(t.Context(), "nobody", `{"id": 1}`)
	short, cancel := context.WithTimeout(t.Context(), margin+time.Minute/4)
	defer cancel()
	ask(short, "nobody", `{"id": 1}`)
	if len(waits) != 3 || waits[0] != w.HoldBack || waits[1] != w.HoldBack || waits[2] > time.Minute/4 {
		t.Errorf("it has waited %v", waits)
	}
}
