package jsonata

// regexNode is a part of a regular expression. The set is closed.
type regexNode interface{ regexNode() }

type (
	regexEmpty struct{}
	regexChar  struct{ unit uint16 }
	regexSet   struct{ set *unitSet }
	// regexAssert is ^, $, \b or \B.
	regexAssert struct{ op opcode }
	regexGroup  struct {
		index int // 0 when it captures nothing
		body  regexNode
	}
	// regexBack refers to a group by number.
	regexBack struct{ index int }
	regexLook struct {
		body           regexNode
		behind, negate bool
	}
	regexRepeat struct {
		body     regexNode
		min, max int // max < 0: any number
		lazy     bool
		first    int // groups inside: first to last-1
		last     int
	}
	regexSequence struct{ items []regexNode }
	regexChoice   struct{ options []regexNode }
)

func (regexEmpty) regexNode()    {}
func (regexChar) regexNode()     {}
func (regexSet) regexNode()      {}
func (regexAssert) regexNode()   {}
func (regexGroup) regexNode()    {}
func (regexBack) regexNode()     {}
func (regexLook) regexNode()     {}
func (regexRepeat) regexNode()   {}
func (regexSequence) regexNode() {}
func (regexChoice) regexNode()   {}

type regexParser struct {
	source     []uint16
	pos        int
	groups     int            // read so far
	total      int            // in the whole pattern
	named      map[string]int // the first group of each name
	ignoreCase bool
	multiline  bool
	depth      int
}

const eof = 0xFFFFFF

func (p *regexParser) peek() int { return p.peekAt(0) }

func (p *regexParser) peekAt(n int) int {
	if p.pos+n < len(p.source) {
		return int(p.source[p.pos+n])
	}
	return eof
}

// accept moves past text if it comes next.
func (p *regexParser) accept(text string) bool {
	for i := range len(text) {
		if p.peekAt(i) != int(text[i]) {
			return false
		}
	}
	p.pos += len(text)
	return true
}

// countGroups finds how many groups there are and their names, which decide what \1 and \k mean.
func (p *regexParser) countGroups() {
	p.named = map[string]int{}
	inSet := false
	for i := 0; i < len(p.source); i++ {
		switch p.source[i] {
		case '\\':
			i++
		case '[':
			inSet = true
		case ']':
			inSet = false
		case '(':
			if inSet {
				continue
			}
			if i+1 >= len(p.source) || p.source[i+1] != '?' {
				p.total++
			} else if name, ok := groupName(p.source[i+2:]); ok {
				p.total++
				if p.named[name] == 0 {
					p.named[name] = p.total
				}
			}
		}
	}
}

// groupName reads <name> unless it is a lookbehind.
func groupName(rest []uint16) (string, bool) {
	if len(rest) < 2 || rest[0] != '<' || rest[1] == '=' || rest[1] == '!' {
		return "", false
	}
	end := 1
	for end < len(rest) && isNameUnit(rest[end]) {
		end++
	}
	if end > 1 && end < len(rest) && rest[end] == '>' {
		return fromUnits(rest[1:end]), true
	}
	return "", false
}

// isNameUnit tells whether a code unit may stand in the name of a group.
func isNameUnit(unit uint16) bool {
	return unit >= 0x80 || unit == '$' || unit == '_' || unit >= '0' && unit <= '9' || unit|0x20 >= 'a' && unit|0x20 <= 'z'
}

func (p *regexParser) disjunction() (regexNode, error) {
	if p.depth++; p.depth > 500 {
		return nil, regexError("nested too deeply")
	}
	var options []regexNode
	for {
		option, err := p.alternative()
		if err != nil {
			return nil, err
		}
		options = append(options, option)
		if !p.accept("|") {
			break
		}
	}
	p.depth--
	if len(options) == 1 {
		return options[0], nil
	}
	return regexChoice{options}, nil
}

func (p *regexParser) alternative() (regexNode, error) {
	var items []regexNode
	for c := p.peek(); c != eof && c != '|' && c != ')'; c = p.peek() {
		item, err := p.term()
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	switch len(items) {
	case 0:
		return regexEmpty{}, nil
	case 1:
		return items[0], nil
	}
	return regexSequence{items}, nil
}

// term reads an assertion or an atom with its quantifier.
func (p *regexParser) term() (regexNode, error) {
	first := p.groups + 1
	atom, repeatable, err := p.atom()
	if err != nil {
		return nil, err
	}
	minimum, maximum, ok, err := p.quantifier()
	if err != nil || !ok {
		return atom, err
	}
	if !repeatable {
		return nil, regexError("nothing to repeat")
	}
	return regexRepeat{body: atom, min: minimum, max: maximum, lazy: p.accept("?"), first: first, last: p.groups + 1}, nil
}

// quantifier reads *, +, ?, {n}, {n,} or {n,m}. A brace that makes no quantifier is an ordinary character.
func (p *regexParser) quantifier() (minimum, maximum int, ok bool, err error) {
	switch {
	case p.accept("*"):
		return 0, -1, true, nil
	case p.accept("+"):
		return 1, -1, true, nil
	case p.accept("?"):
		return 0, 1, true, nil
	}
	start := p.pos
	minimum, maximum, ok = p.braces()
	if !ok {
		p.pos = start
		return 0, 0, false, nil
	}
	if maximum >= 0 && maximum < minimum {
		return 0, 0, false, regexError("numbers out of order in {} quantifier")
	}
	return minimum, maximum, true, nil
}

func (p *regexParser) braces() (minimum, maximum int, ok bool) {
	if !p.accept("{") {
		return 0, 0, false
	}
	if minimum, ok = p.decimal(); !ok {
		return 0, 0, false
	}
	maximum = minimum
	if p.accept(",") {
		if maximum, ok = p.decimal(); !ok {
			maximum = -1
		}
	}
	return minimum, maximum, p.accept("}")
}

func (p *regexParser) decimal() (int, bool) {
	start, n := p.pos, 0
	for c := p.peek(); c >= '0' && c <= '9'; c = p.peek() {
		n = min(n*10+c-'0', 1<<30)
		p.pos++
	}
	return n, p.pos > start
}

// atom reads one atom or assertion and tells whether a quantifier may follow.
func (p *regexParser) atom() (regexNode, bool, error) {
	c := p.peek()
	switch c {
	case '^':
		p.pos++
		return regexAssert{p.lineOp(opTextStart, opLineStart)}, false, nil
	case '$':
		p.pos++
		return regexAssert{p.lineOp(opTextEnd, opLineEnd)}, false, nil
	case '(':
		return p.group()
	case '.':
		p.pos++
		return regexSet{notLineEnd}, true, nil
	case '[':
		node, err := p.class()
		return node, true, err
	case '\\':
		return p.escape()
	case '*', '+', '?':
		return nil, false, regexError("nothing to repeat")
	case '{':
		if _, _, ok, _ := p.quantifier(); ok {
			return nil, false, regexError("nothing to repeat")
		}
	}
	p.pos++
	return regexChar{uint16(c)}, true, nil
}

func (p *regexParser) lineOp(single, multi opcode) opcode {
	if p.multiline {
		return multi
	}
	return single
}

func (p *regexParser) group() (regexNode, bool, error) {
	p.pos++
	look, isLook := regexLook{}, true
	index, behind := 0, false
	switch {
	case p.accept("?="):
	case p.accept("?!"):
		look.negate = true
	case p.accept("?<="):
		look.behind = true
	case p.accept("?<!"):
		look.behind, look.negate = true, true
	case p.accept("?:"):
		isLook = false
	case p.peek() == '?':
		p.pos++
		name, ok := groupName(p.source[p.pos:])
		if !ok || !validName(name) || p.opened(name) {
			return nil, false, regexError("invalid group")
		}
		p.pos += len(toUnits(name)) + 2
		isLook = false
		p.groups++
		index = p.groups
	default:
		isLook = false
		p.groups++
		index = p.groups
	}
	behind = look.behind
	body, err := p.disjunction()
	if err != nil {
		return nil, false, err
	}
	if !p.accept(")") {
		return nil, false, regexError("unterminated group")
	}
	if isLook {
		look.body = body
		return look, !behind, nil
	}
	return regexGroup{index, body}, true, nil
}

// validName tells whether a group's name is an identifier.
func validName(name string) bool {
	for i, r := range name {
		if r == '$' || r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 0xAA || i > 0 && r >= '0' && r <= '9' {
			continue
		}
		return false
	}
	return true
}

// escape reads what a backslash begins outside a class.
func (p *regexParser) escape() (regexNode, bool, error) {
	p.pos++
	c := p.peek()
	switch {
	case c == eof:
		return nil, false, regexError(`\ at end of pattern`)
	case c == 'b':
		p.pos++
		return regexAssert{opWordEdge}, false, nil
	case c == 'B':
		p.pos++
		return regexAssert{opNoWordEdge}, false, nil
	case c >= '1' && c <= '9':
		start := p.pos
		if n, _ := p.decimal(); n <= p.total {
			return regexBack{index: n}, true, nil
		}
		p.pos = start
	case c == 'k' && p.hasNames():
		return p.namedReference()
	}
	if set := classEscape(c); set != nil {
		p.pos++
		return regexSet{set}, true, nil
	}
	return regexChar{p.characterEscape()}, true, nil
}

// opened tells whether an earlier group has the name.
func (p *regexParser) opened(name string) bool { return p.named[name] > 0 && p.named[name] <= p.groups }

func (p *regexParser) hasNames() bool { return len(p.named) > 0 }

func (p *regexParser) namedReference() (regexNode, bool, error) {
	p.pos++
	name, ok := groupName(p.source[p.pos:])
	index := p.named[name]
	if !ok || index == 0 {
		return nil, false, regexError("invalid named reference")
	}
	p.pos += len(toUnits(name)) + 2
	return regexBack{index: index}, true, nil
}

// characterEscape reads an escape that stands for one code unit.
func (p *regexParser) characterEscape() uint16 {
	c := p.peek()
	p.pos++
	switch c {
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	case 'v':
		return '\v'
	case 'c':
		if l := p.peek() | 0x20; l >= 'a' && l <= 'z' {
			p.pos++
			return uint16(l & 31)
		}
		p.pos--
		return '\\'
	case 'x':
		return p.hexEscape(2, 'x')
	case 'u':
		return p.hexEscape(4, 'u')
	}
	if c >= '0' && c <= '7' {
		return p.octal(c - '0')
	}
	return uint16(c)
}

func (p *regexParser) hexEscape(digits int, otherwise uint16) uint16 {
	n := 0
	for i := range digits {
		c := p.peekAt(i)
		if c > 127 || digitValue(byte(c)) > 15 {
			return otherwise
		}
		n = n<<4 | digitValue(byte(c))
	}
	p.pos += digits
	return uint16(n)
}

// octal reads up to three octal digits, at most 377.
func (p *regexParser) octal(n int) uint16 {
	for range 2 {
		c := p.peek()
		if c < '0' || c > '7' || n*8+c-'0' > 0o377 {
			break
		}
		n = n*8 + c - '0'
		p.pos++
	}
	return uint16(n)
}

// class reads […].
func (p *regexParser) class() (regexNode, error) {
	p.pos++
	set := &unitSet{negate: p.accept("^")}
	for !p.accept("]") {
		if p.peek() == eof {
			return nil, regexError("unterminated character class")
		}
		if err := p.classRange(set); err != nil {
			return nil, err
		}
	}
	set.prepare()
	return regexSet{set}, nil
}

// classRange reads one member of a class, or two with a dash between.
func (p *regexParser) classRange(set *unitSet) error {
	from, other, err := p.classAtom()
	if err != nil {
		return err
	}
	if p.peek() != '-' || p.peekAt(1) == ']' || p.peekAt(1) == eof {
		set.addMember(from, other)
		return nil
	}
	p.pos++
	to, otherTo, err := p.classAtom()
	if err != nil {
		return err
	}
	if other != nil || otherTo != nil {
		set.addMember(from, other)
		set.add('-', '-')
		set.addMember(to, otherTo)
		return nil
	}
	if from > to {
		return regexError("range out of order in character class")
	}
	set.add(from, to)
	return nil
}

// classAtom reads a character of a class, or an escape such as \d, which is a set.
func (p *regexParser) classAtom() (uint16, *unitSet, error) {
	c := p.peek()
	p.pos++
	if c != '\\' {
		return uint16(c), nil, nil
	}
	c = p.peek()
	switch {
	case c == eof:
		return 0, nil, regexError(`\ at end of pattern`)
	case c == 'b':
		p.pos++
		return '\b', nil, nil
	case c == 'c' && (isDigit(byte(p.peekAt(1))) || p.peekAt(1) == '_'):
		p.pos += 2
		return p.source[p.pos-1] & 31, nil, nil
	}
	if set := classEscape(c); set != nil {
		p.pos++
		return 0, set, nil
	}
	return p.characterEscape(), nil, nil
}
