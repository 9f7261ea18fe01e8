package engine

import (
	"strings"

	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// neutral tells whether a state means the same in JSONPath mode as in JSONata mode, because none of its fields is read by the query language. Such
// states may stand in a machine whose other states are in JSONata mode.
func neutral(source asl.State) bool {
	if p := asl.ProcessingOf(source); p != nil && !p.IsZero() {
		return false
	}
	switch s := source.(type) {
	case *asl.Pass:
		return s.Result == nil && s.Output == nil && (s.Assign == nil || plain(s.Assign))
	case *asl.Succeed:
		return s.Output == nil
	case *asl.Fail:
		return !s.ErrorPath.IsPresent() && !s.CausePath.IsPresent()
	case *asl.Wait:
		return s.Assign == nil && !s.SecondsPath.IsPresent() && !s.TimestampPath.IsPresent()
	default:
		return false
	}
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
