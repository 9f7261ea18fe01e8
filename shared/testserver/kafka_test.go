package testserver

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl/plain"
)

// TestKafka: a record that was put before the broker was killed is read after it has come up again, also by somebody who logs in.
func TestKafka(t *testing.T) {
	k, mortal := servers.MortalKafka(t)
	ctx, cancel := context.WithTimeout(t.Context(), startLimit)
	defer cancel()
	client := kafkaClient(t, kgo.SeedBrokers(k.Broker), kgo.DefaultProduceTopic("t"))
	if _, err := kadm.NewClient(client).CreateTopic(ctx, 1, 1, nil, "t"); err != nil {
		t.Fatal(err)
	}
	if err := client.ProduceSync(ctx, kgo.StringRecord("kept")).FirstErr(); err != nil {
		t.Fatal(err)
	}
	mortal.Kill(t)
	mortal.Start(t)
	login := kgo.SASL(plain.Auth{User: User, Pass: Password}.AsMechanism())
	reader := kafkaClient(t, kgo.SeedBrokers(k.SASL), login, kgo.ConsumeTopics("t"))
	fetches := reader.PollRecords(ctx, 1)
	if records := fetches.Records(); len(records) != 1 || string(records[0].Value) != "kept" {
		t.Errorf("%v, %v", records, fetches.Errors())
	}
}

func kafkaClient(t *testing.T, options ...kgo.Opt) *kgo.Client {
	t.Helper()
	client, err := kgo.NewClient(options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// TestDynamoDB: the server answers, and has no tables.
func TestDynamoDB(t *testing.T) {
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, servers.DynamoDB(t), strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Amz-Target", "DynamoDB_20120810.ListTables")
	request.Header.Set("Content-Type", "application/x-amz-json-1.0")
	request.Header.Set("X-Amz-Date", time.Now().UTC().Format("20060102T150405Z"))
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20261126/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=none")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if body, err := io.ReadAll(answer.Body); err != nil || string(body) != `{"TableNames":[]}` {
		t.Errorf("%s, %v", body, err)
	}
}
