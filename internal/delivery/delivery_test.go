package delivery

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/steploom/steploom/shared/testserver"
)

var servers testserver.Set

func TestMain(m *testing.M) {
	code := servers.Run(m)
	os.RemoveAll(built.folder)
	os.Exit(code)
}

const (
	topic      = "visit"
	partitions = 3
	// batch is the most records of a partition that a worker does before it commits what is done.
	batch = 50
	// patience is how long nothing may come.
	patience = 45 * time.Second
)

// job delivers the test's records, so that it gives up none that the service could take later.
const job = `{"id": "visits", "owner": "test", "type": "POST", "topic": ["` + topic + `"], "datamap": {"P": "$.msg.P", "N": "$.msg.N"},
"url": "http://%s/", "json_body": ["P", "N"], "x-steploom-timeout": 5,
"retry": {"total": 20, "backoff_factor": 0.05, "backoff_max": 1, "status_forcelist": [500], "respect_retry_after_header": false}%s}`

// everyBroker runs a test against a broker of this process and against Apache Kafka, which can be killed.
func everyBroker(t *testing.T, test func(t *testing.T, broker string, restart func())) {
	testserver.Slow(t, "it kills processes and waits for them")
	t.Run("kfake", func(t *testing.T) {
		cluster, err := kfake.NewCluster(kfake.NumBrokers(1))
		if err != nil {
			t.Fatal(err)
		}
		defer cluster.Close()
		test(t, cluster.ListenAddrs()[0], func() {})
	})
	t.Run("Kafka", func(t *testing.T) {
		kafka, mortal := servers.MortalKafka(t)
		test(t, kafka.Broker, func() {
			mortal.Kill(t)
			mortal.Start(t)
		})
	})
}

// TestDelivery: 10,000 records in 3 partitions; the service answers 500 to 5 % and is away for 10 seconds, the worker is killed 20 times, and the broker
// once. Every record is delivered at least once, and those of a partition in order; after a kill at most a batch of each partition comes again.
func TestDelivery(t *testing.T) {
	everyBroker(t, func(t *testing.T, broker string, restart func()) {
		const each, kills = 3334, 20
		fill(t, broker, each)
		s := newService(t)
		d := newDev(t, broker, fmt.Sprintf(job, s.address, ""))
		d.start(t)
		started := time.Now()
		for kill := range kills {
			await(t, s, (kill+1)*each*partitions/(kills+1))
			time.Sleep(time.Duration(rand.IntN(50)) * time.Millisecond)
			d.kill()
			switch kill {
			case kills / 3:
				s.shut()
				time.AfterFunc(10*time.Second, func() { s.open(t) })
			case 2 * kills / 3:
				restart()
			}
			d.start(t)
		}
		await(t, s, each*partitions)
		awaitCommitted(t, broker, each)
		d.stop(t)
		s.check(t, partitions, each)
		t.Logf("%d records in %s, %d answers of 500, %d kills: %d came again", each*partitions, time.Since(started).Round(time.Second), s.refused, kills, s.duplicates)
		if most := kills * partitions * batch; s.duplicates > most {
			t.Errorf("%d records came again, more than %d", s.duplicates, most)
		}
	})
}

// TestCleanStop: a worker that is asked to end, while records flow, has committed what it has done: nothing comes again.
func TestCleanStop(t *testing.T) {
	everyBroker(t, func(t *testing.T, broker string, _ func()) {
		const each, stops = 400, 5
		fill(t, broker, each)
		s := newService(t)
		d := newDev(t, broker, fmt.Sprintf(job, s.address, ""))
		for stop := range stops {
			d.start(t)
			await(t, s, (stop+1)*each*partitions/(stops+1))
			d.stop(t)
		}
		d.start(t)
		await(t, s, each*partitions)
		s.check(t, partitions, each)
		if s.duplicates > 0 {
			t.Errorf("%d records came again", s.duplicates)
		}
	})
}

// TestRateLimit: requests of a job begin as far apart as it says, however many partitions it reads. They are never faster; how much slower a machine that has
// other work makes them is told.
func TestRateLimit(t *testing.T) {
	everyBroker(t, func(t *testing.T, broker string, _ func()) {
		const each, interval = 20, 100 * time.Millisecond
		fill(t, broker, each)
		s := newService(t)
		s.well = true
		d := newDev(t, broker, fmt.Sprintf(job, s.address, `, "ratelimit": 0.1`))
		d.start(t)
		await(t, s, each*partitions)
		s.mutex.Lock()
		defer s.mutex.Unlock()
		took, want := s.times[len(s.times)-1].Sub(s.times[0]), time.Duration(len(s.times)-1)*interval
		if ratio := float64(took) / float64(want); ratio < 0.95 || ratio > 2 {
			t.Errorf("%d requests took %s, not %s", len(s.times), took, want)
		}
		t.Logf("%d requests took %s, %s is right", len(s.times), took, want)
	})
}

// fill makes the topic and puts records into it, which say where they stand.
func fill(t *testing.T, broker string, each int) {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(broker), kgo.RecordPartitioner(kgo.ManualPartitioner()))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if _, err := kadm.NewClient(client).CreateTopic(t.Context(), partitions, 1, nil, topic); err != nil {
		t.Fatal(err)
	}
	var records []*kgo.Record
	for n := range each {
		for p := range int32(partitions) {
			records = append(records, &kgo.Record{Topic: topic, Partition: p, Value: fmt.Appendf(nil, `{"P": %d, "N": %d}`, p, n)})
		}
	}
	if err := client.ProduceSync(t.Context(), records...).FirstErr(); err != nil {
		t.Fatal(err)
	}
}

// await waits until a number of records have come; as long as some come, it waits.
func await(t *testing.T, s *service, number int) {
	t.Helper()
	last, since := -1, time.Now()
	for {
		now := s.taken()
		switch {
		case now >= number:
			return
		case now != last:
			last, since = now, time.Now()
		case time.Since(since) > patience:
			t.Fatalf("no record has come for %s: %d of %d are there", patience, now, number)
		}
		time.Sleep(time.Millisecond)
	}
}

// awaitCommitted waits until the group stands behind the last record of each partition.
func awaitCommitted(t *testing.T, broker string, each int) {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(broker))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for {
		behind := 0
		offsets, err := kadm.NewClient(client).FetchOffsets(ctx, "RESTWorker:visits")
		if err != nil {
			t.Fatal(err)
		}
		for partition := range int32(partitions) {
			at, _ := offsets.Lookup(topic, partition)
			behind += each - int(at.At)
		}
		if behind == 0 {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
}
