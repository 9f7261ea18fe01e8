// Package mappings reads the topics of jobs by event source mappings of Lambda: [job.Consumers] on AWS.
//
// A job has an alias of the function behind streams, named after its key, by which the function knows whose records it is given, and a mapping for
// each topic on that alias. Start and stop are the mapping's Enabled. Jobs of files have the alias and the mappings that the stack makes; whatever is
// done with them is done with what is found, so that it makes no difference. Only that those are disabled where others are deleted: they are the stack's.
//
// Lambda takes up to 90 seconds to enable or disable a mapping, and minutes to make one; meanwhile it refuses changes. A call does what it can, waits for
// a while, and ends with [job.ErrBusy] where there is more to do; the same call goes on with it.
package mappings

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/steploom/steploom/shared/aws"
	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/pause"
	"github.com/steploom/steploom/shared/task"
)

// Offsets are those of consumer groups, as the brokers know them: shared/kafka.Admin.
type Offsets interface {
	// Commit makes a group, in which nobody works, go on at positions of topics.
	Commit(ctx context.Context, group string, topics []string, positions []job.Position) error
	// Lag tells how far a group is behind in topics.
	Lag(ctx context.Context, group string, topics []string) ([]job.Lag, error)
}

// Config is what consumers need of their surroundings.
type Config struct {
	Client      *aws.Client
	Environment task.Environment // the variables of [Variables] and of [job.ReadSettings]
	// Offsets asks the brokers; it is called when that is first needed, and may be nil where it never is.
	Offsets func(ctx context.Context) (Offsets, error)
	// Patience is how long a call waits for Lambda, and Pause how long it waits each time; 0 is 20 and 2 seconds.
	Patience, Pause time.Duration
}

// Consumers are [job.Consumers].
type Consumers struct {
	config   Config
	settings settings
	wrong    error
	api      api
}

// New makes consumers. What is wrong with the environment is an error of the calls.
func New(config Config) *Consumers {
	if config.Patience == 0 {
		config.Patience = 20 * time.Second
	}
	if config.Pause == 0 {
		config.Pause = 2 * time.Second
	}
	settings, err := read(config.Environment)
	return &Consumers{config: config, settings: settings, wrong: err, api: api{config.Client, settings.function}}
}

// Apply implements [job.Consumers].
func (c *Consumers) Apply(ctx context.Context, record job.Record) error {
	return c.patiently(ctx, func() error { return c.apply(ctx, record) })
}

// patiently does something until it is not too early any more, or patience is over.
func (c *Consumers) patiently(ctx context.Context, do func() error) error {
	if c.wrong != nil {
		return c.wrong
	}
	limit := time.Now().Add(c.config.Patience)
	for {
		err := do()
		if !errors.Is(err, job.ErrBusy) || !time.Now().Add(c.config.Pause).Before(limit) {
			return err
		}
		if pause.For(ctx, c.config.Pause) != nil {
			return err
		}
	}
}

// apply goes once over all that there is and is to be.
func (c *Consumers) apply(ctx context.Context, record job.Record) error {
	found, err := c.api.list(ctx, record.Key)
	if err != nil {
		return err
	}
	runs := record.State == job.Running
	var failures []error
	for _, one := range found {
		failures = append(failures, c.settle(ctx, record, one, runs))
	}
	if runs {
		failures = append(failures, c.complete(ctx, record, found))
	}
	return worst(failures)
}

// worst is a failure that is more than being too early, where there is one.
func worst(failures []error) error {
	var early error
	for _, failure := range failures {
		if errors.Is(failure, job.ErrBusy) {
			early = job.ErrBusy
		} else if failure != nil {
			return failure
		}
	}
	return early
}

// settle makes a mapping that is there what it is to be.
func (c *Consumers) settle(ctx context.Context, record job.Record, one mapping, runs bool) error {
	if !slices.Contains(record.Topics, one.topic()) {
		return c.leave(ctx, record, one)
	}
	change, changed := mapping{}, false
	if runs {
		change, changed = c.settings.wanted(record).over(one)
	}
	if one.on() != runs {
		change.Enabled, changed = &runs, true
	}
	if !changed {
		return nil
	}
	return c.api.update(ctx, one.UUID, change)
}

// Switch enables or disables the mappings of a job that are there, as its state says: none is made, and nothing else of them is changed. Those of topics that
// the job does not have are disabled.
func (c *Consumers) Switch(ctx context.Context, record job.Record) error {
	return c.patiently(ctx, func() error {
		found, err := c.api.list(ctx, record.Key)
		if err != nil {
			return err
		}
		var failures []error
		for _, one := range found {
			on := record.State == job.Running && slices.Contains(record.Topics, one.topic())
			if one.on() != on {
				failures = append(failures, c.api.update(ctx, one.UUID, mapping{Enabled: &on}))
			}
		}
		return worst(failures)
	})
}

// over is what differs of a mapping that is there, of what jobs decide.
func (m mapping) over(there mapping) (change mapping, changed bool) {
	if there.ProvisionedPollerConfig == nil || there.ProvisionedPollerConfig.MaximumPollers != m.ProvisionedPollerConfig.MaximumPollers {
		own := *m.ProvisionedPollerConfig
		if there.ProvisionedPollerConfig != nil {
			own.PollerGroupName = there.ProvisionedPollerConfig.PollerGroupName
		}
		change.ProvisionedPollerConfig, changed = &own, true
	}
	known := ""
	if there.DestinationConfig != nil {
		known = there.DestinationConfig.OnFailure.Destination
	}
	if known != m.DestinationConfig.OnFailure.Destination {
		change.DestinationConfig, change.MaximumRetryAttempts, changed = m.DestinationConfig, m.MaximumRetryAttempts, true
	}
	return change, changed
}

// leave ends the reading of a topic: the stack's mappings are disabled, others are taken away.
func (c *Consumers) leave(ctx context.Context, record job.Record, one mapping) error {
	switch off := false; {
	case !record.Declared:
		return c.api.delete(ctx, one.UUID)
	case one.on():
		return c.api.update(ctx, one.UUID, mapping{Enabled: &off})
	}
	return nil
}

// complete adds what is missing of a job that runs.
func (c *Consumers) complete(ctx context.Context, record job.Record, found []mapping) error {
	alias := len(found) > 0
	var failures []error
	for _, topic := range record.Topics {
		if slices.ContainsFunc(found, func(m mapping) bool { return m.topic() == topic }) {
			continue
		}
		if !alias {
			if err := c.api.createAlias(ctx, record.Key); err != nil {
				return err
			}
			alias = true
		}
		on, wanted := true, c.settings.wanted(record)
		wanted.FunctionName, wanted.Topics, wanted.Enabled = c.settings.function+":"+record.Key, []string{topic}, &on
		if wanted.DestinationConfig.OnFailure.Destination == "" {
			wanted.DestinationConfig = nil
		}
		c.settings.sources(&wanted, freeGroup(record, topic, found))
		failures = append(failures, c.api.create(ctx, wanted))
	}
	return worst(failures)
}

// freeGroup is the consumer group of a topic, another one where a mapping has it that was first among the topics once: no two mappings may have one.
func freeGroup(record job.Record, topic string, found []mapping) string {
	group := job.TopicGroup(record.Key, record.Topics, topic)
	if slices.ContainsFunc(found, func(m mapping) bool { return m.group() == group }) {
		return job.TopicGroup(record.Key, []string{"", topic}, topic)
	}
	return group
}

// Remove implements [job.Consumers]. The alias goes with the last mapping.
func (c *Consumers) Remove(ctx context.Context, record job.Record) error {
	return c.patiently(ctx, func() error {
		found, err := c.api.list(ctx, record.Key)
		if err != nil {
			return err
		}
		var failures []error
		for _, one := range found {
			failures = append(failures, c.leave(ctx, record, one))
		}
		if err := worst(failures); err != nil || record.Declared {
			return err
		}
		return busy(c.api.deleteAlias(ctx, record.Key))
	})
}

// RemoveAll takes every mapping and every alias away, those of posted jobs and of the stack's own: the function behind streams is on its way out.
func (c *Consumers) RemoveAll(ctx context.Context) error {
	return c.patiently(ctx, func() error {
		keys, err := c.api.aliases(ctx)
		if err != nil {
			return err
		}
		var failures []error
		for _, key := range keys {
			found, err := c.api.list(ctx, key)
			failures = append(failures, err)
			for _, one := range found {
				failures = append(failures, c.api.delete(ctx, one.UUID))
			}
			if worst(failures) == nil {
				failures = append(failures, busy(c.api.deleteAlias(ctx, key)))
			}
		}
		return worst(failures)
	})
}

// Lag implements [job.Consumers].
func (c *Consumers) Lag(ctx context.Context, record job.Record) ([]job.Lag, error) {
	groups, err := c.groups(ctx, record)
	if err != nil {
		return nil, err
	}
	offsets, err := c.offsets(ctx)
	if err != nil {
		return nil, err
	}
	all := []job.Lag{}
	for _, topic := range record.Topics {
		lag, err := offsets.Lag(ctx, groups[topic], []string{topic})
		if err != nil {
			return nil, err
		}
		all = append(all, lag...)
	}
	return all, nil
}

func (c *Consumers) offsets(ctx context.Context) (Offsets, error) {
	if c.config.Offsets == nil {
		return nil, errors.New("nobody can ask the brokers")
	}
	return c.config.Offsets(ctx)
}

// groups are the consumer groups of the job's topics: those of the mappings that are there.
func (c *Consumers) groups(ctx context.Context, record job.Record) (map[string]string, error) {
	if c.wrong != nil {
		return nil, c.wrong
	}
	found, err := c.api.list(ctx, record.Key)
	if err != nil {
		return nil, err
	}
	groups := map[string]string{}
	for _, topic := range record.Topics {
		groups[topic] = job.TopicGroup(record.Key, record.Topics, topic)
	}
	for _, one := range found {
		groups[one.topic()] = one.group()
	}
	return groups, nil
}

// SetOffset implements [job.Consumers]: the mappings of the topics are disabled, the groups' offsets are committed when they are, and they are enabled
// again if the job runs. job.ErrBusy says that they are not disabled yet: nothing has been committed, and the same call goes on.
func (c *Consumers) SetOffset(ctx context.Context, record job.Record, positions []job.Position) error {
	groups, err := c.groups(ctx, record)
	if err != nil {
		return err
	}
	offsets, err := c.offsets(ctx)
	if err != nil {
		return err
	}
	of := map[string][]job.Position{}
	for _, topic := range record.Topics {
		for _, position := range positions {
			if position.Topic == "" || position.Topic == topic {
				position.Topic = topic
				of[topic] = append(of[topic], position)
			}
		}
	}
	if err := c.patiently(ctx, func() error { return c.quiet(ctx, record.Key, of) }); err != nil {
		return err
	}
	for _, topic := range record.Topics {
		if len(of[topic]) > 0 && err == nil {
			err = offsets.Commit(ctx, groups[topic], []string{topic}, of[topic])
		}
	}
	if err != nil {
		err = fmt.Errorf("the offsets of job %s are not set: %w", record.Key, err)
	}
	if failure := c.Apply(ctx, record); failure != nil && !errors.Is(failure, job.ErrBusy) {
		return errors.Join(err, failure)
	}
	return err
}

// quiet disables the mappings of topics, and tells when they are.
func (c *Consumers) quiet(ctx context.Context, key string, topics map[string][]job.Position) error {
	found, err := c.api.list(ctx, key)
	if err != nil {
		return err
	}
	var failures []error
	for _, one := range found {
		if len(topics[one.topic()]) == 0 || one.State == disabled {
			continue
		}
		failures = append(failures, job.ErrBusy)
		if off := false; one.on() {
			failures = append(failures, c.api.update(ctx, one.UUID, mapping{Enabled: &off}))
		}
	}
	return worst(failures)
}

var _ job.Consumers = (*Consumers)(nil)
