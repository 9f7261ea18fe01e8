package local

import (
	"context"
	"net/http/httptest"
	"testing"

	"github.com/steploom/steploom/functions/api"
	"github.com/steploom/steploom/functions/api/sfn"
	"github.com/steploom/steploom/shared/task"
)

// oneTask stands for an execution that waits for one token.
type oneTask struct {
	api.Executor
	answers []string
}

func (o *oneTask) Answer(_ context.Context, token string, output []byte) (bool, error) {
	o.answers = append(o.answers, string(output))
	return token == "known", nil
}

func (o *oneTask) Refuse(_ context.Context, token, name, cause string) (bool, error) {
	o.answers = append(o.answers, name+" "+cause)
	return token == "known", nil
}

func TestCloudDeliversAnswers(t *testing.T) {
	waiting := &oneTask{}
	server := httptest.NewServer(newCloud(nil, nil, waiting, nil))
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
