package kafka

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/pause"
)

// Admin looks after topics and the offsets of groups. Its methods may be called concurrently.
type Admin struct {
	client *kgo.Client
	api    *kadm.Client
}

// NewAdmin makes an admin, which reaches the brokers when it is first asked. It is to be closed.
func NewAdmin(config Config) (*Admin, error) {
	client, err := newClient(config, kgo.MetadataMinAge(10*time.Millisecond))
	if err != nil {
		return nil, err
	}
	return &Admin{client, kadm.NewClient(client)}, nil
}

// Close ends the connections.
func (a *Admin) Close() { a.client.Close() }

// Ping asks the brokers for a trifle.
func (a *Admin) Ping(ctx context.Context) error { return a.client.Ping(ctx) }

// Lag tells how far a group is behind in each partition of topics, in order. A topic that does not exist has none.
func (a *Admin) Lag(ctx context.Context, group string, topics []string) ([]job.Lag, error) {
	starts, err := a.offsets(ctx, job.Earliest, time.Time{}, topics)
	if err != nil {
		return nil, err
	}
	ends, err := a.offsets(ctx, job.Latest, time.Time{}, topics)
	if err != nil {
		return nil, err
	}
	committed, err := a.committed(ctx, group)
	if err != nil {
		return nil, err
	}
	all := []job.Lag{}
	ends.Each(func(end kadm.ListedOffset) {
		one := job.Lag{Topic: end.Topic, Partition: end.Partition, Committed: -1, End: end.Offset}
		from := end.Offset
		if start, ok := starts.Lookup(end.Topic, end.Partition); ok {
			from = start.Offset
		}
		if known, ok := committed.Lookup(end.Topic, end.Partition); ok && known.At >= 0 {
			one.Committed, from = known.At, max(known.At, from)
		}
		one.Behind = max(0, end.Offset-from)
		all = append(all, one)
	})
	slices.SortFunc(all, func(x, y job.Lag) int {
		return cmp.Or(cmp.Compare(x.Topic, y.Topic), cmp.Compare(x.Partition, y.Partition))
	})
	return all, nil
}

// committed are the offsets of a group; one that nobody has joined has none.
func (a *Admin) committed(ctx context.Context, group string) (kadm.OffsetResponses, error) {
	var committed kadm.OffsetResponses
	err := settled(ctx, func() (err error) {
		committed, err = a.api.FetchOffsets(ctx, group)
		return err
	})
	if errors.Is(err, kerr.GroupIDNotFound) {
		return nil, nil
	}
	return committed, err
}

// Commit makes a group go on at positions, of the topics given where a position names none; of several that are of one partition the last one counts.
// Nobody may work in the group meanwhile: the brokers refuse it, and so does Commit, with job.ErrBusy, when it has waited for those who are leaving.
//
// An offset before the first record or behind the end of a partition is an error, and nothing is committed.
func (a *Admin) Commit(ctx context.Context, group string, topics []string, positions []job.Position) error {
	wanted := kadm.Offsets{}
	for _, position := range positions {
		of := topics
		if position.Topic != "" {
			of = []string{position.Topic}
		}
		found, err := a.find(ctx, position, of)
		if err != nil {
			return err
		}
		for _, offset := range found {
			wanted.Add(offset)
		}
	}
	if len(wanted) == 0 {
		return errors.New("there is no partition to set an offset in")
	}
	commit := func() error {
		answers, err := a.api.CommitOffsets(ctx, group, wanted)
		if err != nil {
			return err
		}
		return answers.Error()
	}
	limit := time.Now().Add(leaving)
	for {
		err := settled(ctx, commit)
		switch {
		case !isMembers(err):
			return err
		case time.Now().After(limit) || ctx.Err() != nil:
			return fmt.Errorf("%w: somebody works in the group %s: %w", job.ErrBusy, group, err)
		}
		_ = pause.For(ctx, asking)
	}
}

// isMembers tells whether an error is that of a group which has members, or had some a moment ago.
func isMembers(err error) bool {
	return errors.Is(err, kerr.UnknownMemberID) || errors.Is(err, kerr.IllegalGeneration) || errors.Is(err, kerr.RebalanceInProgress)
}

// leaving is how long those who leave a group may take until the brokers know it.
const leaving = 5 * time.Second

// How long brokers may take until one of them looks after a group, which is none at first, and how often they are asked.
const (
	settling = 15 * time.Second
	asking   = 100 * time.Millisecond
)

// settled asks again while brokers say that it may be otherwise in a moment.
func settled(ctx context.Context, ask func() error) error {
	limit := time.Now().Add(settling)
	for {
		err := ask()
		if !kerr.IsRetriable(err) || time.Now().After(limit) {
			return err
		}
		if pause.For(ctx, asking) != nil {
			return err
		}
	}
}

// find gives the offsets that a position stands for.
func (a *Admin) find(ctx context.Context, position job.Position, topics []string) ([]kadm.Offset, error) {
	if len(topics) == 0 {
		return nil, nil
	}
	starts, err := a.offsets(ctx, job.Earliest, time.Time{}, topics)
	if err != nil {
		return nil, err
	}
	ends, err := a.offsets(ctx, job.Latest, time.Time{}, topics)
	if err != nil {
		return nil, err
	}
	asked := ends
	if position.Offset < 0 {
		if asked, err = a.offsets(ctx, position.Offset, position.Time, topics); err != nil {
			return nil, err
		}
	}
	var found []kadm.Offset
	for _, topic := range topics {
		for partition, end := range ends[topic] {
			if position.Partition >= 0 && partition != position.Partition {
				continue
			}
			start, _ := starts.Lookup(topic, partition)
			at := position.Offset
			if at < 0 {
				one, _ := asked.Lookup(topic, partition)
				at = one.Offset
			}
			if at < start.Offset || at > end.Offset {
				return nil, fmt.Errorf("%w: partition %d of topic %s has the offsets %d to %d, not %d", job.ErrPosition, partition, topic, start.Offset, end.Offset, at)
			}
			found = append(found, kadm.Offset{Topic: topic, Partition: partition, At: at, LeaderEpoch: -1})
		}
		if len(ends[topic]) == 0 {
			return nil, fmt.Errorf("%w: there is no topic %s", job.ErrPosition, topic)
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%w: topic %s has no partition %d", job.ErrPosition, topics[0], position.Partition)
	}
	return found, nil
}

// offsets gives where partitions begin, end, or have their first record that is not older than a time: the end where all are older.
func (a *Admin) offsets(ctx context.Context, which int64, at time.Time, topics []string) (kadm.ListedOffsets, error) {
	if len(topics) == 0 { // which would be all topics
		return nil, nil
	}
	var listed kadm.ListedOffsets
	var err error
	switch which {
	case job.Earliest:
		listed, err = a.api.ListStartOffsets(ctx, topics...)
	case job.Latest:
		listed, err = a.api.ListEndOffsets(ctx, topics...)
	case job.AtTime:
		listed, err = a.api.ListOffsetsAfterMilli(ctx, at.UnixMilli(), topics...)
	default:
		return nil, fmt.Errorf("there is no offset %d", which)
	}
	if err != nil {
		return nil, err
	}
	for topic, partitions := range listed {
		for partition, one := range partitions {
			switch {
			case errors.Is(one.Err, kerr.UnknownTopicOrPartition):
				delete(partitions, partition)
			case one.Err != nil:
				return nil, fmt.Errorf("partition %d of topic %s: %w", partition, topic, one.Err)
			}
		}
	}
	return listed, nil
}

// Create makes the topics that do not exist.
func (a *Admin) Create(ctx context.Context, partitions int32, topics ...string) error {
	topics = slices.Compact(slices.Sorted(slices.Values(topics)))
	answers, err := a.api.CreateTopics(ctx, partitions, -1, nil, topics...)
	if err != nil {
		return err
	}
	for _, answer := range answers {
		if answer.Err != nil && !errors.Is(answer.Err, kerr.TopicAlreadyExists) {
			return fmt.Errorf("topic %s: %w", answer.Topic, answer.Err)
		}
	}
	return nil
}

// Leave takes a member out of a group, by what it calls itself; one that is not there has left.
func (a *Admin) Leave(ctx context.Context, group, instance string) error {
	if instance == "" {
		return nil
	}
	_, err := a.api.LeaveGroup(ctx, kadm.LeaveGroup(group).InstanceIDs(instance))
	return err
}
