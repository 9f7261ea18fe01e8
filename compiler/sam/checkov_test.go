package sam_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/shared/testserver"
)

// TestCheckov gives the templates to checkov. What it finds is exactly what docs/deploy.md names with a reason.
func TestCheckov(t *testing.T) {
	tool := testserver.Tool(t, "checkov")
	root := t.TempDir()
	all := []variant{
		{"everything", everything(t), sam.Options{}}, {"tokens", everything(t), sam.Options{Authorizer: sam.JWT}},
		{"direct with an authorizer", silent(t), sam.Options{API: sam.APIDirect}},
		{"direct", open(t), sam.Options{API: sam.APIDirect, Authorizer: sam.APIKey}}, {"sixty requests", many(t, 60, ir.Express), sam.Options{}},
		{"jobs", surveys(t), sam.Options{}},
	}
	for _, v := range all {
		_, files := written(t, v.app, v.options)
		folder := filepath.Join(root, strings.ReplaceAll(v.name, " ", "-"))
		if err := os.Mkdir(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, sam.TemplateFile), files[sam.TemplateFile], 0o644); err != nil {
			t.Fatal(err)
		}
	}
	said := runTool(t, root, tool, "-d", ".", "--framework", "cloudformation", "--compact", "--quiet", "--soft-fail", "--skip-download", "-o", "json")
	var report struct {
		Summary struct {
			Passed        int
			ParsingErrors int `json:"parsing_errors"`
		}
		Results struct {
			FailedChecks []struct {
				ID       string `json:"check_id"`
				Name     string `json:"check_name"`
				Path     string `json:"file_path"`
				Resource string
			} `json:"failed_checks"`
		}
	}
	if err := json.Unmarshal([]byte(said[strings.Index(said, "{"):]), &report); err != nil {
		t.Fatalf("%v: %.500s", err, said)
	}
	if report.Summary.Passed < 50*len(all) || report.Summary.ParsingErrors > 0 {
		t.Errorf("%d checks passed on %d templates, %d could not be read", report.Summary.Passed, len(all), report.Summary.ParsingErrors)
	}
	found := map[string]bool{}
	for _, check := range report.Results.FailedChecks {
		if !found[check.ID] {
			t.Logf("%s: %s, such as %s of %s", check.ID, check.Name, check.Resource, check.Path)
		}
		found[check.ID] = true
	}
	if diff := cmp.Diff(explainedFindings(t), slices.Sorted(maps.Keys(found))); diff != "" {
		t.Errorf("docs/deploy.md and checkov differ:\n%s", diff)
	}
}

// explainedFindings reads the identifiers in the table of docs/deploy.md.
func explainedFindings(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repository, "docs", "deploy.md"))
	if err != nil {
		t.Fatal(err)
	}
	var explained []string
	for _, row := range regexp.MustCompile(`(?m)^\| (CKV[A-Z0-9_]+) \| .{20,} \|$`).FindAllSubmatch(text, -1) {
		explained = append(explained, string(row[1]))
	}
	slices.Sort(explained)
	return explained
}
