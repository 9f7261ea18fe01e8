// Package triggers reads how a workflow is started.
package triggers

import (
	"cmp"
	"errors"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/schedule"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// Of reads the triggers of a document, those of requests apart from all others.
func Of(document *ast.Document, reader *source.Reader) (requests []*ir.HTTP, others []ir.Trigger) {
	for _, t := range document.Triggers {
		s := starting{Trigger: t, Reader: reader, document: document, keys: t.Config.Keys()}
		switch trigger := s.trigger().(type) {
		case nil:
		case *ir.HTTP:
			requests = append(requests, trigger)
		default:
			others = append(others, trigger)
		}
		for _, entry := range s.keys.Left("") {
			reader.Report(codes.Ignored.Note(entry.Key.Range, "%s of a trigger describes; nothing is compiled from it", entry.Name))
		}
	}
	return requests, others
}

// starting is a trigger as it is read.
type starting struct {
	ast.Trigger
	*source.Reader
	document *ast.Document
	keys     *source.Keys
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
		s.Report(codes.Trigger.Error(s.Range, "a trigger of type %q is not available", s.Type).
			Fix("use webhook, cron, event or manual; a webhook can be called by whatever watches"))
		return nil
	}
}

func (s starting) webhook() ir.Trigger {
	path, method := s.keys.TakeText("path", "url", "endpoint"), strings.ToUpper(s.keys.TakeText("method"))
	if path == "" && s.Type == "api" {
		return &ir.Manual{Range: s.Range}
	}
	if path == "" {
		path = "/" + s.document.ID
		s.Report(codes.Trigger.Note(s.Range, "the webhook's path is %s", path).Fix("add path: to say otherwise"))
	}
	return &ir.HTTP{Method: cmp.Or(method, "POST"), Path: "/" + strings.TrimPrefix(path, "/"), Range: s.Range}
}

func (s starting) cron() ir.Trigger {
	node, zone := s.keys.Take("schedule", "cron", "expression"), s.keys.TakeText("timezone", "tz", "time_zone")
	if node == nil {
		s.Report(codes.Trigger.Error(s.Range, "a cron trigger needs a schedule").Fix(`add schedule: "0 6 * * *"`))
		return nil
	}
	read := schedule.ParseCrontab
	if text := source.Text(node); strings.HasPrefix(text, "rate(") || strings.HasPrefix(text, "cron(") {
		read = schedule.ParseEventBridge
	}
	expression := ""
	times, err := read(node.Value())
	if err == nil {
		expression, err = times.EventBridge()
	}
	if wrong := (*schedule.Error)(nil); errors.As(err, &wrong) {
		s.Report(codes.Trigger.Error(node.At(wrong.Start, wrong.End), "%s", wrong.Reason).Fix("%s", wrong.Fix))
		return nil
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
	filter := s.keys.Take("filter")
	switch {
	case filter != nil && filter.Kind != source.Mapping:
		s.Report(codes.Trigger.Error(filter.Range, "a filter of an event is a mapping of fields to values").
			Why("EventBridge matches fields; it does not evaluate expressions.").Fix("write filter: {status: [paid]}, or put the condition on the first edge"))
		return nil
	case filter != nil:
		pattern.Set("detail", detail(filter))
	case pattern.Len() == 0:
		s.Report(codes.Trigger.Error(s.Range, "an event trigger needs event_type or source").Fix("add event_type:"))
		return nil
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
		return source.JSON(node, source.Scalars)
	default:
		return []any{source.JSON(node, source.Scalars)}
	}
}
