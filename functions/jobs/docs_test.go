package jobs_test

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/functions/jobs"
)

var update = flag.Bool("update", false, "write the routes of docs/aether/api.md")

// TestRoutes keeps the table of the page equal to what is served.
func TestRoutes(t *testing.T) {
	const page = "../../docs/aether/api.md"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	section := regexp.MustCompile(`(?s)(<!-- routes: [^\n]*-->\n).*?(<!-- end -->)`)
	if !section.Match(text) {
		t.Fatalf("%s has no place for the routes", page)
	}
	want := section.ReplaceAllString(string(text), "${1}"+strings.ReplaceAll(routeTable(), "$", "$$")+"${2}")
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Errorf("%s is stale; go test ./functions/jobs -run Routes -update writes it:\n%s", page, diff)
	}
}

// routeTable has a row for each path and what is done there, with its methods.
func routeTable() string {
	table := "| route | what it does | since |\n|---|---|---|\n"
	var last string
	var methods []string
	flush := func(operation jobs.Operation) {
		route := strings.Join(methods, " ") + " " + strings.ReplaceAll(operation.Path, "+}", "}")
		for i, parameter := range operation.Query {
			route += string("?&"[min(i, 1)]) + parameter.Name + "="
		}
		table += fmt.Sprintf("| `%s` | %s | %s |\n", route, operation.Doc, operation.Since)
	}
	all := jobs.Operations()
	for i, operation := range all {
		if operation.Path+operation.Doc != last {
			methods, last = nil, operation.Path+operation.Doc
		}
		methods = append(methods, operation.Method)
		next := i+1 < len(all) && all[i+1].Path+all[i+1].Doc == last
		if !next {
			flush(operation)
		}
	}
	return table
}
