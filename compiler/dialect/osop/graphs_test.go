package osop_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/steploom/steploom/internal/property"
	"github.com/steploom/steploom/statemachine/engine"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// event is the start or the end of a call.
type event struct {
	node    string
	starts  bool
	seen    map[string]any
	outcome outcome
}

// worker answers the calls of a drawn graph in virtual time and keeps what happened.
type worker struct {
	g      *drawnGraph
	clock  *engine.Virtual
	mutex  sync.Mutex
	runs   map[string]int
	events []event
}

func (w *worker) note(e event) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.events = append(w.events, e)
}

func (w *worker) answer(called engine.Task, _ int) (any, error) {
	payload := called.Payload.(*jsonata.Object)
	id, _ := payload.Get("node")
	given, _ := payload.Get("inputs")
	seen := map[string]any{}
	if inputs, ok := given.(*jsonata.Object); ok {
		for name, value := range inputs.All() {
			seen[name] = plain(value)
		}
	}
	w.note(event{node: id.(string), starts: true, seen: seen})
	w.mutex.Lock()
	w.runs[id.(string)]++
	run := w.runs[id.(string)]
	w.mutex.Unlock()
	var n int
	if _, err := fmt.Sscanf(id.(string), "n%d", &n); err != nil {
		w.clock.Wait(context.Background(), w.clock.Now().Add(time.Second), nil)
		w.note(event{node: id.(string)})
		return "undone", w.failure(map[bool]string{true: "Undo.Failed"}[w.g.fails[id.(string)]])
	}
	node := w.g.nodes[n]
	w.clock.Wait(context.Background(), w.clock.Now().Add(time.Duration(node.takes)*time.Second), nil)
	o := node.outcome(run)
	w.note(event{node: id.(string), outcome: o})
	if o.err != "" {
		return nil, w.failure(o.err)
	}
	value := jsonata.NewObject()
	value.Set("by", id)
	value.Set("run", float64(run))
	value.Set("v", o.word)
	if !node.shares {
		return value, nil
	}
	both := one(id.(string), value)
	both.Set("shared", sharedAnswer(n, run, ""))
	return both, nil
}

func (w *worker) failure(name string) error {
	if name == "" {
		return nil
	}
	return &engine.TaskError{Name: name, Cause: `{"errorMessage":"no","errorType":"` + name + `"}`}
}

// plain turns the engine's values into those of the interpreter.
func plain(value any) any {
	switch value := value.(type) {
	case *jsonata.Object:
		made := map[string]any{}
		for name, field := range value.All() {
			made[name] = plain(field)
		}
		return made
	case float64:
		return int(value)
	case int64:
		return int(value)
	default:
		return value
	}
}

// followRun follows the events of a run; the interpreter then knows the first thing that is not as the graph says.
func followRun(g *drawnGraph, events []event, result engine.Result) *interpreter {
	in := newInterpreter(g)
	for _, e := range events {
		var n int
		_, err := fmt.Sscanf(e.node, "n%d", &n)
		switch {
		case err != nil && e.starts:
			in.undo(e.node)
		case err != nil:
		case e.starts:
			in.start(n, e.seen)
		default:
			in.end(n, e.outcome)
		}
	}
	if result.Status == engine.Succeeded {
		in.finish()
	} else {
		in.fails(result.Error)
	}
	return in
}

// tally counts what came up in random runs.
type tally map[string]int

func (t tally) add(in *interpreter, result engine.Result) {
	t["graphs"]++
	for what, came := range map[string]bool{
		"not determined": in.open, "failed": result.Status != engine.Succeeded, "undone": len(in.undone) > 0, "jumped back": slices.Max(append(in.taken, 0)) > 0,
		"had a failure and succeeded": result.Status == engine.Succeeded && in.failed > 0, "ran nodes at once": in.beside,
	} {
		if came {
			t[what]++
		}
	}
}

// TestGraphsRunAsTheInterpreterSays compiles random graphs with failures, error, fallback and compensation edges, cycles and compared data, runs
// the definitions, and compares each run with an interpreter of the graph.
func TestGraphsRunAsTheInterpreterSays(t *testing.T) {
	seen := tally{}
	property.Check(t, func(rt *rapid.T) {
		g := drawGraph(rt)
		output, found := compileText(g.text())
		if found.HasErrors() {
			rt.Fatalf("%s\n%s", describe(found), g.text())
		}
		w := &worker{g: g, clock: engine.NewVirtual(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)), runs: map[string]int{}}
		r := &runner{t: t, output: output, attempts: map[string]int{}, tokens: engine.NewTokens(), clock: w.clock, answer: w.answer}
		result := r.run(decoded(t, "{}"))
		w.mutex.Lock()
		defer w.mutex.Unlock()
		in := followRun(g, w.events, result)
		seen.add(in, result)
		if in.problem != "" && !in.open {
			var course []string
			for _, e := range w.events {
				if e.starts {
					course = append(course, e.node)
				} else {
					course = append(course, "/"+e.node+" "+e.outcome.err)
				}
			}
			rt.Fatalf("%s\n%s %s %s\n%s\n%s", in.problem, result.Status, result.Error, result.Cause, strings.Join(course, " "), g.text())
		}
	})
	t.Logf("MODEL: %v", seen)
	if seen["not determined"]*20 > seen["graphs"] {
		t.Errorf("%d of %d runs are not determined by their graphs", seen["not determined"], seen["graphs"])
	}
}
