package retry

import (
	"encoding/json"
	"math/big"

	"github.com/steploom/steploom/shared/pytext"
)

// Limit is a counter: a number of attempts, None (no limit) or False. It is written as JSON.
type Limit struct{ value any }

// Of makes a limit of a value of package pytext.
func Of(value any) Limit { return Limit{value} }

// Value gives what the counter stands at.
func (l Limit) Value() any { return pytext.Value(l.value) }

func (l Limit) isFalse() bool { return l.value == false }
func (l Limit) truth() bool   { return pytext.Truth(l.value) }

// less takes one from a counter that is not None.
func (l Limit) less() (Limit, error) {
	switch v := pytext.Value(l.value).(type) {
	case nil:
		return l, nil
	case bool:
		if v {
			return Limit{int64(0)}, nil
		}
		return Limit{int64(-1)}, nil
	case int64:
		return Limit{v - 1}, nil
	case float64:
		return Limit{v - 1}, nil
	case *big.Int:
		return Limit{new(big.Int).Sub(v, big.NewInt(1))}, nil
	}
	return l, pytext.Errorf("TypeError", "unsupported operand type(s) for -=: '%s' and 'int'", pytext.TypeName(l.value))
}

// MarshalJSON writes the counter; true and false are kept.
func (l Limit) MarshalJSON() ([]byte, error) {
	text, err := pytext.JSON(l.value, pytext.Options{RefuseNaN: true})
	return []byte(text), err
}

// UnmarshalJSON reads a number, a truth value or null.
func (l *Limit) UnmarshalJSON(text []byte) error {
	value, err := pytext.Decode(string(text))
	if err != nil {
		return err
	}
	switch value.(type) {
	case nil, bool, int64, *big.Int, float64:
		l.value = value
		return nil
	}
	return &json.UnmarshalTypeError{Value: pytext.TypeName(value)}
}

// exhausted tells whether any counter lies below zero.
func (c Counters) exhausted() (bool, error) {
	for _, limit := range []Limit{c.Total, c.Connect, c.Read, c.Redirect, c.Status, c.Other} {
		if !limit.truth() {
			continue
		}
		order, err := pytext.Compare(limit.value, 0)
		if err != nil {
			return false, err
		}
		if order < 0 {
			return true, nil
		}
	}
	return false, nil
}
