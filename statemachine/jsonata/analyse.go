package jsonata

import (
	"math"
	"slices"
)

// analysis turns a syntax tree into terms.
type analysis struct {
	src     string
	labels  int
	closes  int             // functions made so far
	bound   []string        // variables bound so far in the current scope
	dynamic bool            // $eval is mentioned: variables may be looked up by name at any time
	tuples  map[string]bool // names that @ and # bind anywhere
}

// analyse gives the term of a whole expression.
func analyse(src string, n Node) (*analysis, *term, error) {
	if err := checkDepth(n, len(src)); err != nil {
		return nil, nil, finish(err, src)
	}
	a := &analysis{src: src}
	t, err := a.term(n, false)
	if err == nil && (t.kind == termParent || t.seeking != nil) {
		err = &Error{Code: "S0217", at: t.at, token: termNames[t.kind], hasToken: true}
	}
	if err != nil {
		return nil, nil, finish(err, src)
	}
	return a, t, nil
}

// term analyses one node. Keep says that it was marked with [].
func (a *analysis) term(n Node, keep bool) (*term, error) {
	closes, bound := a.closes, len(a.bound)
	t, err := a.node(n, keep)
	if err != nil {
		return nil, err
	}
	if _, marked := n.(*KeepArray); keep && !marked {
		if _, filter := n.(*Filter); !filter {
			t.keepArray = true
		}
	}
	t.closes = t.closes || a.closes > closes
	if t.kind != termBlock && t.kind != termLambda && len(a.bound) > bound {
		t.bound = slices.Clone(a.bound[bound:])
	}
	return t, nil
}

// node is a flat switch over the kinds of nodes.
func (a *analysis) node(n Node, keep bool) (*term, error) {
	switch n := n.(type) {
	case *String:
		return &term{kind: termString, at: n.mark, text: n.Value}, nil
	case *Number:
		return &term{kind: termNumber, at: n.mark, number: n.Exact()}, nil
	case *Boolean:
		return &term{kind: termValue, at: n.mark, value: n.Value}, nil
	case *Null:
		return &term{kind: termValue, at: n.mark}, nil
	case *Regex:
		return a.regex(n)
	case *Name:
		step := &term{kind: termName, at: n.mark, text: n.Value, keepArray: keep}
		return &term{kind: termPath, at: n.mark, steps: []*term{step}, keepSingle: keep}, nil
	case *Variable:
		a.dynamic = a.dynamic || n.Name == "eval"
		return &term{kind: termVariable, at: n.mark, text: n.Name}, nil
	case *Wildcard:
		return &term{kind: termWildcard, at: n.mark}, nil
	case *Descendants:
		return &term{kind: termDescendants, at: n.mark}, nil
	case *Parent:
		a.labels++
		return &term{kind: termParent, slot: &slot{label: a.labels, level: 1}}, nil
	case *Path:
		return a.path(n)
	case *Filter:
		return a.filter(n, keep)
	case *KeepArray:
		return a.term(n.Expr, true)
	case *Group:
		return a.group(n)
	case *Sort:
		return a.sort(n)
	case *Index:
		return a.index(n)
	case *Focus:
		return a.focus(n, keep)
	case *ArrayConstructor:
		return a.array(n)
	case *ObjectConstructor:
		return a.object(n)
	case *Block:
		return a.block(n)
	case *Conditional:
		return a.conditional(n)
	case *Bind:
		return a.bind(n)
	case *Lambda:
		return a.lambda(n)
	case *Call:
		return a.call(n)
	case *Transform:
		return a.transform(n)
	case *Negate:
		return a.negate(n)
	case *Binary:
		return a.binary(n)
	case *RangeExpr:
		return a.operands(&term{kind: termRange, at: n.mark, text: ".."}, n.From, n.To)
	case *Placeholder:
		return &term{kind: termPlaceholder, at: n.mark}, nil
	}
	return nil, &Error{Code: "S0207", at: n.position(), token: "(end)", hasToken: true}
}

func (a *analysis) regex(n *Regex) (*term, error) {
	program, err := compileRegex(n.Pattern, n.Flags)
	if err != nil {
		return nil, &Error{Code: "S0303", at: n.mark, token: n.Pattern, hasToken: true, Value: err.Error()}
	}
	return &term{kind: termRegex, at: n.mark, regex: program}, nil
}

// sub analyses a part of t and hands on the parents that the part seeks.
func (a *analysis) sub(t *term, n Node) (*term, error) {
	part, err := a.term(n, false)
	if err == nil {
		inherit(t, part)
	}
	return part, err
}

func (a *analysis) operands(t *term, left, right Node) (*term, error) {
	var err error
	if t.left, err = a.term(left, false); err != nil {
		return nil, err
	}
	if t.right, err = a.term(right, false); err != nil {
		return nil, err
	}
	inherit(t, t.left)
	inherit(t, t.right)
	return t, nil
}

func (a *analysis) binary(n *Binary) (*term, error) {
	if n.Operator != "~>" {
		return a.operands(&term{kind: termBinary, at: n.mark, text: n.Operator}, n.Left, n.Right)
	}
	t := &term{kind: termApply, at: n.mark}
	var err error
	if t.left, err = a.term(n.Left, false); err != nil {
		return nil, err
	}
	if t.right, err = a.term(n.Right, false); err != nil {
		return nil, err
	}
	t.keepArray = t.left.keepArray || t.right.keepArray
	return t, nil
}

func (a *analysis) negate(n *Negate) (*term, error) {
	operand, err := a.term(n.Operand, false)
	if err != nil {
		return nil, err
	}
	if operand.kind == termNumber {
		operand.number = a.opposite(operand.number, n.Operand)
		return operand, nil
	}
	t := &term{kind: termNegate, at: n.mark, left: operand}
	inherit(t, operand)
	return t, nil
}

// opposite negates a literal. The least whole number of 64 bits has no positive counterpart: it is known by its text.
func (a *analysis) opposite(number any, n Node) any {
	whole, ok := number.(int64)
	switch {
	case whole == math.MinInt64:
		return -float64(whole)
	case ok:
		return exact(-whole)
	}
	f := number.(float64)
	if r := n.Range(); f == 1<<63 && r.End <= len(a.src) && a.src[r.Start:r.End] == leastDigits {
		return int64(math.MinInt64)
	}
	return -f
}

const leastDigits = "9223372036854775808"

func (a *analysis) array(n *ArrayConstructor) (*term, error) {
	t := &term{kind: termArray, at: n.mark, items: make([]*term, len(n.Items))}
	for i, item := range n.Items {
		part, err := a.sub(t, item)
		if err != nil {
			return nil, err
		}
		t.items[i] = part
	}
	return t, nil
}

func (a *analysis) object(n *ObjectConstructor) (*term, error) {
	t := &term{kind: termObject, at: n.mark, pairs: make([]termPair, len(n.Pairs))}
	for i, pair := range n.Pairs {
		key, err := a.sub(t, pair.Key)
		if err != nil {
			return nil, err
		}
		value, err := a.sub(t, pair.Value)
		if err != nil {
			return nil, err
		}
		t.pairs[i] = termPair{key, value}
	}
	return t, nil
}

func (a *analysis) block(n *Block) (*term, error) {
	t := &term{kind: termBlock, at: n.mark, items: make([]*term, len(n.Expressions))}
	outer := a.bound
	a.bound = nil
	for i, item := range n.Expressions {
		part, err := a.sub(t, item)
		if err != nil {
			return nil, err
		}
		if part.cons || part.kind == termPath && part.steps[0].cons {
			t.cons = true
		}
		t.items[i] = part
	}
	t.bound, a.bound = a.bound, outer
	return t, nil
}

func (a *analysis) conditional(n *Conditional) (*term, error) {
	t := &term{kind: termCondition, at: n.mark}
	var err error
	if t.left, err = a.sub(t, n.Condition); err != nil {
		return nil, err
	}
	if t.right, err = a.sub(t, n.Then); err != nil {
		return nil, err
	}
	if n.ElseOrNil != nil {
		t.other, err = a.sub(t, n.ElseOrNil)
	}
	return t, err
}

func (a *analysis) bind(n *Bind) (*term, error) {
	t := &term{kind: termBind, at: n.mark, text: n.Name}
	a.bound = append(a.bound, n.Name)
	var err error
	t.right, err = a.sub(t, n.Value)
	return t, err
}

func (a *analysis) lambda(n *Lambda) (*term, error) {
	t := &term{kind: termLambda, at: n.mark, parameters: n.Parameters}
	if n.Signature != "" {
		parsed, err := parseSignature("<" + n.Signature + ">")
		if err != nil {
			err.at += n.mark
			return nil, err
		}
		t.signature = parsed
	}
	outer, closes := a.bound, a.closes
	a.bound = nil
	body, err := a.term(n.Body, false)
	if err != nil {
		return nil, err
	}
	t.right = body
	t.closes = a.closes > closes
	t.bound, a.bound = a.bound, outer
	a.closes++
	return t, nil
}

func (a *analysis) call(n *Call) (*term, error) {
	t := &term{kind: termCall, at: n.mark, items: make([]*term, len(n.Arguments))}
	for i, argument := range n.Arguments {
		part, err := a.sub(t, argument)
		if err != nil {
			return nil, err
		}
		if part.kind == termPlaceholder {
			t.kind = termPartial
		}
		t.items[i] = part
	}
	var err error
	t.left, err = a.term(n.Function, false)
	return t, err
}

func (a *analysis) transform(n *Transform) (*term, error) {
	t := &term{kind: termTransform, at: n.mark}
	var err error
	if t.left, err = a.term(n.Pattern, false); err != nil {
		return nil, err
	}
	if t.right, err = a.term(n.Update, false); err != nil {
		return nil, err
	}
	if n.DeleteOrNil != nil {
		t.other, err = a.term(n.DeleteOrNil, false)
	}
	a.closes++
	return t, err
}

// checkDepth refuses trees that are too deep for recursion. A text shorter than the bound cannot make one.
func checkDepth(n Node, length int) error {
	if length > 0 && length <= maxNesting || n == nil {
		return nil
	}
	if d := depth(n, 0); d > 4*maxNesting {
		return &Error{Code: CodeLimit, Message: "expression is nested too deeply"}
	}
	return nil
}
