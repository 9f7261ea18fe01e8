package diag

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Printable replaces what a text of somebody else could deceive a reader or command a terminal with: control characters but tabs and line feeds, bytes
// that are no UTF-8, other line separators, and characters without a width, such as those that turn the direction of writing (but not those that join letters). Each becomes one U+FFFD.
func Printable(text string) string {
	return strings.Map(func(character rune) rune {
		if character != '\t' && character != '\n' && deceives(character) {
			return utf8.RuneError
		}
		return character
	}, text)
}

// Name is the name of a file, or another text that stands in one line: what Printable replaces is written as in a Go string ("\n", "\u202e"), and so
// are tabs and line feeds.
func Name(text string) string {
	if utf8.ValidString(text) && !strings.ContainsFunc(text, deceives) {
		return text
	}
	var out strings.Builder
	for i, character := range text {
		switch {
		case character == utf8.RuneError && !strings.HasPrefix(text[i:], string(utf8.RuneError)):
			out.WriteString(`\x` + strconv.FormatUint(uint64(text[i]), 16))
		case deceives(character):
			quoted := strconv.QuoteRuneToASCII(character)
			out.WriteString(quoted[1 : len(quoted)-1])
		default:
			out.WriteRune(character)
		}
	}
	return out.String()
}

// deceives tells whether a character is not seen as it stands: a control character, a separator of lines or paragraphs, one that turns or joins the
// writing (Unicode Standard Annex 9, explicit directional formatting) or has no width.
func deceives(character rune) bool {
	switch {
	case character < ' ', character >= 0x7F && character < 0xA0, character == utf8.RuneError:
		return true
	case character == 0x200B, character == 0x200E, character == 0x200F, character >= 0x2028 && character <= 0x202E, character >= 0x2060 && character <= 0x206F:
		return true
	}
	return character == 0x061C || character == 0x180E || character == 0xFEFF || character >= 0xFFF9 && character <= 0xFFFB || character >= 0xE0000 && character <= 0xE007F
}
