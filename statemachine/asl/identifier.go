package asl

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// MaxName is the longest name that Step Functions accepts for a state and for a variable, in characters.
const MaxName = 80

// Identifier makes a variable name of any text, the one rule for every language that is compiled: a letter, a digit or an underscore stays,
// any other character becomes an underscore; a name that would start with a digit gets an underscore in front; what is longer than MaxName
// is cut; a reserved name (see IsReserved) and the empty text get an underscore at the end. Different texts can give the same name; the
// caller keeps them apart. (Step Functions, "Passing data between states with variables", reserved variables and names.)
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
	identifier := Cut(name.String(), MaxName)
	if identifier == "" || IsReserved(identifier) {
		return identifier + "_"
	}
	return identifier
}

// FreeIdentifier makes a variable name of a text that is not taken yet: that of the text, or else of its beginning with a number behind it.
func FreeIdentifier(text string, taken func(name string) bool) string {
	name := Identifier(text)
	for number := 2; taken(name); number++ {
		name = Identifier(Cut(text, MaxName-10) + "_" + strconv.Itoa(number))
	}
	return name
}

// IsIdentifier tells whether a text can name a variable as it is.
func IsIdentifier(name string) bool { return name != "" && Identifier(name) == name }

// IsReserved tells whether a name means something in every expression already: $states, and each function of JSONata and of Step Functions.
func IsReserved(name string) bool { return name == "states" || jsonata.IsFunction(name) }

// Cut keeps the first n characters of a text.
func Cut(text string, n int) string {
	count := 0
	for at := range text {
		if count == n {
			return text[:at]
		}
		count++
	}
	return text
}
