package sqltext

// This file knows what keywords mean for the places of values.

// word follows a keyword or a bare name and returns what it counts as.
func (p *places) word(word string) string {
	next, _ := p.following()
	if p.verbs(word, next.Text == "(") {
		p.enter(word)
	}
	g := p.group()
	switch {
	case startsClause(word) && p.isClause(word, next):
		p.endItem()
		g.clause = word
	case word == "BY":
		p.beginItem()
	case word == "BETWEEN":
		g.between = len(g.cases) + 1
	case word == "AND" && g.between == len(g.cases)+1:
		g.between = 0
		return "BETWEEN" // what follows is the upper bound
	case word == "CASE":
		g.cases = append(g.cases, !next.Is("WHEN"))
	case word == "END" && len(g.cases) > 0:
		g.cases = g.cases[:len(g.cases)-1]
	case !isExpressionWord(word):
		p.named()
	}
	return word
}

// verbs reports whether a word begins a statement here.
func (p *places) verbs(word string, call bool) bool {
	switch word {
	case "SELECT", "WITH", "UPDATE", "DELETE", "MERGE":
	case "INSERT", "REPLACE", "VALUES", "TABLE":
		if call && (word != "VALUES" || p.engine == MySQL && p.group().kind == valueGroup) {
			return false
		}
	default:
		return p.verb == "" && len(p.groups) == 1
	}
	if p.last.kind == noToken || p.last.upper == "(" {
		return true
	}
	switch p.verb {
	case "WITH", "EXPLAIN", "DESCRIBE", "DESC", "ANALYZE", "CREATE":
		return len(p.groups) == 1
	}
	return false
}

// enter begins a statement, or a subquery in the group.
func (p *places) enter(word string) {
	g := p.group()
	if len(p.groups) > 1 {
		g.kind = statementGroup
		if p.verb != "" {
			return
		}
	}
	if p.verb == "CREATE" && (p.object != "TABLE" || word != "SELECT" && word != "WITH") {
		return // the query of a view takes no values
	}
	p.verb = word
}

// takesValues reports whether the statement can have bind parameters at all.
func (p *places) takesValues() bool {
	switch p.verb {
	case "", "SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE", "WITH", "VALUES", "TABLE", "CALL", "EXPLAIN":
		return true
	}
	switch p.engine {
	case PostgreSQL, SQLite:
		return false
	case MySQL:
		return p.verb == "DO" || p.verb == "SET"
	}
	switch p.verb {
	case "CREATE", "ALTER", "DROP", "GRANT", "REVOKE", "DENY", "TRUNCATE", "COMMENT", "SHOW", "PRAGMA", "USE", "VACUUM", "ANALYZE", "LOCK",
		"COPY", "DESCRIBE", "DESC", "RENAME", "ATTACH", "DETACH":
		return false
	}
	return true
}

func startsClause(word string) bool {
	switch word {
	case "SELECT", "FROM", "WHERE", "HAVING", "ON", "SET", "VALUES", "LIMIT", "OFFSET", "ORDER", "GROUP", "INTO", "JOIN", "UPDATE", "DELETE",
		"RETURNING", "OUTPUT", "TABLE", "USING", "FETCH", "WITH", "INSERT", "REPLACE", "MERGE", "PARTITION", "WINDOW", "UNION", "EXCEPT",
		"INTERSECT", "ROWS", "RANGE", "GROUPS", "CONFLICT", "FOR", "VIEW":
		return true
	}
	return false
}

// isClause reports whether a word that can start a clause does so here.
func (p *places) isClause(word string, next Token) bool {
	g := p.group()
	if p.verb == "CREATE" && p.object == "" && (word == "TABLE" || word == "VIEW") {
		p.object = word
	}
	switch word {
	case "WITH":
		return !next.Is("TIME") && !next.Is("ORDINALITY") && !next.Is("ROLLUP") && !next.Is("TIES") && next.Text != "("
	case "REPLACE", "INSERT":
		return next.Text != "("
	case "VALUES":
		return !isOperatorText(p.last.upper) && g.kind == statementGroup
	case "FROM":
		return p.last.upper != "DISTINCT" && g.kind == statementGroup
	case "ORDER", "GROUP", "PARTITION":
		return next.Is("BY")
	case "ON":
		return p.last.upper != "DISTINCT" && g.kind == statementGroup
	}
	return g.kind == statementGroup
}

// isExpressionWord reports whether a word in an expression is never a column.
func isExpressionWord(word string) bool {
	switch word {
	case "CASE", "WHEN", "THEN", "ELSE", "END", "AND", "OR", "NOT", "XOR", "IN", "IS", "NULL", "LIKE", "ILIKE", "RLIKE", "REGEXP", "GLOB", "BETWEEN",
		"SYMMETRIC", "ESCAPE", "ASC", "DESC", "NULLS", "FIRST", "LAST", "COLLATE", "TRUE", "FALSE", "INTERVAL", "DISTINCT", "ALL", "ANY", "SOME",
		"ARRAY", "ROW", "DIV", "MOD", "BINARY", "AS", "AT", "TIME", "ZONE", "WITHOUT", "VARYING", "PRECISION", "CURRENT_DATE", "CURRENT_TIME",
		"CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP", "DATE", "TIMESTAMP", "BY", "WITH", "ROLLUP", "SIMILAR", "TO", "UNKNOWN",
		"INTEGER":
		return true
	}
	return false
}

// afterWord returns the verdict on a value behind a keyword or a name.
func (p *places) afterWord(word string) verdict {
	switch word {
	case "LIKE", "ILIKE", "RLIKE", "REGEXP", "GLOB", "ESCAPE", "DIV", "CASE", "SYMMETRIC", "LIMIT", "OFFSET":
		return allowed()
	case "BETWEEN":
		return p.afterFrame(p.group().clause)
	case "AND", "OR", "NOT", "XOR", "WHERE", "HAVING", "ON", "WHEN", "THEN", "ELSE":
		return p.afterCondition(word)
	case "BY":
		return allowed() // unless the item names no column
	case "SELECT", "DISTINCT", "ALL", "RETURNING", "OUTPUT":
		return refused(reasonSelect)
	case "FROM", "JOIN", "INTO", "UPDATE", "TABLE", "FOR", "TO", "ZONE", "FIRST", "NEXT", "BOTH", "LEADING", "TRAILING", "PLACING", "IN", "IS",
		"INTERVAL", "BINARY", "MOD", "MATCH":
		return p.afterTwoWords(word)
	case "ROWS", "RANGE", "GROUPS":
		return p.afterFrame(word)
	case "SET":
		return refused(reasonColumn)
	case "AS":
		return refused("a name stands there, not a value")
	case "DATE", "TIME", "TIMESTAMP", "TIMESTAMPTZ":
		return refused(reasonLiteral)
	}
	return refused(reasonPlace)
}

// afterFrame returns the verdict on the bound of a window's frame, ROWS 2 PRECEDING, if the clause is one.
func (p *places) afterFrame(clause string) verdict {
	isFrame := clause == "ROWS" || clause == "RANGE" || clause == "GROUPS"
	if isFrame && p.engine != PostgreSQL && p.engine != SQLite {
		return refused(reasonLiteral)
	}
	return allowed()
}

// afterCondition returns the verdict where a condition may begin.
func (p *places) afterCondition(word string) verdict {
	g := p.group()
	inCase := len(g.cases) > 0
	switch word {
	case "WHEN":
		if !inCase {
			return refused(reasonPlace)
		}
		if g.cases[len(g.cases)-1] {
			return allowed()
		}
	case "THEN", "ELSE":
		if !inCase {
			return refused(reasonPlace)
		}
		return allowed()
	}
	return verdict{operand: true}
}

// afterTwoWords returns the verdict behind words that mean different things in different company.
func (p *places) afterTwoWords(word string) verdict {
	special := p.group().kind == valueGroup && p.takesWords(p.group().opener)
	front := p.last.front
	switch word {
	case "FROM":
		if front == "DISTINCT" || special {
			return allowed()
		}
		if p.group().opener == "EXTRACT" {
			return refused(reasonType)
		}
		return refused(reasonTable)
	case "JOIN", "INTO", "UPDATE", "TABLE":
		return refused(reasonTable)
	case "FOR", "BOTH", "LEADING", "TRAILING", "PLACING", "IN":
		if special {
			return allowed()
		}
	case "TO":
		if front == "SIMILAR" {
			return allowed()
		}
	case "ZONE":
		if front == "TIME" {
			return allowed()
		}
	case "FIRST", "NEXT":
		if front == "FETCH" {
			return allowed()
		}
	case "IS", "MATCH":
		if p.engine == SQLite {
			return allowed()
		}
	case "INTERVAL", "BINARY", "MOD":
		if p.engine == MySQL {
			return allowed()
		}
		if word == "INTERVAL" {
			return refused(reasonLiteral)
		}
	}
	return refused(reasonPlace)
}

// takesWords reports whether words stand between the arguments of a function: substring(a FROM b FOR c).
func (p *places) takesWords(function string) bool {
	switch function {
	case "SUBSTRING", "TRIM", "OVERLAY", "POSITION":
		return true
	case "EXTRACT":
		return p.engine == MySQL
	}
	return false
}
