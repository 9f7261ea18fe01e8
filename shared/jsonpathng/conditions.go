package jsonpathng

import "github.com/steploom/steploom/shared/pyregexp"

// condition is a part of a filter.
type condition interface {
	holds(e *evaluation, at *match) (bool, error)
	// seesRoot tells whether it looks at the whole document.
	seesRoot() bool
}

// The conditions.
type (
	every  []condition // &&
	either []condition // ||
	exists struct {
		path    node
		negated bool // it holds where the path matches nothing
	}
	// comparison holds where one of the matches of the left side does.
	comparison struct {
		left     node
		operator string
		right    any // a value, or a node
	}
	// resembles is =~.
	resembles struct {
		left    node
		pattern *pyregexp.Regexp
	}
)

// filter reads ? and conditions up to the bracket that closes.
func (p *parser) filter() (node, error) {
	p.at++
	c, err := p.conditions()
	if err != nil {
		return nil, err
	}
	return &filter{c, c.seesRoot()}, p.expect(']')
}

func (p *parser) conditions() (condition, error) {
	first, err := p.condition()
	if err != nil {
		return nil, err
	}
	return p.joined(first)
}

// joined reads the conditions that && and || join to the first. && binds tighter.
func (p *parser) joined(first condition) (condition, error) {
	var alternatives either
	terms := every{first}
	for {
		isOr := p.accept(orToken)
		if !isOr && !p.accept(andToken) && !p.accept('&') {
			break
		}
		next, err := p.condition()
		if err != nil {
			return nil, err
		}
		if isOr {
			alternatives, terms = append(alternatives, terms), nil
		}
		terms = append(terms, next)
	}
	if alternatives == nil {
		return terms, nil
	}
	return append(alternatives, terms), nil
}

func (p *parser) condition() (condition, error) {
	path, c, err := p.conditionOrPath()
	if err == nil && c == nil {
		c = &exists{path: path}
	}
	return c, err
}

// conditionOrPath reads a condition, or a path that nothing is compared with.
func (p *parser) conditionOrPath() (node, condition, error) {
	if p.accept('!') {
		path, err := p.path(loose)
		return nil, &exists{path, true}, err
	}
	left, c, err := p.leftSide()
	if err != nil || c != nil || p.peek().kind != compareToken {
		return left, c, err
	}
	c, err = p.comparison(left)
	return nil, c, err
}

// leftSide reads a path, or conditions in parentheses. Parentheses around nothing but a path are part of a path.
func (p *parser) leftSide() (node, condition, error) {
	if !p.accept('(') {
		path, err := p.path(loose)
		return path, nil, err
	}
	path, c, err := p.conditionOrPath()
	switch {
	case err != nil:
		return nil, nil, err
	case c == nil && p.accept(')'):
		path, err = p.rest(path, loose)
		return path, nil, err
	case c == nil:
		c = &exists{path: path}
	}
	if c, err = p.joined(c); err != nil {
		return nil, nil, err
	}
	return nil, c, p.expect(')')
}

// comparison reads an operator and its right side.
func (p *parser) comparison(left node) (condition, error) {
	operator := p.next().text
	t := p.peek()
	if operator == "=~" {
		return p.resembles(left)
	}
	if operator == "=" {
		operator = "=="
	}
	switch t.kind {
	case nameToken:
		p.at++
		return &comparison{left, operator, t.text}, nil
	case numberToken, floatToken, boolToken, nullToken:
		p.at++
		return &comparison{left, operator, t.value}, nil
	case '@', '$':
		query, err := p.singular()
		return &comparison{left, operator, query}, err
	}
	return nil, p.unexpected("a value, or a path that begins with @ or $")
}

func (p *parser) resembles(left node) (condition, error) {
	t := p.peek()
	if t.kind != nameToken && t.kind != nullToken {
		return nil, p.unexpected("a regular expression in quotation marks")
	}
	p.at++
	expression, err := pyregexp.Compile(t.text)
	if err != nil {
		return nil, &Error{t.at, "the regular expression: " + err.Error()}
	}
	return &resembles{left, expression}, nil
}

// singular reads a path of names and places behind @ or $.
func (p *parser) singular() (node, error) {
	var path node = &this{}
	if p.next().kind == '$' {
		path = &root{}
	}
	for {
		var step node
		switch {
		case p.accept('.'):
			t := p.peek()
			if t.kind != nameToken && t.kind != nullToken && t.kind != boolToken {
				return nil, p.unexpected("a name")
			}
			step = &fields{[]string{t.text}}
		case p.accept('['):
			switch t := p.peek(); t.kind {
			case nameToken:
				step = &fields{[]string{t.text}}
			case numberToken:
				step = &index{[]int{position(t.value)}}
			default:
				return nil, p.unexpected("a name in quotation marks or a number")
			}
			if p.second().kind != ']' {
				p.at++
				return nil, p.unexpected(`"]"`)
			}
			p.at++
		default:
			return path, nil
		}
		p.at++
		path = &child{pair{path, step}}
	}
}

func (c every) seesRoot() bool       { return anySeesRoot(c) }
func (c either) seesRoot() bool      { return anySeesRoot(c) }
func (c *exists) seesRoot() bool     { return seesRoot(c.path) }
func (c *comparison) seesRoot() bool { return seesRoot(c.left) || seesRoot(c.right) }
func (c *resembles) seesRoot() bool  { return seesRoot(c.left) }

func anySeesRoot(conditions []condition) bool {
	for _, c := range conditions {
		if c.seesRoot() {
			return true
		}
	}
	return false
}

// seesRoot tells whether $ stands in a path, but for what it sorts by, in which the library does not look.
func seesRoot(part any) bool {
	switch part := part.(type) {
	case *root:
		return true
	case *filter:
		return part.linked
	case interface{ sides() (left, right any) }:
		left, right := part.sides()
		return seesRoot(left) || seesRoot(right)
	}
	return false
}
