package local_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/local"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/engine"
)

const waitingDefinition = `{"QueryLanguage":"JSONata","StartAt":"Ask","States":{"Ask":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken",
"Arguments":{"FunctionName":"${ApiFunctionArn}","Payload":{"question":{"kind":"approval","node":"pay","title":"Pay?","token":"{% $states.context.Task.Token %}"}}},
"Output":"{% $states.result %}","End":true}}}`

// TestQuestionIsAnswered runs a definition that asks for an approval, and follows the link that the console shows.
func TestQuestionIsAnswered(t *testing.T) {
	for decision, want := range map[string]string{"approved": engine.Succeeded, "rejected": "FAILED"} {
		machine, err := asl.Unmarshal([]byte(waitingDefinition))
		if err != nil {
			t.Fatal(err)
		}
		var console lockedBuffer
		output := compiler.Output{
			Workflow: &ir.Workflow{Operations: []*ir.Operation{{Name: "pay"}}},
			Machines: []compiler.Machine{{Name: "pay", Operation: "pay", Definition: machine, Mode: ir.Standard}},
		}
		service, err := local.NewService(t.Context(), local.Project{Root: t.TempDir()}, output, local.Settings{Log: local.QuestionLog(&console)})
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(service.Handler(nil))
		defer server.Close()
		go func() {
			link := console.link(t.Context())
			answer, err := http.PostForm(server.URL+link, url.Values{"decision": {decision}})
			if err == nil {
				answer.Body.Close()
			}
		}()
		result, err := service.Run(t.Context(), "pay", nil, nil)
		if err != nil || result.Status != want || want == "FAILED" && result.Error != "Approval.Rejected" {
			t.Errorf("%s: %+v, %v", decision, result, err)
		}
	}
}

// lockedBuffer is a console that one goroutine writes and another reads.
type lockedBuffer struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.text.Write(p)
}

// link waits for the line of a question and gives its link.
func (b *lockedBuffer) link(ctx context.Context) string {
	for ctx.Err() == nil {
		b.mutex.Lock()
		_, link, found := strings.Cut(b.text.String(), "link=")
		b.mutex.Unlock()
		if found {
			return strings.TrimSpace(link)
		}
		time.Sleep(time.Millisecond)
	}
	return ""
}
