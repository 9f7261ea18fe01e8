package sqltext

import (
	"slices"
	"strings"
)

// This file decides whether a statement provably changes nothing.

// Reads reports whether a statement, or several, provably change nothing, so that running them twice does no harm. It is
// false for all that it cannot prove to read: other verbs than SELECT and its kin, data-changing parts of WITH,
// SELECT … INTO and … FOR UPDATE, EXPLAIN ANALYZE of what writes, functions that it does not know (a function of the
// user's can write), and Inline parts whose choices are not known.
func Reads(engine Engine, parts []Part) bool {
	text, known := withChoices(engine, parts)
	if !known {
		return false
	}
	var statement []Token
	reads := false
	for _, t := range append(Lex(engine, text), Token{Kind: Symbol, Text: ";"}) {
		switch {
		case t.Blank():
		case t.Text != ";" || t.Kind != Symbol:
			statement = append(statement, t)
		case len(statement) > 0:
			if reads = statementReads(engine, statement); !reads {
				return false
			}
			statement = nil
		}
	}
	return reads
}

// withChoices returns the text of a statement in which each Inline part is replaced by all its choices; known is false
// when they are not known, or when a choice is not a text of its own but touches a word, a quote or a comment.
func withChoices(engine Engine, parts []Part) (text string, known bool) {
	indexes := indexesOf(parts)
	take := func() Part {
		part := parts[indexes[0]]
		indexes = indexes[1:]
		return part
	}
	tokens := Lex(engine, textOf(parts))
	var out strings.Builder
	started := false // the statement has its verb
	for i, t := range tokens {
		started = t.Text != ";" && (started || t.Kind == Word)
		switch t.Kind {
		case Hole:
			take()
			out.WriteByte('?')
		case Splice:
			choices := take().Choices
			if !started || touches(tokens, i) || !areChoices(engine, choices) {
				return "", false
			}
			out.WriteString(" " + strings.Join(choices, " ") + " ")
		default:
			if !insideReads(t.Text, take) {
				return "", false
			}
			out.WriteString(t.Text)
		}
	}
	return out.String(), true
}

// insideReads takes the parts inside a quotation or a comment and reports whether it stays one whatever they are.
func insideReads(rest string, take func() Part) bool {
	for at := indexOfPart(rest); at >= 0; at = indexOfPart(rest) {
		if part := take(); part.Kind == Inline && !areHarmless(part.Choices) {
			return false
		}
		rest = rest[at+1:]
	}
	return true
}

// touches reports whether a token stands directly beside a word or another part, or in front of "(".
func touches(tokens []Token, i int) bool {
	glues := func(t Token) bool {
		return t.Kind == Word || t.Kind == Name || t.Kind == Number || t.Kind == Text || t.Kind == Splice
	}
	return i > 0 && glues(tokens[i-1]) || i+1 < len(tokens) && (glues(tokens[i+1]) || tokens[i+1].Text == "(")
}

// areChoices reports whether texts can be read on their own: nothing is left open, and no statement ends in them.
func areChoices(engine Engine, choices []string) bool {
	for _, choice := range choices {
		for _, t := range Lex(engine, choice) {
			if t.Open || t.Kind == Comment || t.Kind == Hole || t.Kind == Splice || t.Text == ";" {
				return false
			}
		}
	}
	return choices != nil
}

// areHarmless reports whether texts cannot end a quotation or a comment.
func areHarmless(choices []string) bool {
	return choices != nil && !slices.ContainsFunc(choices, func(c string) bool { return strings.ContainsAny(c, "'\"`[]\\*/$#\n") })
}

// statementReads looks at one statement, of which the tokens are given that mean something.
func statementReads(engine Engine, tokens []Token) bool {
	start := slices.IndexFunc(tokens, func(t Token) bool { return t.Text != "(" })
	if start < 0 || tokens[start].Kind != Word {
		return false
	}
	switch strings.ToUpper(tokens[start].Text) {
	case "SELECT", "VALUES", "TABLE", "WITH":
		return expressionsRead(engine, tokens)
	case "SHOW":
		return true
	case "EXPLAIN", "DESCRIBE", "DESC":
		return engine != Oracle && explainReads(engine, tokens)
	case "PRAGMA":
		return engine == SQLite && pragmaReads(tokens)
	}
	return false
}

// explainReads: EXPLAIN runs nothing; EXPLAIN ANALYZE runs the statement.
func explainReads(engine Engine, tokens []Token) bool {
	isAnalyze := func(t Token) bool { return t.Is("ANALYZE") || t.Is("ANALYSE") }
	if !slices.ContainsFunc(tokens, isAnalyze) {
		return true
	}
	for i, t := range tokens {
		if t.Is("SELECT") || t.Is("WITH") || t.Is("VALUES") || t.Is("TABLE") {
			return statementReads(engine, tokens[i:]) && expressionsRead(engine, tokens[1:])
		}
	}
	return false
}

// pragmaReads knows the pragmas that only tell (sqlite.org/pragma.html).
func pragmaReads(tokens []Token) bool {
	if slices.ContainsFunc(tokens, func(t Token) bool { return t.Text == "=" }) {
		return false
	}
	for _, t := range tokens {
		switch strings.ToLower(t.Text) {
		case "table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo", "foreign_key_list", "database_list",
			"collation_list", "function_list", "compile_options":
			return true
		case "(":
			return false
		}
	}
	return false
}

// expressionsRead reports whether nothing in a query writes: no verb, no clause, no function.
func expressionsRead(engine Engine, tokens []Token) bool {
	r := queryReader{engine: engine, tokens: tokens}
	for i := range tokens {
		if !r.reads(i) {
			return false
		}
	}
	return true
}

// queryReader follows a query's tokens.
type queryReader struct {
	engine Engine
	tokens []Token
	// lists tells for each open parenthesis and for the query itself whether it is the list of WITH.
	lists []bool
}

func (r *queryReader) reads(i int) bool {
	t := r.tokens[i]
	if len(r.lists) == 0 {
		r.lists = []bool{false}
	}
	depth := len(r.lists) - 1
	switch {
	case t.Kind == Splice || t.Kind == Hole || t.Text == ":=":
		return false
	case t.Kind == Symbol && t.Text == "(":
		r.lists = append(r.lists, false)
		return i == 0 || r.callReads(i-1)
	case t.Kind == Symbol && t.Text == ")":
		r.lists = r.lists[:max(depth, 1)]
		return true
	case t.Kind != Word || r.before(i) == ".":
		return true
	}
	word := strings.ToUpper(t.Text)
	switch word {
	case "WITH":
		r.lists[depth] = true
	case "SELECT", "VALUES", "TABLE":
		r.lists[depth] = false
	}
	return r.wordReads(word, i)
}

// before returns the token in front of another, in upper case.
func (r *queryReader) before(i int) string {
	if i == 0 {
		return ""
	}
	return strings.ToUpper(r.tokens[i-1].Text)
}

func (r *queryReader) isCall(i int) bool { return i+1 < len(r.tokens) && r.tokens[i+1].Text == "(" }

// wordReads reports whether a bare word begins nothing that writes or locks.
func (r *queryReader) wordReads(word string, i int) bool {
	switch word {
	case "UPDATE", "DELETE", "MERGE", "INTO":
		return false
	case "INSERT":
		return r.engine == MySQL && r.isCall(i)
	case "REPLACE":
		return r.isCall(i)
	case "SHARE": // FOR SHARE, FOR KEY SHARE, LOCK IN SHARE MODE
		before := r.before(i)
		return before != "FOR" && before != "KEY" && before != "IN"
	case "VALUE": // NEXT VALUE FOR a sequence
		return r.before(i) != "NEXT"
	}
	return r.engine != SQLServer || !startsBatch(word)
}

// startsBatch reports whether a word can begin a statement that writes, which in T-SQL needs no semicolon in front of it.
func startsBatch(word string) bool {
	switch word {
	case "DROP", "TRUNCATE", "ALTER", "CREATE", "EXEC", "EXECUTE", "GRANT", "REVOKE", "DENY", "SET", "DECLARE", "BEGIN", "COMMIT", "ROLLBACK",
		"SAVE", "BULK", "BACKUP", "RESTORE", "KILL", "SHUTDOWN", "RECONFIGURE", "DBCC", "CHECKPOINT", "DISABLE", "ENABLE", "USE", "WAITFOR",
		"RAISERROR", "THROW", "RETURN", "WRITETEXT", "UPDATETEXT", "SEND", "RECEIVE", "OPEN", "FETCH", "CLOSE", "DEALLOCATE", "REVERT",
		"IF", "WHILE", "GOTO", "PRINT":
		return true
	}
	return false
}

// callReads reports whether what stands in front of "(" is no function, or one that only reads.
func (r *queryReader) callReads(i int) bool {
	t := r.tokens[i]
	if t.Kind != Word && t.Kind != Name {
		return true
	}
	front := r.before(i)
	if front == "." {
		return r.qualifiedReads(i)
	}
	word := strings.ToUpper(t.Text)
	switch {
	case t.Kind == Word && (isKeyword(word) || opensGroup(word)):
		return true
	case front == "AS" || front == "::":
		return true // the columns of an alias, the size of a type
	case r.lists[len(r.lists)-2] && (front == "WITH" || front == "RECURSIVE" || front == ","):
		return true // the columns of a WITH query
	}
	return functionReads(r.engine, Unquote(r.engine, t))
}

// qualifiedReads judges schema.function(…).
func (r *queryReader) qualifiedReads(i int) bool {
	function := Unquote(r.engine, r.tokens[i])
	schema := r.before(i - 1)
	return r.engine == SQLServer || r.engine == SQLite || schema == "PG_CATALOG" && functionReads(r.engine, function)
}

// opensGroup reports whether a word in front of "(" is a keyword that no expression follows.
func opensGroup(word string) bool {
	switch word {
	case "IN", "VALUES", "OVER", "FILTER", "AS", "MATERIALIZED", "EXISTS", "LATERAL", "ARRAY", "GROUP", "USING", "PARTITION", "INDEX", "KEY",
		"ROLLUP", "CUBE", "SETS", "WITH", "ANY", "SOME", "ALL", "LIMIT", "OFFSET", "TOP", "ROW", "AGAINST", "MATCH", "ONLY", "TABLE", "COLUMNS",
		"PIVOT", "UNPIVOT", "APPLY", "OPTION", "FETCH", "FIRST", "NEXT":
		return true
	}
	return false
}
