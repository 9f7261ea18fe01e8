package asl

import (
	"iter"
	"maps"
	"slices"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// Formula is an expression of a state and where it stands.
type Formula struct {
	// Pointer is the JSON pointer of the field, seen from the value that was searched: /Arguments/Payload/sql, /Choices/0/Condition.
	Pointer string
	// Source is the JSONata text between the delimiters.
	Source string
	// Node is the parsed expression; nil when Source does not parse, and Err says why.
	Node jsonata.Node
	Err  error
}

// Expressions finds the expressions of a state's own fields, in the order in which the fields are written; those of the states inside it are
// theirs. A state in JSONPath mode has none.
func Expressions(state State) iter.Seq[Formula] {
	return func(yield func(Formula) bool) {
		if QueryLanguage(state) == JSONPath {
			return
		}
		for _, field := range dataFields(state) {
			if !formulas(field.pointer, field.value, yield) {
				return
			}
		}
	}
}

// ExpressionsIn finds the expressions in the data of a field: a text, a list or an object.
func ExpressionsIn(data any) iter.Seq[Formula] {
	return func(yield func(Formula) bool) { formulas("", data, yield) }
}

func formulas(pointer string, data any, yield func(Formula) bool) bool {
	switch data := data.(type) {
	case string:
		source, ok := Source(data)
		if !ok {
			return true
		}
		node, err := jsonata.Parse(source)
		return yield(Formula{Pointer: pointer, Source: source, Node: node, Err: err})
	case []any:
		for i, item := range data {
			if !formulas(element(pointer, i), item, yield) {
				return false
			}
		}
	case *jsonata.Object:
		for key, member := range data.All() {
			if !formulas(join(pointer, key), member, yield) {
				return false
			}
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(data)) {
			if !formulas(join(pointer, key), data[key], yield) {
				return false
			}
		}
	}
	return true
}

// dataField is a field whose value may hold expressions.
type dataField struct {
	pointer string
	value   any
}

// dataFields lists the fields of a state that may hold expressions. It is one flat switch over the state types.
func dataFields(state State) []dataField {
	switch s := state.(type) {
	case *Pass:
		return results("", s.Assign, s.Output)
	case *Task:
		fields := []dataField{{"/Arguments", s.Arguments}, {"/Credentials", s.Credentials},
			{"/TimeoutSeconds", s.TimeoutSeconds}, {"/HeartbeatSeconds", s.HeartbeatSeconds}}
		return append(append(fields, catchFields(s.Catch)...), results("", s.Assign, s.Output)...)
	case *Choice:
		return append(choiceFields(s.Choices), results("", s.Assign, s.Output)...)
	case *Wait:
		return append([]dataField{{"/Seconds", s.Seconds}, {"/Timestamp", s.Timestamp}}, results("", s.Assign, s.Output)...)
	case *Succeed:
		return []dataField{{"/Output", s.Output}}
	case *Fail:
		return []dataField{{"/Error", s.Error}, {"/Cause", s.Cause}}
	case *Parallel:
		fields := []dataField{{"/Arguments", s.Arguments}}
		return append(append(fields, catchFields(s.Catch)...), results("", s.Assign, s.Output)...)
	case *Map:
		return append(append(mapData(s), catchFields(s.Catch)...), results("", s.Assign, s.Output)...)
	}
	return nil
}

// results are the fields that a state, a choice or a catcher hands on.
func results(pointer string, assign *jsonata.Object, output any) []dataField {
	if assign == nil { // an interface that holds a nil pointer is not nil
		return []dataField{{pointer + "/Output", output}}
	}
	return []dataField{{pointer + "/Assign", assign}, {pointer + "/Output", output}}
}

func choiceFields(rules []Rule) []dataField {
	var fields []dataField
	for i, rule := range rules {
		at := element("/Choices", i)
		fields = append(append(fields, dataField{at + "/Condition", rule.Condition}), results(at, rule.Assign, rule.Output)...)
	}
	return fields
}

func catchFields(catchers []Catcher) []dataField {
	var fields []dataField
	for i, catcher := range catchers {
		fields = append(fields, results(element("/Catch", i), catcher.Assign, catcher.Output)...)
	}
	return fields
}

func mapData(s *Map) []dataField {
	fields := []dataField{{"/Items", s.Items}}
	if r := s.ItemReader; r != nil {
		fields = append(fields, dataField{"/ItemReader/Arguments", r.Arguments})
		if r.ReaderConfig != nil {
			fields = append(fields, dataField{"/ItemReader/ReaderConfig/MaxItems", r.ReaderConfig.MaxItems})
		}
	}
	fields = append(fields, dataField{"/ItemSelector", s.ItemSelector})
	if b := s.ItemBatcher; b != nil {
		fields = append(fields, dataField{"/ItemBatcher/MaxItemsPerBatch", b.MaxItemsPerBatch},
			dataField{"/ItemBatcher/MaxInputBytesPerBatch", b.MaxInputBytesPerBatch}, dataField{"/ItemBatcher/BatchInput", b.BatchInput})
	}
	fields = append(fields, dataField{"/MaxConcurrency", s.MaxConcurrency}, dataField{"/ToleratedFailureCount", s.ToleratedFailureCount},
		dataField{"/ToleratedFailurePercentage", s.ToleratedFailurePercentage})
	if w := s.ResultWriter; w != nil {
		fields = append(fields, dataField{"/ResultWriter/Arguments", w.Arguments})
	}
	return fields
}
