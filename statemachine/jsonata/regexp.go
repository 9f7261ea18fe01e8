package jsonata

// regexp is a compiled regular expression of JavaScript (ECMAScript 2023, 22.2, with annex B.1.2, without the u flag). It
// works on UTF-16 code units and backtracks as the specification does, counting steps, so that no pattern can run forever.
type regexp struct {
	source     string
	program    []instruction
	groups     int
	slots      int // positions of groups, and of loops
	ignoreCase bool
	anchored   bool         // matches only at the start of the text
	begins     *instruction // what a match begins with, nil when that may be several things
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
	r := &regexp{source: pattern, program: g.program, groups: p.groups, slots: g.slots, ignoreCase: p.ignoreCase}
	r.begin()
	return r, nil
}

// begin finds out what a match begins with.
func (r *regexp) begin() {
	pc := 0
	for r.program[pc].op == opSave || r.program[pc].op == opReset {
		pc++
	}
	switch i := &r.program[pc]; i.op {
	case opTextStart:
		r.anchored = true
	case opChar, opCharFolded, opSet, opSetFolded:
		if !i.back {
			r.begins = i
		}
	}
}

type regexError string

func (e regexError) Error() string { return string(e) }

// regexFunction is a regular expression as a value: a function from text, and where to begin, to a match.
func regexFunction(r *regexp) *Function {
	fn := &Function{regex: r, arity: 2, names: []string{"str", "fromIndex"}, native: func(st *state, args []any) (any, error) {
		m, err := r.startingAt(st, javascriptText(at(args, 0)), at(args, 1))
		if err != nil || m == nil {
			return Undefined, err
		}
		return m.object(st), nil
	}}
	fn.argument = fn.asArgument()
	return fn
}

// first finds the first match in s.
func (r *regexp) first(st *state, s string) (*found, error) { return r.startingAt(st, s, 0.0) }

// startingAt finds the first match at or after an index, which counts as 0 when it is no number.
func (r *regexp) startingAt(st *state, s string, index any) (*found, error) {
	m := &matching{regexp: r, st: st}
	m.read(s)
	start, _ := Float(index)
	if start > float64(len(m.input)) {
		return nil, nil
	}
	f := &found{}
	if ok, err := m.find(int(max(0, start)), f); !ok || err != nil {
		return nil, err
	}
	return f, nil
}

// search prepares the search of a text. What has been searched and is not kept is used again.
func (st *state) search(r *regexp, s string) *matching {
	var m *matching
	if n := len(st.searches); n > 0 {
		m, st.searches = st.searches[n-1], st.searches[:n-1]
	} else {
		m = &matching{}
	}
	m.regexp, m.st = r, st
	m.read(s)
	return m
}

func (st *state) searched(m *matching) {
	if m.kept || cap(m.input) > 1<<16 || cap(m.stack) > 1<<12 {
		return
	}
	m.text, m.current = "", found{slots: m.current.slots}
	st.searches = append(st.searches, m)
}

// read takes in a text.
func (m *matching) read(s string) {
	m.text, m.ascii = s, isASCII(s)
	m.input = appendUnits(m.input[:0], s)
	if cap(m.slots) < m.regexp.slots {
		m.slots = make([]int, m.regexp.slots)
	}
	m.slots = m.slots[:m.regexp.slots]
}

// between is a part of the text.
func (m *matching) between(start, end int) string {
	if m.ascii {
		return m.text[start:end]
	}
	return fromUnits(m.input[start:end])
}

// find puts the first match at or after start into f and tells whether there is one.
func (m *matching) find(start int, f *found) (bool, error) {
	ok, err := m.search(start)
	if err != nil || !ok {
		return false, err
	}
	f.in, f.start, f.end = m, float64(m.slots[0]), float64(m.slots[1])
	f.slots = append(f.slots[:0], m.slots[:2*m.groups+2]...)
	return true, nil
}

// findAfter puts the match that follows one that ended at end into f. An empty one would never get on.
func (m *matching) findAfter(end int, f *found) (bool, error) {
	if end >= len(m.input) {
		return false, nil
	}
	ok, err := m.find(end, f)
	if ok && f.start == f.end {
		return false, &Error{Code: "D1004", Value: m.source}
	}
	return ok, err
}

// after is findAfter for a match that is kept.
func (m *matching) after(end int) (*found, error) {
	f := &found{}
	if ok, err := m.findAfter(end, f); !ok || err != nil {
		return nil, err
	}
	return f, nil
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
