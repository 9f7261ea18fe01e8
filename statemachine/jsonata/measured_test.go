package jsonata

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestMeasured evaluates what others have measured on AWS.
func TestMeasured(t *testing.T) {
	file, err := os.Open(filepath.Join(conformanceFolder(), "aws-measured", "expressions.jsonl"))
	if err != nil {
		lacking(t, "answers measured on AWS (set STEPLOOM_CONFORMANCE): "+err.Error())
	}
	defer file.Close()
	passed, rows := 0, 0
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<24)
	for ; lines.Scan(); rows++ {
		var row struct{ ID, Expression, AWS string }
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		if got := measuredOutcome(row.Expression); asMeasured(got, row.AWS) {
			passed++
		} else {
			t.Errorf("%s: %.80s gives %s, on AWS %s", row.ID, row.Expression, got, row.AWS)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	fmt.Printf("measured: %d of %d\n", passed, rows)
}

// measuredOutcome is a value as the service writes it, or FAIL with code and message.
func measuredOutcome(expr string) string {
	e, err := Compile(expr, AWS())
	if err != nil {
		return "FAIL " + err.Error()
	}
	v, err := e.Eval(context.Background(), Undefined, nil)
	switch {
	case err != nil && err.(*Error).Code == "U1001":
		return "FAIL : " + err.(*Error).Message
	case err != nil:
		return "FAIL " + err.Error()
	case IsUndefined(v):
		return "FAIL (undefined)"
	}
	if f, ok := v.(float64); ok && (math.IsNaN(f) || math.IsInf(f, 0)) {
		v = numberText(f)
	}
	return jsonText(v)
}

// asMeasured compares with a row's answer: a failure may be told by its code or by the beginning of its message alone.
func asMeasured(got, want string) bool {
	reason, fails := strings.CutPrefix(want, "FAIL")
	if !fails {
		value, _ := strings.CutSuffix(want, " (accepted)")
		return got == value
	}
	got, failed := strings.CutPrefix(got, "FAIL")
	return failed && (strings.HasPrefix(got, reason) || strings.HasPrefix(strings.TrimPrefix(got, " :"), reason))
}

// TestMeasuredNeighbours tries what lies next to the measured rows and follows from the same rules.
func TestMeasuredNeighbours(t *testing.T) {
	for expr, want := range map[string]string{
		"$count([1..873782])":            "873782",
		"[1..873783] ~> $count()":        "FAIL : Expression evaluation memory limit exceeded: Check for excessive memory usage",
		"$sum([1..900000])":              "FAIL : Expression evaluation memory limit exceeded",
		"$count($range(1, 360145, 1))":   "360145",
		"$count($range(0, -720288, -2))": "360145",
		"$count($range(1, 360146, 1))":   "FAIL : Expression evaluation memory limit exceeded",
		"$length($pad('', 6990256))":     "6990256",
		"$length($pad('', 6990257))":     "FAIL : Expression evaluation memory limit exceeded",
		doubled(22):                      "4194304",
		doubled(23):                      "FAIL : Expression evaluation memory limit exceeded",
		"$count($map([1..100000], function($i){ $pad('', 100) }))":                  "FAIL : Expression evaluation memory limit exceeded",
		"$count($map([1..60000], function($i){ $pad('', 100) }))":                   "60000",
		"$count($map([1..100000], function($i){ {'id': $pad('', 100)} }))":          "FAIL : Expression evaluation memory limit exceeded",
		"$sum($map([1..200000], function($v){ $v * 2 }))":                           "40000200000",
		"$count($filter([1..200000], function($v){ $length($pad('', 200)) > $v }))": "199",
		"$eval('1+1')":                            "FAIL T1006: Attempted to invoke a non-function",
		"1/0":                                     `"Infinity"`,
		"-1/0":                                    `"-Infinity"`,
		"1e308 * 10":                              `"Infinity"`,
		"$parseInteger('', '0')":                  `"NaN"`,
		"$formatNumber(1, 'xyz')":                 "FAIL D3086: The sub-picture must not contain a passive character",
		"$formatNumber(1, '%')":                   "FAIL D3086",
		"$formatNumber(1, '')":                    "FAIL D3085",
		"$formatNumber(1, '0.0;0.0;0.0')":         "FAIL D3080",
		"$formatNumber(1, '0.0.0')":               "FAIL D3081",
		"$formatNumber(1, '0%%')":                 "FAIL D3082",
		"$formatNumber(1, '0‰‰')":                 "FAIL D3083",
		"$formatNumber(1, '0%‰')":                 "FAIL D3084",
		"$formatNumber(1, '0,.0')":                "FAIL D3087",
		"$formatNumber(1, '0,')":                  "FAIL D3088",
		"$formatNumber(1, '0,,0')":                "FAIL D3089",
		"$formatNumber(1, '0#')":                  "FAIL D3090",
		"$formatNumber(1, '##0.0#0')":             "FAIL D3091",
		"$formatNumber(1, '0e0%')":                "FAIL D3092",
		"$formatNumber(1, '#0e')":                 "FAIL D3093",
		"$formatNumber(0.123, '#0.0%')":           `"12.3%"`,
		"$partition([1,2,3])":                     "[[1,2,3]]",
		"$partition([1,2,3], 7)":                  "[[1,2,3]]",
		"$partition([1,2,3], 1.99)":               "[[1],[2],[3]]",
		"$partition([1,2,3], -2)":                 "FAIL D3137: Second argument must be zero or greater",
		"$exists($partition([1,2,3], 0.9))":       "false",
		"$partition(5, 2)":                        `FAIL T0412: Argument 1 of function "partition" must be an array of undefined`,
		"$partition([1], 'x')":                    "FAIL T0410",
		"$partition([1], 2, 3)":                   "FAIL T0410",
		"$exists($partition($states.nothing, 2))": "false",
		"$range(1.7, 5, 1)":                       "[1,2,3,4,5]",
		"$range(10, 0, -2)":                       "[10,8,6,4,2,0]",
		"$range(1, 9, 9)":                         "1",
		"$range(3, 3, -1)":                        "3",
		"$exists($range(1, 5))":                   "false",
		"$exists($range(1, 5, 0.9))":              "false",
		"$range()":                                "FAIL T0410",
		"$range(1, 'x', 1)":                       "FAIL T0410",
		"$count($range(-9223372036854775808, 9223372036854775807, 9223372036854775807))": "3",
		"$range(9007199254740993, 9007199254740995, 1)":                                  "[9007199254740993,9007199254740994,9007199254740995]",
		"$hash('Hello', 'SHA-1')":                                                        `"f7ff9e8b7bb2e09b70935a5d785e0cc5d9d0abf0"`,
		"$hash('Hello', 'SHA1')":                                                         "FAIL D3137: Hash algorithm 'SHA1' must be one of SHA-1, SHA-384, SHA-256, SHA-512, MD5",
		"$hash('a', 5)":                                                                  "FAIL T0410",
		"$hash('a', 'MD5', 'x')":                                                         "FAIL T0410",
		"$hash()":                                                                        "FAIL T0410",
		"$random(-0.9) = $random(0)":                                                     "true",
		"$random(-1) = $random(281474976710655)":                                         "true",
		"$random(1, 2)":                                                                  "FAIL T0410",
		"$random('x')":                                                                   "FAIL T0410",
		"$parse('1.0')":                                                                  "1",
		"$parse('1e2')":                                                                  "100",
		"$parse('[1.5]')":                                                                "[1.5]",
		"$parse('  ')":                                                                   "FAIL D3137: Invalid JSON",
		"$parse('[1,2] [3]')":                                                            "FAIL D3137: Invalid JSON",
		`$parse('{"a":1,"a":2}')`:                                                        "FAIL D3137: Invalid JSON",
		`$parse('[{"a":1,"b":2},{"a":1,"a":2}]')`:                                        "FAIL D3137: Invalid JSON",
		"$parse('123456789012345678901234567890')":                                       "1.2345678901234568e+29",
		"$exists($parse('null'))":                                                        "true",
		"$base64decode('SGVsbG8=')":                                                      `"Hello"`,
		"$base64decode('SGVsbG8')":                                                       `"Hello"`,
		"$base64decode('SGVsbG8==')":                                                     "FAIL U1002",
		"$base64decode('SGVs bG8=')":                                                     "FAIL U1002",
		"$base64decode('SGVsbG-=')":                                                      "FAIL U1002",
		"$string(1e20)":                                                                  `"100000000000000000000"`,
		"$string(1e21)":                                                                  `"1e+21"`,
		"$string(-1.5e20)":                                                               `"-150000000000000000000"`,
		"$string(1/3)":                                                                   `"0.333333333333333"`,
		"$map([1e20, 1e21], $string)":                                                    `["100000000000000000000","1e+21"]`,
		"$sqrt(-1)":                                                                      "FAIL D3060: The sqrt function cannot be applied to a negative number: -1",
		"$sum(['a'])":                                                                    `FAIL T0412: Argument 1 of function "sum" must be an array of "numbers"`,
		"1 + {}":                                                                         `FAIL T2002: The right side of the "+" operator must evaluate to a number`,
	} {
		if got := measuredOutcome(expr); !asMeasured(got, want) {
			t.Errorf("%s gives %s, want %s", expr, got, want)
		}
	}
}

func doubled(n int) string {
	return fmt.Sprintf("($p := function($s, $n){ $n = 0 ? $s : $p($s & $s, $n - 1) }; $length($p('x', %d)))", n)
}
