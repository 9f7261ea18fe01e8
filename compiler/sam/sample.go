package sam

import (
	"context"
	"strings"
	"time"

	"github.com/steploom/steploom/compiler/sam/cfn"
	"github.com/steploom/steploom/shared/sqltext"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// scene is what the expressions of a machine are worked out with for a sample: the sample input, a context object, and variables that its states set
// from these and from sample answers of functions.
type scene struct {
	row       task.Row
	states    map[string]any
	variables jsonata.Variables
}

// sampleScene goes through the states of a machine in the order that they are written in; the first state that can set a variable does.
func (p sampler) sampleScene(m *machinePlan, row task.Row) scene {
	s := scene{row: row, variables: jsonata.Variables{}, states: map[string]any{"input": p.fullInput(m), "context": sampleContext(m)}}
	for at := range asl.Walk(m.Definition) {
		result := p.sampleResult(s, at.State)
		for _, outcome := range asl.Outcomes(at.State) {
			if outcome.Assign != nil {
				s.assign(outcome.Assign, result)
			}
		}
	}
	return s
}

// fullInput is the sample input with a value for every parameter, those besides that need none.
func (p sampler) fullInput(m *machinePlan) any {
	input := cfn.Data(p.sampleInput(m))
	parameters, _ := field(input, "param").(*jsonata.Object)
	for _, parameter := range m.Operation.Parameters {
		if _, given := parameters.Get(parameter.Name); !given && parameter.In != "header" {
			parameters.Set(parameter.Name, sampleOf(parameter))
		}
	}
	return input
}

func (s scene) assign(variables *jsonata.Object, result any) {
	for name, value := range variables.All() {
		if _, known := s.variables[name]; known {
			continue
		}
		if worked := s.with("result", result).workOut(value); worked != nil {
			s.variables[name] = worked
		}
	}
}

// with is the scene with one more member of $states.
func (s scene) with(name string, value any) scene {
	states := map[string]any{name: value}
	for key, member := range s.states {
		states[key] = member
	}
	s.states = states
	return s
}

// workOut evaluates the expressions in data; one that fails or gives nothing is null.
func (s scene) workOut(data any) any {
	switch data := data.(type) {
	case *jsonata.Object:
		object := jsonata.NewObject()
		for name, member := range data.All() {
			object.Set(name, s.workOut(member))
		}
		return object
	case []any:
		items := make([]any, len(data))
		for i, item := range data {
			items[i] = s.workOut(item)
		}
		return items
	case string:
		if source, computed := asl.Source(data); computed {
			return s.evaluate(source)
		}
	}
	return data
}

// The same build gives the same bytes: no clock, no chance, and no end that depends on the machine.
const sampleSteps = 1e6

func (s scene) evaluate(source string) any {
	expression, err := jsonata.Compile(source, jsonata.AWS(), jsonata.WithLimits(jsonata.Limits{Steps: sampleSteps}),
		jsonata.WithClock(sampleTime), jsonata.WithRandom(func() float64 { return 0 }))
	if err != nil {
		return nil
	}
	bindings := jsonata.Variables{"states": s.states}
	for name, value := range s.variables {
		bindings[name] = value
	}
	value, err := expression.Eval(context.Background(), nil, bindings)
	if err != nil || value == jsonata.Undefined {
		return nil
	}
	if _, err := jsonata.Encode(value); err != nil {
		return nil // a function, for one
	}
	return value
}

// example is a payload with its expressions worked out. One that cannot be has an example of its field, or what is most likely to do.
func (s scene) example(path []string, value any) any {
	switch value := value.(type) {
	case []any:
		items := make([]any, len(value))
		for i, item := range value {
			items[i] = s.example(append(path, "*"), item)
		}
		return items
	case *jsonata.Object:
		object := jsonata.NewObject()
		for name, member := range value.All() {
			object.Set(name, s.example(append(path, name), member))
		}
		return object
	case string:
		if source, computed := asl.Source(value); computed {
			if worked := s.evaluate(source); worked != nil {
				return worked
			}
			return s.exampleOf(strings.Join(path, "."))
		}
	}
	return value
}

func (s scene) exampleOf(path string) any {
	for _, field := range s.row.Request {
		switch {
		case field.Name != path:
		case field.Example != nil:
			return field.Example
		default:
			return sampleOfType(field.Type)
		}
	}
	if strings.HasSuffix(path, ".*") {
		return 1.0 // an element, such as a parameter of a statement
	}
	return "sample"
}

func sampleTime() time.Time { return time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC) }

// sampleContext is the context object of a sample execution (Step Functions developer guide, "Accessing execution data from the Context object").
func sampleContext(m *machinePlan) map[string]any {
	const account = "arn:aws:states:us-east-1:123456789012:"
	return map[string]any{
		"Execution":    map[string]any{"Id": account + "execution:" + m.Name + ":sample", "Name": "sample", "StartTime": "2026-01-01T00:00:00.000Z", "RedriveCount": 0.0},
		"State":        map[string]any{"EnteredTime": "2026-01-01T00:00:00.000Z", "Name": "sample", "RetryCount": 0.0},
		"StateMachine": map[string]any{"Id": account + "stateMachine:" + m.Name, "Name": m.Name},
	}
}

// sampleResult is what a task of a function gives: each member of the answer by its type, for a query a row with a value in each column.
func (p sampler) sampleResult(s scene, state asl.State) any {
	call, ok := state.(*asl.Task)
	if !ok {
		return nil
	}
	row, ok := task.Find(p.app.Catalogue, task.FunctionOf(call.Target()))
	if !ok {
		return nil
	}
	answer := jsonata.NewObject()
	for _, field := range row.Answer {
		answer.Set(field.Name, sampleOfType(field.Type))
	}
	if row.Name == task.SQL {
		payload, _ := call.Payload()
		answer.Set(task.SQLRows, []any{sampleRow(row, s.workOut(payload))})
	}
	return map[string]any{"Payload": answer, "StatusCode": 200.0}
}

func sampleOfType(kind task.Type) any {
	switch kind {
	case task.TypeNumber:
		return 200.0 // a status, where there is one
	case task.TypeBoolean:
		return false
	case task.TypeList:
		return []any{}
	case task.TypeText:
		return "sample"
	}
	return jsonata.NewObject()
}

// sampleRow is a row of the last query of a payload, its columns as far as the query names them.
func sampleRow(row task.Row, payload any) *jsonata.Object {
	made := jsonata.NewObject()
	queries := texts(valuesAt(payload, []string{"statements", "*", "sql"}))
	if len(queries) == 0 {
		return made
	}
	for _, column := range columnsOf(queries[len(queries)-1]) {
		if column == "id" || strings.HasSuffix(column, "_id") {
			made.Set(column, 1.0)
		} else {
			made.Set(column, "sample")
		}
	}
	return made
}

// columnsOf are the names that the list of a SELECT gives: the last word of each item.
func columnsOf(query string) []string {
	var columns []string
	depth, last, selects := 0, "", false
	for _, token := range sqltext.Lex(sqltext.PostgreSQL, query) {
		word := token.Text
		switch {
		case token.Blank():
		case strings.EqualFold(word, "SELECT") && !selects:
			selects = true
		case !selects:
			return nil
		case depth == 0 && (word == "," || strings.EqualFold(word, "FROM")):
			columns = append(columns, last)
			if word != "," {
				return columns
			}
		case word == "(":
			depth++
		case word == ")":
			depth--
		default:
			last = strings.Trim(word, "\"`")
		}
	}
	return append(columns, last)
}
