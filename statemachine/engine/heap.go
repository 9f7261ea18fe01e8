package engine

// heap is a binary heap: its first item is one that comes before all others. The zero heap is empty.
type heap[T heapItem[T]] []T

// heapItem is an item of a heap. Moved tells it its position, so that it can be removed from anywhere; -1 means that it has left the heap.
type heapItem[T any] interface {
	before(other T) bool
	moved(position int)
}

func (h *heap[T]) push(item T) {
	*h = append(*h, item)
	last := len(*h) - 1
	item.moved(last)
	h.up(last)
}

// remove takes the item at the given position out and returns it.
func (h *heap[T]) remove(at int) T {
	item, last := (*h)[at], len(*h)-1
	h.swap(at, last)
	clear((*h)[last:])
	*h = (*h)[:last]
	if at < last {
		h.down(at)
		h.up(at)
	}
	item.moved(-1)
	return item
}

func (h heap[T]) swap(a, b int) {
	h[a], h[b] = h[b], h[a]
	h[a].moved(a)
	h[b].moved(b)
}

func (h heap[T]) up(at int) {
	for at > 0 {
		parent := (at - 1) / 2
		if !h[at].before(h[parent]) {
			return
		}
		h.swap(at, parent)
		at = parent
	}
}

func (h heap[T]) down(at int) {
	for {
		least := at
		for child := 2*at + 1; child <= 2*at+2 && child < len(h); child++ {
			if h[child].before(h[least]) {
				least = child
			}
		}
		if least == at {
			return
		}
		h.swap(at, least)
		at = least
	}
}
