package osop

import (
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// Document is one process graph.
type Document struct {
	File  string
	ID    string
	Name  string
	Doc   string
	Nodes []*Node
	Edges []*Edge
	// TimeoutSeconds bounds the whole run; 0 means no bound.
	TimeoutSeconds int
	RetryOrNil     *Retry
	// Inputs are what a run is given, Variables and Env values that the document fixes.
	Inputs    []Input
	Variables []source.Entry
	Env       []source.Entry
	Triggers  []Trigger
	Imports   []*source.Node
	Range     diag.Range
}

// Input is one value that a run is given.
type Input struct {
	Name         string
	Type         string
	DefaultOrNil *source.Node
	Required     bool
	Range        diag.Range
}

// Trigger is one way to start a run.
type Trigger struct {
	Type   string
	Config *settings
	Range  diag.Range
}

// Node is one step of the process.
type Node struct {
	ID, Type, Subtype string
	Title, Purpose    string
	// Runtime holds the keys of runtime and config.
	Runtime         *settings
	Inputs, Outputs []Port
	RetryOrNil      *Retry
	TimeoutSeconds  int
	Security        *settings
	GateOrNil       *Gate
	// Lambda names the function that runs the node instead of Steploom; "" when none does.
	Lambda         string
	WorkflowRef    *source.Node
	WorkflowInputs *source.Node
	Optional       bool
	Range          diag.Range // of the id
	Source         *source.Node
}

// Port is one name of a node's inputs or outputs.
type Port struct {
	Name string
	// Path is where an output stands in the node's result, "" when only its name says so.
	Path  string
	Range diag.Range
}

// Retry is a retry_policy or a retry block.
type Retry struct {
	Retries         int
	IntervalSeconds float64
	Rate            float64
	MaxDelaySeconds int
	// Errors names what is retried, as the source says it; empty means every error.
	Errors []*source.Node
	Range  diag.Range
}

// Gate is an approval that a node waits for.
type Gate struct {
	Approvers      int
	TimeoutSeconds int
	Who            []string
	Range          diag.Range
}

// Edge leads from one node to another.
type Edge struct {
	From, To *source.Node
	Mode     Mode
	// Condition is what when or condition says, nil without one.
	Condition *source.Node
	// Max bounds how often the edge is taken when it closes a cycle; 0 when the source does not say.
	Max               int
	ForEach           *source.Node
	Iterator          string
	JoinMode          *source.Node
	Cases             []SwitchCase
	DefaultTo         *source.Node
	SpawnCount        int
	Weight            float64
	DelaySeconds      int
	Compensates       *source.Node
	Range             diag.Range
	fromIndex, toNode int
}

// SwitchCase is one case of a switch edge.
type SwitchCase struct {
	Value *source.Node
	To    *source.Node
}

// Mode is how an edge is followed.
type Mode string

// The edge modes.
const (
	Sequential   Mode = "sequential"
	Conditional  Mode = "conditional"
	Parallel     Mode = "parallel"
	Loop         Mode = "loop"
	EventMode    Mode = "event"
	Fallback     Mode = "fallback"
	ErrorMode    Mode = "error"
	Timeout      Mode = "timeout"
	Spawn        Mode = "spawn"
	Switch       Mode = "switch"
	Compensation Mode = "compensation"
	Message      Mode = "message"
	Dataflow     Mode = "dataflow"
	Signal       Mode = "signal"
	Weighted     Mode = "weighted"
)

// settings are the keys of a block whose meaning depends on who reads it. What nobody read is reported.
type settings struct {
	what    string
	entries []source.Entry
	read    map[string]bool
	node    *source.Node
}

// take gives the value of the first of the names that is there.
func (s *settings) take(names ...string) *source.Node {
	var found *source.Node
	for _, name := range names {
		s.read[name] = true
		for _, entry := range s.entries {
			if entry.Name == name && found == nil && entry.Value.Kind != source.Null {
				found = entry.Value
			}
		}
	}
	return found
}

// text gives the text of a scalar, "" when the key is absent.
func (s *settings) text(names ...string) string {
	node := s.take(names...)
	if node == nil {
		return ""
	}
	text, _ := node.Str()
	return text
}

// has tells whether one of the keys is there, without reading it.
func (s *settings) has(names ...string) bool {
	for _, name := range names {
		for _, entry := range s.entries {
			if entry.Name == name && entry.Value.Kind != source.Null {
				return true
			}
		}
	}
	return false
}

// unread are the keys that nobody asked for.
func (s *settings) unread() []source.Entry {
	var left []source.Entry
	for _, entry := range s.entries {
		if !s.read[entry.Name] && entry.Value.Kind != source.Null {
			left = append(left, entry)
		}
	}
	return left
}
