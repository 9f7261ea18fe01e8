package stream

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/steploom/steploom/shared/task"
)

// The sources of events.
const (
	fromMSK         = "aws:kafka"
	fromSelfManaged = "SelfManagedKafka"
)

// Event is what an event source mapping of Amazon MSK or of self-managed Kafka sends (Lambda developer guide, "Using Lambda with Amazon MSK" and "with
// self-managed Apache Kafka"). Members that it does not name have no meaning here.
type Event struct {
	EventSource string                   `json:"eventSource"`
	Records     map[string][]eventRecord `json:"records"` // by "topic-partition"
}

// eventRecord is a record as an event holds it.
type eventRecord struct {
	Topic     string               `json:"topic"`
	Partition number               `json:"partition"`
	Offset    number               `json:"offset"`
	Timestamp int64                `json:"timestamp"` // milliseconds since 1970
	Key       *string              `json:"key"`       // base64, as the value; null and absent are none
	Value     *string              `json:"value"`
	Headers   []map[string]numbers `json:"headers"`
}

// number is a whole number. Some documents of AWS have it as a text.
type number int64

// UnmarshalJSON reads 7 and "7".
func (n *number) UnmarshalJSON(text []byte) error {
	if len(text) > 1 && text[0] == '"' {
		text = text[1 : len(text)-1]
	}
	value, err := strconv.ParseInt(string(text), 10, 64)
	*n = number(value)
	return err
}

// numbers are bytes as a list of numbers, of signed ones or not.
type numbers []byte

// UnmarshalJSON reads [104, -128].
func (n *numbers) UnmarshalJSON(text []byte) error {
	var values []int16
	if err := json.Unmarshal(text, &values); err != nil {
		return err
	}
	*n = make(numbers, len(values))
	for i, value := range values {
		if value < -128 || value > 255 {
			return fmt.Errorf("%d is no byte", value)
		}
		(*n)[i] = byte(value)
	}
	return nil
}

// Record is a record of Kafka.
type Record struct {
	Topic     string
	Partition int32
	Offset    int64
	Time      time.Time
	Key       []byte // nil for none, as the value
	Value     []byte
	Headers   []Header
}

// Header is a header of a record; a name may come several times.
type Header struct {
	Name  string
	Value []byte
}

// partition are the records of a partition of a topic, in order.
type partition struct {
	key     string // as the event names it
	records []Record
}

// partitions reads an event. What is no event of Kafka is a RequestInvalid, as Lambda makes the same of nobody's.
func partitions(payload json.RawMessage) ([]partition, error) {
	var event Event
	if err := json.Unmarshal(payload, &event); err != nil {
		return nil, task.Errorf(task.RequestInvalid, "the event is none of Kafka: %v", err)
	}
	if event.EventSource != fromMSK && event.EventSource != fromSelfManaged && event.EventSource != "aws:"+fromSelfManaged {
		return nil, task.Errorf(task.RequestInvalid, "the event comes from %q, not from %s or %s", event.EventSource, fromMSK, fromSelfManaged)
	}
	var all []partition
	for _, key := range slices.Sorted(maps.Keys(event.Records)) {
		p := partition{key: key}
		for i, given := range event.Records[key] {
			record, err := given.record()
			if err != nil {
				return nil, task.Errorf(task.RequestInvalid, "record %d of %s: %v", i, key, err)
			}
			p.records = append(p.records, record)
		}
		slices.SortStableFunc(p.records, func(a, b Record) int { return cmp.Compare(a.Offset, b.Offset) })
		all = append(all, p)
	}
	return all, nil
}

func (e eventRecord) record() (Record, error) {
	record := Record{Topic: e.Topic, Partition: int32(e.Partition), Offset: int64(e.Offset), Time: time.UnixMilli(e.Timestamp)}
	var err error
	if record.Key, err = fromBase64(e.Key); err != nil {
		return record, fmt.Errorf("the key: %w", err)
	}
	if record.Value, err = fromBase64(e.Value); err != nil {
		return record, fmt.Errorf("the value: %w", err)
	}
	for _, header := range e.Headers {
		for _, name := range slices.Sorted(maps.Keys(header)) {
			record.Headers = append(record.Headers, Header{name, header[name]})
		}
	}
	return record, nil
}

// fromBase64 reads base64; nil stays nil, and "" is a value of no bytes.
func fromBase64(text *string) ([]byte, error) {
	if text == nil {
		return nil, nil
	}
	value, err := base64.StdEncoding.DecodeString(*text)
	if value == nil {
		value = []byte{}
	}
	return value, err
}

// Answer tells an event source mapping which records it keeps, to send them again (Lambda developer guide, "Configuring error handling controls for Kafka
// event sources", ReportBatchItemFailures): all of a partition from the first that is not done, each by itself, whichever of them Lambda looks at.
type Answer struct {
	BatchItemFailures []Failure `json:"batchItemFailures"`
}

// Failure is a record that is not done.
type Failure struct {
	ItemIdentifier Identifier `json:"itemIdentifier"`
}

// Identifier names a record: the partition as the event does, "topic-partition".
type Identifier struct {
	Partition string `json:"partition"`
	Offset    int64  `json:"offset"`
}

// left are the failures of a partition of which some records are done.
func (p partition) left(done int) []Failure {
	var failures []Failure
	for _, record := range p.records[done:] {
		failures = append(failures, Failure{Identifier{p.key, record.Offset}})
	}
	return failures
}
