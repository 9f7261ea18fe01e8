package sqltext

import "strings"

// Engine is the kind of database whose SQL a text is written in.
type Engine int

// The engines. MySQL stands for MariaDB as well. Unknown is SQL for an engine that is not known when the text is read:
// what all of them read alike is read so, and nothing is taken for granted where they differ.
const (
	Unknown Engine = iota
	PostgreSQL
	MySQL
	SQLite
	SQLServer
	Oracle
)

// String returns the engine's name as a URL has it: postgresql, mysql, sqlite, sqlserver, oracle; "" of Unknown.
func (e Engine) String() string {
	return [...]string{Unknown: "", PostgreSQL: "postgresql", MySQL: "mysql", SQLite: "sqlite", SQLServer: "sqlserver", Oracle: "oracle"}[e]
}

// EngineOf returns the engine that a database URL names: jdbc:mariadb://…, postgres://…, sqlite:…; a bare scheme will
// do. Unknown when it names none of the engines.
func EngineOf(url string) Engine {
	scheme := strings.TrimPrefix(strings.ToLower(strings.TrimSpace(url)), "jdbc:")
	scheme, _, _ = strings.Cut(scheme, ":")
	switch scheme {
	case "postgresql", "postgres":
		return PostgreSQL
	case "mariadb", "mysql":
		return MySQL
	case "sqlserver", "mssql":
		return SQLServer
	case "sqlite":
		return SQLite
	case "oracle":
		return Oracle
	}
	return Unknown
}

// syntax is how an engine's SQL differs for the lexer.
type syntax struct {
	backslash     bool   // \ escapes in strings
	doubleText    bool   // "…" is a string, not a name
	backquote     bool   // `name`
	bracket       bool   // [name]
	hashComment   bool   // # starts a comment
	dashNeedsGap  bool   // -- starts a comment only before white space
	nestedComment bool   // /* /* */ */
	conditional   bool   // /*! code */ is executed
	dollarQuote   bool   // $tag$ … $tag$
	alternative   bool   // q'[…]'
	operatorRuns  bool   // an operator is the longest run of operator characters
	startsWord    string // what a bare name may start with besides letters and _
	insideWord    string // what it may go on with besides those, digits
}

func (e Engine) syntax() syntax {
	switch e {
	case PostgreSQL: // PostgreSQL manual §4.1
		return syntax{nestedComment: true, dollarQuote: true, operatorRuns: true, insideWord: "$"}
	case MySQL: // MySQL manual §11
		return syntax{
			backslash: true, doubleText: true, backquote: true, hashComment: true, dashNeedsGap: true, conditional: true,
			startsWord: "@$", insideWord: "@$",
		}
	case SQLite: // sqlite.org/lang_keywords.html, tokenize.c
		return syntax{backquote: true, bracket: true, insideWord: "$"}
	case SQLServer: // T-SQL, "Database identifiers"
		return syntax{bracket: true, nestedComment: true, startsWord: "@#", insideWord: "@#$"}
	case Oracle: // SQL Language Reference, "Lexical conventions"
		return syntax{alternative: true, insideWord: "#$"}
	default:
		return syntax{backquote: true, dollarQuote: true, startsWord: "@#", insideWord: "@#$"}
	}
}

// Quote returns a name, perhaps behind its schema and a dot, in the engine's quotes. No part of it may hold a quote.
func (e Engine) Quote(name string) string {
	opening, closing := `"`, `"`
	switch e {
	case MySQL:
		opening, closing = "`", "`"
	case SQLServer:
		opening, closing = "[", "]"
	}
	return opening + strings.ReplaceAll(name, ".", closing+"."+opening) + closing
}
