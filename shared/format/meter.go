package format

import (
	"context"

	"github.com/steploom/steploom/shared/task"
)

// meter watches over the decoding of one body: it stops when the caller's time is over, and as soon as the value cannot be written within the limit.
type meter struct {
	ctx   context.Context
	body  int // bytes of the body, for the error
	limit int // bytes of the value as JSON; 0 is no limit
	used  int // no more than the bytes of what has been decoded so far, as JSON
	steps int
}

// stepsBetween is how many values are decoded between two looks at the clock.
const stepsBetween = 256

// take counts bytes that the value has as JSON.
func (m *meter) take(bytes int) error {
	m.used += bytes
	if m.limit > 0 && m.used > m.limit {
		return m.tooLarge()
	}
	if m.steps++; m.steps%stepsBetween == 0 {
		return m.ctx.Err()
	}
	return nil
}

// takeText counts a text with its quotes.
func (m *meter) takeText(text string) error { return m.take(len(text) + len(`""`)) }

func (m *meter) tooLarge() *task.Error {
	e := task.Errorf(task.PayloadTooLarge, "a body of %d bytes has a value of more than %d bytes", m.body, m.limit)
	e.Detail = map[string]any{"bytes": m.body, "limit": m.limit}
	return e
}

// builder makes an object in time linear in its members.
type builder struct {
	*meter
	object Object
	places map[string]int // of the members, once there are many
}

// fewMembers are found faster without a map.
const fewMembers = 8

func (b *builder) place(name string) (int, bool) {
	if len(b.object) <= fewMembers {
		i := b.object.index(name)
		return i, i >= 0
	}
	if b.places == nil {
		b.places = make(map[string]int, 2*len(b.object))
		for i, member := range b.object {
			b.places[member.Name] = i
		}
	}
	i, known := b.places[name]
	return i, known
}

// add puts a member at the end, whose name is not there yet.
func (b *builder) add(name string, value any) error {
	if b.places != nil {
		b.places[name] = len(b.object)
	}
	b.object = append(b.object, Member{name, value})
	return b.take(len(name) + len(`"":,`))
}

// set changes a member in its place or adds it at the end.
func (b *builder) set(name string, value any) error {
	if i, known := b.place(name); known {
		b.object[i].Value = value
		return nil
	}
	return b.add(name, value)
}

// append adds to a member: a second value of the same name makes a list.
func (b *builder) append(name string, value any) error {
	i, known := b.place(name)
	if !known {
		return b.add(name, value)
	}
	b.object[i].Value = repeat(b.object[i].Value, value)
	return b.take(len(","))
}

// repeat is the list of one value of a name, or of several, and a further one.
func repeat(known, value any) any {
	list, isList := known.(repeated)
	if !isList {
		list = repeated{known}
	}
	return append(list, value)
}

// done is the object, never nil.
func (b *builder) done() Object {
	if b.object == nil {
		return Object{}
	}
	return b.object
}

// Fields collects the fields of a form in time linear in their number. Its zero value is empty.
type Fields struct{ fields builder }

// Append adds a field: a second value of the same name makes a list.
func (f *Fields) Append(name string, value any) {
	if f.fields.meter == nil {
		f.fields.meter = &meter{ctx: context.Background()}
	}
	_ = f.fields.append(name, value) // without a limit it cannot fail
}

// Object is what has been collected, in the order of the names; never nil.
func (f *Fields) Object() Object { return f.fields.done() }
