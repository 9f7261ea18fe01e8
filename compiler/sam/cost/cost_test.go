package cost

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
)

// call is a Task state of a definition in JSON, without its closing brace.
const call = `{"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 10, "Arguments": {"FunctionName": "${SqlFunctionArn}", "Payload": {}}`

func machineOf(t *testing.T, text string) *asl.Machine {
	t.Helper()
	machine, err := asl.Unmarshal([]byte(`{"QueryLanguage": "JSONata", ` + text[1:]))
	if err != nil {
		t.Fatal(err)
	}
	return machine
}

const (
	straight = `{"StartAt": "a", "States": {"a": {"Type": "Pass", "Next": "b"}, "b": ` + call + `, "Next": "c"}, "c": {"Type": "Succeed"}}}`
	branched = `{"StartAt": "a", "States": {
		"a": {"Type": "Choice", "Choices": [{"Condition": "{% true %}", "Next": "b"}], "Default": "end"},
		"b": ` + call + `, "Next": "c"}, "c": ` + call + `, "Next": "end"}, "end": {"Type": "Succeed"}}}`
	mapped = `{"StartAt": "m", "States": {"m": {"Type": "Map", "Items": "{% [1] %}", "Next": "end",
		"ItemProcessor": {"StartAt": "x", "States": {"x": ` + call + `, "End": true}}}}, "end": {"Type": "Succeed"}}}`
	counted = `{"StartAt": "first", "States": {"first": {"Type": "Pass", "Next": "next"},
		"next": {"Type": "Choice", "Choices": [{"Condition": "{% true %}", "Next": "work"}], "Default": "end"},
		"work": ` + call + `, "Next": "next"}, "end": {"Type": "Succeed"}}}`
	nested = `{"StartAt": "outer", "States": {
		"outer": {"Type": "Choice", "Choices": [{"Condition": "{% true %}", "Next": "inner"}], "Default": "end"},
		"inner": {"Type": "Choice", "Choices": [{"Condition": "{% true %}", "Next": "work"}], "Default": "outer"},
		"work": ` + call + `, "Next": "inner"}, "end": {"Type": "Succeed"}}}`
	broken = `{"StartAt": "next", "States": {
		"next": {"Type": "Choice", "Choices": [{"Condition": "{% true %}", "Next": "work"}], "Default": "end"},
		"work": ` + call + `, "Next": "leave"},
		"leave": {"Type": "Choice", "Choices": [{"Condition": "{% true %}", "Next": "late"}], "Default": "next"},
		"late": ` + call + `, "Next": "end"}, "end": {"Type": "Succeed"}}}`
	caught = `{"StartAt": "a", "States": {"a": ` + call + `, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "b"}], "Next": "end"},
		"b": ` + call + `, "Next": "end"}, "end": {"Type": "Succeed"}}}`
	parallel = `{"StartAt": "p", "States": {"p": {"Type": "Parallel", "End": true, "Branches": [
		{"StartAt": "x", "States": {"x": ` + call + `, "End": true}}}, {"StartAt": "y", "States": {"y": {"Type": "Pass", "End": true}}}]}}}`
	waiting = `{"StartAt": "w", "States": {"w": {"Type": "Wait", "Seconds": 40, "Next": "end"}, "end": {"Type": "Succeed"}}}`
)

func TestMeasure(t *testing.T) {
	const items = 3
	tests := []struct {
		name, machine         string
		least, most           float64 // transitions
		leastCalls, mostCalls float64
		events                float64 // of the dearest way
	}{
		{"straight", straight, 3, 3, 1, 1, 9},
		{"branched", branched, 2, 4, 0, 2, 14},
		{"mapped", mapped, 2, 5, 0, 3, 27},
		{"counted", counted, 3, 9, 0, 3, 27},
		// three times: the outer choice, and three times the inner choice and the work, and the inner choice once more; then out
		{"nested", nested, 2, 26, 0, 9, 79},
		{"left in the middle", broken, 2, 12, 0, 4, 36},
		{"caught", caught, 2, 3, 1, 2, 12},
		{"parallel", parallel, 3, 3, 1, 1, 11},
		{"waiting", waiting, 2, 2, 0, 0, 4},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			least, most := measure(machineOf(t, test.machine), scale{items: items})
			if least.Transitions != test.least || least.calls() != test.leastCalls {
				t.Errorf("at least %v transitions and %v calls, want %v and %v", least.Transitions, least.calls(), test.least, test.leastCalls)
			}
			if most.Transitions != test.most || most.calls() != test.mostCalls || most.Events != test.events {
				t.Errorf("at most %v transitions, %v calls and %v events, want %v, %v and %v", most.Transitions, most.calls(), most.Events, test.most, test.mostCalls, test.events)
			}
		})
	}
}

func application(t *testing.T, mode ir.Mode, machine string, triggers ...ir.Trigger) sam.Application {
	operation := ir.Decide(&ir.Workflow{Operations: []*ir.Operation{{Name: "op", Triggers: triggers}}}).Operations[0]
	operation.Mode = mode
	return sam.Application{
		Workflow: &ir.Workflow{Operations: []*ir.Operation{operation}}, Catalogue: []task.Row{
			{Name: "sql", Memory: 1024, Answer: []task.Field{{Name: task.SQLRows, Type: task.TypeList}, {Name: task.SQLAffected, Type: task.TypeNumber}}},
			{Name: "api", Memory: 128, BehindAPI: true},
		},
		Machines: []sam.Machine{{Name: "op", Operation: operation, Definition: machineOf(t, machine)}},
	}
}

// TestEstimate checks a bill by hand: a million starts of three states and one call of 50 ms at 1 GB.
func TestEstimate(t *testing.T) {
	report := Estimate(application(t, ir.Standard, straight, &ir.Schedule{}), Usual())[0]
	lambda := 0.20 + 1e6*0.05*0.0000133334
	near(t, "Standard", report.Most.Standard.Total, 1.00+lambda+3*25)
	near(t, "Express", report.Most.Express.Total, 1.00+lambda+1.00+1e6*0.1*0.0625*0.00001667)
	if report.Most.Calls["sql"] != 1 || report.Mode != "STANDARD" {
		t.Errorf("%+v", report)
	}
	if got := report.Most.Standard.Dominant(); got != standardTransition+"s" {
		t.Errorf("%s dominates", got)
	}
	assume := Usual()
	assume.Architecture, assume.API, assume.Call = sam.X8664, sam.APIDirect, time.Second
	report = Estimate(application(t, ir.Express, straight, &ir.HTTP{}), assume)[0]
	near(t, "direct", report.Most.Express.Total, 3.50+0.20+1e6*0.0000166667+1.00+1e6*1.1*0.0625*0.00001667)
}

func near(t *testing.T, name string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 0.005 {
		t.Errorf("%s: $%.4f, want $%.4f", name, got, want)
	}
}

func TestWarnings(t *testing.T) {
	gathered := strings.Replace(mapped, `"Next": "end",
		"ItemProcessor"`, `"Next": "end", "Assign": {"all": "{% $states.result %}"}, "ItemProcessor"`, 1)
	together := `{"StartAt": "a", "States": {
		"a": ` + call + `, "Assign": {"a": "{% $states.result.Payload.rows %}"}, "Next": "b"},
		"b": ` + call + `, "Assign": {"b": "{% $states.result.Payload.rows %}"}, "Next": "end"},
		"end": {"Type": "Succeed", "Output": {"statusCode": 200, "body": {"a": "{% $a %}", "b": "{% $b %}", "n": "{% $count($c) %}"}}}}}`
	measured := strings.NewReplacer(`"b": "{% $b %}"`, `"b": "{% $count($b) & ' of $b, ' & $exists($b) %}"`).Replace(together)
	counts := strings.Replace(together, `"b": "{% $states.result.Payload.rows %}"`, `"b": "{% $count($states.result.Payload.rows) + $states.result.Payload.affected %}"`, 1)
	looks := strings.Replace(together, `"b": "{% $states.result.Payload.rows %}"`, `"b": "{% '$states.result.Payload.rows' & $states.input.body.`+"`$states.result.Payload`"+` %}"`, 1)
	tests := []struct {
		name, machine string
		mode          ir.Mode
		trigger       ir.Trigger
		want          string // contained in the only warning; "" for none
	}{
		{"short", straight, ir.Express, &ir.HTTP{}, ""},
		{"three calls of ten seconds behind the API", caught, ir.Express, &ir.HTTP{}, ""},
		{"many calls behind the API", counted, ir.Express, &ir.HTTP{}, "may take up to 100 s in all"},
		{"a wait behind the API", waiting, ir.Express, &ir.HTTP{}, "waits 40 s, its answer is waited for for 28 s"},
		{"a wait in an event's execution", waiting, ir.Express, &ir.Event{}, ""},
		{"long calls in an event's execution", strings.Replace(counted, `"TimeoutSeconds": 10`, `"TimeoutSeconds": 60`, 1), ir.Express, &ir.Event{}, "may take up to 600 s in all"},
		{"long calls of a record, which brings its budget", strings.Replace(counted, `"TimeoutSeconds": 10`, `"TimeoutSeconds": 60`, 1), ir.Express, &ir.Stream{}, ""},
		{"long history", counted, ir.Standard, &ir.Schedule{}, "with loops over more than about 3570 items it passes 25,000 events"},
		{"gathered", gathered, ir.Express, &ir.Event{}, `"m" gathers a result per item`},
		{"put together, one only measured", measured, ir.Express, &ir.HTTP{}, ""},
		{"put together, one only a count", counts, ir.Express, &ir.HTTP{}, ""},
		{"put together, one only looks like an answer", looks, ir.Express, &ir.HTTP{}, ""},
		{"put together", together, ir.Express, &ir.HTTP{}, `"end" puts the answers of 2 calls together (a, b)`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			warnings := Estimate(application(t, test.mode, test.machine, test.trigger), Usual())[0].Warnings
			switch {
			case test.want == "" && len(warnings) == 0:
			case test.want == "" || len(warnings) != 1 || !strings.Contains(warnings[0], test.want):
				t.Errorf("got %q, want %q", warnings, test.want)
			}
		})
	}
}

// TestEveryPriceIsUsed keeps the table and its names together.
func TestEveryPriceIsUsed(t *testing.T) {
	for _, price := range Prices() {
		if dollars(price.Name) != price.Dollars || price.Unit == "" {
			t.Errorf("%+v", price)
		}
	}
}

// TestLimits: a call ends with the shorter of its state's and its function's limit.
func TestLimits(t *testing.T) {
	catalogue := []task.Row{{Name: "sql", Timeout: 30 * time.Second}, {Name: "http"}}
	for _, test := range []struct {
		function, seconds string
		want              float64
	}{
		{"${SqlFunctionArn}", "10", 10}, {"${SqlFunctionArn}", "300", 30}, {"${SqlFunctionArn}", "0", 30}, {"${SqlFunctionArn}", `"{% $n %}"`, 30},
		{"${HttpFunctionArn}", "300", 300}, {"${HttpFunctionArn}", "0", defaultTaskSeconds}, {"arn:aws:lambda:x:1:function:f", "0", defaultTaskSeconds},
	} {
		machine := machineOf(t, `{"StartAt": "a", "States": {"a": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
			"TimeoutSeconds": `+test.seconds+`, "Arguments": {"FunctionName": "`+test.function+`"}}}}`)
		if _, most := measure(machine, scale{items: 1, catalogue: catalogue}); most.Limits != test.want {
			t.Errorf("%s with %s: %v s, want %v", test.function, test.seconds, most.Limits, test.want)
		}
	}
}
