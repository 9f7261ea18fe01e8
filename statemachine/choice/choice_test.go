package choice_test

import (
	"testing"

	"github.com/steploom/steploom/internal/pace"
	"github.com/steploom/steploom/statemachine/choice"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// TestHolds lists comparisons as JSON: value, operator, operand, and whether it holds.
func TestHolds(t *testing.T) {
	for _, row := range []struct {
		value, operator, operand string
		holds                    bool
	}{
		{`"a"`, "StringEquals", `"a"`, true},
		{`"a"`, "StringEqualsPath", `"A"`, false},
		{`"a"`, "StringLessThan", `"b"`, true},
		{`"B"`, "StringLessThan", `"a"`, true},
		{`"\uffee"`, "StringGreaterThan", `"\ud83d\ude00"`, true}, // UTF-16 code units
		{`1`, "StringLessThan", `"b"`, false},
		{`"1"`, "NumericEquals", `1`, false},
		{`1.0`, "NumericEquals", `1`, true},
		{`9007199254740993`, "NumericGreaterThan", `9007199254740992`, true},
		{`9223372036854775807`, "NumericEquals", `9223372036854775806`, false},
		{`true`, "NumericEquals", `1`, false},
		{`2`, "NumericLessThanEqualsPath", `"3"`, false},
		{`false`, "BooleanEquals", `false`, true},
		{`"false"`, "BooleanEquals", `false`, false},
		{`"2016-08-18T17:33:00Z"`, "TimestampEquals", `"2016-08-18T19:33:00+02:00"`, true},
		{`"2016-08-18T17:33:00.001Z"`, "TimestampGreaterThan", `"2016-08-18T17:33:00Z"`, true},
		{`"2016-08-18t17:33:00z"`, "TimestampEquals", `"2016-08-18T17:33:00Z"`, false},
		{`"2016-08-18"`, "TimestampLessThan", `"2017-08-18T17:33:00Z"`, false},
		{`"2016-08-18T17:33:00"`, "IsTimestamp", `true`, false},
		{`"2016-08-18T17:33:00-01:30"`, "IsTimestamp", `true`, true},
		{`null`, "IsTimestamp", `false`, true},
		{`null`, "IsPresent", `true`, true},
		{`null`, "IsNull", `"true"`, false},
		{`"log-2024.txt"`, "StringMatches", `"log-*.txt"`, true},
		{`"log-.txt"`, "StringMatches", `"log-*.txt"`, true},
		{`"log.txt"`, "StringMatches", `"log-*.txt"`, false},
		{`"*"`, "StringMatches", `"\\*"`, true},
		{`"a"`, "StringMatches", `"\\*"`, false},
		{`"a\\b"`, "StringMatches", `"a\\\\b"`, true},
		{`"aa"`, "StringMatches", `"a*a"`, true},
		{`"a"`, "StringMatches", `"a*a"`, false},
		{`""`, "StringMatches", `"*"`, true},
		{`"abcabd"`, "StringMatches", `"*ab*d"`, true},
		{`"a?"`, "StringMatches", `"a?"`, true},
		{`1`, "StringMatches", `"*"`, false},
		{`1`, "Equals", `1`, false},
		{`1`, "NumericAlmost", `1`, false},
	} {
		if holds := choice.Holds(row.operator, decode(t, row.value), decode(t, row.operand)); holds != row.holds {
			t.Errorf("%s %s %s gives %t", row.value, row.operator, row.operand, holds)
		}
	}
}

// TestRelations tries every relation of every type on three values in order.
func TestRelations(t *testing.T) {
	ordered := map[string][3]any{
		"String": {"a", "b", "c"}, "Numeric": {-1.5, 2.0, int64(1) << 60}, "Timestamp": {"2016-08-18T17:33:00Z", "2016-08-18T17:34:00+00:00", "2016-08-18T20:33:00+01:00"},
	}
	for kind, values := range ordered {
		for i, a := range values {
			for j, b := range values {
				for relation, want := range map[string]bool{
					"Equals": i == j, "LessThan": i < j, "LessThanEquals": i <= j, "GreaterThan": i > j, "GreaterThanEquals": i >= j,
				} {
					if got := choice.Holds(kind+relation, a, b); got != want {
						t.Errorf("%v %s%s %v gives %t", a, kind, relation, b, got)
					}
				}
			}
		}
	}
}

// FuzzMatches compares with matching by trying everything, and looks at the time that long patterns take.
func FuzzMatches(f *testing.F) {
	f.Add("aab", "a*b")
	f.Add("a*b", `a\*b`)
	f.Add("abab", "*ab*ab")
	f.Fuzz(func(t *testing.T, text, pattern string) {
		pace.Linear(t, pattern, func(long string) { choice.Matches(long+text, long) })
		if len(text) > 20 || len(pattern) > 12 {
			return
		}
		if got, want := choice.Matches(text, pattern), tried(text, pattern); got != want {
			t.Errorf("%q matches %q: %t", text, pattern, got)
		}
	})
}

func tried(text, pattern string) bool {
	switch {
	case pattern == "":
		return text == ""
	case pattern[0] == '*':
		return tried(text, pattern[1:]) || text != "" && tried(text[1:], pattern)
	case len(pattern) > 1 && pattern[0] == '\\' && (pattern[1] == '*' || pattern[1] == '\\'):
		pattern = pattern[1:]
	}
	return text != "" && text[0] == pattern[0] && tried(text[1:], pattern[1:])
}

func decode(t *testing.T, text string) any {
	t.Helper()
	value, err := jsonata.Decode([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return value
}
