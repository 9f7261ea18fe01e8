package engine

import (
	"math"
	"strconv"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// The service's limits in bytes of JSON text (UTF-8), and in events.
const (
	maxData      = 262_144          // one state's input or output, one variable, one Assign
	maxVariables = 10 * 1024 * 1024 // all variables of an execution
	maxEvents    = 25_000           // history of a Standard execution

	// what one evaluation may allocate in all; the service's limit on a single value is that of jsonata.AWS
	expressionMemory = 128 << 20
	// what a path or an intrinsic function may give, as JSON text; more than a state can hand on
	maxFound = 16 << 20
)

// sizeOf is the number of bytes of a value as compact JSON.
func sizeOf(value any) int { return sizeWithin(value, math.MaxInt) }

// sizeWithin is the size of a value, or something above the limit as soon as it is known to be larger.
func sizeWithin(value any, limit int) int {
	switch v := value.(type) {
	case nil:
		return 4
	case bool:
		if v {
			return 4
		}
		return 5
	case float64:
		return numberSize(v)
	case int64:
		return len(strconv.FormatInt(v, 10))
	case string:
		return textSize(v)
	case []any:
		n := 2 + max(0, len(v)-1)
		for _, item := range v {
			if n += sizeWithin(item, limit-n); n > limit {
				break
			}
		}
		return n
	case *jsonata.Object:
		n := 2 + max(0, v.Len()-1)
		for key, field := range v.All() {
			if n += textSize(key) + 1 + sizeWithin(field, limit-n); n > limit {
				break
			}
		}
		return n
	default:
		return len(jsonText(v))
	}
}

func textSize(s string) int {
	n := 2 + len(s)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= 0x20 && c != '"' && c != '\\':
		case c == '"' || c == '\\' || c == '\n' || c == '\r' || c == '\t' || c == '\b' || c == '\f':
			n++
		default:
			n += 5
		}
	}
	return n
}

// notFinite is more than any size: that of a value with a number that JSON cannot hold.
const notFinite = 1 << 40

// finite is a value with its numbers that JSON cannot hold as texts, the way the service hands them on: "Infinity", "-Infinity", "NaN".
func finite(value any) any {
	switch v := value.(type) {
	case float64:
		switch {
		case math.IsInf(v, 1):
			return "Infinity"
		case math.IsInf(v, -1):
			return "-Infinity"
		case math.IsNaN(v):
			return "NaN"
		}
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = finite(item)
		}
		return list
	case *jsonata.Object:
		object := jsonata.NewObject()
		for key, field := range v.All() {
			object.Set(key, finite(field))
		}
		return object
	}
	return value
}

func numberSize(v float64) int {
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return notFinite
	}
	if v == math.Trunc(v) && math.Abs(v) < 1e15 {
		n := 1
		if v < 0 {
			n++
		}
		for v = math.Abs(v); v >= 10; v = math.Floor(v / 10) {
			n++
		}
		return n
	}
	var buffer [32]byte
	return len(strconv.AppendFloat(buffer[:0], v, 'g', -1, 64))
}
