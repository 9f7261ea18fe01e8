package kafka

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// Producer puts records into topics. Its methods may be called concurrently.
type Producer struct{ client *kgo.Client }

// NewProducer makes a producer, which reaches the brokers when it first puts something. It is to be closed.
func NewProducer(config Config) (*Producer, error) {
	client, err := newClient(config, kgo.UnknownTopicRetries(0), kgo.ProducerBatchMaxBytes(maxRecord))
	return &Producer{client}, err
}

// maxRecord is the most bytes of a record; brokers have a limit of their own, mostly 1 MB.
const maxRecord = 16 << 20

func newClient(config Config, more ...kgo.Opt) (*kgo.Client, error) {
	options, err := config.Options()
	if err != nil {
		return nil, err
	}
	return kgo.NewClient(append(options, more...)...)
}

// Put puts a record at the end of a topic and waits until all replicas have it. A topic that does not exist is made, as the brokers make topics.
func (p *Producer) Put(ctx context.Context, topic string, key, value []byte, headers map[string]string) error {
	err := p.put(ctx, topic, key, value, headers)
	if !errors.Is(err, kerr.UnknownTopicOrPartition) {
		return err
	}
	answer, err := kadm.NewClient(p.client).CreateTopic(ctx, -1, -1, nil, topic)
	if err == nil {
		err = answer.Err
	}
	if err != nil && !errors.Is(err, kerr.TopicAlreadyExists) {
		return err
	}
	p.client.PurgeTopicsFromProducing(topic) // it knows that there was none
	return p.put(ctx, topic, key, value, headers)
}

func (p *Producer) put(ctx context.Context, topic string, key, value []byte, headers map[string]string) error {
	record := &kgo.Record{Topic: topic, Key: key, Value: value}
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		record.Headers = append(record.Headers, kgo.RecordHeader{Key: name, Value: []byte(headers[name])})
	}
	return p.client.ProduceSync(ctx, record).FirstErr()
}

// Close ends the connections.
func (p *Producer) Close() { p.client.Close() }
