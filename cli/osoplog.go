package cli

import (
	"encoding/json"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/engine"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// This file writes the record of a run as the OSOP log schema wants it (osoplog.schema.json): one record per attempt of a node, with
// what it was given and what it put out. The text is JSON, which every YAML reader reads.

const osoplogVersion = "1.0"

// osopLog gathers the events of one run.
type osopLog struct {
	workflow, trigger string
	secrets           *mask

	mutex   sync.Mutex
	states  map[int64]string      // name of the state that an event belongs to, by the event's id
	visits  map[int64]int64       // the event at which the state was entered, by event id
	tries   map[int64]int         // attempts so far, by the event at which the state was entered
	open    map[int64]*osopRecord // attempts under way, by the event that scheduled or continued them
	last    map[string]*osopRecord
	records []*osopRecord
}

// osopRecord is one attempt of a node.
type osopRecord struct {
	NodeID     string `json:"node_id"`
	NodeType   string `json:"node_type,omitempty"`
	Attempt    int    `json:"attempt"`
	Status     string `json:"status"`
	StartedAt  string `json:"started_at"`
	EndedAt    string `json:"ended_at,omitempty"`
	DurationMs *int64 `json:"duration_ms,omitempty"`
	Inputs     any    `json:"inputs,omitempty"`
	Outputs    any    `json:"outputs,omitempty"`
	Error      string `json:"error,omitempty"`

	started time.Time
}

// osopDocument is the whole log.
type osopDocument struct {
	Version     string            `json:"osoplog_version"`
	RunID       string            `json:"run_id"`
	WorkflowID  string            `json:"workflow_id"`
	Mode        string            `json:"mode"`
	Status      string            `json:"status"`
	Trigger     map[string]string `json:"trigger"`
	StartedAt   string            `json:"started_at"`
	EndedAt     string            `json:"ended_at"`
	DurationMs  int64             `json:"duration_ms"`
	Runtime     map[string]string `json:"runtime"`
	NodeRecords []*osopRecord     `json:"node_records"`
	Summary     string            `json:"result_summary,omitempty"`
}

func newOSOPLog(workflow *ir.Workflow, operation *ir.Operation, known *secret.Mask) *osopLog {
	trigger := "manual"
	for _, t := range operation.Triggers {
		if _, http := t.(*ir.HTTP); http {
			trigger = "webhook"
		}
	}
	name := operation.Name
	if trigger == "webhook" {
		name = workflow.Name
	}
	return &osopLog{
		workflow: name, trigger: trigger, secrets: &mask{run: known}, states: map[int64]string{}, visits: map[int64]int64{}, tries: map[int64]int{},
		open: map[int64]*osopRecord{}, last: map[string]*osopRecord{},
	}
}

// observe takes one event of the run.
func (l *osopLog) observe(event engine.Event) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if entered, ok := event.Details.(engine.StateEntered); ok {
		l.states[event.ID], l.visits[event.ID] = entered.Name, event.ID
		return
	}
	l.states[event.ID], l.visits[event.ID] = l.states[event.PreviousEventID], l.visits[event.PreviousEventID]
	switch details := event.Details.(type) {
	case engine.TaskScheduled:
		l.schedule(event, details)
	case engine.TaskStarted:
		l.follow(event)
	case engine.TaskOutput:
		if event.Type == "TaskSubmitted" {
			l.follow(event)
			return
		}
		l.end(event, "COMPLETED", "")
	case engine.TaskFailed:
		status := "FAILED"
		if event.Type == "TaskTimedOut" {
			status = "TIMEOUT"
		}
		l.end(event, status, strings.TrimSpace(details.Error+": "+plainCause(details.Cause)))
	case engine.StateExited:
		l.exited(details)
	}
}

// schedule opens the record of an attempt.
func (l *osopLog) schedule(event engine.Event, details engine.TaskScheduled) {
	visit := l.visits[event.ID]
	l.tries[visit]++
	record := &osopRecord{
		NodeID: nodeOf(l.states[event.ID]), Attempt: l.tries[visit], Status: "RUNNING", StartedAt: timestamp(event.Timestamp), started: event.Timestamp,
	}
	parameters := member(details.Parameters, "Payload")
	if parameters == nil {
		parameters = details.Parameters
	}
	l.secrets.learn(parameters)
	record.NodeType = nodeType(details, parameters)
	record.Inputs = asObject(parameters, "payload")
	l.records = append(l.records, record)
	l.open[event.ID] = record
}

// nodeOf takes the node's id from the name of a state; what follows a colon tells which part of the node the state is.
func nodeOf(state string) string {
	id, _, _ := strings.Cut(state, ": ")
	return id
}

// nodeType is the type that the log schema knows for what a task calls; "" when it has none.
func nodeType(details engine.TaskScheduled, payload any) string {
	function, _ := member(details.Parameters, "FunctionName").(string)
	switch function {
	case "${HttpFunctionArn}":
		return "api"
	case "${SqlFunctionArn}":
		return "db"
	case "${FilterFunctionArn}":
		return "cli"
	case "${ApiFunctionArn}":
		return "human"
	case "":
		return "system"
	}
	switch kind, _ := member(payload, "type").(string); kind {
	case "human", "agent", "api", "cli", "db", "git", "docker", "cicd", "mcp", "system", "infra", "data":
		return kind
	default:
		return ""
	}
}

func member(value any, name string) any {
	object, ok := value.(*jsonata.Object)
	if !ok {
		return nil
	}
	found, _ := object.Get(name)
	return found
}

// asObject gives the value as the schema wants inputs and outputs: an object.
func asObject(value any, name string) any {
	if object, ok := value.(*jsonata.Object); ok {
		return object
	}
	if value == nil {
		return nil
	}
	object := jsonata.NewObject()
	object.Set(name, value)
	return object
}

// follow keeps an attempt open under the newest event of its chain.
func (l *osopLog) follow(event engine.Event) {
	if record := l.open[event.PreviousEventID]; record != nil {
		delete(l.open, event.PreviousEventID)
		l.open[event.ID] = record
	}
}

func (l *osopLog) end(event engine.Event, status, failure string) {
	record := l.open[event.PreviousEventID]
	if record == nil {
		return
	}
	delete(l.open, event.PreviousEventID)
	length := event.Timestamp.Sub(record.started).Milliseconds()
	record.Status, record.Error, record.EndedAt, record.DurationMs = status, failure, timestamp(event.Timestamp), &length
	l.last[l.states[event.ID]] = record
}

// exited adds what the node put out: the variables that its state has set.
func (l *osopLog) exited(details engine.StateExited) {
	record := l.last[details.Name]
	if record == nil || record.Status != "COMPLETED" || record.Outputs != nil {
		return
	}
	outputs := jsonata.NewObject()
	for _, variable := range details.Assigned {
		outputs.Set(variable.Name, variable.Value)
	}
	l.secrets.learn(outputs)
	if outputs.Len() > 0 {
		record.Outputs = outputs
	}
}

// plainCause is the message in the cause of a failure.
func plainCause(cause string) string { return task.FromCause("", cause).Message }

func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z07:00") }

// document closes the log with the run's result.
func (l *osopLog) document(result engine.Result) ([]byte, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	status := map[string]string{"SUCCEEDED": "COMPLETED", "TIMED_OUT": "TIMEOUT"}[result.Status]
	if status == "" {
		status = "FAILED"
	}
	records := make([]*osopRecord, len(l.records))
	for i, record := range l.records {
		masked := *record
		masked.Inputs, masked.Outputs = l.secrets.value(record.Inputs), l.secrets.value(record.Outputs)
		masked.Error = l.secrets.text(record.Error)
		if masked.Status == "RUNNING" {
			masked.Status = "TIMEOUT"
		}
		records[i] = &masked
	}
	summary := "ended with status " + result.Status
	if result.Error != "" {
		summary = l.secrets.text(result.Error + ": " + plainCause(result.Cause))
	}
	return json.MarshalIndent(osopDocument{
		Version: osoplogVersion, RunID: result.Name, WorkflowID: l.workflow, Mode: "live", Status: status,
		Trigger: map[string]string{"type": l.trigger, "timestamp": timestamp(result.Started), "source": "steploom run"},
		Runtime: map[string]string{"agent": "steploom", "source": "executor"}, StartedAt: timestamp(result.Started), EndedAt: timestamp(result.Stopped),
		DurationMs: result.Stopped.Sub(result.Started).Milliseconds(), NodeRecords: records, Summary: summary,
	}, "", "  ")
}

// write puts the log into a file that only its owner can read.
func (l *osopLog) write(path string, result engine.Result) error {
	text, err := l.document(result)
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o600)
}
