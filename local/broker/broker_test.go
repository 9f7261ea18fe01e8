package broker_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/steploom/steploom/local/broker"
	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/kafka"
)

func write(t *testing.T, folder string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func start(t *testing.T, folder string) *broker.Broker {
	t.Helper()
	b, err := broker.Start(folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

func fill(t *testing.T, b *broker.Broker, folder string) string {
	t.Helper()
	filled, err := b.Fill(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, one := range filled {
		line := fmt.Sprintf("%s→%s %d", filepath.Base(one.File), one.Topic, one.Records)
		if one.Again {
			line += " again"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, ", ")
}

func read(t *testing.T, b *broker.Broker, topic string, number int) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	client, err := kgo.NewClient(kgo.SeedBrokers(b.Address()), kgo.ConsumeTopics(topic), kgo.FetchMaxPartitionBytes(20<<20))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	var values []string
	for len(values) < number {
		fetches := client.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			t.Fatal(err)
		}
		for _, record := range fetches.Records() {
			values = append(values, string(record.Value))
		}
	}
	return strings.Join(values, "|")
}

// TestFill: what the files hold, in their order; lines that are added are put when it is filled again, also after it was ended, and a file that is another
// one by now is put whole.
func TestFill(t *testing.T) {
	topics, folder := t.TempDir(), filepath.Join(t.TempDir(), "kafka")
	write(t, topics, map[string]string{
		"list.json": "[{\"a\": 1},\n {\"a\": [2, 12345678901234567890]}, \"text\"]\n", "one.json": " {\"b\" : 1} ", "lines.jsonl": "{\"c\": 1}\n\n  {\"c\":2}\r\n3",
		"many/2.ndjson": "2\n", "many/1.json": "[1]", "Avro.AVRO": "Obj\x01\x00\xff", "README.md": "no topic", ".hidden.json": "{", "many/deeper/x.json": "{", "none.jsonl": "",
	})
	b := start(t, folder)
	if got, want := fill(t, b, topics), "Avro.AVRO→Avro 1, lines.jsonl→lines 3, list.json→list 3, 1.json→many 1, 2.ndjson→many 1, one.json→one 1"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	for topic, want := range map[string]string{
		"Avro": "Obj\x01\x00\xff", "lines": `{"c":1}|{"c":2}|3`, "list": `{"a":1}|{"a":[2,12345678901234567890]}|"text"`, "many": "1|2", "one": `{"b":1}`,
	} {
		if got := read(t, b, topic, strings.Count(want, "|")+1); got != want {
			t.Errorf("%s: %s, want %s", topic, got, want)
		}
	}
	if got := fill(t, b, topics); got != "" {
		t.Errorf("filled again with %s", got)
	}
	b.Close()
	b = start(t, folder)
	write(t, topics, map[string]string{"lines.jsonl": "{\"c\": 1}\n{\"c\":2}\n3\n4\n", "list.json": "[7, 8]"})
	if got, want := fill(t, b, topics), "lines.jsonl→lines 1, list.json→list 2 again"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := read(t, b, "lines", 4); got != `{"c":1}|{"c":2}|3|4` {
		t.Error(got)
	}
}

// TestOffsetsStay: what a group has committed is known after the broker was ended.
func TestOffsetsStay(t *testing.T) {
	topics, folder := t.TempDir(), t.TempDir()
	write(t, topics, map[string]string{"a.jsonl": "1\n2\n3\n"})
	b := start(t, folder)
	fill(t, b, topics)
	for round, want := range []string{"[{a 0 2 3 1}]", "[{a 0 2 3 1}]"} {
		admin, err := kafka.NewAdmin(kafka.Config{Brokers: []string{b.Address()}})
		if err != nil {
			t.Fatal(err)
		}
		if round == 0 {
			if err := admin.Commit(t.Context(), "g", []string{"a"}, []job.Position{{Partition: -1, Offset: 2}}); err != nil {
				t.Fatal(err)
			}
		}
		lag, err := admin.Lag(t.Context(), "g", []string{"a"})
		if got := fmt.Sprint(lag); err != nil || got != want {
			t.Errorf("%d: %s, %v, want %s", round, got, err, want)
		}
		admin.Close()
		b.Close()
		b = start(t, folder)
	}
}

// TestFilesThatCannotBe are told of by their names.
func TestFilesThatCannotBe(t *testing.T) {
	b := start(t, t.TempDir())
	for want, files := range map[string]map[string]string{
		"a.json: unexpected end":                 {"a.json": "{"},
		"b.jsonl: line 2: invalid character":     {"b.jsonl": "1\nx\n"},
		`"a b" cannot be the name of a topic`:    {"a b.json": "1"},
		`"ü" cannot be the name of a topic`:      {"ü/1.json": "1"},
		"c.json: invalid character 'x' after":    {"c.json": "[1] x"},
		"d.jsonl: line 1: invalid character ','": {"d.jsonl": "1,2\n"},
	} {
		topics := t.TempDir()
		write(t, topics, files)
		if _, err := b.Fill(t.Context(), topics); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if filled, err := b.Fill(t.Context(), filepath.Join(t.TempDir(), "nowhere")); err != nil || len(filled) != 0 {
		t.Errorf("without a folder: %v, %v", filled, err)
	}
}

// TestOneProcess: a folder has one broker at a time.
func TestOneProcess(t *testing.T) {
	folder := t.TempDir()
	first := start(t, folder)
	if _, err := broker.Start(folder); err == nil || !strings.Contains(err.Error(), "has the embedded broker in ") {
		t.Errorf("%v", err)
	}
	first.Close()
	start(t, folder)
}

// TestLargeRecords: a record of 10 MB fits.
func TestLargeRecords(t *testing.T) {
	topics := t.TempDir()
	large := `"` + strings.Repeat("x", 10<<20) + `"`
	write(t, topics, map[string]string{"a.json": large})
	b := start(t, t.TempDir())
	fill(t, b, topics)
	if got := read(t, b, "a", 1); got != large {
		t.Errorf("%d bytes came", len(got))
	}
}
