package jsonata

import (
	"math"
	"strings"
)

// found is one match of a matcher. Positions are in UTF-16 code units.
type found struct {
	match      any
	start, end float64
	groups     any
	next       func() (*found, error)
}

// matcher gives matches in text: a regular expression, or a function that behaves like one.
func (st *state) match(fn *Function, s string) (*found, error) {
	if fn.regex != nil {
		return fn.regex.first(st, s)
	}
	v, err := st.call(fn, s)
	if err != nil {
		return nil, err
	}
	return st.foundBy(v)
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

// eachMatch visits matches, at most limit of them when limited, until there are no more.
func (st *state) eachMatch(fn *Function, s string, limit float64, limited bool, visit func(*found) error) (count int, err error) {
	m, err := st.match(fn, s)
	for err == nil && m != nil && (!limited || float64(count) < limit) {
		if err = visit(m); err != nil {
			return count, err
		}
		count++
		if err = st.items(8); err == nil {
			m, err = m.next()
		}
	}
	return count, err
}

// limitOf reads the limit argument; a negative one is an error.
func limitOf(args []any, i int, code string) (limit float64, limited bool, err error) {
	limit, limited, err = amount(args, i)
	if err == nil && limit < 0 {
		err = &Error{Code: code, Value: limit, index: i + 1}
	}
	return limit, limited, err
}

func matchAll(st *state, args []any) (any, error) {
	s, given, err := text(args, 0)
	if err != nil || !given {
		return Undefined, err
	}
	fn, err := callable(args, 1)
	if err != nil {
		return nil, err
	}
	limit, limited, err := limitOf(args, 2, "D3040")
	if err != nil || limited && limit == 0 {
		return newSequence(), err
	}
	var matches []any
	_, err = st.eachMatch(fn, s, limit, limited, func(m *found) error {
		st.nested = true
		matches = append(matches, (&Object{keys: matchKeys, shared: true, values: []any{m.match, m.start, m.groups}}).compact())
		return nil
	})
	return newSequence(matches...), err
}

var matchKeys = []string{"match", "index", "groups"}

func contains(st *state, args []any) (any, error) {
	s, given, err := text(args, 0)
	if err != nil || !given {
		return Undefined, err
	}
	if fn, ok := at(args, 1).(*Function); ok {
		m, err := st.match(fn, s)
		return m != nil, err
	}
	token, err := neededText(args, 1)
	return err == nil && strings.Contains(s, token), err
}

func split(st *state, args []any) (any, error) {
	s, given, err := text(args, 0)
	if err != nil || !given {
		return Undefined, err
	}
	limit, limited, err := limitOf(args, 2, "D3020")
	if err != nil || limited && limit == 0 {
		return []any{}, err
	}
	if fn, ok := at(args, 1).(*Function); ok {
		return splitMatches(st, s, fn, limit, limited)
	}
	separator, err := neededText(args, 1)
	if err != nil {
		return nil, err
	}
	parts := splitText(s, separator)
	if limited {
		parts = parts[:min(uint32(len(parts)), toUint32(limit))]
	}
	return parts, st.items(2 * len(parts))
}

// toUint32 is the conversion that JavaScript applies to the limit of String.prototype.split.
func toUint32(n float64) uint32 {
	if math.IsInf(n, 0) || math.IsNaN(n) {
		return 0
	}
	n = math.Mod(math.Trunc(n), 1<<32)
	if n < 0 {
		n += 1 << 32
	}
	return uint32(n)
}

// neededText is text for an argument whose absence the reference meets with an exception of JavaScript's.
func neededText(args []any, i int) (string, error) {
	s, given, err := text(args, i)
	if err == nil && !given {
		err = &Error{Code: "T0410", Value: Undefined, index: i + 1}
	}
	return s, err
}

// splitText is String.prototype.split; an empty separator separates code units.
func splitText(s, separator string) []any {
	if separator == "" {
		return textUnits(s)
	}
	parts := strings.Split(s, separator)
	items := make([]any, len(parts))
	for i, part := range parts {
		items[i] = part
	}
	return items
}

// textUnits are the UTF-16 code units of a text, each a text of its own.
func textUnits(s string) []any {
	units := toUnits(s)
	items := make([]any, len(units))
	for i := range units {
		items[i] = fromUnits(units[i : i+1])
	}
	return items
}

func splitMatches(st *state, s string, fn *Function, limit float64, limited bool) (any, error) {
	units := toUnits(s)
	parts := []any{}
	start := 0.0
	count, err := st.eachMatch(fn, s, limit, limited, func(m *found) error {
		parts = append(parts, unitsBetween(units, start, m.start))
		start = m.end
		return nil
	})
	if err == nil && (!limited || float64(count) < limit) {
		parts = append(parts, unitsBetween(units, start, float64(len(units))))
	}
	return parts, err
}

// unitsBetween is String.prototype.substring.
func unitsBetween(units []uint16, start, end float64) string {
	size := float64(len(units))
	start, end = math.Max(0, math.Min(start, size)), math.Max(0, math.Min(end, size))
	return fromUnits(units[int(math.Min(start, end)):int(math.Max(start, end))])
}

func replace(st *state, args []any) (any, error) {
	s, given, err := text(args, 0)
	if err != nil || !given {
		return Undefined, err
	}
	pattern := at(args, 1)
	if pattern == "" {
		return nil, &Error{Code: "D3010", Value: pattern, index: 2}
	}
	limit, limited, err := limitOf(args, 3, "D3011")
	if err != nil {
		return nil, err
	}
	if limited && limit == 0 {
		return s, nil
	}
	if fn, ok := pattern.(*Function); ok {
		return replaceMatches(st, s, fn, at(args, 2), limit, limited)
	}
	token, err := neededText(args, 1)
	if err != nil || !strings.Contains(s, token) {
		return s, err
	}
	replacement, given, err := text(args, 2)
	if err != nil {
		return nil, &Error{Code: "D3012", Value: at(args, 2)}
	}
	if !given {
		replacement = "undefined" // what JavaScript makes of it
	}
	times := -1
	if limited {
		times = int(math.Min(math.Ceil(limit), math.MaxInt32))
	}
	if grown := strings.Count(s, token) * max(0, len(replacement)-len(token)); grown > 0 {
		if err := st.allocate(grown); err != nil {
			return nil, err
		}
	}
	return strings.Replace(s, token, replacement, times), st.allocate(len(s))
}

func replaceMatches(st *state, s string, fn *Function, replacement any, limit float64, limited bool) (any, error) {
	units := toUnits(s)
	var b []byte
	position := 0.0
	count, err := st.eachMatch(fn, s, limit, limited, func(m *found) error {
		b = appendText(b, unitsBetween(units, position, m.start))
		text, err := st.substitute(replacement, m)
		if err != nil {
			return err
		}
		b = appendText(b, text)
		matched, _ := m.match.(string)
		position = m.start + float64(utf16Length(matched))
		return st.allocate(len(text) + 16)
	})
	if err != nil {
		return nil, err
	}
	if count == 0 {
		return s, nil
	}
	return string(appendText(b, unitsBetween(units, position, float64(len(units))))), st.allocate(len(b))
}

// substitute gives the replacement of one match.
func (st *state) substitute(replacement any, m *found) (string, error) {
	if template, ok := replacement.(string); ok {
		return expandGroups(template, m), nil
	}
	fn, ok := replacement.(*Function)
	if !ok {
		return "", &Error{Code: "D3012", Value: replacement}
	}
	v, err := st.call(fn, m.object(st))
	if err != nil {
		return "", err
	}
	if s, ok := reduce(v).(string); ok {
		return s, nil
	}
	return "", &Error{Code: "D3012", Value: v}
}

// object is a match as a value.
func (m *found) object(st *state) any {
	st.nested = true
	next := &Function{wrapped: true, native: func(st *state, _ []any) (any, error) {
		n, err := m.next()
		if err != nil || n == nil {
			return Undefined, err
		}
		return n.object(st), nil
	}}
	o := &Object{keys: []string{"match", "start", "end", "groups", "next"}, values: []any{m.match, m.start, m.end, m.groups, next}}
	return o.compact()
}

// expandGroups replaces $0, $1 … and $$ in a replacement text.
func expandGroups(template string, m *found) string {
	groups, _ := elements(m.groups)
	var b []byte
	for {
		before, after, dollar := strings.Cut(template, "$")
		b = append(b, before...)
		if !dollar {
			return string(b)
		}
		switch {
		case strings.HasPrefix(after, "$"):
			b = append(b, '$')
			after = after[1:]
		case strings.HasPrefix(after, "0"):
			matched, _ := m.match.(string)
			b = append(b, matched...)
			after = after[1:]
		default:
			var text string
			text, after = expandGroup(after, groups)
			b = append(b, text...)
		}
		template = after
	}
}

// expandGroup reads a group number, as many digits as the number of groups has, and answers the group's text and the rest.
func expandGroup(template string, groups []any) (text, rest string) {
	digits := 1
	if len(groups) > 0 {
		digits = int(math.Floor(math.Log(float64(len(groups)))*math.Log10E)) + 1
	}
	index, width := leadingNumber(template, digits)
	if digits > 1 && index > len(groups) {
		index, width = leadingNumber(template, digits-1)
	}
	if width == 0 {
		return "$", template
	}
	if index > 0 && index <= len(groups) {
		text, _ = groups[index-1].(string)
	}
	return text, template[min(len(template), len(numberText(float64(index)))):]
}

func leadingNumber(s string, most int) (value, width int) {
	for width < most && width < len(s) && isDigit(s[width]) {
		value = value*10 + int(s[width]-'0')
		width++
	}
	return value, width
}
