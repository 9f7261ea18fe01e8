package jsonata

import (
	"fmt"
	"strings"
)

// regex makes a regular expression without catastrophic nesting.
func (g *expressionGenerator) regex() string {
	return "/" + g.regexAlternatives(2) + "/" + g.one("", "", "i", "m", "im")
}

func (g *expressionGenerator) regexAlternatives(depth int) string {
	p := g.regexSequence(depth)
	if g.IntN(4) == 0 {
		p += "|" + g.regexSequence(depth)
	}
	return p
}

func (g *expressionGenerator) regexSequence(depth int) string {
	p := ""
	for range 1 + g.IntN(3) {
		p += g.regexAtom(depth) + g.one("", "", "", "", "?", "*", "+", "??", "*?", "{2}", "{1,2}", "{0,1}?", "{2,}")
	}
	return g.one("", "", "", "^", "\\b") + p + g.one("", "", "", "$", "\\B", "(?=b)", "(?!a)")
}

func (g *expressionGenerator) regexAtom(depth int) string {
	if depth > 0 && g.IntN(3) == 0 {
		return g.one("(", "(", "(?:", "(?<g>", "(?=", "(?!", "(?<=", "(?<!") + g.regexAlternatives(depth-1) + ")"
	}
	return g.one("a", "b", "c", ".", "\\w", "\\s", "\\d", "[ab]", "[^a]", "[a-c]", "x", " ", "-", "\\.", "\\1", "\\x61", "\\u0062", "[\\w-]", "[\\s\\S]", "é", "A", "[A-C]", "\\W", "\\0", "[é-ü]", "\\-", "{", "a{", "]", "[]", "[^]", "\\k", "\\cA", "\\8")
}

// subject makes a text for regular expressions.
func (g *expressionGenerator) subject() string {
	var b strings.Builder
	for range g.IntN(8) {
		b.WriteString(g.one("a", "b", "c", "ab", "A", " ", "-", ".", "x", "1", "é", "É", "😀", "\\n", "aa", "_", "{", "\\u2028"))
	}
	return "'" + b.String() + "'"
}

func (g *expressionGenerator) regexCall() string {
	s, r := g.subject(), g.regex()
	switch g.IntN(5) {
	case 0:
		return "$match(" + s + ", " + r + ")"
	case 1:
		return "$replace(" + s + ", " + r + ", " + g.one("'<$0>'", "'$1-$2'", "'$$'", "function($m){'<' & $m.match & $m.start & '>'}") + g.one("", ", 1", ", 2") + ")"
	case 2:
		return "$split(" + s + ", " + r + g.one("", ", 2") + ")"
	case 3:
		return "$contains(" + s + ", " + r + ")"
	}
	return r + "(" + s + ").[match, start, end, groups]"
}

// numberPicture makes a picture for $formatNumber, without exponent, which the reference does not always end with.
func (g *expressionGenerator) numberPicture() string {
	sub := func() string {
		p := g.one("", "", "(", "$", "x ")
		for range 1 + g.IntN(5) {
			p += g.one("#", "#", "0", "0", ",")
		}
		if g.IntN(2) == 0 {
			p += "."
			for range g.IntN(4) {
				p += g.one("0", "#", ",")
			}
		}
		return p + g.one("", "", "%", "‰", ")", " y")
	}
	p := sub()
	if g.IntN(3) == 0 {
		p += ";" + sub()
	}
	return "'" + p + "'"
}

func (g *expressionGenerator) integerPicture() string {
	p := ""
	for range 1 + g.IntN(6) {
		p += g.one("#", "0", "0", "1", ",", ".", ":", "٠")
	}
	return "'" + g.one(p, p, p, "w", "Ww", "W", "i", "I", "a", "A") + g.one("", "", ";o", ";c") + "'"
}

// datePicture makes a picture for $fromMillis and $toMillis.
func (g *expressionGenerator) datePicture() string {
	p := ""
	for range 1 + g.IntN(5) {
		p += "[" + g.one("Y", "M", "D", "d", "F", "W", "w", "X", "x", "H", "h", "P", "m", "s", "f", "Z", "z", "C", "E") +
			g.one("", "", "", "1", "01", "0001", "N", "n", "Nn", "1o", "w", "Ww", "I", "i", "a", "A", "#1", "9,999", "01:01", "0101t", "0") +
			g.one("", "", "", ",2", ",2-2", ",*-3", ",4", ",1-*", ",3-4") + "]" + g.one("", "-", "/", " ", ":", "T", ", ", "[[", "]]")
	}
	return "'" + p + "'"
}

func (g *expressionGenerator) millis() string {
	return fmt.Sprint(g.Int64N(4_102_444_800_000) - 1_000_000_000_000)
}

// picture makes a call that has to do with pictures or regular expressions.
func (g *expressionGenerator) picture() string {
	switch g.IntN(9) {
	case 0, 1, 2:
		return g.regexCall()
	case 3:
		return "$formatNumber(" + g.one("0", "1", "-1", "1234.5678", "0.005", "-0.5", "12345678.9", "99.995", "0.1 + 0.2", "1e15", "5e-7") + ", " + g.numberPicture() + ")"
	case 4:
		return "$formatInteger(" + g.one("0", "1", "-5", "12", "21", "113", "1999", "12345", "1234567", "100", "1000000", "3.7", "1e12", "26", "27", "703") + ", " + g.integerPicture() + ")"
	case 5, 6:
		return "$fromMillis(" + g.millis() + ", " + g.datePicture() + g.one("", "", ", '+0530'", ", '-0800'", ", '0000'", ", '+0100'") + ")"
	case 7:
		p := "'[Y0001]" + g.datePicture()[1:] // with a year, so that nothing is taken from the clock
		return "$toMillis($fromMillis(" + g.millis() + ", " + p + "), " + p + ")"
	}
	return g.one("$round", "$formatBase", "$power", "$substring", "$pad") + "(" + g.one("n", "2.5", "-12.345", "1e6", "'abc😀é'", "0.000001234", "123456789012", "1.005", "255") + ", " + g.one("0", "1", "2", "-2", "3", "16", "-5", "0.5", "-1", "36", "7") + g.one("", ", 2", ", '#'", ", -1", ", '😀x'") + ")"
}
