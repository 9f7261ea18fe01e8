package jsonpathng

import (
	"github.com/steploom/steploom/shared/pytext"
)

// Find gives the values that a path matches in a document, in the order of the library. Its errors are an *pytext.Error of the class that Python raises
// (TypeError, AssertionError, NotImplementedError, …) without any value of the document, or a *LimitError.
func (p *Path) Find(document any) ([]any, error) { return p.FindWithin(DefaultLimits(), document) }

// FindWithin is Find with limits of one's own.
func (p *Path) FindWithin(limits Limits, document any) ([]any, error) {
	value := pytext.Value(document)
	if p.names != nil {
		return byNames(value, p.names), nil
	}
	e := &evaluation{limits: limits, start: &match{value: value}, document: &match{value: value}}
	return e.values(p.root, e.start)
}

// byNames goes from a value by one name after another.
func byNames(value any, names []string) []any {
	for _, name := range names {
		dict, isDict := value.(*pytext.Dict)
		if !isDict {
			return []any{}
		}
		found, ok := dict.GetText(name)
		if !ok {
			return []any{}
		}
		value = pytext.Value(found)
	}
	return []any{value}
}

// values collects what a path matches.
func (e *evaluation) values(path node, at *match) ([]any, error) {
	values := []any{}
	err := path.find(e, at, func(m *match) error {
		values = append(values, m.value)
		return e.keep(matchSize)
	})
	if err != nil {
		return nil, err
	}
	return values, nil
}

// Select gives what an entry of a datamap holds: the value where a path matches one, a list of them where it matches several, and found is false where it
// matches nothing.
func Select(path *Path, document any) (value any, found bool, err error) {
	values, err := path.Find(document)
	switch {
	case err != nil || len(values) == 0:
		return nil, false, err
	case len(values) == 1:
		return values[0], true, nil
	}
	return values, true, nil
}

// here is the match that parts look at. Only `sorted` sees the document before it is one.
func (e *evaluation) here(at *match) *match {
	if at == e.start {
		return e.document
	}
	return at
}

func (root) find(e *evaluation, at *match, found func(*match) error) error {
	top := e.here(at)
	for top.parent != nil {
		top = top.parent
		if err := e.step(1); err != nil {
			return err
		}
	}
	return e.hand(&match{value: top.value, place: place{kind: atRoot}}, found)
}

// hand pays for a match and hands it on.
func (e *evaluation) hand(m *match, found func(*match) error) error {
	if err := e.step(1); err != nil {
		return err
	}
	return found(m)
}

func (this) find(e *evaluation, at *match, found func(*match) error) error {
	return e.hand(e.here(at), found)
}

func (parent) find(e *evaluation, at *match, found func(*match) error) error {
	above := e.here(at).parent
	if above == nil {
		return pytext.Errorf("AssertionError", "`parent` of a value that lies in no other")
	}
	return e.hand(above, found)
}

func (f *fields) find(e *evaluation, at *match, found func(*match) error) error {
	at = e.here(at)
	dict, isDict := at.value.(*pytext.Dict)
	for _, name := range f.names {
		if err := e.step(1); err != nil {
			return err
		}
		if !isDict {
			return nil
		}
		if value, ok := dict.Get(name); ok {
			if err := found(at.field(name, value)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (i *index) find(e *evaluation, at *match, found func(*match) error) error {
	at = e.here(at)
	list, _ := at.value.([]any)
	for _, place := range i.places {
		if err := e.step(1); err != nil {
			return err
		}
		from := place
		if from < 0 {
			from += len(list)
		}
		if from < 0 || from >= len(list) {
			continue
		}
		if err := found(at.element(place, list[from])); err != nil {
			return err
		}
	}
	return nil
}

func (wildcard) find(e *evaluation, at *match, found func(*match) error) error {
	return e.children(e.here(at), found)
}

// children hands on the elements of a list, or the values of a dict.
func (e *evaluation) children(at *match, found func(*match) error) error {
	return e.each(at.value, func(where place, value any) error { return found(&match{value, at, where}) })
}

// each hands on what lies in a list or dict, and where.
func (e *evaluation) each(container any, found func(where place, value any) error) error {
	switch container := container.(type) {
	case []any:
		for i, element := range container {
			if err := e.step(1); err != nil {
				return err
			}
			if err := found(place{kind: atElement, at: i}, pytext.Value(element)); err != nil {
				return err
			}
		}
	case *pytext.Dict:
		for _, item := range container.Items() {
			if err := e.step(1); err != nil {
				return err
			}
			if err := found(place{kind: atField, name: pytext.Str(item.Key)}, pytext.Value(item.Value)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *slice) find(e *evaluation, at *match, found func(*match) error) error {
	at = e.here(at)
	list, _ := at.value.([]any)
	from, to, by := s.bounds(len(list))
	for i := from; by > 0 && i < to || by < 0 && i > to; i += by {
		if err := e.hand(at.element(i, list[i]), found); err != nil {
			return err
		}
	}
	return nil
}

// bounds are those of Python's slices; a step of zero takes nothing.
func (s *slice) bounds(n int) (from, to, by int) {
	by = 1
	if s.step != nil {
		by = *s.step
	}
	low, high := 0, n
	if by < 0 {
		low, high = -1, n-1
	}
	within := func(bound *int, absent int) int {
		switch {
		case bound == nil:
			return absent
		case *bound < 0:
			return max(*bound+n, low)
		}
		return min(*bound, high)
	}
	if by < 0 {
		return within(s.start, high), within(s.stop, low), by
	}
	return within(s.start, low), within(s.stop, high), by
}

func (c *child) find(e *evaluation, at *match, found func(*match) error) error {
	if err := e.down(); err != nil {
		return err
	}
	err := c.left.find(e, at, func(m *match) error { return c.right.find(e, m, found) })
	e.levels--
	return err
}

func (d *descend) find(e *evaluation, at *match, found func(*match) error) error {
	if m := bare(e, d.left, at); m != nil {
		return d.below(e, m, found)
	}
	return d.left.find(e, at, func(m *match) error { return d.below(e, m, found) })
}

// below hands on what the right side matches at a value and at everything in it, parents first.
func (d *descend) below(e *evaluation, at *match, found func(*match) error) error {
	if err := e.down(); err != nil {
		return err
	}
	if err := d.right.find(e, at, found); err != nil {
		return err
	}
	err := e.children(at, func(m *match) error { return d.below(e, m, found) })
	e.levels--
	return err
}

func (w *where) find(e *evaluation, at *match, found func(*match) error) error {
	return w.select_(e, at, true, found)
}

func (w *whereNot) find(e *evaluation, at *match, found func(*match) error) error {
	return w.select_(e, at, false, found)
}

// select_ hands on what the left side matches where the right side matches something there, or where it does not.
func (p pair) select_(e *evaluation, at *match, wanted bool, found func(*match) error) error {
	return p.left.find(e, at, func(m *match) error {
		ok, err := matches(e, p.right, m)
		if err != nil || ok != wanted {
			return err
		}
		return found(m)
	})
}

// matches tells whether a path matches anything. All of it is evaluated, since it may fail behind its first match.
func matches(e *evaluation, path node, at *match) (bool, error) {
	if bare(e, path, at) != nil {
		return true, nil
	}
	any := false
	err := path.find(e, at, func(*match) error {
		any = true
		return nil
	})
	return any, err
}

func (u *union) find(e *evaluation, at *match, found func(*match) error) error {
	if err := u.left.find(e, at, found); err != nil {
		return err
	}
	return u.right.find(e, at, found)
}

// notImplemented is what the library says of &.
const notImplemented = "& between two paths is not implemented; between two comparisons of a filter it is"

func (intersect) find(*evaluation, *match, func(*match) error) error {
	return pytext.Errorf("NotImplementedError", notImplemented)
}

func (f *filter) find(e *evaluation, at *match, found func(*match) error) error {
	at = e.here(at)
	alone := &match{} // conditions keep no match, so that one does for all that lie nowhere
	return e.each(at.value, func(where place, value any) error {
		seen := alone
		*alone = match{value: value}
		if f.linked {
			seen = &match{value, at, where}
		}
		ok, err := f.condition.holds(e, seen)
		if err != nil || !ok {
			return err
		}
		return found(&match{value, at, where})
	})
}
