package engine_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/engine"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// recording is an execution on AWS: a definition, an input, the end and the whole history.
type recording struct {
	ID         string
	Type       string
	Lambdas    []handler
	Language   string        `json:"queryLanguage"` // where the rows of a file differ in it
	Validated  string        // when it was recorded
	NoInput    bool          `json:"inputAbsent"`
	Calls      []serviceCall `json:"otherServiceCalls"`
	Definition json.RawMessage
	Input      json.RawMessage
	Status     string
	Output     json.RawMessage
	Error      string
	Cause      any // text, which the recorder may have parsed
	History    []map[string]any

	answers *answers
	names   *names
	clock   *engine.Virtual
}

// handler is the file of a Lambda function's handler, given by itself or with other particulars of the function.
type handler string

// UnmarshalJSON reads both forms.
func (h *handler) UnmarshalJSON(text []byte) error {
	var about struct {
		File string `json:"handler_file"`
	}
	if text[0] == '"' {
		return json.Unmarshal(text, (*string)(h))
	}
	err := json.Unmarshal(text, &about)
	*h = handler(path.Base(about.File))
	return err
}

// serviceCall is what a recording asked of another service beforehand.
type serviceCall struct {
	Operation string
	Request   struct{ Bucket, Key, Body string }
}

// run does what the function does.
func (h handler) run(event any) (any, error) {
	switch h {
	case "id_function.py":
		return event, nil
	case "raise_exception.py":
		return nil, &engine.TaskError{Name: "Exception", Cause: `{"errorMessage":"Some exception was raised.","errorType":"Exception","requestId":"` + strings.Repeat("0", 36) +
			`","stackTrace":["  File \"/var/task/handler.py\", line 2, in handler\n    raise Exception(\"Some exception was raised.\")\n"]}`}
	default:
		return nil, fmt.Errorf("the recording has no answer for the function %s", h)
	}
}

// conformance is the folder of recorded cases.
func conformance() string {
	if root := os.Getenv("STEPLOOM_CONFORMANCE"); root != "" {
		return root
	}
	return filepath.Join("..", "..", "..", "shared", "conformance")
}

// recordings reads the recorded executions from $STEPLOOM_CONFORMANCE: the folder that holds step-functions-executions, or that folder itself.
func recordings(t *testing.T) []*recording {
	root := conformance()
	var list []*recording
	for _, folder := range []string{filepath.Join(root, "step-functions-executions"), root} {
		files, err := filepath.Glob(filepath.Join(folder, "*.jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			list = append(list, slices.DeleteFunc(readRecordings(t, file), func(r *recording) bool { return len(r.History) == 0 })...)
		}
	}
	if len(list) == 0 {
		t.Skip("recorded executions are absent: no step-functions-executions/*.jsonl (set STEPLOOM_CONFORMANCE)")
	}
	return list
}

func readRecordings(t *testing.T, file string) []*recording {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var list []*recording
	for scanner := newLines(data); scanner.Scan(); {
		r := &recording{Input: json.RawMessage("{}")}
		if err := json.Unmarshal(scanner.Bytes(), r); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if r.NoInput {
			r.Input = json.RawMessage("{}")
		}
		if len(r.History) > 1 && number(r.History[0]["id"]) > number(r.History[1]["id"]) && number(r.History[1]["id"]) > 0 {
			slices.Reverse(r.History) // it was asked for in reverse order
		}
		list = append(list, r)
	}
	return list
}

// number is the number of an event, or 0 where the recorder has dropped it.
func number(id any) int {
	n, _ := id.(float64)
	return int(n)
}

func newLines(data []byte) *bufio.Scanner {
	scanner := bufio.NewScanner(bytes.NewReader(data))
	scanner.Buffer(nil, 16<<20)
	return scanner
}

func (r *recording) name() string { return r.ID[strings.LastIndex(r.ID, "::")+2:] }

// TestRecorded runs every recorded execution and compares status, output, error, cause and history with what AWS did. It prints how many are the same,
// and names those that cannot be run here with the reason.
func TestRecorded(t *testing.T) {
	list := recordings(t)
	fmt.Printf("recorded: %d of %d\n", reproduce(t, list), len(list))
}

// TestRecordedMixed does the same for recorded machines that have states in both query languages.
func TestRecordedMixed(t *testing.T) {
	file := filepath.Join(conformance(), "step-functions-api", "executions-jsonpath.jsonl")
	if _, err := os.Stat(file); err != nil {
		t.Skipf("recorded executions are absent: %v", err)
	}
	list := slices.DeleteFunc(readRecordings(t, file), func(r *recording) bool { return r.Language != "mixed" })
	fmt.Printf("recorded, in both query languages: %d of %d\n", reproduce(t, list), len(list))
}

// reproduce runs recordings and answers how many come out the same.
func reproduce(t *testing.T, list []*recording) int {
	reproduced := 0
	for _, r := range list {
		t.Run(r.name(), func(t *testing.T) {
			if reason := r.outside(); reason != "" {
				fmt.Printf("not reproduced: %s: %s\n", r.name(), reason)
				return
			}
			if r.check(t) {
				reproduced++
			}
		})
	}
	return reproduced
}

// outside tells why a recording cannot be reproduced here, empty if it can.
func (r *recording) outside() string {
	machine, err := asl.Unmarshal(r.definition())
	if err != nil {
		return err.Error()
	}
	if _, err := engine.Prepare(machine); err != nil {
		return err.Error()
	}
	return ""
}

func (r *recording) definition() []byte {
	var text string
	if json.Unmarshal(r.Definition, &text) == nil {
		return []byte(text)
	}
	return bytes.ReplaceAll(r.Definition, []byte(`"activity_arn"`), []byte(`"arn:aws:states:us-east-1:111111111111:activity:activity_arn"`))
}

func (r *recording) check(t *testing.T) bool {
	found := r.run(t)
	for _, difference := range found {
		t.Error(difference)
	}
	return len(found) == 0
}

// run runs the recording here and answers in what it differs.
func (r *recording) run(t *testing.T) []string {
	program, err := engine.PrepareJSON(r.definition())
	if err != nil {
		return []string{"prepare: " + err.Error()}
	}
	r.clock, r.answers, r.names = engine.NewVirtual(epoch), recordedAnswers(r.History), shownNames(r)
	host := engine.Host{Clock: r.clock, Invoker: engine.InvokerFunc(r.invoke), Blobs: r.blobs(t), Tokens: engine.NewTokens()}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	options := engine.Options{Express: r.Type == "EXPRESS", ItemsMustBeArray: true}
	if r.Status == engine.Aborted { // while it waited
		options.Waiting = func(string, time.Time) { cancel() }
	}
	got := engine.Run(ctx, program, r.input(t), host, options)
	return r.differences(got)
}

// input is the recorded input.
func (r *recording) input(t *testing.T) any {
	value, err := jsonata.Decode(r.Input)
	if err != nil {
		t.Fatalf("input: %v", err)
	}
	return value
}

// invoke stands for the Lambda functions of the recordings, which are in Python, and for other services: the echo is run, everything else answers
// what it answered in the recording.
func (r *recording) invoke(ctx context.Context, task engine.Task) (any, error) {
	answer := r.answers.take(r, task)
	switch {
	case answer != nil:
		return answer.give(ctx, r.clock)
	case len(r.Lambdas) == 1 && task.FunctionName != "":
		return r.Lambdas[0].run(task.Payload)
	default:
		return nil, fmt.Errorf("the recording has no answer for %s", task.Resource)
	}
}

// blobs is a storage that holds what the recording has read from S3, as far as its output tells: the items, those of batches one by one, and one
// more where the reader has a limit.
func (r *recording) blobs(t *testing.T) engine.Blobs {
	folder := engine.Folder(t.TempDir())
	for _, call := range r.Calls {
		if call.Operation == "PutObject" {
			if err := folder.Put(call.Request.Bucket, call.Request.Key, []byte(call.Request.Body)); err != nil {
				t.Fatal(err)
			}
		}
	}
	bucket, key := r.inputText("Bucket"), r.inputText("Key")
	if bucket == "" || key == "" || len(r.Calls) > 0 {
		return folder
	}
	var output any
	if err := json.Unmarshal(r.Output, &output); err != nil {
		t.Fatal(err)
	}
	list, _ := parsed(output).([]any)
	var items []any
	for _, item := range list {
		object, _ := item.(map[string]any)
		if batch, ok := object["Items"].([]any); ok {
			items = append(items, batch...)
		} else {
			items = append(items, item)
		}
	}
	if bytes.Contains(r.definition(), []byte("MaxItems")) {
		items = append(items, "one too many")
	}
	if err := folder.Put(bucket, key, []byte(encode(items))); err != nil {
		t.Fatal(err)
	}
	return folder
}

func (r *recording) inputText(name string) string {
	var input map[string]any
	if json.Unmarshal(r.Input, &input) != nil {
		return ""
	}
	text, _ := input[name].(string)
	return text
}

// differences compares the end of an execution with the recorded one.
func (r *recording) differences(got engine.Result) []string {
	var found []string
	compare := func(what string, want, got any) {
		if r.Validated != "" && r.Validated < redriveCountShown {
			got = without(got, "RedriveCount")
		}
		if diff := cmp.Diff(want, r.names.align(want, got)); diff != "" {
			found = append(found, what+" (-AWS +here):\n"+diff)
		}
	}
	compare("status", r.Status, got.Status)
	compare("error", r.Error, got.Error)
	compare("cause", parsed(unparsed(r.Cause)), parsed(got.Cause))
	if r.Status == engine.Succeeded {
		compare("output", decoded(string(r.Output)), parsed(encode(tree(got.Output))))
	}
	if len(r.History) > 0 {
		compare("history", anyOf(regroup(r.History)), anyOf(regroup(r.earlier(events(got.History)))))
	}
	return found
}

func anyOf(events []map[string]any) any {
	list := make([]any, len(events))
	for i, event := range events {
		list[i] = parsed(event)
	}
	return list
}

// tree is a value of the engine as package json would have decoded it.
func tree(v any) any {
	text, err := jsonata.Encode(v)
	if err != nil {
		return err.Error()
	}
	var decoded any
	if err := json.Unmarshal(text, &decoded); err != nil {
		return err.Error()
	}
	return decoded
}

func events(history []engine.Event) []map[string]any {
	list := make([]map[string]any, len(history))
	for i, event := range history {
		list[i], _ = tree(event.Object()).(map[string]any)
	}
	return list
}
