package asl

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// level is a machine, a branch or an item processor under check.
type level struct {
	pointer string
	object  *jsonata.Object
	scope   *scope
}

// place is where a field stands and what its expressions may read.
type place struct {
	pointer string
	state   *jsonata.Object
	scope   *scope
	result  bool // $states.result
	failure bool // $states.errorOutput
}

func (p place) at(token string) place {
	p.pointer = join(p.pointer, token)
	return p
}

func (p place) index(i int) place { return p.at(strconv.Itoa(i)) }

func (c *checker) root(object *jsonata.Object) {
	c.language = JSONPath
	if v, ok := object.Get("QueryLanguage"); ok {
		if language, _ := v.(string); language != JSONPath {
			c.language = JSONata
		}
	}
	c.required("", object, "States", "StartAt")
	c.fields(place{}, object, []field{
		{"Comment", isText}, {"QueryLanguage", oneOf(JSONata, JSONPath)}, {"Version", oneOf("1.0")}, {"StartAt", isText}, {"States", isObject},
		{"TimeoutSeconds", wholeBetween(1, maxSeconds)},
	})
	c.mixed = c.language == JSONata || saysJSONata(object)
	c.level(level{pointer: "", object: object, scope: newScope(object, nil)})
}

// inner checks a branch or an item processor.
func (c *checker) inner(p place, v any, scope *scope, extra ...field) {
	object, ok := v.(*jsonata.Object)
	if !ok {
		c.schema(p.pointer, "Expected value of type Object")
		return
	}
	c.required(p.pointer, object, "States", "StartAt")
	c.fields(p, object, append(extra, field{"Comment", isText}, field{"StartAt", isText}, field{"States", isObject}))
	c.level(level{pointer: p.pointer, object: object, scope: newScope(object, scope)})
}

// required refuses the absence of fields, in the order they are named.
func (c *checker) required(pointer string, object *jsonata.Object, names ...string) bool {
	var missing []string
	for _, name := range names {
		if _, ok := object.Get(name); !ok {
			missing = append(missing, name)
		}
	}
	if missing == nil {
		return true
	}
	c.schema(pointer, "These fields are required: [%s]", strings.Join(missing, ", "))
	return false
}

func (c *checker) level(l level) {
	v, _ := l.object.Get("States")
	states, ok := v.(*jsonata.Object)
	if !ok {
		return
	}
	base := join(l.pointer, "States")
	if states.Len() == 0 {
		c.schema(base, "At least one state is required")
		return
	}
	for name, v := range states.All() {
		pointer := join(base, name)
		c.name(pointer, name)
		state, ok := v.(*jsonata.Object)
		if !ok {
			c.schema(pointer, "Expected value of type Object")
			continue
		}
		c.state(place{pointer: pointer, state: state, scope: l.scope})
	}
	c.transitions(l, base, states)
}

func (c *checker) name(pointer, name string) {
	if n := utf8.RuneCountInString(name); n == 0 || n > maxName {
		c.schema(pointer, "State names must have between 1 and %d characters", maxName)
	}
	if strings.ContainsFunc(name, func(r rune) bool { return r < 0x20 || r >= 0x7f && r <= 0x9f || r == 0xfffe || r == 0xffff }) {
		c.schema(pointer, "State names must not contain control characters")
	}
	if _, seen := c.names[name]; seen {
		c.problem(DuplicateStateName, pointer, "Duplicate state name: %s", name)
		return
	}
	c.names[name] = pointer
}

// edge is a reference from one state to another.
type edge struct{ pointer, target string }

func edges(pointer string, state *jsonata.Object) []edge {
	var list []edge
	add := func(pointer string, o *jsonata.Object, name string) {
		if v, ok := o.Get(name); ok {
			if target, ok := v.(string); ok {
				list = append(list, edge{join(pointer, name), target})
			}
		}
	}
	add(pointer, state, "Next")
	for _, group := range []string{"Choices", "Catch"} {
		v, _ := state.Get(group)
		rules, _ := v.([]any)
		for i, rule := range rules {
			if o, ok := rule.(*jsonata.Object); ok {
				add(join(join(pointer, group), strconv.Itoa(i)), o, "Next")
			}
		}
	}
	add(pointer, state, "Default")
	return list
}

// terminal tells whether a level can end in the state.
func terminal(state *jsonata.Object) bool {
	kind, _ := state.Get("Type")
	end, _ := state.Get("End")
	return kind == "Succeed" || kind == "Fail" || end == true
}

// transitions checks that every target exists, that there is an end, and that every state can be reached.
func (c *checker) transitions(l level, base string, states *jsonata.Object) {
	reached := map[string]bool{}
	var queue []string
	reach := func(name string) {
		if !reached[name] {
			reached[name] = true
			queue = append(queue, name)
		}
	}
	if start, _ := l.object.Get("StartAt"); start != nil {
		name, _ := start.(string)
		if _, ok := states.Get(name); !ok {
			c.problem(MissingTransitionTarget, join(l.pointer, "StartAt"), "Missing 'StartAt' target: %s", name)
		} else {
			reach(name)
		}
	}
	ends := false
	for name, v := range states.All() {
		state, ok := v.(*jsonata.Object)
		if !ok {
			continue
		}
		ends = ends || terminal(state)
		for _, e := range edges(join(base, name), state) {
			if _, ok := states.Get(e.target); !ok {
				c.problem(MissingTransitionTarget, e.pointer, "Missing 'Next' target: %s", e.target)
			}
		}
	}
	if !ends {
		c.problem(MissingEndState, l.pointer, "Workflow has no terminal state")
		return
	}
	for len(queue) > 0 {
		name := queue[0]
		queue = queue[1:]
		v, _ := states.Get(name)
		if state, ok := v.(*jsonata.Object); ok {
			for _, e := range edges("", state) {
				reach(e.target)
			}
		}
	}
	c.unreached(base, states, reached)
}

func (c *checker) unreached(base string, states *jsonata.Object, reached map[string]bool) {
	if len(reached) == 0 {
		return
	}
	for name := range states.All() {
		if !reached[name] {
			c.problem(MissingTransitionTarget, join(base, name), "State \"%s\" is not reachable.", name)
		}
	}
}

// stateLanguage is the query language of a state: its own, or the machine's.
func (c *checker) stateLanguage(state *jsonata.Object) string {
	v, ok := state.Get("QueryLanguage")
	if !ok {
		return c.language
	}
	if language, _ := v.(string); language == JSONPath {
		return JSONPath
	}
	return JSONata
}

func (c *checker) state(p place) {
	kind, _ := p.state.Get("Type")
	name, _ := kind.(string)
	if _, ok := p.state.Get("Type"); !ok {
		c.required(p.pointer, p.state, "Type")
		return
	}
	allowed, required := stateFields(name)
	if allowed == nil {
		c.schema(join(p.pointer, "Type"), "Value is not valid. Valid values are [Choice, Fail, Map, Parallel, Pass, Succeed, Task, Wait]")
		return
	}
	if c.stateLanguage(p.state) == JSONPath {
		if own, ok := p.state.Get("QueryLanguage"); ok && own == JSONPath && c.language == JSONata {
			c.schema(p.pointer, "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine")
			return
		}
		c.jsonPathState(p, name)
		return
	}
	c.required(p.pointer, p.state, required...)
	c.fields(p, p.state, append(allowed, field{"Type", isText}, field{"Comment", isText}, field{"QueryLanguage", oneOf(JSONata, JSONPath)}))
	c.ending(p, name)
	c.combinations(p, name)
}

// ending checks that a state says how it goes on.
func (c *checker) ending(p place, kind string) {
	if slices.Contains([]string{"Choice", "Succeed", "Fail"}, kind) {
		return
	}
	_, next := p.state.Get("Next")
	end, hasEnd := p.state.Get("End")
	switch {
	case next && hasEnd:
		c.schema(p.pointer, "Only one of these fields is allowed: [Next, End]")
	case !next && end != true:
		c.schema(p.pointer, "One of these fields is required: [Next, End]")
	}
}
