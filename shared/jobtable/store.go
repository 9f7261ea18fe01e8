package jobtable

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"time"

	"github.com/steploom/steploom/shared/aws"
	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/task"
)

// Store is a [job.Store]. Its methods may be called concurrently, and by several processes.
type Store struct {
	client *aws.Client
	table  string
	now    func() time.Time
}

// New makes a store on the table that the environment names by [Variable].
func New(client *aws.Client, environment task.Environment) *Store {
	return &Store{client: client, table: environment.Value(Variable), now: time.Now}
}

// The parts of a job that are items.
const (
	recordPart = "job"
	countsPart = "counts"
	ratePart   = "rate"
)

// value is a value of an attribute as the API writes it (DynamoDB API, AttributeValue).
type value struct {
	S *string `json:",omitempty"`
	N *string `json:",omitempty"`
}

type item map[string]value

func text(s string) value { return value{S: &s} }

func number(n int64) value {
	digits := strconv.FormatInt(n, 10)
	return value{N: &digits}
}

func (i item) text(name string) string {
	if s := i[name].S; s != nil {
		return *s
	}
	return ""
}

func (i item) number(name string) int64 {
	if n := i[name].N; n != nil {
		number, _ := strconv.ParseInt(*n, 10, 64) // the store has written it
		return number
	}
	return 0
}

func keyOf(key, part string) item { return item{keyAttribute: text(key), partAttribute: text(part)} }

// input is what operations are given. Members that an operation does not have stay empty.
type input struct {
	TableName                 string
	IndexName                 string            `json:",omitempty"`
	Key                       item              `json:",omitempty"`
	Item                      item              `json:",omitempty"`
	ConsistentRead            bool              `json:",omitempty"`
	ConditionExpression       string            `json:",omitempty"`
	FilterExpression          string            `json:",omitempty"`
	ProjectionExpression      string            `json:",omitempty"`
	UpdateExpression          string            `json:",omitempty"`
	KeyConditionExpression    string            `json:",omitempty"`
	ExpressionAttributeNames  map[string]string `json:",omitempty"`
	ExpressionAttributeValues item              `json:",omitempty"`
	ReturnValues              string            `json:",omitempty"`
	ExclusiveStartKey         item              `json:",omitempty"`
	ScanIndexForward          *bool             `json:",omitempty"`
	Limit                     int               `json:",omitempty"`
}

// call sends an operation. again tells that doing it twice is no worse than once.
func (s *Store) call(ctx context.Context, operation string, again idempotence, input, output any) error {
	if s.table == "" {
		return fmt.Errorf("%s is not set", Variable)
	}
	return s.client.Call(ctx, aws.Operation{
		Service: "dynamodb", ID: task.ServiceDynamoDB, Target: "DynamoDB_20120810." + operation, Version: "1.0", Idempotent: bool(again),
	}, input, output)
}

type idempotence bool

const (
	repeatable idempotence = true
	once       idempotence = false
)

// conditionFailed tells that a condition did not hold, so that nothing was done.
func conditionFailed(err error) bool {
	refused, ok := errors.AsType[*aws.Error](err)
	return ok && refused.Code == "ConditionalCheckFailedException"
}

// Get implements [job.Store].
func (s *Store) Get(ctx context.Context, key string) (job.Record, error) {
	found, err := s.item(ctx, key, recordPart)
	switch {
	case err != nil:
		return job.Record{}, err
	case found == nil:
		return job.Record{}, job.ErrUnknown
	}
	return found.record()
}

func (s *Store) item(ctx context.Context, key, part string) (item, error) {
	if key == "" {
		return nil, nil
	}
	var output struct{ Item item }
	err := s.call(ctx, "GetItem", repeatable, input{TableName: s.table, Key: keyOf(key, part), ConsistentRead: true}, &output)
	return output.Item, err
}

// record reads an item of a record. State, reason and version stand beside the record, so that they can be changed without it.
func (i item) record() (job.Record, error) {
	var record job.Record
	if err := json.Unmarshal([]byte(i.text("record")), &record); err != nil {
		return record, fmt.Errorf("the item of job %s is damaged: %w", i.text(keyAttribute), err)
	}
	record.State, record.Reason, record.Version = job.State(i.text("state")), i.text("reason"), i.number("version")
	return record, nil
}

// tenantText is a tenant as an attribute, which is never empty.
func tenantText(tenant string) value { return text("tenant:" + tenant) }

// List implements [job.Store].
func (s *Store) List(ctx context.Context, tenant string) ([]job.Record, error) {
	ask := input{
		TableName: s.table, IndexName: tenantIndex, KeyConditionExpression: "#tenant = :tenant",
		ExpressionAttributeNames: map[string]string{"#tenant": tenantAttribute}, ExpressionAttributeValues: item{":tenant": tenantText(tenant)},
	}
	var records []job.Record
	err := s.each(ctx, "Query", ask, func(one item) error {
		record, err := one.record()
		records = append(records, record)
		return err
	})
	if err != nil {
		return nil, err
	}
	return records, nil
}

// Failed gives the keys of the jobs that are failed, whatever tenants they have, in no order. It reads the index, which has an item for each job and none
// for its log.
func (s *Store) Failed(ctx context.Context) ([]string, error) {
	ask := input{
		TableName: s.table, IndexName: tenantIndex, FilterExpression: "#state = :failed", ProjectionExpression: "#key",
		ExpressionAttributeNames: map[string]string{"#state": "state", "#key": keyAttribute}, ExpressionAttributeValues: item{":failed": text(string(job.Failed))},
	}
	var keys []string
	err := s.each(ctx, "Scan", ask, func(one item) error {
		keys = append(keys, one.text(keyAttribute))
		return nil
	})
	return keys, err
}

// each hands over the items that a Query or Scan finds, page by page.
func (s *Store) each(ctx context.Context, operation string, ask input, take func(item) error) error {
	for {
		var found page
		if err := s.call(ctx, operation, repeatable, ask, &found); err != nil {
			return err
		}
		for _, one := range found.Items {
			if err := take(one); err != nil {
				return err
			}
		}
		if found.LastEvaluatedKey == nil {
			return nil
		}
		ask.ExclusiveStartKey = found.LastEvaluatedKey
	}
}

type page struct {
	Items            []item
	LastEvaluatedKey item
}

func (s *Store) query(ctx context.Context, ask input) (page, error) {
	var found page
	return found, s.call(ctx, "Query", repeatable, ask, &found)
}

// Put implements [job.Store].
func (s *Store) Put(ctx context.Context, record job.Record) (job.Record, error) {
	known := record.Version
	record.Version++
	content, err := json.Marshal(record)
	if err != nil {
		return job.Record{}, err
	}
	ask := input{TableName: s.table, Item: keyOf(record.Key, recordPart), ConditionExpression: "attribute_not_exists(#key)", ExpressionAttributeNames: map[string]string{"#key": keyAttribute}}
	maps.Copy(ask.Item, item{
		tenantAttribute: tenantText(record.Tenant), "record": text(string(content)), "version": number(record.Version), "state": text(string(record.State)), "reason": text(record.Reason),
	})
	if known != 0 {
		ask.ConditionExpression, ask.ExpressionAttributeNames = "#version = :version", map[string]string{"#version": "version"}
		ask.ExpressionAttributeValues = item{":version": number(known)}
	}
	err = s.call(ctx, "PutItem", repeatable, ask, &struct{}{})
	if conditionFailed(err) {
		return job.Record{}, job.ErrConflict
	}
	if err == nil && known == 0 {
		err = s.forget(ctx, record.Key) // what was counted late of an earlier job
	}
	return record, err
}

// forget takes away what is kept beside a record.
func (s *Store) forget(ctx context.Context, key string) error {
	for _, part := range []string{countsPart, ratePart} {
		if err := s.call(ctx, "DeleteItem", repeatable, input{TableName: s.table, Key: keyOf(key, part)}, &struct{}{}); err != nil {
			return err
		}
	}
	return nil
}

// Delete implements [job.Store].
func (s *Store) Delete(ctx context.Context, key string) error {
	ask := input{
		TableName: s.table, Key: keyOf(key, recordPart),
		ConditionExpression: "attribute_exists(#key)", ExpressionAttributeNames: map[string]string{"#key": keyAttribute},
	}
	err := s.call(ctx, "DeleteItem", repeatable, ask, &struct{}{})
	if conditionFailed(err) {
		return job.ErrUnknown
	}
	if err != nil {
		return err
	}
	return s.forget(ctx, key)
}

// Fail implements [job.Store].
func (s *Store) Fail(ctx context.Context, key string, version int64, reason string) error {
	err := s.call(ctx, "UpdateItem", repeatable, input{
		TableName: s.table, Key: keyOf(key, recordPart),
		ConditionExpression: "#version = :version AND #state = :running", UpdateExpression: "SET #state = :failed, #reason = :reason, #version = :next",
		ExpressionAttributeNames: map[string]string{"#version": "version", "#state": "state", "#reason": "reason"},
		ExpressionAttributeValues: item{
			":version": number(version), ":next": number(version + 1), ":running": text(string(job.Running)), ":failed": text(string(job.Failed)), ":reason": text(reason),
		},
	}, &struct{}{})
	if conditionFailed(err) {
		return nil
	}
	return err
}
