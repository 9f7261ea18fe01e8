package expr

import (
	"slices"
	"strings"
	"unicode"
)

// MaxVariable is the longest variable name that Step Functions takes, in characters.
const MaxVariable = 80

// Identifier makes a variable name of any text: what is not a letter, a digit or "_" becomes "_". A name that JSONata gives to one of
// its functions, or that Step Functions reserves, gets "_value" behind it, since variables and functions share their names.
func Identifier(text string) string {
	name := strings.Map(func(character rune) rune {
		if character == '_' || unicode.IsLetter(character) || unicode.IsDigit(character) {
			return character
		}
		return '_'
	}, text)
	switch {
	case name == "":
		return "_"
	case unicode.IsDigit([]rune(name)[0]):
		name = "_" + name
	}
	if IsReserved(name) {
		name += "_value"
	}
	return name
}

// IsReserved tells whether a variable of this name would hide a function or the "states" and "param" of an execution.
func IsReserved(name string) bool {
	_, found := slices.BinarySearch(reserved(), name)
	return found
}

// reserved lists, in order, the functions of JSONata 2.0.6, those that Step Functions adds, and the variables every execution has.
func reserved() []string {
	return []string{
		"abs", "append", "assert", "average", "base64decode", "base64encode", "boolean", "ceil", "clone", "contains", "count",
		"decodeUrl", "decodeUrlComponent", "distinct", "each", "encodeUrl", "encodeUrlComponent", "error", "eval", "exists", "filter",
		"floor", "formatBase", "formatInteger", "formatNumber", "fromMillis", "hash", "join", "keys", "length", "lookup", "lowercase",
		"map", "match", "max", "merge", "millis", "min", "not", "now", "number", "pad", "param", "parse", "parseInteger", "partition",
		"power", "random", "range", "reduce", "replace", "reverse", "round", "shuffle", "sift", "single", "sort", "split", "spread",
		"sqrt", "states", "string", "substring", "substringAfter", "substringBefore", "sum", "toMillis", "trim", "type", "uppercase",
		"uuid", "value", "zip",
	}
}
