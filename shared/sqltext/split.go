package sqltext

import "strings"

// Split cuts a script into its statements: the tokens of each without what separates it from the next and without white
// space and comments at its ends. A statement ends
//
//   - at a semicolon outside of a routine's BEGIN … END and, on PostgreSQL, outside of parentheses;
//   - on MySQL at what a DELIMITER line names, until the next such line;
//   - on SQL Server at a line that says GO; semicolons do not end a procedure, function or trigger there;
//   - on Oracle at a line that holds / alone; semicolons do not end a PL/SQL block there.
func Split(engine Engine, script string) [][]Token {
	s := splitter{lexer: newLexer(engine, script), lineStart: true}
	for {
		t, ok := s.lexer.next()
		switch {
		case !ok:
			s.end()
			return s.statements
		case s.setsDelimiter(t):
		case s.ends(t):
			s.end()
		default:
			s.add(t)
		}
		s.line(t)
	}
}

type splitter struct {
	lexer      *lexer
	statements [][]Token
	current    []Token
	words      int    // of the current statement
	last       string // its last word in upper case, "" when something else has followed
	routine    bool   // it creates a procedure, a function, a trigger or an event
	create     bool
	block      bool // a PL/SQL block without a name
	depth      int  // of BEGIN and CASE
	parens     int
	lineStart  bool // nothing but white space stands on the line so far
}

func (s *splitter) end() {
	if statement := Trim(s.current); len(statement) > 0 {
		s.statements = append(s.statements, statement)
	}
	*s = splitter{lexer: s.lexer, statements: s.statements, lineStart: s.lineStart}
}

func (s *splitter) line(t Token) {
	if i := strings.LastIndexByte(t.Text, '\n'); i >= 0 {
		s.lineStart = strings.Trim(t.Text[i:], " \t\r\n") == ""
	} else if t.Kind != Space {
		s.lineStart = false
	}
}

// Trim takes white space and comments off both ends, but for the marks of a comment that is executed.
func Trim(tokens []Token) []Token {
	isEdge := func(t Token) bool { return t.Blank() && !t.Conditional }
	for len(tokens) > 0 && isEdge(tokens[0]) {
		tokens = tokens[1:]
	}
	for len(tokens) > 0 && isEdge(tokens[len(tokens)-1]) {
		tokens = tokens[:len(tokens)-1]
	}
	return tokens
}

// add appends a token and follows BEGIN … END.
func (s *splitter) add(t Token) {
	s.current = append(s.current, t)
	switch {
	case t.Kind == Word:
		s.word(strings.ToUpper(t.Text))
	case t.Blank():
	default:
		s.last = ""
		switch t.Text {
		case "(":
			s.parens++
		case ")":
			s.parens = max(0, s.parens-1)
		}
	}
}

func (s *splitter) word(word string) {
	s.words++
	switch word {
	case "CREATE", "ALTER":
		s.create = s.create || s.words == 1
	case "TABLE", "VIEW", "INDEX", "DATABASE", "SCHEMA", "SEQUENCE", "TYPE":
		s.create = false // another object, whatever its name
	case "PROCEDURE", "PROC", "FUNCTION", "TRIGGER", "EVENT", "PACKAGE":
		s.routine = s.routine || s.create
	case "DECLARE":
		s.block = s.block || s.words == 1
	case "BEGIN":
		s.block = s.block || s.words == 1
		s.depth++
	case "CASE":
		if s.last != "END" {
			s.depth++
		}
	case "IF", "LOOP", "WHILE", "REPEAT", "FOR":
		if s.last == "END" { // END IF closes an IF, which has not been counted
			s.depth++
		}
	case "END":
		s.depth = max(0, s.depth-1)
	}
	s.last = word
}

// ends reports whether a token ends the statement. It is never part of one.
func (s *splitter) ends(t Token) bool {
	switch {
	case t.Kind == Delimiter:
		return true
	case s.lexer.delimiter != "":
		return false
	case s.lexer.engine == SQLServer && t.Is("GO"):
		return s.alone(t)
	case s.lexer.engine == Oracle && t.Text == "/":
		return s.alone(t)
	case t.Text != ";" || t.Kind != Symbol || t.Conditional:
		return false
	case s.lexer.engine == SQLServer && s.routine, s.lexer.engine == Oracle && (s.routine || s.block):
		return false
	case s.lexer.engine == PostgreSQL && s.parens > 0:
		return false
	}
	return !s.routine || s.depth == 0
}

// alone reports whether a token is all that its line holds, but for a number (GO 5) and a comment, which are passed.
func (s *splitter) alone(t Token) bool {
	if !s.lineStart {
		return false
	}
	line, _, _ := strings.Cut(s.lexer.text[t.End():], "\n")
	rest, _, _ := strings.Cut(line, "--")
	if strings.Trim(rest, " \t\r0123456789") != "" {
		return false
	}
	s.lexer.at = t.End() + len(line)
	return true
}

// setsDelimiter reads a DELIMITER line of MySQL's client.
func (s *splitter) setsDelimiter(t Token) bool {
	if s.lexer.engine != MySQL || !t.Is("DELIMITER") || len(Trim(s.current)) > 0 {
		return false
	}
	line, _, _ := strings.Cut(s.lexer.text[t.End():], "\n")
	fields := strings.Fields(line)
	if len(fields) == 0 {
		return false
	}
	s.lexer.at = t.End() + len(line)
	s.lexer.delimiter = fields[0]
	if fields[0] == ";" {
		s.lexer.delimiter = ""
	}
	return true
}
