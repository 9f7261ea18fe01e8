package python

import "strings"

// Pretty is pprint.pformat(v), where that is one line; a value that needs several is refused.
func Pretty(m *Meter, v Value) string {
	const width = 80
	w := writer{m: m}
	w.sorted(v)
	text := w.b.String()
	if len([]rune(text)) > width && strings.ContainsAny(text[:1], "[({'\"") {
		Raise(Unsupported, "pprint of a value that is longer than a line is not supported")
	}
	return text
}

// sorted writes a value with the keys of dicts in their order.
func (w *writer) sorted(v Value) {
	switch v := v.(type) {
	case *List:
		w.sortedItems("[", "]", v.Items)
	case *Tuple:
		end := ")"
		if len(v.Items) == 1 {
			end = ",)"
		}
		w.sortedItems("(", end, v.Items)
	case *Dict:
		defer w.m.Down()()
		w.text("{")
		for i, key := range w.keys(v) {
			if i > 0 {
				w.text(", ")
			}
			member, _ := v.Get(key)
			w.sorted(key)
			w.text(": ")
			w.sorted(member)
		}
		w.text("}")
	default:
		w.value(v)
	}
}

func (w *writer) sortedItems(begin, end string, items []Value) {
	defer w.m.Down()()
	w.text(begin)
	for i, item := range items {
		if i > 0 {
			w.text(", ")
		}
		w.sorted(item)
	}
	w.text(end)
}

// keys sorts keys; those of several types are refused, because Python orders them by their types' names and addresses.
func (w *writer) keys(d *Dict) (sorted []Value) {
	keys := d.Keys()
	if failure := Try(func() { sorted = Sorted(w.m, keys, keys, false) }); failure != nil {
		Raise(Unsupported, "pprint of a dict with keys that have no order is not supported")
	}
	return sorted
}
