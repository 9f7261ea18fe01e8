package jsonpath

import "github.com/steploom/steploom/statemachine/jsonata"

// This file takes "..". Jayway goes through objects and lists from the top down, each before what is in it, and takes the step behind the ".." at each
// of them. With more steps behind it, it takes none at lists but goes on with the next step at each element.

// descend takes step i, which stands behind "..", at a value and at everything below it.
func (w *walk) descend(i int, step *Descend, value any) error {
	d := &descent{walk: w, at: i, step: step.Step, inner: w.behind(i, step.Step)}
	return d.visit(value)
}

// behind is a walk that takes a step and then those behind step i, into the same results.
func (w *walk) behind(i int, step Step) *walk {
	return &walk{evaluation: w.evaluation, strictness: w.strictness, path: w.path, first: step, steps: w.steps[i:], sure: -1}
}

// descent goes down a value.
type descent struct {
	*walk
	at    int
	step  Step
	inner *walk
}

func (d *descent) visit(value any) error {
	if err := d.evaluation.visit(1); err != nil {
		return err
	}
	var err error
	switch value := value.(type) {
	case *jsonata.Object:
		err = d.here(value)
		for _, inner := range value.All() {
			if err != nil {
				break
			}
			err = d.visit(inner)
		}
	case []any:
		err = d.inList(value)
		for i := 0; i < len(value) && err == nil; i++ {
			err = d.visit(value[i])
		}
	}
	return err
}

// here takes the step at a value where it can be taken.
func (d *descent) here(value any) error {
	ok, err := d.applies(value)
	if err != nil || !ok {
		return err
	}
	return d.collect(0, value)
}

// inList takes the step at a list; with more steps behind it, the next one at each element.
func (d *descent) inList(items []any) error {
	if len(d.inner.steps) == 1 {
		return d.here(items)
	}
	ok, err := d.applies(items)
	for i := 0; ok && err == nil && i < len(items); i++ {
		err = d.collect(1, items[i])
	}
	return err
}

// collect goes on with the step or the one behind it, and keeps what is found.
func (d *descent) collect(i int, value any) error {
	d.inner.found = d.walk.found
	err := d.inner.take(i, value)
	d.walk.found = d.inner.found
	return err
}

// applies tells whether the step behind ".." is taken at a value.
func (d *descent) applies(value any) (bool, error) {
	switch step := d.step.(type) {
	case *Child:
		return d.hasFields(step, value)
	case *Index, *Slice:
		_, ok := value.([]any)
		return ok, nil
	case *Wildcard:
		return true, nil
	case *Filter:
		return d.accepts(step, value)
	default:
		return false, nil
	}
}

// hasFields tells whether a value is an object with the fields that a step asks for. Of several, which are followed by more steps, none need be there.
func (d *descent) hasFields(step *Child, value any) (bool, error) {
	object, ok := value.(*jsonata.Object)
	if !ok || len(step.Names) > 1 && len(d.inner.steps) > 1 {
		return ok, nil
	}
	for _, name := range step.Names {
		if _, ok := object.Get(name); !ok {
			return false, nil
		}
	}
	return true, d.evaluation.visit(len(step.Names))
}
