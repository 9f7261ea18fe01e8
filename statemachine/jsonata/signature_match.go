package jsonata

// simple tells whether args match the first parameters one to one and the others may be left out; the usual case.
func (s *signature) simple(args []any) bool {
	if len(args) > len(s.parameters) {
		return false
	}
	for i := range s.parameters {
		p := &s.parameters[i]
		switch {
		case p.many && len(args) > 1 || p.lazy:
			return false
		case i < len(args) && !p.takes(typeSymbol(args[i])):
			return false
		case i >= len(args) && (!p.optional || p.context):
			return false
		}
	}
	return true
}

// validate checks args and completes them: missing ones from the context, single values as arrays. It may change args in
// place; what it returns may be longer.
func (s *signature) validate(args []any, context any) ([]any, error) {
	if !s.simple(args) {
		counts, failed := s.match(args)
		if counts == nil {
			return nil, &Error{Code: "T0410", Value: at(args, failed), index: failed + 1}
		}
		return s.complete(args, counts, context)
	}
	for i := range args {
		if p := &s.parameters[i]; p.kind == 'a' {
			v, err := p.array(args[i], typeSymbol(args[i]), 1)
			if err != nil {
				err.index = i + 1
				return nil, err
			}
			args[i] = v
		}
	}
	return args, nil
}

func at(args []any, i int) any {
	if i < len(args) {
		return args[i]
	}
	return Undefined
}

// match finds how many arguments each parameter takes, as a regular expression over the types would; when none fits, the first
// argument that cannot.
func (s *signature) match(args []any) (counts []int, failed int) {
	if counts = s.greedy(args); counts != nil {
		return counts, 0
	}
	all := len(s.parameters)
	if whole := s.placements(args, true); whole.level(0, 0) == all {
		counts, _ = whole.walk(all)
		return counts, 0
	}
	begin := s.placements(args, false)
	_, failed = begin.walk(begin.level(0, 0))
	return nil, failed
}

// greedy lets each parameter take as many arguments as it may, which is the answer if no argument is left.
func (s *signature) greedy(args []any) []int {
	counts := make([]int, len(s.parameters))
	arg := 0
	for i := range s.parameters {
		p := &s.parameters[i]
		for arg < len(args) && (counts[i] == 0 || p.many) && p.takes(typeSymbol(args[arg])) {
			counts[i]++
			arg++
		}
		if p.lazy || counts[i] == 0 && !p.optional {
			return nil
		}
	}
	if arg < len(args) {
		return nil
	}
	return counts
}

// placements tell, for each parameter and each argument, up to which parameter arguments can be placed when the one begins with
// the other. They take as many steps as there are pairs of both, where to try all ways could take exponentially many.
type placements struct {
	parameters []parameter
	args       []any
	levels     []int32
}

// placements computes them from the last parameter to the first. Whole says that no argument may be left.
func (s *signature) placements(args []any, whole bool) placements {
	last, width := len(s.parameters), len(args)+1
	p := placements{s.parameters, args, make([]int32, (last+1)*width)}
	for arg := range width {
		p.levels[last*width+arg] = int32(last)
		if whole && arg < len(args) {
			p.levels[last*width+arg]--
		}
	}
	for n := last - 1; n >= 0; n-- {
		p.row(n, p.levels[n*width:(n+1)*width], p.levels[(n+1)*width:])
	}
	return p
}

// row computes the levels of parameter n from those of the next.
func (p *placements) row(n int, levels, next []int32) {
	param := &p.parameters[n]
	onwards := int32(-1) // the level when the parameter has taken an argument before
	for arg := len(p.args); arg >= 0; arg-- {
		taken := int32(-1)
		if arg < len(p.args) && param.takes(typeSymbol(p.args[arg])) {
			if taken = next[arg+1]; param.many {
				taken = onwards
			}
		}
		onwards = max(next[arg], taken)
		levels[arg] = max(int32(n), taken)
		if param.optional {
			levels[arg] = max(levels[arg], next[arg])
		}
	}
}

func (p *placements) level(n, arg int) int { return int(p.levels[n*(len(p.args)+1)+arg]) }

// walk places arguments on the parameters before the given one, which can be reached: each takes as many as it may, a lazy one as
// few. It answers how many each takes and how many that is in all.
func (p *placements) walk(end int) (counts []int, arg int) {
	counts = make([]int, end)
	for n := range counts {
		param := &p.parameters[n]
		least, most := 1, 0
		if param.optional {
			least = 0
		}
		for arg+most < len(p.args) && (most == 0 || param.many) && param.takes(typeSymbol(p.args[arg+most])) {
			most++
		}
		count, step := most, -1
		if param.lazy {
			count, step = least, 1
		}
		for p.level(n+1, arg+count) < end {
			count += step
		}
		counts[n] = count
		arg += count
	}
	return counts, arg
}

// complete gives the arguments that a function gets. As in the reference, a parameter left out takes the value of the next argument
// all the same, so that those after it move on by one; a parameter that is no array and takes several gets the first of them each time.
func (s *signature) complete(args []any, counts []int, context any) ([]any, error) {
	out := make([]any, 0, len(s.parameters)+len(args))
	next, matched := 0, 0
	for i, count := range counts {
		p := &s.parameters[i]
		arg := at(args, next)
		switch {
		case count == 0 && p.context && !p.takes(typeSymbol(context)):
			return nil, &Error{Code: "T0411", Value: context, index: next + 1}
		case count == 0 && p.context:
			out = append(out, context)
		case count == 0:
			out = append(out, arg)
			next++
		}
		for _, given := range args[matched : matched+count] {
			if p.kind == 'a' {
				v, err := p.array(at(args, next), typeSymbol(given), count)
				if err != nil {
					err.index = next + 1
					return nil, err
				}
				arg = v
			}
			out = append(out, arg)
			next++
		}
		matched += count
	}
	return out, nil
}

var pluralTypes = map[string]string{"a": "arrays", "b": "booleans", "f": "functions", "n": "numbers", "o": "objects", "s": "strings"}

// array gives v as an array if the argument's type, symbol, is another, and checks the type of its members.
func (p *parameter) array(v any, symbol byte, count int) (any, *Error) {
	if symbol == 'm' {
		return Undefined, nil
	}
	if p.typed && !p.holds(v, symbol, count) {
		e := &Error{Code: "T0412", Value: v, value2: Undefined}
		if plural, known := pluralTypes[p.subtype]; known {
			e.value2 = plural
		}
		return nil, e
	}
	if symbol != 'a' {
		return []any{v}, nil
	}
	return v, nil
}

// holds tells whether v is of the type that the parameter's members have, or an array of it.
func (p *parameter) holds(v any, symbol byte, count int) bool {
	if symbol != 'a' {
		return count == 1 && string(symbol) == p.subtype
	}
	if IsUndefined(v) {
		return false // another parameter, left out, has taken the array
	}
	items, _ := elements(v)
	for _, item := range items {
		if p.subtype == "" || typeSymbol(item) != p.subtype[0] {
			return false
		}
	}
	return true
}
