package http

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/steploom/steploom/shared/task"
)

// echo answers with what it has received.
func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]any{
		"method": r.Method, "path": r.URL.Path, "query": r.URL.RawQuery, "header": r.Header, "body": string(body),
	})
}

func send(t *testing.T, f task.Function, request string) (Response, *task.Error) {
	t.Helper()
	result, err := f.Invoke(context.Background(), []byte(request))
	if err != nil {
		return Response{}, task.AsError(err)
	}
	var response Response
	if err := json.Unmarshal(result, &response); err != nil {
		t.Fatal(err)
	}
	return response, nil
}

func TestEcho(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(echo))
	defer server.Close()
	response, err := send(t, New(Config{}), `{"method":"post","url":"`+server.URL+`/x?a=1","query":{"b":[1,2]},"body":{"z":1,"a":2}}`)
	if err != nil {
		t.Fatal(err)
	}
	got := response.Body.(map[string]any)
	if got["method"] != "POST" || got["query"] != "a=1&b=1&b=2" || got["body"] != `{"z":1,"a":2}` {
		t.Errorf("got %v", got)
	}
}
