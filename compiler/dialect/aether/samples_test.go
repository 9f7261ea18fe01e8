package aether_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/compiler/dialect/aether"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/internal/conformance"
	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/jsonpathng"
	"github.com/steploom/steploom/shared/pytext"
)

// sample reads a file of the consumer.
func sample(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(conformance.Sample(t, "aether/"+name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestSampleJobs: the consumer's jobs and settings are read as they are. Credentials are the only thing that is worth a warning.
func TestSampleJobs(t *testing.T) {
	jobs, _ := filepath.Glob(filepath.Join(conformance.Sample(t, "aether"), "job_*.json"))
	var files source.Files
	for _, path := range jobs {
		if filepath.Base(path) != "job_schema.json" {
			files = append(files, source.File{Path: filepath.Base(path), Bytes: sample(t, filepath.Base(path))})
		}
	}
	if len(files) < 4 {
		t.Fatalf("%d jobs", len(files))
	}
	for _, settings := range []string{"conf_kafka.json", "conf_kafka-test.json"} {
		workflow, found := aether.Dialect().Parse(append(slices.Clone(files), source.File{Path: "kafka.json", Bytes: sample(t, settings)},
			source.File{Path: "consumer.json", Bytes: sample(t, "conf_consumer.json")}))
		for _, d := range found {
			if d.Code != "AET008" && (d.Code != "AET002" || !strings.Contains(d.Summary, "expose_port")) {
				t.Errorf("%v %s %s", d.Range, d.Code, d.Summary)
			}
		}
		if len(workflow.Jobs.Declared) != len(files) || workflow.Jobs.Settings["AETHER_MASKING_SCHEMA_EMIT_LEVEL"] != "false" {
			t.Errorf("%s: %+v", settings, workflow.Jobs)
		}
		if text, _ := json.Marshal(workflow.Jobs); strings.Contains(string(text), "somepw") || len(workflow.Secrets) != 2 {
			t.Errorf("%s, %d secrets", text, len(workflow.Secrets))
		}
	}
}

// TestSampleSchema: the fields of the consumer's schema are those of a job, and the same are needed.
func TestSampleSchema(t *testing.T) {
	var schema struct {
		Required   []string       `json:"required"`
		Properties map[string]any `json:"properties"`
	}
	if err := json.Unmarshal(sample(t, "job_schema.json"), &schema); err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		if !slices.Contains(job.FieldNames(), name) {
			t.Errorf("a job has no %s", name)
		}
	}
	_, problems := job.Read(map[string]any{})
	var needed []string
	for _, problem := range problems {
		needed = append(needed, strings.Split(problem.Message, `"`)[1])
	}
	slices.Sort(needed)
	slices.Sort(schema.Required)
	if diff := cmp.Diff(schema.Required, needed); diff != "" {
		t.Error(diff)
	}
}

// TestSampleDataMap: what a datamap picks is what the consumer's own test wants.
func TestSampleDataMap(t *testing.T) {
	value, err := pytext.Decode(string(sample(t, "datamap_unit_test.json")))
	if err != nil {
		t.Fatal(err)
	}
	member := func(name string) *pytext.Dict {
		member, _ := value.(*pytext.Dict).Get(name)
		return member.(*pytext.Dict)
	}
	picked := &pytext.Dict{}
	for _, entry := range member("datamap").Items() {
		path, err := jsonpathng.Parse(entry.Value.(string))
		if err != nil {
			t.Fatal(err)
		}
		found, ok, err := jsonpathng.Select(path, member("data"))
		if err != nil {
			t.Fatal(err)
		}
		if ok {
			_ = picked.Set(entry.Key, found)
		}
	}
	want, _ := pytext.JSON(member("expect"), pytext.Options{})
	got, _ := pytext.JSON(picked, pytext.Options{})
	if want != got {
		t.Errorf("got %s, want %s", got, want)
	}
}
