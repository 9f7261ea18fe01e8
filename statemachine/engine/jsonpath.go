package engine

import (
	"strings"

	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// neutral tells whether a state means the same in JSONPath mode as in JSONata mode, because none of its fields is read by the query language. Such
// states may stand in a machine whose other states are in JSONata mode.
func neutral(source asl.State) bool {
	switch s := source.(type) {
	case *asl.Pass:
		return s.Output == nil && (s.Assign == nil || plain(s.Assign))
	case *asl.Succeed:
		return s.Output == nil
	case *asl.Fail:
		return constantText(s.Error.Data()) && constantText(s.Cause.Data())
	case *asl.Wait:
		return s.Output == nil && s.Assign == nil && constantText(s.Seconds.Data()) && constantText(s.Timestamp.Data())
	default:
		return false
	}
}

func constantText(v any) bool {
	text, ok := v.(string)
	if !ok {
		return true
	}
	_, expression := asl.Source(text)
	return !expression && !strings.HasPrefix(text, "$")
}

// plain tells that data holds neither a path nor an expression.
func plain(data any) bool {
	switch v := data.(type) {
	case string:
		_, expression := asl.Source(v)
		return !expression
	case []any:
		for _, item := range v {
			if !plain(item) {
				return false
			}
		}
	case *jsonata.Object:
		for key, field := range v.All() {
			if strings.HasSuffix(key, ".$") || !plain(field) {
				return false
			}
		}
	}
	return true
}
