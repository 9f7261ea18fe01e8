// Package duration reads lengths of time as workflow documents write them: numbers of a unit, or texts such as 30s, 10m, 24h and 7d.
package duration

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
)

// Longest is what Step Functions can count to, in seconds (States Language, "Timeouts", "Wait State").
const Longest = 99_999_999

// Parse reads Go's durations, and days ("1d") and weeks ("2w"); none of them negative.
func Parse(text string) (time.Duration, bool) {
	text = strings.TrimSpace(text)
	for suffix, unit := range map[string]time.Duration{"d": 24 * time.Hour, "w": 7 * 24 * time.Hour} {
		if digits, ok := strings.CutSuffix(text, suffix); ok {
			count, err := strconv.ParseFloat(digits, 64)
			if err != nil || !(count >= 0 && count <= 10_000) { // NaN is refused too
				return 0, false
			}
			return time.Duration(count * float64(unit)), true
		}
	}
	length, err := time.ParseDuration(text)
	return length, err == nil && length >= 0
}

// Reader reads scalars, and reports under a code what is no time or cannot be counted.
type Reader struct{ Code report.Code }

// Seconds reads a number of units, so many seconds each, or a duration, and rounds it up to whole seconds, of which it warns. It is 0 for nil.
func (r Reader) Seconds(node *source.Node, unit float64) int {
	value := r.Exact(node, unit)
	whole := math.Ceil(value)
	if whole != value {
		node.Report(r.Code.Warning(node.Range, "%s is rounded up to %v seconds", source.Text(node), whole).Why("Step Functions counts in whole seconds."))
	}
	return int(whole)
}

// Exact reads the same without rounding. It is 0 for nil, and for what is no time.
func (r Reader) Exact(node *source.Node, unit float64) float64 {
	if node == nil {
		return 0
	}
	text := source.Text(node)
	value, err := strconv.ParseFloat(text, 64)
	value *= unit
	if length, ok := Parse(text); err != nil && ok {
		value = length.Seconds()
	} else if err != nil {
		value = -1
	}
	switch {
	case value > Longest:
		node.Report(r.Code.Error(node.Range, "%s is longer than Step Functions can count", text).Why("The longest time is %d seconds, about three years.", Longest))
	case value >= 0:
		return value
	default:
		node.Report(r.Code.Error(node.Range, "%q is not a time", text).Fix("write seconds, or a duration such as 30s, 10m, 24h or 7d"))
	}
	return 0
}
