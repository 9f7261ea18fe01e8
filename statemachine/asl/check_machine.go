package asl

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// level is a machine, a branch or an item processor under check.
type level struct {
	position
	object *jsonata.Object
	scope  *scope
	inner  bool // a branch or an item processor
}

// place is where a field stands and what its expressions may read.
type place struct {
	position
	state    *jsonata.Object
	language string // of the state
	scope    *scope
	result   bool // $states.result
	failure  bool // $states.errorOutput
}

func (p place) at(name string) place {
	p.position = p.position.at(name)
	return p
}

func (p place) index(i int) place {
	p.position = p.position.index(i)
	return p
}

func (c *checker) root(object *jsonata.Object) {
	c.language = JSONPath
	if v, ok := object.Get("QueryLanguage"); ok {
		if language, _ := v.(string); language != JSONPath {
			c.language = JSONata
		}
	}
	c.required(position{}, object, "States", "StartAt")
	c.fields(place{}, object, []field{
		{"Comment", isText}, {"QueryLanguage", isQueryLanguage}, {"Version", oneOf("1.0")}, {"StartAt", isText}, {"States", isObject},
		{"TimeoutSeconds", wholeBetween(0, maxSeconds)},
	})
	c.level(level{object: object, scope: newScope(object, nil, nil)})
}

// inner checks a branch or an item processor.
func (c *checker) inner(p place, v any, scope *scope, extra ...field) {
	object, ok := v.(*jsonata.Object)
	if !ok {
		c.mistyped(p.position, "OBJECT")
		return
	}
	c.required(p.position, object, "States", "StartAt")
	c.fields(p, object, append(extra, field{"Comment", isText}, field{"StartAt", isText}, field{"States", isObject}))
	c.level(level{position: p.position, object: object, scope: newScope(object, scope, p.state), inner: true})
}

// required refuses the absence of fields, in the order they are named.
func (c *checker) required(at position, object *jsonata.Object, names ...string) bool {
	var missing []string
	for _, name := range names {
		if _, ok := object.Get(name); !ok {
			missing = append(missing, name)
		}
	}
	if missing == nil {
		return true
	}
	c.schema(at, "These fields are required: [%s]", strings.Join(missing, ", "))
	return false
}

func (c *checker) level(l level) {
	v, _ := l.object.Get("States")
	states, ok := v.(*jsonata.Object)
	if !ok {
		return
	}
	base := l.at("States")
	if states.Len() == 0 {
		c.schema(base, "Value cannot be empty")
		return
	}
	for name, v := range states.All() {
		at := base.at(name)
		c.name(at, name)
		state, ok := v.(*jsonata.Object)
		if !ok {
			c.mistyped(at, "OBJECT")
			continue
		}
		c.state(place{position: at, state: state, scope: l.scope})
	}
	c.transitions(l, base, states)
}

func (c *checker) name(at position, name string) {
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		c.problem(InvalidStateName, at, "The name of a state cannot be empty")
	case n > maxName:
		c.problem(InvalidStateName, at, "The state name '%s' exceeds the %d-character limit allowed by the service", name, maxName)
	}
	if strings.ContainsFunc(name, func(r rune) bool { return r < 0x20 || r >= 0x7f && r <= 0x9f || r == 0xfffe || r == 0xffff }) {
		c.problem(InvalidStateName, at, "State names must not contain control characters")
	}
	if c.names[name] {
		c.problem(DuplicateStateName, at, "Duplicate state name: %s", name)
		return
	}
	c.names[name] = true
}

// edge is a reference from one state to another.
type edge struct {
	position
	target string
}

func edges(at position, state *jsonata.Object) []edge {
	var list []edge
	add := func(at position, o *jsonata.Object, name string) {
		if v, ok := o.Get(name); ok {
			if target, ok := v.(string); ok {
				list = append(list, edge{at.at(name), target})
			}
		}
	}
	add(at, state, "Next")
	for _, group := range []string{"Choices", "Catch"} {
		v, _ := state.Get(group)
		rules, _ := v.([]any)
		for i, rule := range rules {
			if o, ok := rule.(*jsonata.Object); ok {
				add(at.at(group).index(i), o, "Next")
			}
		}
	}
	add(at, state, "Default")
	return list
}

// terminal tells whether a level can end in the state.
func terminal(state *jsonata.Object) bool {
	kind, _ := state.Get("Type")
	end, _ := state.Get("End")
	return kind == "Succeed" || kind == "Fail" || end == true
}

// transitions checks that every target exists, that there is an end, and that every state can be reached.
func (c *checker) transitions(l level, base position, states *jsonata.Object) {
	c.target(l.at("StartAt"), l.object, states)
	ends := false
	for name, v := range states.All() {
		state, ok := v.(*jsonata.Object)
		if !ok {
			continue
		}
		ends = ends || terminal(state)
		for _, e := range edges(base.at(name), state) {
			if _, ok := states.Get(e.target); !ok {
				c.problem(MissingTransitionTarget, e.position, "Missing 'Next' target: %s", e.target)
			}
		}
	}
	switch {
	case ends:
	case l.inner: // the service accepts it
		c.warn(MissingEndState, l.position, "No state of this workflow ends it: it goes on until the execution is stopped")
	default:
		c.problem(MissingEndState, l.position, "Workflow has no terminal state")
	}
	c.unreached(l, base, states)
}

// target checks that the start of a level exists.
func (c *checker) target(at position, level, states *jsonata.Object) {
	start, _ := level.Get("StartAt")
	if name, ok := start.(string); ok {
		if _, ok := states.Get(name); !ok {
			c.problem(MissingTransitionTarget, at, "Missing 'Next' target: %s", name)
		}
	}
}

// unreached refuses the states of a level that no way from its start leads to.
func (c *checker) unreached(l level, base position, states *jsonata.Object) {
	start, _ := l.object.Get("StartAt")
	name, ok := start.(string)
	if !ok {
		return
	}
	reached := Reached(name, func(name string) []string {
		v, _ := states.Get(name)
		state, ok := v.(*jsonata.Object)
		if !ok {
			return nil
		}
		var targets []string
		for _, e := range edges(position{}, state) {
			targets = append(targets, e.target)
		}
		return targets
	})
	for name := range states.All() {
		if !reached[name] {
			c.problem(MissingTransitionTarget, base.at(name), "State \"%s\" is not reachable.", name)
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
	kind, ok := p.state.Get("Type")
	if !ok {
		c.required(p.position, p.state, "Type")
		return
	}
	name, _ := kind.(string)
	p.language = c.stateLanguage(p.state)
	allowed, required := languageFields(name, p.language)
	if allowed == nil {
		c.schema(p.position.at("Type"), "The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map]")
		return
	}
	if p.language == JSONPath && c.language == JSONata {
		c.schema(p.position, "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine")
		return
	}
	c.required(p.position, p.state, required...)
	c.fields(p, p.state, append(allowed, stateNames()...), otherNames(name, p.language)...)
	c.ending(p, name)
	c.combinations(p, name)
}

// stateNames are the fields that states of all types have.
func stateNames() []field {
	return []field{{"Type", isText}, {"Comment", isText}, {"QueryLanguage", isQueryLanguage}}
}

// ending checks that a state says how it goes on.
func (c *checker) ending(p place, kind string) {
	if slices.Contains([]string{"Choice", "Succeed", "Fail"}, kind) {
		return
	}
	_, next := p.state.Get("Next")
	if end, ok := p.state.Get("End"); ok && end != true && !next {
		c.schema(p.position, "This object should have only one of the following fields: [Next, End]")
		return
	}
	c.exactlyOne(p.position, p.state, "Next", "End")
}
