package filter

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/steploom/steploom/shared/task"
)

func run(t *testing.T, request Request) (string, error) {
	t.Helper()
	payload, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	result, err := New().Invoke(context.Background(), payload)
	return string(result), err
}

func TestJQ(t *testing.T) {
	records := `[{"id":1,"status":"pending","age_days":31},{"id":2,"status":"done","age_days":40},{"id":12345678901234567890,"status":"pending","age_days":2}]`
	for _, test := range []struct {
		program, input string
		args           map[string]any
		collect        bool
		want           string
	}{
		{`[.[] | select(.status == "pending" and .age_days > 30)]`, records, nil, false, `[{"age_days":31,"id":1,"status":"pending"}]`},
		{`.[].id`, records, nil, false, `[1,2,12345678901234567890]`},
		{`.[0].id`, records, nil, false, `1`},
		{`.[0].id`, records, nil, true, `[1]`},
		{`empty`, records, nil, false, `null`},
		{`empty`, records, nil, true, `[]`},
		{`[.[] | select(.age_days > $least) | .id]`, records, map[string]any{"least": 35}, false, `[2]`},
		{`$ARGS.named.a.b`, `null`, map[string]any{"a": map[string]any{"b": "<x>"}}, false, `"<x>"`},
		{`.id, .id + 1, -.id, (.id | tostring), ([.id, 5] | max), (.id == 1234567890123456788)`, `{"id":1234567890123456789}`, nil, false,
			`[1234567890123456789,1234567890123456790,-1234567890123456789,"1234567890123456789",1234567890123456789,false]`},
		{`[.[] | select(.id == $id)] | group_by(.id) | .[0][0].id`, `[{"id":1234567890123456789},{"id":1234567890123456788}]`,
			map[string]any{"id": json.Number("1234567890123456789")}, false, `1234567890123456789`},
		{`{"\(.b)": .a, x: .a}`, `{"b":1234567890123456789,"a":1}`, nil, false, `{"1234567890123456789":1,"x":1}`},
		{`.a`, `{"a":1.0}`, nil, false, `1.0`},
		{`$ENV`, `null`, nil, false, `{}`},
		{`., halt, .`, `1`, nil, false, `1`},
	} {
		got, err := run(t, Request{Language: "jq", Program: test.program, Input: json.RawMessage(test.input), Args: test.args, Collect: test.collect})
		if want := `{"output":` + test.want + `}`; err != nil || got != want {
			t.Errorf("%s: got %s, %v; want %s", test.program, got, err, want)
		}
	}
}

func TestFailures(t *testing.T) {
	const endless = 0.1 // seconds for programs without an end; the others have all the time they need
	for _, test := range []struct {
		program, name, message string
		seconds                float64
	}{
		{`.[`, task.FilterInvalid, "unexpected", 60},
		{`nothing`, task.FilterInvalid, "nothing/0", 60},
		{`$missing`, task.FilterInvalid, "$missing", 60},
		{`import "a" as a; 1`, task.FilterInvalid, "module", 60},
		{`.a`, task.FilterFailed, "expected an object", 60},
		{`error("no")`, task.FilterFailed, "no", 60},
		{`input`, task.FilterFailed, "break", 60},
		{`range(1e9)`, task.FilterTimeout, "100000 results", 60},
		{`last(range(1e12))`, task.FilterTimeout, "within 100ms", endless},
		{`def f: f; f`, task.FilterTimeout, "within 100ms", endless},
		{`"x" * 300000`, task.PayloadTooLarge, "limit", 60},
	} {
		_, err := run(t, Request{Language: "jq", Program: test.program, Input: json.RawMessage("1"), TimeoutSeconds: test.seconds})
		if e := task.AsError(err); e == nil || e.Name != test.name || !strings.Contains(e.Message, test.message) {
			t.Errorf("%s: got %v, want %s with %q", test.program, err, test.name, test.message)
		}
	}
	if _, err := run(t, Request{Language: "perl"}); task.AsError(err).Name != task.RequestInvalid {
		t.Errorf("an unknown language: %v", err)
	}
}
