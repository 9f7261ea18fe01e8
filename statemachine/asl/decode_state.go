package asl

import "slices"

func machineOf(f fields) *Machine {
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
			m.States.Set(name, stateOf(states.at(join(states.pointer, name), value), f.language))
		}
	}
	return m
}

// stateOf reads a state of a machine in a query language, which the states inside it have, too. It is one flat switch over the state types.
func stateOf(f fields, machine string) State {
	comment, language := f.text("Comment"), f.text("QueryLanguage")
	if language != "" {
		f.language = language
	}
	f.known()
	next, end := f.text("Next"), f.flag("End")
	output, assign := f.data("Output"), f.assign()
	switch kind := f.text("Type"); kind {
	case "Pass":
		return &Pass{Comment: comment, QueryLanguage: language, Processing: f.processing(), Result: f.data("Result"), Output: output, Assign: assign, Next: next, End: end}
	case "Task":
		t := taskOf(f)
		t.Comment, t.QueryLanguage, t.Output, t.Assign, t.Next, t.End = comment, language, output, assign, next, end
		return t
	case "Choice":
		return &Choice{Comment: comment, QueryLanguage: language, Processing: f.processing(), Choices: elements(f, "Choices", rule), Default: f.text("Default"),
			Output: output, Assign: assign}
	case "Wait":
		return &Wait{Comment: comment, QueryLanguage: language, Processing: f.processing(), Seconds: valueIn[float64](f, "Seconds"), SecondsPath: f.path("SecondsPath"),
			Timestamp: valueIn[string](f, "Timestamp"), TimestampPath: f.path("TimestampPath"), Output: output, Assign: assign, Next: next, End: end}
	case "Succeed":
		return &Succeed{Comment: comment, QueryLanguage: language, Processing: f.processing(), Output: output}
	case "Fail":
		return &Fail{Comment: comment, QueryLanguage: language, Error: valueIn[string](f, "Error"), ErrorPath: f.path("ErrorPath"),
			Cause: valueIn[string](f, "Cause"), CausePath: f.path("CausePath")}
	case "Parallel":
		return &Parallel{Comment: comment, QueryLanguage: language, Processing: f.processing(), Arguments: f.data("Arguments"),
			Branches: elements(f.in(machine), "Branches", machineOf),
			Retry:    elements(f, "Retry", retrier), Catch: elements(f, "Catch", catcher), Output: output, Assign: assign, Next: next, End: end}
	case "Map":
		m := mapOf(f, machine)
		m.Comment, m.QueryLanguage, m.Output, m.Assign, m.Next, m.End = comment, language, output, assign, next, end
		return m
	default:
		f.d.fail(join(f.pointer, "Type"), "unknown state type %q", kind)
		return &Pass{}
	}
}

// in are the fields with another query language in force.
func (f fields) in(language string) fields {
	f.language = language
	return f
}

// known refuses fields that the state does not have in its query language: to leave them out would change what it does.
func (f fields) known() {
	kind := f.text("Type")
	allowed, other, otherLanguage := fieldNames(kind, JSONata), fieldNames(kind, JSONPath), JSONPath
	if f.language == JSONPath {
		allowed, other, otherLanguage = other, allowed, JSONata
	}
	if allowed == nil {
		return
	}
	for name := range f.object.All() {
		switch {
		case slices.Contains(allowed, name):
		case slices.Contains(other, name):
			f.d.fail(join(f.pointer, name), "the field belongs to %s mode, and the state is in %s mode", otherLanguage, f.language)
		default:
			f.d.fail(join(f.pointer, name), "unknown field")
		}
	}
}

func (f fields) processing() Processing {
	return Processing{InputPath: f.path("InputPath"), Parameters: f.data("Parameters"), ResultSelector: f.data("ResultSelector"),
		ResultPath: f.path("ResultPath"), OutputPath: f.path("OutputPath")}
}

func taskOf(f fields) *Task {
	return &Task{
		Processing:           f.processing(),
		Resource:             f.text("Resource"),
		Arguments:            f.data("Arguments"),
		Credentials:          f.data("Credentials"),
		TimeoutSeconds:       valueIn[float64](f, "TimeoutSeconds"),
		TimeoutSecondsPath:   f.path("TimeoutSecondsPath"),
		HeartbeatSeconds:     valueIn[float64](f, "HeartbeatSeconds"),
		HeartbeatSecondsPath: f.path("HeartbeatSecondsPath"),
		Retry:                elements(f, "Retry", retrier),
		Catch:                elements(f, "Catch", catcher),
	}
}

func mapOf(f fields, machine string) *Map {
	m := &Map{
		Processing:                     f.processing(),
		Label:                          f.text("Label"),
		Items:                          f.data("Items"),
		ItemsPath:                      f.path("ItemsPath"),
		ItemSelector:                   f.data("ItemSelector"),
		MaxConcurrency:                 valueIn[float64](f, "MaxConcurrency"),
		MaxConcurrencyPath:             f.path("MaxConcurrencyPath"),
		ToleratedFailureCount:          valueIn[float64](f, "ToleratedFailureCount"),
		ToleratedFailureCountPath:      f.path("ToleratedFailureCountPath"),
		ToleratedFailurePercentage:     valueIn[float64](f, "ToleratedFailurePercentage"),
		ToleratedFailurePercentagePath: f.path("ToleratedFailurePercentagePath"),
		Retry:                          elements(f, "Retry", retrier),
		Catch:                          elements(f, "Catch", catcher),
	}
	if p, ok := f.in(machine).under("ItemProcessor"); ok {
		m.ItemProcessor = machineOf(p)
	}
	if p, ok := f.in(machine).under("Iterator"); ok {
		if m.ItemProcessor != nil {
			f.d.fail(p.pointer, "Iterator is the old name of ItemProcessor: only one of them can be there")
		}
		m.ItemProcessor, m.Iterator = machineOf(p), true
	}
	if r, ok := f.under("ItemReader"); ok {
		m.ItemReader = itemReader(r)
	}
	if b, ok := f.under("ItemBatcher"); ok {
		m.ItemBatcher = itemBatcher(b)
	}
	if w, ok := f.under("ResultWriter"); ok {
		m.ResultWriter = resultWriter(w)
	}
	return m
}

func rule(f fields) Rule {
	r := Rule{Comment: f.text("Comment"), Assign: f.assign(), Next: f.text("Next")}
	if f.language == JSONPath {
		r.Test = testOf(f, "Comment", "Assign", "Next")
		return r
	}
	f.only("Comment", "Condition", "Output", "Assign", "Next")
	r.Condition, r.Output = valueIn[bool](f, "Condition"), f.data("Output")
	return r
}

// testOf reads the test in a choice rule, or in another test; beside are the fields that it does not read.
func testOf(f fields, beside ...string) *Test {
	t := &Test{}
	inside := func(g fields) Test {
		test := testOf(g, "Comment")
		test.Comment = g.text("Comment")
		return *test
	}
	found := 0
	for name, value := range f.object.All() {
		switch {
		case slices.Contains(beside, name):
			continue
		case name == "Variable":
			t.Variable = f.text(name)
			continue
		case name == "And":
			t.And = elements(f, name, inside)
		case name == "Or":
			t.Or = elements(f, name, inside)
		case name == "Not":
			not, _ := f.under(name)
			t.Not = new(inside(not))
		case slices.Contains(Operators(), name):
			t.Operator, t.Operand = name, value
		default:
			f.d.fail(join(f.pointer, name), "unknown field")
		}
		found++
	}
	if found != 1 {
		f.d.fail(f.pointer, "expected exactly one comparison, And, Or or Not, found %d", found)
	}
	return t
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
	if f.language == JSONPath {
		f.only("Comment", "ErrorEquals", "ResultPath", "Assign", "Next")
	} else {
		f.only("Comment", "ErrorEquals", "Output", "Assign", "Next")
	}
	return Catcher{Comment: f.text("Comment"), ErrorEquals: f.texts("ErrorEquals"), ResultPath: f.path("ResultPath"), Output: f.data("Output"), Assign: f.assign(), Next: f.text("Next")}
}
