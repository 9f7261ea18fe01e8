package apichap

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/steploom/steploom/compiler/ir"
	jsonschema "github.com/steploom/steploom/compiler/schema"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// TestComparisonsWithNull tries every pair of operands, of every kind that is known beforehand or is not, against what the language says: null
// equals null and nothing else, an order with null is false, and what is missing is null.
func TestComparisonsWithNull(t *testing.T) {
	const data = `{"param": {"none": null, "n": 5, "s": "x", "num": "5", "t": null, "b": null, "l": null}, "body": {"n": 5, "null": null, "s": "x", "num": "5", "list": [], "flag": false},
		"attributes": {"anone": null, "an": 5}, "push_status": null, "pull_status": 5}`
	operands := []struct {
		source string
		value  any // nil is null
	}{
		{"PARAM(none)", nil}, {"PARAM(n)", 5.0}, {"PARAM(s)", "x"}, {"PARAM(num)", "5"}, {"PARAM(t)", nil}, {"PARAM(b)", nil}, {"PARAM(l)", nil},
		{"BODY($.none)", nil}, {"BODY($.null)", nil}, {"BODY($.n)", 5.0}, {"BODY($.s)", "x"}, {"BODY($.num)", "5"}, {"BODY($.flag)", false}, {"BODY($.deep.none)", nil},
		{"ATTRIBUTE(anone)", nil}, {"ATTRIBUTE(an)", 5.0}, {"STATUSCODE(push)", nil}, {"STATUSCODE(pull)", 5.0},
		{"NULL()", nil}, {"INTEGER(5)", 5.0}, {"INTEGER(6)", 6.0}, {"TEXT(x)", "x"}, {"TEXT(5)", "5"}, {"TEXT(\"\")", ""}, {"BOOLEAN(false)", false},
		{"BODY($.none) + INTEGER(1)", nil}, {"BODY($.n) + INTEGER(0)", 5.0},
	}
	var kinds []ir.Parameter
	for name, kind := range map[string]string{"n": "integer", "t": "string", "b": "boolean", "l": "array"} {
		kinds = append(kinds, ir.Parameter{Name: name, In: "query", Schema: &jsonschema.Schema{Types: []string{kind}}})
	}
	for _, left := range operands {
		for _, right := range operands {
			for _, operator := range []string{"==", "!=", "<", "<=", ">", ">="} {
				b := newBench(t, data)
				b.scope.names.operation.described = &described{parameters: kinds}
				condition := left.source + " " + operator + " " + right.source
				node := b.reader.Read(source.File{Path: "a.yaml", Bytes: []byte("- " + quoteYAML(condition))}).Items()[0]
				lowered := b.scope.condition(parseExpression(node))
				_, number := asNumber(left.value)
				_, numbers := asNumber(right.value)
				if operator[0] != '=' && operator[0] != '!' && number != numbers && left.value != nil && right.value != nil {
					continue // between a number, or a text that is one, and another text there is none
				}
				if b.reader.Problems().HasErrors() { // only of an order that there is none of
					if operator == "==" || operator == "!=" {
						t.Errorf("%s: %s", condition, b.reader.Problems()[0].Summary)
					}
					continue
				}
				if got, want := b.evaluate(t, lowered), fmt.Sprint(compared(left.value, operator, right.value)); got != want {
					t.Errorf("%s is %s, want %s: %s", condition, got, want, jsonata.Print(lowered))
				}
			}
		}
	}
}

// compared is what the language says of two values.
func compared(left any, operator string, right any) bool {
	x, xIsNumber := asNumber(left)
	y, yIsNumber := asNumber(right)
	equal := left == right || xIsNumber && yIsNumber && x == y
	switch operator {
	case "==":
		return equal
	case "!=":
		return !equal
	}
	if xIsNumber && yIsNumber {
		return ordered(x, operator, y)
	}
	a, isText := left.(string)
	b, areTexts := right.(string)
	return isText && areTexts && ordered(a, operator, b)
}

// asNumber reads a text as a number beside a number, or beside another text that is one.
func asNumber(value any) (float64, bool) {
	switch value := value.(type) {
	case float64:
		return value, true
	case string:
		number, err := strconv.ParseFloat(value, 64)
		return number, err == nil
	}
	return 0, false
}

func ordered[V float64 | string](a V, operator string, b V) bool {
	switch operator {
	case "<":
		return a < b
	case "<=":
		return a <= b
	case ">":
		return a > b
	default:
		return a >= b
	}
}
