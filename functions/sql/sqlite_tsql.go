package sql

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/shared/sqltext"
)

// This file lets SQLite run what queries for SQL Server say often: TOP, OFFSET … FETCH, OUTPUT, national strings, table hints, a few functions, INSERT
// without INTO. What is left of T-SQL, SQLite refuses.

// fromSQLServer rewrites a batch for SQL Server statement by statement. Parameters stay in their order.
func fromSQLServer(batch []sqltext.Token) []sqltext.Token {
	var out []sqltext.Token
	for start := 0; start < len(batch); {
		end := start + 1 + slices.IndexFunc(batch[start:], isSemicolon)
		if end == start {
			end = len(batch) + 1
		}
		out = append(out, output(limited(words(batch[start:end-1])))...)
		if end <= len(batch) {
			out = append(out, batch[end-1])
		}
		start = end
	}
	return out
}

func keyword(text string) sqltext.Token { return sqltext.Token{Kind: sqltext.Word, Text: text} }

func space() sqltext.Token { return sqltext.Token{Kind: sqltext.Space, Text: " "} }

// tsqlCalls are functions without arguments, tsqlNames those that only have another name.
var (
	tsqlCalls = map[string]string{
		"GETDATE": "CURRENT_TIMESTAMP", "GETUTCDATE": "CURRENT_TIMESTAMP", "SYSDATETIME": "CURRENT_TIMESTAMP", "SYSUTCDATETIME": "CURRENT_TIMESTAMP",
		"SCOPE_IDENTITY": "last_insert_rowid()",
		"NEWID": "(lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-a' || substr(hex(randomblob(2)), 2) || " +
			"'-' || hex(randomblob(6))))",
	}
	tsqlNames = map[string]string{"ISNULL": "ifnull", "LEN": "length"}
	hints     = []string{"NOLOCK", "READUNCOMMITTED", "READCOMMITTED", "READPAST", "REPEATABLEREAD", "SERIALIZABLE", "HOLDLOCK", "UPDLOCK", "ROWLOCK", "PAGLOCK", "TABLOCK",
		"TABLOCKX", "XLOCK", "NOWAIT"}
)

// words replaces words and calls that SQLite has otherwise.
func words(statement []sqltext.Token) []sqltext.Token {
	var out []sqltext.Token
	for i := 0; i < len(statement); i++ {
		t := statement[i]
		following := next(statement, i)
		called := following >= 0 && statement[following].Is("(")
		name := strings.ToUpper(t.Text)
		switch {
		case t.Kind == sqltext.Text && name[0] == 'N':
			t.Text = t.Text[1:]
			out = append(out, t)
		case t.Kind != sqltext.Word:
			out = append(out, t)
		case called && tsqlCalls[name] != "" && tokenIs(statement, next(statement, following), ")"):
			out = append(out, raw(tsqlCalls[name]))
			i = next(statement, following)
		case called && tsqlNames[name] != "":
			out = append(out, keyword(tsqlNames[name]))
		case name == "WITH" && called && isHint(statement, following):
			i = closingOf(statement, following)
		case name == "INSERT" && !tokenIs(statement, following, "into") && next(out, -1) < 0:
			out = append(out, t, space(), keyword("INTO"))
		default:
			out = append(out, t)
		}
	}
	return out
}

// isHint tells whether nothing but hints stands in the parentheses.
func isHint(statement []sqltext.Token, open int) bool {
	closing := closingOf(statement, open)
	for i := open + 1; i < closing; i++ {
		if t := statement[i]; !t.Blank() && !t.Is(",") && !slices.Contains(hints, strings.ToUpper(t.Text)) {
			return false
		}
	}
	return closing > open+1
}

// limited writes TOP (n) and OFFSET m ROWS FETCH NEXT n ROWS ONLY as LIMIT.
func limited(statement []sqltext.Token) []sqltext.Token {
	for i := 0; i < len(statement); i++ {
		switch {
		case statement[i].Is("top"):
			statement = top(statement, i)
		case statement[i].Is("offset"):
			statement = offset(statement, i)
		}
	}
	return statement
}

// top moves the number of SELECT TOP (n) to the end of the SELECT. A parameter stays in its place among the others, by a name that stands for it.
func top(statement []sqltext.Token, at int) []sqltext.Token {
	begin := previous(statement, at)
	if begin >= 0 && statement[begin].Is("distinct") {
		begin = previous(statement, begin)
	}
	first := next(statement, at)
	last := first
	if tokenIs(statement, first, "(") {
		last = closingOf(statement, first)
	}
	after := next(statement, last)
	if begin < 0 || !statement[begin].Is("select") || last < 0 || after < 0 || statement[after].Is("percent") || statement[after].Is("with") {
		return statement
	}
	end := selectEnd(statement, after)
	if end < 0 {
		return statement
	}
	number := slices.Clone(statement[first : last+1])
	if slices.ContainsFunc(number, func(t sqltext.Token) bool { return t.Kind == sqltext.Mark }) {
		head := slices.Concat([]sqltext.Token{keyword("WITH"), raw(" steploom_top(n) AS (SELECT "), number[0]}, number[1:], []sqltext.Token{raw(") ")})
		limit := []sqltext.Token{space(), keyword("LIMIT"), raw(" (SELECT n FROM steploom_top) ")}
		return slices.Concat(statement[:begin], head, statement[begin:at], statement[last+1:end], limit, statement[end:])
	}
	return slices.Concat(statement[:at], statement[last+1:end], []sqltext.Token{space(), keyword("LIMIT"), space()}, number, []sqltext.Token{space()}, statement[end:])
}

// previous is the index of the token before that is not blank, -1 when there is none.
func previous(tokens []sqltext.Token, i int) int {
	for i--; i >= 0; i-- {
		if !tokens[i].Blank() {
			return i
		}
	}
	return -1
}

// selectEnd is where the SELECT ends that goes on at an index; -1 in front of UNION and the like, where a LIMIT would mean all of it.
func selectEnd(statement []sqltext.Token, at int) int {
	depth := 0
	for i := at; i < len(statement); i++ {
		t := statement[i]
		switch {
		case t.Is("("):
			depth++
		case t.Is(")"):
			if depth--; depth < 0 {
				return i
			}
		case depth == 0 && (t.Is("union") || t.Is("except") || t.Is("intersect")):
			return -1
		case depth == 0 && t.Is(";"):
			return i
		}
	}
	return len(statement)
}

// offset writes OFFSET m ROWS [FETCH NEXT n ROWS ONLY] as LIMIT m, n, in which the order is the same.
func offset(statement []sqltext.Token, at int) []sqltext.Token {
	rows := nextOf(statement, at, "rows", "row")
	if rows < 0 {
		return statement
	}
	skipped := statement[at+1 : rows]
	fetch := next(statement, rows)
	if !tokenIs(statement, fetch, "fetch") {
		return slices.Concat(statement[:at], []sqltext.Token{keyword("LIMIT")}, skipped, []sqltext.Token{raw(", -1 ")}, statement[rows+1:])
	}
	word, end := next(statement, fetch), nextOf(statement, fetch, "rows", "row")
	only := next(statement, max(end, 0))
	if end < 0 || !tokenIs(statement, word, "next") && !tokenIs(statement, word, "first") || !tokenIs(statement, only, "only") {
		return statement
	}
	return slices.Concat(statement[:at], []sqltext.Token{keyword("LIMIT")}, skipped, []sqltext.Token{raw(",")}, statement[word+1:end], statement[only+1:])
}

// nextOf is the index of the next of the words.
func nextOf(statement []sqltext.Token, at int, words ...string) int {
	for i := at + 1; i < len(statement); i++ {
		if slices.ContainsFunc(words, statement[i].Is) {
			return i
		}
	}
	return -1
}

// output writes OUTPUT inserted.id of an INSERT, UPDATE or DELETE as RETURNING id at its end. What a row was before an UPDATE, SQLite cannot tell.
func output(statement []sqltext.Token) []sqltext.Token {
	at := nextOf(statement, -1, "output")
	verb := next(statement, -1)
	if at < 0 || verb < 0 || statement[verb].Is("select") {
		return statement
	}
	end := nextOf(statement, at, "values", "select", "default", "where", "from", "into")
	if end < 0 {
		end = len(statement)
	}
	rows := "inserted"
	if statement[verb].Is("delete") {
		rows = "deleted"
	}
	var columns []sqltext.Token
	for i := at + 1; i < end; i++ {
		if dot := next(statement, i); statement[i].Is(rows) && tokenIs(statement, dot, ".") {
			i = dot
			continue
		}
		columns = append(columns, statement[i])
	}
	return slices.Concat(statement[:at], statement[end:], []sqltext.Token{space(), keyword("RETURNING")}, columns)
}
