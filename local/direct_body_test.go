package local

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/shared/testserver"
)

// TestDirectBodyStaysTheBody sends bodies to the mapping template of direct mode that would close the value and begin members of their own. None
// reaches the input of an execution: what API Gateway cannot read it refuses, and what it has read is one value.
func TestDirectBodyStaysTheBody(t *testing.T) {
	node := testserver.NodeModule(t, "velocityjs")
	const valid = `{"a": "},\"param\":{\"id\":\"8\"", "big": 9007199254740993}`
	lines := []string{}
	for _, body := range []string{
		valid, `{},"param":{"id":"8"}`, `null,"trigger":"schedule"`, `1}`, `{}}`, `{"a":1},"zzz":{"b":1`, `not JSON`, `"\u0022,"param":{}`,
	} {
		line, err := json.Marshal(map[string]any{
			"template": sam.RequestTemplate("arn"), "body": body, "path": map[string]string{"id": "7"}, "header": map[string]string{"content-type": "application/json"},
			"context": map[string]string{"requestId": "r-1", "httpMethod": http.MethodPost, "resourcePath": "/x/{id}"},
		})
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, string(line))
	}
	renderer := exec.Command("node", "../compiler/sam/testdata/velocity.js")
	renderer.Env = append(os.Environ(), testserver.NodeModulesVariable+"="+filepath.Dir(node))
	renderer.Stdin, renderer.Stderr = strings.NewReader(strings.Join(lines, "\n")+"\n"), os.Stderr
	text, err := renderer.Output()
	if err != nil {
		t.Fatal(err)
	}
	answers := bufio.NewScanner(strings.NewReader(string(text)))
	for i := range lines {
		if !answers.Scan() {
			t.Fatal(io.ErrUnexpectedEOF)
		}
		var made rendered
		if err := json.Unmarshal(answers.Bytes(), &made); err != nil {
			t.Fatal(err)
		}
		if i > 0 {
			if made.Error == "" {
				t.Errorf("%s became %s", lines[i], made.Text)
			}
			continue
		}
		var start struct{ Input string }
		if err := json.Unmarshal([]byte(made.Text), &start); err != nil {
			t.Fatalf("%v: %s %s", err, made.Text, made.Error)
		}
		var input struct {
			Param map[string]string
			Body  json.RawMessage
		}
		if err := json.Unmarshal([]byte(start.Input), &input); err != nil || input.Param["id"] != "7" || string(input.Body) != valid {
			t.Errorf("%v: %s", err, start.Input)
		}
	}
}
