package cli_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/steploom/steploom/cli"
)

// runBatchUpdate runs the sample against its stub, in a copy of its folder, and gives the log.
func runBatchUpdate(t *testing.T) []byte {
	t.Helper()
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS("../workflows/batch-update")); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "run.osoplog")
	var out, errors bytes.Buffer
	std := cli.Std{In: strings.NewReader(""), Out: &out, Err: &errors, Context: t.Context(), Lookup: func(string) (string, bool) { return "", false }}
	if code := cli.Main([]string{"run", folder, "batch-update", "--osoplog", path}, std); code != 0 {
		t.Fatalf("exit code %d: %s", code, errors.String())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestOSOPLogHasARecordForEachAttempt(t *testing.T) {
	text := runBatchUpdate(t)
	var log struct {
		Status  string `json:"status"`
		Records []struct {
			Node    string         `json:"node_id"`
			Type    string         `json:"node_type"`
			Attempt int            `json:"attempt"`
			Status  string         `json:"status"`
			Outputs map[string]any `json:"outputs"`
		} `json:"node_records"`
	}
	if err := json.Unmarshal(text, &log); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range log.Records {
		got = append(got, r.Node+" "+r.Type+" "+string(rune('0'+r.Attempt))+" "+r.Status)
	}
	want := []string{
		"authenticate api 1 COMPLETED", "get_records api 1 FAILED", "get_records api 2 COMPLETED", "filter_records cli 1 COMPLETED", "batch_update api 1 FAILED",
		"authenticate api 1 COMPLETED", "get_records api 1 COMPLETED", "filter_records cli 1 COMPLETED", "batch_update api 1 COMPLETED",
		"verify_update api 1 COMPLETED", "log_audit db 1 COMPLETED",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") || log.Status != "COMPLETED" {
		t.Errorf("%s\n%s", log.Status, strings.Join(got, "\n"))
	}
	for _, secret := range []string{"first-token", "second-token", "only-for-the-stub"} {
		if bytes.Contains(text, []byte(secret)) {
			t.Errorf("the log holds %s", secret)
		}
	}
}

func TestOSOPLogFollowsItsSchema(t *testing.T) {
	path := filepath.Join("..", "..", "shared", "samples", "osop", "schema", "osoplog.schema.json")
	content, err := os.ReadFile(path)
	if err != nil {
		t.Skip("shared/samples/osop/schema/osoplog.schema.json beside the repository is absent: the log is not checked against the published schema")
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("osoplog.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("osoplog.json")
	if err != nil {
		t.Fatal(err)
	}
	log, err := jsonschema.UnmarshalJSON(bytes.NewReader(runBatchUpdate(t)))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(log); err != nil {
		t.Error(err)
	}
}
