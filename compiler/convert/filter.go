package convert

import (
	"strconv"
	"strings"

	"github.com/steploom/steploom/statemachine/jsonpath"
)

// edit is another text for a stretch of a path.
type edit struct {
	jsonpath.Span
	text string
}

// inJayway is the text of steps in Jayway's language, where it differs from that of Step Functions: texts in filters have quotes, and a path by itself
// holds for null, too.
func inJayway(text string, steps []jsonpath.Step) string {
	start := steps[0].At().Start
	var out strings.Builder
	for _, step := range steps {
		for _, e := range stepEdits(text, step) {
			out.WriteString(text[start:e.Start] + e.text)
			start = e.End
		}
	}
	return out.String() + text[start:]
}

func stepEdits(text string, step jsonpath.Step) []edit {
	switch step := step.(type) {
	case *jsonpath.Descend:
		return stepEdits(text, step.Step)
	case *jsonpath.Filter:
		return conditionEdits(text, step.Condition)
	}
	return nil
}

func conditionEdits(text string, condition jsonpath.Condition) []edit {
	switch c := condition.(type) {
	case *jsonpath.Or:
		return append(conditionEdits(text, c.Left), conditionEdits(text, c.Right)...)
	case *jsonpath.And:
		return append(conditionEdits(text, c.Left), conditionEdits(text, c.Right)...)
	case *jsonpath.Not:
		return conditionEdits(text, c.Operand)
	case *jsonpath.Comparison:
		return append(operandEdits(text, c.Left), operandEdits(text, c.Right)...)
	case *jsonpath.Exists:
		if at := c.Path.Span; c.Path.Definite() {
			path := text[at.Start:at.End]
			return []edit{{at, "(" + path + " && " + path + " != null)"}}
		}
	}
	return nil
}

func operandEdits(text string, operand jsonpath.Operand) []edit {
	literal, ok := operand.(*jsonpath.Literal)
	if !ok {
		return nil
	}
	if _, isText := literal.Value.(string); isText && !strings.ContainsAny(text[literal.Start:literal.Start+1], `"'`) {
		return []edit{{literal.Span, strconv.Quote(text[literal.Start:literal.End])}}
	}
	return nil
}
