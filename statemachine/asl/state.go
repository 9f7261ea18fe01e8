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

// Processing holds the fields of input and output processing that only states in JSONPath mode have (States Language, "Input and Output Processing").
// All are absent in JSONata mode. A Fail has none of them; Choice, Wait and Succeed have InputPath and OutputPath only, and a Pass no ResultSelector.
// In a Map, Parameters is the old name of ItemSelector.
type Processing struct {
	InputPath      Path // null is the empty object
	Parameters     any
	ResultSelector any
	ResultPath     Path // null throws the result away
	OutputPath     Path // null is the empty object
}

// IsZero reports whether all the fields are absent.
func (p Processing) IsZero() bool { return p == Processing{} }

// Every state type has the fields of both query languages. Comments mark those of one alone: "JSONata:" has Output, Arguments, Items and Condition,
// "JSONPath:" has Processing, Result, Test and whatever ends in Path.
type (
	// Pass hands its input, or Output, to the next state. JSONPath: Result stands for the input.
	Pass struct {
		Comment       string
		QueryLanguage string
		Processing
		Result any
		Output any
		Assign *jsonata.Object
		Next   string
		End    bool
	}
	// Task runs a piece of work named by Resource.
	Task struct {
		Comment       string
		QueryLanguage string
		Processing
		Resource             string
		Arguments            any
		Credentials          any
		TimeoutSeconds       Number
		TimeoutSecondsPath   Path
		HeartbeatSeconds     Number
		HeartbeatSecondsPath Path
		Retry                []Retrier
		Catch                []Catcher
		Output               any
		Assign               *jsonata.Object
		Next                 string
		End                  bool
	}
	// Choice goes to the state of the first rule whose condition holds, else to Default. Output and Assign are those of the default.
	Choice struct {
		Comment       string
		QueryLanguage string
		Processing
		Choices []Rule
		Default string
		Output  any
		Assign  *jsonata.Object
	}
	// Wait waits for Seconds, or until Timestamp (RFC 3339); exactly one of them, or of SecondsPath and TimestampPath, is set.
	Wait struct {
		Comment       string
		QueryLanguage string
		Processing
		Seconds       Number
		SecondsPath   Path
		Timestamp     Text
		TimestampPath Path
		Output        any
		Assign        *jsonata.Object
		Next          string
		End           bool
	}
	// Succeed ends the machine or branch.
	Succeed struct {
		Comment       string
		QueryLanguage string
		Processing
		Output any
	}
	// Fail ends the execution with an error name and a cause.
	Fail struct {
		Comment       string
		QueryLanguage string
		Error         Text
		ErrorPath     Path // or an intrinsic function
		Cause         Text
		CausePath     Path // or an intrinsic function
	}
	// Parallel runs its branches at the same time. Arguments, or the state's input, is the input of each; the result is the list of outputs.
	Parallel struct {
		Comment       string
		QueryLanguage string
		Processing
		Arguments any
		Branches  []*Machine
		Retry     []Retrier
		Catch     []Catcher
		Output    any
		Assign    *jsonata.Object
		Next      string
		End       bool
	}
	// Map runs ItemProcessor once for each item.
	Map struct {
		Comment       string
		QueryLanguage string
		Processing
		Label                          string
		Items                          any
		ItemsPath                      Path
		ItemReader                     *ItemReader
		ItemSelector                   any
		ItemBatcher                    *ItemBatcher
		MaxConcurrency                 Number
		MaxConcurrencyPath             Path
		ToleratedFailureCount          Number
		ToleratedFailureCountPath      Path
		ToleratedFailurePercentage     Number
		ToleratedFailurePercentagePath Path
		ItemProcessor                  *Machine
		Iterator                       bool // the item processor is written under its old name, Iterator
		ResultWriter                   *ResultWriter
		Retry                          []Retrier
		Catch                          []Catcher
		Output                         any
		Assign                         *jsonata.Object
		Next                           string
		End                            bool
	}
)

type (
	// Rule is one choice rule. JSONata: Condition; JSONPath: Test.
	Rule struct {
		Comment   string
		Condition Boolean
		Test      *Test
		Output    any
		Assign    *jsonata.Object
		Next      string
	}
	// Test is what a choice rule in JSONPath mode asks: Variable compared with Operand by Operator, or one of And, Or and Not.
	Test struct {
		Comment  string // of a test inside another one
		Variable string
		Operator string // StringEquals, NumericLessThanPath, IsPresent, …: one of [Operators]
		Operand  any    // a text, number or boolean; the text of a path where Operator ends in Path
		And, Or  []Test
		Not      *Test
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
		ResultPath  Path
		Output      any
		Assign      *jsonata.Object
		Next        string
	}
	// ItemReader reads the items of a distributed Map from storage. JSONPath: Parameters stands for Arguments.
	ItemReader struct {
		Resource     string
		Parameters   any
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
		MaxItemsPath      Path
	}
	// ItemBatcher groups the items of a distributed Map; each iteration gets {"BatchInput": …, "Items": […]}.
	ItemBatcher struct {
		MaxItemsPerBatch          Number
		MaxItemsPerBatchPath      Path
		MaxInputBytesPerBatch     Number
		MaxInputBytesPerBatchPath Path
		BatchInput                any
	}
	// ResultWriter writes the results of a distributed Map to storage. JSONPath: Parameters stands for Arguments.
	ResultWriter struct {
		Resource     string
		Parameters   any
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
