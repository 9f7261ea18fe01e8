package asl

import (
	"bytes"
	"encoding/json"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// Marshal writes a machine as indented JSON with a newline at the end. Fields come in one fixed order, states and keys of data in theirs,
// so that equal machines give equal bytes. It fails on data that JSON cannot hold.
func Marshal(m *Machine) ([]byte, error) {
	compact, err := jsonata.Encode(machineObject(m))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, compact, "", "  "); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

// writer fills an object field by field and leaves out what is absent.
type writer struct{ object *jsonata.Object }

func newWriter() writer { return writer{jsonata.NewObject()} }

func (w writer) text(name, value string) {
	if value != "" {
		w.object.Set(name, value)
	}
}

func (w writer) data(name string, value any) {
	switch v := value.(type) {
	case nil:
	case Null:
		w.object.Set(name, nil)
	default:
		w.object.Set(name, v)
	}
}

func (w writer) assign(value *jsonata.Object) {
	if value != nil {
		w.object.Set("Assign", value)
	}
}

func (w writer) whole(name string, value *int) {
	if value != nil {
		w.object.Set(name, float64(*value))
	}
}

func (w writer) transition(next string, end bool) {
	w.text("Next", next)
	if end {
		w.object.Set("End", true)
	}
}

func (w writer) texts(name string, values []string) {
	list := make([]any, len(values))
	for i, v := range values {
		list[i] = v
	}
	w.object.Set(name, list)
}

func (w writer) recovery(retry []Retrier, catch []Catcher) {
	if len(retry) > 0 {
		w.object.Set("Retry", objects(retry, retrierObject))
	}
	if len(catch) > 0 {
		w.object.Set("Catch", objects(catch, catcherObject))
	}
}

func objects[T any](values []T, object func(T) *jsonata.Object) []any {
	list := make([]any, len(values))
	for i, v := range values {
		list[i] = object(v)
	}
	return list
}

func machineObject(m *Machine) *jsonata.Object {
	w := newWriter()
	w.text("Comment", m.Comment)
	w.text("QueryLanguage", m.QueryLanguage)
	w.text("Version", m.Version)
	if m.TimeoutSeconds > 0 {
		w.object.Set("TimeoutSeconds", float64(m.TimeoutSeconds))
	}
	if m.Processor != nil {
		w.object.Set("ProcessorConfig", processorObject(m.Processor))
	}
	w.text("StartAt", m.StartAt)
	states := jsonata.NewObject()
	for name, state := range m.States.All() {
		states.Set(name, stateObject(state))
	}
	w.object.Set("States", states)
	return w.object
}

func processorObject(p *ProcessorConfig) *jsonata.Object {
	w := newWriter()
	w.text("Mode", p.Mode)
	w.text("ExecutionType", p.ExecutionType)
	return w.object
}

// stateObject is one flat switch over the state types; each case lists the fields in the order they are written.
func stateObject(state State) *jsonata.Object {
	w := newWriter()
	w.text("Type", state.Type())
	switch s := state.(type) {
	case *Pass:
		w.head(s.Comment, s.QueryLanguage)
		w.before(s.Processing)
		w.data("Result", s.Result)
		w.after(s.Processing)
		w.tail(s.Output, s.Assign, s.Next, s.End)
	case *Task:
		taskFields(w, s)
	case *Choice:
		w.head(s.Comment, s.QueryLanguage)
		w.before(s.Processing)
		w.after(s.Processing)
		w.object.Set("Choices", objects(s.Choices, ruleObject))
		w.text("Default", s.Default)
		w.tail(s.Output, s.Assign, "", false)
	case *Wait:
		w.head(s.Comment, s.QueryLanguage)
		w.before(s.Processing)
		w.after(s.Processing)
		w.data("Seconds", s.Seconds.Data())
		w.data("SecondsPath", s.SecondsPath.Data())
		w.data("Timestamp", s.Timestamp.Data())
		w.data("TimestampPath", s.TimestampPath.Data())
		w.tail(s.Output, s.Assign, s.Next, s.End)
	case *Succeed:
		w.head(s.Comment, s.QueryLanguage)
		w.before(s.Processing)
		w.after(s.Processing)
		w.data("Output", s.Output)
	case *Fail:
		w.head(s.Comment, s.QueryLanguage)
		w.data("Error", s.Error.Data())
		w.data("ErrorPath", s.ErrorPath.Data())
		w.data("Cause", s.Cause.Data())
		w.data("CausePath", s.CausePath.Data())
	case *Parallel:
		w.head(s.Comment, s.QueryLanguage)
		w.before(s.Processing)
		w.data("Arguments", s.Arguments)
		w.object.Set("Branches", objects(s.Branches, machineObject))
		w.after(s.Processing)
		w.recovery(s.Retry, s.Catch)
		w.tail(s.Output, s.Assign, s.Next, s.End)
	case *Map:
		mapFields(w, s)
	}
	return w.object
}

func (w writer) head(comment, language string) {
	w.text("Comment", comment)
	w.text("QueryLanguage", language)
}

// before writes the fields of input processing, after those of output processing.
func (w writer) before(p Processing) {
	w.data("InputPath", p.InputPath.Data())
	w.data("Parameters", p.Parameters)
}

func (w writer) after(p Processing) {
	w.data("ResultSelector", p.ResultSelector)
	w.data("ResultPath", p.ResultPath.Data())
	w.data("OutputPath", p.OutputPath.Data())
}

func (w writer) tail(output any, assign *jsonata.Object, next string, end bool) {
	w.assign(assign)
	w.data("Output", output)
	w.transition(next, end)
}

func taskFields(w writer, s *Task) {
	w.head(s.Comment, s.QueryLanguage)
	w.text("Resource", s.Resource)
	w.before(s.Processing)
	w.data("Arguments", s.Arguments)
	w.data("Credentials", s.Credentials)
	w.data("TimeoutSeconds", s.TimeoutSeconds.Data())
	w.data("TimeoutSecondsPath", s.TimeoutSecondsPath.Data())
	w.data("HeartbeatSeconds", s.HeartbeatSeconds.Data())
	w.data("HeartbeatSecondsPath", s.HeartbeatSecondsPath.Data())
	w.after(s.Processing)
	w.recovery(s.Retry, s.Catch)
	w.tail(s.Output, s.Assign, s.Next, s.End)
}

func mapFields(w writer, s *Map) {
	w.head(s.Comment, s.QueryLanguage)
	w.text("Label", s.Label)
	w.before(s.Processing)
	w.data("Items", s.Items)
	w.data("ItemsPath", s.ItemsPath.Data())
	if s.ItemReader != nil {
		w.object.Set("ItemReader", readerObject(s.ItemReader))
	}
	w.data("ItemSelector", s.ItemSelector)
	if s.ItemBatcher != nil {
		w.object.Set("ItemBatcher", batcherObject(s.ItemBatcher))
	}
	w.data("MaxConcurrency", s.MaxConcurrency.Data())
	w.data("MaxConcurrencyPath", s.MaxConcurrencyPath.Data())
	w.data("ToleratedFailureCount", s.ToleratedFailureCount.Data())
	w.data("ToleratedFailureCountPath", s.ToleratedFailureCountPath.Data())
	w.data("ToleratedFailurePercentage", s.ToleratedFailurePercentage.Data())
	w.data("ToleratedFailurePercentagePath", s.ToleratedFailurePercentagePath.Data())
	if s.ItemProcessor != nil {
		w.object.Set(processorField(s), machineObject(s.ItemProcessor))
	}
	if s.ResultWriter != nil {
		w.object.Set("ResultWriter", resultWriterObject(s.ResultWriter))
	}
	w.after(s.Processing)
	w.recovery(s.Retry, s.Catch)
	w.tail(s.Output, s.Assign, s.Next, s.End)
}

func ruleObject(r Rule) *jsonata.Object {
	w := newWriter()
	w.text("Comment", r.Comment)
	w.data("Condition", r.Condition.Data())
	w.test(r.Test)
	w.tail(r.Output, r.Assign, r.Next, false)
	return w.object
}

func (w writer) test(t *Test) {
	if t == nil {
		return
	}
	w.text("Comment", t.Comment)
	w.text("Variable", t.Variable)
	switch {
	case t.Operator != "":
		w.object.Set(t.Operator, t.Operand)
	case t.And != nil:
		w.object.Set("And", objects(t.And, testObject))
	case t.Or != nil:
		w.object.Set("Or", objects(t.Or, testObject))
	case t.Not != nil:
		w.object.Set("Not", testObject(*t.Not))
	}
}

func testObject(t Test) *jsonata.Object {
	w := newWriter()
	w.test(&t)
	return w.object
}

func retrierObject(r Retrier) *jsonata.Object {
	w := newWriter()
	w.text("Comment", r.Comment)
	w.texts("ErrorEquals", r.ErrorEquals)
	w.whole("IntervalSeconds", r.IntervalSeconds)
	w.whole("MaxAttempts", r.MaxAttempts)
	if r.BackoffRate != nil {
		w.object.Set("BackoffRate", *r.BackoffRate)
	}
	w.whole("MaxDelaySeconds", r.MaxDelaySeconds)
	w.text("JitterStrategy", r.JitterStrategy)
	return w.object
}

func catcherObject(c Catcher) *jsonata.Object {
	w := newWriter()
	w.text("Comment", c.Comment)
	w.texts("ErrorEquals", c.ErrorEquals)
	w.data("ResultPath", c.ResultPath.Data())
	w.tail(c.Output, c.Assign, c.Next, false)
	return w.object
}

func readerObject(r *ItemReader) *jsonata.Object {
	w := newWriter()
	w.text("Resource", r.Resource)
	w.data("Parameters", r.Parameters)
	w.data("Arguments", r.Arguments)
	if c := r.ReaderConfig; c != nil {
		w.object.Set("ReaderConfig", readerConfigObject(c))
	}
	return w.object
}

func readerConfigObject(c *ReaderConfig) *jsonata.Object {
	w := newWriter()
	w.text("InputType", c.InputType)
	w.text("Transformation", c.Transformation)
	w.text("CSVDelimiter", c.CSVDelimiter)
	w.text("CSVHeaderLocation", c.CSVHeaderLocation)
	if len(c.CSVHeaders) > 0 {
		w.texts("CSVHeaders", c.CSVHeaders)
	}
	w.text("ManifestType", c.ManifestType)
	w.text("ItemsPointer", c.ItemsPointer)
	w.data("MaxItems", c.MaxItems.Data())
	w.data("MaxItemsPath", c.MaxItemsPath.Data())
	return w.object
}

func batcherObject(b *ItemBatcher) *jsonata.Object {
	w := newWriter()
	w.data("MaxItemsPerBatch", b.MaxItemsPerBatch.Data())
	w.data("MaxItemsPerBatchPath", b.MaxItemsPerBatchPath.Data())
	w.data("MaxInputBytesPerBatch", b.MaxInputBytesPerBatch.Data())
	w.data("MaxInputBytesPerBatchPath", b.MaxInputBytesPerBatchPath.Data())
	w.data("BatchInput", b.BatchInput)
	return w.object
}

func resultWriterObject(r *ResultWriter) *jsonata.Object {
	w := newWriter()
	w.text("Resource", r.Resource)
	w.data("Parameters", r.Parameters)
	w.data("Arguments", r.Arguments)
	if c := r.WriterConfig; c != nil {
		config := newWriter()
		config.text("Transformation", c.Transformation)
		config.text("OutputType", c.OutputType)
		w.object.Set("WriterConfig", config.object)
	}
	return w.object
}
