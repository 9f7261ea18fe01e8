package kafka_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/kafka"
	"github.com/steploom/steploom/shared/testserver"
)

var servers testserver.Set

func TestMain(m *testing.M) { os.Exit(servers.Run(m)) }

// everyBroker runs a test against a broker of this process and against Apache Kafka.
func everyBroker(t *testing.T, test func(t *testing.T, config kafka.Config)) {
	t.Run("kfake", func(t *testing.T) {
		cluster, err := kfake.NewCluster(kfake.NumBrokers(1))
		if err != nil {
			t.Fatal(err)
		}
		defer cluster.Close()
		test(t, kafka.Config{Brokers: cluster.ListenAddrs()})
	})
	t.Run("Kafka", func(t *testing.T) {
		config := kafka.Config{Brokers: []string{servers.Kafka(t).Broker}}
		defer clean(t, config)
		test(t, config)
	})
}

// clean takes away what a test has left at the broker that it shares with others.
func clean(t *testing.T, config kafka.Config) {
	client, err := kgo.NewClient(kgo.SeedBrokers(config.Brokers...))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	api, ctx := kadm.NewClient(client), context.Background()
	topics, err := api.ListTopics(ctx)
	if err == nil {
		_, err = api.DeleteTopics(ctx, topics.Names()...)
	}
	groups, listing := api.ListGroups(ctx)
	if listing == nil {
		_, listing = api.DeleteGroups(ctx, groups.Groups()...)
	}
	if err != nil || listing != nil {
		t.Error(err, listing)
	}
}

func limited(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func admin(t *testing.T, config kafka.Config) *kafka.Admin {
	t.Helper()
	admin, err := kafka.NewAdmin(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(admin.Close)
	return admin
}

// TestPutMakesTopics: a record goes into a topic that nobody has made, with key and headers.
func TestPutMakesTopics(t *testing.T) {
	everyBroker(t, func(t *testing.T, config kafka.Config) {
		ctx := limited(t)
		producer, err := kafka.NewProducer(config)
		if err != nil {
			t.Fatal(err)
		}
		defer producer.Close()
		for _, value := range []string{"first", "second"} {
			if err := producer.Put(ctx, "failed", []byte("k"), []byte(value), map[string]string{"b": "2", "a": "1"}); err != nil {
				t.Fatal(err)
			}
		}
		records := read(t, ctx, config, "failed", 2)
		if got := fmt.Sprintf("%s %s %s", records[0].Key, records[0].Value, records[0].Headers); got != "k first [{a 1} {b 2}]" {
			t.Error(got)
		}
		if string(records[1].Value) != "second" {
			t.Errorf("the second is %s", records[1].Value)
		}
	})
}

func read(t *testing.T, ctx context.Context, config kafka.Config, topic string, number int) []*kgo.Record {
	t.Helper()
	options, err := config.Options()
	if err != nil {
		t.Fatal(err)
	}
	client, err := kgo.NewClient(append(options, kgo.ConsumeTopics(topic), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))...)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	var records []*kgo.Record
	for len(records) < number {
		fetches := client.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			t.Fatal(err)
		}
		records = append(records, fetches.Records()...)
	}
	return records
}

// TestPositions: what each position commits for a group of two topics, and what cannot be committed.
func TestPositions(t *testing.T) {
	everyBroker(t, func(t *testing.T, config kafka.Config) {
		ctx := limited(t)
		a := admin(t, config)
		if err := a.Create(ctx, 2, "one", "two"); err != nil {
			t.Fatal(err)
		}
		middle := fill(t, ctx, config)
		topics := []string{"one", "two"}
		for i, row := range []struct {
			positions []job.Position
			want      string
			err       string
		}{
			{want: "one/0 -1 of 10, one/1 -1 of 4, two/0 -1 of 3, two/1 -1 of 0"},
			{positions: []job.Position{{Partition: -1, Offset: job.Latest}}, want: "one/0 10 of 0, one/1 4 of 0, two/0 3 of 0, two/1 0 of 0"},
			{positions: []job.Position{{Topic: "one", Partition: 0, Offset: 7}}, want: "one/0 7 of 3, one/1 4 of 0, two/0 3 of 0, two/1 0 of 0"},
			{positions: []job.Position{{Topic: "two", Partition: -1, Offset: job.Earliest}}, want: "one/0 7 of 3, one/1 4 of 0, two/0 0 of 3, two/1 0 of 0"},
			{positions: []job.Position{{Topic: "one", Partition: -1, Offset: job.AtTime, Time: middle}}, want: "one/0 5 of 5, one/1 4 of 0, two/0 0 of 3, two/1 0 of 0"},
			{positions: []job.Position{{Topic: "one", Partition: 0, Offset: 1}, {Topic: "one", Partition: 1, Offset: 2}}, want: "one/0 1 of 9, one/1 2 of 2, two/0 0 of 3, two/1 0 of 0"},
			{positions: []job.Position{{Topic: "one", Partition: 0, Offset: 11}}, err: "there is no such position: partition 0 of topic one has the offsets 0 to 10, not 11"},
			{positions: []job.Position{{Topic: "one", Partition: 5, Offset: 0}}, err: "there is no such position: topic one has no partition 5"},
			{positions: []job.Position{{Topic: "three", Partition: -1, Offset: job.Latest}}, err: "there is no such position: there is no topic three"},
			{positions: []job.Position{{Partition: -1, Offset: job.Earliest}}, want: "one/0 0 of 10, one/1 0 of 4, two/0 0 of 3, two/1 0 of 0"},
		} {
			if len(row.positions) > 0 {
				err := a.Commit(ctx, "group", topics, row.positions)
				if row.err != "" {
					if err == nil || err.Error() != row.err {
						t.Errorf("%d: %v, want %s", i, err, row.err)
					}
					continue
				}
				if err != nil {
					t.Errorf("%d: %v", i, err)
				}
			}
			if got := lag(t, ctx, a, "group", topics); got != row.want {
				t.Errorf("%d: %s, want %s", i, got, row.want)
			}
		}
	})
}

func lag(t *testing.T, ctx context.Context, a *kafka.Admin, group string, topics []string) string {
	t.Helper()
	all, err := a.Lag(ctx, group, topics)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, one := range all {
		lines = append(lines, fmt.Sprintf("%s/%d %d of %d", one.Topic, one.Partition, one.Committed, one.Behind))
	}
	return strings.Join(lines, ", ")
}

// fill puts 10 records into one/0, 4 into one/1 and 3 into two/0; the time is that between the fifth and the sixth of the first.
func fill(t *testing.T, ctx context.Context, config kafka.Config) time.Time {
	t.Helper()
	options, err := config.Options()
	if err != nil {
		t.Fatal(err)
	}
	client, err := kgo.NewClient(append(options, kgo.RecordPartitioner(kgo.ManualPartitioner()))...)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	start := time.Now().Add(-time.Hour).Truncate(time.Second)
	put := func(topic string, partition int32, number int) {
		for i := range number {
			record := &kgo.Record{Topic: topic, Partition: partition, Value: []byte("v"), Timestamp: start.Add(time.Duration(i) * time.Minute)}
			if err := client.ProduceSync(ctx, record).FirstErr(); err != nil {
				t.Fatal(err)
			}
		}
	}
	put("one", 0, 10)
	put("one", 1, 4)
	put("two", 0, 3)
	return start.Add(4*time.Minute + 30*time.Second)
}

// TestCommitNeedsAnEmptyGroup: while somebody works in a group, its offsets are not moved under their feet.
func TestCommitNeedsAnEmptyGroup(t *testing.T) {
	everyBroker(t, func(t *testing.T, config kafka.Config) {
		ctx := limited(t)
		a := admin(t, config)
		if err := a.Create(ctx, 1, "busy"); err != nil {
			t.Fatal(err)
		}
		options, _ := config.Options()
		joined := make(chan struct{})
		member, err := kgo.NewClient(append(options, kgo.ConsumerGroup("members"), kgo.ConsumeTopics("busy"),
			kgo.OnPartitionsAssigned(func(context.Context, *kgo.Client, map[string][]int32) { close(joined) }))...)
		if err != nil {
			t.Fatal(err)
		}
		defer member.Close()
		go member.PollFetches(ctx)
		<-joined
		if err := a.Commit(ctx, "members", []string{"busy"}, []job.Position{{Partition: -1, Offset: job.Earliest}}); !errors.Is(err, job.ErrBusy) {
			t.Errorf("a group that works: %v", err)
		}
	})
}

// TestTopicsThatDoNotExist have no lag.
func TestTopicsThatDoNotExist(t *testing.T) {
	everyBroker(t, func(t *testing.T, config kafka.Config) {
		all, err := admin(t, config).Lag(limited(t), "nobody", []string{"nowhere"})
		if err != nil || len(all) != 0 {
			t.Errorf("%v, %v", all, err)
		}
		if all, err := admin(t, config).Lag(limited(t), "nobody", nil); err != nil || len(all) != 0 {
			t.Errorf("no topics: %v, %v", all, err)
		}
	})
}

// TestSettingsThatCannotBe: an error names the setting.
func TestSettingsThatCannotBe(t *testing.T) {
	brokers := []string{"127.0.0.1:1"}
	for want, config := range map[string]kafka.Config{
		"KAFKA_URL":         {},
		"SECURITY_PROTOCOL": {Brokers: brokers, Protocol: "TLS"},
		"SASL_MECHANISM":    {Brokers: brokers, Protocol: "SASL_SSL", User: "u", Mechanism: "GSSAPI"},
		"KAFKA_CREDENTIALS": {Brokers: brokers, Protocol: "SASL_SSL", Mechanism: "PLAIN"},
		"KAFKA_AUTHORITY":   {Brokers: brokers, Protocol: "SSL", Authority: []byte("hidden")},
		"KAFKA_CERTIFICATE": {Brokers: brokers, Protocol: "SSL", Certificate: []byte("hidden"), Key: []byte("hidden")},
	} {
		_, err := config.Options()
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%s: %v", want, err)
		}
	}
}

// TestLogin: who has the password comes in by every mechanism, who has another does not.
func TestLogin(t *testing.T) {
	for _, mechanism := range []string{"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"} {
		t.Run(mechanism, func(t *testing.T) {
			cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.EnableSASL(), kfake.Superuser(mechanism, "u", "right"))
			if err != nil {
				t.Fatal(err)
			}
			defer cluster.Close()
			login(t, kafka.Config{Brokers: cluster.ListenAddrs(), Protocol: "SASL_PLAINTEXT", Mechanism: mechanism, User: "u", Password: "right"})
		})
	}
	t.Run("Kafka", func(t *testing.T) {
		login(t, kafka.Config{Brokers: []string{servers.Kafka(t).SASL}, Protocol: "SASL_PLAINTEXT", Mechanism: "PLAIN", User: testserver.User, Password: testserver.Password})
	})
}

func login(t *testing.T, config kafka.Config) {
	t.Helper()
	if err := admin(t, config).Ping(limited(t)); err != nil {
		t.Error(err)
	}
	config.Password = "wrong"
	err := admin(t, config).Ping(limited(t))
	if err == nil || slices.Contains(strings.Fields(err.Error()), "wrong") {
		t.Errorf("with a wrong password: %v", err)
	}
}
