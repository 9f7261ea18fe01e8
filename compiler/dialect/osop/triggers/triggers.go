// Package triggers reads how a workflow is started.
package triggers

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/eventpattern"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/schedule"
	"github.com/steploom/steploom/compiler/source"
)

// Of reads the triggers of a document, those of requests apart from all others.
func Of(document *ast.Document, reader *source.Reader) (requests []*ir.HTTP, others []ir.Trigger) {
	for _, t := range document.Triggers {
		s := starting{Trigger: t, Reader: reader, document: document, keys: t.Config.Keys()}
		if enabled := s.keys.Take("enabled"); enabled != nil && !source.Flag(enabled) {
			reader.Report(codes.Trigger.Note(t.Range, "the trigger is left out").Why("It is not enabled.").Fix("write enabled: true, or delete the line"))
			continue
		}
		switch trigger := s.trigger().(type) {
		case nil:
		case *ir.HTTP:
			requests = append(requests, trigger)
		default:
			others = append(others, trigger)
		}
		for _, entry := range s.keys.Left("") {
			s.left(entry)
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

// guards are keys by which people say who may call a webhook.
const guards = "auth authentication authorization secret_ref secret secrets credentials signature signing_secret hmac token api_key basic_auth allowed_ips " +
	"ip_whitelist ip_allowlist allowed_origins cors rate_limit"

// left deals with a key that nobody asked for. One that would decide who may start the run, or when, is an error.
func (s starting) left(entry source.Entry) {
	near := source.DidYouMean(entry.Name, s.keys.Asked())
	switch {
	case slices.Contains(strings.Fields(guards), entry.Name) && source.Word(entry.Value) != "none":
		s.Report(codes.Trigger.Error(entry.Key.Range, "%s of a trigger is not enforced", entry.Name).Why("Anybody could start the run.").
			Fix("delete it, and let an authorizer or a firewall in front of the API decide who may call; or start the run from a caller that checks"))
	case near != "":
		s.Report(codes.Trigger.Error(entry.Key.Range, "%q is not a key of a %s trigger", entry.Name, cmp.Or(s.Type, "manual")).Why("It looks like one that decides when the run starts.").Fix("%s", near))
	default:
		s.Report(codes.Strays().Describing(entry, "a trigger"))
	}
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
	async := s.keys.Take("x-steploom-async")
	if path == "" {
		path = "/" + s.document.ID
		s.Report(codes.Trigger.Note(s.Range, "the webhook's path is %s", path).Fix("add path: to say otherwise"))
	}
	return &ir.HTTP{Method: cmp.Or(method, "POST"), Path: "/" + strings.TrimPrefix(path, "/"), Async: source.Flag(async), Asked: async != nil, Range: s.Range}
}

func (s starting) cron() ir.Trigger {
	node, zone := s.keys.Take("schedule", "cron", "expression"), s.keys.Take("timezone", "tz", "time_zone")
	if node == nil {
		s.Report(codes.Trigger.Error(s.Range, "a cron trigger needs a schedule").Fix(`add schedule: "0 6 * * *"`))
		return nil
	}
	if zone != nil && !schedule.IsZone(source.Text(zone)) {
		s.Report(codes.Trigger.Error(zone.Range, "there is no time zone %q", source.Text(zone)).Fix("write the name of a zone, such as Europe/Berlin or UTC"))
	}
	expression, err := schedule.Read(node.Value())
	if wrong := (*schedule.Error)(nil); errors.As(err, &wrong) {
		s.Report(codes.Trigger.Error(node.At(wrong.Start, wrong.End), "%s", wrong.Reason).Fix("%s", wrong.Fix))
		return nil
	}
	return &ir.Schedule{Name: s.document.ID, Expression: expression, Zone: source.Text(zone), Range: s.Range}
}

func (s starting) event() ir.Trigger {
	from, kind, filter := s.keys.TakeText("source"), s.keys.TakeText("event", "event_type", "detail_type", "detail-type"), s.keys.Take("filter")
	pattern := eventpattern.Of(from, kind, filter)
	switch {
	case filter != nil && filter.Kind != source.Mapping:
		s.Report(codes.Trigger.Error(filter.Range, "a filter of an event is a mapping of fields to values").
			Why("EventBridge matches fields; it does not evaluate expressions.").Fix("write filter: {status: [paid]}, or put the condition on the first edge"))
		return nil
	case pattern.Len() == 0:
		s.Report(codes.Trigger.Error(s.Range, "an event trigger needs event_type or source").Fix("add event_type:"))
		return nil
	}
	return &ir.Event{Name: s.document.ID, Pattern: pattern, Range: s.Range}
}
