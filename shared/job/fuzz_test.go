package job

import (
	"net/url"
	"strings"
	"testing"

	"github.com/steploom/steploom/internal/pace"
	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/pytext"
	"github.com/steploom/steploom/shared/requests"
)

// FuzzRead reads any JSON: each error has a place and a way out, and what is not refused compiles.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		whole, `{}`, `[]`, `{"id": null, "ID": 1}`, `{"url": "http://x/{a!r:>{b}}", "datamap": {"a": "$..*", "b": "$.constant.x"}, "constant": {"x": null}}`,
		`{"retry": {"total": -1, "backoff_max": 1e308}, "ratelimit": 1e-300}`, `{"url": "http://{h}/", "datamap": {"h": "$.constant.h"}, "constant": {"h": "a/b"}}`,
		strings.Replace(whole, "/{id}", "/{id[a].b:{id}}", 1), strings.Replace(whole, "$.msg.id", "$.msg[?(@.a > 1)].`sub(/a/, b)`", 1),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		value, err := format.DecodeJSON(text)
		if err != nil {
			return
		}
		pace.Linear(t, string(text), func(text string) {
			if value, err := format.DecodeJSON([]byte(text)); err == nil {
				Read(value)
			}
		})
		job, problems := Read(value)
		for _, p := range problems {
			if p.Offset < -1 || p.Message == "" || p.Severity == 0 && p.Why == "" && p.Fix == "" {
				t.Fatalf("%+v", p)
			}
		}
		if Refused(problems) {
			return
		}
		if _, err := Compile(job); err != nil {
			t.Fatalf("%v of what was taken", err)
		}
		if _, err := job.Hash(); err != nil || job.Longest() > longestDelivery*1e9 {
			t.Fatal(err, job.Longest())
		}
	})
}

// FuzzURL puts any text into the places of a URL: what requests makes of it goes to the host of the author, below the path before, and keeps what is behind.
func FuzzURL(f *testing.F) {
	for _, seed := range []string{"a", "..", "%2e%2e/", "x?y", "x#", "@evil.com", "//evil.com/", "http://evil.com/", "\\..\\", "a\tb\n", "\u2028", "a;b", "[", "%", "é"} {
		f.Add(seed, seed)
	}
	job, problems := Read(must(f, strings.Replace(whole, "https://example.com/{id}", "https://example.com:8443/people/{id}/end?q={name}&z=1", 1)))
	c, err := Compile(job)
	if Refused(problems) || err != nil {
		f.Fatal(problems, err)
	}
	f.Fuzz(func(t *testing.T, id, name string) {
		context := Context{Message: pytext.NewDict("id", id, "name", name)}
		request, err := c.Request(context, somewhere, Secrets{})
		if err != nil {
			return
		}
		if want := "https://example.com:8443/people/" + id + "/end?q=" + name + "&z=1"; request.URL != want {
			t.Fatalf("%q is not as str.format makes it", request.URL)
		}
		prepared, err := requests.Prepare(requests.Request{Method: "GET", URL: request.URL})
		if err != nil {
			return
		}
		sent, err := url.Parse(prepared.URL)
		if err != nil {
			return
		}
		query := sent.Query()
		if sent.Host != "example.com:8443" || sent.User != nil || !strings.HasPrefix(sent.EscapedPath(), "/people/") || !strings.HasSuffix(sent.EscapedPath(), "/end") ||
			query.Get("z") != "1" && !strings.Contains(name, ";") && !strings.Contains(name, "%") || len(sent.Fragment) > 0 {
			t.Fatalf("%q and %q lead to %s", id, name, prepared.URL)
		}
	})
}

func must(f *testing.F, text string) any {
	f.Helper()
	value, err := format.DecodeJSON([]byte(text))
	if err != nil {
		f.Fatal(err)
	}
	return value
}
