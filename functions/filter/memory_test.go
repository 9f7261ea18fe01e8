package filter

import (
	"encoding/json"
	"fmt"
	"runtime/debug"
	"sync"
	"testing"
	"time"

	"github.com/steploom/steploom/shared/task"
)

// TestMemory: programs that want more than there is end by name; small ones beside them do not.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("it fills memory")
	}
	function := New()
	for program, want := range map[string]string{
		`[range(1e9)]`:                             task.FilterTimeout,
		`[range(1e9) | tostring]`:                  task.FilterTimeout,
		`"x" | until(false; . + .)`:                task.FilterTimeout,
		`"x" * 1e9`:                                task.FilterFailed,
		`.[5e8] = 1`:                               task.FilterFailed,
		`reduce range(40) as $i (1; [., .])`:       task.PayloadTooLarge,
		`[range(1e5)] | map(tostring) | join("-")`: task.PayloadTooLarge,
		`[range(3e5) | select(. % 1e5 == 0)]`:      "",
	} {
		request, _ := json.Marshal(map[string]any{"language": "jq", "program": program, "timeoutSeconds": 30})
		stop := make(chan struct{})
		var beside sync.WaitGroup
		beside.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if result, err := function.Invoke(t.Context(), []byte(`{"language": "jq", "program": ".a", "input": {"a": 1}}`)); err != nil || string(result) != `{"output":1}` {
					t.Errorf("beside %s: %s, %v", program, result, err)
				}
			}
		})
		begun := time.Now()
		_, err := function.Invoke(t.Context(), request)
		t.Logf("%s: %v", program, time.Since(begun))
		close(stop)
		beside.Wait()
		if name := fmt.Sprint(task.AsError(err)); want == "" && err != nil || want != "" && (err == nil || task.AsError(err).Name != want) {
			t.Errorf("%s: got %s, want %s", program, name, want)
		}
	}
}

// TestGarbageIsNoMemory: a program that leaves much garbage and keeps nothing comes to its end, however seldom garbage is collected.
func TestGarbageIsNoMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("it fills memory")
	}
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	request, _ := json.Marshal(map[string]any{"language": "jq", "program": `reduce range(1e6) as $i (0; . + ($i | tostring | length))`, "timeoutSeconds": 30})
	if result, err := New().Invoke(t.Context(), request); err != nil || string(result) != `{"output":5888890}` {
		t.Errorf("%s, %v", result, err)
	}
}
