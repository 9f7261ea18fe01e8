package api

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/task"
)

const (
	decisionField = "decision"
	commentField  = "comment"
	approved      = "approved"
	rejected      = "rejected"
)

// isApproval reports whether an event belongs to ApprovalRoutes.
func isApproval(event Event) bool { return slices.Contains(ApprovalRoutes(), event.RouteKey) }

// approval shows a question (GET, without any effect: mail scanners follow links) or takes its answer (POST).
func (g gateway) approval(ctx context.Context, event Event) Response {
	question, err := g.question(ctx, event.PathParameters["key"])
	if err != nil {
		if task.AsError(err).Name == task.BlobMissing {
			return page(http.StatusNotFound, "There is nothing to answer here.")
		}
		return g.failed(ctx, event, "approval", err)
	}
	if event.RequestContext.HTTP.Method != http.MethodPost {
		return questionPage(question)
	}
	answer, err := g.answerOf(ctx, event, question)
	if err != nil {
		return g.refused(ctx, event, err)
	}
	waited, err := g.deliver(ctx, question, answer)
	switch {
	case err != nil:
		return g.failed(ctx, event, "approval", err)
	case !waited:
		return page(http.StatusGone, "This has been answered already, or nobody waits for the answer any more.")
	}
	return page(http.StatusOK, "Thank you. The answer is on its way.")
}

func (g gateway) question(ctx context.Context, key string) (Question, error) {
	if g.Blobs == nil || g.Answerer == nil {
		return Question{}, task.Errorf(task.BlobMissing, "no questions are kept here")
	}
	stored, err := g.Blobs.Get(ctx, key)
	if err != nil {
		return Question{}, err
	}
	var question Question
	if err := task.Decode(stored, &question); err != nil || question.Token == "" {
		return Question{}, task.Errorf(task.BlobMissing, "the stored object is no question")
	}
	return question, nil
}

// answerOf reads an answer: any JSON for an event; for a person the decision, a comment and the question's fields, as a
// form or as JSON.
func (g gateway) answerOf(ctx context.Context, event Event, question Question) (any, error) {
	body, err := event.Content()
	if err != nil {
		return nil, err
	}
	given, err := g.decode(ctx, event.Header()["content-type"], body, false)
	if err != nil {
		return nil, err
	}
	answer, isObject := given.value.(format.Object)
	if question.Kind == "event" {
		if given.value == nil || isObject {
			return eventAnswer(answer), nil
		}
		return given.value, nil
	}
	if !isObject {
		return nil, task.Errorf(task.RequestInvalid, "the answer is not an object with a decision")
	}
	decision, _ := answer.Get(decisionField)
	if text, ok := decision.(string); !ok || !slices.Contains(question.decisions(), text) {
		return nil, task.Errorf(task.RequestInvalid, "the decision is not one of %s", strings.Join(question.decisions(), ", "))
	}
	for _, member := range answer {
		if member.Name != decisionField && member.Name != commentField && !slices.Contains(question.Fields, member.Name) {
			return nil, task.Errorf(task.RequestInvalid, "the question has no field %q", member.Name)
		}
	}
	return answer, nil
}

func eventAnswer(object format.Object) format.Object {
	if object == nil {
		return format.Object{}
	}
	return object
}

func (q Question) decisions() []string {
	if len(q.Options) > 0 {
		return q.Options
	}
	return []string{approved, rejected}
}

// deliver ends the task. A rejected approval fails it with task.ApprovalRejected.
func (g gateway) deliver(ctx context.Context, question Question, answer any) (waited bool, err error) {
	if object, ok := answer.(format.Object); ok && question.Kind == "approval" {
		if decision, _ := object.Get(decisionField); decision == rejected {
			return g.Answerer.Refuse(ctx, question.Token, task.ApprovalRejected, rejection(question, object))
		}
	}
	output, err := format.EncodeJSON(answer)
	if err != nil {
		return false, err
	}
	return g.Answerer.Answer(ctx, question.Token, output)
}

// rejection is the Cause of a rejected approval, in the form of a function's error.
func rejection(question Question, answer format.Object) string {
	comment, _ := answer.Get(commentField)
	text, err := json.Marshal(comment)
	if err != nil {
		text = []byte("null")
	}
	e := task.Error{
		Name:    task.ApprovalRejected,
		Message: question.Node + " is rejected",
		Detail:  map[string]json.RawMessage{commentField: text},
	}
	return e.Cause()
}
