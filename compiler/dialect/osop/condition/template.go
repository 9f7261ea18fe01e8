package condition

import (
	"strings"

	"github.com/steploom/steploom/compiler/expr"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// This file knows texts that expressions stand in.

// references are ${{…}}, ${…} and {{…}}. Empty ones are text.
func references() []expr.Form {
	return []expr.Form{{Open: "${{", Close: "}}", Begins: notClosing}, {Open: "${", Close: "}", Begins: notClosing}, {Open: "{{", Close: "}}", Begins: notClosing}}
}

// InTexts is how texts hold expressions: ${…} and {{…}}.
func InTexts() expr.Placeholders { return expr.Placeholders{Forms: references()} }

// InPaths is how addresses hold them: {name} too.
func InPaths() expr.Placeholders {
	return expr.Placeholders{Forms: append(references(), expr.Form{Open: "{", Close: "}", Begins: startsWithName})}
}

func notClosing(rest string) bool { return !strings.HasPrefix(rest, "}") }

func startsWithName(rest string) bool {
	name := strings.TrimLeft(rest, nameLetters)
	return len(name) < len(rest) && strings.HasPrefix(name, "}")
}

// Split takes a text apart at ${…} and {{…}}. What is never closed is text.
func Split(text string) []expr.Piece {
	pieces, err := InTexts().Split(expr.Verbatim(text, 0))
	if err != nil {
		end := 0
		if len(pieces) > 0 {
			end = pieces[len(pieces)-1].End
		}
		pieces = append(pieces, Plain(text[end:]))
	}
	return pieces
}

// Plain is a piece of text without references.
func Plain(text string) expr.Piece { return expr.Piece{Text: expr.Verbatim(text, 0)} }

// Only gives the inside of a text that is one reference and nothing else.
func Only(pieces []expr.Piece) (inside string, ok bool) {
	if len(pieces) != 1 || pieces[0].Form == nil {
		return "", false
	}
	return pieces[0].Text.Value, true
}

// Whole gives the inside of a text that is one reference, or else the text itself.
func Whole(text string) string {
	if inside, isReference := Only(Split(text)); isReference {
		return inside
	}
	return text
}

// StartsWithReference tells whether a text begins with a reference.
func StartsWithReference(text string) bool {
	return strings.HasPrefix(text, "${") || strings.HasPrefix(text, "{{")
}

// IsName tells whether a text is a dotted name, without anything to be evaluated.
func IsName(text string) bool {
	return text != "" && strings.Trim(text, nameLetters) == ""
}

const nameLetters = "_.-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// Readable is how a value looks inside a text: null is nothing.
func Readable(value Value) jsonata.Node {
	if value.Type != Any && !value.Missing {
		return value.Node
	}
	return build.If(build.Binary(build.OrNull(value.Node), "!=", build.Null()), build.Call("string", value.Node), build.Text(""))
}
