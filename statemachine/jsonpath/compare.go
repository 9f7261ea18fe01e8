package jsonpath

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// This file compares the two sides of a filter as Jayway's evaluators do.

// errIncomparable says that Jayway stops at a comparison, so that the element is not taken, whatever the rest of the filter says.
var errIncomparable = &Failure{Reason: "The values of this filter cannot be compared"}

func (e *evaluation) compare(left side, operator string, right side) (bool, error) {
	switch operator {
	case "==":
		return equal(left, right), nil
	case "!=":
		return !equal(left, right), nil
	case "===":
		return kindOf(left.value) == kindOf(right.value) && equal(left, right), nil
	case "!==":
		return kindOf(left.value) != kindOf(right.value) || !equal(left, right), nil
	case "<", "<=", ">", ">=":
		order, ok := ordered(left.value, right.value)
		return ok && inOrder(order, operator), nil
	case "=~":
		return e.matches(left, right)
	case "contains":
		return e.contains(left.value, right)
	case "in", "nin":
		return e.in(left, operator, right)
	case "subsetof", "anyof", "noneof":
		return e.sets(left.value, operator, right.value)
	case "size":
		return hasSize(left.value, right.value), nil
	case "empty":
		return isEmpty(left.value, right.value)
	default: // Jayway has these operators, and cannot evaluate them
		return false, errIncomparable
	}
}

func inOrder(order int, operator string) bool {
	return order < 0 && operator[0] == '<' || order > 0 && operator[0] == '>' || order == 0 && len(operator) == 2
}

// kind is what Jayway makes of a value in a filter.
type kind int

const (
	kindUndefined kind = iota
	kindNull
	kindBoolean
	kindNumber
	kindText
	kindStructure // a list or an object
)

func kindOf(value any) kind {
	switch value.(type) {
	case nil:
		return kindNull
	case bool:
		return kindBoolean
	case string:
		return kindText
	case []any, *jsonata.Object:
		return kindStructure
	}
	if jsonata.IsUndefined(value) {
		return kindUndefined
	}
	return kindNumber
}

// equal is ==: a number on the left is equal to a text that is that number, a text on the left to the number that is written so. A list or an object that
// is written in the filter is equal to a value only on the right.
func equal(left, right side) bool {
	a, b := kindOf(left.value), kindOf(right.value)
	switch {
	case a == kindUndefined || b == kindUndefined:
		return false
	case a == kindNumber && b == kindText:
		number, ok := decimal(right.value.(string))
		order, _ := jsonata.CompareNumbers(left.value, number)
		return ok && order == 0
	case a == kindText && b == kindNumber:
		return left.value == numberText(right)
	case a == kindStructure && left.literal != nil:
		return false
	default:
		return a == b && jsonata.Equal(left.value, right.value)
	}
}

// numberText is the text of a number, as it is written where that is known.
func numberText(s side) string {
	if s.literal != nil {
		if written, ok := s.literal.Value.(json.Number); ok {
			return string(written)
		}
	}
	text, _ := jsonata.Encode(s.value)
	return string(text)
}

// decimal reads a text that is a number and nothing else, as java.math.BigDecimal does.
func decimal(text string) (any, bool) {
	if text == "" || strings.Trim(text, "+-.eE0123456789") != "" {
		return nil, false
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		value, err := jsonata.ValueOf(n)
		return value, err == nil
	}
	f, err := strconv.ParseFloat(text, 64)
	return f, err == nil
}

// ordered orders two numbers, or two texts by their UTF-16 code units.
func ordered(left, right any) (order int, ok bool) {
	if a, isText := left.(string); isText {
		b, isText := right.(string)
		return CompareTexts(a, b), isText
	}
	return jsonata.CompareNumbers(left, right)
}

// CompareTexts orders two texts by their UTF-16 code units, as Java does: -1, 0 or 1.
func CompareTexts(a, b string) int {
	at := 0
	for at < len(a) && at < len(b) && a[at] == b[at] {
		at++
	}
	for at > 0 && at < max(len(a), len(b)) && (at < len(a) && !utf8.RuneStart(a[at]) || at < len(b) && !utf8.RuneStart(b[at])) {
		at--
	}
	if at == len(a) || at == len(b) {
		return sign(len(a) - len(b))
	}
	return sign(int(firstUnit(a[at:])) - int(firstUnit(b[at:])) + tie(a[at:], b[at:]))
}

// firstUnit is the first UTF-16 code unit of a text.
func firstUnit(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	if high, _ := utf16.EncodeRune(r); high != utf8.RuneError {
		return high
	}
	return r
}

// tie orders two characters that begin with the same code unit.
func tie(a, b string) int {
	first, _ := utf8.DecodeRuneInString(a)
	second, _ := utf8.DecodeRuneInString(b)
	if firstUnit(a) != firstUnit(b) {
		return 0
	}
	return int(first - second)
}

func sign(n int) int { return min(max(n, -1), 1) }

// contains looks for a text in a text, or for a value in a list.
func (e *evaluation) contains(whole any, part side) (bool, error) {
	switch whole := whole.(type) {
	case string:
		text, ok := part.value.(string)
		return ok && strings.Contains(whole, text), nil
	case []any:
		return e.member(part, whole)
	}
	return false, nil
}

// member tells whether a value is in a list.
func (e *evaluation) member(value side, list []any) (bool, error) {
	for _, item := range list {
		if err := e.visit(1); err != nil {
			return false, err
		}
		if equal(side{value: value.value}, side{value: item}) {
			return true, nil
		}
	}
	return false, nil
}

func (e *evaluation) in(left side, operator string, right side) (bool, error) {
	var found bool
	switch list := right.value.(type) {
	case []any:
		var err error
		if found, err = e.member(left, list); err != nil {
			return false, err
		}
	case *jsonata.Object:
	default:
		return false, errIncomparable
	}
	return found == (operator == "in"), nil
}

// sets compares two lists, member by member.
func (e *evaluation) sets(left any, operator string, right any) (bool, error) {
	others, ok := right.([]any)
	items, both := left.([]any)
	switch {
	case !ok || !both:
		if kindOf(right) == kindStructure && (!ok || kindOf(left) == kindStructure) {
			return false, nil
		}
		return false, errIncomparable
	}
	common := 0
	for _, item := range items {
		found, err := e.member(side{value: item}, others)
		if err != nil {
			return false, err
		}
		if found {
			common++
		}
	}
	switch operator {
	case "subsetof":
		return common == len(items), nil
	case "anyof":
		return common > 0, nil
	default:
		return common == 0, nil
	}
}

// hasSize compares the length of a text or a list with a number.
func hasSize(value, size any) bool {
	wanted, ok := jsonata.Float(size)
	if !ok {
		return false
	}
	switch value := value.(type) {
	case string:
		return textLength(value) == int(wanted)
	case []any:
		return len(value) == int(wanted)
	case *jsonata.Object:
		return int(wanted) == -1
	}
	return false
}

// textLength is the length of a text in UTF-16 code units.
func textLength(text string) int {
	n := 0
	for _, r := range text {
		n += max(utf16.RuneLen(r), 1)
	}
	return n
}

// isEmpty asks whether a text, a list or an object has nothing in it.
func isEmpty(value, wanted any) (bool, error) {
	size := -1
	switch value := value.(type) {
	case string:
		size = len(value)
	case []any:
		size = len(value)
	case *jsonata.Object:
		size = value.Len()
	default:
		return false, nil
	}
	answer, ok := wanted.(bool)
	if !ok {
		return false, errIncomparable
	}
	return (size == 0) == answer, nil
}
