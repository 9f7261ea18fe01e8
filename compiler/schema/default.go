package schema

import (
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// Defaulted gives a value with the defaults of its absent members filled in, at every level; nil when the schema has none. A value that is
// not there stays away unless the schema itself has a default.
func (s *Schema) Defaulted(value jsonata.Node) jsonata.Node { return s.defaulted(value, 1) }

func (s *Schema) defaulted(value jsonata.Node, depth int) jsonata.Node {
	if s == nil {
		return nil
	}
	filled := s.filled(value, depth)
	switch literal := s.Default(); {
	case literal == nil:
		return filled
	case filled == nil:
		return build.OrElse(value, build.Literal(literal))
	default:
		return build.If(build.Exists(value), filled, build.Literal(literal))
	}
}

// filled gives a value that is there with the defaults inside of it, nil when there are none.
func (s *Schema) filled(value jsonata.Node, depth int) jsonata.Node {
	if items := s.elements(); items != nil {
		item := subject{depth: depth}.local("item")
		if each := items.filled(build.Var(item), depth+1); each != nil {
			all := build.List(build.Call("map", value, build.Function(each, item)))
			return build.If(build.HasType(value, "array"), all, value)
		}
	}
	var members []build.Member
	for _, property := range s.Members() {
		if inner := property.Schema.defaulted(build.Field(value, property.Name), depth); inner != nil {
			members = append(members, build.Of(property.Name, inner))
		}
	}
	if len(members) == 0 {
		return nil
	}
	return build.If(build.HasType(value, "object"), build.Merge(value, build.Object(members...)), value)
}

// Members are the properties of a schema and of those that allOf joins to it; nil has none.
func (s *Schema) Members() []Property {
	if s == nil {
		return nil
	}
	all := s.Properties[:len(s.Properties):len(s.Properties)]
	for _, part := range s.AllOf {
		all = append(all, part.Members()...)
	}
	return all
}
