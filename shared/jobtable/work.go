package jobtable

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/pause"
)

// Count implements [job.Store]. It is sent once: of a failure whose outcome is unknown the numbers may be counted or not.
func (s *Store) Count(ctx context.Context, key string, more job.Counts) error {
	ask := input{
		TableName: s.table, Key: keyOf(key, countsPart), UpdateExpression: "ADD #delivered :delivered, #filtered :filtered, #failed :failed",
		ExpressionAttributeNames: map[string]string{"#delivered": "delivered", "#filtered": "filtered", "#failed": "failed"},
		ExpressionAttributeValues: item{
			":delivered": number(more.Delivered), ":filtered": number(more.Filtered), ":failed": number(more.Failed),
		},
	}
	if more.LastError != "" {
		ask.UpdateExpression += " SET #error = :error, #time = :time"
		ask.ExpressionAttributeNames["#error"], ask.ExpressionAttributeNames["#time"] = "lastError", "lastFailed"
		ask.ExpressionAttributeValues[":error"] = text(more.LastError)
		ask.ExpressionAttributeValues[":time"] = text(more.LastFailed.UTC().Format(time.RFC3339Nano))
	}
	return s.call(ctx, "UpdateItem", once, ask, &struct{}{})
}

// Counts implements [job.Store].
func (s *Store) Counts(ctx context.Context, key string) (job.Counts, error) {
	found, err := s.item(ctx, key, countsPart)
	if err != nil || found == nil {
		return job.Counts{}, err
	}
	counts := job.Counts{Delivered: found.number("delivered"), Filtered: found.number("filtered"), Failed: found.number("failed"), LastError: found.text("lastError")}
	if counts.LastError != "" {
		counts.LastFailed, err = time.Parse(time.RFC3339Nano, found.text("lastFailed"))
	}
	return counts, err
}

const (
	// logLifetime is how long a line of a log is kept.
	logLifetime = 14 * 24 * time.Hour
	// batch is how many items BatchWriteItem takes.
	batch = 25
	// entityLimit is how much of a record a line keeps: an item has 400 KB.
	entityLimit = 64 << 10
)

// Log implements [job.Store].
func (s *Store) Log(ctx context.Context, key string, entries ...job.Entry) error {
	run := rand.Uint32()
	var items []item
	for i, entry := range entries {
		entry.Entity = entry.Entity[:min(len(entry.Entity), entityLimit)]
		entry.Message = entry.Message[:min(len(entry.Message), entityLimit)]
		content, err := json.Marshal(entry)
		if err != nil {
			return err
		}
		one := keyOf(key, linePart(entry.Time, i, run))
		one["entry"], one[expiresAttribute] = text(string(content)), number(s.now().Add(logLifetime).Unix())
		items = append(items, one)
	}
	for part := range slices.Chunk(items, batch) {
		if err := s.write(ctx, part); err != nil {
			return err
		}
	}
	return nil
}

// linePart orders lines by time, those of one time as they were given, and no two are one.
func linePart(at time.Time, number int, run uint32) string {
	return fmt.Sprintf("%s%020d#%06d#%08x", logPrefix, at.UnixNano(), number, run)
}

const logPrefix = "log#"

type writeRequest struct {
	PutRequest struct{ Item item }
}

// write puts items, and again those that there was no room for.
func (s *Store) write(ctx context.Context, items []item) error {
	requests := make([]writeRequest, len(items))
	for i, one := range items {
		requests[i].PutRequest.Item = one
	}
	pending := map[string][]writeRequest{s.table: requests}
	for wait := 50 * time.Millisecond; ; wait *= 2 {
		var output struct{ UnprocessedItems map[string][]writeRequest }
		if err := s.call(ctx, "BatchWriteItem", repeatable, map[string]any{"RequestItems": pending}, &output); err != nil {
			return err
		}
		pending = output.UnprocessedItems
		if len(pending) == 0 {
			return nil
		}
		if err := pause.About(ctx, wait); err != nil {
			return err
		}
	}
}

// Logs implements [job.Store].
func (s *Store) Logs(ctx context.Context, key string, most int) ([]job.Entry, error) {
	backwards := false
	ask := input{
		TableName: s.table, KeyConditionExpression: "#key = :key AND begins_with(#part, :log)",
		ExpressionAttributeNames:  map[string]string{"#key": keyAttribute, "#part": partAttribute},
		ExpressionAttributeValues: item{":key": text(key), ":log": text(logPrefix)}, ScanIndexForward: &backwards, ConsistentRead: true,
	}
	var entries []job.Entry
	for most > len(entries) {
		ask.Limit = most - len(entries)
		page, err := s.query(ctx, ask)
		if err != nil {
			return nil, err
		}
		for _, one := range page.Items {
			var entry job.Entry
			if err := json.Unmarshal([]byte(one.text("entry")), &entry); err != nil {
				return nil, fmt.Errorf("a line of job %s is damaged: %w", key, err)
			}
			entries = append(entries, entry)
		}
		if page.LastEvaluatedKey == nil {
			break
		}
		ask.ExclusiveStartKey = page.LastEvaluatedKey
	}
	slices.Reverse(entries)
	return entries, nil
}

// Reserve implements [job.Store]: where the next slot has come it is taken from now on, and else the one after it. Each is one write that holds only
// where the other does not.
func (s *Store) Reserve(ctx context.Context, key string, interval time.Duration, now time.Time) (time.Time, error) {
	for ctx.Err() == nil {
		err := s.reserve(ctx, key, "attribute_not_exists(#next) OR #next <= :now", "SET #next = :then", item{":now": number(now.UnixNano()), ":then": number(now.Add(interval).UnixNano())}, nil)
		if !conditionFailed(err) {
			return now, err
		}
		var before struct{ Attributes item }
		err = s.reserve(ctx, key, "#next > :now", "ADD #next :interval", item{":now": number(now.UnixNano()), ":interval": number(int64(interval))}, &before)
		if !conditionFailed(err) {
			return time.Unix(0, before.Attributes.number("next")).In(now.Location()), err
		}
	}
	return now, ctx.Err()
}

func (s *Store) reserve(ctx context.Context, key, condition, update string, values item, before any) error {
	ask := input{
		TableName: s.table, Key: keyOf(key, ratePart), ConditionExpression: condition, UpdateExpression: update,
		ExpressionAttributeNames: map[string]string{"#next": "next"}, ExpressionAttributeValues: values,
	}
	if before == nil {
		return s.call(ctx, "UpdateItem", repeatable, ask, &struct{}{})
	}
	ask.ReturnValues = "UPDATED_OLD"
	return s.call(ctx, "UpdateItem", repeatable, ask, before)
}

var _ job.Store = (*Store)(nil)
