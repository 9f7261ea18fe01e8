package sam_test

import (
	"context"
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/functions/jobs"
	"github.com/steploom/steploom/functions/stream"
	"github.com/steploom/steploom/internal/jobstore"
	"github.com/steploom/steploom/shared/executions"
	"github.com/steploom/steploom/shared/task"
)

// delivered keeps what executions are started with, and delivers it.
type delivered struct{ inputs []string }

// StartSync implements executions.Executor.
func (d *delivered) StartSync(_ context.Context, machine string, input []byte) (executions.Execution, error) {
	d.inputs = append(d.inputs, machine+" "+string(input))
	return executions.Execution{Status: executions.Succeeded, Output: json.RawMessage(`{"delivered":true,"statusCode":200}`)}, nil
}

// TestSamplesAreDelivered: the function behind streams takes the sample events, with the variables that sam local gives it and the jobs that the stack is told
// of, and makes a request of each.
func TestSamplesAreDelivered(t *testing.T) {
	app := surveys(t)
	_, files := written(t, app, sam.Options{})
	var local struct{ Parameters map[string]string }
	var seeds []jobs.Declared
	text := parsed(t, files[sam.TemplateFile]).ofType("Custom::Jobs")["DeclaredJobs"]["Jobs"].(string)
	if err := json.Unmarshal([]byte(text), &seeds); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(files[sam.LocalFile], &local); err != nil {
		t.Fatal(err)
	}
	store := new(jobstore.Memory)
	if _, err := jobs.Seed(t.Context(), store, seeds, time.Now()); err != nil {
		t.Fatal(err)
	}
	environment := maps.Clone(app.Workflow.Jobs.Settings)
	maps.Copy(environment, local.Parameters)
	for _, name := range []string{"events/stream.json", "events/stream-msk.json"} {
		took := &delivered{}
		function := stream.New(stream.Config{Environment: task.Variables(environment), Store: store, Executor: took})
		answer, err := function.Invoke(t.Context(), files[name])
		if err != nil || string(answer) != `{"batchItemFailures":[]}` {
			t.Errorf("%s: %v %s", name, err, answer)
		}
		if len(took.inputs) != 1 || !strings.HasPrefix(took.inputs[0], "deliver ") || !strings.Contains(took.inputs[0], "https://api.example.com/sample") {
			t.Errorf("%s: started %v", name, took.inputs)
		}
	}
}
