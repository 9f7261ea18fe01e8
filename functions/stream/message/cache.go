package message

import (
	"container/list"
	"sync"
)

// cachedBytes bounds the text of the schemas that a cache keeps. A compiled schema takes some twenty times its text.
const cachedBytes = 2 << 20

// cache keeps what was used last, up to cachedBytes of cost. It is safe for concurrent use.
type cache[K comparable, V any] struct {
	mutex   sync.Mutex
	entries map[K]*list.Element
	order   *list.List // of *cached[K, V], used last in front
	cost    int
}

type cached[K comparable, V any] struct {
	key   K
	value V
	cost  int
}

func newCache[K comparable, V any]() *cache[K, V] {
	return &cache[K, V]{entries: map[K]*list.Element{}, order: list.New()}
}

func (c *cache[K, V]) get(key K) (V, bool) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	element, ok := c.entries[key]
	if !ok {
		var none V
		return none, false
	}
	c.order.MoveToFront(element)
	return element.Value.(*cached[K, V]).value, true
}

// put keeps a value that costs as many bytes, and drops what was not used for the longest time.
func (c *cache[K, V]) put(key K, value V, cost int) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if _, ok := c.entries[key]; ok {
		return
	}
	c.entries[key] = c.order.PushFront(&cached[K, V]{key, value, cost})
	for c.cost += cost; c.cost > cachedBytes; {
		last := c.order.Remove(c.order.Back()).(*cached[K, V])
		delete(c.entries, last.key)
		c.cost -= last.cost
	}
}
