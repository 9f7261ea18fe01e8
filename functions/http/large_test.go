package http

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"github.com/steploom/steploom/shared/task"
)

// TestLargeAnswers: an answer without room is an error by name; of a failed one the beginning is told.
func TestLargeAnswers(t *testing.T) {
	bodies := map[string]string{
		"/list":  "[" + strings.Repeat("1,", 2<<20) + "1]",
		"/text":  strings.Repeat("é", 1<<20),
		"/bytes": strings.Repeat("\xff", 1<<20),
	}
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("status") != "" {
			w.WriteHeader(http.StatusBadGateway)
		}
		w.Write([]byte(bodies[r.URL.Path]))
	})
	for path, body := range bodies {
		_, err := send(t, New(Config{}), `{"url":"%s"}`, url+path)
		wantError(t, err, task.PayloadTooLarge, "")
		_, err = send(t, New(Config{}), `{"url":"%s"}`, url+path+"?status=1")
		wantError(t, err, "Http.Status.502", "")
		want := body[:beginning]
		if path == "/bytes" {
			want = base64.StdEncoding.EncodeToString([]byte(want))
		}
		if err != nil && err.Detail.(Response).Body != want {
			t.Errorf("%s: %.40v", path, err.Detail.(Response).Body)
		}
	}
}
