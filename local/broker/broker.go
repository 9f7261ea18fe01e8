// Package broker is a broker of Kafka in this process, for those who have none. What it holds lies in a folder, and a folder with files fills its topics.
package broker

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/steploom/steploom/shared/kafka"
)

// Broker is a broker that listens on the loopback interface.
type Broker struct {
	cluster *kfake.Cluster
	lock    *lock
	folder  string
	address string
}

// largestBatch is the most bytes of records that come at once; a record of 10 MB fits.
const largestBatch = "16777216"

// Start starts a broker with what the folder holds. Only one process may work with a folder. The broker is to be closed.
func Start(folder string) (*Broker, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	lock, err := take(filepath.Join(folder, "lock.db"))
	if err != nil {
		return nil, fmt.Errorf("another process, which may be another steploom dev of this folder, has the embedded broker in %s: end it, or name a broker of your own", folder)
	}
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.DataDir(filepath.Join(folder, "data")),
		kfake.DefaultNumPartitions(1), kfake.BrokerConfigs(map[string]string{"message.max.bytes": largestBatch}))
	if err != nil {
		lock.release()
		return nil, err
	}
	return &Broker{cluster: cluster, lock: lock, folder: folder, address: cluster.ListenAddrs()[0]}, nil
}

// Address is where it listens, host:port.
func (b *Broker) Address() string { return b.address }

// Close ends the broker; what it holds is written.
func (b *Broker) Close() {
	b.cluster.Close()
	b.lock.release()
}

// Filled is what was put into a topic of a file just now.
type Filled struct {
	File, Topic string
	Records     int
	// Again tells that the file's earlier records are not those of before, so that all were put.
	Again bool
}

// Fill puts the records of the files in a folder into topics of their names: those that have not been put yet. A folder that does not exist has none.
func (b *Broker) Fill(ctx context.Context, folder string) ([]Filled, error) {
	files, err := readTopics(folder)
	if err != nil || len(files) == 0 {
		return nil, err
	}
	known, err := readStamps(b.stamps())
	if err != nil {
		return nil, err
	}
	client, err := kgo.NewClient(kgo.SeedBrokers(b.address), kgo.ProducerBatchMaxBytes(12<<20), kgo.RecordPartitioner(kgo.StickyKeyPartitioner(nil)))
	if err != nil {
		return nil, err
	}
	defer client.Close()
	if err := b.make(ctx, files); err != nil {
		return nil, err
	}
	var filled []Filled
	for _, one := range files {
		rest, again := known.rest(one)
		if len(rest) == 0 {
			continue
		}
		for _, value := range rest { // one after the other: their order is that of the file
			if err := client.ProduceSync(ctx, &kgo.Record{Topic: one.topic, Value: value}).FirstErr(); err != nil {
				return filled, fmt.Errorf("%s: %w", one.path, err)
			}
		}
		known[one.name] = one.stamp(len(one.records))
		filled = append(filled, Filled{File: one.path, Topic: one.topic, Records: len(rest), Again: again})
	}
	return filled, known.write(b.stamps())
}

func (b *Broker) stamps() string { return filepath.Join(b.folder, "filled.json") }

// make makes the topics of files.
func (b *Broker) make(ctx context.Context, files []topicFile) error {
	admin, err := kafka.NewAdmin(kafka.Config{Brokers: []string{b.address}})
	if err != nil {
		return err
	}
	defer admin.Close()
	var topics []string
	for _, one := range files {
		topics = append(topics, one.topic)
	}
	return admin.Create(ctx, 1, topics...)
}
