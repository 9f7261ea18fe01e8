package local

import (
	"context"
	"errors"
	"net/http/httptest"
	"testing"

	"github.com/steploom/steploom/functions/api/sfn"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/endpoint"
)

// oneTask stands for an execution that waits for one token.
type oneTask struct {
	endpoint.Executions
	answers []string
}

func (o *oneTask) Succeed(_ context.Context, token string, output []byte) error {
	o.answers = append(o.answers, string(output))
	return o.known(token)
}

func (o *oneTask) Fail(_ context.Context, token, name, cause string) error {
	o.answers = append(o.answers, name+" "+cause)
	return o.known(token)
}

func (o *oneTask) known(token string) error {
	if token == "known" {
		return nil
	}
	return gone(errors.New("no task waits"))
}

func TestCloudDeliversAnswers(t *testing.T) {
	waiting := &oneTask{}
	server := httptest.NewServer(newCloud(waiting, stackSecrets{}, newObjects()))
	defer server.Close()
	client := sfn.New(task.Variables(map[string]string{
		"AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key", "AWS_ENDPOINT_URL": server.URL,
	}))
	for token, want := range map[string]bool{"known": true, "other": false} {
		if waited, err := client.Answer(t.Context(), token, []byte(`{"a":1}`)); waited != want || err != nil {
			t.Errorf("answer to %s: %v, %v", token, waited, err)
		}
		if waited, err := client.Refuse(t.Context(), token, "No", "why"); waited != want || err != nil {
			t.Errorf("refusal to %s: %v, %v", token, waited, err)
		}
	}
	if len(waiting.answers) != 4 || waiting.answers[0] != `{"a":1}` || waiting.answers[1] != "No why" {
		t.Errorf("delivered %q", waiting.answers)
	}
}
