package sam

import (
	"fmt"
	"strings"

	"github.com/steploom/steploom/compiler/sam/cfn"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// withDashboard is the template condition for the dashboard.
const withDashboard = "WithDashboard"

// The size of a dashboard's widgets, of which three stand beside each other in the 24 columns.
const (
	widgetWidth  = 8
	widgetHeight = 7
	widgetsInRow = 3
)

// composeDashboard adds one page with what happens in the stack: requests, executions of each operation, functions, failures.
func (p watcher) composeDashboard(t *cfn.Template) {
	if len(p.machines) == 0 {
		return
	}
	t.Parameters = append(t.Parameters, yesOrNo("Dashboard", groupGeneral, "true",
		"Whether there is a CloudWatch dashboard of the stack; those beyond an account's third cost 3 USD a month"))
	t.Conditions = append(t.Conditions, isYes(withDashboard, "Dashboard"))
	t.Resources = append(t.Resources, cfn.Resource{
		Name: "OperationsDashboard", Condition: withDashboard, Body: &cfn.Dashboard{Name: cfn.Ref("AWS::StackName"), Body: dashboardBody(p.widgets())},
	})
	t.Outputs = append(t.Outputs, cfn.Output{
		Name: "DashboardAddress", Description: "Dashboard of the stack", Condition: withDashboard,
		Value: cfn.Sub("https://console.aws.amazon.com/cloudwatch/home?region=${AWS::Region}#dashboards:name=${OperationsDashboard}"),
	})
}

// widget is a part of the dashboard: lines over time, or the answer to a query of logs.
type widget struct {
	title string
	lines []line
	query string
}

// line is a metric with the label that it has in the legend.
type line struct {
	label  string
	series cfn.Series
}

// widgets are the dashboard's, row by row; the query, which takes a row, comes last.
func (p watcher) widgets() []widget {
	var all []widget
	if p.hasAPI() {
		all = append(all,
			widget{title: "Requests", lines: p.apiLines("Sum", apiRequests)},
			widget{title: "Answers that are errors", lines: p.apiLines("Sum", apiClientErrors, apiServerErrors)},
			widget{title: "Latency in ms", lines: append(p.apiLines("p50", apiLatency), p.apiLines("p99", apiLatency)...)},
		)
	}
	all = append(all,
		widget{title: "Executions started", lines: p.machineLines("Sum", "ExecutionsStarted")},
		widget{title: "Executions failed, timed out or throttled", lines: p.machineLines("Sum", executionMetrics()...)},
		widget{title: "Time of executions in ms (p99)", lines: p.machineLines("p99", "ExecutionTime")},
	)
	if len(p.functions) > 0 {
		all = append(all,
			widget{title: "Calls of functions", lines: p.functionLines("Sum", "Invocations")},
			widget{title: "Calls that failed or were throttled", lines: p.functionLines("Sum", "Errors", "Throttles")},
			widget{title: "Time of functions in ms (p99)", lines: p.functionLines("p99", "Duration")},
		)
	}
	all = append(all, jobWatcher{p}.widgets()...)
	if p.hasSchedules() || p.hasEvents() {
		all = append(all, widget{title: "Starts that could not be delivered", lines: []line{{"in the queue", p.undeliveredSeries()[0]}}})
	}
	return append(all, widget{title: "Executions that ended badly", query: "SOURCE '${StateMachineLogs}' | fields @timestamp, type, execution_arn" +
		" | filter type in ['ExecutionFailed', 'ExecutionTimedOut', 'ExecutionAborted'] | sort @timestamp desc | limit 50"})
}

func (p watcher) apiLines(stat string, metrics ...apiMetric) []line {
	var lines []line
	for _, metric := range metrics {
		label := string(metric)
		if metric == apiLatency {
			label = stat
		}
		lines = append(lines, line{label, p.apiSeries(metric, stat)})
	}
	return lines
}

func (p watcher) machineLines(stat string, metrics ...string) []line {
	var lines []line
	for _, m := range p.machines {
		for _, metric := range metrics {
			lines = append(lines, line{labelOf(m.Operation.Name, metric, metrics), machineSeries(m, metric, stat)})
		}
	}
	return lines
}

func (p watcher) functionLines(stat string, metrics ...string) []line {
	var lines []line
	for _, metric := range metrics {
		for i, series := range p.functionSeries(metric, stat) {
			lines = append(lines, line{labelOf(p.functions[i].row.Name, metric, metrics), series})
		}
	}
	return lines
}

// labelOf names a line by what it is of, and by its metric where the widget has several.
func labelOf(of, metric string, metrics []string) string {
	if len(metrics) == 1 {
		return of
	}
	return of + " " + metric
}

// dashboardBody is the JSON of a dashboard (CloudWatch API, "Dashboard Body Structure and Syntax"), a metric a line.
func dashboardBody(widgets []widget) string {
	var parts []string
	for i, w := range widgets {
		column, row := i%widgetsInRow, i/widgetsInRow
		if w.query != "" && column > 0 { // it is as wide as the page
			column, row = 0, row+1
		}
		place := fmt.Sprintf(`"x":%d,"y":%d,"height":%d`, column*widgetWidth, row*widgetHeight, widgetHeight)
		parts = append(parts, "{"+place+","+w.body()+"}")
	}
	return `{"widgets":[` + "\n" + strings.Join(parts, ",\n") + "\n]}\n"
}

func (w widget) body() string {
	if w.query != "" {
		return fmt.Sprintf(`"width":%d,"type":"log","properties":{"title":%s,"region":"${AWS::Region}","view":"table","query":%s}`, widgetWidth*widgetsInRow, jsonText(w.title), encoded(w.query))
	}
	lines := make([]string, len(w.lines))
	for i, line := range w.lines {
		lines[i] = line.json()
	}
	return fmt.Sprintf(`"width":%d,"type":"metric","properties":{"title":%s,"region":"${AWS::Region}","period":300,"metrics":[`+"\n%s]}", widgetWidth, jsonText(w.title), strings.Join(lines, ",\n"))
}

// json is one metric: namespace, name, dimensions, how it is shown.
func (l line) json() string {
	parts := []string{substituted(l.series.Namespace), jsonText(l.series.Metric)}
	for _, dimension := range l.series.Dimensions {
		parts = append(parts, jsonText(dimension.Key), substituted(dimension.Value))
	}
	return "[" + strings.Join(parts, ",") + `,{"label":` + jsonText(l.label) + `,"stat":` + jsonText(l.series.Stat) + "}]"
}

// substituted is a value of the template as a JSON text inside of a Sub.
func substituted(value cfn.Value) string {
	switch value := value.(type) {
	case cfn.Ref:
		return encoded("${" + string(value) + "}")
	case cfn.Sub:
		return encoded(string(value))
	case cfn.GetAtt:
		return encoded("${" + value.Resource + "." + value.Attribute + "}")
	}
	return jsonText(fmt.Sprint(value))
}

// jsonText is a text in JSON that Sub leaves as it is.
func jsonText(text string) string { return strings.ReplaceAll(encoded(text), "${", "${!") }

func encoded(text string) string {
	encoded, err := jsonata.Encode(text)
	if err != nil {
		panic(err) // a text always encodes
	}
	return string(encoded)
}
