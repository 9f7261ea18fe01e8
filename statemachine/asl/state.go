package asl

import "github.com/steploom/steploom/statemachine/jsonata"

// State is one state of a machine: *Pass, *Task, *Choice, *Wait, *Succeed, *Fail, *Parallel or *Map.
type State interface {
	// Type is the value of the state's Type field.
	Type() string
	state()
}

// Null is an explicit JSON null as the whole value of a data field, where nil means that the field is absent.
type Null struct{}

type (
	// Pass hands its input, or Output, to the next state.
	Pass struct {
		Comment       string
		QueryLanguage string
		Output        any
		Assign        *jsonata.Object
		Next          string
		End           bool
	}
	// Task runs a piece of work named by Resource.
	Task struct {
		Comment          string
		QueryLanguage    string
		Resource         string
		Arguments        any
		Credentials      any
		TimeoutSeconds   Number
		HeartbeatSeconds Number
		Retry            []Retrier
		Catch            []Catcher
		Output           any
		Assign           *jsonata.Object
		Next             string
		End              bool
	}
	// Choice goes to the state of the first rule whose condition holds, else to Default. Output and Assign are those of the default.
	Choice struct {
		Comment       string
		QueryLanguage string
		Choices       []Rule
		Default       string
		Output        any
		Assign        *jsonata.Object
	}
	// Wait waits for Seconds, or until Timestamp (RFC 3339); exactly one of them is set.
	Wait struct {
		Comment       string
		QueryLanguage string
		Seconds       Number
		Timestamp     Text
		Output        any
		Assign        *jsonata.Object
		Next          string
		End           bool
	}
	// Succeed ends the machine or branch.
	Succeed struct {
		Comment       string
		QueryLanguage string
		Output        any
	}
	// Fail ends the execution with an error name and a cause.
	Fail struct {
		Comment       string
		QueryLanguage string
		Error         Text
		Cause         Text
	}
	// Parallel runs its branches at the same time. Arguments, or the state's input, is the input of each; the result is the list of outputs.
	Parallel struct {
		Comment       string
		QueryLanguage string
		Arguments     any
		Branches      []*Machine
		Retry         []Retrier
		Catch         []Catcher
		Output        any
		Assign        *jsonata.Object
		Next          string
		End           bool
	}
	// Map runs ItemProcessor once for each item.
	Map struct {
		Comment                    string
		QueryLanguage              string
		Label                      string
		Items                      any
		ItemReader                 *ItemReader
		ItemSelector               any
		ItemBatcher                *ItemBatcher
		MaxConcurrency             Number
		ToleratedFailureCount      Number
		ToleratedFailurePercentage Number
		ItemProcessor              *Machine
		ResultWriter               *ResultWriter
		Retry                      []Retrier
		Catch                      []Catcher
		Output                     any
		Assign                     *jsonata.Object
		Next                       string
		End                        bool
	}
)

type (
	// Rule is one choice rule.
	Rule struct {
		Comment   string
		Condition Boolean
		Output    any
		Assign    *jsonata.Object
		Next      string
	}
	// Retrier says when and how often a state is tried again. A nil number has the default of the language: IntervalSeconds 1, MaxAttempts 3,
	// BackoffRate 2, no MaxDelaySeconds. JitterStrategy is FULL, NONE or empty.
	Retrier struct {
		Comment         string
		ErrorEquals     []string
		IntervalSeconds *int
		MaxAttempts     *int
		BackoffRate     *float64
		MaxDelaySeconds *int
		JitterStrategy  string
	}
	// Catcher says where to go on when a state failed for good.
	Catcher struct {
		Comment     string
		ErrorEquals []string
		Output      any
		Assign      *jsonata.Object
		Next        string
	}
	// ItemReader reads the items of a distributed Map from storage.
	ItemReader struct {
		Resource     string
		Arguments    any
		ReaderConfig *ReaderConfig
	}
	// ReaderConfig says how the object that an ItemReader reads is to be understood.
	ReaderConfig struct {
		InputType         string // CSV, JSON, JSONL, PARQUET or MANIFEST
		Transformation    string // NONE or LOAD_AND_FLATTEN
		CSVDelimiter      string // COMMA, PIPE, SEMICOLON, SPACE or TAB
		CSVHeaderLocation string // FIRST_ROW or GIVEN
		CSVHeaders        []string
		ManifestType      string
		ItemsPointer      string // a JSON pointer to the list inside a JSON object
		MaxItems          Number
	}
	// ItemBatcher groups the items of a distributed Map; each iteration gets {"BatchInput": …, "Items": […]}.
	ItemBatcher struct {
		MaxItemsPerBatch      Number
		MaxInputBytesPerBatch Number
		BatchInput            any
	}
	// ResultWriter writes the results of a distributed Map to storage.
	ResultWriter struct {
		Resource     string
		Arguments    any
		WriterConfig *WriterConfig
	}
	// WriterConfig is how results are written: Transformation NONE, COMPACT or FLATTEN; OutputType JSON or JSONL.
	WriterConfig struct {
		Transformation string
		OutputType     string
	}
)

func (*Pass) state()     {}
func (*Task) state()     {}
func (*Choice) state()   {}
func (*Wait) state()     {}
func (*Succeed) state()  {}
func (*Fail) state()     {}
func (*Parallel) state() {}
func (*Map) state()      {}

// Type is "Pass".
func (*Pass) Type() string { return "Pass" }

// Type is "Task".
func (*Task) Type() string { return "Task" }

// Type is "Choice".
func (*Choice) Type() string { return "Choice" }

// Type is "Wait".
func (*Wait) Type() string { return "Wait" }

// Type is "Succeed".
func (*Succeed) Type() string { return "Succeed" }

// Type is "Fail".
func (*Fail) Type() string { return "Fail" }

// Type is "Parallel".
func (*Parallel) Type() string { return "Parallel" }

// Type is "Map".
func (*Map) Type() string { return "Map" }
