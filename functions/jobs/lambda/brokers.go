package main

import (
	"context"
	"sync"

	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/kafka"
	"github.com/steploom/steploom/shared/mappings"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

// brokers are those that the settings name. They are connected when offsets are first asked for, which most requests never do.
type brokers struct {
	environment task.Environment
	secrets     secret.Resolver

	mutex sync.Mutex
	admin *kafka.Admin
}

func (b *brokers) offsets(ctx context.Context) (mappings.Offsets, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.admin != nil {
		return b.admin, nil
	}
	settings, err := job.ReadSettings(b.environment)
	if err != nil {
		return nil, err
	}
	config, err := kafka.Resolve(ctx, settings, b.secrets, task.Jobs)
	if err != nil {
		return nil, err
	}
	admin, err := kafka.NewAdmin(config)
	if err != nil {
		return nil, err
	}
	b.admin = admin
	return admin, nil
}
