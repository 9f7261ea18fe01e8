package jsonpathng

import (
	"strconv"
	"strings"

	"github.com/steploom/steploom/shared/pytext"
)

// named reads what stands in backquotes.
func named(t token) (node, error) {
	switch name := t.text; {
	case name == "this":
		return &this{}, nil
	case name == "parent":
		return &parent{}, nil
	case name == "len":
		return &length{}, nil
	case name == "keys":
		return &keys{}, nil
	case name == "path":
		return &lastPath{}, nil
	case name == "sorted":
		return &sorted{}, nil
	case strings.HasPrefix(name, "str()"):
		return &str{}, nil
	case strings.HasPrefix(name, "split("):
		return readSplit(t)
	case strings.HasPrefix(name, "sub("):
		return readSubstitution(t)
	}
	return nil, &Error{t.at, "there is no operator `" + t.text + "`; there are this, parent, len, keys, path, sorted, str(), sub(/…/, …) and split(…, …, …)"}
}

func (length) find(e *evaluation, at *match, found func(*match) error) error {
	n := 0
	switch value := e.here(at).value.(type) {
	case string:
		n = len(pytext.Characters(value))
		if err := e.step(n / 64); err != nil {
			return err
		}
	case []any:
		n = len(value)
	case *pytext.Dict:
		n = value.Len()
	default:
		return nil
	}
	return e.hand(&match{value: int64(n), place: place{kind: atLength}}, found)
}

func (keys) find(e *evaluation, at *match, found func(*match) error) error {
	dict, isDict := e.here(at).value.(*pytext.Dict)
	if !isDict {
		return nil
	}
	for _, item := range dict.Items() {
		if err := e.hand(&match{value: item.Key, place: place{kind: atKeys}}, found); err != nil {
			return err
		}
	}
	return nil
}

func (lastPath) find(e *evaluation, at *match, found func(*match) error) error {
	at = e.here(at)
	return e.hand(&match{value: at.place.String(), parent: at, place: place{kind: atPath}}, found)
}

// String writes a place as the library does.
func (p place) String() string {
	switch p.kind {
	case atRoot:
		return "$"
	case atField:
		if plainName(p.name) {
			return p.name
		}
		return pytext.Repr(p.name)
	case atElement:
		return "[" + strconv.Itoa(p.at) + "]"
	case atLength:
		return "`len`"
	case atKeys:
		return "`keys`"
	case atPath:
		return "`path`"
	}
	return "`this`"
}

func (str) find(e *evaluation, at *match, found func(*match) error) error {
	value := e.here(at).value
	if err := e.written(value); err != nil {
		return err
	}
	return e.hand(made(pytext.Str(value)), found)
}

// written pays for the text of a value.
func (e *evaluation) written(value any) error {
	if err := e.step(1); err != nil {
		return err
	}
	size := 16
	var err error
	switch value := pytext.Value(value).(type) {
	case string:
		size = 4 * len(value)
	case []any:
		for i := 0; i < len(value) && err == nil; i++ {
			err = e.written(value[i])
		}
	case *pytext.Dict:
		for i := 0; i < value.Len() && err == nil; i++ {
			item := value.Items()[i]
			size += 4 * len(pytext.Str(item.Key))
			err = e.written(item.Value)
		}
	}
	if err != nil {
		return err
	}
	return e.keep(size)
}

// bare is the match that the library gives, instead of a list of matches, for what cannot be sorted; else nil.
func bare(e *evaluation, path node, at *match) *match {
	s, isSorted := path.(*sorted)
	if !isSorted || at == e.start {
		return nil
	}
	switch at.value.(type) {
	case []any:
		return nil
	case *pytext.Dict:
		if s.by == nil {
			return nil
		}
	}
	return at
}

func (s *sorted) find(e *evaluation, at *match, found func(*match) error) error {
	switch {
	case at == e.start:
		return pytext.Errorf("AttributeError", "'%s' object has no attribute 'value': a path cannot begin with `sorted`", pytext.TypeName(at.value))
	case bare(e, s, at) != nil:
		return pytext.Errorf("TypeError", "'DatumInContext' object is not iterable: %s cannot be sorted", pytext.TypeName(at.value))
	}
	values := []any{}
	if err := e.children(at, func(m *match) error {
		value := m.value
		if m.place.kind == atField {
			value = m.place.name
		}
		values = append(values, value)
		return e.keep(matchSize)
	}); err != nil {
		return err
	}
	values, err := s.order(e, values)
	if err != nil {
		return err
	}
	return e.hand(made(values), found)
}

// order sorts values as Python does, in short lists with the same comparisons.
func (s *sorted) order(e *evaluation, values []any) ([]any, error) {
	var failed error
	pytext.SortStable(values, func(a, b any) bool {
		if failed != nil {
			return false
		}
		var order int
		order, failed = s.compare(e, a, b)
		return order < 0
	})
	return values, failed
}

// compare orders two values by the first path that finds different things in them.
func (s *sorted) compare(e *evaluation, a, b any) (int, error) {
	if s.by == nil {
		return e.compare(a, b)
	}
	for _, by := range s.by {
		left, err := e.values(by.path, made(a))
		if err != nil {
			return 0, err
		}
		right, err := e.values(by.path, made(b))
		if err != nil {
			return 0, err
		}
		if len(left) != 1 || len(right) != 1 || pytext.Equal(left[0], right[0]) {
			continue
		}
		order, err := e.compare(left[0], right[0])
		if by.backwards {
			order = -order
		}
		return order, err
	}
	return 0, nil
}

func (e *evaluation) compare(a, b any) (int, error) {
	if err := e.step(1); err != nil {
		return 0, err
	}
	return pytext.Compare(a, b)
}

// plainName tells whether a name needs no quotation marks; a line may end behind it.
func plainName(name string) bool {
	name = strings.TrimSuffix(strings.TrimPrefix(name, "@"), "\n")
	for i := range len(name) {
		if !inName(name[i]) {
			return false
		}
	}
	return name != "" && letter(name[0])
}
