package schedule

import (
	"slices"
	"strconv"
	"strings"
)

// unit is what a field counts.
type unit struct {
	name      string
	low, high int
	names     []string // of low, low+1, …
}

func seconds() unit     { return unit{name: "second", high: 59} }
func minutes() unit     { return unit{name: "minute", high: 59} }
func hours() unit       { return unit{name: "hour", high: 23} }
func daysOfMonth() unit { return unit{name: "day", low: 1, high: 31} }
func weekdays() unit    { return unit{name: "weekday", high: 7} }
func months() unit {
	return unit{name: "month", low: 1, high: 12, names: []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}}
}

// article returns the name with its article.
func (u unit) article() string {
	if u.name == "hour" {
		return "an hour"
	}
	return "a " + u.name
}

// weekNames are EventBridge's names of Sunday to Saturday.
func weekNames() []string { return []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"} }

// span is an item of a list: *, 5, 5-10, 5/15, each perhaps with a step.
type span struct {
	first, last, step int
	form              spanForm
	named             bool // it is written with names
}

type spanForm int

const (
	single  spanForm = iota // 5
	all                     // *
	from                    // 5/15
	between                 // 5-10
)

// values lists what a span stands for.
func (s span) values() []int {
	var list []int
	for value := s.first; value <= s.last; value += s.step {
		list = append(list, value)
	}
	return list
}

// field is a list of spans of one unit.
type field struct {
	unit  unit
	part  part
	spans []span    // as they are written
	set   [4]uint64 // the values, counted from the unit's lowest
}

func newField(u unit, p part, spans []span) field {
	f := field{unit: u, part: p, spans: spans}
	for _, s := range spans {
		for _, value := range s.values() {
			bit := value - u.low
			f.set[bit/64] |= 1 << (bit % 64)
		}
	}
	return f
}

// only is the field that holds one value.
func only(u unit, value int) field {
	return newField(u, part{}, []span{{first: value, last: value, step: 1}})
}

func (f field) has(value int) bool {
	bit := value - f.unit.low
	return bit >= 0 && value <= f.unit.high && f.set[bit/64]&(1<<(bit%64)) != 0
}

// next returns the first value at or after another.
func (f field) next(value int) (int, bool) {
	for ; value <= f.unit.high; value++ {
		if f.has(value) {
			return value, true
		}
	}
	return 0, false
}

func (f field) first() int {
	value, _ := f.next(f.unit.low)
	return value
}

// values lists the field's values in their order.
func (f field) values() []int {
	var list []int
	for value := f.unit.low; value <= f.unit.high; value++ {
		if f.has(value) {
			list = append(list, value)
		}
	}
	return list
}

func (f field) isEvery() bool { return len(f.values()) == f.unit.high-f.unit.low+1 }

// items splits a field at its commas.
func (p part) items() []part {
	var list []part
	start := 0
	for i := 0; i <= len(p.text); i++ {
		if i == len(p.text) || p.text[i] == ',' {
			list = append(list, p.cut(start, i))
			start = i + 1
		}
	}
	return list
}

// eventBridge writes a field as EventBridge does. What the author wrote stays as it is where EventBridge has the same
// form; steps of a range or beyond it, steps in a list and repetitions become lists of values.
func (f field) eventBridge() string {
	if slices.ContainsFunc(f.spans, func(s span) bool { return s.form == all && s.step == 1 }) {
		return "*"
	}
	var items []string
	count := 0
	for _, s := range f.spans {
		count += len(s.values())
		item, ok := f.item(s)
		if !ok || s.step > 1 && len(f.spans) > 1 {
			return f.list()
		}
		items = append(items, item)
	}
	if count > len(f.values()) { // some are written twice
		return f.list()
	}
	return strings.Join(items, ",")
}

func (f field) item(s span) (text string, ok bool) {
	switch {
	case s.step > f.unit.high-f.unit.low:
		return "", false
	case s.form == all:
		return "*/" + strconv.Itoa(s.step), true
	case s.form == from:
		return f.value(s.first, s.named) + "/" + strconv.Itoa(s.step), true
	case s.step > 1:
		return "", false
	case s.first == s.last:
		return f.value(s.first, s.named), true
	}
	return f.value(s.first, s.named) + "-" + f.value(s.last, s.named), true
}

func (f field) value(value int, named bool) string {
	if named && f.unit.names != nil {
		return f.unit.names[value-f.unit.low]
	}
	return strconv.Itoa(value)
}

func (f field) list() string {
	var items []string
	for _, value := range f.values() {
		items = append(items, strconv.Itoa(value))
	}
	return strings.Join(items, ",")
}
