// Package eventpattern writes the patterns by which Amazon EventBridge picks events (EventBridge User Guide, "Amazon EventBridge event patterns").
package eventpattern

import (
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// Of is the pattern of events that come from a source, have a type, and hold what a mapping of fields says: a value, a list of the values that they
// may have, or a mapping of inner fields. What is empty or nil does not matter; the pattern is empty when nothing does.
func Of(from, detailType string, fields *source.Node) *jsonata.Object {
	pattern := jsonata.NewObject()
	if from != "" {
		pattern.Set("source", []any{from})
	}
	if detailType != "" {
		pattern.Set("detail-type", []any{detailType})
	}
	if fields != nil {
		pattern.Set("detail", detail(fields))
	}
	return pattern
}

// detail makes every value a list of the allowed ones.
func detail(node *source.Node) any {
	switch node.Kind {
	case source.Mapping:
		fields := jsonata.NewObject()
		for _, entry := range node.Entries() {
			fields.Set(entry.Name, detail(entry.Value))
		}
		return fields
	case source.Sequence:
		return source.JSON(node, source.Scalars)
	default:
		return []any{source.JSON(node, source.Scalars)}
	}
}
