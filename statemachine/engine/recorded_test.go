package engine_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"sync/atomic"
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
	Lambdas    []string
	Definition json.RawMessage
	Input      json.RawMessage
	Status     string
	Output     json.RawMessage
	Error      string
	Cause      string
	History    []map[string]any

	calls atomic.Int32
	clock *engine.Virtual
}

// recordings reads the recorded executions from $STEPLOOM_CONFORMANCE: the folder that holds step-functions-executions, or that folder itself.
func recordings(t *testing.T) []*recording {
	root := os.Getenv("STEPLOOM_CONFORMANCE")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "conformance")
	}
	var list []*recording
	for _, folder := range []string{filepath.Join(root, "step-functions-executions"), root} {
		files, err := filepath.Glob(filepath.Join(folder, "*.jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			list = append(list, readRecordings(t, file)...)
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
		r := &recording{}
		if err := json.Unmarshal(scanner.Bytes(), r); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if len(r.History) > 0 {
			list = append(list, r)
		}
	}
	return list
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
	fmt.Printf("recorded: %d of %d\n", reproduced, len(list))
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
	return r.Definition
}

func (r *recording) check(t *testing.T) bool {
	program, err := engine.PrepareJSON(r.definition())
	if err != nil {
		t.Errorf("prepare: %v", err)
		return false
	}
	r.clock = engine.NewVirtual(epoch)
	host := engine.Host{Clock: r.clock, Invoker: engine.InvokerFunc(r.invoke), Blobs: r.blobs(t)}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	got := engine.Run(ctx, program, r.input(t), host, engine.Options{Express: r.Type == "EXPRESS", ItemsMustBeArray: true})
	return r.compare(t, got)
}

// input is the recorded input. Values that the recorder has parsed from text and the test did not are in the first event, as they were sent.
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
	if len(r.Lambdas) == 1 && r.Lambdas[0] == "id_function.py" && task.FunctionName != "" {
		return task.Payload, nil
	}
	number := int(r.calls.Add(1))
	for _, event := range r.History {
		for key, field := range event {
			details, ok := field.(map[string]any)
			if !ok || !answers(key) {
				continue
			}
			if number--; number > 0 {
				continue
			}
			if strings.Contains(key, "TimedOut") {
				return nil, engine.Sleep(ctx, r.clock, 1e6*time.Hour)
			}
			return recordedAnswer(details)
		}
	}
	return nil, fmt.Errorf("the recording has no answer for %s", task.Resource)
}

// answers tells that details are those of the end of a task.
func answers(key string) bool {
	switch key {
	case "taskSucceededEventDetails", "taskFailedEventDetails", "taskTimedOutEventDetails",
		"lambdaFunctionSucceededEventDetails", "lambdaFunctionFailedEventDetails", "lambdaFunctionTimedOutEventDetails":
		return true
	}
	return false
}

func recordedAnswer(details map[string]any) (any, error) {
	if output, succeeded := details["output"]; succeeded {
		result, err := jsonata.Decode([]byte(unparsed(output)))
		return engine.Whole{Result: result}, err
	}
	name, _ := details["error"].(string)
	return nil, &engine.TaskError{Name: name, Cause: unparsed(details["cause"])}
}

// unparsed is a text that the recorder may have parsed.
func unparsed(v any) string {
	if text, ok := v.(string); ok || v == nil {
		return text
	}
	return encode(v)
}

func encode(v any) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return err.Error()
	}
	return strings.TrimSuffix(out.String(), "\n")
}

// blobs is a storage that holds what the recording has read from S3, as far as its output tells: the items, those of batches one by one, and one
// more where the reader has a limit.
func (r *recording) blobs(t *testing.T) engine.Blobs {
	folder := engine.Folder(t.TempDir())
	bucket, key := r.inputText("Bucket"), r.inputText("Key")
	if bucket == "" || key == "" {
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

func (r *recording) compare(t *testing.T, got engine.Result) bool {
	ok := true
	check := func(what string, want, got any) {
		t.Helper()
		if diff := cmp.Diff(want, got); diff != "" {
			ok = false
			t.Errorf("%s (-AWS +here):\n%s", what, diff)
		}
	}
	check("status", r.Status, got.Status)
	check("error", r.Error, got.Error)
	check("cause", r.Cause, got.Cause)
	if r.Status == engine.Succeeded {
		var want any
		if err := json.Unmarshal(r.Output, &want); err != nil {
			t.Fatal(err)
		}
		check("output", normal(parsed(want)), normal(parsed(encode(tree(got.Output)))))
	}
	want, have := regroup(r.History), regroup(events(got.History))
	check("history", normal(anyOf(want)), normal(anyOf(have)))
	return ok
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

// regroup does to a history what the recorder did: between the start and the end of a Parallel, numbers are dropped and events sorted.
// What the recorder lost on the way, the event of the Parallel's success or failure, is lost here too.
func regroup(history []map[string]any) []map[string]any {
	history = append([]map[string]any{}, history...)
	start, inside := 0, false
	var group []map[string]any
	for i := 0; i < len(history); i++ {
		switch event := history[i]; event["type"] {
		case "ParallelStateStarted":
			start, inside, group = i+1, true, nil
		case "ParallelStateSucceeded", "ParallelStateAborted", "ParallelStateExited", "ParallelStateFailed":
			if start == 0 {
				break
			}
			sort.SliceStable(group, func(a, b int) bool { return encode(group[a]) < encode(group[b]) })
			rest := append([]map[string]any{}, history[i:]...)
			history = append(append(history[:start:start], group...), rest...)
			i = start + len(group)
			inside = false
		default:
			if inside {
				grouped := map[string]any{}
				for k, v := range event {
					grouped[k] = v
				}
				grouped["id"], grouped["previousEventId"] = []any{0.0}, 0.0
				group = append(group, grouped)
			}
		}
	}
	return history
}

// parsed undoes one of the recorder's whims: text that is a JSON object is given parsed. Deeper ones are parsed too, so that both sides look alike.
func parsed(v any) any {
	switch v := v.(type) {
	case string:
		var decoded any
		if (strings.HasPrefix(v, "{") || strings.HasPrefix(v, "[")) && json.Unmarshal([]byte(v), &decoded) == nil {
			return parsed(decoded)
		}
		return v
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = parsed(item)
		}
		return list
	case map[string]any:
		object := make(map[string]any, len(v))
		for key, field := range v {
			object[key] = parsed(field)
		}
		return object
	default:
		return v
	}
}

// volatile are the fields whose values are another each time, and the length of what a function has written, which depends on the spaces that its
// language puts into JSON.
var volatile = regexp.MustCompile(`^(timestamp|Content-Length|region|roleArn|mapRunArn|x-amzn-RequestId|RequestId|Date|X-Amzn-Trace-Id|TimestampValue|BatchTimestamp)$`)

// normal replaces what differs from run to run by its kind: times, identifiers and names of resources.
func normal(v any) any {
	switch v := v.(type) {
	case string:
		if strings.HasPrefix(v, "arn:") {
			return "arn"
		}
		return v
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = normal(item)
		}
		return list
	case map[string]any:
		object := make(map[string]any, len(v))
		for key, field := range v {
			if volatile.MatchString(key) {
				field = "…"
			} else {
				field = normal(field)
			}
			object[key] = field
		}
		return object
	default:
		return v
	}
}
