package jsonata

// shapes remember what objects' keys became when one was added or deleted, so that objects that have shared their keys share them
// still when the same is done to each.
type shapes struct {
	added, deleted shape
}

// shape is a list of keys and what has become of it.
type shape struct {
	from, to []string
	key      string
	index    map[string]int
}

// follows tells whether the same is about to be done to the same keys.
func (s *shape) follows(o *Object, key string) bool {
	return o.shared && s.key == key && len(o.keys) > 0 && len(o.keys) == len(s.from) && &o.keys[0] == &s.from[0]
}

// put gives key the value.
func (s *shapes) put(o *Object, key string, value any) {
	switch i := o.find(key); {
	case i >= 0:
		o.values[i] = value
	case s.added.follows(o, key):
		o.keys, o.index = s.added.to, s.added.index
		o.values = append(o.values, value)
	default:
		from := o.keys
		o.add(key, value)
		s.added = shape{from, o.keys, key, o.index}
		o.shared = true
	}
}

// delete removes key.
func (s *shapes) delete(o *Object, key string) {
	i := o.find(key)
	switch {
	case i < 0:
	case s.deleted.follows(o, key):
		o.keys, o.index = s.deleted.to, s.deleted.index
		o.values = append(o.values[:i], o.values[i+1:]...)
	default:
		from := o.keys
		o.Delete(key)
		s.deleted = shape{from, o.keys, key, o.index}
		o.shared = true
	}
}
