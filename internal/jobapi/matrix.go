package jobapi

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Matrix asks everything of an API that has no jobs yet and no tenants, whose jobs' topics need not exist. It leaves none behind.
func Matrix(t *testing.T, ask Ask) {
	for _, test := range []struct {
		name string
		run  func(client)
	}{
		{"refused", refused}, {"design", design}, {"invalid", invalid}, {"credentials", credentials}, {"steering", steering}, {"offsets", offsets},
		{"consumer", consumer}, {"library", library}, {"ids", ids}, {"rivals", rivals},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(client{T: t, ask: ask}) })
	}
}

// refused is what goes before any job: routes, methods, credentials, in this order.
func refused(c client) {
	for _, target := range []string{"/", "/job", "/job/", "/job/a/b", "/job/a/start/now", "/resource/list", "/nothing", "/job/a/set_offset", "/JOB/a"} {
		if got := c.ask(c.T, Request{Method: "GET", Target: target}); got.Status != 404 {
			c.Errorf("GET %s: %d %s", target, got.Status, got.Body)
		}
	}
	for _, test := range []struct{ method, target, allow string }{
		{"PUT", "/job/a", "DELETE, GET, HEAD, OPTIONS, POST"}, {"GET", "/job/a/start", "OPTIONS, POST"}, {"GET", "/job/a/stop", "OPTIONS, POST"},
		{"GET", "/job/a/set_offset/3", "OPTIONS, POST"}, {"POST", "/job/a/status", "GET, HEAD, OPTIONS"}, {"DELETE", "/job/a/logs", "GET, HEAD, OPTIONS"},
		{"POST", "/jobs/somebody", "GET, HEAD, OPTIONS"}, {"POST", "/jobs", "GET, HEAD, OPTIONS"}, {"GET", "/jobs/add", "OPTIONS, POST"},
		{"GET", "/jobs/update", "OPTIONS, POST"}, {"GET", "/job/add", "OPTIONS, POST"}, {"PATCH", "/job/delete", "DELETE, GET, HEAD, OPTIONS, POST"},
		{"DELETE", "/job/pause", "GET, HEAD, OPTIONS, POST"}, {"POST", "/health", "GET, HEAD, OPTIONS"},
	} {
		got := c.ask(c.T, Request{Method: test.method, Target: test.target})
		if got.Status != 405 || got.Header["allow"] != test.allow {
			c.Errorf("%s %s: %d, allow %q, want 405 and %q", test.method, test.target, got.Status, got.Header["allow"], test.allow)
		}
		if got := c.ask(c.T, Request{Method: "OPTIONS", Target: test.target}); got.Status != 204 || got.Header["allow"] != test.allow || got.Body != "" {
			c.Errorf("OPTIONS %s: %d, allow %q %q", test.target, got.Status, got.Header["allow"], got.Body)
		}
	}
	strangers(c)
	for _, target := range []string{"/health", "/healthcheck", "/check-consumer", "/openapi.json"} {
		got := c.ask(c.T, Request{Method: "GET", Target: target})
		if got.Status != 200 || !json.Valid([]byte(got.Body)) {
			c.Errorf("GET %s: %d %q", target, got.Status, got.Body)
		}
		if head := c.ask(c.T, Request{Method: "HEAD", Target: target}); head.Status != 200 || head.Body != "" {
			c.Errorf("HEAD %s: %d %q", target, head.Status, head.Body)
		}
	}
	c.text(`{"healthy":true}`, "GET", "/health", "")
}

// strangers are those who do not show the credentials.
func strangers(c client) {
	for _, authorization := range []string{
		"", "Basic", "Basic ", "Basic !!!", Authorization(User, ""), Authorization("", Password), Authorization(User, Password+"x"), Authorization("ADMIN", Password),
		"Bearer " + strings.TrimPrefix(Authorization(User, Password), "Basic "), Authorization(User, "password"), "Basic " + strings.Repeat("A", 4000),
	} {
		header := map[string]string{"X-Forwarded-User": User, "X-Original-URL": "/health"}
		if authorization != "" {
			header["Authorization"] = authorization
		}
		for _, target := range []string{"/jobs", "/jobs/o", "/job/a", "/jobs/list", "/job/list", "/job/get?id=a", "/job/describe"} {
			got := c.ask(c.T, Request{Method: "GET", Target: target, Header: header})
			if got.Status != 401 || !strings.Contains(got.Body, "Bad Credentials") || got.Header["www-authenticate"] != `Basic realm="Login Required"` {
				c.Errorf("%q may GET %s: %d %v %s", authorization, target, got.Status, got.Header, got.Body)
			}
		}
		if got := c.ask(c.T, Request{"POST", "/job/stranger", header, Job("stranger", "o")}); got.Status != 401 {
			c.Errorf("%q may POST: %d", authorization, got.Status)
		}
	}
	c.want(404, "GET", "/job/stranger", "")
}

// design is the API of the consumer's README.
func design(c client) {
	c.text("[]", "GET", "/jobs/somebody", "")
	c.want(404, "GET", "/job/one", "")
	made := c.object(201, "POST", "/job/one", Job("one", "ann"))
	if made["modified"] == nil || made["hash"] == nil || made["warnings"] != nil {
		c.Errorf("made: %v", made)
	}
	read := c.object(200, "GET", "/job/one", "")
	if read["owner"] != "ann" || read["hash"] != made["hash"] || read["modified"] != made["modified"] {
		c.Errorf("%v was made, %v is read", made, read)
	}
	if head := c.want(200, "HEAD", "/job/one", ""); head.Body != "" {
		c.Errorf("HEAD has the body %q", head.Body)
	}
	back, err := json.Marshal(read)
	if err != nil {
		c.Fatal(err)
	}
	if again := c.object(200, "POST", "/job/one", string(back)); again["hash"] != read["hash"] {
		c.Errorf("what was read is another job when it is sent back: %v", again)
	}
	changed := c.object(200, "POST", "/job/one", strings.Replace(Job("one", "bob"), "example.com", "example.org", 1))
	if changed["hash"] == made["hash"] || changed["owner"] != "bob" {
		c.Errorf("changed: %v", changed)
	}
	c.object(201, "POST", "/job/two", strings.Replace(Job("two", "bob"), `"id":"two",`, "", 1)) // the path says it
	c.object(201, "POST", "/job/three", strings.Replace(Job("three", "ann/ünal"), `"id"`, `"ID"`, 1))
	for target, want := range map[string]string{
		"/jobs": "one three two", "/jobs/bob": "one two", "/jobs/ann/%C3%BCnal": "three", "/jobs/ann%2F%C3%BCnal": "three", "/jobs/ann": "",
		"/jobs?owner=bob": "one two", "/jobs?owner=": "", "/jobs?owner=ann%2F%C3%BCnal": "three",
	} {
		if got := c.ids(target); got != want {
			c.Errorf("%s: %q, want %q", target, got, want)
		}
	}
	stands := c.object(200, "GET", "/job/one/status", "")
	if stands["state"] != "running" || stands["counts"] == nil || stands["last_error"] != nil || stands["key"] != "one" {
		c.Errorf("status: %v", stands)
	}
	c.text("[]", "GET", "/job/one/logs", "")
	for _, limit := range []string{"0", "-1", "1001", "x", ""} {
		c.want(400, "GET", "/job/one/logs?limit="+limit, "")
	}
	for _, id := range []string{"one", "two", "three"} {
		if got := c.want(204, "DELETE", "/job/"+id, ""); got.Body != "" {
			c.Errorf("DELETE has the body %q", got.Body)
		}
	}
	for _, call := range [][2]string{{"DELETE", ""}, {"GET", ""}, {"GET", "/status"}, {"GET", "/logs"}, {"POST", "/start"}, {"POST", "/stop"}, {"POST", "/set_offset/1"}} {
		c.want(404, call[0], "/job/one"+call[1], "")
	}
}

// invalid jobs are refused with all that is wrong.
func invalid(c client) {
	for _, body := range []string{"", "{", "[1", "nothing", `{"id": "x"} {}`, "\x00", `"\ud800`} {
		c.want(400, "POST", "/job/bad", body)
		c.want(400, "POST", "/jobs/add", body)
		c.want(400, "POST", "/job/validate", body)
	}
	for _, body := range []string{"null", "[]", "7", `"job"`, "{}", Job("another", "o"), with(Job("bad", "o"), `"id": 7`)} {
		c.want(400, "POST", "/job/bad", body)
	}
	told := c.object(400, "POST", "/job/bad", `{"owner": 7, "type": "PATCH", "topic": [], "datamap": {"a": null}, "url": "http://x/{b}", "toppic": []}`)
	problems, _ := told["problems"].([]any)
	var places []string
	for _, problem := range problems {
		places = append(places, fmt.Sprint(problem.(map[string]any)["path"]))
	}
	for _, place := range []string{"owner", "type", "topic", "datamap.a", "toppic"} {
		if !slices.Contains(places, place) {
			c.Errorf("nothing is said of %s: %v", place, told)
		}
	}
	c.want(413, "POST", "/job/bad", with(Job("bad", "o"), `"constant": {"a": "`+strings.Repeat("x", 300<<10)+`"}`))
	for _, target := range []string{"/jobs?owner=%ZZ", "/jobs?ownr=o", "/jobs?owner=a&owner=b", "/jobs/o?owner=o", "/job/bad?id=bad", "/job/bad/logs?limt=1"} {
		c.want(400, "GET", target, "")
	}
	c.want(404, "GET", "/job/bad", "")
}

// credentials are never shown, and stay where stars come back.
func credentials(c client) {
	secret := with(with(Job("hidden", "o"), `"basic_auth": {"user": "the-user", "pw": "the-password"}`), `"token": "the-token"`)
	checked := func(got Answer) map[string]any {
		c.Helper()
		for _, word := range []string{"the-user", "the-password", "the-token", "sealed:"} {
			if strings.Contains(got.Body, word) {
				c.Errorf("%s is shown: %s", word, got.Body)
			}
		}
		var object map[string]any
		_ = json.Unmarshal([]byte(got.Body), &object)
		return object
	}
	for _, got := range []Answer{
		c.want(201, "POST", "/job/hidden", secret), c.want(200, "GET", "/job/hidden", ""), c.want(200, "GET", "/jobs", ""), c.want(200, "GET", "/jobs/o", ""),
		c.want(200, "GET", "/jobs/get?id=hidden", ""), c.want(200, "GET", "/job/get?id=hidden", ""), c.want(200, "GET", "/job/hidden/status", ""),
		c.want(200, "GET", "/jobs/list", ""), c.want(200, "POST", "/job/validate_pretty", with(secret, `"nonsense": 1`)),
	} {
		checked(got)
	}
	shown := checked(c.want(200, "GET", "/job/hidden", ""))
	if fmt.Sprint(shown["basic_auth"], shown["token"]) != "map[password:***** user:*****]*****" {
		c.Errorf("shown as %v %v", shown["basic_auth"], shown["token"])
	}
	back, _ := json.Marshal(shown)
	if kept := checked(c.want(200, "POST", "/job/hidden", string(back))); kept["token"] != "*****" || kept["basic_auth"] == nil {
		c.Errorf("stars do not keep what is hidden: %v", kept)
	}
	c.want(400, "POST", "/job/hidden", with(Job("hidden", "o"), `"basic_auth": {"user": "another", "password": "*****"}`))
	c.want(400, "POST", "/job/hidden", with(Job("hidden", "o"), `"basic_auth": {"user": "*****", "password": "another"}`))
	c.want(400, "POST", "/job/new", with(Job("new", "o"), `"token": "*****"`))
	if gone := checked(c.want(200, "POST", "/job/hidden", Job("hidden", "o"))); gone["token"] != nil || gone["basic_auth"] != nil {
		c.Errorf("credentials that are left out stay: %v", gone)
	}
	c.want(400, "POST", "/job/hidden", string(back))
	warned := c.object(200, "POST", "/job/hidden", with(with(Job("hidden", "o"), `"token": "${ NAME }"`), `"basic_auth": {"user": "u", "pw": "${NAME}"}`))
	if text := fmt.Sprint(warned["warnings"]); strings.Count(text, "sent as it stands") != 2 || strings.Contains(text, "NAME") {
		c.Errorf("references are taken: %s", text)
	}
	c.want(204, "DELETE", "/job/hidden", "")
}

func steering(c client) {
	c.want(201, "POST", "/job/car", Job("car", "o"))
	state := func(want string) {
		c.Helper()
		if got := c.object(200, "GET", "/job/car/status", "")["state"]; got != want {
			c.Errorf("the job is %v, want %s", got, want)
		}
	}
	for range 2 {
		c.object(200, "POST", "/job/car/stop", "")
		state("stopped")
	}
	c.want(200, "POST", "/job/car", Job("car", "another"))
	state("stopped")
	for range 2 {
		c.object(200, "POST", "/job/car/start", "")
		state("running")
	}
	c.text("true", "GET", "/job/pause?id=car", "")
	state("stopped")
	c.text("true", "POST", "/job/resume?id=car", "")
	state("running")
	c.want(204, "DELETE", "/job/car", "")
}

func offsets(c client) {
	c.want(201, "POST", "/job/far", strings.Replace(Job("far", "o"), `["people"]`, `["people","places"]`, 1))
	for _, target := range []string{
		"-1", "1.5", "x", "1e3", "9223372036854775808", "yesterday", "2026-13-01", "1?topic=others", "1?topic=people&partition=x", "1?topic=people&partition=-1",
		"1?partition=0", "1?topic=people&partition=4294967296", "latest?partiton=0", "1?topic=people&topic=places", "1?Topic=people", "earliest?topic=people&partition=0&partition=1",
		"latest?x",
	} {
		c.want(400, "POST", "/job/far/set_offset/"+target, "")
	}
	c.want(204, "DELETE", "/job/far", "")
}

// ids may be any text that no route takes apart; others are refused and never reach another job.
func ids(c client) {
	for _, id := range []string{
		"ünï cödé \U0001f600", `"quoted" 'id'`, "a;b=c,d", "<script>", "x'); DROP TABLE jobs; --", strings.Repeat("long", 50), "a+b", "{id}", "$default", "start", "job", "ADMIN_PW",
	} {
		c.want(201, "POST", "/job/"+escaped(id), Job(id, "o"))
		if got := c.object(200, "GET", "/job/"+escaped(id), ""); got["id"] != id {
			c.Errorf("%q is %v", id, got)
		}
		query := "?id=" + strings.NewReplacer("+", "%2B", "&", "%26", ";", "%3B").Replace(escaped(id))
		if got := c.object(200, "GET", "/job/get"+query, ""); got["id"] != id {
			c.Errorf("%q is %v", id, got)
		}
		c.want(200, "POST", "/job/"+escaped(id)+"/stop", "")
		c.text(`"JobStatus.PAUSED"`, "GET", "/job/get_status"+query, "")
		c.want(204, "DELETE", "/job/"+escaped(id), "")
	}
	for _, id := range []string{"add", "list", "get_logs", "a/b", "a/../b", "/", "..", ".", "", " a", "a\nb", "a:b", "..%2f", "a?b", "a#b", `a\b`, strings.Repeat("x", 201)} {
		c.text("false", "POST", "/job/add", Job(id, "o"))
		c.want(400, "POST", "/jobs/add", Job(id, "o"))
		if got := c.call("POST", "/job/"+escaped(id), Job(id, "o")); got.Status == 200 && got.Body != "false" && got.Body != "[]" || got.Status == 201 {
			c.Errorf("%q is taken: %s", id, got.Body)
		}
	}
	if got := c.ids("/jobs"); got != "" {
		c.Errorf("left: %s", got)
	}
}

// rivals change one job at the same time: each change is made, and the last one stands.
func rivals(c client) {
	var group sync.WaitGroup
	for i := range 4 {
		group.Go(func() {
			got := c.call("POST", "/job/fought", Job("fought", fmt.Sprint("owner", i)))
			if got.Status != 200 && got.Status != 201 {
				c.Errorf("%d: %s", got.Status, got.Body)
			}
		})
	}
	group.Wait()
	owner, _ := c.object(200, "GET", "/job/fought", "")["owner"].(string)
	if got := c.ids("/jobs/" + owner); got != "fought" {
		c.Errorf("%s has %q", owner, got)
	}
	c.want(204, "DELETE", "/job/fought", "")
}
