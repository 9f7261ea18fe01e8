package sqltext

import "strings"

// This file turns the holes of a statement into bind parameters.

// PartKind is what a part of a statement is.
type PartKind int

// The kinds of parts.
const (
	Fixed  PartKind = iota // text that the author of the statement wrote
	Value                  // a value that is known only when the statement runs
	Inline                 // text of the author's that is chosen only when the statement runs
)

// Part is a part of a statement that has holes.
type Part struct {
	Kind PartKind
	Text string // of a Fixed part
	// Choices are all the texts that an Inline part can have, nil when they are not known. Only [Reads] looks at them.
	Choices []string
}

// PieceKind is what a piece of a bound statement is.
type PieceKind int

// The kinds of pieces.
const (
	Literal   PieceKind = iota // text
	Question                   // a ? that the author wrote
	Parameter                  // a ? that stands for a value, or for a string with values in it
	Chosen                     // the text of an Inline part
)

// Piece is a piece of a bound statement. Text is what stands in the statement: "?" for both kinds of parameters, "" for
// Chosen.
type Piece struct {
	Kind PieceKind
	Text string
	// Part is the index of the part: of a Chosen piece, of the first value of a Parameter.
	Part int
	// Value is the value of a Parameter: these joined.
	Value []Fragment
	// Quoted reports that the Parameter stands for a string, so that its value is a text.
	Quoted bool
}

// Fragment is a part of a parameter's value: a text, or the value of a part.
type Fragment struct {
	Text string
	Part int // -1 for a text
}

// Refusal tells that the value of a part cannot become a bind parameter.
type Refusal struct {
	Part   int
	Reason string // such as "it stands in a comment"
}

// Bind makes a bind parameter of every Value part that stands where a value may stand, or in a string that stands there:
// '%⟨0⟩%' becomes ? with the value "%" & ⟨0⟩ & "%". The pieces joined are the statement; its parameters are the Question
// and Parameter pieces in their order. Whatever is refused is not in the pieces.
func Bind(engine Engine, parts []Part) ([]Piece, []Refusal) {
	b := binder{engine: engine, indexes: indexesOf(parts)}
	tokens := Lex(engine, textOf(parts))
	refusals := refusalsOf(engine, tokens)
	for i, t := range tokens {
		b.token(t, refusals[i])
	}
	b.flush()
	return b.pieces, b.refused
}

// textOf joins parts; values and inline texts are one byte each.
func textOf(parts []Part) string {
	var out strings.Builder
	for _, part := range parts {
		switch part.Kind {
		case Fixed:
			out.WriteString(strings.ToValidUTF8(part.Text, "\uFFFD"))
		case Value:
			out.WriteByte(holeByte)
		case Inline:
			out.WriteByte(spliceByte)
		}
	}
	return out.String()
}

// indexesOf lists the parts that are one byte of the text, in their order.
func indexesOf(parts []Part) []int {
	var indexes []int
	for i, part := range parts {
		if part.Kind != Fixed {
			indexes = append(indexes, i)
		}
	}
	return indexes
}

type binder struct {
	engine  Engine
	indexes []int // of the parts that are still to come
	text    strings.Builder
	pieces  []Piece
	refused []Refusal
}

func (b *binder) flush() {
	if b.text.Len() > 0 {
		b.pieces = append(b.pieces, Piece{Kind: Literal, Text: b.text.String()})
		b.text.Reset()
	}
}

func (b *binder) piece(p Piece) {
	b.flush()
	b.pieces = append(b.pieces, p)
}

// take returns the next part that is not Fixed.
func (b *binder) take() int {
	part := b.indexes[0]
	b.indexes = b.indexes[1:]
	return part
}

func (b *binder) token(t Token, reason string) {
	switch {
	case t.Kind == Mark:
		b.piece(Piece{Kind: Question, Text: "?"})
	case t.Kind == Hole && reason == "":
		part := b.take()
		b.piece(Piece{Kind: Parameter, Text: "?", Part: part, Value: []Fragment{{Part: part}}})
	case t.Kind == Hole:
		b.refused = append(b.refused, Refusal{b.take(), reason})
	case !isHole(t):
		b.keep(t, "it stands in "+placeOf(t))
	case t.Open:
		b.keep(t, "the quoted text around it is never closed")
	case !isPlain(b.engine, t):
		b.keep(t, "it stands in a quoted text of a special kind")
	case reason != "":
		b.keep(t, reason)
	default:
		b.quoted(t)
	}
}

// keep leaves a token as it is; values in it are refused.
func (b *binder) keep(t Token, reason string) {
	rest := t.Text
	for {
		i := indexOfPart(rest)
		if i < 0 {
			b.text.WriteString(rest)
			return
		}
		b.text.WriteString(rest[:i])
		if rest[i] == holeByte {
			b.refused = append(b.refused, Refusal{b.take(), reason})
		} else {
			b.piece(Piece{Kind: Chosen, Part: b.take()})
		}
		rest = rest[i+1:]
	}
}

func placeOf(t Token) string {
	switch t.Kind {
	case Comment:
		return "a comment"
	case Name:
		return "a quoted name"
	}
	return "a quoted text"
}

// isPlain reports whether a string is what stands between its quotes, so that a parameter can replace it.
func isPlain(engine Engine, t Token) bool {
	prefix := t.Text[:strings.IndexAny(t.Text, `'"$`)]
	national := engine == SQLServer && strings.EqualFold(prefix, "N")
	return t.Text[0] != '$' && (prefix == "" || national) && !escapesPart(engine, t.Text)
}

// escapesPart reports whether a backslash may belong to a value behind it, or to the text, depending on the engine.
func escapesPart(engine Engine, text string) bool {
	if engine == Unknown {
		return strings.Contains(text, `\`)
	}
	return engine.syntax().backslash && (strings.Contains(text, "\\\xFF") || strings.Contains(text, "\\\xFE"))
}

// indexOfPart returns the index of the first byte that is a part, -1 when there is none.
func indexOfPart(text string) int {
	for i := range len(text) {
		if text[i] >= spliceByte {
			return i
		}
	}
	return -1
}

// quoted makes one parameter of a string with values in it.
func (b *binder) quoted(t Token) {
	p := Piece{Kind: Parameter, Text: "?", Part: -1, Quoted: true}
	quote := t.Text[len(t.Text)-1:]
	inside := t.Text[strings.Index(t.Text, quote)+1 : len(t.Text)-1]
	for inside != "" {
		i := indexOfPart(inside)
		if i < 0 {
			i = len(inside)
		}
		if i > 0 {
			p.Value = append(p.Value, Fragment{Text: Unquote(b.engine, Token{Kind: Text, Text: quote + inside[:i] + quote}), Part: -1})
		}
		if inside = inside[i:]; inside != "" {
			part := b.take()
			if p.Part < 0 && inside[0] == holeByte {
				p.Part = part
			}
			p.Value = append(p.Value, Fragment{Part: part})
			inside = inside[1:]
		}
	}
	b.piece(p)
}
