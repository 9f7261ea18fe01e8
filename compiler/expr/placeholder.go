package expr

import "strings"

// Placeholders says how a language writes expressions into its texts.
type Placeholders struct {
	// Forms are tried in their order.
	Forms  []Form
	Quotes Quotes
}

// Form is one way to write a placeholder, such as ${…}.
type Form struct {
	Open, Close string
	// Begins tells from the text behind the opening whether a placeholder begins there; nil means always. It must not look far.
	Begins func(rest string) bool
	// Escaped are bytes that stand in the expression with a backslash in front, which does not belong to it.
	Escaped string
}

// Piece is a stretch of a text: literal characters, or a placeholder.
type Piece struct {
	// Text is the literal text, or the expression inside of the placeholder, without its escapes.
	Text Text
	// Form is that of the placeholder, nil for literal text.
	Form *Form
	// Start and End are the whole stretch, brackets included, as offsets in the text that was split.
	Start, End int
}

// Split divides a text into literal text and placeholders. Neighbouring pieces of literal text are one; none is empty. Brackets and quotes inside
// of a placeholder must balance before its end. An opening that was written with an escape is literal text. One that is never closed is an *Error at its opening, whose offsets are those of the text; the
// pieces are then those before it.
func (p Placeholders) Split(text Text) ([]Piece, error) {
	var pieces []Piece
	plain := 0
	for at := 0; at < len(text.Value); {
		form := p.opening(text.Value[at:])
		if form == nil || text.Escaped(at) {
			at++
			continue
		}
		inside := at + len(form.Open)
		end := p.closing(form, text.Value, inside)
		if end < 0 {
			return withLiteral(pieces, text, plain, at), unclosed(form, at, inside)
		}
		pieces = withLiteral(pieces, text, plain, at)
		plain = end + len(form.Close)
		pieces = append(pieces, Piece{text.Slice(inside, end).Unescape(form.Escaped), form, at, plain})
		at = plain
	}
	return withLiteral(pieces, text, plain, len(text.Value)), nil
}

// unclosed says that nothing ends a placeholder.
func unclosed(form *Form, start, end int) *Error {
	unclosed := problem(start, end, "this placeholder is never closed")
	unclosed.Fix = "write " + form.Close + " behind it, and check its brackets and quotes"
	return unclosed
}

// withLiteral adds a stretch of literal text, unless it is empty.
func withLiteral(pieces []Piece, text Text, start, end int) []Piece {
	if start == end {
		return pieces
	}
	return append(pieces, Piece{Text: text.Slice(start, end), Start: start, End: end})
}

// First is where the first placeholder begins, the length of the text when there is none.
func (p Placeholders) First(text string) int {
	for at := range len(text) {
		if p.opening(text[at:]) != nil {
			return at
		}
	}
	return len(text)
}

// opening gives the form that begins a text, nil when none does.
func (p Placeholders) opening(text string) *Form {
	for i := range p.Forms {
		form := &p.Forms[i]
		if rest, found := strings.CutPrefix(text, form.Open); found && (form.Begins == nil || form.Begins(rest)) {
			return form
		}
	}
	return nil
}

// closing finds the closing of a placeholder whose inside begins at a place, -1 when there is none.
func (p Placeholders) closing(form *Form, text string, at int) int {
	nesting := Nesting{Quotes: p.Quotes}
	for at < len(text) {
		switch {
		case nesting.Depth == 0 && strings.HasPrefix(text[at:], form.Close):
			return at
		case text[at] == '\\' && at+1 < len(text) && strings.IndexByte(form.Escaped, text[at+1]) >= 0:
			at += 2
		default:
			at = nesting.Step(text, at)
		}
	}
	return -1
}
