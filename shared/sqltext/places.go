package sqltext

import "strings"

// This file decides where in a statement a value may stand.

// What a hole is refused for.
const (
	reasonPlace     = "a value cannot stand here"
	reasonName      = "it is part of a name"
	reasonNames     = "names stand there, not values"
	reasonTable     = "the name of a table stands there, not a value"
	reasonColumn    = "the name of a column stands there, not a value"
	reasonSelect    = "in a list of columns it would be a constant, not a column; a name (AS …) or a cast says that a value is meant"
	reasonConstant  = "the rows would be ordered or grouped by a constant, not by a column"
	reasonCondition = "it would be a whole condition"
	reasonType      = "the database could not tell its type there; write CAST(… AS …) around it"
	reasonUnknown   = "what stands in front of it is known only when the statement runs"
	reasonLiteral   = "only a literal can stand there"
)

const noToken Kind = -1

// places follows a statement token by token.
type places struct {
	engine Engine
	tokens []Token
	at     int // index of the token that is read
	groups []*group
	last   lastToken
	verb   string // what the statement does: SELECT, INSERT, …; "" at its start
	object string // what CREATE creates
	items  []item // the elements of ORDER BY and its kin around
	holes  []int  // indexes of tokens: the holes whose elements are not complete
	// refusals are the reasons why holes are refused, by their index in tokens.
	refusals map[int]string
}

// lastToken is the last token that is neither white space nor a comment.
type lastToken struct {
	kind  Kind
	upper string // in upper case
	// front is the token in front of it, or in front of the qualified name (shop.item) that it ends.
	front string
	end   int // offset
}

// refusalsOf returns for each hole of a text, by its token's index, why it cannot be a bind parameter; a hole that can is
// not in the result. A string that contains holes counts as one.
func refusalsOf(engine Engine, tokens []Token) map[int]string {
	p := &places{engine: engine, tokens: tokens, refusals: map[int]string{}}
	p.begin()
	for ; p.at < len(tokens); p.at++ {
		if t := tokens[p.at]; !t.Blank() {
			p.read(t)
		}
	}
	p.begin()
	return p.refusals
}

// begin starts a statement.
func (p *places) begin() {
	for len(p.groups) > 1 {
		p.close("")
	}
	if len(p.groups) > 0 {
		p.endItem()
	}
	p.groups = append(p.groups[:0], &group{first: refused(reasonPlace)})
	p.last, p.verb, p.object = lastToken{kind: noToken}, "", ""
}

func (p *places) read(t Token) {
	upper := strings.ToUpper(t.Text)
	switch {
	case isHole(t):
		p.hole(t)
		return
	case t.Kind == Symbol && t.Text == ";":
		p.begin()
		return
	case t.Text == "(" || t.Text == "[":
		p.open(t.Text)
	case t.Text == ")" || t.Text == "]":
		upper = p.close(t.Text)
	case t.Text == ",":
		p.endItem()
		p.beginItem()
	case t.Kind == Word && p.last.upper != ".":
		upper = p.word(upper)
	case t.Kind == Word || t.Kind == Name:
		p.named()
	}
	p.pass(t, upper)
}

// isHole reports whether a value is to be put at a token or, for a string, into it.
func isHole(t Token) bool {
	return t.Kind == Hole || t.Kind == Text && strings.IndexByte(t.Text, holeByte) >= 0
}

// pass makes a token the last one; upper is what it counts as.
func (p *places) pass(t Token, upper string) {
	next := lastToken{kind: t.Kind, upper: upper, front: p.last.upper, end: t.End()}
	switch {
	case t.Kind == Text:
		next.upper = "?"
	case (t.Kind == Word || t.Kind == Name) && p.last.upper == ".":
		next.front = p.last.front
	case t.Text == ".":
		next.front = p.last.front
	case t.Text == "*" && p.startsItem():
		next.kind, next.upper = Name, "?"
	}
	p.last = next
}

// startsItem reports whether a * here means all columns.
func (p *places) startsItem() bool {
	switch p.last.upper {
	case "", "(", ",", ".", "SELECT", "DISTINCT", "ALL", "RETURNING":
		return true
	}
	return false
}

// hole decides on a hole and goes on as behind a value.
func (p *places) hole(t Token) {
	if reason := p.refuses(t); reason != "" {
		p.refusals[p.at] = reason
	}
	p.holes = append(p.holes, p.at)
	p.pass(t, "?")
}

// refuses returns why no value may stand at the token, "" when one may.
func (p *places) refuses(t Token) string {
	next, adjacent := p.following()
	switch {
	case t.Kind == Hole && p.isGlued(t, next, adjacent):
		return reasonName
	case next.Text == "(" || next.Text == "." || next.Text == "=>" || next.Text == ":=":
		return reasonName
	case next.Kind == Number || next.Kind == Hole || next.Kind == Mark:
		return reasonPlace
	case (next.Kind == Name || next.Kind == Text) && !p.isAliased():
		return reasonPlace
	}
	here := p.here()
	if here.reason == reasonSelect && saysValue(next) {
		return ""
	}
	isRow := p.last.upper == "(" && next.Text == ","
	if here.reason == "" && here.operand && !continuesExpression(next) && !isRow {
		return reasonCondition
	}
	return here.reason
}

// saysValue reports whether what follows an item of a list of columns shows that the author means a value: a name for it or a cast of it.
func saysValue(next Token) bool {
	return next.Text == "::" || next.Kind == Word && strings.EqualFold(next.Text, "AS")
}

// isAliased reports whether a quoted name or a string behind a value is the name of a column of the result.
func (p *places) isAliased() bool {
	g := p.group()
	return g.kind == statementGroup && (g.clause == "SELECT" || g.clause == "RETURNING")
}

// isGlued reports whether a hole touches what would make it part of a name or a number.
func (p *places) isGlued(t Token, next Token, adjacent bool) bool {
	if p.last.end == t.Offset {
		switch p.last.kind {
		case Word, Name, Number, Text, Hole, Splice:
			return true
		case Symbol, Operator:
			switch p.last.upper {
			case ".", "@", "$", "#":
				return true
			case ":":
				return p.group().opener != "["
			}
		}
	}
	if !adjacent {
		return false
	}
	switch next.Kind {
	case Word, Name, Number, Text, Hole, Splice:
		return true
	}
	return false
}

// following returns the next token that means something, and whether it touches the one that is read.
func (p *places) following() (next Token, adjacent bool) {
	for i := p.at + 1; i < len(p.tokens); i++ {
		if !p.tokens[i].Blank() {
			return p.tokens[i], i == p.at+1
		}
	}
	return Token{Kind: noToken}, false
}

// continuesExpression reports whether a token makes what stands in front of it an operand.
func continuesExpression(t Token) bool {
	if t.Kind == Operator {
		return t.Text != ":"
	}
	if t.Kind != Word {
		return t.Kind == Escaped
	}
	switch strings.ToUpper(t.Text) {
	case "IS", "IN", "BETWEEN", "LIKE", "ILIKE", "NOT", "RLIKE", "REGEXP", "GLOB", "MATCH", "SIMILAR", "SOUNDS", "DIV", "MOD", "COLLATE", "AT",
		"ISNULL", "NOTNULL":
		return true
	}
	return false
}

// here returns the verdict on a value behind the last token.
func (p *places) here() verdict {
	g := p.group()
	switch {
	case !p.takesValues():
		return refused(p.verb + " takes no values")
	case g.kind == nameGroup:
		return g.first
	}
	switch p.last.kind {
	case Splice:
		return refused(reasonUnknown)
	case Operator:
		return p.afterOperator()
	case Escaped:
		return allowed()
	case Word:
		return p.afterWord(p.last.upper)
	case Symbol:
		switch p.last.upper {
		case "DISTINCT":
			return refused(reasonSelect)
		case "(", "[":
			return g.first
		case ",":
			return p.afterComma(g)
		}
	}
	return refused(reasonPlace)
}

// afterComma returns the verdict on a later item of a list.
func (p *places) afterComma(g *group) verdict {
	switch g.clause {
	case "ORDER", "GROUP", "PARTITION":
		return allowed() // unless the item names no column
	}
	if g.kind == valueGroup {
		return g.rest
	}
	switch g.clause {
	case "LIMIT":
		if p.engine == MySQL || p.engine == SQLite || p.engine == Unknown {
			return allowed()
		}
	case "SELECT", "RETURNING", "OUTPUT":
		return refused(reasonSelect)
	case "FROM", "JOIN", "UPDATE", "INTO", "USING":
		return refused(reasonTable)
	case "SET":
		return refused(reasonColumn)
	}
	return refused(reasonPlace)
}

func (p *places) afterOperator() verdict {
	switch p.last.upper {
	case "::":
		return refused("the name of a type stands there, not a value")
	case ":":
		if p.group().opener == "[" { // a[1:2]
			return allowed()
		}
		return refused(reasonPlace)
	case "-", "+", "~", "@":
		if p.engine == PostgreSQL && p.startsOperand(p.last.front) {
			return refused(reasonType)
		}
	case "->", "->>":
		if p.engine == MySQL {
			return refused("behind " + p.last.upper + " only a literal can stand; JSON_EXTRACT takes a value")
		}
	}
	return allowed()
}

// startsOperand reports whether an operand begins behind a token, so that an operator there has none on its left.
func (p *places) startsOperand(token string) bool {
	switch token {
	case "", "(", ",", "[":
		return true
	}
	return isOperatorText(token) || isKeyword(token) || startsClause(token)
}

// beginItem and endItem bound an element of ORDER BY, GROUP BY or PARTITION BY.
func (p *places) beginItem() {
	g := p.group()
	switch g.clause {
	case "ORDER", "GROUP", "PARTITION":
		p.endItem()
		g.inItem = true
		p.items = append(p.items, item{first: len(p.holes)})
	}
}

// endItem refuses the holes of an element that names no column. One that does makes the element around name one, too.
func (p *places) endItem() {
	g := p.group()
	if !g.inItem {
		return
	}
	g.inItem = false
	last := p.items[len(p.items)-1]
	p.items = p.items[:len(p.items)-1]
	for _, hole := range p.holes[last.first:] {
		if !last.named && p.refusals[hole] == "" {
			p.refusals[hole] = reasonConstant
		}
	}
	p.holes = p.holes[:last.first]
	if last.named && len(p.items) > 0 {
		p.items[len(p.items)-1].named = true
	}
}

// named notes that a column may have been named in the items around. A function's name, a type's and a collation's are
// no columns; behind a value stands an alias or a unit.
func (p *places) named() {
	next, _ := p.following()
	switch {
	case next.Text == "(" || next.Text == ".":
		return
	case p.last.upper == "COLLATE" || p.last.upper == "::" || p.last.upper == "AS" || p.last.upper == ")" || p.last.upper == "?":
		return
	case p.last.kind == Number:
		return
	}
	if len(p.items) > 0 {
		p.items[len(p.items)-1].named = true
	}
}
