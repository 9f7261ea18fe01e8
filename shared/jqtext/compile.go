package jqtext

import (
	"errors"
	"strings"

	"github.com/itchyny/gojq"
)

var errNoProgram = errors.New("jq has no program")

// Problem is what is wrong with a program, and where, in bytes of its text.
type Problem struct {
	Start, End int
	Message    string
}

func (p *Problem) Error() string { return "jq: " + p.Message }

// Compile compiles a program with the variables that its call sets, whose names have no $, and with $ARGS behind them. It has no environment and no
// modules; inputs are what input and inputs read, nil for nothing. An error is a *Problem.
func Compile(program string, variables []string, inputs gojq.Iter) (*gojq.Code, error) {
	query, err := gojq.Parse(program)
	if err != nil {
		return nil, place(program, err)
	}
	names := make([]string, 0, len(variables)+1)
	for _, name := range variables {
		names = append(names, "$"+name)
	}
	if inputs == nil {
		inputs = gojq.NewIter[any]()
	}
	options := append(bounded(query), gojq.WithVariables(append(names, "$ARGS")), gojq.WithInputIter(inputs))
	code, err := gojq.Compile(query, options...)
	if err != nil {
		return nil, place(program, err)
	}
	return code, nil
}

// place finds an error in the text: a syntax error where reading stopped, a name that is not defined where it first stands.
func place(program string, err error) *Problem {
	p := &Problem{0, len(program), err.Error()}
	var syntax *gojq.ParseError
	if errors.As(err, &syntax) {
		p.End = min(syntax.Offset, len(program))
		p.Start = max(0, p.End-len(syntax.Token))
		return p
	}
	if _, name, found := strings.Cut(p.Message, " not defined: "); found {
		name, _, _ = strings.Cut(name, "/")
		if at := wordAt(program, name); at >= 0 {
			p.Start, p.End = at, at+len(name)
		}
	}
	return p
}

// wordAt is where a name stands that is no part of a longer one, -1 for nowhere.
func wordAt(text, name string) int {
	for at := 0; at < len(text); {
		i := strings.Index(text[at:], name)
		if i < 0 {
			return -1
		}
		at += i
		if end := at + len(name); (at == 0 || !isLetter(text[at-1])) && (end == len(text) || !isLetter(text[end])) {
			return at
		}
		at += max(1, len(name))
	}
	return -1
}

func isLetter(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// ReadsInputs tells whether a program may ask for further inputs.
func ReadsInputs(program string) bool {
	return wordAt(program, "input") >= 0 || wordAt(program, "inputs") >= 0
}
