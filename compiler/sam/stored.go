package sam

import (
	"strings"

	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// storage knows where references to stored objects can be in a definition. They come from uploads in the execution's input, from objects that have
// the member "blob", and from the answers of functions that store; Assign, Output and the input of branches and iterations hand them on.
type storage struct {
	rows []task.Row
	root *asl.Machine
	body bool // the request's body may be a reference itself
	// variables hold a reference; inputs and outputs are the machines, branches and processors in which an input, or the output, can hold one.
	variables       map[string]bool
	inputs, outputs map[*asl.Machine]bool
	grew            bool
}

// storageOf follows references through a definition until nothing is added.
func storageOf(of *Machine, rows []task.Row) *storage {
	machine := of.Definition
	s := &storage{rows: rows, root: machine, variables: map[string]bool{}, inputs: map[*asl.Machine]bool{}, outputs: map[*asl.Machine]bool{}}
	s.body = of.Operation.BodyOrNil.MayBeFile()
	for s.grew = true; s.grew; {
		s.grew = false
		for at := range asl.Walk(machine) {
			s.follow(at)
		}
	}
	return s
}

func grow[K comparable](s *storage, set map[K]bool, key K, holds bool) {
	if holds && !set[key] {
		set[key], s.grew = true, true
	}
}

// follow notes what a state hands on.
func (s *storage) follow(at asl.Located) {
	scope := s.scopeOf(at)
	for _, inner := range asl.Inside(at.State) {
		grow(s, s.inputs, inner.Machine, s.reachesInside(at, scope))
	}
	for _, outcome := range asl.Outcomes(at.State) {
		if outcome.Assign != nil {
			for name, value := range outcome.Assign.All() {
				grow(s, s.variables, name, s.holds(opened(value), scope))
			}
		}
		handsOn := s.holds(opened(outcome.Output), scope) || outcome.Output == nil && scope.passes
		if outcome.Pointer == "" && asl.Ends(at.State) {
			grow(s, s.outputs, at.Machine, handsOn)
			continue
		}
		grow(s, s.inputs, at.Machine, handsOn)
	}
}

// scope is what the expressions of a state can read.
type scope struct {
	top    bool // the input is the execution's, with its uploads
	input  bool // it can hold a reference
	result bool // so can the result
	passes bool // so does the output of a state that says nothing of it
}

func (s *storage) scopeOf(at asl.Located) scope {
	sc := scope{top: at.Machine == s.root, input: s.inputs[at.Machine]}
	switch state := at.State.(type) {
	case *asl.Task:
		sc.result = s.answers(state)
		sc.passes = sc.result
	case *asl.Map, *asl.Parallel:
		for _, inner := range asl.Inside(state) {
			sc.result = sc.result || s.outputs[inner.Machine]
		}
		sc.passes = sc.result
	default:
		sc.passes = sc.input
	}
	return sc
}

// reachesInside tells whether the branches or iterations of a state get a reference.
func (s *storage) reachesInside(at asl.Located, scope scope) bool {
	switch state := at.State.(type) {
	case *asl.Parallel:
		return s.holds(opened(state.Arguments), scope) || state.Arguments == nil && scope.input
	case *asl.Map:
		return s.holds(opened(state.Items), scope) || s.holds(opened(state.ItemSelector), scope) || state.Items == nil && scope.input
	}
	return false
}

// answers tells whether a task calls a function that is asked to store and answers a reference.
func (s *storage) answers(state *asl.Task) bool {
	row, ok := task.Find(s.rows, task.FunctionOf(state.Target()))
	if !ok {
		return false
	}
	payload, _ := state.Payload()
	for _, field := range row.Answer {
		if field.Holds == task.HoldsStored && asksToStore(row, opened(payload)) {
			return true
		}
	}
	return false
}

// asksToStore tells whether a payload makes its function store an object.
func asksToStore(row task.Row, payload any) bool {
	for _, value := range held(row, payload, task.AsksToStore) {
		if value != nil && value != false {
			return true
		}
	}
	return false
}

// holds tells whether opened data can be, or have in it, a reference to a stored object.
func (s *storage) holds(data any, scope scope) bool {
	switch data := data.(type) {
	case []any:
		for _, item := range data {
			if s.holds(item, scope) {
				return true
			}
		}
	case *jsonata.Object:
		for key, member := range data.All() {
			if key == "blob" || s.holds(member, scope) {
				return true
			}
		}
	case jsonata.Node:
		return s.computes(data, scope)
	}
	return false
}

// computed tells whether opened data is an expression whose value can have a reference in it.
func (s *storage) computed(data any, scope scope) bool {
	node, ok := data.(jsonata.Node)
	return ok && s.computes(node, scope)
}

// computes tells whether the value of an expression can have a reference in it.
func (s *storage) computes(node jsonata.Node, scope scope) bool {
	found := false
	jsonata.Walk(node, func(n jsonata.Node) bool {
		switch n := n.(type) {
		case *jsonata.ObjectConstructor:
			for _, pair := range n.Pairs {
				key, _ := pair.Key.(*jsonata.String)
				found = found || key != nil && key.Value == "blob"
			}
		case *jsonata.Variable, *jsonata.Path:
			if variable, names := asl.PathOf(n); variable != "" {
				found = found || s.reads(variable, names, scope)
				return false
			}
		}
		return !found
	})
	return found
}

// reads tells whether a variable or a path of names that begins with it can give a reference.
func (s *storage) reads(variable string, names []string, scope scope) bool {
	if variable != "states" {
		return s.variables[variable]
	}
	if len(names) == 0 {
		return scope.input || scope.result || scope.top
	}
	if rest, ok := inExecutionInput(names, scope.top); ok && (len(rest) == 0 || rest[0] == uploads || s.body && len(rest) == 1 && rest[0] == wholeBody) {
		return true
	}
	return names[0] == "input" && scope.input || names[0] == "result" && scope.result
}

// The members of an execution's input that hold uploaded files, and the body, which may be one.
const (
	uploads   = "files"
	wholeBody = "body"
)

// TakingFiles are the names of the state machines whose requests bring files, as the function behind the API reads them.
func TakingFiles(app Application) string {
	var names []string
	for i := range app.Machines {
		stored := storageOf(&app.Machines[i], app.Catalogue)
		if stored.body || stored.readsUploads() {
			names = append(names, app.Machines[i].Name)
		}
	}
	return strings.Join(names, ",")
}

// inExecutionInput takes the names of a path into $states that lead to the execution's input off; top tells that $states.input is that.
func inExecutionInput(names []string, top bool) (rest []string, ok bool) {
	switch {
	case len(names) > 0 && names[0] == "input":
		return names[1:], top
	case len(names) > 2 && names[0] == "context" && names[1] == "Execution" && names[2] == "Input":
		return names[3:], true
	}
	return nil, false
}

// readsUploads tells whether an expression of the definition reads the uploads in the execution's input.
func (s *storage) readsUploads() bool {
	for at := range asl.Walk(s.root) {
		for formula := range at.Expressions() {
			if readsUploads(formula.Node, at.Machine == s.root) {
				return true
			}
		}
	}
	return false
}

func readsUploads(node jsonata.Node, top bool) bool {
	found := false
	jsonata.Walk(node, func(n jsonata.Node) bool {
		variable, names := asl.PathOf(n)
		rest, ok := inExecutionInput(names, top)
		found = found || variable == "states" && ok && len(rest) > 0 && rest[0] == uploads
		return !found
	})
	return found
}
