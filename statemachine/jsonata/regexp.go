package jsonata

// regexp is a compiled regular expression of JavaScript (ECMAScript 2023, 22.2, with annex B.1.2, without the u flag). It
// works on UTF-16 code units and backtracks as the specification does, counting steps, so that no pattern can run forever.
type regexp struct {
	source     string
	program    []instruction
	groups     int
	slots      int // positions of groups, and of loops
	ignoreCase bool
}

// compileRegex reads a pattern and the flags i and m.
func compileRegex(pattern, flags string) (*regexp, error) {
	p := &regexParser{source: toUnits(pattern)}
	for i, f := range flags {
		switch {
		case f == 'i' && !p.ignoreCase:
			p.ignoreCase = true
		case f == 'm' && !p.multiline:
			p.multiline = true
		default:
			return nil, regexError("invalid flag " + flags[i:i+1])
		}
	}
	p.countGroups()
	tree, err := p.disjunction()
	if err == nil && p.pos < len(p.source) {
		err = regexError("unmatched )")
	}
	if err != nil {
		return nil, err
	}
	g := &regexGenerator{ignoreCase: p.ignoreCase, slots: 2 * (p.groups + 1)}
	g.emit(instruction{op: opSave, n: 0})
	g.node(tree, false)
	g.emit(instruction{op: opSave, n: 1})
	g.emit(instruction{op: opMatch})
	if g.tooLarge() {
		return nil, regexError("expression is too large")
	}
	return &regexp{source: pattern, program: g.program, groups: p.groups, slots: g.slots, ignoreCase: p.ignoreCase}, nil
}

type regexError string

func (e regexError) Error() string { return string(e) }

// regexFunction is a regular expression as a value: a function from text, and where to begin, to a match.
func regexFunction(r *regexp) *Function {
	return &Function{regex: r, arity: 2, names: []string{"str", "fromIndex"}, native: func(st *state, args []any) (any, error) {
		m, err := r.startingAt(st, javascriptText(at(args, 0)), at(args, 1))
		if err != nil || m == nil {
			return Undefined, err
		}
		return m.object(st), nil
	}}
}

// first finds the first match in s.
func (r *regexp) first(st *state, s string) (*found, error) { return r.startingAt(st, s, 0.0) }

// startingAt finds the first match at or after an index, which counts as 0 when it is no number.
func (r *regexp) startingAt(st *state, s string, index any) (*found, error) {
	m := &matching{regexp: r, st: st, input: toUnits(s)}
	start, _ := Float(index)
	if start > float64(len(m.input)) {
		return nil, nil
	}
	return m.from(int(max(0, start)))
}

// from finds the first match at or after start.
func (m *matching) from(start int) (*found, error) {
	ok, err := m.search(start)
	if err != nil || !ok {
		return nil, err
	}
	first, end := m.slots[0], m.slots[1]
	f := &found{match: fromUnits(m.input[first:end]), start: float64(first), end: float64(end)}
	groups := make([]any, m.groups)
	for i := range groups {
		groups[i] = Undefined
		if a, b := m.slots[2*i+2], m.slots[2*i+3]; a >= 0 && b >= 0 {
			groups[i] = fromUnits(m.input[a:b])
		}
	}
	f.groups = groups
	f.next = func() (*found, error) { return m.after(end) }
	return f, nil
}

// after finds the match that follows one that ended at end. An empty one would never get on.
func (m *matching) after(end int) (*found, error) {
	if end >= len(m.input) {
		return nil, nil
	}
	next, err := m.from(end)
	if err == nil && next != nil && next.match == "" {
		return nil, &Error{Code: "D1004", Value: m.source}
	}
	return next, err
}

// javascriptText is String(v); what lies deeper than a thousand arrays is left out.
func javascriptText(v any) string { return nestedText(v, 1000) }

func nestedText(v any, levels int) string {
	switch v := plain(v).(type) {
	case string:
		return v
	case float64:
		return numberText(v)
	case int64:
		return string(appendWhole(nil, v))
	case *Object, map[string]any:
		return "[object Object]"
	case *Function:
		return "[object Object]"
	}
	items, ok := elements(v)
	if !ok {
		return jsonText(v)
	}
	var b []byte
	for i, item := range items {
		if i > 0 {
			b = append(b, ',')
		}
		if item != nil && !IsUndefined(item) && levels > 0 && len(b) < maxJSONSize/16 {
			b = append(b, nestedText(item, levels-1)...)
		}
	}
	return string(b)
}
