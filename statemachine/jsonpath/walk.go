package jsonpath

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// strictness says what a missing field means behind a step that finds several values.
type strictness int

const (
	lenient strictness = iota // the value is passed over
	strict                    // the path leads nowhere, as when a filter asks whether it leads somewhere
)

// walk takes the steps of a path one by one, as Jayway does, and collects what it finds.
type walk struct {
	*evaluation
	strictness
	path  *Path
	first Step // stands for the first step, where it is not nil
	steps []Step
	sure  int // steps before this one lead to one place
	found []any
}

// take takes step i from a value, and those behind it.
func (w *walk) take(i int, value any) error {
	if err := w.visit(1); err != nil {
		return err
	}
	if i == len(w.steps) {
		w.found = append(w.found, value)
		return nil
	}
	step := w.steps[i]
	if i == 0 && w.first != nil {
		step = w.first
	}
	switch step := step.(type) {
	case *Child:
		return w.child(i, step, value)
	case *Index:
		return w.indexes(i, step, value)
	case *Slice:
		return w.slice(i, step, value)
	case *Wildcard:
		return w.wildcard(i, value)
	case *Filter:
		return w.filter(i, step, value)
	case *Descend:
		return w.descend(i, step, value)
	case *Function:
		result, err := w.call(i, step, value)
		if err != nil {
			return err
		}
		return w.take(i+1, result)
	default:
		return &Failure{Reason: "This step of a path cannot be taken"}
	}
}

// definite tells that the steps before this one lead to one place, so that a mistake there is an error.
func (w *walk) definite(i int) bool { return i <= w.sure }

// missing is the error that the path leads nowhere because of the step before i.
func (w *walk) missing(i int, element bool, format string, arguments ...any) error {
	at := &Missing{Reason: fmt.Sprintf(format, arguments...) + w.written(i), Element: element}
	if i > 0 {
		at.Step = stepName(w.steps[i-1])
	}
	return at
}

// written writes the path up to a step as Jayway does.
func (w *walk) written(i int) string {
	root := "$"
	if w.path.Root.Kind == Element {
		root = "@"
	}
	return root + written(w.steps[:i])
}

func (w *walk) child(i int, step *Child, value any) error {
	object, ok := value.(*jsonata.Object)
	if !ok {
		if !w.definite(i) {
			return nil
		}
		return &Missing{Step: stepName(step), Reason: fmt.Sprintf("Expected to find an object with property %s in path %s but found '%s'. "+
			"This is not a json object according to the JsonProvider: '%s'.", written([]Step{step}), w.written(i), javaClass(value), jsonProvider)}
	}
	if len(step.Names) > 1 && i == len(w.steps)-1 {
		return w.merge(i, step, object)
	}
	err := w.visit(len(step.Names))
	for at := 0; at < len(step.Names) && err == nil; at++ {
		err = w.field(i, object, step.Names[at])
	}
	return err
}

// field goes on at a field of an object.
func (w *walk) field(i int, object *jsonata.Object, name string) error {
	value, ok := object.Get(name)
	switch {
	case ok:
		return w.take(i+1, value)
	case w.strictness == lenient && (!w.definite(i) || i < len(w.steps) && !definite(w.steps[i], i == len(w.steps)-1)):
		return nil
	case i == len(w.steps)-1:
		return w.missing(i+1, false, "No results for path: ")
	default:
		return w.missing(i+1, false, "Missing property in path ")
	}
}

// merge makes one object of several fields, those that are there.
func (w *walk) merge(i int, step *Child, object *jsonata.Object) error {
	if err := w.visit(len(step.Names)); err != nil {
		return err
	}
	merged := jsonata.NewObject()
	for _, name := range step.Names {
		value, ok := object.Get(name)
		if ok {
			merged.Set(name, value)
		} else if w.strictness == strict {
			return w.missing(i+1, false, "Missing property in path ")
		}
	}
	return w.take(i+1, merged)
}

// list gives the elements of a list. Where a value is none, err says so, if that is an error.
func (w *walk) list(i int, value any) (items []any, err error) {
	items, ok := value.([]any)
	switch {
	case ok || !w.definite(i):
		return items, nil
	case value == nil:
		return nil, &Missing{Step: stepName(w.steps[i]), Reason: "The path " + w.written(i) + " is null"}
	}
	shown, err := w.shown(value)
	if err != nil {
		return nil, err
	}
	reason := fmt.Sprintf("Filter: %s can only be applied to arrays. Current context is: %s", written(w.steps[i:i+1]), shown)
	return nil, &Missing{Step: stepName(w.steps[i]), NoList: true, Reason: reason}
}

// shown is the text of a value in a message.
func (e *evaluation) shown(value any) (string, error) {
	text := JavaText(value)
	return text, e.visit(len(text) / bytesPerVisit)
}

func (w *walk) indexes(i int, step *Index, value any) error {
	items, err := w.list(i, value)
	if err == nil {
		err = w.visit(len(step.Indexes))
	}
	for at := 0; at < len(step.Indexes) && err == nil; at++ {
		err = w.element(i, items, step.Indexes[at])
	}
	return err
}

// element goes on at an element of a list, counted from its end when the index is negative.
func (w *walk) element(i int, items []any, index int) error {
	at := fromStart(index, len(items))
	if at < 0 {
		return nil
	}
	return w.take(i+1, items[at])
}

// slice takes a stretch of a list. As in Jayway, from the back to the front goes on at the front, and what follows a second colon has no effect.
func (w *walk) slice(i int, step *Slice, value any) error {
	items, err := w.list(i, value)
	if err != nil {
		return err
	}
	from, to := 0, len(items)
	if step.To != nil {
		to = min(*step.To, len(items))
	}
	switch {
	case step.From != nil && step.To != nil:
		from = *step.From
	case step.From != nil:
		if from = *step.From; from < 0 {
			from = max(0, from+len(items))
		}
	case to < 0:
		to += len(items)
	}
	if len(items) == 0 {
		return nil
	}
	for at := max(from, -len(items)); at < to; at++ {
		if err := w.element(i, items, at); err != nil {
			return err
		}
	}
	return nil
}

// wildcard goes on at every element of a list or every value of an object.
func (w *walk) wildcard(i int, value any) error {
	for _, inner := range inside(value) {
		if err := w.take(i+1, inner); err != nil && w.passes(err) {
			return err
		}
	}
	return nil
}

// passes tells that an error of one of several values is one of the path.
func (w *walk) passes(err error) bool {
	_, missing := err.(*Missing)
	return !missing || w.strictness == strict
}

// inside are the elements of a list, or the values of an object.
func inside(value any) []any {
	switch value := value.(type) {
	case []any:
		return value
	case *jsonata.Object:
		values := make([]any, 0, value.Len())
		for _, field := range value.All() {
			values = append(values, field)
		}
		return values
	}
	return nil
}

func stepName(step Step) string {
	switch step := step.(type) {
	case *Child:
		return strings.Join(step.Names, ",")
	case *Index:
		return strings.Trim(written([]Step{step}), "[]")
	default:
		return written([]Step{step})
	}
}

// written writes steps as Jayway does: ['a'][0].
func written(steps []Step) string {
	var text strings.Builder
	for _, step := range steps {
		switch step := step.(type) {
		case *Child:
			text.WriteString("['" + strings.Join(step.Names, "','") + "']")
		case *Index:
			text.WriteString("[" + joined(step.Indexes) + "]")
		case *Slice:
			text.WriteString("[" + bound(step.From) + ":" + bound(step.To) + "]")
		case *Wildcard:
			text.WriteString("[*]")
		case *Descend:
			text.WriteString(".." + written([]Step{step.Step}))
		case *Filter:
			text.WriteString("[?]")
		}
	}
	return text.String()
}

func joined(indexes []int) string {
	texts := make([]string, len(indexes))
	for i, index := range indexes {
		texts[i] = strconv.Itoa(index)
	}
	return strings.Join(texts, ",")
}

func bound(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}
