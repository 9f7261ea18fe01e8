// Package triggers reads how a workflow is started.
package triggers

import (
	"cmp"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/dialect/osop/names"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// Of reads the triggers of a document, those of requests apart from all others.
func Of(document *ast.Document, reader *source.Reader) (routes []*ir.HTTP, others []ir.Trigger) {
	for _, t := range document.Triggers {
		r := starting{Trigger: t, document: document, keys: t.Config.Keys(), reader: reader}
		switch trigger := r.trigger().(type) {
		case nil:
		case *ir.HTTP:
			routes = append(routes, trigger)
		default:
			others = append(others, trigger)
		}
		for _, entry := range r.keys.Left() {
			reader.Report(report.Note(codes.Ignored, entry.Key.Range, "%s of a trigger describes; nothing is compiled from it", entry.Name))
		}
	}
	return routes, others
}

// starting is a trigger as it is read.
type starting struct {
	ast.Trigger
	document *ast.Document
	keys     *ast.Keys
	reader   *source.Reader
}

// trigger is nil when there is none, which is reported.
func (s starting) trigger() ir.Trigger {
	switch s.Type {
	case "webhook", "http", "api":
		return s.webhook()
	case "cron", "schedule":
		return s.cron()
	case "event":
		return s.event()
	case "manual", "":
		s.keys.Take("required_inputs")
		return &ir.Manual{Range: s.Range}
	default:
		return s.refuse(s.Range, "use webhook, cron, event or manual; a webhook can be called by whatever watches", "a trigger of type %q is not available", s.Type)
	}
}

// refuse reports why there is no trigger, and gives none.
func (s starting) refuse(at diag.Range, fix, summary string, arguments ...any) ir.Trigger {
	s.reader.Report(report.Error(codes.Trigger, at, summary, arguments...).Fix("%s", fix))
	return nil
}

func (s starting) webhook() ir.Trigger {
	path, method := s.keys.TakeText("path", "url", "endpoint"), strings.ToUpper(s.keys.TakeText("method"))
	if path == "" && s.Type == "api" {
		return &ir.Manual{Range: s.Range}
	}
	if path == "" {
		path = "/" + s.document.ID
		s.reader.Report(report.Note(codes.Trigger, s.Range, "the webhook's path is %s", path).Fix("add path: to say otherwise"))
	}
	return &ir.HTTP{Method: cmp.Or(method, "POST"), Path: "/" + strings.TrimPrefix(path, "/"), Range: s.Range}
}

func (s starting) cron() ir.Trigger {
	node, zone := s.keys.Take("schedule", "cron", "expression"), s.keys.TakeText("timezone", "tz", "time_zone")
	if node == nil {
		return s.refuse(s.Range, `add schedule: "0 6 * * *"`, "a cron trigger needs a schedule")
	}
	expression, err := eventBridgeCron(ast.Text(node))
	if err != nil {
		return s.refuse(node.Range, `write five fields: minute hour day month weekday, such as "0 6 * * 1-5"`, "%s", err)
	}
	return &ir.Schedule{Name: s.document.ID, Expression: expression, Zone: zone, Range: s.Range}
}

func (s starting) event() ir.Trigger {
	pattern := jsonata.NewObject()
	if from := s.keys.TakeText("source"); from != "" {
		pattern.Set("source", []any{from})
	}
	if kind := s.keys.TakeText("event", "event_type", "detail_type", "detail-type"); kind != "" {
		pattern.Set("detail-type", []any{kind})
	}
	if filter := s.keys.Take("filter"); filter != nil {
		if filter.Kind != source.Mapping {
			s.reader.Report(report.Error(codes.Trigger, filter.Range, "a filter of an event is a mapping of fields to values").
				Why("EventBridge matches fields; it does not evaluate expressions.").Fix("write filter: {status: [paid]}, or put the condition on the first edge"))
			return nil
		}
		pattern.Set("detail", detail(filter))
	}
	if pattern.Len() == 0 {
		return s.refuse(s.Range, "add event_type:", "an event trigger needs event_type or source")
	}
	return &ir.Event{Name: s.document.ID, Pattern: pattern, Range: s.Range}
}

// detail makes an EventBridge pattern: every value is a list of the allowed ones.
func detail(node *source.Node) any {
	switch node.Kind {
	case source.Mapping:
		o := jsonata.NewObject()
		for _, entry := range node.Entries() {
			o.Set(entry.Name, detail(entry.Value))
		}
		return o
	case source.Sequence:
		return names.Plain(node)
	default:
		return []any{names.Plain(node)}
	}
}
