package sam

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// opened is data of a definition with its expressions parsed: a text between delimiters becomes its jsonata.Node, and where that only builds an
// object or a list of constants and other nodes, the object or list.
func opened(value any) any {
	switch value := value.(type) {
	case []any:
		items := make([]any, len(value))
		for i, item := range value {
			items[i] = opened(item)
		}
		return items
	case *jsonata.Object:
		object := jsonata.NewObject()
		for key, member := range value.All() {
			object.Set(key, opened(member))
		}
		return object
	case string:
		for formula := range asl.ExpressionsIn(value) {
			return openedNode(formula.Node)
		}
	}
	return value
}

func openedNode(node jsonata.Node) any {
	switch n := node.(type) {
	case *jsonata.String:
		return n.Value
	case *jsonata.Boolean:
		return n.Value
	case *jsonata.Null:
		return nil
	case *jsonata.ArrayConstructor:
		items := make([]any, len(n.Items))
		for i, item := range n.Items {
			items[i] = openedNode(item)
		}
		return items
	case *jsonata.ObjectConstructor:
		object := jsonata.NewObject()
		for _, pair := range n.Pairs {
			key, constant := pair.Key.(*jsonata.String)
			if !constant {
				return node
			}
			object.Set(key.Value, openedNode(pair.Value))
		}
		return object
	}
	return node
}

// valuesAt finds what stands in opened data at a field's path (see task.Field). An expression on the way stands for all that is below it.
func valuesAt(data any, path []string) []any {
	if _, computed := data.(jsonata.Node); computed || len(path) == 0 {
		return []any{data}
	}
	var found []any
	switch data := data.(type) {
	case []any:
		for _, item := range data {
			if path[0] == "*" {
				found = append(found, valuesAt(item, path[1:])...)
			}
		}
	case *jsonata.Object:
		for key, member := range data.All() {
			if path[0] == "*" || path[0] == key {
				found = append(found, valuesAt(member, path[1:])...)
			}
		}
	}
	return found
}

// held finds the values of all fields of a function's request that hold something.
func held(row task.Row, payload any, holds task.Holds) []any {
	var found []any
	for _, field := range row.Request {
		if field.Holds == holds {
			found = append(found, valuesAt(payload, strings.Split(field.Name, "."))...)
		}
	}
	return found
}

// holdsComputed tells whether one of the values is known as the execution runs.
func holdsComputed(values []any) bool {
	return slices.ContainsFunc(values, func(value any) bool {
		_, isExpression := value.(jsonata.Node)
		return isExpression
	})
}

// texts are the constant texts among values, without empty ones.
func texts(values []any) []string {
	var found []string
	for _, value := range values {
		if text, ok := value.(string); ok && text != "" {
			found = append(found, text)
		}
	}
	return found
}
