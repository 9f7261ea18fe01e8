package cli_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/shared/testserver"
)

// newsroom is a copy of the sample workflow.
func newsroom(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "newsroom")
	if err := copyProject(folder, "../workflows/newsroom"); err != nil {
		t.Fatal(err)
	}
	return folder
}

func editor(r *http.Request) { r.SetBasicAuth("editor", "headline") }

// TestDevNewsroom asks every operation of the sample for its answers, good and bad, on the embedded database.
func TestDevNewsroom(t *testing.T) {
	wire := &newswire{}
	wire.status.Store(http.StatusAccepted)
	stub := httptest.NewServer(wire)
	defer stub.Close()
	d := startDev(t, newsroom(t), "--endpoint", "https://newswire.example.com="+stub.URL)
	tests := []struct {
		request, body string
		status        int
		want          string
	}{
		{"GET /articles", "", 200, `[{"id":1,"slug":"harbour-opens","title":"The new harbour opens","section":"city","rating":4.5,"tags":["trade","water"]},{"id":2,"slug":"library-moves","title":"The library moves house","section":"culture","rating":3.75,"tags":["books"]},{"id":3,"slug":"tram-extended","title":"Line 4 reaches the university","section":"city","rating":4,"tags":["traffic"]}]`},
		{"GET /articles?section=culture", "", 200, `[{"id":2,"slug":"library-moves","title":"The library moves house","section":"culture","rating":3.75,"tags":["books"]}]`},
		{"GET /articles?section=city&since=2026-02-01&limit=1", "", 200, `[{"id":3,"slug":"tram-extended","title":"Line 4 reaches the university","section":"city","rating":4,"tags":["traffic"]}]`},
		{"GET /articles?section=none", "", 200, `[]`},
		{"GET /articles?limit=101", "", 412, `{"message":"The limit must be between 1 and 100"}`},
		{"GET /articles?limit=0", "", 412, `{"message":"The limit must be between 1 and 100"}`},
		{"GET /articles/1", "", 200, `{"id":1,"title":"The new harbour opens","body":"Ships arrive from Monday on.","published":"12 January 2026","tags":[{"name":"trade","label":"city/trade"},{"name":"water","label":"city/water"}]}`},
		{"GET /articles/4", "", 404, `{"message":"There is no article 4"}`},
		{"GET /articles/4?draft=true", "", 200, `{"id":4,"title":"Winter games in town","body":"A draft that nobody has seen yet.","published":null,"tags":[]}`},
		{"POST /articles", `{"slug":"harbour-opens","title":"a","body":"b","section":"c"}`, 409, `{"message":"The slug harbour-opens is taken"}`},
		{"POST /articles", `{"slug":"new","title":"Newest","body":"b","section":"city","tags":["x","y"]}`, 201, `{"id":5,"slug":"new","title":"Newest","section":"city","tags":["x","y"]}`},
		{"GET /articles?section=city&limit=100&since=2026-06-01", "", 200, `[{"id":5,"slug":"new","title":"Newest","section":"city","rating":0.5,"tags":["x","y"]}]`},
		{"POST /articles/import", `{"articles":[{"slug":"new","title":"Renamed"},{"slug":"other","title":"Other"},{"slug":"end"},{"slug":"never","title":"Never"}]}`, 200,
			`{"received":4,"articles":[{"slug":"new","id":5,"title":"Renamed"},{"slug":"other","id":6,"title":"Other"},{"slug":"end","id":null,"title":null},{"slug":"never","id":null,"title":null}]}`},
		{"PUT /sections", `{"city":{"editor":"Kim"},"sport":{"editor":"Lee"}}`, 200, `{"city":{"editor":"Kim"},"sport":{"editor":"Lee"}}`},
		{"POST /articles/1/announce", "", 200, `{"status":202,"answer":{"queued":1},"recorded":[{"id":1,"slug":"harbour-opens","title":"The new harbour opens","section":"city"}]}`},
		{"POST /articles/99/announce", "", 404, `{"message":"There is no article 99"}`},
		{"GET /nothing", "", 404, `{"message":"Not Found"}`},
	}
	for _, test := range tests {
		method, path, _ := strings.Cut(test.request, " ")
		got := d.call(t, method, path, test.body, editor)
		if got.status != test.status || strings.TrimSpace(got.text) != test.want {
			t.Errorf("%s: %d\n got %s\nwant %d\n     %s", test.request, got.status, got.text, test.status, test.want)
		}
	}
	d.call(t, "GET", "/articles", "").want(t, 401)
	d.call(t, "GET", "/articles/seven", "", editor).want(t, 400)
	d.call(t, "POST", "/articles", `{"slug":"x"}`, editor).want(t, 400)
	d.call(t, "POST", "/articles", `{"slug":`, editor).want(t, 400)
	if about := decode[map[string]any](t, d.call(t, "GET", "/about", "", editor).want(t, 200)); about["name"] != "The newsroom" || about["price"] != 2.5 {
		t.Errorf("about: %v", about)
	}
	want := `{"title":"The new harbour opens","to":"<ida@example.com>, <mo@example.com>","urgent":false}`
	if diff := cmp.Diff([]string{"/v1/push?slug=harbour-opens city " + want}, wire.seen()); diff != "" {
		t.Errorf("the newswire was sent: %s", diff)
	}
	wire.status.Store(http.StatusInternalServerError)
	d.call(t, "POST", "/articles/1/announce", "", editor).want(t, 502)
	if sent := wire.seen(); len(sent) != 3 || !strings.HasSuffix(sent[2], `{"title":"The new harbour opens","attempt":2}`) {
		t.Errorf("a failing newswire was sent: %q", sent)
	}
	d.out.await(t, "POST /articles/1/announce")
}

// newswire is a stub of the API that the sample calls.
type newswire struct {
	status atomic.Int64
	mutex  sync.Mutex
	sent   []string
}

func (n *newswire) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	n.mutex.Lock()
	n.sent = append(n.sent, fmt.Sprintf("%s %s %s", r.URL, r.Header.Get("X-Section"), body))
	n.mutex.Unlock()
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(int(n.status.Load()))
	fmt.Fprint(w, `{"queued":1}`)
}

func (n *newswire) seen() []string {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	return append([]string(nil), n.sent...)
}

// TestDevParallel sends 1,000 requests at once and expects each answer to be the one to its own request.
func TestDevParallel(t *testing.T) {
	testserver.Slow(t, "it sends a thousand requests")
	d := startDev(t, newsroom(t))
	var wait sync.WaitGroup
	limit := make(chan struct{}, 200)
	for i := range 1000 {
		wait.Go(func() {
			limit <- struct{}{}
			defer func() { <-limit }()
			id := 1 + i%3
			got := d.call(t, "GET", fmt.Sprint("/articles/", id), "", editor)
			if got.status != 200 || !strings.HasPrefix(got.text, fmt.Sprintf(`{"id":%d,`, id)) {
				t.Errorf("article %d: %d %s", id, got.status, got.text)
			}
		})
	}
	wait.Wait()
}

// TestDevReload changes the project under a running dev.
func TestDevReload(t *testing.T) {
	folder := newsroom(t)
	d := startDev(t, folder)
	about := filepath.Join(folder, "specs/about.yaml")
	original, err := os.ReadFile(about)
	if err != nil {
		t.Fatal(err)
	}
	change := func(old, new string) {
		t.Helper()
		text := strings.Replace(string(original), old, new, 1)
		if text == string(original) {
			t.Fatalf("%q is not in the file", old)
		}
		if err := os.WriteFile(about, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	change("price: DOUBLE(2.5)", "price: DOUBLE(3.5)")
	d.out.await(t, "reloaded")
	if got := decode[map[string]any](t, d.call(t, "GET", "/about", "", editor).want(t, 200)); got["price"] != 3.5 {
		t.Errorf("after the change: %v", got)
	}
	change("price: DOUBLE(2.5)", "price: DUBLE(2.5)")
	d.err.await(t, "the last good version goes on serving")
	if !strings.Contains(d.err.String(), "about.yaml:12:") {
		t.Errorf("the diagnostic has no place:\n%s", d.err)
	}
	if got := decode[map[string]any](t, d.call(t, "GET", "/about", "", editor).want(t, 200)); got["price"] != 3.5 {
		t.Errorf("while the change is bad: %v", got)
	}
	change("price: DOUBLE(2.5)", "price: DOUBLE(4.5)")
	for got := 0.0; got != 4.5; {
		got = decode[map[string]any](t, d.call(t, "GET", "/about", "", editor).want(t, 200))["price"].(float64)
	}
}

// TestDevStartsWithErrors waits for the workflow to become right.
func TestDevStartsWithErrors(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "hello.yaml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	const good = "operations:\n  'get /hello':\n    fulfillments:\n      - type: generic\n    responses:\n      - name: ok\n        default: true\n        statuscode: 200\n        schema:\n          hello: TEXT(world)\n"
	write(strings.Replace(good, "TEXT", "TEKST", 1))
	d := startDev(t, folder)
	d.err.await(t, "TEKST")
	d.call(t, "GET", "/hello", "").want(t, 503)
	write(good)
	d.out.await(t, "GET /hello")
	if got := d.call(t, "GET", "/hello", "").want(t, 200); strings.TrimSpace(got.text) != `{"hello":"world"}` {
		t.Errorf("got %s", got.text)
	}
}
