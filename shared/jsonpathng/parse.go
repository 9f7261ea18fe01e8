package jsonpathng

import (
	"fmt"
	"math"
	"math/big"
)

// Error is a path that cannot be read.
type Error struct {
	Offset  int    // in bytes from the beginning of the path
	Message string // plain English, without the path
}

// Error gives the message and the place.
func (e *Error) Error() string { return fmt.Sprintf("offset %d: %s", e.Offset, e.Message) }

// longest is how many bytes a path may have, most how many words: some more than Python's recursion allows.
const (
	longest = 1 << 16
	most    = 4096
)

// Parse reads a path. Its errors are an *Error.
func Parse(path string) (*Path, error) {
	if len(path) > longest {
		return nil, &Error{longest, fmt.Sprintf("the path is longer than %d bytes", longest)}
	}
	read, err := tokens(path)
	if err != nil {
		return nil, err
	}
	if len(read) > most {
		return nil, &Error{read[most].at, fmt.Sprintf("the path has more than %d words", most)}
	}
	p := &parser{tokens: read}
	root, err := p.path(0)
	if err != nil {
		return nil, err
	}
	if p.peek().kind != end {
		return nil, p.unexpected("the end of the path")
	}
	if p.fails == nil {
		p.fails = failing(root)
	}
	return &Path{path, root, namesOf(root), p.fails}, nil
}

// failing tells of the beginning of a path that no document has.
func failing(path node) *Error {
	for {
		switch part := path.(type) {
		case *sorted:
			return &Error{0, "`sorted` begins the path: write $.`sorted` for the whole document"}
		case *child:
			_, ofRoot := part.left.(*root)
			if _, up := part.right.(*parent); ofRoot && up {
				return &Error{0, "the whole document has no `parent`"}
			}
			path = part.left
		default:
			return nil
		}
	}
}

type parser struct {
	tokens []token
	at     int
	fails  *Error // a part that cannot be evaluated
}

func (p *parser) peek() token { return p.tokens[p.at] }

// second is the token behind the next one.
func (p *parser) second() token { return p.tokens[min(p.at+1, len(p.tokens)-1)] }

func (p *parser) next() token {
	t := p.tokens[p.at]
	if t.kind != end {
		p.at++
	}
	return t
}

// accept takes the next token where it is of a kind.
func (p *parser) accept(k kind) bool {
	if p.peek().kind != k {
		return false
	}
	p.at++
	return true
}

func (p *parser) expect(k kind) error {
	if !p.accept(k) {
		return p.unexpected(fmt.Sprintf("%q", string(rune(k))))
	}
	return nil
}

// unexpected says what was to come instead of the next token.
func (p *parser) unexpected(wanted string) *Error {
	t := p.peek()
	if t.kind == end {
		return &Error{t.at, "the path ends where there has to be " + wanted}
	}
	return &Error{t.at, fmt.Sprintf("%q cannot stand here, there has to be %s", t.text, wanted)}
}

// The order of operators, the loosest first. What begins with a bracket, and arithmetic, binds only where nothing else waits for its right side.
const (
	loose = iota
	ofDescend
	ofDot
	ofUnion
	ofIntersect
	ofWhere
	ofWhereNot
)

// binary are the operators between paths.
func binary(k kind) (order int, join func(left, right node) node) {
	switch k {
	case descendToken:
		return ofDescend, func(left, right node) node { return &descend{pair{left, right}} }
	case '.':
		return ofDot, func(left, right node) node { return &child{pair{left, right}} }
	case '|':
		return ofUnion, func(left, right node) node { return &union{pair{left, right}} }
	case '&':
		return ofIntersect, func(left, right node) node { return &intersect{pair{left, right}} }
	case whereToken:
		return ofWhere, func(left, right node) node { return &where{pair{left, right}} }
	case whereNotToken:
		return ofWhereNot, func(left, right node) node { return &whereNot{pair{left, right}} }
	}
	return loose, nil
}

func arithmetic(k kind) bool { return k == '+' || k == '-' || k == '*' }

// path reads a path up to an operator that does not bind tighter than order.
func (p *parser) path(order int) (node, error) {
	left, err := p.primary()
	if err != nil {
		return nil, err
	}
	return p.rest(left, order)
}

// rest reads what follows a path.
func (p *parser) rest(left node, order int) (node, error) {
	for {
		t := p.peek()
		binds, join := binary(t.kind)
		var err error
		switch {
		case t.kind == '[' && order == loose:
			left, err = p.behindBracket(left)
		case arithmetic(t.kind) && order == loose:
			p.at++
			left, err = p.operation(left, t)
		case join != nil && binds > order:
			p.at++
			left, err = p.binary(left, t, binds, join)
		default:
			return left, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

func (p *parser) binary(left node, operator token, binds int, join func(left, right node) node) (node, error) {
	if operator.kind == descendToken && p.peek().kind == '[' && p.second().kind == '?' {
		p.at++
		right, err := p.filter()
		return &descend{pair{left, right}}, err
	}
	if operator.kind == '&' && p.fails == nil {
		p.fails = &Error{operator.at, notImplemented}
	}
	right, err := p.path(binds)
	return join(left, right), err
}

// operation reads the right side of + - *.
func (p *parser) operation(left any, operator token) (node, error) {
	right, err := p.operand()
	if err != nil {
		return nil, err
	}
	return &operation{bareName(left), byte(operator.kind), bareName(right)}, nil
}

// operand reads a number, or a path with all that follows it.
func (p *parser) operand() (any, error) {
	t := p.peek()
	if (t.kind == numberToken || t.kind == floatToken) && !arithmetic(p.second().kind) {
		p.at++
		return t.value, nil
	}
	return p.path(loose)
}

// bareName is the text that a single name beside an operator is.
func bareName(operand any) any {
	if f, isFields := operand.(*fields); isFields && len(f.names) == 1 {
		return f.names[0]
	}
	return operand
}

// primary reads the beginning of a path.
func (p *parser) primary() (node, error) {
	switch t := p.peek(); t.kind {
	case nameToken, nullToken, boolToken:
		return p.fields()
	case numberToken, floatToken:
		return p.number()
	case operatorToken:
		p.at++
		return named(t)
	case '*':
		p.at++
		return &wildcard{}, nil
	case '$':
		p.at++
		return &root{}, nil
	case '@':
		p.at++
		return &this{}, nil
	case '(':
		p.at++
		inner, err := p.path(loose)
		if err != nil {
			return nil, err
		}
		return inner, p.expect(')')
	case '[':
		p.at++
		return p.bracket()
	}
	return nil, p.unexpected("a path")
}

// number reads a number that begins a path: beside + - * a number, else the name of a field.
func (p *parser) number() (node, error) {
	t := p.next()
	operator := p.peek()
	if !arithmetic(operator.kind) {
		if t.kind == floatToken {
			return nil, p.unexpected("+, - or *, since a number with a fraction is no name")
		}
		return &fields{[]string{fmt.Sprint(t.value)}}, nil
	}
	p.at++
	right := p.peek()
	if right.kind == t.kind && !arithmetic(p.second().kind) {
		p.at++
		return &operation{t.value, byte(operator.kind), right.value}, nil
	}
	path, err := p.path(loose)
	return &operation{t.value, byte(operator.kind), bareName(path)}, err
}

// fields reads names with commas between them.
func (p *parser) fields() (node, error) {
	f := &fields{}
	for {
		switch t := p.peek(); t.kind {
		case nameToken, nullToken, boolToken:
			f.names = append(f.names, t.text)
			p.at++
		default:
			return nil, p.unexpected("a name")
		}
		if !p.accept(',') {
			return f, nil
		}
	}
}

// behindBracket reads what stands in brackets behind a path.
func (p *parser) behindBracket(left node) (node, error) {
	p.at++
	var right node
	var err error
	switch p.peek().kind {
	case '?':
		right, err = p.filter()
	case sortToken:
		right, err = p.sorts()
	default:
		right, err = p.bracket()
	}
	return &child{pair{left, right}}, err
}

// bracket reads names, numbers, a slice or * up to the bracket that closes.
func (p *parser) bracket() (node, error) {
	var inner node
	var err error
	switch t := p.peek(); {
	case t.kind == '*':
		p.at++
		inner = &wildcard{}
	case t.kind == ':', t.kind == numberToken && p.second().kind == ':':
		inner = p.slice()
	case t.kind == numberToken:
		inner, err = p.index()
	case t.kind == nameToken, t.kind == nullToken, t.kind == boolToken:
		inner, err = p.fields()
	default:
		err = p.unexpected("a name, a number, a slice or *")
	}
	if err != nil {
		return nil, err
	}
	return inner, p.expect(']')
}

func (p *parser) index() (node, error) {
	i := &index{}
	for {
		t := p.peek()
		if t.kind != numberToken {
			return nil, p.unexpected("a number")
		}
		p.at++
		i.places = append(i.places, position(t.value))
		if !p.accept(',') {
			return i, nil
		}
	}
}

// slice reads start:stop:step.
func (p *parser) slice() node {
	var parts [3]*int
	for i := range parts {
		if i > 0 && !p.accept(':') {
			break
		}
		if t := p.peek(); t.kind == numberToken {
			n := position(t.value)
			parts[i] = &n
			p.at++
		}
	}
	return &slice{parts[0], parts[1], parts[2]}
}

// position is a number as a place in a list; one that no list reaches becomes the largest.
func position(number any) int {
	switch n := number.(type) {
	case int64:
		return int(max(min(n, math.MaxInt32), -math.MaxInt32))
	case *big.Int:
		return n.Sign() * math.MaxInt32
	}
	return math.MaxInt32
}

// sorts reads what a list is sorted by.
func (p *parser) sorts() (node, error) {
	s := &sorted{}
	for p.peek().kind == sortToken {
		t := p.next()
		path, err := p.path(loose)
		if err != nil {
			return nil, err
		}
		s.by = append(s.by, sortKey{path, t.text == `\`})
	}
	return s, p.expect(']')
}
