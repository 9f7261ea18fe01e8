package engine

import (
	"math/rand/v2"
	"slices"
	"testing"
)

type entry struct{ value, at int }

func (e *entry) before(other *entry) bool { return e.value < other.value }

func (e *entry) moved(position int) { e.at = position }

// TestHeap pushes and removes at random, beside a sorted list as the model.
func TestHeap(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var h heap[*entry]
	var model []*entry
	for range 20_000 {
		switch {
		case len(model) == 0 || random.IntN(3) > 0:
			e := &entry{value: random.IntN(100)}
			h.push(e)
			model = append(model, e)
		case random.IntN(2) == 0:
			least := slices.MinFunc(model, func(a, b *entry) int { return a.value - b.value })
			if first := h[0]; first.value != least.value {
				t.Fatalf("the first is %d, want %d", first.value, least.value)
			}
			removed := h.remove(0)
			model = slices.DeleteFunc(model, func(e *entry) bool { return e == removed })
		default:
			i := random.IntN(len(model))
			if removed := h.remove(model[i].at); removed != model[i] || removed.at != -1 {
				t.Fatalf("removed %+v, want %+v", removed, model[i])
			}
			model = slices.Delete(model, i, i+1)
		}
		if len(h) != len(model) {
			t.Fatalf("%d items, want %d", len(h), len(model))
		}
	}
}
