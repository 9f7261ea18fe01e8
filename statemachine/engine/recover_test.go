package engine_test

import (
	"testing"

	"github.com/steploom/steploom/statemachine/engine"
)

// TestRetryHistory checks that a Map or Parallel that is tried again has failed only once, at the end: its next attempt follows what failed.
func TestRetryHistory(t *testing.T) {
	fail := `"F":{"Type":"Fail","Error":"Boom"}`
	retry := `"Retry":[{"ErrorEquals":["Boom"],"MaxAttempts":1}]`
	r := scenario{definition: mapOf(`"Items":[1],`+retry, fail)}.run(t)
	fails(t, r, "Boom", "")
	follows(t, r, "1<0 ExecutionStarted", "2<0 MapStateEntered",
		"3<2 MapStateStarted", "4<3 MapIterationStarted", "5<4 FailStateEntered", "6<5 MapIterationFailed",
		"7<5 MapStateStarted", "8<7 MapIterationStarted", "9<8 FailStateEntered", "10<9 MapIterationFailed", "11<9 MapStateFailed", "12<11 ExecutionFailed")

	r = scenario{definition: `"P":{"Type":"Parallel",` + retry + `,"Catch":[{"ErrorEquals":["States.ALL"],"Next":"Z"}],"End":true,
		"Branches":[{"StartAt":"F","States":{` + fail + `}}]},"Z":{"Type":"Succeed"}`}.run(t)
	succeeds(t, r, `{"Cause":"","Error":"Boom"}`)
	follows(t, r, "1<0 ExecutionStarted", "2<0 ParallelStateEntered", "3<2 ParallelStateStarted", "4<3 FailStateEntered",
		"5<4 ParallelStateStarted", "6<5 FailStateEntered", "7<6 ParallelStateFailed", "8<7 ParallelStateExited",
		"9<8 SucceedStateEntered", "10<9 SucceedStateExited", "11<10 ExecutionSucceeded")
}

// TestRetryEventNumbers checks that causes name the event that a state was entered with, and that the limit of events counts what is in the history.
func TestRetryEventNumbers(t *testing.T) {
	r := scenario{definition: mapOf(`"Items":[1],"Retry":[{"ErrorEquals":["States.QueryEvaluationError"],"MaxAttempts":2}]`,
		`"I":{"Type":"Pass","Output":"{% $states.input.nothing %}","End":true}`)}.run(t)
	fails(t, r, "States.QueryEvaluationError", "the state 'I' (entered at the event id #15)")

	r = scenario{definition: mapOf(`"Items":[1],"Retry":[{"ErrorEquals":["Boom"],"MaxAttempts":99999,"IntervalSeconds":1,"BackoffRate":1}]`, `"F":{"Type":"Fail","Error":"Boom"}`)}.run(t)
	fails(t, r, "States.Runtime", "maximum number of history events")
	kinds := map[string]int{}
	for _, e := range r.History {
		kinds[e.Type]++
	}
	if kinds["MapStateFailed"] != 0 || kinds["MapStateStarted"] != 6250 || r.Events != 25_000 {
		t.Errorf("%d events, among them %v", r.Events, kinds)
	}
}

// TestRetryCount checks that the context object counts retries in states that have Retry, and only there.
func TestRetryCount(t *testing.T) {
	read := `"{% $exists($states.context.State.RetryCount) ? $states.context.State.RetryCount : 'none' %}"`
	for definition, want := range map[string]string{
		`"S":{"Type":"Pass","Output":` + read + `,"End":true}`:                                                                    `"none"`,
		`"S":{"Type":"Succeed","Output":` + read + `}`:                                                                            `"none"`,
		`"S":{"Type":"Wait","Seconds":1,"Output":` + read + `,"End":true}`:                                                        `"none"`,
		`"S":{"Type":"Choice","Choices":[{"Condition":true,"Next":"Z","Output":` + read + `}]},"Z":{"Type":"Succeed"}`:            `"none"`,
		`"S":{` + invokeTask + `,"Output":` + read + `,"End":true}`:                                                               "0",
		`"S":{"Type":"Parallel","Branches":[{"StartAt":"B","States":{"B":{"Type":"Succeed"}}}],"Output":` + read + `,"End":true}`: "0",
		mapOf(`"Items":[1],"Output":`+read, `"I":{"Type":"Succeed"}`):                                                             "0",
		mapOf(`"Items":[1],"ItemSelector":`+read, `"I":{"Type":"Succeed","Output":["{% $states.input %}",`+read+`]}`):             `[[0,"none"]]`,
		mapOf(`"Items":[1]`, `"I":{`+invokeTask+`,"Output":`+read+`,"End":true}`):                                                 "[0]",
	} {
		succeeds(t, scenario{definition: definition, invoke: failing(0, nil)}.run(t), want)
	}
	r := scenario{definition: `"S":{"Type":"Fail","Error":` + read + `}`}.run(t)
	if r.Status != engine.Failure || r.Error != "none" {
		t.Errorf("%s %q %q", r.Status, r.Error, r.Cause)
	}
}
