package ir

import (
	"strings"
	"unicode"
)

// MaxName is the longest name that Step Functions accepts for a state and for a variable, in characters.
const MaxName = 80

// Identifier makes a variable name of any text: letters, digits and underscores, not starting with a digit, at most MaxName long, and not
// the name of a function. Different texts can give the same name; the caller keeps them apart.
func Identifier(text string) string {
	var name strings.Builder
	for _, letter := range text {
		switch {
		case letter == '_' || unicode.IsLetter(letter):
			name.WriteRune(letter)
		case unicode.IsDigit(letter) && name.Len() > 0:
			name.WriteRune(letter)
		case unicode.IsDigit(letter):
			name.WriteString("_" + string(letter))
		default:
			name.WriteByte('_')
		}
	}
	identifier := truncate(name.String(), MaxName)
	if identifier == "" || IsReserved(identifier) {
		return identifier + "_"
	}
	return identifier
}

// IsIdentifier tells whether a text can name a variable.
func IsIdentifier(name string) bool { return name != "" && Identifier(name) == name }

// IsReserved tells whether a name means something in an expression already: $states, or a function of JSONata 2.0.6 or of Step Functions.
func IsReserved(name string) bool {
	switch name {
	case "states", "parse", "partition", "range", "hash", "random", "uuid",
		"string", "length", "substring", "substringBefore", "substringAfter", "uppercase", "lowercase", "trim", "pad", "contains", "split",
		"join", "match", "replace", "eval", "base64encode", "base64decode", "encodeUrlComponent", "encodeUrl", "decodeUrlComponent", "decodeUrl",
		"number", "formatNumber", "formatBase", "formatInteger", "parseInteger", "abs", "floor", "ceil", "round", "power", "sqrt",
		"sum", "max", "min", "average", "boolean", "not", "exists",
		"count", "append", "sort", "reverse", "shuffle", "distinct", "zip",
		"keys", "lookup", "spread", "merge", "sift", "each", "error", "assert", "type", "map", "filter", "single", "reduce",
		"now", "millis", "fromMillis", "toMillis", "clone":
		return true
	default:
		return false
	}
}

// truncate cuts a text after n characters.
func truncate(text string, n int) string {
	count := 0
	for at := range text {
		if count == n {
			return text[:at]
		}
		count++
	}
	return text
}
