package engine_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"sync"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/statemachine/engine"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// answers are what the tasks of a recording answered, in the order of the history. Each is given once.
type answers struct {
	mutex sync.Mutex
	list  []*recordedAnswer
}

// recordedAnswer is the end of a task: its details, and the state and the arguments of the task as far as the history tells them.
type recordedAnswer struct {
	details   map[string]any
	timedOut  bool
	state     string
	arguments any
	submitted any // what the answer to handing the task over was
	handed    bool
	given     bool
}

// recordedAnswers reads the ends of tasks. The chain of events before each leads to its arguments and its state, unless the recorder has dropped the
// numbers.
func recordedAnswers(history []map[string]any) *answers {
	byID := map[float64]map[string]any{}
	for _, event := range history {
		if id, ok := event["id"].(float64); ok {
			byID[id] = event
		}
	}
	a := &answers{}
	for _, event := range history {
		for key, field := range event {
			details, ok := field.(map[string]any)
			if !ok || !answersTask(key) {
				continue
			}
			answer := &recordedAnswer{details: details, timedOut: strings.Contains(key, "TimedOut")}
			answer.trace(event, byID)
			a.list = append(a.list, answer)
		}
	}
	return a
}

func (a *recordedAnswer) trace(event map[string]any, byID map[float64]map[string]any) {
	for range len(byID) {
		previous, _ := event["previousEventId"].(float64)
		before, ok := byID[previous]
		if !ok {
			return
		}
		event = before
		if details, ok := event["taskSubmittedEventDetails"].(map[string]any); ok {
			a.submitted, a.handed = details["output"], true
		}
		for _, key := range []string{"taskScheduledEventDetails", "lambdaFunctionScheduledEventDetails", "activityScheduledEventDetails"} {
			if details, ok := event[key].(map[string]any); ok && a.arguments == nil {
				a.arguments = parsed(details["parameters"])
				if a.arguments == nil {
					a.arguments = parsed(details["input"])
				}
			}
		}
		if details, ok := event["stateEnteredEventDetails"].(map[string]any); ok {
			a.state, _ = details["name"].(string)
			return
		}
	}
}

// answersTask tells that details are those of the end of a task.
func answersTask(key string) bool {
	switch key {
	case "taskSucceededEventDetails", "taskFailedEventDetails", "taskTimedOutEventDetails",
		"lambdaFunctionSucceededEventDetails", "lambdaFunctionFailedEventDetails", "lambdaFunctionTimedOutEventDetails",
		"activitySucceededEventDetails", "activityFailedEventDetails", "activityTimedOutEventDetails":
		return true
	}
	return false
}

// give answers the task: at once, or when it has been handed over.
func (answer *recordedAnswer) give(ctx context.Context, clock engine.Clock) (any, error) {
	if !answer.handed {
		return answer.end(ctx, clock)
	}
	output, err := jsonata.Decode([]byte(unparsed(answer.submitted)))
	return &engine.Submitted{Output: output, Wait: func(ctx context.Context) (any, error) { return answer.end(ctx, clock) }}, err
}

// end gives what the task came to.
func (answer *recordedAnswer) end(ctx context.Context, clock engine.Clock) (any, error) {
	if answer.timedOut {
		return nil, engine.Sleep(ctx, clock, 1e6*time.Hour)
	}
	if output, succeeded := answer.details["output"]; succeeded {
		result, err := jsonata.Decode([]byte(unparsed(output)))
		return engine.Whole{Result: result}, err
	}
	name, _ := answer.details["error"].(string)
	return nil, &engine.TaskError{Name: name, Cause: unparsed(answer.details["cause"])}
}

// take chooses the answer for a task: that of the task of the same state with the same arguments, else the next one of the state, else the next one.
func (a *answers) take(r *recording, task engine.Task) *recordedAnswer {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	arguments := parsed(encode(tree(task.Arguments)))
	for _, fits := range []func(*recordedAnswer) bool{
		func(x *recordedAnswer) bool {
			return x.state == task.State && cmp.Equal(x.arguments, r.names.align(x.arguments, arguments))
		},
		func(x *recordedAnswer) bool { return x.state == task.State },
		func(x *recordedAnswer) bool { return true },
	} {
		for _, answer := range a.list {
			if !answer.given && fits(answer) {
				answer.given = true
				return answer
			}
		}
	}
	return nil
}

// unparsed is a text that the recorder may have parsed.
func unparsed(v any) string {
	if text, ok := v.(string); ok || v == nil {
		return text
	}
	return encode(v)
}

func encode(v any) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return err.Error()
	}
	return strings.TrimSuffix(out.String(), "\n")
}
