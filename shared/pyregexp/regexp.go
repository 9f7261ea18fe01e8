package pyregexp

import (
	"regexp/syntax"
	"strings"
)

// Regexp is a compiled expression. It may be used by many goroutines.
type Regexp struct {
	program *syntax.Prog
	groups  []string     // names
	loose   map[int]bool // groups of which is not known what they hold
	dollar  bool         // the end of the text is also before a line break there
}

// Compile reads an expression as re.compile does. Its errors are an *Error.
func Compile(expression string) (*Regexp, error) {
	if len(expression) > longest {
		return nil, &Error{0, "the expression is too long"}
	}
	t := &translator{text: expression}
	text, err := t.translate()
	if err != nil {
		return nil, err
	}
	tree, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return nil, &Error{0, "the expression is too large"}
	}
	if oddRepeat(tree) {
		return nil, &Error{0, "a repeat of what may be empty, and would rather be, is not supported"}
	}
	unknown := map[int]bool{}
	loose(tree, false, unknown)
	program, err := syntax.Compile(tree.Simplify())
	if err != nil || len(program.Inst) > mostInstructions {
		return nil, &Error{0, "the expression is too large"}
	}
	return &Regexp{program, t.groups, unknown, t.dollar}, nil
}

// Search tells whether the expression matches anywhere in a text, as re.search does. Spend is asked before work is done: a unit is a character that
// is looked at for one of the ways in which the expression may go on. The errors are those of spend.
func (r *Regexp) Search(text string, spend func(work int) error) (bool, error) {
	m := &machine{Regexp: r, text: text, spend: spend}
	found, err := m.match(0, false)
	return found != nil, err
}

// Sub gives the text with each match replaced, as re.sub does.
func (r *Regexp) Sub(template *Template, text string, spend func(work int) error) (string, error) {
	m := &machine{Regexp: r, text: text, spend: spend, captures: true}
	var b strings.Builder
	at, advance := 0, false
	for written := 0; ; {
		found, err := m.match(at, advance)
		if err != nil {
			return "", err
		}
		if found == nil {
			b.WriteString(text[written:])
			return b.String(), nil
		}
		if err := spend((found[1] - written) / 4); err != nil {
			return "", err
		}
		b.WriteString(text[written:found[0]])
		if err := template.write(&b, text, found, spend); err != nil {
			return "", err
		}
		written, at, advance = found[1], found[1], found[0] == found[1]
	}
}
