package osop

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// triggers reads how the workflow is started.
func (g *graph) triggers() {
	for _, t := range g.document.Triggers {
		switch strings.ToLower(t.Type) {
		case "webhook", "http", "api":
			g.webhookTrigger(t)
		case "cron", "schedule":
			g.cronTrigger(t)
		case "event":
			g.eventTrigger(t)
		case "manual", "":
			g.manualTrigger(t)
		default:
			g.report(diag.Error, codeTrigger, t.Range, "a trigger of type "+quoted(t.Type)+" is not available", "", "use webhook, cron, event or manual; a webhook can be called by whatever watches")
		}
		for _, entry := range t.Config.unread() {
			g.report(diag.Note, codeIgnored, entry.Key.Range, entry.Name+" of a trigger describes; nothing is compiled from it", "", "")
		}
	}
}

func (g *graph) webhookTrigger(t Trigger) {
	path, method := t.Config.text("path", "url", "endpoint"), strings.ToUpper(t.Config.text("method"))
	if path == "" {
		if strings.ToLower(t.Type) == "api" {
			g.schedules = append(g.schedules, &ir.Manual{Range: t.Range})
			return
		}
		path = "/" + g.document.ID
		g.report(diag.Note, codeTrigger, t.Range, "the webhook's path is "+path, "", "add path: to say otherwise")
	}
	if method == "" {
		method = "POST"
	}
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	g.routes = append(g.routes, &ir.HTTP{Method: method, Path: path, Range: t.Range})
}

func (g *graph) cronTrigger(t Trigger) {
	node := t.Config.take("schedule", "cron", "expression")
	zone := t.Config.text("timezone", "tz", "time_zone")
	if node == nil {
		g.report(diag.Error, codeTrigger, t.Range, "a cron trigger needs a schedule", "", `add schedule: "0 6 * * *"`)
		return
	}
	expression, err := eventBridgeCron(scalarText(node))
	if err != nil {
		g.report(diag.Error, codeTrigger, node.Range, err.Error(), "", `write five fields: minute hour day month weekday, such as "0 6 * * 1-5"`)
		return
	}
	g.schedules = append(g.schedules, &ir.Schedule{Name: g.document.ID, Expression: expression, Zone: zone, Range: t.Range})
}

// eventBridgeCron translates a crontab line (minute hour day month weekday) to EventBridge's six fields, in which one of the two days must
// be "?" and Sunday is 1.
func eventBridgeCron(text string) (string, error) {
	if macro, ok := map[string]string{"@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *"}[text]; ok {
		text = macro
	}
	if strings.HasPrefix(text, "rate(") || strings.HasPrefix(text, "cron(") {
		return text, nil
	}
	fields := strings.Fields(strings.ToUpper(text))
	if len(fields) != 5 {
		return "", fmt.Errorf("a cron schedule has five fields, this one has %d", len(fields))
	}
	limits := []struct {
		what      string
		low, high int
	}{{"minute", 0, 59}, {"hour", 0, 23}, {"day", 1, 31}, {"month", 1, 12}, {"weekday", 0, 7}}
	for i, limit := range limits {
		if !cronField(fields[i], limit.low, limit.high) {
			return "", fmt.Errorf("%q is not a %s of a cron schedule", fields[i], limit.what)
		}
	}
	day, weekday := fields[2], fields[4]
	switch {
	case weekday == "*" || weekday == "?":
		weekday = "?"
	case day == "*" || day == "?":
		day, weekday = "?", cronWeekday(weekday)
	default:
		return "", fmt.Errorf("a day of the month and a weekday together are not supported: AWS schedules take only one of them")
	}
	return "cron(" + strings.Join([]string{fields[0], fields[1], day, fields[3], weekday, "*"}, " ") + ")", nil
}

func cronField(text string, low, high int) bool {
	for _, item := range strings.Split(text, ",") {
		span, step, stepped := strings.Cut(item, "/")
		if n, err := strconv.Atoi(step); stepped && (err != nil || n < 1) {
			return false
		}
		if span == "*" || span == "?" {
			continue
		}
		for _, value := range strings.SplitN(span, "-", 2) {
			if n, err := strconv.Atoi(value); err == nil && (n < low || n > high) || err != nil && !isCronName(value) {
				return false
			}
		}
	}
	return text != ""
}

func isCronName(text string) bool {
	return len(text) == 3 && strings.Contains("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC SUN MON TUE WED THU FRI SAT", text)
}

// cronWeekday counts days from Sunday = 1 instead of 0 (and 7).
func cronWeekday(text string) string {
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c == '/' { // what follows is a step, not a day
			out.WriteString(text[i:])
			break
		}
		if '0' <= c && c <= '7' {
			c = '1' + (c-'0')%7
		}
		out.WriteByte(c)
	}
	return out.String()
}

func (g *graph) eventTrigger(t Trigger) {
	pattern := jsonata.NewObject()
	if from := t.Config.text("source"); from != "" {
		pattern.Set("source", []any{from})
	}
	if kind := t.Config.text("event", "event_type", "detail_type", "detail-type"); kind != "" {
		pattern.Set("detail-type", []any{kind})
	}
	if filter := t.Config.take("filter"); filter != nil {
		if filter.Kind != source.Mapping {
			g.report(diag.Error, codeTrigger, filter.Range, "a filter of an event is a mapping of fields to values", "EventBridge matches fields; it does not evaluate expressions.", "write filter: {status: [paid]}, or put the condition on the first edge")
			return
		}
		pattern.Set("detail", eventDetail(filter))
	}
	if pattern.Len() == 0 {
		g.report(diag.Error, codeTrigger, t.Range, "an event trigger needs event_type or source", "", "add event_type:")
		return
	}
	g.schedules = append(g.schedules, &ir.Event{Name: g.document.ID, Pattern: pattern, Range: t.Range})
}

// eventDetail makes an EventBridge pattern: every value is a list of the allowed ones.
func eventDetail(node *source.Node) any {
	switch node.Kind {
	case source.Mapping:
		o := jsonata.NewObject()
		for _, entry := range node.Entries() {
			o.Set(entry.Name, eventDetail(entry.Value))
		}
		return o
	case source.Sequence:
		var list []any
		for _, item := range node.Items() {
			list = append(list, plain(item))
		}
		return list
	default:
		return []any{plain(node)}
	}
}

func (g *graph) manualTrigger(t Trigger) {
	for _, item := range texts(t.Config.take("required_inputs")) {
		g.require(item, t.Range)
	}
	g.schedules = append(g.schedules, &ir.Manual{Range: t.Range})
}

func (g *graph) require(name string, at diag.Range) {
	for i := range g.document.Inputs {
		if g.document.Inputs[i].Name == name {
			g.document.Inputs[i].Required = true
			return
		}
	}
	g.document.Inputs = append(g.document.Inputs, Input{Name: name, Required: true, Range: at})
}

// triggered gives the operations of a workflow: one for each route, and one for everything else that starts it.
func (g *graph) triggered(operation *ir.Operation) []*ir.Operation {
	if len(g.routes) == 0 {
		operation.Triggers = g.schedules
		if len(operation.Triggers) == 0 {
			operation.Triggers = []ir.Trigger{&ir.Manual{Range: g.document.Range}}
		}
		return []*ir.Operation{operation}
	}
	if waiting := firstWaiting(operation.Steps); waiting != nil {
		g.report(diag.Error, codeTrigger, g.routes[0].Range, "a request cannot wait for a person or an event", "Node "+waiting.Head().Label+" waits, and a caller hangs on for half a minute at most.",
			"start the workflow by an event or by hand, or split it: the route answers, and another workflow waits")
	}
	var operations []*ir.Operation
	for i, route := range g.routes {
		own := *operation
		own.Name = route.Method + " " + route.Path
		own.Triggers = []ir.Trigger{route}
		if i == 0 {
			own.Triggers = append(own.Triggers, g.schedules...)
		}
		operations = append(operations, &own)
	}
	return operations
}

// firstWaiting is the first step that waits for an answer from outside.
func firstWaiting(steps []ir.Step) ir.Step {
	var found ir.Step
	ir.Walk(steps, func(step ir.Step) bool {
		if c, ok := step.(*ir.Call); ok && c.WaitForToken && found == nil {
			found = step
		}
		return true
	})
	return found
}
