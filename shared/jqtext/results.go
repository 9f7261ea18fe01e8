package jqtext

import (
	"slices"
	"strings"

	"github.com/itchyny/gojq"
)

// Count is how many results a program can give for one input, unless it fails.
type Count int

// The counts, from what is known best.
const (
	One Count = iota
	AtMostOne
	Any
)

// Results tells how many results a program gives, whatever its input is. A program that cannot be read has any number.
func Results(program string) Count {
	query, err := gojq.Parse(program)
	if err != nil {
		return Any
	}
	return counter{}.query(query)
}

// Functions by how many results they give (jq 1.7 manual). All others of the language are in none of the lists and give any number.
const (
	// one for each combination of their arguments' results
	single = "length utf8bytelength keys keys_unsorted has in type reverse contains inside indices index rindex startswith endswith ltrimstr rtrimstr " +
		"trimstr ltrim rtrim trim explode implode split join ascii_downcase ascii_upcase ascii tojson fromjson tonumber tostring toboolean format " +
		"flatten min max sort unique transpose bsearch first last nth not setpath delpaths getpath to_entries from_entries test sub gsub walk until " +
		"sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh atan2 floor round nearbyint rint ceil trunc significand drem fabs abs sqrt cbrt " +
		"exp exp10 exp2 expm1 log log10 log1p log2 logb gamma fmin fmax fmod fma hypot ldexp scalb scalbln pow infinite nan isfinite isinfinite " +
		"isnan isnormal gmtime localtime mktime strftime strflocaltime strptime now fromdateiso8601 todateiso8601 fromdate todate env builtins " +
		"input debug error halt_error input_filename input_line_number"
	// one, whatever their arguments give
	collecting = "map map_values with_entries sort_by group_by unique_by min_by max_by any all isempty del pick INDEX IN add"
	// one or none
	selecting = "select empty values nulls booleans numbers strings arrays objects iterables scalars finites normals halt"
)

// counter counts results. functions are those that the program defines itself, by name and number of arguments.
type counter struct{ functions []local }

// local has values where an argument is a value, such as $x, so that each of the values makes a call of its own.
type local struct {
	name      string
	arguments int
	values    bool
	count     Count
}

func (c counter) query(q *gojq.Query) Count {
	for _, def := range q.FuncDefs {
		c = c.with(def)
	}
	switch {
	case q.Term != nil:
		return c.term(q.Term)
	case q.Right == nil:
		return One
	}
	left, right := c.query(q.Left), c.query(q.Right)
	switch q.Op {
	case gojq.OpComma:
		return Any
	case gojq.OpAlt: // what the left side gives but null and false, or else the right side
		if left == Any {
			return Any
		}
		return right
	case gojq.OpModify:
		return One
	case gojq.OpAssign, gojq.OpUpdateAdd, gojq.OpUpdateSub, gojq.OpUpdateMul, gojq.OpUpdateDiv, gojq.OpUpdateMod, gojq.OpUpdateAlt:
		return right
	default:
		return max(left, right)
	}
}

// with knows one more function. What its arguments give is not known, nor what it gives itself where it calls itself.
func (c counter) with(def *gojq.FuncDef) counter {
	known := local{name: def.Name, arguments: len(def.Args), count: Any}
	inside := counter{append(slices.Clone(c.functions), known)}
	for _, argument := range def.Args {
		name, isValue := strings.CutPrefix(argument, "$")
		known.values = known.values || isValue
		inside.functions = append(inside.functions, local{name: name, count: Any})
	}
	known.count = inside.query(def.Body)
	return counter{append(slices.Clone(c.functions), known)}
}

func (c counter) all(queries ...*gojq.Query) Count {
	most := One
	for _, q := range queries {
		if q != nil {
			most = max(most, c.query(q))
		}
	}
	return most
}

func (c counter) term(t *gojq.Term) Count {
	count := c.bare(t)
	for _, suffix := range t.SuffixList {
		switch {
		case suffix.Iter:
			count = Any
		case suffix.Optional:
			count = max(count, AtMostOne)
		case suffix.Index != nil:
			count = max(count, c.index(suffix.Index))
		}
	}
	return count
}

func (c counter) bare(t *gojq.Term) Count {
	switch t.Type {
	case gojq.TermTypeRecurse, gojq.TermTypeForeach:
		return Any
	case gojq.TermTypeIndex:
		return c.index(t.Index)
	case gojq.TermTypeFunc:
		return c.function(t.Func)
	case gojq.TermTypeObject:
		return c.object(t.Object)
	case gojq.TermTypeUnary:
		return c.term(t.Unary.Term)
	case gojq.TermTypeFormat, gojq.TermTypeString:
		return c.text(t.Str)
	case gojq.TermTypeIf:
		return c.condition(t.If)
	case gojq.TermTypeTry:
		if t.Try.Catch == nil {
			return max(c.query(t.Try.Body), AtMostOne)
		}
		return c.all(t.Try.Body, t.Try.Catch)
	case gojq.TermTypeReduce:
		return c.query(t.Reduce.Start)
	case gojq.TermTypeLabel:
		return max(c.query(t.Label.Body), AtMostOne)
	case gojq.TermTypeBreak:
		return AtMostOne
	case gojq.TermTypeQuery:
		return c.query(t.Query)
	default:
		return One
	}
}

func (c counter) index(i *gojq.Index) Count { return max(c.text(i.Str), c.all(i.Start, i.End)) }

func (c counter) text(s *gojq.String) Count {
	if s == nil {
		return One
	}
	return c.all(s.Queries...)
}

func (c counter) object(o *gojq.Object) Count {
	most := One
	for _, member := range o.KeyVals {
		most = max(most, c.text(member.KeyString), c.all(member.KeyQuery, member.Val))
	}
	return most
}

func (c counter) condition(i *gojq.If) Count {
	most := c.all(i.Cond, i.Then, i.Else)
	for _, more := range i.Elif {
		most = max(most, c.all(more.Cond, more.Then))
	}
	return most
}

func (c counter) function(f *gojq.Func) Count {
	for _, known := range slices.Backward(c.functions) {
		if known.name == f.Name && known.arguments == len(f.Args) {
			if known.values {
				return max(known.count, c.all(f.Args...))
			}
			return known.count
		}
	}
	is := func(list string) bool { return slices.Contains(strings.Fields(list), f.Name) }
	switch {
	case strings.HasPrefix(f.Name, "$"), is(collecting):
		return One
	case is(selecting):
		return max(AtMostOne, c.all(f.Args...))
	case (f.Name == "first" || f.Name == "last") && len(f.Args) == 1, f.Name == "nth" && len(f.Args) == 2:
		return AtMostOne
	case is(single):
		return c.all(f.Args...)
	default:
		return Any
	}
}
