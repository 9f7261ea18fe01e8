package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/task"
)

// Question is what a definition asks people, or waits for, through a link: the api function is called by a task that
// waits for a token (lambda:invoke.waitForTaskToken) with {"question": …}.
//
// The function stores the question, makes a link and tells it: in the log and, when ApprovalWebhookVariable is set, by a
// POST of {"title", "prompt", "to", "channel", "kind", "workflow", "node", "link"} to that URL. Whoever holds the link
// can answer once.
type Question struct {
	Kind     string          `json:"kind"` // human: an answer; approval: a rejection fails the task; event: any JSON
	Workflow string          `json:"workflow"`
	Node     string          `json:"node"`
	Title    string          `json:"title"`
	Prompt   string          `json:"prompt"`
	Inputs   json.RawMessage `json:"inputs"`  // shown to who answers
	Fields   []string        `json:"fields"`  // names of what an answer may hold besides the decision
	Options  []string        `json:"options"` // decisions to choose from; approved and rejected when empty
	To       []string        `json:"to"`
	Channel  any             `json:"channel"`
	Event    any             `json:"event"` // what an event question waits for
	Token    string          `json:"token"` // the task's token
}

const (
	ApprovalWebhookVariable = "STEPLOOM_APPROVAL_WEBHOOK"
	URLVariable             = "STEPLOOM_API_URL"

	approvalPath   = "/_steploom/approve/"
	webhookTimeout = 5 * time.Second
)

// ApprovalRoutes are the route keys under which questions are shown and answered.
func ApprovalRoutes() []string {
	return []string{http.MethodGet + " " + approvalPath + "{key}", http.MethodPost + " " + approvalPath + "{key}"}
}

// Answerer ends tasks that wait for a token. waited is false when no task waits for it any more.
type Answerer interface {
	Answer(ctx context.Context, token string, output []byte) (waited bool, err error)
	Refuse(ctx context.Context, token, name, cause string) (waited bool, err error)
}

// asked is the answer to a question's task, which nobody reads but a trace.
type asked struct {
	Link string `json:"link"`
}

// notice is what the webhook is sent.
type notice struct {
	Title    string   `json:"title"`
	Prompt   string   `json:"prompt,omitempty"`
	To       []string `json:"to,omitempty"`
	Channel  any      `json:"channel,omitempty"`
	Kind     string   `json:"kind"`
	Workflow string   `json:"workflow"`
	Node     string   `json:"node"`
	Link     string   `json:"link"`
}

// ask stores a question and tells its link.
func (g gateway) ask(ctx context.Context, raw json.RawMessage) (any, error) {
	var question Question
	if err := task.Decode(raw, &question); err != nil {
		return nil, task.Errorf(task.RequestInvalid, "question: %v", err)
	}
	switch {
	case question.Kind != "human" && question.Kind != "approval" && question.Kind != "event":
		return nil, task.Errorf(task.RequestInvalid, "question: kind %q is not human, approval or event", question.Kind)
	case question.Token == "":
		return nil, task.Errorf(task.RequestInvalid, "question: token is missing")
	case g.Blobs == nil:
		return nil, task.Errorf(task.BlobUnavailable, "no store for questions is configured")
	}
	key, err := g.Blobs.Put(ctx, raw)
	if err != nil {
		return nil, err
	}
	link := strings.TrimSuffix(g.Environment.Value(URLVariable), "/") + approvalPath + key
	g.Log.Info("waiting for an answer", "kind", question.Kind, "workflow", question.Workflow, "node", question.Node, "title", question.Title, "to", question.To, "link", link)
	return asked{link}, g.notify(ctx, notice{
		Title: question.Title, Prompt: question.Prompt, To: question.To, Channel: question.Channel,
		Kind: question.Kind, Workflow: question.Workflow, Node: question.Node, Link: link,
	})
}

// notify posts a notice to the webhook, if there is one. Without the notice nobody would know of the question, so a
// failure is the task's.
func (g gateway) notify(ctx context.Context, n notice) error {
	target := g.Environment.Value(ApprovalWebhookVariable)
	if target == "" {
		return nil
	}
	body, err := format.EncodeJSON(n)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, webhookTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return task.Errorf(task.RequestInvalid, "%s is not a URL", ApprovalWebhookVariable)
	}
	request.Header.Set("Content-Type", format.JSON)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return task.Errorf(task.HttpConnect, "the webhook for approvals does not answer")
	}
	defer answer.Body.Close()
	if answer.StatusCode < 200 || answer.StatusCode > 299 {
		return task.Errorf(task.HttpConnect, "the webhook for approvals answers %s", answer.Status)
	}
	return nil
}
