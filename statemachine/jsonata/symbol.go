package jsonata

// symbol is an operator or bracket of the grammar.
type symbol uint8

const (
	symNone symbol = iota
	symDot
	symOpenBracket
	symCloseBracket
	symOpenBrace
	symCloseBrace
	symOpenParen
	symCloseParen
	symComma
	symAt
	symHash
	symSemicolon
	symColon
	symQuestion
	symPlus
	symMinus
	symStar
	symSlash
	symPercent
	symPipe
	symEqual
	symLess
	symGreater
	symCaret
	symDoubleStar
	symRange
	symBind
	symNotEqual
	symLessEqual
	symGreaterEqual
	symApply
	symAnd
	symOr
	symIn
	symAmpersand
	symBang
	symTilde
)

// symbolRow is a symbol's text and its left binding power; zero means that it never continues an expression.
type symbolRow struct {
	text  string
	power int
}

var symbols = [...]symbolRow{
	symDot: {".", 75}, symOpenBracket: {"[", 80}, symCloseBracket: {"]", 0}, symOpenBrace: {"{", 70}, symCloseBrace: {"}", 0},
	symOpenParen: {"(", 80}, symCloseParen: {")", 0}, symComma: {",", 0}, symAt: {"@", 80}, symHash: {"#", 80},
	symSemicolon: {";", 0}, symColon: {":", 0}, symQuestion: {"?", 20}, symPlus: {"+", 50}, symMinus: {"-", 50},
	symStar: {"*", 60}, symSlash: {"/", 60}, symPercent: {"%", 60}, symPipe: {"|", 0}, symEqual: {"=", 40},
	symLess: {"<", 40}, symGreater: {">", 40}, symCaret: {"^", 40}, symDoubleStar: {"**", 0}, symRange: {"..", 0},
	symBind: {":=", 10}, symNotEqual: {"!=", 40}, symLessEqual: {"<=", 40}, symGreaterEqual: {">=", 40},
	symApply: {"~>", 40}, symAnd: {"and", 30}, symOr: {"or", 25}, symIn: {"in", 40}, symAmpersand: {"&", 50},
	symBang: {"!", 0}, symTilde: {"~", 0},
}

func (s symbol) String() string { return symbols[s].text }

var singleSymbols = [128]symbol{
	'.': symDot, '[': symOpenBracket, ']': symCloseBracket, '{': symOpenBrace, '}': symCloseBrace, '(': symOpenParen, ')': symCloseParen,
	',': symComma, '@': symAt, '#': symHash, ';': symSemicolon, ':': symColon, '?': symQuestion, '+': symPlus, '-': symMinus,
	'*': symStar, '/': symSlash, '%': symPercent, '|': symPipe, '=': symEqual, '<': symLess, '>': symGreater, '^': symCaret,
	'&': symAmpersand, '!': symBang, '~': symTilde,
}

func singleSymbol(c byte) symbol {
	if c >= 128 {
		return symNone
	}
	return singleSymbols[c]
}

func doubleSymbol(c, d byte) symbol {
	switch {
	case c == '.' && d == '.':
		return symRange
	case c == ':' && d == '=':
		return symBind
	case c == '!' && d == '=':
		return symNotEqual
	case c == '>' && d == '=':
		return symGreaterEqual
	case c == '<' && d == '=':
		return symLessEqual
	case c == '*' && d == '*':
		return symDoubleStar
	case c == '~' && d == '>':
		return symApply
	}
	return symNone
}
