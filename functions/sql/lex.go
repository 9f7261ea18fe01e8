package sql

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// tokenKind is what the lexer tells apart: all it needs to find placeholders and the statement's verb.
type tokenKind int

const (
	tokenSpace       tokenKind = iota // white space and comments
	tokenWord                         // keyword or bare identifier
	tokenQuoted                       // string, quoted identifier, dollar quote
	tokenPlaceholder                  // ?
	tokenEscaped                      // ??, PostgreSQL's operator ? written so that it is no placeholder
	tokenSymbol                       // any other single character
)

type token struct {
	kind tokenKind
	text string
}

// syntax says how an engine's SQL differs for the lexer.
type syntax struct {
	backslash     bool // \ escapes in strings (MariaDB, MySQL)
	hashComment   bool // # starts a comment (MariaDB, MySQL)
	dashNeedsGap  bool // -- starts a comment only before white space (MariaDB, MySQL)
	dollarQuote   bool // $tag$ … $tag$ (PostgreSQL)
	bracketQuote  bool // [name] (SQL Server, SQLite)
	nestedComment bool // /* /* */ */ (PostgreSQL, SQL Server)
	escapeString  bool // E'…' has \ escapes (PostgreSQL)
}

// lex splits a statement into tokens whose texts joined are the statement. What is never closed runs to the end.
func lex(statement string, s syntax) []token {
	var tokens []token
	for rest := statement; rest != ""; {
		kind, size := s.next(rest, tokens)
		tokens = append(tokens, token{kind, rest[:size]})
		rest = rest[size:]
	}
	return tokens
}

func (s syntax) next(rest string, before []token) (tokenKind, int) {
	switch c := rest[0]; {
	case isSpace(c):
		return tokenSpace, spanOf(rest, isSpace)
	case s.startsLineComment(rest):
		return tokenSpace, through(rest, 0, "\n")
	case strings.HasPrefix(rest, "/*"):
		return tokenSpace, s.blockComment(rest)
	case c == '\'':
		return tokenQuoted, quoted(rest, '\'', s.backslash || s.escapeString && afterE(before))
	case c == '"':
		return tokenQuoted, quoted(rest, '"', s.backslash)
	case c == '`':
		return tokenQuoted, quoted(rest, '`', false)
	case c == '[' && s.bracketQuote:
		return tokenQuoted, quoted(rest, ']', false)
	case c == '$' && s.dollarQuote:
		return dollar(rest)
	case strings.HasPrefix(rest, "??"):
		return tokenEscaped, 2
	case c == '?':
		return tokenPlaceholder, 1
	case isWord(c):
		return tokenWord, spanOf(rest, isWordOrDollar)
	}
	_, size := utf8.DecodeRuneInString(rest)
	return tokenSymbol, size
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'
}

func isWord(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= utf8.RuneSelf
}

func isWordOrDollar(c byte) bool { return isWord(c) || c == '$' }

func spanOf(text string, in func(byte) bool) int {
	for i := range len(text) {
		if !in(text[i]) {
			return i
		}
	}
	return len(text)
}

// through is the length of text up to and with the first end at or after from.
func through(text string, from int, end string) int {
	i := strings.Index(text[from:], end)
	if i < 0 {
		return len(text)
	}
	return from + i + len(end)
}

func (s syntax) startsLineComment(rest string) bool {
	if s.hashComment && rest[0] == '#' {
		return true
	}
	if !strings.HasPrefix(rest, "--") {
		return false
	}
	return !s.dashNeedsGap || len(rest) == 2 || isSpace(rest[2])
}

func (s syntax) blockComment(rest string) int {
	if !s.nestedComment {
		return through(rest, 2, "*/")
	}
	depth := 0
	for i := 0; i+1 < len(rest); i++ {
		switch rest[i : i+2] {
		case "/*":
			depth++
			i++
		case "*/":
			depth--
			i++
			if depth == 0 {
				return i + 1
			}
		}
	}
	return len(rest)
}

// quoted is the length of a quotation that ends in end; a doubled end stands for itself.
func quoted(rest string, end byte, backslash bool) int {
	for i := 1; i < len(rest); i++ {
		switch {
		case backslash && rest[i] == '\\':
			i++
		case rest[i] != end:
		case i+1 < len(rest) && rest[i+1] == end:
			i++
		default:
			return i + 1
		}
	}
	return len(rest)
}

// afterE reports whether a string constant is an escape string: E'…' (PostgreSQL §4.1.2.2).
func afterE(before []token) bool {
	return len(before) > 0 && strings.EqualFold(before[len(before)-1].text, "e")
}

// dollar is a dollar-quoted string (PostgreSQL §4.1.2.4), or a lone $.
func dollar(rest string) (tokenKind, int) {
	size := 1 + spanOf(rest[1:], isWord)
	if size == len(rest) || rest[size] != '$' || size > 1 && rest[1] >= '0' && rest[1] <= '9' {
		return tokenSymbol, 1
	}
	tag := rest[:size+1]
	return tokenQuoted, through(rest, len(tag), tag)
}

// rewrite gives the statement with its placeholders as the engine writes them, and how many there are. ?? becomes ?.
func rewrite(tokens []token, placeholder func(number int) string) (statement string, count int) {
	var out strings.Builder
	for _, t := range tokens {
		switch t.kind {
		case tokenPlaceholder:
			count++
			out.WriteString(placeholder(count))
		case tokenEscaped:
			out.WriteByte('?')
		case tokenSpace, tokenWord, tokenQuoted, tokenSymbol:
			out.WriteString(t.text)
		}
	}
	return out.String(), count
}

func questionMark(int) string        { return "?" }
func dollarNumber(number int) string { return "$" + strconv.Itoa(number) }
func atNumber(number int) string     { return "@p" + strconv.Itoa(number) }
