package python

import "context"

// Meter counts work. One unit is a step of a program, a byte of a text or an item of a list.
type Meter struct {
	ctx    context.Context
	left   int
	unseen int // work since the context was looked at
	depth  int
}

const (
	// glance is the work after which a context is looked at.
	glance = 4096
	// deepest is how deep values may be nested, and calls: about where Python's recursion ends.
	deepest = 300
	// itemSize is the work of an item of a list: it takes some 50 bytes while lists grow.
	itemSize = 32
)

// NewMeter begins with some work left.
func NewMeter(ctx context.Context, work int) *Meter { return &Meter{ctx: ctx, left: work} }

// Spend pays for work before it is done.
func (m *Meter) Spend(work int) {
	if work < 0 || work > m.left {
		Raise(Limit, "the template does more work than it may")
	}
	m.left -= work
	if m.unseen += work; m.unseen >= glance {
		m.unseen = 0
		if m.ctx.Err() != nil {
			panic(&Error{Class: Limit, Message: "the template takes longer than it may"})
		}
	}
}

// Items pays for items of a list.
func (m *Meter) Items(n int) {
	if n > m.left/itemSize {
		m.Spend(m.left + 1)
	}
	m.Spend(n * itemSize)
}

// Repeat pays for something of a size, many times.
func (m *Meter) Repeat(size, times int) {
	if times > 0 && size > 0 && times > m.left/size {
		m.Spend(m.left + 1)
	}
	m.Spend(max(size, 0) * max(times, 0))
}

// Down goes one level deeper; it gives what is to be called on the way up.
func (m *Meter) Down() func() {
	m.depth++
	if m.depth > deepest {
		Raise(RecursionError, "maximum recursion depth exceeded")
	}
	return m.up
}

func (m *Meter) up() { m.depth-- }
