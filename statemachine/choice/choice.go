package choice

import (
	"strings"
	"time"

	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

// Holds tells whether a value compares with an operand as an operator says, such as NumericLessThan; the operand of one that ends in Path is the value that
// the path leads to. Values are those of package jsonata. Where either is not of the operator's type the answer is no, as it is for an unknown operator.
// IsPresent holds for true: a value that is here is there.
func Holds(operator string, value, operand any) bool {
	operator = strings.TrimSuffix(operator, "Path")
	if is, ok := types[operator]; ok {
		wanted, isBoolean := operand.(bool)
		return isBoolean && is(value) == wanted
	}
	switch {
	case operator == "BooleanEquals":
		a, ok1 := value.(bool)
		b, ok2 := operand.(bool)
		return ok1 && ok2 && a == b
	case operator == "StringMatches":
		text, ok1 := value.(string)
		pattern, ok2 := operand.(string)
		return ok1 && ok2 && Matches(text, pattern)
	}
	for kind, compare := range orders {
		if relation, ok := strings.CutPrefix(operator, kind); ok {
			order, comparable := compare(value, operand)
			return comparable && inOrder(order, relation)
		}
	}
	return false
}

// types are the operators that ask for the type of a value.
var types = map[string]func(value any) bool{
	"IsNull":      func(value any) bool { return value == nil },
	"IsPresent":   func(any) bool { return true },
	"IsNumeric":   isNumber,
	"IsString":    isText,
	"IsBoolean":   isBoolean,
	"IsTimestamp": isTimestamp,
}

func isNumber(value any) bool {
	_, ok := jsonata.Float(value)
	return ok
}

func isText(value any) bool {
	_, ok := value.(string)
	return ok
}

func isBoolean(value any) bool {
	_, ok := value.(bool)
	return ok
}

func isTimestamp(value any) bool {
	_, ok := timestamp(value)
	return ok
}

// orders say how values of a type are ordered: below 0, 0 or above; ok is false where they are not.
var orders = map[string]func(a, b any) (order int, ok bool){
	"String":    compareTexts,
	"Numeric":   jsonata.CompareNumbers,
	"Timestamp": compareTimestamps,
}

// compareTexts orders texts by their UTF-16 code units, as Java does.
func compareTexts(a, b any) (int, bool) {
	x, ok1 := a.(string)
	y, ok2 := b.(string)
	return jsonpath.CompareTexts(x, y), ok1 && ok2
}

func compareTimestamps(a, b any) (int, bool) {
	x, ok1 := timestamp(a)
	y, ok2 := timestamp(b)
	return x.Compare(y), ok1 && ok2
}

// timestamp reads a text of RFC 3339 with an upper-case T and Z.
func timestamp(value any) (time.Time, bool) {
	text, _ := value.(string)
	t, err := time.Parse(time.RFC3339Nano, text)
	return t, err == nil
}

func inOrder(order int, relation string) bool {
	switch relation {
	case "Equals":
		return order == 0
	case "LessThan":
		return order < 0
	case "LessThanEquals":
		return order <= 0
	case "GreaterThan":
		return order > 0
	case "GreaterThanEquals":
		return order >= 0
	}
	return false
}

// Matches tells whether a text fits a pattern of StringMatches: * stands for any number of characters, \* for an asterisk, \\ for a backslash.
func Matches(text, pattern string) bool {
	pieces := Pieces(pattern)
	first, last := pieces[0], pieces[len(pieces)-1]
	if len(pieces) == 1 {
		return text == first
	}
	if len(text) < len(first)+len(last) || !strings.HasPrefix(text, first) || !strings.HasSuffix(text, last) {
		return false
	}
	text = text[len(first) : len(text)-len(last)]
	for _, piece := range pieces[1 : len(pieces)-1] {
		at := strings.Index(text, piece)
		if at < 0 {
			return false
		}
		text = text[at+len(piece):]
	}
	return true
}

// Pieces cuts a pattern of StringMatches at its asterisks, and takes the escapes out of the pieces: one more than there are asterisks.
func Pieces(pattern string) []string {
	var pieces []string
	var piece strings.Builder
	for at := 0; at < len(pattern); at++ {
		switch b := pattern[at]; {
		case b == '\\' && at+1 < len(pattern) && (pattern[at+1] == '*' || pattern[at+1] == '\\'):
			at++
			piece.WriteByte(pattern[at])
		case b == '*':
			pieces = append(pieces, piece.String())
			piece.Reset()
		default:
			piece.WriteByte(b)
		}
	}
	return append(pieces, piece.String())
}
