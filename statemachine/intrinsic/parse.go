package intrinsic

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

// Call is a call of an intrinsic function.
type Call struct {
	Name      string // without States.
	Arguments []Argument
	text      string
}

// String gives the call as it was written.
func (c *Call) String() string { return c.text }

// Argument is *Call, *Path or *Literal.
type Argument interface{ argument() }

type (
	// Path is an argument that is found in the input, the context object or a variable.
	Path struct{ *jsonpath.Path }
	// Literal is a text in single quotes, a number, true, false or null.
	Literal struct {
		Value any
		text  string // with its escapes, where it is a text
	}
)

func (*Call) argument()    {}
func (*Path) argument()    {}
func (*Literal) argument() {}

// Error says what is wrong with a call. Start and End are byte offsets in its text, Fix is what to write instead, where that is known.
type Error struct {
	Start, End   int
	Message, Fix string
}

func (e *Error) Error() string { return e.Message }

// prefix begins the name of every intrinsic function.
const prefix = "States."

// Is tells whether a text is meant as a call of an intrinsic function, not as a path.
func Is(text string) bool { return strings.HasPrefix(text, prefix) }

// maxNesting is how many calls may stand within each other, the outermost one included.
const maxNesting = 10

// Parse reads a call. An error is an *Error.
func Parse(text string) (*Call, error) {
	p := &parser{text: text}
	call, err := p.call(1)
	if err != nil {
		return nil, err
	}
	if p.at < len(text) {
		return nil, p.unexpected("nothing can follow the call")
	}
	return call, nil
}

type parser struct {
	text string
	at   int
}

func (p *parser) problem(start int, format string, arguments ...any) *Error {
	return &Error{Start: start, End: max(p.at, start+1), Message: fmt.Sprintf(format, arguments...)}
}

// unexpected is the error that something else must stand where the parser is.
func (p *parser) unexpected(why string) *Error {
	start := p.at
	p.at = len(p.text)
	rest := p.text[start:]
	if rest == "" {
		return p.problem(start, "the call of an intrinsic function ends too early: %s", why)
	}
	return p.problem(start, "unexpected %q in a call of an intrinsic function: %s", cut(rest), why)
}

// cut shortens a text to 20 characters.
func cut(text string) string {
	if long := []rune(text); len(long) > 20 {
		return string(long[:20]) + "…"
	}
	return text
}

func (p *parser) blanks() {
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.at]) >= 0 {
		p.at++
	}
}

func (p *parser) sees(set string) bool {
	return p.at < len(p.text) && strings.IndexByte(set, p.text[p.at]) >= 0
}

var callName = regexp.MustCompile(`^States\.([A-Za-z0-9]+)\(`)

// call reads a call that stands within others, itself included.
func (p *parser) call(depth int) (*Call, error) {
	start := p.at
	match := callName.FindStringSubmatch(p.text[start:min(len(p.text), start+longestCall)])
	if match == nil {
		return nil, p.unexpected("it begins with States.Name(")
	}
	p.at += len(match[0])
	if _, known := functions[match[1]]; !known {
		err := p.problem(start, "there is no intrinsic function States.%s", match[1])
		err.Fix = "the functions are " + strings.Join(Names(), ", ")
		return nil, err
	}
	if depth > maxNesting {
		return nil, p.problem(start, "more than %d intrinsic functions stand within each other", maxNesting)
	}
	call := &Call{Name: match[1]}
	if p.blanks(); !p.sees(")") {
		if err := p.arguments(call, depth); err != nil {
			return nil, err
		}
	}
	p.at++
	call.text = p.text[start:p.at]
	return call, nil
}

// longestCall is more than the beginning of any call.
const longestCall = 64

// arguments reads what stands before the closing parenthesis.
func (p *parser) arguments(call *Call, depth int) error {
	for {
		p.blanks()
		argument, err := p.argument(depth)
		if err != nil {
			return err
		}
		call.Arguments = append(call.Arguments, argument)
		p.blanks()
		switch {
		case p.sees(")"):
			return nil
		case !p.sees(","):
			return p.unexpected("',' or ')' must follow an argument")
		}
		p.at++
	}
}

var number = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?`)

func (p *parser) argument(depth int) (Argument, error) {
	rest := p.text[p.at:]
	switch {
	case strings.HasPrefix(rest, "'"):
		return p.quoted()
	case strings.HasPrefix(rest, "$"):
		return p.path()
	case strings.HasPrefix(rest, prefix):
		return p.call(depth + 1)
	}
	start := p.at
	for p.at < len(p.text) && !p.sees(",) \t\r\n") {
		p.at++
	}
	switch word := p.text[start:p.at]; {
	case word == "true", word == "false":
		return &Literal{Value: word == "true"}, nil
	case word == "null":
		return &Literal{}, nil
	case word != "" && number.FindString(word) == word:
		value, err := jsonata.Decode([]byte(word))
		if err != nil {
			return nil, p.problem(start, "%s is too large for a number", cut(word))
		}
		return &Literal{Value: value}, nil
	}
	p.at = start
	return nil, p.unexpected("an argument is a text in single quotes, a number, true, false, null, a path or a call")
}

// quoted reads a text in single quotes.
func (p *parser) quoted() (Argument, error) {
	start := p.at
	for p.at++; p.at < len(p.text) && p.text[p.at] != '\''; p.at++ {
		if p.text[p.at] != '\\' {
			continue
		}
		if p.at++; !p.sees(escapable) {
			err := p.problem(p.at-1, `a backslash in a text stands only before ' { } and \`)
			err.Fix = `write \\ for a backslash`
			return nil, err
		}
	}
	if p.at >= len(p.text) {
		return nil, p.problem(start, "the closing ' is missing")
	}
	text := p.text[start+1 : p.at]
	p.at++
	return &Literal{Value: unescaped(text), text: text}, nil
}

// escapable are the characters that a backslash may stand before.
const escapable = `'{}\`

// unescaped takes the backslashes of escapes out of a text.
func unescaped(text string) string {
	var out strings.Builder
	for at := 0; at < len(text); at++ {
		if text[at] == '\\' && at+1 < len(text) && strings.IndexByte(escapable, text[at+1]) >= 0 {
			at++
		}
		out.WriteByte(text[at])
	}
	return out.String()
}

// path reads a path up to the comma or parenthesis that ends it.
func (p *parser) path() (Argument, error) {
	start := p.at
	p.at = start + pathLength(p.text[start:])
	text := strings.TrimRight(p.text[start:p.at], " \t\r\n")
	path, err := jsonpath.Parse(text, jsonpath.StepFunctions)
	var bad *jsonpath.Error
	if errors.As(err, &bad) {
		return nil, &Error{Start: start + bad.Start, End: start + bad.End, Message: bad.Message, Fix: bad.Fix}
	}
	return &Path{path}, err
}

// pathLength is the length of the path at the beginning of a text, up to a comma or a closing parenthesis outside of its brackets.
func pathLength(text string) int {
	open, quote := 0, byte(0)
	for at := 0; at < len(text); at++ {
		switch b := text[at]; {
		case quote != 0 && b == '\\':
			at++
		case quote != 0:
			if b == quote {
				quote = 0
			}
		case open > 0 && (b == '\'' || b == '"'):
			quote = b
		case b == '[' || b == '(':
			open++
		case b == ']' || b == ')' && open > 0:
			open--
		case open <= 0 && (b == ',' || b == ')'):
			return at
		}
	}
	return len(text)
}

// Written is the text of a literal as it stands in the call, with its escapes; "" for what is no text.
func (l *Literal) Written() string { return l.text }
