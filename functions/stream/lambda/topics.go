package main

import (
	"context"
	"sync"

	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/kafka"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

// topics puts records into topics of the brokers that the settings name. It finds them when it is first asked, which most jobs never do.
type topics struct {
	environment task.Environment
	secrets     secret.Resolver

	mutex    sync.Mutex
	producer *kafka.Producer
}

// Put implements stream.Producer.
func (t *topics) Put(ctx context.Context, topic string, key, value []byte, headers map[string]string) error {
	producer, err := t.get(ctx)
	if err != nil {
		return err
	}
	return producer.Put(ctx, topic, key, value, headers)
}

func (t *topics) get(ctx context.Context) (*kafka.Producer, error) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.producer != nil {
		return t.producer, nil
	}
	settings, err := job.ReadSettings(t.environment)
	if err != nil {
		return nil, err
	}
	config, err := kafka.Resolve(ctx, settings, t.secrets, task.Stream)
	if err != nil {
		return nil, err
	}
	t.producer, err = kafka.NewProducer(config)
	return t.producer, err
}
