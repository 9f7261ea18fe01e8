package sam_test

import (
	"testing"

	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// resolve evaluates the expressions of a value.
func resolve(t *testing.T, value any) any {
	t.Helper()
	switch value := value.(type) {
	case []any:
		items := make([]any, len(value))
		for i, item := range value {
			items[i] = resolve(t, item)
		}
		return items
	case *jsonata.Object:
		members := map[string]any{}
		for key, member := range value.All() {
			members[key] = resolve(t, member)
		}
		return members
	case string:
		source, ok := asl.Source(value)
		if !ok {
			return value
		}
		expression, err := jsonata.Compile(source)
		if err != nil {
			t.Fatal(err)
		}
		result, err := expression.Eval(t.Context(), nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		return result
	}
	return value
}
