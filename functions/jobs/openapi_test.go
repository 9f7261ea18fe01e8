package jobs_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/functions/jobs"
	"github.com/steploom/steploom/internal/jobapi"
	"github.com/steploom/steploom/shared/job"
)

// TestDocument: the document that is served is one of OpenAPI, and describes every operation once.
func TestDocument(t *testing.T) {
	served := newAPI().ask(t, jobapi.Request{Method: "GET", Target: "/openapi.json"})
	document, err := openapi3.NewLoader().LoadFromData([]byte(served.Body))
	if err != nil {
		t.Fatal(err)
	}
	if err := document.Validate(t.Context()); err != nil {
		t.Error(err)
	}
	described := 0
	for _, path := range document.Paths.Map() {
		described += len(path.Operations())
	}
	if described != len(jobs.Operations()) {
		t.Errorf("%d of %d operations are described", described, len(jobs.Operations()))
	}
}

// TestSchema: the schema knows the members that a job is read with, and lets a job pass.
func TestSchema(t *testing.T) {
	properties := jobs.JobSchema()["properties"].(map[string]any)
	names := job.FieldNames()
	slices.Sort(names)
	if diff := cmp.Diff(names, slices.Sorted(maps.Keys(properties))); diff != "" {
		t.Error(diff)
	}
	text, err := json.Marshal(jobs.JobSchema())
	if err != nil {
		t.Fatal(err)
	}
	var schema openapi3.Schema
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	var one any
	if err := json.Unmarshal([]byte(jobapi.Job("a", "o")), &one); err != nil {
		t.Fatal(err)
	}
	if err := schema.VisitJSON(one); err != nil {
		t.Error(err)
	}
}
