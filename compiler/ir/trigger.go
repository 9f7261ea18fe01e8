package ir

import (
	"github.com/steploom/steploom/shared/access"
	"github.com/steploom/steploom/shared/diag"
)

// Trigger is what starts an operation: *HTTP, *Schedule, *Event, *Stream or *Manual.
type Trigger interface{ trigger() }

type (
	// HTTP starts the operation for each matching request.
	HTTP struct {
		Method, Path string // Method in upper case, Path with {param} segments
		// Async answers 202 as soon as the operation has started; otherwise the request waits for the operation's answer. Decide sets it where
		// the author has not Asked for one or the other.
		Async, Asked bool
		// Guards are the authentications of which a request must satisfy one; none where anybody may call.
		Guards access.Guards
		Range  diag.Range
	}
	// Schedule starts the operation at the times an EventBridge Scheduler expression names.
	Schedule struct {
		Name string
		// Expression is EventBridge syntax: "cron(…)" or "rate(…)".
		Expression string
		Zone       string // IANA name, "" is UTC
		Range      diag.Range
	}
	// Event starts the operation for each EventBridge event that matches the pattern.
	Event struct {
		Name    string
		Pattern any // JSON value
		Range   diag.Range
	}
	// Stream starts the operation for each record of Kafka topics, one after another in each partition.
	Stream struct {
		Topics []string
		// Format says how a record is encoded: "json" or "avro"; "" leaves its bytes as they are.
		Format string
		// Group is the consumer group.
		Group string
		Range diag.Range
	}
	// Manual starts the operation only by hand or from another operation.
	Manual struct{ Range diag.Range }
)

func (*HTTP) trigger()     {}
func (*Schedule) trigger() {}
func (*Event) trigger()    {}
func (*Stream) trigger()   {}
func (*Manual) trigger()   {}
