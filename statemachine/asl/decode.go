package asl

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// Unmarshal reads a machine from JSON. It refuses what the model cannot hold (unknown state types and fields, values of the wrong type) and says where,
// by JSON pointer. A Pass or Task state in JSONPath mode becomes its twin in JSONata mode, or is refused; whether the machine is one that can be created is the matter of [Check] and [CheckJSON].
func Unmarshal(data []byte) (*Machine, error) {
	value, err := jsonata.Decode(data)
	if err != nil {
		return nil, err
	}
	d := &decoder{}
	root := fields{d, "", d.object("", value)}
	d.language = root.text("QueryLanguage")
	m := d.machine(root)
	if d.err != nil {
		return nil, d.err
	}
	return m, nil
}

// decoder keeps the first thing that was wrong; what is read after it does not matter.
type decoder struct {
	err      error
	language string // of the whole machine
}

func (d *decoder) fail(pointer, format string, arguments ...any) {
	if d.err == nil {
		d.err = fmt.Errorf("%s: %s", Pointer(pointer), fmt.Sprintf(format, arguments...))
	}
}

func (d *decoder) object(pointer string, value any) *jsonata.Object {
	if o, ok := value.(*jsonata.Object); ok {
		return o
	}
	d.fail(pointer, "expected an object, found %s", TypeName(value))
	return jsonata.NewObject()
}

// Pointer writes the root pointer as "/", as the service does; every other pointer is itself.
func Pointer(pointer string) string {
	if pointer == "" {
		return "/"
	}
	return pointer
}

// join adds a reference token to a JSON pointer (RFC 6901).
func join(pointer, token string) string {
	return pointer + "/" + escapedToken.Replace(token)
}

// escapedToken escapes a token of a JSON pointer (RFC 6901 section 3).
var escapedToken = strings.NewReplacer("~", "~0", "/", "~1")

// TypeName is the JSON type of a value, in the words of AWS's messages: "null", "boolean", "number", "string", "array" or "object".
func TypeName(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case float64, int64:
		return "number"
	case string:
		return "string"
	case []any:
		return "array"
	default:
		return "object"
	}
}

// fields reads the fields of one object.
type fields struct {
	d       *decoder
	pointer string
	object  *jsonata.Object
}

func (f fields) text(name string) string {
	value, ok := f.object.Get(name)
	if !ok {
		return ""
	}
	text, ok := value.(string)
	if !ok {
		f.d.fail(join(f.pointer, name), "expected a string, found %s", TypeName(value))
	}
	return text
}

func (f fields) flag(name string) bool {
	value, ok := f.object.Get(name)
	if !ok {
		return false
	}
	flag, ok := value.(bool)
	if !ok {
		f.d.fail(join(f.pointer, name), "expected a boolean, found %s", TypeName(value))
	}
	return flag
}

func (f fields) data(name string) any {
	value, ok := f.object.Get(name)
	if ok && value == nil {
		return Null{}
	}
	return value
}

// valueIn reads a field that takes a constant or an expression.
func valueIn[T bool | float64 | string](f fields, name string) Value[T] {
	data, ok := f.object.Get(name)
	value, fits := ValueOf[T](data)
	if ok && (data == nil || !fits) {
		f.d.fail(join(f.pointer, name), "expected %s or an expression, found %s", TypeName(*new(T)), TypeName(data))
	}
	return value
}

func (f fields) assign() *jsonata.Object {
	value, ok := f.object.Get("Assign")
	if !ok {
		return nil
	}
	return f.d.object(join(f.pointer, "Assign"), value)
}

func (f fields) number(name string) *float64 {
	value, ok := f.object.Get(name)
	if !ok {
		return nil
	}
	number, ok := jsonata.Float(value)
	if !ok {
		f.d.fail(join(f.pointer, name), "expected a number, found %s", TypeName(value))
	}
	return &number
}

func (f fields) whole(name string) *int {
	number := f.number(name)
	if number == nil {
		return nil
	}
	if *number != math.Trunc(*number) || math.Abs(*number) > math.MaxInt32 {
		f.d.fail(join(f.pointer, name), "expected a whole number, found %s", strconv.FormatFloat(*number, 'g', -1, 64))
		return nil
	}
	return new(int(*number))
}

func (f fields) texts(name string) []string {
	list := f.list(name)
	texts := make([]string, len(list))
	for i, value := range list {
		text, ok := value.(string)
		if !ok {
			f.d.fail(join(join(f.pointer, name), strconv.Itoa(i)), "expected a string, found %s", TypeName(value))
		}
		texts[i] = text
	}
	return texts
}

func (f fields) list(name string) []any {
	value, ok := f.object.Get(name)
	if !ok {
		return nil
	}
	list, ok := value.([]any)
	if !ok {
		f.d.fail(join(f.pointer, name), "expected an array, found %s", TypeName(value))
	}
	return list
}

// under answers the fields of the object in a field, and whether there is one.
func (f fields) under(name string) (fields, bool) {
	value, ok := f.object.Get(name)
	if !ok {
		return fields{}, false
	}
	pointer := join(f.pointer, name)
	return fields{f.d, pointer, f.d.object(pointer, value)}, true
}

func elements[T any](f fields, name string, read func(fields) T) []T {
	list := f.list(name)
	if list == nil {
		return nil
	}
	values := make([]T, len(list))
	for i, value := range list {
		pointer := join(join(f.pointer, name), strconv.Itoa(i))
		values[i] = read(fields{f.d, pointer, f.d.object(pointer, value)})
	}
	return values
}

func (d *decoder) machine(f fields) *Machine {
	m := &Machine{
		Comment:       f.text("Comment"),
		QueryLanguage: f.text("QueryLanguage"),
		Version:       f.text("Version"),
		StartAt:       f.text("StartAt"),
		States:        NewStates(),
	}
	if seconds := f.whole("TimeoutSeconds"); seconds != nil {
		m.TimeoutSeconds = *seconds
	}
	if p, ok := f.under("ProcessorConfig"); ok {
		m.Processor = &ProcessorConfig{Mode: p.text("Mode"), ExecutionType: p.text("ExecutionType")}
	}
	if states, ok := f.under("States"); ok {
		for name, value := range states.object.All() {
			pointer := join(states.pointer, name)
			m.States.Set(name, d.state(fields{d, pointer, d.object(pointer, value)}))
		}
	}
	return m
}

// state is one flat switch over the state types.
func (d *decoder) state(f fields) State {
	if kind := f.text("Type"); d.needsTwin(f, kind) {
		f = d.twin(f, kind)
	}
	f.known()
	comment, language := f.text("Comment"), f.text("QueryLanguage")
	next, end := f.text("Next"), f.flag("End")
	output, assign := f.data("Output"), f.assign()
	switch kind := f.text("Type"); kind {
	case "Pass":
		return &Pass{Comment: comment, QueryLanguage: language, Output: output, Assign: assign, Next: next, End: end}
	case "Task":
		return &Task{Comment: comment, QueryLanguage: language, Resource: f.text("Resource"), Arguments: f.data("Arguments"),
			Credentials: f.data("Credentials"), TimeoutSeconds: valueIn[float64](f, "TimeoutSeconds"), HeartbeatSeconds: valueIn[float64](f, "HeartbeatSeconds"),
			Retry: elements(f, "Retry", retrier), Catch: elements(f, "Catch", catcher), Output: output, Assign: assign, Next: next, End: end}
	case "Choice":
		return &Choice{Comment: comment, QueryLanguage: language, Choices: elements(f, "Choices", rule), Default: f.text("Default"),
			Output: output, Assign: assign}
	case "Wait":
		return &Wait{Comment: comment, QueryLanguage: language, Seconds: valueIn[float64](f, "Seconds"), Timestamp: valueIn[string](f, "Timestamp"),
			Output: output, Assign: assign, Next: next, End: end}
	case "Succeed":
		return &Succeed{Comment: comment, QueryLanguage: language, Output: output}
	case "Fail":
		return &Fail{Comment: comment, QueryLanguage: language, Error: valueIn[string](f, "Error"), Cause: valueIn[string](f, "Cause")}
	case "Parallel":
		return &Parallel{Comment: comment, QueryLanguage: language, Arguments: f.data("Arguments"), Branches: elements(f, "Branches", d.machine),
			Retry: elements(f, "Retry", retrier), Catch: elements(f, "Catch", catcher), Output: output, Assign: assign, Next: next, End: end}
	case "Map":
		m := d.mapState(f)
		m.Comment, m.QueryLanguage, m.Output, m.Assign, m.Next, m.End = comment, language, output, assign, next, end
		return m
	default:
		d.fail(join(f.pointer, "Type"), "unknown state type %q", kind)
		return &Pass{}
	}
}

// known refuses fields that the model does not have: to leave them out would change what the state does.
func (f fields) known() {
	kind := f.text("Type")
	allowed, _ := stateFields(kind)
	if allowed == nil {
		return
	}
	for name := range f.object.All() {
		switch {
		case name == "Type" || name == "Comment" || name == "QueryLanguage":
		case slices.ContainsFunc(allowed, func(a field) bool { return a.name == name }):
		case slices.ContainsFunc(jsonPathFields(kind), func(a field) bool { return a.name == name }):
			f.d.fail(join(f.pointer, name), "the field belongs to JSONPath mode, which is not supported")
		default:
			f.d.fail(join(f.pointer, name), "unknown field")
		}
	}
}

func (d *decoder) mapState(f fields) *Map {
	m := &Map{
		Label:                      f.text("Label"),
		Items:                      f.data("Items"),
		ItemSelector:               f.data("ItemSelector"),
		MaxConcurrency:             valueIn[float64](f, "MaxConcurrency"),
		ToleratedFailureCount:      valueIn[float64](f, "ToleratedFailureCount"),
		ToleratedFailurePercentage: valueIn[float64](f, "ToleratedFailurePercentage"),
		Retry:                      elements(f, "Retry", retrier),
		Catch:                      elements(f, "Catch", catcher),
	}
	if p, ok := f.under("ItemProcessor"); ok {
		m.ItemProcessor = d.machine(p)
	}
	if r, ok := f.under("ItemReader"); ok {
		m.ItemReader = itemReader(r)
	}
	if b, ok := f.under("ItemBatcher"); ok {
		m.ItemBatcher = &ItemBatcher{MaxItemsPerBatch: valueIn[float64](b, "MaxItemsPerBatch"), MaxInputBytesPerBatch: valueIn[float64](b, "MaxInputBytesPerBatch"), BatchInput: b.data("BatchInput")}
	}
	if w, ok := f.under("ResultWriter"); ok {
		m.ResultWriter = resultWriter(w)
	}
	return m
}

func rule(f fields) Rule {
	return Rule{Comment: f.text("Comment"), Condition: valueIn[bool](f, "Condition"), Output: f.data("Output"), Assign: f.assign(), Next: f.text("Next")}
}

func retrier(f fields) Retrier {
	return Retrier{
		Comment:         f.text("Comment"),
		ErrorEquals:     f.texts("ErrorEquals"),
		IntervalSeconds: f.whole("IntervalSeconds"),
		MaxAttempts:     f.whole("MaxAttempts"),
		BackoffRate:     f.number("BackoffRate"),
		MaxDelaySeconds: f.whole("MaxDelaySeconds"),
		JitterStrategy:  f.text("JitterStrategy"),
	}
}

func catcher(f fields) Catcher {
	return Catcher{Comment: f.text("Comment"), ErrorEquals: f.texts("ErrorEquals"), Output: f.data("Output"), Assign: f.assign(), Next: f.text("Next")}
}

func itemReader(f fields) *ItemReader {
	r := &ItemReader{Resource: f.text("Resource"), Arguments: f.data("Arguments")}
	if c, ok := f.under("ReaderConfig"); ok {
		r.ReaderConfig = &ReaderConfig{
			InputType:         c.text("InputType"),
			Transformation:    c.text("Transformation"),
			CSVDelimiter:      c.text("CSVDelimiter"),
			CSVHeaderLocation: c.text("CSVHeaderLocation"),
			CSVHeaders:        c.texts("CSVHeaders"),
			ManifestType:      c.text("ManifestType"),
			ItemsPointer:      c.text("ItemsPointer"),
			MaxItems:          valueIn[float64](c, "MaxItems"),
		}
	}
	return r
}

func resultWriter(f fields) *ResultWriter {
	w := &ResultWriter{Resource: f.text("Resource"), Arguments: f.data("Arguments")}
	if c, ok := f.under("WriterConfig"); ok {
		w.WriterConfig = &WriterConfig{Transformation: c.text("Transformation"), OutputType: c.text("OutputType")}
	}
	return w
}
