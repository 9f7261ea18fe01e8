package python

import (
	"math/big"
	"strings"
	"unicode"

	"github.com/steploom/steploom/shared/jinja/syntax"
)

// Upper is str.upper.
func Upper(text string) string {
	var b strings.Builder
	for _, r := range text {
		if long, ok := longUpper[r]; ok {
			b.WriteString(long)
		} else {
			b.WriteRune(unicode.ToUpper(r))
		}
	}
	return b.String()
}

// Lower is str.lower.
func Lower(text string) string {
	if isASCII(text) {
		return strings.ToLower(text)
	}
	var b strings.Builder
	runes := []rune(text)
	for i, r := range runes {
		lowerRune(&b, runes, i, r)
	}
	return b.String()
}

func lowerRune(b *strings.Builder, runes []rune, i int, r rune) {
	switch {
	case r == 'Σ' && isFinal(runes, i):
		b.WriteRune('ς')
	case r == 'İ':
		b.WriteString("i\u0307")
	default:
		b.WriteRune(unicode.ToLower(r))
	}
}

// isFinal tells whether a sigma ends a word: a cased letter before it and none after it, characters that do not count left out.
func isFinal(runes []rune, at int) bool {
	before := at - 1
	for before >= 0 && ignorable(runes[before]) {
		before--
	}
	after := at + 1
	for after < len(runes) && ignorable(runes[after]) {
		after++
	}
	return before >= 0 && isCased(runes[before]) && (after == len(runes) || !isCased(runes[after]))
}

func ignorable(r rune) bool {
	return strings.ContainsRune("'.:^`\u00a8\u00ad\u00af\u00b4\u00b7\u00b8\u2018\u2019\u2024\u2027", r) || unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Lm, unicode.Sk)
}

func isCased(r rune) bool {
	return unicode.In(r, unicode.Lu, unicode.Ll, unicode.Lt, unicode.Other_Lowercase, unicode.Other_Uppercase)
}

func titleRune(b *strings.Builder, r rune) {
	if long, ok := longTitle[r]; ok {
		b.WriteString(long)
		return
	}
	b.WriteRune(unicode.ToTitle(r))
}

// Title is str.title: what follows a letter is lower case, what begins a word title case.
func Title(text string) string {
	var b strings.Builder
	runes := []rune(text)
	inWord := false
	for i, r := range runes {
		if inWord {
			lowerRune(&b, runes, i, r)
		} else {
			titleRune(&b, r)
		}
		inWord = isCased(r)
	}
	return b.String()
}

// Capitalize is str.capitalize.
func Capitalize(text string) string {
	var b strings.Builder
	runes := []rune(text)
	for i, r := range runes {
		if i == 0 {
			titleRune(&b, r)
		} else {
			lowerRune(&b, runes, i, r)
		}
	}
	return b.String()
}

func swapCase(text string) string {
	var b strings.Builder
	runes := []rune(text)
	for i, r := range runes {
		switch {
		case unicode.In(r, unicode.Lu, unicode.Other_Uppercase):
			lowerRune(&b, runes, i, r)
		case unicode.In(r, unicode.Ll, unicode.Other_Lowercase):
			b.WriteString(Upper(string(r)))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func caseFold(text string) string {
	var b strings.Builder
	for _, r := range text {
		fold, ok := folded[r]
		switch {
		case ok:
			b.WriteString(fold)
		case r == 'İ':
			b.WriteString("i\u0307")
		case r >= 0x13a0 && r <= 0x13f5: // Cherokee folds to its capitals
			b.WriteRune(r)
		case r >= 0xab70 && r <= 0xabbf || r >= 0x13f8 && r <= 0x13fd:
			b.WriteRune(unicode.ToUpper(r))
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// IsLower is str.islower, IsUpper str.isupper.
func IsLower(text string) bool { return isCase(text, unicode.Ll, unicode.Other_Lowercase) }

// IsUpper is str.isupper.
func IsUpper(text string) bool { return isCase(text, unicode.Lu, unicode.Other_Uppercase) }

func isCase(text string, tables ...*unicode.RangeTable) bool {
	found := false
	for _, r := range text {
		if isCased(r) {
			if !unicode.In(r, tables...) {
				return false
			}
			found = true
		}
	}
	return found
}

func isTitle(text string) bool {
	found, inWord := false, false
	for _, r := range text {
		upper := unicode.In(r, unicode.Lu, unicode.Lt, unicode.Other_Uppercase)
		switch cased := isCased(r); {
		case cased && upper == inWord:
			return false
		case cased:
			found, inWord = true, true
		default:
			inWord = false
		}
	}
	return found
}

// all tells whether each character of a text, which is not empty, is of a kind.
func all(text string, is func(rune) bool) bool {
	for _, r := range text {
		if !is(r) {
			return false
		}
	}
	return text != ""
}

func isAlpha(r rune) bool { return unicode.In(r, unicode.L) }

// IsDecimal is str.isdecimal of a character.
func IsDecimal(r rune) bool { return unicode.In(r, unicode.Nd) }

// isDigit counts superscripts and circled digits among the digits.
func isDigit(r rune) bool {
	switch {
	case IsDecimal(r), r == 0xb2, r == 0xb3, r == 0xb9, r >= 0x2074 && r <= 0x2079, r == 0x2070, r >= 0x2080 && r <= 0x2089, r >= 0x1369 && r <= 0x1371, r == 0x19da:
		return true
	case r >= 0x2460 && r <= 0x2468, r >= 0x2474 && r <= 0x247c, r >= 0x2488 && r <= 0x2490, r == 0x24ea, r >= 0x24f5 && r <= 0x24fd, r == 0x24ff:
		return true
	case r >= 0x2776 && r <= 0x277e, r >= 0x2780 && r <= 0x2788, r >= 0x278a && r <= 0x2792, r >= 0x10a40 && r <= 0x10a43, r >= 0x10e60 && r <= 0x10e68:
		return true
	}
	return r >= 0x11052 && r <= 0x1105a || r >= 0x1f100 && r <= 0x1f10a
}

// isNumeric counts the ideographs that are numbers as well.
func isNumeric(r rune) bool {
	return unicode.In(r, unicode.N) || strings.ContainsRune(numerals, r)
}

// numerals are letters with a numeric value.
const numerals = "㐅㒃㠪㭍一七万三九二五亖亿什仟仨伍佰億兆兩八六十千卄卅卌叁参參叄四壱壹幺廾廿弌弍弎弐拾捌柒漆玖百肆萬貮貳贰阡陆陌陸零\uf96b\uf973\uf978\uf9b2\uf9d1\uf9d3\uf9fd\U00020001\U00020064\U000200e2\U00020121\U0002092a\U00020983\U0002098c\U0002099c\U00020aea\U00020afd\U00020b19\U00022390\U00022998\U00023b1b\U0002626d\U0002f890"

func isAlnum(r rune) bool { return isAlpha(r) || IsDecimal(r) || isDigit(r) || isNumeric(r) }
func isSpace(r rune) bool { return syntax.IsSpace(r) }

// IsWord tells whether a character is one of \w.
func IsWord(r rune) bool { return r == '_' || isAlnum(r) }

// Digits makes an integer of a text of digits; any other text stays what it is.
func Digits(text string) Value {
	if all(text, isDigit) {
		if n, ok := new(big.Int).SetString(text, 10); ok {
			return Int(n)
		}
	}
	return text
}
