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

// Expressions finds the expressions in the fields of a state; those of the states inside it are theirs. A state in JSONPath mode has none.
func (l Located) Expressions() iter.Seq[Formula] {
	return func(yield func(Formula) bool) {
		if l.QueryLanguage == JSONPath {
			return
		}
		for _, field := range dataFields(l.State) {
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

// PathOf takes a path of names apart that begins with a variable: $states.input.body gives "states" and "input", "body". The variable is "" for
// every other expression.
func PathOf(node jsonata.Node) (variable string, names []string) {
	switch node := node.(type) {
	case *jsonata.Variable:
		return node.Name, nil
	case *jsonata.Path:
		variable, names = PathOf(node.Left)
		switch right := node.Right.(type) {
		case *jsonata.Name:
			return variable, append(names, right.Value)
		case *jsonata.String:
			return variable, append(names, right.Value)
		}
	}
	return "", nil
}

// dataField is a field whose value may hold expressions.
type dataField struct {
	pointer string
	value   any
}

// dataFields lists the fields of a state that may hold expressions: its own, those of its choices and catchers, and what it hands on.
func dataFields(state State) []dataField {
	fields := ownFields(state)
	for _, o := range Outcomes(state) {
		if o.Assign != nil { // an interface that holds a nil pointer is not nil
			fields = append(fields, dataField{o.Pointer + "/Assign", o.Assign})
		}
		fields = append(fields, dataField{o.Pointer + "/Output", o.Output})
	}
	return fields
}

// ownFields lists the fields that are evaluated when a state begins. It is one flat switch over the state types.
func ownFields(state State) []dataField {
	switch s := state.(type) {
	case *Task:
		return []dataField{{"/Arguments", s.Arguments}, {"/Credentials", s.Credentials},
			{"/TimeoutSeconds", s.TimeoutSeconds.Data()}, {"/HeartbeatSeconds", s.HeartbeatSeconds.Data()}}
	case *Choice:
		conditions := make([]dataField, len(s.Choices))
		for i, rule := range s.Choices {
			conditions[i] = dataField{element("/Choices", i) + "/Condition", rule.Condition.Data()}
		}
		return conditions
	case *Wait:
		return []dataField{{"/Seconds", s.Seconds.Data()}, {"/Timestamp", s.Timestamp.Data()}}
	case *Fail:
		return []dataField{{"/Error", s.Error.Data()}, {"/Cause", s.Cause.Data()}}
	case *Parallel:
		return []dataField{{"/Arguments", s.Arguments}}
	case *Map:
		return mapFieldsOf(s)
	}
	return nil
}

func mapFieldsOf(s *Map) []dataField {
	fields := []dataField{{"/Items", s.Items}}
	if r := s.ItemReader; r != nil {
		fields = append(fields, dataField{"/ItemReader/Arguments", r.Arguments})
		if r.ReaderConfig != nil {
			fields = append(fields, dataField{"/ItemReader/ReaderConfig/MaxItems", r.ReaderConfig.MaxItems.Data()})
		}
	}
	fields = append(fields, dataField{"/ItemSelector", s.ItemSelector})
	if b := s.ItemBatcher; b != nil {
		fields = append(fields, dataField{"/ItemBatcher/MaxItemsPerBatch", b.MaxItemsPerBatch.Data()},
			dataField{"/ItemBatcher/MaxInputBytesPerBatch", b.MaxInputBytesPerBatch.Data()}, dataField{"/ItemBatcher/BatchInput", b.BatchInput})
	}
	fields = append(fields, dataField{"/MaxConcurrency", s.MaxConcurrency.Data()}, dataField{"/ToleratedFailureCount", s.ToleratedFailureCount.Data()},
		dataField{"/ToleratedFailurePercentage", s.ToleratedFailurePercentage.Data()})
	if w := s.ResultWriter; w != nil {
		fields = append(fields, dataField{"/ResultWriter/Arguments", w.Arguments})
	}
	return fields
}
