//go:build unix

package engine_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/steploom/steploom/statemachine/engine"
)

// aim is how many times as fast as the peer the engine is meant to be, and floor what fails the test: a noisy machine may halve a ratio.
const (
	aim   = 20
	floor = aim / 2
)

// peerScenario is one measurement: the definition here, and its twin in JSONPath mode, which is all that the peer knows.
type peerScenario struct {
	name, definition, twin string
	input                  any
	units                  float64
	unit                   string
}

func peerScenarios() []peerScenario {
	jsonPath := func(definition string) string {
		return strings.Replace(definition, `"QueryLanguage":"JSONata",`, "", 1)
	}
	return []peerScenario{
		{"chain of 10 Pass states", chain(10), jsonPath(chain(10)), object("a", 1.0), 10, "states/s"},
		{"Map over 1,000 items with a task", mapOfTasks, strings.Replace(jsonPath(mapOfTasks), `"Items":"{% $states.input.items %}"`, `"ItemsPath":"$.items"`, 1), thousand(), 1000, "iterations/s"},
		{"Choice and Parallel", choiceAndParallel, strings.Replace(jsonPath(choiceAndParallel), `"Condition":"{% $states.input.a = 1 %}"`, `"Variable":"$.a","NumericEquals":1`, 1), object("a", 1.0), 1, "executions/s"},
	}
}

// TestFasterThanPeer measures the engine and aws-local-stepfunctions in turn, three rounds each, and compares the medians: executions per second of
// processor time, which other work on the machine disturbs little. The peer keeps no history, so none is kept here either; the numbers with history
// are reported beside.
func TestFasterThanPeer(t *testing.T) {
	needsPeer(t)
	for _, s := range peerScenarios() {
		var ours, kept, peers []float64
		for range 3 {
			peers = append(peers, s.units*peerRate(t, s))
			ours = append(ours, s.units*engineRate(t, s, engine.Options{NoHistory: true, Express: true}))
			kept = append(kept, s.units*engineRate(t, s, engine.Options{}))
		}
		here, withHistory, there := median(ours), median(kept), median(peers)
		t.Logf("%-33s %9.0f %s here (%.0f with history), %7.0f by aws-local-stepfunctions: %.0f times as fast (%.0f with history)",
			s.name, here, s.unit, withHistory, there, here/there, withHistory/there)
		if here < floor*there {
			t.Errorf("%s: not %d times as fast; the aim is %d", s.name, floor, aim)
		}
	}
}

// needsPeer skips the test when the peer is not installed, or fails it where everything has to be there.
func needsPeer(t *testing.T) {
	if testing.Short() {
		t.Skip("not in a short run: it measures beside the peer")
	}
	missing := ""
	if _, err := exec.LookPath("node"); err != nil {
		missing = "node is not installed"
	} else if _, err := os.Stat(filepath.Join(os.Getenv("STEPLOOM_NODE_MODULES"), "aws-local-stepfunctions")); err != nil {
		missing = "the npm package aws-local-stepfunctions is not in $STEPLOOM_NODE_MODULES"
	}
	switch {
	case missing == "":
	case os.Getenv("STEPLOOM_REQUIRE_SERVERS") == "1":
		t.Fatal(missing)
	default:
		t.Skip(missing)
	}
}

const measured = 400 * time.Millisecond

// peerRate is the executions per second of the peer.
func peerRate(t *testing.T, s peerScenario) float64 {
	t.Helper()
	var definition map[string]any
	if err := json.Unmarshal([]byte(strings.ReplaceAll(s.twin, `"QueryLanguage":"JSONata",`, "")), &definition); err != nil {
		t.Fatal(err)
	}
	request, err := json.Marshal(map[string]any{"definition": definition, "input": s.input, "seconds": measured.Seconds()})
	if err != nil {
		t.Fatal(err)
	}
	node := exec.CommandContext(t.Context(), "node", filepath.Join("testdata", "peer.cjs"))
	node.Stdin = bytes.NewReader(request)
	var problems bytes.Buffer
	node.Stderr = &problems
	out, err := node.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, problems.String())
	}
	rate, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
	if err != nil {
		t.Fatal(err)
	}
	return rate
}

func engineRate(t *testing.T, s peerScenario, options engine.Options) float64 {
	t.Helper()
	program, err := engine.PrepareJSON([]byte(s.definition))
	if err != nil {
		t.Fatal(err)
	}
	host := engine.Host{Invoker: engine.InvokerFunc(double)}
	executions, spent := 0, time.Duration(0)
	for begun := processorTime(t); spent < measured; spent = processorTime(t) - begun {
		for range 1 + int(1000/s.units) {
			if r := engine.Run(t.Context(), program, s.input, host, options); r.Status != engine.Succeeded {
				t.Fatalf("%s %s", r.Error, r.Cause)
			}
			executions++
		}
	}
	return float64(executions) / spent.Seconds()
}

// processorTime is the time that all processors have spent on this process, garbage collection included.
func processorTime(t *testing.T) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		t.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}
