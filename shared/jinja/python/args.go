package python

import (
	"fmt"
	"slices"
	"strings"
)

// Args are the arguments of a call.
type Args struct {
	Pos   []Value
	Names []string // of the keywords, in their order
	Named []Value
}

// Keyword gives the value of a keyword.
func (a Args) Keyword(name string) (Value, bool) {
	if i := slices.Index(a.Names, name); i >= 0 {
		return a.Named[i], true
	}
	return nil, false
}

// Without leaves a keyword out.
func (a Args) Without(name string) Args {
	if i := slices.Index(a.Names, name); i >= 0 {
		a.Names = slices.Delete(slices.Clone(a.Names), i, i+1)
		a.Named = slices.Delete(slices.Clone(a.Named), i, i+1)
	}
	return a
}

// Param is a parameter of a function.
type Param struct {
	Name     string
	Default  Value
	Optional bool
}

// Signature is what a function takes.
type Signature struct {
	Name   string
	Hidden int // arguments that are passed by Jinja itself; Python counts them in its messages
	Params []Param
}

// Func makes a signature. A parameter "name" must be given, one made by Opt may be left out.
func Func(name string, hidden int, params ...any) Signature {
	s := Signature{Name: name, Hidden: hidden}
	for _, param := range params {
		if known, ok := param.(Param); ok {
			s.Params = append(s.Params, known)
			continue
		}
		s.Params = append(s.Params, Param{Name: param.(string)})
	}
	return s
}

// Opt is a parameter with a default.
func Opt(name string, value Value) Param { return Param{name, value, true} }

// Bind gives the value of each parameter.
func (s Signature) Bind(a Args) []Value {
	if len(a.Pos) > len(s.Params) {
		s.tooMany(len(a.Pos))
	}
	bound := make([]Value, len(s.Params))
	given := make([]bool, len(s.Params))
	for i, v := range a.Pos {
		bound[i], given[i] = v, true
	}
	for i, name := range a.Names {
		place := slices.IndexFunc(s.Params, func(p Param) bool { return p.Name == name })
		if place < 0 {
			Raise(TypeError, "%s() got an unexpected keyword argument %s", s.Name, Quoted(name))
		}
		if given[place] {
			Raise(TypeError, "%s() got multiple values for argument %s", s.Name, Quoted(name))
		}
		bound[place], given[place] = a.Named[i], true
	}
	var missing []string
	for i, param := range s.Params {
		if !given[i] && !param.Optional {
			missing = append(missing, Quoted(param.Name))
		} else if !given[i] {
			bound[i] = param.Default
		}
	}
	if missing != nil {
		Raise(TypeError, "%s() missing %d required positional argument%s: %s", s.Name, len(missing), plural(len(missing)), enumeration(missing))
	}
	return bound
}

func (s Signature) tooMany(given int) {
	most := len(s.Params) + s.Hidden
	least := most
	for _, param := range s.Params {
		if param.Optional {
			least--
		}
	}
	takes := fmt.Sprintf("%d positional argument%s", most, plural(most))
	if least < most {
		takes = fmt.Sprintf("from %d to %d positional arguments", least, most)
	}
	Raise(TypeError, "%s() takes %s but %d were given", s.Name, takes, given+s.Hidden)
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

func enumeration(words []string) string {
	switch last := len(words) - 1; last {
	case 0:
		return words[0]
	case 1:
		return words[0] + " and " + words[1]
	default:
		return strings.Join(words[:last], ", ") + ", and " + words[last]
	}
}

// exactly checks the number of arguments of a builtin, which takes no keywords.
func exactly(name string, a Args, least, most int) []Value {
	if len(a.Names) > 0 {
		Raise(TypeError, "%s() takes no keyword arguments", name)
	}
	if n := len(a.Pos); n < least || n > most {
		switch {
		case least == most && most == 0:
			Raise(TypeError, "%s() takes no arguments (%d given)", name, n)
		case least == most && most == 1:
			Raise(TypeError, "%s() takes exactly one argument (%d given)", name, n)
		case n < least:
			Raise(TypeError, "%s expected at least %d argument%s, got %d", short(name), least, plural(least), n)
		}
		Raise(TypeError, "%s expected at most %d argument%s, got %d", short(name), most, plural(most), n)
	}
	return append(slices.Clone(a.Pos), make([]Value, most-len(a.Pos))...)
}

// short is the name of a method without that of its type.
func short(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }
