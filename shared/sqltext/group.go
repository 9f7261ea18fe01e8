package sqltext

import "strings"

// This file follows the groups of a statement: the statement itself, and what stands in one pair of parentheses.

// group is a statement or what stands in a pair of brackets.
type group struct {
	kind   groupKind
	opener string // upper-case word in front of "("
	clause string // the clause that the last token belongs to: SELECT, FROM, ORDER, …
	// first and rest are the verdicts on a value as the first item of a list and as a later one.
	first, rest verdict
	cases       []bool // the open CASEs; true for CASE value WHEN …
	between     int    // 1 + the number of open CASEs where a BETWEEN waits for its AND
	inItem      bool   // an item of ORDER BY, GROUP BY or PARTITION BY is read
}

type groupKind int

const (
	statementGroup groupKind = iota // a statement, a subquery, or clauses as in OVER (…)
	valueGroup                      // VALUES (…), IN (…), function(…), an expression
	nameGroup                       // INSERT INTO t (…), USING (…)
)

// item is one element of ORDER BY, GROUP BY or PARTITION BY. Without a column it is the same for all rows.
type item struct {
	named bool
	first int // of the holes of places that stand in it
}

// verdict says whether a value may stand at a place.
type verdict struct {
	reason string // why not; "" when it may
	// operand allows the value only in front of an operator, because alone it would be a condition.
	operand bool
}

func allowed() verdict              { return verdict{} }
func refused(reason string) verdict { return verdict{reason: reason} }

// open begins a group at a bracket.
func (p *places) open(bracket string) {
	g := &group{opener: p.last.upper, kind: valueGroup}
	switch here := p.here(); {
	case p.group().kind == nameGroup:
		*g = group{kind: nameGroup, first: here, rest: here}
	case bracket == "[": // PostgreSQL's a[1], ARRAY[1, 2]
		g.opener = bracket
	case p.last.kind == noToken:
		p.clausesOnly(g)
	case p.last.upper == "," && p.group().kind == statementGroup && p.group().clause == "VALUES": // the next row
	case p.last.kind == Symbol && p.last.upper != ")" || p.last.kind == Operator || p.last.kind == Splice:
		g.first, g.rest = here, verdict{reason: here.reason}
	case p.last.kind == Word:
		p.openAfterWord(g, here)
	case p.last.kind != Name || p.opensNames():
		p.namesOnly(g)
	}
	p.groups = append(p.groups, g)
}

// namesOnly, constantsOnly and clausesOnly make groups in which no value can stand, for different reasons.
func (p *places) namesOnly(g *group) {
	g.kind, g.first = nameGroup, refused(reasonNames)
	g.rest = g.first
}

func (p *places) constantsOnly(g *group) {
	g.kind, g.first = nameGroup, refused(reasonConstant)
	g.rest = g.first
}

func (p *places) clausesOnly(g *group) {
	g.kind, g.first = statementGroup, refused(reasonPlace)
	g.rest = g.first
}

// openAfterWord begins a group behind a keyword or a function's name.
func (p *places) openAfterWord(g *group, here verdict) {
	word := p.last.upper
	switch word {
	case "VALUES":
		if isOperatorText(p.last.front) || p.engine == MySQL && p.group().kind == valueGroup { // MySQL's VALUES(column)
			p.namesOnly(g)
		}
		return
	case "IN", "TOP", "AGAINST", "ROW":
		return
	case "OVER", "FILTER", "AS", "MATERIALIZED", "EXISTS", "LATERAL", "ARRAY":
		p.clausesOnly(g)
		return
	case "GROUP":
		if p.last.front == "WITHIN" {
			p.clausesOnly(g)
			return
		}
	case "USING", "PARTITION", "INDEX", "KEY", "CONFLICT", "COLUMNS", "WITH", "SET", "INTO", "TABLE":
		p.namesOnly(g)
		return
	case "ROLLUP", "CUBE", "SETS":
		p.constantsOnly(g)
		return
	case "ANY", "SOME", "ALL":
		if p.engine != PostgreSQL && p.engine != Unknown || word == "ALL" && !isOperatorText(p.last.front) {
			p.clausesOnly(g)
		}
		return
	case "LIMIT", "OFFSET":
		if p.engine == MySQL {
			p.clausesOnly(g)
		}
		return
	}
	switch {
	case p.opensNames(), word == "ON" && p.last.front == "DISTINCT":
		p.namesOnly(g)
	case isKeyword(word):
		g.first, g.rest = here, verdict{reason: here.reason}
	default:
		g.first, g.rest = p.argumentsOf(word)
	}
}

// opensNames reports whether the name in front of "(" is that of a table, an alias or a type, so that columns or sizes
// follow.
func (p *places) opensNames() bool {
	switch p.last.front {
	case "AS", "::", "INTO", "TABLE", "REFERENCES", "RECURSIVE", "CONSTRAINT":
		return true
	case "INSERT", "REPLACE", "WITH":
		return p.last.front == p.group().clause
	case "THEN": // MERGE … WHEN NOT MATCHED THEN INSERT (…)
		return p.last.upper == "INSERT" && len(p.group().cases) == 0
	case ",":
		return p.group().clause == "WITH" && p.group().kind == statementGroup
	}
	return false
}

// argumentsOf returns the verdicts on the first and the later arguments of a function: some take words, not values.
func (p *places) argumentsOf(function string) (first, rest verdict) {
	word := refused(function + " takes a keyword there")
	switch p.engine {
	case MySQL:
		switch function {
		case "TIMESTAMPADD", "TIMESTAMPDIFF", "GET_FORMAT":
			return word, allowed()
		case "CONVERT":
			return allowed(), word
		}
	case SQLServer:
		switch function {
		case "CONVERT", "TRY_CONVERT", "DATEADD", "DATEDIFF", "DATEDIFF_BIG", "DATEPART", "DATENAME", "DATETRUNC", "DATE_BUCKET":
			return word, allowed()
		}
	}
	switch function {
	case "GROUPING":
		return refused(reasonNames), refused(reasonNames)
	case "EXTRACT":
		return word, word
	}
	return allowed(), allowed()
}

// close ends a group at its closing bracket and returns what the bracket counts as.
func (p *places) close(bracket string) string {
	g := p.group()
	if len(p.groups) == 1 {
		return bracket
	}
	p.endItem()
	p.groups = p.groups[:len(p.groups)-1]
	if g.kind == nameGroup && g.opener == "ON" {
		return "DISTINCT" // DISTINCT ON (…)
	}
	return bracket
}

func (p *places) group() *group { return p.groups[len(p.groups)-1] }

// isKeyword reports whether a word in front of "(" is one that an expression, or something else than arguments, follows.
func isKeyword(word string) bool {
	switch word {
	case "AND", "OR", "NOT", "XOR", "WHERE", "ON", "HAVING", "WHEN", "CASE", "SELECT", "BY", "THEN", "ELSE", "BETWEEN", "SYMMETRIC", "LIKE",
		"ILIKE", "RLIKE", "REGEXP", "GLOB", "ESCAPE", "FROM", "JOIN", "IS", "DISTINCT", "RETURNING", "OUTPUT", "UNION", "EXCEPT",
		"INTERSECT", "DIV", "INTERVAL", "SET", "TO", "ZONE", "DO":
		return true
	}
	return false
}

func isOperatorText(text string) bool {
	return text != "" && strings.Trim(text, "+-*/<>=~!@#%^&|`:") == ""
}
