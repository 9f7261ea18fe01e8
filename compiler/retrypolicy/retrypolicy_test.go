package retrypolicy_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/retrypolicy"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/task"
)

func read(text string) (*retrypolicy.Policy, *source.Reader) {
	reader := &source.Reader{}
	node := reader.Read(source.File{Path: "w.yaml", Bytes: []byte("retry: " + text)}).Get("retry")
	codes := retrypolicy.Reader{Retry: "R1", Time: "T1", Strays: source.Strays{Unknown: "U1", Describes: "D1"}}
	return codes.Read(node), reader
}

// TestNative says policies as retriers.
func TestNative(t *testing.T) {
	all, named := []ir.ErrorMatch{ir.AllErrors}, ir.Named(ir.Timeouts()...)
	for _, c := range []struct {
		policy string
		want   ir.Retrier
	}{
		{"{max_retries: 3, backoff_sec: 5}", ir.Retrier{Errors: all, IntervalSeconds: 5, MaxAttempts: 3, BackoffRate: 1}},
		{"{max_attempts: 3}", ir.Retrier{Errors: all, IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 1}},
		{"{max_retries: 2, strategy: exponential}", ir.Retrier{Errors: all, IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 2}},
		{
			"{max_retries: 2, backoff: {type: exponential_backoff, initial: 2s, multiplier: 3, max: 1m}}",
			ir.Retrier{Errors: all, IntervalSeconds: 2, MaxAttempts: 2, BackoffRate: 3, MaxDelaySeconds: 60},
		},
		{"{max_retries: 2, backoff_sec: 9, max_delay: 9}", ir.Retrier{Errors: all, IntervalSeconds: 9, MaxAttempts: 2, BackoffRate: 1}},
		{"{max_retries: 1, retry_on: [TIMEOUT]}", ir.Retrier{Errors: named, IntervalSeconds: 1, MaxAttempts: 1, BackoffRate: 1}},
		{"{max_retries: 1, retry_on: [503, ALL]}", ir.Retrier{Errors: all, IntervalSeconds: 1, MaxAttempts: 1, BackoffRate: 1}},
	} {
		policy, reader := read(c.policy)
		got := policy.Native(task.HTTP, func(d diag.Reportable) { reader.Report(d) })
		if len(reader.Problems()) > 0 || len(got) == 0 || !reflect.DeepEqual(got[len(got)-1], c.want) {
			t.Errorf("%s\ngot  %+v %v\nwant %+v", c.policy, got, reader.Problems(), c.want)
		}
		// what can never succeed is only left out of policies that do not say what they repeat
		if first := got[0]; (len(got) == 2) == strings.Contains(c.policy, "retry_on") || len(got) == 2 && first.MaxAttempts != 0 {
			t.Errorf("%s: %+v", c.policy, got)
		}
	}
	for _, none := range []string{"{max_retries: 0, backoff_sec: 5}", "{max_attempts: 1}"} {
		if policy, _ := read(none); policy.Native("", nil) != nil {
			t.Errorf("%s repeats", none)
		}
	}
	if (*retrypolicy.Policy)(nil).Native("", nil) != nil {
		t.Error("no policy repeats")
	}
}

// TestReports says what Step Functions cannot do.
func TestReports(t *testing.T) {
	for _, c := range []struct{ policy, code, summary string }{
		{"3", "R1", "a retry policy is a mapping"},
		{"{max_retries: 3, strategy: linear}", "R1", "linear backoff is not available"},
		{"{max_retries: 3, strategy: sometimes}", "R1", `"sometimes" is not a retry strategy`},
		{"{max_retries: -1}", "R1", "the number of retries is negative"},
		{"{max_retries: 100000000}", "R1", "more than 99999999 retries cannot be made"},
		{"{max_retries: 3, max_delay: 400d}", "R1", "the longest pause between attempts is 31622400 seconds, a year"},
		{"{max_retries: 3, backoff_sec: soon}", "T1", `"soon" is not a time`},
		{"{max_retries: 3, backoff_sec: 1.5}", "T1", "the pause between attempts is rounded up to whole seconds"},
		{"{max_retries: 3, retry_on: [oops]}", "R1", `"oops" is not an error that can be retried`},
		{"{max_retrys: 3}", "U1", `"max_retrys" is not a key of a retry policy and has no effect`},
		{"{max_retries: 3, backoff: {kind: fixed}}", "U1", `"kind" is not a key of backoff and has no effect`},
	} {
		policy, reader := read(c.policy)
		_ = policy.Native("", func(d diag.Reportable) { reader.Report(d) })
		if problems := reader.Problems(); len(problems) != 1 || problems[0].Code != c.code || problems[0].Summary != c.summary {
			t.Errorf("%s: %v", c.policy, problems)
		}
	}
}
