package schema

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// keyword says what one constraint asks of a value.
type keyword struct {
	name string
	// on is the JSON type of the values that it speaks of, as $type names it; "" are all.
	on string
	// words follow the name of the value: "must be at least 1".
	words func(limit any) string
	// fails is true of a value of the type that breaks the constraint, nil when none can.
	fails func(value jsonata.Node, limit any) jsonata.Node
}

// keywordNamed finds the row of a constraint.
func keywordNamed(name string) (keyword, bool) {
	for _, row := range keywords() {
		if row.name == name {
			return row, true
		}
	}
	return keyword{}, false
}

// keywords is the table of the constraints on one value (JSON Schema Validation 2020-12, section 6).
func keywords() []keyword {
	return []keyword{
		{"enum", "", oneOfWords, notIn},
		{"minimum", "number", saying("must be at least %s"), comparison("<")},
		{"maximum", "number", saying("must be at most %s"), comparison(">")},
		{"exclusiveMinimum", "number", saying("must be more than %s"), comparison("<=")},
		{"exclusiveMaximum", "number", saying("must be less than %s"), comparison(">=")},
		{"multipleOf", "number", saying("must be a multiple of %s"), notMultiple},
		{"minLength", "string", counting("must have at least", "character", "characters"), measured("length", "<")},
		{"maxLength", "string", counting("must have at most", "character", "characters"), measured("length", ">")},
		{"pattern", "string", saying("must match the pattern %s"), func(value jsonata.Node, pattern any) jsonata.Node {
			translated, err := Regex(pattern.(string))
			if err != nil || translated == "" {
				return nil // reported where it was read
			}
			return build.Not(build.Call("contains", value, build.Regex(translated, "")))
		}},
		{"format", "", formatWords, formatFails},
		{"minItems", "array", counting("must have at least", "item", "items"), measured("count", "<")},
		{"maxItems", "array", counting("must have at most", "item", "items"), measured("count", ">")},
		{"uniqueItems", "array", func(any) string { return "must not have the same item twice" }, notUnique},
		{"minProperties", "object", counting("must have at least", "property", "properties"), members("<")},
		{"maxProperties", "object", counting("must have at most", "property", "properties"), members(">")},
	}
}

func saying(format string) func(any) string {
	return func(limit any) string { return fmt.Sprintf(format, limitText(limit)) }
}

func counting(what, one, several string) func(any) string {
	return func(limit any) string {
		if text := limitText(limit); text != "1" {
			return what + " " + text + " " + several
		}
		return what + " 1 " + one
	}
}

// limitText is a literal as messages show it.
func limitText(limit any) string {
	switch limit := limit.(type) {
	case string:
		return limit
	case float64:
		return strconv.FormatFloat(limit, 'f', -1, 64)
	}
	text, err := jsonata.Encode(limit)
	if err != nil {
		return fmt.Sprint(limit)
	}
	return string(text)
}

func comparison(operator string) func(jsonata.Node, any) jsonata.Node {
	return func(value jsonata.Node, limit any) jsonata.Node {
		return build.Binary(value, operator, build.Literal(limit))
	}
}

func measured(function, operator string) func(jsonata.Node, any) jsonata.Node {
	return func(value jsonata.Node, limit any) jsonata.Node {
		return build.Binary(build.Call(function, value), operator, build.Literal(limit))
	}
}

func members(operator string) func(jsonata.Node, any) jsonata.Node {
	return func(value jsonata.Node, limit any) jsonata.Node {
		return build.Binary(build.Call("count", build.Call("keys", value)), operator, build.Literal(limit))
	}
}

func notUnique(value jsonata.Node, wanted any) jsonata.Node {
	if wanted != true {
		return nil
	}
	return build.Binary(build.Call("count", build.Call("distinct", value)), "<", build.Call("count", value))
}

// notIn is true of what is none of a list of literals. Only = compares what lies inside of objects and arrays.
func notIn(value jsonata.Node, choices any) jsonata.Node {
	var scalars, equal []jsonata.Node
	for _, choice := range choices.([]any) {
		switch choice.(type) {
		case []any, *jsonata.Object:
			equal = append(equal, build.Binary(value, "=", build.Literal(choice)))
		default:
			scalars = append(scalars, build.Literal(choice))
		}
	}
	if len(scalars) > 0 {
		equal = append(equal, build.Binary(value, "in", build.List(scalars...)))
	}
	return build.Not(build.Any(equal...))
}

func oneOfWords(choices any) string {
	var texts []string
	for _, choice := range choices.([]any) {
		texts = append(texts, limitText(choice))
	}
	if len(texts) == 1 {
		return "must be " + texts[0]
	}
	return "must be one of " + strings.Join(texts, ", ")
}

// notMultiple divides whole numbers exactly; of a fraction it looks for the nearest multiple, which has as many decimals as the step.
func notMultiple(value jsonata.Node, step any) jsonata.Node {
	size, fraction := step.(float64)
	if !fraction || size == math.Trunc(size) {
		return build.Binary(build.Binary(value, "%", build.Literal(step)), "!=", build.Number(0))
	}
	_, decimals, _ := strings.Cut(strconv.FormatFloat(size, 'f', -1, 64), ".")
	nearest := build.Binary(build.Call("round", build.Binary(value, "/", build.Literal(step))), "*", build.Literal(step))
	return build.Binary(build.Call("round", nearest, build.Number(float64(len(decimals)))), "!=", value)
}
