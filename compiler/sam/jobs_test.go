package sam_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/lower"
	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/functions"
	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// surveys is a workflow of two jobs: one with two topics, a password and a limit, and one whose id is no name.
func surveys(t testing.TB) sam.Application {
	return jobsOf(t, &ir.Jobs{
		Settings: map[string]string{"KAFKA_URL": "kafka-1.internal:9092,kafka-2.internal:9092", "AUTO_OFFSET_RESET": "earliest", "AETHER_EMIT_FLAG_REQUIRED": "true", "ADMIN_USER": "keeper"},
		Declared: []ir.DeclaredJob{
			{Range: at(3), Secrets: job.Secrets{Basic: "surveys-login"}, Job: job.Job{
				ID: "surveys", Owner: "field", Type: "POST", Topics: []string{"Person", "Household"}, URL: "https://api.example.com/{id}", RateLimit: 0.5,
				DataMap: map[string]string{"id": "$.msg.id", "name": "$.msg.person.name"}, JSONBody: []string{"name"}, OnFailure: job.Skip}},
			{Range: at(20), Secrets: job.Secrets{Token: "tokens#mine"}, Job: job.Job{
				ID: "my job!", Owner: "field", Type: "PUT", Topics: []string{"Person"}, URL: "https://api.example.com/{id}", DataMap: map[string]string{"id": "$.msg.id"}}},
		},
		Range: at(1),
	})
}

// jobsOf is an application with jobs and the operation that delivers their records.
func jobsOf(t testing.TB, jobs *ir.Jobs) sam.Application {
	t.Helper()
	deliver := &ir.Operation{Name: job.Deliver, Range: at(1), Triggers: []ir.Trigger{&ir.Manual{Range: at(1)}}, Steps: []ir.Step{
		&ir.Call{Header: ir.Header{Common: ir.Head{Label: "send", Range: at(1)}}, Function: task.HTTP, Arguments: build.Path(ir.Input(), "request")},
		&ir.Return{Status: 200.0, Header: ir.Header{Common: ir.Head{Label: "done", Range: at(1)}}},
	}}
	workflow := ir.Decide(&ir.Workflow{Name: "surveys", Operations: []*ir.Operation{deliver}, Jobs: jobs, Range: at(1)})
	operation := workflow.Operations[0]
	definition, list := lower.Operation(workflow, operation, functions.Rows())
	noErrors(t, list)
	operation.Triggers, operation.Mode = []ir.Trigger{&ir.Stream{Topics: []string{"any"}, Range: at(1)}}, ir.Express
	return sam.Application{Workflow: workflow, Catalogue: functions.Rows(), Machines: []sam.Machine{{Name: job.Deliver, Operation: operation, Definition: definition}}}
}

// TestJobs: each job of a file has an alias named by its key, and a mapping for each topic.
func TestJobs(t *testing.T) {
	files, list := sam.Generate(surveys(t), sam.Options{})
	noErrors(t, list)
	template := parsed(t, files[sam.TemplateFile])
	aliases, mappings := template.ofType("AWS::Lambda::Alias"), template.ofType("AWS::Lambda::EventSourceMapping")
	var names, topics []string
	for id, alias := range aliases {
		names = append(names, alias["Name"].(string))
		for _, mapping := range mappings {
			if references(mapping["FunctionName"])[0] == id {
				topics = append(topics, alias["Name"].(string)+" "+mapping["Topics"].([]any)[0].(string))
			}
		}
	}
	slices.Sort(names)
	slices.Sort(topics)
	key := job.Key("", "my job!")
	if want := []string{key, "surveys"}; !slices.Equal(names, want) {
		t.Errorf("aliases %v, want %v", names, want)
	}
	if want := []string{key + " Person", "surveys Household", "surveys Person"}; !slices.Equal(topics, want) || len(mappings) != 3 {
		t.Errorf("mappings %v, want %v", topics, want)
	}
	seeds := template.ofType("Custom::Jobs")["DeclaredJobs"]
	var declared []struct {
		Job     job.Job
		Secrets job.Secrets
	}
	if err := json.Unmarshal([]byte(seeds["Jobs"].(string)), &declared); err != nil || len(declared) != 2 || declared[1].Secrets.Token != "tokens#mine" || declared[0].Job.RateLimit != 0.5 {
		t.Errorf("seeds: %v, %+v", err, declared)
	}
	if got := fmt.Sprint(seeds["State"]); !strings.Contains(got, "WithEnabledJobs running stopped") {
		t.Errorf("the jobs begin %s", got)
	}
}

// TestStreamHasTime: the function behind streams cannot be given less time than the longest delivery needs, and no more than mappings take.
func TestStreamHasTime(t *testing.T) {
	files, list := sam.Generate(surveys(t), sam.Options{})
	noErrors(t, list)
	parameter := parsed(t, files[sam.TemplateFile]).Parameters["StreamTimeout"]
	if parameter["MinValue"] != 320 || parameter["MaxValue"] != 840 {
		t.Errorf("%v", parameter)
	}
}
