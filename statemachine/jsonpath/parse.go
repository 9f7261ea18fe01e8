package jsonpath

import (
	"strconv"
	"strings"
)

// Flavour is the language that a path is written in.
type Flavour int

// The flavours; see the package's documentation.
const (
	Jayway Flavour = iota
	StepFunctions
	Plain
)

// Parse reads a path; an error is an *Error. Holes are stretches of the text, in their order, whose values are not known yet: they may stand where a
// filter compares with a value, and inside of a quoted text there.
func Parse(text string, flavour Flavour, holes ...Span) (*Path, error) {
	p := &parser{text: strings.TrimRight(text, blanks), flavour: flavour, holes: holes}
	p.blanks()
	path := p.path("")
	if p.err != nil {
		return nil, p.err
	}
	return path, nil
}

const blanks = " \t\r\n"

// parser reads a text from left to right. After an error it stands at the end, so that every loop ends.
type parser struct {
	text    string
	at      int
	flavour Flavour
	holes   []Span
	next    int    // hole
	ends    string // bytes that end the path which is being read
	depth   int
	err     *Error
}

func (p *parser) fail(err *Error) {
	if p.err == nil {
		p.err = err
	}
	p.at = len(p.text)
}

func (p *parser) end() bool { return p.at >= len(p.text) }

// peek is the next byte, 0 at the end.
func (p *parser) peek() byte {
	if p.end() {
		return 0
	}
	return p.text[p.at]
}

// sees tells whether the next byte is one of a set.
func (p *parser) sees(set string) bool {
	return !p.end() && strings.IndexByte(set, p.text[p.at]) >= 0
}

// take moves over a prefix if it is there.
func (p *parser) take(prefix string) bool {
	if !strings.HasPrefix(p.text[p.at:], prefix) {
		return false
	}
	p.at += len(prefix)
	return true
}

// need moves over a prefix that must be there.
func (p *parser) need(prefix, where string) {
	if p.err == nil && !p.take(prefix) {
		p.fail(problem(p.at, p.at+1, "%q is missing%s", prefix, where))
	}
}

func (p *parser) blanks() { p.while(func(b byte) bool { return strings.IndexByte(blanks, b) >= 0 }) }

// while moves over the bytes that a predicate accepts, and gives them. It stops before a hole.
func (p *parser) while(accept func(byte) bool) string {
	start := p.at
	for !p.end() && accept(p.text[p.at]) && p.holeHere() < 0 {
		p.at++
	}
	return p.text[start:p.at]
}

// since is the stretch from a place to where the parser is.
func (p *parser) since(start int) Span { return Span{start, p.at} }

// path reads a path up to the end of the text, or to one of the bytes in ends.
func (p *parser) path(ends string) *Path {
	outer := p.ends
	p.ends = ends
	start := p.at
	path := &Path{Root: p.root(), flavour: p.flavour}
	if p.at == start && !p.sees(".[") {
		path.Steps = append(path.Steps, p.member(start))
	}
	before := bracketOf{}
	for !p.end() && !p.sees(p.ends) {
		path.Steps = append(path.Steps, p.step())
		if p.flavour == Jayway && ends == conditionEnds {
			before = p.bracketBehind(before, path.Steps[len(path.Steps)-1])
		}
	}
	if ends == conditionEnds && p.sees("&|") {
		operator := p.text[p.at : p.at+1]
		p.fail(problem(p.at, p.at+1, "%q would belong to the path", operator).fix("put blanks around %s", operator+operator))
	}
	path.Span, p.ends = p.since(start), outer
	path.text = p.text[min(start, p.at):p.at]
	return path
}

// root reads the beginning of a path. Jayway and the plain flavour do without one.
func (p *parser) root() Root {
	start := p.at
	root := Root{}
	switch {
	case p.flavour == StepFunctions && p.take("$$"):
		root.Kind = Context
	case p.take("$"):
		if p.flavour == StepFunctions {
			root.Name = p.while(isIdentifier)
		}
		if root.Name != "" {
			root.Kind = Variable
		}
	case p.flavour != Plain && p.sees("@") && (p.flavour == Jayway || p.ends != ""):
		p.at++
		root.Kind = Element
	case p.flavour == StepFunctions || p.end():
		p.fail(problem(start, len(p.text), "a JSONPath starts with $").fix("write $.%s", p.text[start:]))
	}
	if p.flavour == Jayway && p.at == start && p.sees(".") {
		rest := p.text[start:]
		p.fail(problem(start, len(p.text), "a JSONPath starts with $").fix("write $%s, or $.%s for a search at every depth", rest, rest))
	}
	root.Span = p.since(start)
	if p.at > start && !p.end() && !p.sees(".["+p.ends) {
		p.unexpected("'.' or '[' must follow")
	}
	return root
}

func isIdentifier(b byte) bool {
	return b == '_' || b >= 0x80 || isDigit(b) || b|0x20 >= 'a' && b|0x20 <= 'z'
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// unexpected reports what stands where the path cannot go on.
func (p *parser) unexpected(why string) {
	if p.holeHere() >= 0 {
		p.misplacedHole()
		return
	}
	rest := p.text[p.at:]
	if isIdentifier(rest[0]) {
		p.fail(problem(p.at, len(p.text), "unexpected %q in a JSONPath: %s", shortened(rest), why).fix("write %s.%s", p.text[:p.at], rest))
		return
	}
	p.fail(problem(p.at, len(p.text), "unexpected %q in a JSONPath: %s", shortened(rest), why).fix("write names with such characters as ['name']"))
}

// shortened is a text of at most 20 characters.
func shortened(rest string) string {
	if long := []rune(rest); len(long) > 20 {
		return string(long[:20]) + "…"
	}
	return rest
}

func (p *parser) step() Step {
	start := p.at
	switch {
	case p.take(".."):
		if p.end() || p.sees("."+p.ends) {
			p.fail(problem(start, p.at, "a name must follow '..'").fix("write a name behind it, as in $..name, or delete the dots"))
			return nil
		}
		return &Descend{Step: p.afterDot(p.at), Span: p.since(start)}
	case p.take("."):
		return p.afterDot(start)
	case p.peek() == '[':
		return p.bracket(start)
	default:
		p.unexpected("'.' or '[' must follow")
		return nil
	}
}

func (p *parser) afterDot(start int) Step {
	switch {
	case p.peek() == '[':
		return p.bracket(start)
	case p.flavour != Plain && p.take("*"):
		return &Wildcard{p.since(start), true}
	default:
		return p.member(start)
	}
}

// member reads a name, or a function.
func (p *parser) member(start int) Step {
	name := p.name()
	switch {
	case name == "" && p.err == nil && p.holeHere() >= 0:
		p.misplacedHole()
	case name == "":
		p.fail(problem(start, p.at+1, "a name must follow '.'").fix("write names with such characters as ['name']"))
	case p.flavour != Plain && p.take("("):
		return &Function{Name: name, Arguments: p.arguments(), Span: p.since(start)}
	}
	return &Child{p.since(start), []string{name}}
}

// name reads a name that is not in quotes. Jayway lets it hold what reads like a mistake; such names must be quoted here.
func (p *parser) name() string {
	stop := `.[]()'"*` + blanks + p.ends
	switch {
	case p.flavour == Plain:
		stop = ".[]"
	case p.flavour == Jayway && p.ends == conditionEnds:
		stop += "/"
	}
	return p.while(func(b byte) bool { return strings.IndexByte(stop, b) < 0 })
}

func (p *parser) bracket(start int) Step {
	p.at++
	p.blanks()
	step := p.inBrackets(start)
	p.blanks()
	if p.need("]", ""); step != nil {
		step.extend(p.at)
	}
	return step
}

func (p *parser) inBrackets(start int) Step {
	switch {
	case p.take("*"):
		return &Wildcard{p.since(start), false}
	case p.flavour == Jayway && p.take("?"):
		return p.filterInParentheses(start)
	case p.flavour != Plain && p.take("?"):
		return &Filter{Condition: deeper(p, p.disjunction), Span: p.since(start)}
	case p.sees(`'"`):
		return &Child{Names: p.names(), Span: p.since(start)}
	case p.sees("-:0123456789"):
		return p.numbers(start)
	case p.holeHere() >= 0:
		p.misplacedHole()
	case p.sees("("):
		p.fail(problem(p.at, p.at+1, "an expression cannot stand in brackets").fix("write [?(…)] for a filter, [-1] for the last element"))
	default:
		p.fail(problem(start, p.at+1, "expected an index, a quoted name, * or a filter in brackets"))
	}
	return nil
}

// names reads quoted names, separated by commas.
func (p *parser) names() []string {
	var names []string
	for {
		start := p.at
		if !p.sees(`'"`) {
			p.fail(problem(start, start+1, "expected a quoted name"))
			return nil
		}
		names = append(names, p.quotedName())
		if p.blanks(); !p.take(",") {
			return names
		}
		if p.flavour == Plain {
			p.fail(problem(start, p.at, "a choice of several names cannot stand in this path"))
			return nil
		}
		p.blanks()
	}
}

// quotedName reads a name in quotes. Step Functions keeps backslashes in it, also one that keeps a quote from ending it.
func (p *parser) quotedName() string {
	start := p.at
	name, _ := p.value().(string)
	if p.flavour == StepFunctions && p.err == nil {
		return p.text[start+1 : p.at-1]
	}
	return name
}

// numbers reads what stands in brackets after an index or a slice began.
func (p *parser) numbers(start int) Step {
	first := p.integer()
	if p.blanks(); p.flavour != Plain && p.take(":") {
		return p.slice(start, first)
	}
	indexes := p.withIndex(nil, first)
	for p.blanks(); p.flavour != Plain && p.take(","); p.blanks() {
		p.blanks()
		indexes = p.withIndex(indexes, p.integer())
	}
	return &Index{p.since(start), indexes}
}

// withIndex adds an index, which must be there.
func (p *parser) withIndex(list []int, index *int) []int {
	if index == nil {
		p.fail(problem(p.at, p.at+1, "expected an index"))
		return nil
	}
	return append(list, *index)
}

func (p *parser) slice(start int, from *int) Step {
	slice := &Slice{From: from}
	if inside := strings.TrimLeft(p.text[start+1:p.at], blanks); p.flavour == Jayway && (strings.ContainsAny(inside, blanks) || p.sees(blanks)) {
		p.fail(problem(start, p.at, "no blanks can stand in a slice").fix("write it without blanks, as in [1:3]"))
	}
	p.blanks()
	slice.To = p.integer()
	if p.blanks(); p.take(":") {
		p.blanks()
		slice.By = p.integer()
	}
	if slice.From == nil && slice.To == nil {
		p.fail(problem(start, p.at, "a slice needs a first or a last index").fix("write [*] for all elements"))
	}
	slice.Span = p.since(start)
	return slice
}

// maxIndex is far beyond any list.
const maxIndex = 1_000_000_000

// integer reads a whole number, nil when there is none.
func (p *parser) integer() *int {
	start := p.at
	negative := p.take("-")
	if p.while(isDigit) == "" {
		if negative {
			p.fail(problem(start, p.at, "a number must follow '-'"))
		}
		return nil
	}
	value, err := strconv.Atoi(p.text[start:p.at])
	if err != nil || value > maxIndex || value < -maxIndex {
		p.fail(problem(start, p.at, "%s is too large for an index", p.text[start:p.at]))
		return nil
	}
	return &value
}
