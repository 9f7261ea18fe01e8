// Package jqtext reads jq: command lines as far as they can run without files and a terminal, and programs, which it compiles as the filter function
// runs them and of which it tells how many results they give.
package jqtext

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/steploom/steploom/shared/shelltext"
)

// Command is a command line of jq. Its standard input is whatever calls it.
type Command struct {
	Program shelltext.Word
	// Raw tells that the results are written as text, one after the other with Between behind each but the last; Indent is that of a result which is
	// no text itself, "" for one line.
	Raw             bool
	Between, Indent string
	// Slurp makes one list of all inputs, Null runs the program once, without an input, and Fails makes a last result of false or null a failure.
	Slurp, Null, Fails bool
	Variables          []Variable
	// Files are read instead of standard input, in their order.
	Files []shelltext.Word
}

// Variable is one of --arg and --argjson.
type Variable struct {
	Name  string
	Value shelltext.Word
	JSON  bool
}

// Error is a word of a command line that is not available, and why.
type Error struct {
	Word   shelltext.Word
	Reason string
}

func (e *Error) Error() string { return e.Reason }

// Is tells whether a command line calls jq and nothing else.
func Is(line []shelltext.Word) bool {
	return Called(line) == "jq" && !slices.ContainsFunc(line, func(w shelltext.Word) bool { return w.Operator })
}

// Called is the program that a command line calls, without its folder; "" for an empty line.
func Called(line []shelltext.Word) string {
	if len(line) == 0 {
		return ""
	}
	return path.Base(line[0].Text)
}

// Parse reads the words behind jq (jq 1.7 manual, "Invoking jq"). An error is an *Error, but for a command without a program.
func Parse(words []shelltext.Word) (*Command, error) {
	c := reader{Command: Command{Between: "\n", Indent: "  "}}
	for i := 0; i < len(words); i++ {
		w := words[i]
		switch {
		case w.Operator:
			return nil, &Error{w, "the shell's " + w.Text + " is not available"}
		case w.Text == "--arg" || w.Text == "--argjson":
			if i+2 >= len(words) {
				return nil, &Error{w, w.Text + " needs a name and a value"}
			}
			c.Variables = append(c.Variables, Variable{words[i+1].Text, words[i+2], w.Text == "--argjson"})
			i += 2
		case w.Text == "--indent":
			count, err := strconv.Atoi(words[min(i+1, len(words)-1)].Text)
			if err != nil || count < 0 || count > 7 {
				return nil, &Error{w, "--indent needs a number from 0 to 7"}
			}
			c.Indent = strings.Repeat(" ", count)
			i++
		case strings.HasPrefix(w.Text, "-") && len(w.Text) > 1:
			if err := c.options(w); err != nil {
				return nil, err
			}
		case !c.hasProgram:
			c.Program, c.hasProgram = w, true
		case w.Text != "-": // standard input
			c.Files = append(c.Files, w)
		}
	}
	if !c.hasProgram {
		return nil, errNoProgram
	}
	return &c.Command, nil
}

// reader is a command as it is read.
type reader struct {
	Command
	hasProgram bool
}

// options reads a word such as --slurp or -rc.
func (c *reader) options(w shelltext.Word) error {
	names := strings.Split(w.Text[1:], "") // letters
	if long, isLong := strings.CutPrefix(w.Text, "--"); isLong {
		names = []string{long}
	}
	for _, name := range names {
		if !c.option(name) {
			return &Error{w, "the option " + w.Text[:len(w.Text)-len(strings.Join(names, ""))] + name + " of jq is not available"}
		}
	}
	return nil
}

// option notes an option by its long name or its letter; false when it is not available. Members are always sorted, and nothing is coloured.
func (c *reader) option(name string) bool {
	switch name {
	case "raw-output", "r":
		c.Raw = true
	case "join-output", "j":
		c.Raw, c.Between = true, ""
	case "slurp", "s":
		c.Slurp = true
	case "null-input", "n":
		c.Null = true
	case "exit-status", "e":
		c.Fails = true
	case "compact-output", "c":
		c.Indent = ""
	case "tab":
		c.Indent = "\t"
	case "sort-keys", "S", "monochrome-output", "M", "unbuffered":
	default:
		return false
	}
	return true
}
