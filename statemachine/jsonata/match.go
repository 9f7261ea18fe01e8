package jsonata

import "math"

// found is one match: of a matcher function, or of a regular expression, from which texts are read when they are asked for. Positions
// are in UTF-16 code units.
type found struct {
	start, end float64
	in         *matching // of a regular expression
	slots      []int     // where its groups are
	// match, groups, next are a matcher function's.
	match, groups any
	next          func() (*found, error)
}

// matched is the text that matches.
func (m *found) matched() any {
	if m.in != nil {
		return m.matchedText()
	}
	return m.match
}

// matchedText is the text that matches, empty when a matcher function gives none.
func (m *found) matchedText() string {
	if m.in != nil {
		return m.in.between(m.slots[0], m.slots[1])
	}
	s, _ := m.match.(string)
	return s
}

// size is the length of the text that matches, in code units.
func (m *found) size() float64 {
	if m.in != nil {
		return m.end - m.start
	}
	return float64(utf16Length(m.matchedText()))
}

// groupList is an array of what the groups have matched, undefined for a group that has not taken part.
func (m *found) groupList() any {
	if m.in == nil {
		return m.groups
	}
	groups := make([]any, m.groupCount())
	for i := range groups {
		groups[i] = m.group(i)
	}
	return groups
}

func (m *found) groupCount() int {
	if m.in != nil {
		return m.in.groups
	}
	groups, _ := elements(m.groups)
	return len(groups)
}

// group is what a group, counted from 0, has matched.
func (m *found) group(i int) any {
	if m.in == nil {
		groups, _ := elements(m.groups)
		return groups[i]
	}
	if m.takesPart(i) {
		return m.groupText(i)
	}
	return Undefined
}

// takesPart tells whether a group of a regular expression has matched.
func (m *found) takesPart(i int) bool { return m.slots[2*i+2] >= 0 && m.slots[2*i+3] >= 0 }

// groupText is the text that a group, counted from 0, has matched, if any.
func (m *found) groupText(i int) string {
	switch {
	case m.in == nil:
		s, _ := m.group(i).(string)
		return s
	case m.takesPart(i):
		return m.in.between(m.slots[2*i+2], m.slots[2*i+3])
	}
	return ""
}

// after finds the match that follows.
func (m *found) after() (*found, error) {
	if m.in != nil {
		return m.in.after(int(m.end))
	}
	return m.next()
}

// object is a match as a value.
func (m *found) object(st *state) any {
	st.nested = true
	after := m.after
	if m.in != nil {
		in, end := m.in, int(m.end)
		in.kept = true
		after = func() (*found, error) { return in.after(end) }
	}
	next := &Function{wrapped: true, native: func(st *state, _ []any) (any, error) {
		n, err := after()
		if err != nil || n == nil {
			return Undefined, err
		}
		return n.object(st), nil
	}}
	o := &Object{keys: []string{"match", "start", "end", "groups", "next"}, values: []any{m.matched(), m.start, m.end, m.groupList(), next}}
	return o.compact()
}

// match gives the first match of a matcher function.
func (st *state) match(fn *Function, s string) (*found, error) {
	v, err := st.call(fn, s)
	if err != nil {
		return nil, err
	}
	return st.foundBy(v)
}

// matches tells whether a regular expression, or a function that behaves like one, matches anywhere.
func (st *state) matches(fn *Function, s string) (bool, error) {
	if fn.regex == nil {
		m, err := st.match(fn, s)
		return m != nil, err
	}
	return st.occurs(fn.regex, s)
}

// occurs tells whether a regular expression matches anywhere.
func (st *state) occurs(r *regexp, s string) (bool, error) {
	m := st.search(r, s)
	ok, err := m.search(0)
	st.searched(m)
	return ok, err
}

// foundBy reads what a matcher function returned: {match, start, end, groups, next}, or undefined.
func (st *state) foundBy(v any) (*found, error) {
	if IsUndefined(v) {
		return nil, nil
	}
	m := &found{match: field(v, "match"), groups: field(v, "groups")}
	var hasStart, hasEnd bool
	m.start, hasStart = Float(field(v, "start"))
	m.end, hasEnd = Float(field(v, "end"))
	_, hasGroups := elements(m.groups)
	next, hasNext := field(v, "next").(*Function)
	if !hasStart && !hasEnd && !hasGroups && !hasNext {
		return nil, &Error{Code: "T1010"}
	}
	m.next = func() (*found, error) {
		if !hasNext {
			return nil, &Error{Code: "T1010"}
		}
		v, err := st.call(next)
		if err != nil {
			return nil, err
		}
		return st.foundBy(v)
	}
	return m, nil
}

// eachMatch visits matches, at most limit of them when limited, until there are no more. What visit is given is its only until it returns.
func (st *state) eachMatch(fn *Function, s string, limit float64, limited bool, visit func(*found) error) (count int, err error) {
	if !limited {
		limit = math.Inf(1)
	}
	if fn.regex != nil {
		return st.eachRegexMatch(fn.regex, s, limit, visit)
	}
	m, err := st.match(fn, s)
	for err == nil && m != nil && float64(count) < limit {
		if err = visit(m); err != nil {
			return count, err
		}
		count++
		if err = st.items(8); err == nil {
			m, err = m.after()
		}
	}
	return count, err
}

// eachRegexMatch is eachMatch for a regular expression.
func (st *state) eachRegexMatch(r *regexp, s string, limit float64, visit func(*found) error) (count int, err error) {
	in := st.search(r, s)
	m := &in.current
	ok, err := in.find(0, m)
	for ok && err == nil && float64(count) < limit {
		if err = visit(m); err != nil {
			return count, err
		}
		count++
		if err = st.items(8); err == nil {
			ok, err = in.findAfter(int(m.end), m)
		}
	}
	if err == nil {
		st.searched(in)
	}
	return count, err
}

// subject is a text of which parts are taken by position.
type subject struct {
	text  string
	units []uint16 // nil when each byte is one
	size  float64
}

func newSubject(s string) subject {
	if isASCII(s) {
		return subject{text: s, size: float64(len(s))}
	}
	units := toUnits(s)
	return subject{s, units, float64(len(units))}
}

// between is String.prototype.substring.
func (s *subject) between(start, end float64) string {
	start, end = math.Max(0, math.Min(start, s.size)), math.Max(0, math.Min(end, s.size))
	from, to := int(math.Min(start, end)), int(math.Max(start, end))
	if s.units == nil {
		return s.text[from:to]
	}
	return fromUnits(s.units[from:to])
}
