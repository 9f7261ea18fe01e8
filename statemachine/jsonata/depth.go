package jsonata

// How deep an expression nests is how many expressions are being evaluated inside each other, as the reference counts its calls of evaluate:
// 1 + 2 + 3 nests three deep, ((1)) three, a name two, because it is a path of one step. The body of a function nests one level below the call,
// wherever the call comes from; a tail call does not nest.
//
// state.depth is how deep the code around the current function's body nests, and each piece of code knows its own level below that. Every
// expression but a leaf evaluates a part first, one level further in, so that only leaves and paths have to look.

// reach ends the evaluation when an expression at this level nests deeper than the limit.
func (st *state) reach(level int) error {
	if st.depth+level > st.limit {
		return st.tooDeep()
	}
	return nil
}

func (st *state) tooDeep() error {
	if st.program.aws {
		return limit("Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive")
	}
	return limit("Stack overflow error: Check for non-terminating recursive function.  Consider rewriting as tail-recursive.")
}

// leaf tells whether a term is evaluated without any part of it.
func (t *term) leaf() bool {
	switch t.kind {
	case termName, termString, termNumber, termValue, termWildcard, termDescendants, termParent, termRegex, termVariable, termLambda, termTransform:
		return true
	case termArray, termBlock:
		return len(t.items) == 0
	case termObject:
		return len(t.pairs) == 0
	}
	return false
}

// bounded makes a leaf look how deep it stands. Outside functions that is known beforehand.
func (g *generator) bounded(c code) code {
	if !g.based && g.level <= g.e.limits.Depth {
		return c
	}
	bound := leafCode{c, g.level}
	if _, ok := c.(rawCode); ok {
		return &rawLeafCode{bound}
	}
	return &bound
}

// leafCode is a leaf at a level below the body of its function.
type leafCode struct {
	code  code
	level int
}

func (c *leafCode) eval(f *frame, in any) (any, error) {
	if err := f.st.reach(c.level); err != nil {
		return nil, err
	}
	return c.code.eval(f, in)
}

// rawLeafCode is a leaf whose result can be had before it is reduced.
type rawLeafCode struct{ leafCode }

func (c *rawLeafCode) raw(f *frame, in any) (any, error) {
	if err := f.st.reach(c.level); err != nil {
		return nil, err
	}
	return evalRaw(c.code, f, in)
}

// unbounded is the leaf without the look at its depth, for code that looks itself.
func unbounded(c code) code {
	switch c := c.(type) {
	case *leafCode:
		return c.code
	case *rawLeafCode:
		return c.code
	}
	return c
}
