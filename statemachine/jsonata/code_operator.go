package jsonata

import (
	"math"
	"strconv"
)

func (g *generator) binary(t *term) code {
	switch t.text {
	case "and", "or":
		return &logicCode{left: g.term(t.left), right: g.term(t.right), or: t.text == "or", at: t.at}
	case "&":
		return g.concat(t)
	}
	o := operands{left: g.term(t.left), right: g.term(t.right), operator: t.text, at: t.at}
	switch t.text {
	case "+", "-", "*", "/", "%":
		c := &arithmeticCode{operands: o, op: t.text[0], exact: g.e.aws}
		c.numeric[0], _ = o.left.(numeric)
		c.numeric[1], _ = o.right.(numeric)
		return c
	case "=", "!=":
		return &equalityCode{o, t.text == "="}
	case "in":
		return &inclusionCode{o}
	}
	return &comparisonCode{o, t.text == "<" || t.text == "<=", len(t.text) == 2}
}

// operands are the sides of an infix operator.
type operands struct {
	left, right code
	operator    string
	at          int
}

func (o *operands) both(f *frame, in any) (left, right any, err error) {
	if left, err = o.left.eval(f, in); err != nil {
		return nil, nil, err
	}
	right, err = o.right.eval(f, in)
	return left, right, err
}

// fail marks an error as this operator's.
func (o *operands) fail(err error) error {
	if e, ok := err.(*Error); ok {
		e.at, e.token, e.hasToken = o.at, o.operator, true
	}
	return err
}

// numeric is code that gives a number without boxing it.
type numeric interface {
	code
	// number gives the value; a result that is no float64, be it an int64 or no number at all, is given as other.
	number(f *frame, in any) (n float64, other any, err error)
}

type arithmeticCode struct {
	operands
	op      byte
	exact   bool       // whole numbers are exact, as in Step Functions
	numeric [2]numeric // the operands that are calculated themselves
}

func (c *arithmeticCode) eval(f *frame, in any) (any, error) {
	n, other, err := c.number(f, in)
	if err != nil || other != nil {
		return other, err
	}
	return n, nil
}

// number calculates; other is Undefined when a side is.
func (c *arithmeticCode) number(f *frame, in any) (float64, any, error) {
	l, left, err := evalNumber(c.left, c.numeric[0], f, in)
	if err != nil {
		return 0, nil, err
	}
	r, right, err := evalNumber(c.right, c.numeric[1], f, in)
	if err != nil {
		return 0, nil, err
	}
	if left != nil || right != nil || math.IsInf(l, 0) || math.IsInf(r, 0) || l != l || r != r {
		return c.unusual(l, r, left, right)
	}
	n := calculate(c.op, l, r)
	if c.exact && (n >= exactFloat || n <= -exactFloat) {
		return c.wholly(n, l, r)
	}
	return n, nil, nil
}

// unusual calculates where a side is no finite float64.
func (c *arithmeticCode) unusual(l, r float64, left, right any) (float64, any, error) {
	if err := c.check(l, left, "T2001"); err != nil {
		return 0, nil, c.fail(err)
	}
	if err := c.check(r, right, "T2002"); err != nil {
		return 0, nil, c.fail(err)
	}
	if IsUndefined(left) || IsUndefined(right) {
		return 0, Undefined, nil
	}
	var a, b any = l, r
	if left != nil {
		a = left
	}
	if right != nil {
		b = right
	}
	return c.wholly(calculate(c.op, l, r), a, b)
}

// wholly calculates with whole numbers where both sides are some and the result is one that fits. Otherwise the result is n.
func (c *arithmeticCode) wholly(n float64, left, right any) (float64, any, error) {
	a, ok1 := whole(left)
	b, ok2 := whole(right)
	if !ok1 || !ok2 {
		return n, nil, nil
	}
	result, ok := calculateWhole(c.op, a, b)
	switch {
	case !ok:
		return n, nil, nil
	case result >= -exactFloat && result <= exactFloat:
		return float64(result), nil, nil
	}
	return float64(result), result, nil
}

// check reports an operand that cannot be calculated with.
func (c *arithmeticCode) check(n float64, other any, code string) error {
	switch {
	case IsUndefined(other) || isNumber(other):
		return nil
	case other == any(nullMark):
		return &Error{Code: code, Value: nil}
	case other != nil:
		return &Error{Code: code, Value: other}
	case math.IsInf(n, 0):
		return &Error{Code: "D1001", Value: n}
	case n != n:
		return &Error{Code: code, Value: n}
	}
	return nil
}

func calculate(op byte, l, r float64) float64 {
	switch op {
	case '+':
		return l + r
	case '-':
		return l - r
	case '*':
		return l * r
	case '/':
		return l / r
	}
	return remainder(l, r)
}

// remainder is JavaScript's %.
func remainder(l, r float64) float64 {
	if l == math.Trunc(l) && r == math.Trunc(r) && r != 0 && math.Abs(l) < 1<<53 && math.Abs(r) < 1<<53 {
		if m := int64(l) % int64(r); m != 0 || l > 0 {
			return float64(m)
		}
	}
	return math.Mod(l, r)
}

type nullOperand struct{}

// nullMark tells null from the absence of a value other than a number.
var nullMark = &nullOperand{}

// evalNumber evaluates an operand, which may be known to be numeric; what is no float64 is given as other.
func evalNumber(c code, known numeric, f *frame, in any) (float64, any, error) {
	if known != nil {
		return known.number(f, in)
	}
	v, err := c.eval(f, in)
	if err != nil {
		return 0, nil, err
	}
	if n, ok := v.(float64); ok {
		return n, nil, nil
	}
	if v == nil {
		return 0, nullMark, nil
	}
	switch n := f.st.plain(v).(type) {
	case float64:
		return n, nil, nil
	case int64:
		return float64(n), n, nil
	}
	return 0, v, nil
}

type equalityCode struct {
	operands
	same bool
}

func (c *equalityCode) eval(f *frame, in any) (any, error) {
	left, right, err := c.both(f, in)
	if err != nil {
		return nil, err
	}
	if IsUndefined(left) || IsUndefined(right) {
		return false, nil
	}
	if err := f.st.spendOn(left); err != nil {
		return nil, err
	}
	same, err := f.st.equal(left, right)
	return same == c.same, err
}

// spendOn counts the members of a container as steps.
func (st *state) spendOn(v any) error {
	switch v := v.(type) {
	case []any:
		return st.spend(len(v))
	case *list:
		return st.spend(len(v.items))
	}
	return nil
}

type comparisonCode struct {
	operands
	less, orEqual bool
}

func (c *comparisonCode) eval(f *frame, in any) (any, error) {
	left, right, err := c.both(f, in)
	if err != nil {
		return nil, err
	}
	if l, ok := left.(float64); ok {
		if r, ok := right.(float64); ok {
			return c.numbers(l, r), nil
		}
	}
	if l, ok := left.(string); ok {
		if r, ok := right.(string); ok {
			return c.order(compareText(l, r)), nil
		}
	}
	return c.mixed(f.st.plain(left), f.st.plain(right))
}

func (c *comparisonCode) numbers(l, r float64) bool {
	switch {
	case c.less && c.orEqual:
		return l <= r
	case c.less:
		return l < r
	case c.orEqual:
		return l >= r
	}
	return l > r
}

func (c *comparisonCode) order(n int) bool { return c.numbers(float64(n), 0) }

// mixed compares what is not two numbers or two strings.
func (c *comparisonCode) mixed(left, right any) (any, error) {
	if !comparable(left) || !comparable(right) {
		value := right
		if k := kindOf(left); k != kindString && k != kindNumber {
			value = left
		}
		return nil, c.fail(&Error{Code: "T2010", Value: value})
	}
	if IsUndefined(left) || IsUndefined(right) {
		return Undefined, nil
	}
	if kindOf(left) != kindOf(right) {
		return nil, c.fail(&Error{Code: "T2009", Value: left, value2: right})
	}
	if l, ok := left.(float64); ok {
		if r, ok := right.(float64); ok {
			return c.numbers(l, r), nil
		}
	}
	return c.order(compareNumbers(left, right)), nil
}

func comparable(v any) bool {
	k := kindOf(v)
	return k == kindUndefined || k == kindString || k == kindNumber
}

// inclusionCode is in. Members are compared by identity, as the reference does: containers are never equal.
type inclusionCode struct{ operands }

func (c *inclusionCode) eval(f *frame, in any) (any, error) {
	left, right, err := c.both(f, in)
	if err != nil {
		return nil, err
	}
	if IsUndefined(left) || IsUndefined(right) {
		return false, nil
	}
	items, ok := elements(right)
	if !ok {
		return f.st.identical(left, right), nil
	}
	for _, item := range items {
		if f.st.identical(left, item) {
			return true, nil
		}
	}
	return false, f.st.spend(len(items))
}

// identical is JavaScript's ===.
func (st *state) identical(a, b any) bool {
	switch x := a.(type) {
	case nil, string, bool, float64, *undefined:
		return st.sameScalar(a, b)
	case *Object:
		y, ok := b.(*Object)
		return ok && x == y
	case *list:
		y, ok := b.(*list)
		return ok && x == y
	case []any:
		y, ok := b.([]any)
		return ok && len(x) == len(y) && len(x) > 0 && &x[0] == &y[0]
	case *Function:
		y, ok := b.(*Function)
		return ok && x == y
	}
	x := st.plain(a)
	return isNumber(x) && st.sameScalar(x, b)
}

type logicCode struct {
	left, right code
	or          bool
	at          int
}

func (c *logicCode) eval(f *frame, in any) (any, error) {
	left, err := c.left.eval(f, in)
	if err != nil {
		return nil, err
	}
	l, err := c.truth(left)
	if err != nil || l == c.or {
		return l, err
	}
	r, err := evalTruth(c.right, f, in)
	if e, ok := err.(*Error); ok {
		e.at, e.token, e.hasToken = c.at, c.operator(), true
	}
	return r, err
}

func (c *logicCode) truth(v any) (bool, error) {
	t, err := truth(v)
	if e, ok := err.(*Error); ok {
		e.at, e.token, e.hasToken = c.at, c.operator(), true
	}
	return t, err
}

func (c *logicCode) operator() string {
	if c.or {
		return "or"
	}
	return "and"
}

// concatCode is a chain of &.
type concatCode struct {
	parts []code
	ats   []int // of the operator before each part
}

func (g *generator) concat(t *term) code {
	c := &concatCode{}
	g.concatParts(t, c)
	return c
}

func (g *generator) concatParts(t *term, c *concatCode) {
	left := t.left
	if left.kind == termBinary && left.text == "&" && len(left.predicates) == 0 && left.group == nil && !left.keepArray {
		g.level++
		g.concatParts(left, c)
		g.level--
	} else {
		c.parts, c.ats = append(c.parts, g.term(left)), append(c.ats, t.at)
	}
	c.parts, c.ats = append(c.parts, g.term(t.right)), append(c.ats, t.at)
}

func (c *concatCode) eval(f *frame, in any) (any, error) {
	st := f.st
	first, err := c.parts[0].eval(f, in)
	if err != nil {
		return nil, err
	}
	second, err := c.parts[1].eval(f, in)
	if err != nil {
		return nil, err
	}
	mark := len(st.buffer)
	if err = c.append(st, first, 0); err == nil {
		err = c.append(st, second, 1)
	}
	for i := 2; i < len(c.parts) && err == nil; i++ {
		var v any
		if v, err = c.parts[i].eval(f, in); err == nil {
			err = c.append(st, v, i)
		}
	}
	text := string(st.buffer[mark:])
	st.buffer = st.buffer[:mark]
	if err == nil {
		err = st.holdBytes(len(text))
	}
	if err == nil {
		err = st.allocate(len(text) + 16)
	}
	return text, err
}

func (c *concatCode) append(st *state, v any, part int) error {
	switch v := v.(type) {
	case string:
		st.buffer = appendText(st.buffer, v)
		return nil
	case *undefined:
		return nil
	case float64:
		if n := int64(v); float64(n) == v && n > -1e15 && n < 1e15 {
			st.buffer = strconv.AppendInt(st.buffer, n, 10)
			return nil
		}
	}
	b, err := appendString(st, st.buffer, v)
	if e, ok := err.(*Error); ok {
		e.at, e.token, e.hasToken = c.ats[part], "&", true
		return e
	}
	st.buffer = b
	return nil
}
