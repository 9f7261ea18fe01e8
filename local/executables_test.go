package local

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/functions"
	"github.com/steploom/steploom/local/runtimeapi"
	"github.com/steploom/steploom/shared/testserver"
)

// executables are the functions as they are deployed, built once for this machine: by name the path of the file bootstrap. "empty" is a
// function that does nothing.
type executables struct {
	once   sync.Once
	folder string
	paths  map[string]string
	err    error
}

var built executables

func (e *executables) get(t testing.TB) map[string]string {
	t.Helper()
	testserver.Slow(t, "it builds executables")
	e.once.Do(e.build)
	if e.err != nil {
		t.Fatal(e.err)
	}
	return e.paths
}

func (e *executables) build() {
	if e.folder, e.err = os.MkdirTemp("", "steploom-executables-"); e.err != nil {
		return
	}
	e.paths = map[string]string{}
	packages := map[string]string{"empty": "./local/testdata/empty"}
	for _, row := range functions.Rows() {
		packages[row.Name] = "./functions/" + row.Name + "/lambda"
	}
	for name, pkg := range packages {
		path := filepath.Join(e.folder, name, "bootstrap")
		command := exec.Command("go", slices.Concat([]string{"build"}, sam.BuildFlags(), []string{"-o", path, pkg})...)
		command.Dir = ".."
		command.Env = append(append(os.Environ(), sam.BuildEnvironment(runtime.GOARCH)...), "GOOS="+runtime.GOOS)
		if said, err := command.CombinedOutput(); err != nil {
			e.err = errors.New(string(said))
			return
		}
		e.paths[name] = path
	}
}

func (e *executables) remove() { os.RemoveAll(e.folder) }

// start runs a function once and gives the time until it was ready.
func start(t testing.TB, path string) time.Duration {
	t.Helper()
	pool := runtimeapi.New(runtimeapi.Function{Name: "start", Path: path, MemoryMB: 512})
	defer pool.Close()
	result, err := pool.Invoke(t.Context(), []byte(`{}`))
	if failure, ok := errors.AsType[*runtimeapi.Error](err); err != nil && (!ok || failure.Type == "Runtime.ExitError") {
		t.Fatal(err)
	}
	return result.Init
}

func median(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}

// startRatio measures a function beside the empty one, in turn, so that both see the same machine.
func startRatio(t testing.TB, path, empty string) (ratio float64, own, base time.Duration) {
	const runs = 9
	var owns, bases []time.Duration
	for range runs {
		bases = append(bases, start(t, empty))
		owns = append(owns, start(t, path))
	}
	own, base = median(owns), median(bases)
	return float64(own) / float64(base), own, base
}

// TestStart bounds the start of each function to twice that of an empty one, measured in the same run. A busy machine gets three tries.
func TestStart(t *testing.T) {
	paths := built.get(t)
	for _, row := range functions.Rows() {
		best := 1e9
		for try := 0; try < 3 && best > 2; try++ {
			ratio, own, base := startRatio(t, paths[row.Name], paths["empty"])
			t.Logf("%s: %v, empty: %v, ratio %.2f", row.Name, own, base, ratio)
			best = min(best, ratio)
		}
		if best > 2 {
			t.Errorf("%s starts %.2f times as slowly as an empty function", row.Name, best)
		}
	}
}

// TestZippedSize bounds what is uploaded.
func TestZippedSize(t *testing.T) {
	const limit = 6_000_000
	paths := built.get(t)
	for _, row := range functions.Rows() {
		content, err := os.ReadFile(paths[row.Name])
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		archive := zip.NewWriter(&out)
		archive.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestCompression) })
		file, err := archive.Create("bootstrap")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := file.Write(content); err != nil {
			t.Fatal(err)
		}
		if err := archive.Close(); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %.1f MB zipped, %.1f MB plain", row.Name, float64(out.Len())/1e6, float64(len(content))/1e6)
		if out.Len() > limit {
			t.Errorf("%s is %d bytes zipped, the limit is %d", row.Name, out.Len(), limit)
		}
	}
}

// TestThousandInvocations calls each executable a thousand times: the last answer is the first, and one process gave them all.
func TestThousandInvocations(t *testing.T) {
	paths := built.get(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Date"] = nil
		w.Header().Set("Content-Type", "application/json")
		w.Write([]byte(`{"n": 1}`))
	}))
	defer server.Close()
	requests := map[string]string{
		"http":   `{"url": "` + server.URL + `"}`,
		"filter": `{"language": "jq", "program": ".a + 1", "input": {"a": 1}}`,
		"api":    `{"routeKey": "GET /x", "requestContext": {"http": {"method": "GET"}, "requestId": "r"}}`,
	}
	for _, row := range functions.Rows() {
		t.Run(row.Name, func(t *testing.T) {
			request := requests[row.Name]
			if request == "" {
				request = `{"datasource": ""}` // refused by the function itself
			}
			pool := runtimeapi.New(runtimeapi.Function{Name: row.Name, Path: paths[row.Name], Timeout: row.Timeout, MemoryMB: row.Memory})
			defer pool.Close()
			first, took := invoked(t, pool, request)
			var last string
			var final time.Duration
			for range 999 {
				last, final = invoked(t, pool, request)
			}
			t.Logf("first %v, thousandth %v: %s", took, final, first)
			if first != last {
				t.Errorf("the first answer was %s, the thousandth %s", first, last)
			}
		})
	}
}

// invoked gives the answer, or the error, as text.
func invoked(t *testing.T, pool *runtimeapi.Pool, request string) (string, time.Duration) {
	t.Helper()
	result, err := pool.Invoke(t.Context(), []byte(request))
	failure, ok := errors.AsType[*runtimeapi.Error](err)
	switch {
	case ok && (failure.Type == "Runtime.ExitError" || failure.Type == "Sandbox.Timedout"):
		t.Fatal(err)
	case ok:
		return string(failure.Payload), result.Duration
	case err != nil:
		t.Fatal(err)
	}
	return string(result.Payload), result.Duration
}

// TestOutOfTime lets the deployed http function wait for a server that does not answer. It knows Lambda's deadline and fails by name just
// before Lambda would end it (what Lambda does then is tested in package runtimeapi).
func TestOutOfTime(t *testing.T) {
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer server.Close()
	defer close(release)
	pool := runtimeapi.New(runtimeapi.Function{Name: "http", Path: built.get(t)["http"], Timeout: 2 * time.Second, MemoryMB: 256})
	defer pool.Close()
	begin := time.Now()
	_, err := pool.Invoke(t.Context(), []byte(`{"url": "`+server.URL+`", "timeoutSeconds": 60}`))
	if failure, ok := errors.AsType[*runtimeapi.Error](err); !ok || failure.Type != "Http.Timeout" {
		t.Errorf("got %v, want Http.Timeout", err)
	}
	if took := time.Since(begin); took > 2*time.Second {
		t.Errorf("it took %v", took)
	}
}
