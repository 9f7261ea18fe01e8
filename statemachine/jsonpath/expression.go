package jsonpath

import (
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// Expression gives a path of names, single indexes and [*] as a JSONata expression that begins with root; ok is false for any other path. A list on the way
// is looked through, as JSONata does; [*] says that it is one.
func (p *Path) Expression(root jsonata.Node) (node jsonata.Node, ok bool) {
	node = root
	for _, step := range p.Steps {
		switch step := step.(type) {
		case *Child:
			if len(step.Names) > 1 {
				return nil, false
			}
			node = build.Field(node, step.Names[0])
		case *Index:
			if len(step.Indexes) > 1 {
				return nil, false
			}
			node = build.Filter(node, build.Number(float64(step.Indexes[0])))
		case *Wildcard:
			if step.Dotted {
				return nil, false
			}
		default:
			return nil, false
		}
	}
	return node, true
}
