package message

import (
	"fmt"

	"github.com/steploom/steploom/shared/task"
)

// The limits of a value.
const (
	ValueLimit  = 6 << 20  // bytes of a value as Kafka holds it, which is more than an event of Lambda carries
	DataLimit   = 16 << 20 // bytes of all blocks of a container together, decompressed
	CountLimit  = 1 << 20  // records, lists, dicts and their elements in a value
	DepthLimit  = 500      // lists and dicts inside of each other
	SchemaLimit = 1 << 20  // bytes of a schema
)

// budget is what decoding a value may still take.
type budget struct{ bytes, count int }

func newBudget() *budget { return &budget{DataLimit, CountLimit} }

// spend takes one element at a depth.
func (b *budget) spend(depth int) error {
	if depth > DepthLimit {
		return tooDeep()
	}
	if b.count--; b.count < 0 {
		return tooMany()
	}
	return nil
}

func tooDeep() error {
	return limited(DepthLimit, "lists and objects are nested more than %d deep", DepthLimit)
}

func tooMany() error { return limited(CountLimit, "the value has more than %d elements", CountLimit) }

func tooLarge(what string, size int, unit string, limit int) error {
	return limited(limit, "%s %d %s, the limit is %d", what, size, unit, limit)
}

func limited(limit int, format string, arguments ...any) error {
	return &task.Error{Name: task.StreamTooLarge, Message: fmt.Sprintf(format, arguments...), Detail: map[string]any{"limit": limit}}
}

func invalid(format string, arguments ...any) error {
	return task.Errorf(task.StreamInvalid, format, arguments...)
}
