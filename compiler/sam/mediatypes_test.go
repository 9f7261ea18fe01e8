package sam

import (
	"fmt"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/ir"
)

func taking(name string, types ...string) Machine {
	body := &ir.RequestBody{}
	for _, one := range types {
		body.Contents = append(body.Contents, ir.Content{MediaType: one})
	}
	return Machine{Name: name, Operation: &ir.Operation{BodyOrNil: body}}
}

// TestMediaTypes: operations are grouped by the types that they take, and there is room for other variables beside them.
func TestMediaTypes(t *testing.T) {
	app := Application{Machines: []Machine{
		taking("post-a", "application/json"), taking("post-any", "*/*", "application/json"), taking("post-none"), {Name: "get-a", Operation: &ir.Operation{}},
		taking("put-a", "text/csv", "application/json"), taking("put-b", "application/json"), {Name: "deliver"},
	}}
	if got, want := MediaTypes(app), "application/json=post-a,put-b text/csv|application/json=put-a"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := MediaTypes(Application{}); got != "" {
		t.Errorf("got %q", got)
	}
	for i := range 500 {
		app.Machines = append(app.Machines, taking(fmt.Sprintf("post-many-%d", i), "application/json"))
	}
	if got := MediaTypes(app); len(got) > mediaTypesLimit || len(got) < mediaTypesLimit-50 || !strings.HasPrefix(got, "application/json=post-a,put-b,post-many-0,") {
		t.Errorf("%d bytes: %s", len(got), got)
	}
}
