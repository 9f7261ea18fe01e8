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

func TestDates(t *testing.T) {
	for _, test := range []struct {
		pattern, input string
		args           map[string]any
		want           string
	}{
		{`EEE d MMM uuuu, HH:mm z`, `"2026-03-01T09:05:00Z"`, map[string]any{"zone": "Europe/Berlin"}, `"Sun 1 Mar 2026, 10:05 CET"`},
		{`d. MMMM`, `"2026-03-01"`, map[string]any{"locale": "de"}, `"1. März"`},
		{`HH:mm:ss.SSSSSS X`, `"2026-03-01 09:05:07.123456"`, nil, `"09:05:07.123456 Z"`},
		{`uuuu-MM-dd HH:mm`, `"01.03.2026 9 Uhr"`, map[string]any{"read": "dd.MM.yyyy H 'Uhr'", "zone": "+02:00"}, `"2026-03-01 11:00"`},
		{`HH:mm`, `"9:05 PM"`, map[string]any{"read": "h:mm a"}, `"21:05"`},
		{`yyyy`, `null`, nil, `null`},
		{`yyyy`, `"0000-00-00 00:00:00"`, nil, `null`},
		{`yyyy`, `[]`, nil, `{}`},
		{`yyyy`, `[["2026-03-01", []], ["2025-03-01"]]`, nil, `{"2025-03-01":"2025","2026-03-01":"2026"}`},
		{`dd.MM.yyyy`, `["2026-03-01", "2026-02-30", "0000-00-00"]`, nil,
			`{"0000-00-00":null,"2026-02-30":{"error":"\"2026-02-30\" is not a date: there is no day 30 in month 2 of the year 2026"},"2026-03-01":"01.03.2026"}`},
	} {
		got, err := run(t, Request{Language: "java.time", Program: test.pattern, Input: json.RawMessage(test.input), Args: test.args})
		if want := `{"output":` + test.want + `}`; err != nil || got != want {
			t.Errorf("%s of %s: got %s, %v; want %s", test.pattern, test.input, got, err, want)
		}
	}
}

func TestDateFailures(t *testing.T) {
	for _, test := range []struct {
		pattern, input string
		args           map[string]any
		name, message  string
	}{
		{`yyyy-MM-ddThh`, `"2026-03-01"`, nil, task.FilterInvalid, "Unknown pattern letter: T"},
		{`yyyy`, `"2026-02-30"`, nil, task.FilterFailed, "no day 30"},
		{`yyyy`, `"soon"`, nil, task.FilterFailed, "ISO 8601"},
		{`pMMMM`, `"2026-03-01"`, nil, task.FilterFailed, "pad width"},
		{`yyyy`, `"2026-03-01"`, map[string]any{"zone": "Bonn"}, task.FilterInvalid, "time zone"},
		{`yyyy`, `"2026-03-01"`, map[string]any{"locale": "fr"}, task.FilterInvalid, `"fr"`},
		{`yyyy`, `"2026-03-01"`, map[string]any{"read": "{"}, task.FilterInvalid, "reserved"},
		{`yyyy`, `"2026-03-01"`, map[string]any{"Zone": "UTC"}, task.RequestInvalid, `"Zone"`},
		{`yyyy`, `7`, nil, task.RequestInvalid, "neither a date"},
		{`yyyy`, `[7]`, nil, task.RequestInvalid, "neither a date"},
	} {
		_, err := run(t, Request{Language: "java.time", Program: test.pattern, Input: json.RawMessage(test.input), Args: test.args})
		if e := task.AsError(err); e == nil || e.Name != test.name || !strings.Contains(e.Message, test.message) {
			t.Errorf("%s of %s: got %v, want %s with %q", test.pattern, test.input, err, test.name, test.message)
		}
	}
}
