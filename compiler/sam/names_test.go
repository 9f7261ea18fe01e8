package sam_test

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/lower"
	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/functions"
)

// rule is what a service takes as a name: its pattern and its longest text, as the service's API reference states them.
type rule struct {
	pattern *regexp.Regexp
	limit   int
}

// named tells by resource type which property is a name, and what it may be.
func named() map[string]struct {
	property string
	rule
} {
	type name = struct {
		property string
		rule
	}
	return map[string]name{
		"AWS::StepFunctions::StateMachine": {"StateMachineName", rule{regexp.MustCompile(`^[0-9A-Za-z_-]+$`), 80}},
		"AWS::Serverless::Function":        {"FunctionName", rule{regexp.MustCompile(`^[a-zA-Z0-9_-]+$`), 64}},
		"AWS::Logs::LogGroup":              {"LogGroupName", rule{regexp.MustCompile(`^[.\-_/#A-Za-z0-9]+$`), 512}},
		"AWS::SecretsManager::Secret":      {"Name", rule{regexp.MustCompile(`^[A-Za-z0-9/_+=.@-]+$`), 512}},
		"AWS::ApiGatewayV2::Api":           {"Name", rule{regexp.MustCompile(`^.+$`), 128}},
		"AWS::Scheduler::Schedule":         {"Name", rule{regexp.MustCompile(`^[0-9a-zA-Z-_.]+$`), 64}},
		"AWS::Scheduler::ScheduleGroup":    {"Name", rule{regexp.MustCompile(`^[0-9a-zA-Z-_.]+$`), 64}},
		"AWS::AppConfig::Application":      {"Name", rule{regexp.MustCompile(`^.+$`), 64}},
		"AWS::CloudWatch::Dashboard":       {"DashboardName", rule{regexp.MustCompile(`^[A-Za-z0-9_-]+$`), 255}},
	}
}

var (
	stackRule   = rule{regexp.MustCompile(`^[a-zA-Z][-a-zA-Z0-9]*$`), 128}
	logicalRule = rule{regexp.MustCompile(`^[a-zA-Z0-9]+$`), 255}
)

// names collects names by kind and fails where one is not what its service takes, or has been taken by somebody else.
type names struct {
	t     *testing.T
	owner map[string]string
}

func (n names) take(kind, name, owner string, as rule) {
	n.t.Helper()
	if !as.pattern.MatchString(name) || len(name) > as.limit {
		n.t.Errorf("%s: %s %q is no name (%d characters)", owner, kind, name, len(name))
	}
	if other, taken := n.owner[kind+" "+name]; taken && other != owner {
		n.t.Errorf("%s %q is the name of %q and of %q", kind, name, other, owner)
	}
	n.owner[kind+" "+name] = owner
}

// template takes all names of a template as the stack gives them.
func (n names) template(stack, folder string, text []byte) {
	var document struct {
		Parameters map[string]yaml.Node `yaml:"Parameters"`
		Outputs    map[string]yaml.Node `yaml:"Outputs"`
		Resources  map[string]struct {
			Type       string    `yaml:"Type"`
			Properties yaml.Node `yaml:"Properties"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal(text, &document); err != nil {
		n.t.Fatal(err)
	}
	for id, resource := range document.Resources {
		n.take(stack+" logical id", id, "resource", logicalRule)
		if as, ok := named()[resource.Type]; ok {
			n.take(resource.Type, physical(stack, child(&resource.Properties, as.property)), folder+" "+id, as.rule)
		}
	}
	for id := range document.Parameters {
		n.take(stack+" logical id", id, "parameter", logicalRule)
	}
	for id := range document.Outputs {
		n.take(stack+" output", id, "output", logicalRule)
	}
}

// child is a member of a mapping.
func child(node *yaml.Node, key string) *yaml.Node {
	for i := 0; node != nil && i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return node.Content[i+1]
		}
	}
	return nil
}

func physical(stack string, node *yaml.Node) string {
	if node == nil {
		return ""
	}
	return strings.ReplaceAll(strings.ReplaceAll(node.Value, "${AWS::StackName}", stack), "AWS::StackName", stack)
}

var stackOf = regexp.MustCompile(`(?m)^stack_name = "(.*)"$`)

// TestNames makes applications of workflows and operations whose names are alike, long, short or strange. Every name is one that its service
// takes, and no two things have the same one.
func TestNames(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	folders := []string{
		"newsroom", "Newsroom", "news-room", "news_room", "news room", "news--room", "customer-invoices", "customer-invoices-2", "customer-invoiced", "x", "1", "é", "ö", "日本",
		strings.Repeat("a", 200), strings.Repeat("a", 201), "a-dev", "a-dev-dev", "dev", "-", "w-1", "x-1", "", " ",
	}
	for range 150 {
		folders = append(folders, likeName(random))
	}
	found := names{t, map[string]string{}}
	slices.Sort(folders)
	for _, folder := range slices.Compact(folders) {
		if folder == "" {
			continue
		}
		files, list := sam.Generate(named20(t, folder, random), sam.Options{})
		noErrors(t, list)
		for _, match := range stackOf.FindAllStringSubmatch(string(files[sam.ConfigFile]), -1) {
			found.take("stack", match[1], folder, stackRule)
			found.template(match[1], folder, files[sam.TemplateFile])
		}
	}
	if len(found.owner) < 20_000 {
		t.Errorf("only %d names were looked at", len(found.owner))
	}
}

// likeName is a name that others may be like: of few words and separators, in any case, now and then long.
func likeName(random *rand.Rand) string {
	words := []string{"get", "news", "News", "NEWS", "id", "{id}", "dev", "prod", "a", "1", "2", "customer", "invoices", "é", "ß", "api", "http", "scheduler", "events", "state", "machine", "role", "--"}
	separators := []string{"-", "_", "/", " ", ".", "", "--"}
	var name strings.Builder
	for range 1 + random.IntN(4) + 40*(random.IntN(12)/11) {
		name.WriteString(words[random.IntN(len(words))] + separators[random.IntN(len(separators))])
	}
	return name.String()
}

// named20 is a workflow of operations with a route or several schedules, whose names are random.
func named20(t *testing.T, folder string, random *rand.Rand) sam.Application {
	workflow := &ir.Workflow{Name: folder}
	taken := map[string]bool{}
	for range 6 {
		name := likeName(random)
		if taken[name] {
			continue
		}
		taken[name] = true
		workflow.Operations = append(workflow.Operations, &ir.Operation{
			Name:     name,
			Triggers: []ir.Trigger{&ir.Schedule{Name: "a", Expression: "rate(1 hour)"}, &ir.Schedule{Name: "b", Expression: "rate(2 hours)"}},
			Steps:    []ir.Step{&ir.Return{Status: 200.0, Body: "hello", HasBody: true}},
		})
	}
	workflow.Operations = append(workflow.Operations, &ir.Operation{
		Name: "GET /x", Triggers: []ir.Trigger{&ir.HTTP{Method: "GET", Path: "/x"}}, Steps: []ir.Step{&ir.Return{Status: 200.0, Body: "hello", HasBody: true}},
	})
	workflow = ir.Decide(workflow)
	app := sam.Application{Folder: folder, Workflow: workflow, Catalogue: functions.Rows()}
	for _, operation := range workflow.Operations {
		definition, list := lower.Operation(workflow, operation, app.Catalogue)
		noErrors(t, list)
		app.Machines = append(app.Machines, sam.Machine{Name: workflow.MachineNames().Of(operation.Name), Operation: operation, Definition: definition})
	}
	return app
}
