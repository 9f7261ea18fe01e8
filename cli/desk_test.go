package cli_test

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/steploom/steploom/cli"
)

const askingWorkflow = `osop_version: "1.0"
id: pay
name: Pay
nodes:
  - {id: ask, type: human, purpose: Pay the bill?, outputs: [decision]}
  - {id: pick, type: cli, command: "jq '.'", inputs: [decision], outputs: [picked]}
edges:
  - {from: ask, to: pick}
`

// TestRunWaitsForAnAnswer runs a workflow that asks a person, and answers through the link that it prints.
func TestRunWaitsForAnAnswer(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "pay.osop.yaml"), []byte(askingWorkflow), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var out bytes.Buffer
	errs := &console{}
	exit := make(chan int, 1)
	go func() {
		exit <- cli.Main([]string{"run", folder, "pay"}, cli.Std{Out: &out, Err: errs, Lookup: noVariables, Context: ctx})
	}()
	errs.await(t, "/_steploom/approve/")
	_, link, _ := strings.Cut(strings.TrimSpace(errs.String()), "link=")
	answer, err := http.PostForm(link, url.Values{"decision": {"approved"}})
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if code := <-exit; code != 0 || !strings.Contains(out.String(), "approved") {
		t.Errorf("exit code %d, printed %s%s", code, out.String(), errs)
	}
}
