package apichap

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/expr"
)

// This file tells the paths of listings from other data: function ftp takes a path that it has given itself, of which each name is checked, where any
// other value is a name and no more.

// origins follow where values come from.
type origins struct{ *names }

// pieceOf is the member of a path's piece that holds the value of an expression.
func (n origins) pieceOf(e expression) string {
	if n.isListedPath(e) {
		return "listed"
	}
	return "value"
}

// isListedPath tells whether the value of an expression is always the path of an entry of a listing, or nothing.
func (n origins) isListedPath(e expression) bool {
	return n.followed(e, nil, func(c *call, refer *reference, path *expr.JSONPath) bool {
		var steps []string
		if path != nil {
			steps = path.Steps
		}
		if len(steps) == 0 || !slices.Contains([]string{".path", "['path']", `["path"]`}, steps[len(steps)-1]) {
			return false
		}
		of := n.results[refer.name]
		if of == nil || refer.value != nil || refer.element != 0 {
			return false
		}
		if len(of.loops) == 0 {
			return of.listing && len(steps) == 2 && isEntry(steps[0])
		}
		return len(steps) == 1 && !slices.ContainsFunc(of.loops, func(l *fulfillment) bool { return !n.isListing(l.items) })
	})
}

// isListing tells whether the value of an expression is always entries of a listing, or nothing.
func (n origins) isListing(e expression) bool {
	return n.followed(e, nil, func(c *call, refer *reference, path *expr.JSONPath) bool {
		of := n.results[refer.name]
		return of != nil && refer.value == nil && refer.element == 0 && len(of.loops) == 0 && of.listing &&
			(path == nil || len(path.Steps) == 0 || len(path.Steps) == 1 && isEntry(path.Steps[0]))
	})
}

// isEntry tells whether a step leads from a list to its elements: an index, a slice, a wildcard or a filter.
func isEntry(step string) bool {
	return strings.HasPrefix(step, "[") && !strings.HasPrefix(step, "['") && !strings.HasPrefix(step, `["`)
}

// followed asks about the look into a result that an expression is, through attributes: of those every value must do.
func (n origins) followed(e expression, seen []string, does func(c *call, refer *reference, path *expr.JSONPath) bool) bool {
	c, isCall := e.(*call)
	if !isCall || len(c.arguments) == 0 {
		return false
	}
	switch c.method.name {
	case "ATTRIBUTE":
		name := c.arguments[0].text
		info := n.attributes[name]
		if info == nil || len(info.values) == 0 || slices.Contains(seen, name) {
			return false
		}
		return !slices.ContainsFunc(info.values, func(value expression) bool { return !n.followed(value, append(slices.Clip(seen), name), does) })
	case "VALUE", "GET_JSON":
		refer := c.arguments[0].refer
		last := c.arguments[len(c.arguments)-1]
		if refer == nil || len(c.arguments) > 1 && last.path == nil {
			return false
		}
		var path *expr.JSONPath
		if last.path != nil {
			path = last.path.parsed
		}
		return does(c, refer, path)
	}
	return false
}
