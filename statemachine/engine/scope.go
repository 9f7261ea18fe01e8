package engine

// scope holds the variables of a machine, a branch or an iteration. Inner scopes read outer ones; while inner ones run, the outer one stands still.
type scope struct {
	outer     *scope
	variables []variable
}

type variable struct {
	name  string
	value value
}

func (s *scope) lookup(name string) (any, bool) {
	for ; s != nil; s = s.outer {
		for i := range s.variables {
			if s.variables[i].name == name {
				return s.variables[i].value.data, true
			}
		}
	}
	return nil, false
}

// set assigns a variable in this scope and answers by how many bytes the variables have grown.
func (s *scope) set(name string, v value) int {
	for i := range s.variables {
		if s.variables[i].name == name {
			grown := v.size - s.variables[i].value.size
			s.variables[i].value = v
			return grown
		}
	}
	s.variables = append(s.variables, variable{name, v})
	return v.size
}

// size is the number of bytes of the scope's own variables.
func (s *scope) size() int {
	n := 0
	for _, v := range s.variables {
		n += v.value.size
	}
	return n
}
