package engine

import (
	"time"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// Event is one entry of an execution's history, with the types, numbering and details of GetExecutionHistory.
type Event struct {
	ID              int64
	PreviousEventID int64
	Type            string
	Timestamp       time.Time
	Details         Details // nil when the type has none
}

// Details are the details of an event. The set is closed: every type in this file with an object method.
type Details interface {
	// object gives the fields as GetExecutionHistory shows them; data is JSON text there.
	object() *jsonata.Object
}

type (
	// ExecutionStarted is the details of ExecutionStarted.
	ExecutionStarted struct {
		Input   any
		RoleArn string
	}
	// Output is the details of ExecutionSucceeded, LambdaFunctionSucceeded and ActivitySucceeded.
	Output struct{ Value any }
	// Failed is the details of every event that has only an error and a cause. Empty ones are left out.
	Failed struct{ Error, Cause string }
	// StateEntered is the details of …StateEntered.
	StateEntered struct {
		Name  string
		Input any
	}
	// StateExited is the details of …StateExited. Assigned are the variables that the state has set, in order.
	StateExited struct {
		Name     string
		Output   any
		Assigned []Variable
	}
	// Variable is a variable with its value.
	Variable struct {
		Name  string
		Value any
	}
	// FunctionScheduled is the details of LambdaFunctionScheduled and ActivityScheduled. The seconds are 0 when not limited.
	FunctionScheduled struct {
		Resource                         string
		Input                            any
		TimeoutInSeconds, HeartbeatInSec int
		RoleArn                          string // of the Credentials
	}
	// ActivityStarted is the details of ActivityStarted.
	ActivityStarted struct{}
	// TaskScheduled is the details of TaskScheduled.
	TaskScheduled struct {
		ResourceType, Resource           string
		Parameters                       any
		TimeoutInSeconds, HeartbeatInSec int
		RoleArn                          string // of the Credentials
	}
	// TaskStarted is the details of TaskStarted.
	TaskStarted struct{ ResourceType, Resource string }
	// TaskOutput is the details of TaskSubmitted and TaskSucceeded.
	TaskOutput struct {
		ResourceType, Resource string
		Output                 any
	}
	// TaskFailed is the details of TaskFailed and TaskTimedOut.
	TaskFailed struct{ ResourceType, Resource, Error, Cause string }
	// MapStateStarted is the details of MapStateStarted.
	MapStateStarted struct{ Length int }
	// MapIteration is the details of MapIterationStarted, …Succeeded, …Failed and …Aborted.
	MapIteration struct {
		Index int
		Name  string
	}
	// MapRunStarted is the details of MapRunStarted.
	MapRunStarted struct{ MapRunArn string }
	// ExecutionRedriven is the details of ExecutionRedriven.
	ExecutionRedriven struct{ RedriveCount int }
	// MapRunRedriven is the details of MapRunRedriven.
	MapRunRedriven struct {
		MapRunArn    string
		RedriveCount int
	}
	// EvaluationFailed is the details of EvaluationFailed. Location is the field, empty where it is the state's input.
	EvaluationFailed struct{ State, Location, Error, Cause string }
)

// fields builds the object of an event.
type fields struct{ o *jsonata.Object }

func newFields() fields { return fields{jsonata.NewObject()} }

func (f fields) text(name, value string) fields {
	if value != "" {
		f.o.Set(name, value)
	}
	return f
}

func (f fields) count(name string, value int) fields {
	if value > 0 {
		f.o.Set(name, float64(value))
	}
	return f
}

// credentials sets the role that a task takes on.
func (f fields) credentials(role string) fields {
	if role != "" {
		f.o.Set("taskCredentials", newFields().text("roleArn", role).o)
	}
	return f
}

// data sets a field to JSON text, with the field that tells that it is whole.
func (f fields) data(name string, value any) fields {
	f.o.Set(name, jsonText(value))
	whole := jsonata.NewObject()
	whole.Set("truncated", false)
	f.o.Set(name+"Details", whole)
	return f
}

// jsonText is a value as compact JSON. Values in an execution can always be written; what cannot is shown as null.
func jsonText(value any) string {
	text, err := jsonata.Encode(value)
	if err != nil {
		return "null"
	}
	return string(text)
}

func (d ExecutionStarted) object() *jsonata.Object {
	return newFields().data("input", d.Input).text("roleArn", d.RoleArn).o
}

func (d Output) object() *jsonata.Object { return newFields().data("output", d.Value).o }

func (d Failed) object() *jsonata.Object {
	return newFields().text("cause", d.Cause).text("error", d.Error).o
}

func (d StateEntered) object() *jsonata.Object {
	return newFields().data("input", d.Input).text("name", d.Name).o
}

func (d StateExited) object() *jsonata.Object {
	f := newFields()
	if len(d.Assigned) > 0 {
		assigned := jsonata.NewObject()
		for _, variable := range d.Assigned {
			assigned.Set(variable.Name, jsonText(variable.Value))
		}
		f.o.Set("assignedVariables", assigned)
		whole := jsonata.NewObject()
		whole.Set("truncated", false)
		f.o.Set("assignedVariablesDetails", whole)
	}
	return f.text("name", d.Name).data("output", d.Output).o
}

func (d FunctionScheduled) object() *jsonata.Object {
	return newFields().data("input", d.Input).text("resource", d.Resource).
		count("timeoutInSeconds", d.TimeoutInSeconds).count("heartbeatInSeconds", d.HeartbeatInSec).credentials(d.RoleArn).o
}

func (ActivityStarted) object() *jsonata.Object { return newFields().o }

func (d TaskScheduled) object() *jsonata.Object {
	f := newFields().count("heartbeatInSeconds", d.HeartbeatInSec)
	f.o.Set("parameters", jsonText(d.Parameters))
	return f.text("region", region).text("resource", d.Resource).text("resourceType", d.ResourceType).credentials(d.RoleArn).
		count("timeoutInSeconds", d.TimeoutInSeconds).o
}

func (d TaskStarted) object() *jsonata.Object {
	return newFields().text("resource", d.Resource).text("resourceType", d.ResourceType).o
}

func (d TaskOutput) object() *jsonata.Object {
	return newFields().data("output", d.Output).text("resource", d.Resource).text("resourceType", d.ResourceType).o
}

func (d TaskFailed) object() *jsonata.Object {
	return newFields().text("cause", d.Cause).text("error", d.Error).text("resource", d.Resource).text("resourceType", d.ResourceType).o
}

func (d MapStateStarted) object() *jsonata.Object {
	f := newFields()
	f.o.Set("length", float64(d.Length))
	return f.o
}

func (d MapIteration) object() *jsonata.Object {
	f := newFields()
	f.o.Set("index", float64(d.Index))
	return f.text("name", d.Name).o
}

func (d MapRunStarted) object() *jsonata.Object { return newFields().text("mapRunArn", d.MapRunArn).o }

func (d ExecutionRedriven) object() *jsonata.Object {
	return newFields().count("redriveCount", d.RedriveCount).o
}

func (d MapRunRedriven) object() *jsonata.Object {
	return newFields().text("mapRunArn", d.MapRunArn).count("redriveCount", d.RedriveCount).o
}

func (d EvaluationFailed) object() *jsonata.Object {
	return newFields().text("cause", d.Cause).text("error", d.Error).text("location", d.Location).text("state", d.State).o
}

// Object is the event as an entry of GetExecutionHistory: timestamp, type, id, previousEventId and the details under their own name.
func (e Event) Object() *jsonata.Object {
	o := jsonata.NewObject()
	o.Set("timestamp", timestamp(e.Timestamp))
	o.Set("type", e.Type)
	o.Set("id", float64(e.ID))
	o.Set("previousEventId", float64(e.PreviousEventID))
	if e.Details != nil {
		o.Set(detailsName(e), e.Details.object())
	}
	return o
}

func detailsName(e Event) string {
	switch e.Details.(type) {
	case StateEntered:
		return "stateEnteredEventDetails"
	case StateExited:
		return "stateExitedEventDetails"
	default:
		return string(e.Type[0]|0x20) + e.Type[1:] + "EventDetails"
	}
}

// timestamp writes a time as the service does, in UTC with milliseconds.
func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
