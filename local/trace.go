package local

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/engine"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// Trace gathers the states that an execution passes. Observe is to be its observer; the zero Trace is ready to use.
type Trace struct {
	mutex sync.Mutex
	start time.Time
	rows  []traceRow
	// row and depth of each event, by id, for those that come after it.
	row, depth map[int64]int
}

// traceRow is one visit of a state.
type traceRow struct {
	name, kind      string
	depth           int
	entered, exited time.Duration // since the start; exited is negative while the state runs
	function        string        // that a Task state calls
	note            string        // the error of a failure
}

// Observe takes one event of the history.
func (t *Trace) Observe(e engine.Event) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.row == nil {
		t.start, t.row, t.depth = e.Timestamp, map[int64]int{}, map[int64]int{}
	}
	row, depth := t.row[e.PreviousEventID], t.depth[e.PreviousEventID]
	switch details := e.Details.(type) {
	case engine.StateEntered:
		kind, _ := strings.CutSuffix(e.Type, "StateEntered")
		t.rows = append(t.rows, traceRow{name: details.Name, kind: kind, depth: depth, entered: e.Timestamp.Sub(t.start), exited: -1})
		row = len(t.rows)
	case engine.StateExited:
		row = t.running(details.Name, row)
		if row > 0 {
			t.rows[row-1].exited = e.Timestamp.Sub(t.start)
		}
		depth = t.depthOf(row)
	case engine.MapIteration: // it follows the iteration before, not the Map
		row = t.running(details.Name, row)
		depth = t.depthOf(row)
		if e.Type == "MapIterationStarted" {
			depth++
		}
	case engine.TaskScheduled:
		t.called(row, details.Parameters)
	case engine.TaskFailed:
		t.note(row, details.Error)
	case engine.Failed:
		t.note(row, details.Error)
	case engine.EvaluationFailed:
		t.note(row, details.Error)
	}
	if e.Type == "ParallelStateStarted" {
		depth++
	}
	t.row[e.ID], t.depth[e.ID] = row, depth
}

// running gives the row of the latest visit of a state that has not been left, looked for upwards from a row.
func (t *Trace) running(name string, from int) int {
	for i := from; i > 0; i-- {
		if row := &t.rows[i-1]; row.name == name && row.exited < 0 {
			return i
		}
	}
	return from
}

func (t *Trace) depthOf(row int) int {
	if row == 0 {
		return 0
	}
	return t.rows[row-1].depth
}

// called notes which function a Task state calls.
func (t *Trace) called(row int, parameters any) {
	arguments, ok := parameters.(*jsonata.Object)
	if row == 0 || !ok {
		return
	}
	name, _ := arguments.Get("FunctionName")
	if text, ok := name.(string); ok {
		t.rows[row-1].function = cmp.Or(task.FunctionOf(text), text)
	}
}

func (t *Trace) note(row int, text string) {
	if row > 0 && text != "" {
		t.rows[row-1].note = text
	}
}

// States is the number of states entered so far.
func (t *Trace) States() int {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	return len(t.rows)
}

// Current is the name of the state entered last, and how long ago before now.
func (t *Trace) Current(now time.Time) (name string, since time.Duration) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	for i := len(t.rows) - 1; i >= 0; i-- {
		if row := t.rows[i]; row.exited < 0 {
			return row.name, now.Sub(t.start) - row.entered
		}
	}
	return "", 0
}

// Write prints a line for each state: when it was entered, how long it took, its name and its type.
func (t *Trace) Write(w io.Writer) error {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	width := 0
	for _, row := range t.rows {
		width = max(width, 2*row.depth+utf8.RuneCountInString(row.name))
	}
	for _, row := range t.rows {
		name := strings.Repeat("  ", row.depth) + row.name
		padding := strings.Repeat(" ", width-utf8.RuneCountInString(name))
		line := fmt.Sprintf("  %10s  %s%s  %10s  %s", "+"+Milliseconds(row.entered), name, padding, took(row), row.kind)
		for _, extra := range []string{row.function, row.note} {
			if extra != "" {
				line += "  " + extra
			}
		}
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	return nil
}

func took(row traceRow) string {
	if row.exited < 0 {
		return "not left"
	}
	return Milliseconds(row.exited - row.entered)
}

// Milliseconds writes a duration for people: "0.42 ms", "17.0 ms", "2.1 s".
func Milliseconds(d time.Duration) string {
	ms := float64(d) / float64(time.Millisecond)
	switch {
	case ms >= 1000:
		return fmt.Sprintf("%.1f s", ms/1000)
	case ms >= 10:
		return fmt.Sprintf("%.0f ms", ms)
	default:
		return fmt.Sprintf("%.2f ms", ms)
	}
}
