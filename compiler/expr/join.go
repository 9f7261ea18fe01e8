package expr

import (
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// Join puts the pieces of a text together: a text when none is a placeholder, otherwise an expression that gives one. text gives the text of a
// placeholder; ok is false where it could not.
func Join(pieces []Piece, text func(Piece) (jsonata.Node, bool)) (joined any, ok bool) {
	parts, fixed := make([]jsonata.Node, len(pieces)), true
	for i, piece := range pieces {
		if piece.Form == nil {
			parts[i] = build.Text(piece.Text.Value)
			continue
		}
		fixed = false
		if parts[i], ok = text(piece); !ok {
			return nil, false
		}
	}
	whole := build.Concat(parts...)
	if literal, isText := whole.(*jsonata.String); isText && fixed {
		return literal.Value, true
	}
	return whole, true
}

// Add adds the pieces of a text. value gives the value of a placeholder; base is called when the text begins with one whose value is not known, which
// then is an address or the beginning of one. Without base it is data as all others are. ok is false where there is no value.
func (a *Address) Add(pieces []Piece, value func(Piece) (jsonata.Node, bool), base func()) (ok bool) {
	for i, piece := range pieces {
		if piece.Form == nil {
			a.Fixed(piece.Text.Value)
			continue
		}
		node, known := value(piece)
		if !known {
			return false
		}
		constant, isFixed := node.(*jsonata.String)
		switch {
		case i > 0 || base == nil:
			a.Data(piece.Text.Value, node)
		case isFixed:
			a.Fixed(constant.Value)
		default:
			base()
			a.Base(piece.Text.Value, node)
		}
	}
	return true
}
