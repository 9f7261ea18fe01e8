package flow

import "slices"

// The forward edges make a partial order. Two nodes are related when a path leads from one to the other. A set of nodes is a parallel
// composition when relatedness splits it into components, and a series composition when unrelatedness does; a set for which neither
// holds is not series-parallel (it contains the shape of an N).

// components splits nodes into the parts that relatedness (or, with related false, unrelatedness) connects, each in order, the parts
// in the order of their first nodes.
func (s *Shape) components(nodes set, related bool) []set {
	var parts []set
	left := s.ordered(nodes)
	for len(left) > 0 {
		part := newSet(len(nodes), left[0])
		left = left[1:]
		for work := part.members(); len(work) > 0; {
			n := work[0]
			work = work[1:]
			left = slices.DeleteFunc(left, func(m NodeID) bool {
				if s.related(n, m) != related {
					return false
				}
				part[m] = true
				work = append(work, m)
				return true
			})
		}
		parts = append(parts, part)
	}
	return parts
}

func (s *Shape) related(a, b NodeID) bool { return s.reach[a][b] || s.reach[b][a] }

// ordered lists the members of a set so that forward edges lead forward.
func (s *Shape) ordered(nodes set) []NodeID {
	var list []NodeID
	for _, n := range s.Order {
		if nodes[n] {
			list = append(list, n)
		}
	}
	return list
}

// cut divides a set that is not series-parallel into what runs first and what runs after it, so that as few pairs of unrelated nodes as
// can be come to stand on different sides; it gives the nodes of those pairs, which lose their concurrency.
func (s *Shape) cut(nodes set) (before, after set, lost []NodeID) {
	best := -1
	for _, candidate := range s.prefixes(nodes) {
		rest := nodes.without(candidate)
		pairs, involved := s.unrelated(candidate, rest)
		if best < 0 || pairs < best {
			best, before, after, lost = pairs, candidate, rest, involved
		}
	}
	return before, after, lost
}

// prefixes are some sets of nodes that can run before the rest: all first nodes, all but the last ones, each first node alone, all but each
// last one.
func (s *Shape) prefixes(nodes set) []set {
	first, last := s.outermost(nodes)
	candidates := []set{first, nodes.without(last)}
	for _, n := range first.members() {
		candidates = append(candidates, newSet(len(nodes), n))
	}
	for _, n := range last.members() {
		candidates = append(candidates, nodes.without(newSet(len(nodes), n)))
	}
	return candidates
}

// outermost are the nodes that no other of the set leads to, and those that lead to no other.
func (s *Shape) outermost(nodes set) (first, last set) {
	first, last = newSet(len(nodes)), newSet(len(nodes))
	for _, n := range nodes.members() {
		first[n], last[n] = true, true
		for _, m := range nodes.members() {
			first[n] = first[n] && !s.reach[m][n]
			last[n] = last[n] && !s.reach[n][m]
		}
	}
	return first, last
}

func (s *Shape) unrelated(left, right set) (pairs int, involved []NodeID) {
	found := newSet(len(left))
	for _, n := range left.members() {
		for _, m := range right.members() {
			if !s.related(n, m) {
				pairs++
				found[n], found[m] = true, true
			}
		}
	}
	return pairs, found.members()
}
