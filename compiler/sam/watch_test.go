package sam_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/sam"
)

// watched are the applications on which alarms and dashboards are tried.
func watched(t *testing.T) []variant {
	return append(variants(t),
		variant{"sixty requests", many(t, 60, ir.Express), sam.Options{}},
		variant{"thirty starts by hand", many(t, 30, ir.Standard), sam.Options{}},
	)
}

// TestAlarms: an alarm looks at what CloudWatch can add up, there are few of them, and no machine, function, queue or API is left out.
func TestAlarms(t *testing.T) {
	for _, v := range watched(t) {
		_, files := written(t, v.app, v.options)
		template := parsed(t, files[sam.TemplateFile])
		alarms := template.ofType("AWS::CloudWatch::Alarm")
		most := len(v.app.Machines)/3 + 5
		if v.app.Workflow.Jobs != nil {
			most += 4 // failed jobs, failures of jobs, records put aside, lag
		}
		if len(alarms) > most {
			t.Errorf("%s: %d alarms for %d operations", v.name, len(alarms), len(v.app.Machines))
		}
		seen := map[string]bool{}
		for name, alarm := range alarms {
			series, _ := alarm["Metrics"].([]any)
			if len(series) > 11 { // ten metrics and their sum
				t.Errorf("%s: %s adds up %d metrics", v.name, name, len(series)-1)
			}
			if len(series) == 0 {
				series = []any{map[string]any{"MetricStat": map[string]any{"Metric": alarm}}}
			}
			for _, query := range series {
				if stat, ok := query.(map[string]any)["MetricStat"].(map[string]any); ok {
					metric := stat["Metric"].(map[string]any)
					for _, of := range references(metric["Dimensions"]) {
						seen[metric["MetricName"].(string)+" "+of] = true
					}
				}
			}
			if template.Resources[name]["Condition"] != "WithAlarms" || alarm["AlarmActions"] == nil {
				t.Errorf("%s: %s tells nobody, or costs something where there is nobody to tell", v.name, name)
			}
		}
		for _, want := range wantedMetrics(template) {
			if !seen[want] {
				t.Errorf("%s: no alarm looks at %s", v.name, want)
			}
		}
	}
}

// wantedMetrics lists what must be watched, as "metric resource".
func wantedMetrics(template document) []string {
	of := map[string][]string{
		"AWS::StepFunctions::StateMachine": {"ExecutionsFailed", "ExecutionsTimedOut", "ExecutionThrottled"},
		"AWS::Serverless::Function":        {"Errors", "Throttles"},
		"AWS::SQS::Queue":                  {"ApproximateNumberOfMessagesVisible"},
		"AWS::ApiGatewayV2::Api":           {"5xx"},
	}
	var wanted []string
	for kind, metrics := range of {
		for name := range template.ofType(kind) {
			for _, metric := range metrics {
				wanted = append(wanted, metric+" "+name)
			}
		}
	}
	if len(template.ofType("AWS::Serverless::Api")) > 0 {
		wanted = append(wanted, "5XXError AWS::StackName")
	}
	return wanted
}

// TestDashboard: the dashboard is JSON, shows every machine and function, refers to nothing that is not there, and stays within its limits.
func TestDashboard(t *testing.T) {
	for _, v := range watched(t) {
		_, files := written(t, v.app, v.options)
		template := parsed(t, files[sam.TemplateFile])
		for name, dashboard := range template.ofType("AWS::CloudWatch::Dashboard") {
			text := dashboard["DashboardBody"].(map[string]any)["Fn::Sub"].(string)
			for _, reference := range references(dashboard) {
				if template.Resources[reference] == nil && !strings.HasPrefix(reference, "AWS::") && !strings.HasPrefix(reference, "!") {
					t.Errorf("%s: %s shows %s, which does not exist", v.name, name, reference)
				}
			}
			var page struct {
				Widgets []struct {
					X, Y, Width, Height int
					Properties          struct{ Metrics [][]any }
				}
			}
			if err := json.Unmarshal([]byte(text), &page); err != nil {
				t.Fatalf("%s: %v", v.name, err)
			}
			covered := map[[2]int]bool{}
			for _, w := range page.Widgets {
				if w.X+w.Width > 24 || covered[[2]int{w.X, w.Y}] || len(w.Properties.Metrics) > 500 {
					t.Errorf("%s: a widget at %d, %d of %d metrics", v.name, w.X, w.Y, len(w.Properties.Metrics))
				}
				for x := range w.Width {
					covered[[2]int{w.X + x, w.Y}] = true
				}
			}
			for _, kind := range []string{"AWS::StepFunctions::StateMachine", "AWS::Serverless::Function"} {
				for shown := range template.ofType(kind) {
					if !slices.Contains(references(dashboard), shown) {
						t.Errorf("%s: %s is not on the dashboard", v.name, shown)
					}
				}
			}
		}
		if len(template.ofType("AWS::CloudWatch::Dashboard")) != 1 {
			t.Errorf("%s has no dashboard", v.name)
		}
	}
}

// TestFailureNotices: rules tell of every Standard machine and of no other, and no pattern can pass EventBridge's 2,048 characters.
func TestFailureNotices(t *testing.T) {
	for _, v := range watched(t) {
		_, files := written(t, v.app, v.options)
		template := parsed(t, files[sam.TemplateFile])
		told := 0
		for name, rule := range template.ofType("AWS::Events::Rule") {
			if !strings.HasPrefix(name, "FailureNoticesRule") {
				continue
			}
			machines := references(rule["EventPattern"])
			told += len(machines)
			pattern, err := json.Marshal(rule["EventPattern"])
			for _, machine := range machines {
				pattern = bytes.Replace(pattern, []byte(`{"Ref":"`+machine+`"}`), []byte(strings.Repeat("x", 140)+`""`), 1)
			}
			if err != nil || len(pattern) > 2048 {
				t.Errorf("%s: the pattern of %s is too long: %d machines, %v", v.name, name, len(machines), err)
			}
		}
		want := 0
		for _, m := range v.app.Machines {
			if m.Type() == "STANDARD" {
				want++
			}
		}
		if told != want {
			t.Errorf("%s: rules tell of %d machines, %d are Standard", v.name, told, want)
		}
	}
}
