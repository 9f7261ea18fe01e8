package syntax

import (
	"strings"
	"unicode"
)

// IsSpace tells whether Python takes a character for whitespace.
func IsSpace(r rune) bool {
	switch {
	case r >= 9 && r <= 13, r >= 28 && r <= 32, r == 0x85, r == 0xa0, r == 0x1680, r >= 0x2000 && r <= 0x200a:
		return true
	}
	return r == 0x2028 || r == 0x2029 || r == 0x202f || r == 0x205f || r == 0x3000
}

// trimRight is Python's rstrip.
func trimRight(text string) string { return strings.TrimRightFunc(text, IsSpace) }

// spaces is the number of bytes of the whitespace that a text begins with.
func spaces(text string) int { return len(text) - len(strings.TrimLeftFunc(text, IsSpace)) }

// inName tells whether a character may stand in what the lexer takes for a name.
func inName(r rune) bool {
	return r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 0x80 && (unicode.In(r, unicode.L, unicode.N, unicode.Mn, unicode.Mc) || r == '·')
}

// IsIdentifier tells whether Python takes a text for an identifier.
func IsIdentifier(text string) bool {
	for i, r := range text {
		start := r == '_' || unicode.In(r, unicode.L, unicode.Nl, unicode.Other_ID_Start)
		if !start && (i == 0 || !unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue)) {
			return false
		}
	}
	return text != ""
}

// Quote writes a text as Python's repr does.
func Quote(text string) string {
	quote := '\''
	if strings.Contains(text, "'") && !strings.Contains(text, `"`) {
		quote = '"'
	}
	var b strings.Builder
	b.WriteRune(quote)
	for _, r := range text {
		quoteRune(&b, r, quote)
	}
	b.WriteRune(quote)
	return b.String()
}

func quoteRune(b *strings.Builder, r, quote rune) {
	const digits = "0123456789abcdef"
	hex := func(prefix string, width int) {
		b.WriteString(prefix)
		for shift := 4 * (width - 1); shift >= 0; shift -= 4 {
			b.WriteByte(digits[r>>shift&15])
		}
	}
	switch {
	case r == quote || r == '\\':
		b.WriteByte('\\')
		b.WriteRune(r)
	case r == '\n':
		b.WriteString(`\n`)
	case r == '\r':
		b.WriteString(`\r`)
	case r == '\t':
		b.WriteString(`\t`)
	case IsPrintable(r):
		b.WriteRune(r)
	case r < 0x100:
		hex(`\x`, 2)
	case r < 0x10000:
		hex(`\u`, 4)
	default:
		hex(`\U`, 8)
	}
}

// IsPrintable tells whether Python's repr writes a character as it is.
func IsPrintable(r rune) bool {
	if r < 0x7f {
		return r >= ' '
	}
	return unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S)
}
