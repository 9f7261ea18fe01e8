package jsonpathng

import (
	"math"
	"math/big"
	"slices"
	"strings"

	"github.com/steploom/steploom/shared/pytext"
)

// find calculates with each match of the one side and its counterpart on the other, or with each and a literal. What has no sum, difference or product
// makes that nothing matches.
func (o *operation) find(e *evaluation, at *match, found func(*match) error) error {
	left, leftIsPath, err := e.operand(o.left, at)
	if err != nil {
		return err
	}
	right, rightIsPath, err := e.operand(o.right, at)
	if err != nil {
		return err
	}
	n := max(len(left), len(right))
	switch {
	case leftIsPath && rightIsPath && len(left) != len(right):
		return nil
	case leftIsPath && !rightIsPath:
		n = len(left)
	case rightIsPath && !leftIsPath:
		n = len(right)
	}
	results := make([]any, n)
	for i := range results {
		result, err := e.calculate(left[i%max(len(left), 1)], o.operator, right[i%max(len(right), 1)])
		if known, ok := err.(*pytext.Error); ok && known.Class == "TypeError" {
			return nil
		}
		if err != nil {
			return err
		}
		results[i] = result
	}
	for _, result := range results {
		if err := e.hand(made(result), found); err != nil {
			return err
		}
	}
	return nil
}

// operand gives the values of a side, and whether it is a path.
func (e *evaluation) operand(side any, at *match) ([]any, bool, error) {
	path, isPath := side.(node)
	if !isPath {
		return []any{side}, false, nil
	}
	values, err := e.values(path, at)
	return values, true, err
}

func (e *evaluation) calculate(left any, operator byte, right any) (any, error) {
	if err := e.step(1); err != nil {
		return nil, err
	}
	a, isNumber := numberOf(left)
	b, both := numberOf(right)
	switch {
	case isNumber && both:
		return e.numbers(a, operator, b)
	case operator == '+':
		return e.joined(left, right)
	case operator == '*' && isNumber:
		return e.repeated(right, a)
	case operator == '*' && both:
		return e.repeated(left, b)
	}
	return nil, unsupported(left, operator, right)
}

func unsupported(left any, operator byte, right any) error {
	return pytext.Errorf("TypeError", "unsupported operand type(s) for %c: '%s' and '%s'", operator, pytext.TypeName(left), pytext.TypeName(right))
}

// numberOf gives an int, of which True is 1, or a float.
func numberOf(v any) (any, bool) {
	switch v := v.(type) {
	case bool:
		if v {
			return big.NewInt(1), true
		}
		return new(big.Int), true
	case int64:
		return big.NewInt(v), true
	case *big.Int, float64:
		return v, true
	}
	return nil, false
}

func (e *evaluation) numbers(left any, operator byte, right any) (any, error) {
	a, isWhole := left.(*big.Int)
	b, both := right.(*big.Int)
	if isWhole && both {
		if err := e.keep((a.BitLen() + b.BitLen()) / 8); err != nil {
			return nil, err
		}
		if err := e.step(a.BitLen() / 64 * (b.BitLen() / 64)); err != nil {
			return nil, err
		}
		return pytext.Value(wholes(a, operator, b)), nil
	}
	x, err := floatOf(left)
	if err != nil {
		return nil, err
	}
	y, err := floatOf(right)
	if err != nil {
		return nil, err
	}
	switch operator {
	case '+':
		return x + y, nil
	case '-':
		return x - y, nil
	}
	return x * y, nil
}

func wholes(a *big.Int, operator byte, b *big.Int) *big.Int {
	switch operator {
	case '+':
		return new(big.Int).Add(a, b)
	case '-':
		return new(big.Int).Sub(a, b)
	}
	return new(big.Int).Mul(a, b)
}

func floatOf(number any) (float64, error) {
	whole, isWhole := number.(*big.Int)
	if !isWhole {
		return number.(float64), nil
	}
	f, _ := new(big.Float).SetInt(whole).Float64()
	if math.IsInf(f, 0) {
		return 0, pytext.Errorf("OverflowError", "int too large to convert to float")
	}
	return f, nil
}

// joined puts a text or a list behind another.
func (e *evaluation) joined(left, right any) (any, error) {
	switch l := left.(type) {
	case string:
		if r, ok := right.(string); ok {
			return l + r, e.keep(len(l) + len(r))
		}
	case []any:
		if r, ok := right.([]any); ok {
			return slices.Concat(l, r), e.keep((len(l) + len(r)) * matchSize)
		}
	}
	return nil, unsupported(left, '+', right)
}

// repeated writes a text or a list many times.
func (e *evaluation) repeated(sequence, times any) (any, error) {
	n, isWhole := times.(*big.Int)
	if !isWhole {
		return nil, unsupported(sequence, '*', times)
	}
	count := math.MaxInt
	if n.IsInt64() {
		count = int(max(n.Int64(), 0))
	}
	switch s := sequence.(type) {
	case string:
		if err := e.repeat(len(s), count); err != nil || s == "" {
			return "", err
		}
		return strings.Repeat(s, count), nil
	case []any:
		if err := e.repeat(len(s)*matchSize, count); err != nil || len(s) == 0 {
			return []any{}, err
		}
		return slices.Repeat(s, count), nil
	}
	return nil, unsupported(sequence, '*', times)
}
