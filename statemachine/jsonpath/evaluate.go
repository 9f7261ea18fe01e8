package jsonpath

import (
	"fmt"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// Roots are the values that paths begin with. Values are those of package jsonata: nil, bool, string, numbers, []any and *jsonata.Object.
type Roots struct {
	Document any // $
	Context  any // $$
	// Variable gives the value of $name, and whether there is such a variable. Nil knows none.
	Variable func(name string) (any, bool)
}

// Evaluate gives what a path leads to: the value of a definite path, the list of all values of another one, which is empty where there are none. It reads
// paths as Jayway JsonPath does. An error is a *Missing where a definite path leads nowhere, a *Failure where a path cannot be evaluated. Parts of the
// result are shared with the roots.
func (p *Path) Evaluate(roots Roots) (any, error) {
	return (&evaluation{roots: roots, left: maxVisits}).path(p, roots.Document)
}

// Missing says that a definite path leads nowhere.
type Missing struct {
	// Reason is Jayway's, which Step Functions quotes in some messages: No results for path: $['a'].
	Reason string
	// Step is the name or the index at which the path leads nowhere.
	Step string
	// Element tells that all that is missing is an element of a list: the index is out of its range. In a payload template Step Functions takes null for it.
	Element bool
	// NoList tells that an index or a slice is applied to what is no list.
	NoList bool
	// Null tells that the document is null, which Step Functions reports before it looks at a path.
	Null bool
	// Variable is the name of a variable that there is not, where the path begins with one.
	Variable string
}

func (m *Missing) Error() string { return m.Reason }

// NullDocument is what Step Functions says of a path into a document that is null.
const NullDocument = "Unable to apply Path transformation to null or empty input."

// Failure says that a path cannot be evaluated: a function has nothing to work with, a filter stands where none can, or a limit is reached.
type Failure struct {
	Reason string
	// Limit tells that it is a limit of this evaluator: the path looks at more values than one evaluation may, or has a regular expression that is not
	// known here.
	Limit bool
}

func (f *Failure) Error() string { return f.Reason }

// maxVisits bounds how many values one evaluation looks at: paths such as $..*..*..* look at every value of a document many times over.
const maxVisits = 2_000_000

// textPerVisit is how much of a path's text counts as one value: a filter may ask each element for a long name.
const textPerVisit = 64

// evaluation is the state of evaluating one path and those in its filters: what is left to look at, and what was prepared for comparisons.
type evaluation struct {
	roots    Roots
	left     int
	literals map[*Literal]any
	patterns map[*Regex]*pattern
}

// visit takes something off what is left to look at.
func (e *evaluation) visit(n int) error {
	if e.left -= n; e.left < 0 {
		return &Failure{Reason: fmt.Sprintf("The path looks at more than %d values", maxVisits), Limit: true}
	}
	return nil
}

// path evaluates a path; element is what @ stands for.
func (e *evaluation) path(p *Path, element any) (any, error) {
	start, err := e.start(p.Root, element)
	if err != nil {
		return nil, err
	}
	if start == nil && len(p.Steps) > 0 && p.flavour == StepFunctions && p.Root.Kind == Document {
		return nil, &Missing{Reason: NullDocument, Step: stepName(p.Steps[0]), Null: true}
	}
	found, err := e.found(p, start, lenient)
	_, missing := err.(*Missing)
	switch {
	case missing && !p.Definite():
		return []any{}, nil
	case err != nil:
		return nil, err
	case !p.Definite():
		return found, nil
	}
	return found[len(found)-1], nil
}

// start is the value at which a path begins.
func (e *evaluation) start(root Root, element any) (any, error) {
	switch root.Kind {
	case Context:
		return e.roots.Context, nil
	case Element:
		return element, nil
	case Variable:
		if e.roots.Variable != nil {
			if value, ok := e.roots.Variable(root.Name); ok {
				return value, nil
			}
		}
		return nil, &Missing{Reason: "No results for path: $" + root.Name, Step: root.Name, Variable: root.Name}
	default:
		return e.roots.Document, nil
	}
}

// found gives all values that a path finds from a value. A definite path finds one, or there is an error.
func (e *evaluation) found(p *Path, start any, strictness strictness) ([]any, error) {
	if value, ok := direct(p.Steps, start); ok {
		return []any{value}, e.visit(len(p.Steps) + 1)
	}
	if err := e.visit(1 + len(p.text)/textPerVisit); err != nil {
		return nil, err
	}
	if p.Aggregates() {
		value, err := e.aggregate(p, start)
		return []any{value}, err
	}
	w := &walk{evaluation: e, strictness: strictness, path: p, steps: p.Steps, sure: sure(p.Steps), found: []any{}}
	if err := w.take(0, start); err != nil {
		return nil, err
	}
	if len(w.found) == 0 && p.Definite() {
		return nil, w.missing(len(p.Steps), true, "No results for path: ")
	}
	return w.found, nil
}

// direct takes steps of single names and indexes as long as they lead somewhere, which is most of what paths do.
func direct(steps []Step, value any) (any, bool) {
	for _, step := range steps {
		ok := false
		switch step := step.(type) {
		case *Child:
			if object, isObject := value.(*jsonata.Object); isObject && len(step.Names) == 1 {
				value, ok = object.Get(step.Names[0])
			}
		case *Index:
			if items, isList := value.([]any); isList && len(step.Indexes) == 1 {
				if at := fromStart(step.Indexes[0], len(items)); at >= 0 {
					value, ok = items[at], true
				}
			}
		}
		if !ok {
			return nil, false
		}
	}
	return value, true
}

// fromStart is an index of a list of some length counted from its beginning, -1 where there is no such element.
func fromStart(index, length int) int {
	if index < 0 {
		index += length
	}
	if index >= length {
		return -1
	}
	return max(index, -1)
}

// sure is the number of steps at the beginning that lead to one place each.
func sure(steps []Step) int {
	for i, step := range steps {
		if !definite(step, i == len(steps)-1) {
			return i
		}
	}
	return len(steps)
}

// number tells whether a value is one.
func number(v any) bool {
	switch v.(type) {
	case float64, int64:
		return true
	}
	_, ok := jsonata.Float(v)
	return ok
}
