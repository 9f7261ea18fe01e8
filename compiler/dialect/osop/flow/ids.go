package flow

import (
	"iter"
	"slices"
)

// NodeID is the number of a node: its place in Graph.Nodes. EdgeID is that of an edge in Graph.Edges.
type (
	NodeID int
	EdgeID int
)

// What stands for no node and for no edge.
const (
	NoNode NodeID = -1
	NoEdge EdgeID = -1
)

// NodeIDs are the numbers of all nodes.
func (g Graph) NodeIDs() iter.Seq[NodeID] {
	return func(yield func(NodeID) bool) {
		for n := range g.Nodes {
			if !yield(NodeID(n)) {
				return
			}
		}
	}
}

// EdgeIDs are all edges with their numbers.
func (g Graph) EdgeIDs() iter.Seq2[EdgeID, Edge] {
	return func(yield func(EdgeID, Edge) bool) {
		for i, e := range g.Edges {
			if !yield(EdgeID(i), e) {
				return
			}
		}
	}
}

// set is a set of nodes.
type set []bool

func newSet(size int, members ...NodeID) set {
	s := make(set, size)
	for _, n := range members {
		s[n] = true
	}
	return s
}

func (s set) members() []NodeID {
	var found []NodeID
	for n, in := range s {
		if in {
			found = append(found, NodeID(n))
		}
	}
	return found
}

func (s set) add(other set) {
	for n, in := range other {
		s[n] = s[n] || in
	}
}

func (s set) without(other set) set {
	left := slices.Clone(s)
	for n, in := range other {
		left[n] = left[n] && !in
	}
	return left
}

func (s set) meets(other set) bool {
	for n, in := range s {
		if in && other[n] {
			return true
		}
	}
	return false
}
