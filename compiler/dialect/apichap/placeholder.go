package apichap

import (
	"regexp"

	"github.com/steploom/steploom/compiler/expr"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// This file reads texts with placeholders: ${METHOD(…)}, and the older :[METHOD(…)], in which brackets are written \[ and \].

var placeholders = expr.Placeholders{
	Forms:  []expr.Form{{Open: "${", Close: "}"}, {Open: oldOpening, Close: "]", Begins: beginsCall, Escaped: "[]"}},
	Quotes: expr.QuotesOfArguments,
}

const oldOpening = ":["

// beginsCall tells whether a text begins with a method's name, or what is written as one, and a parenthesis.
func beginsCall(text string) bool {
	p := parser{text: expr.Verbatim(text, 0)}
	p.blanks()
	name := p.word()
	return p.take("(") && (methodNamed(name) != nil || likeMethod.MatchString(name))
}

var likeMethod = regexp.MustCompile(`^[A-Z][A-Z_]+$`)

// parseTemplate reads a scalar as text with placeholders; nil after an error, which has been reported.
func parseTemplate(node *source.Node) *template {
	text, ok := node.Str()
	if !ok {
		return nil
	}
	p := &parser{node: node}
	return p.template(expr.Verbatim(text, 0))
}

// template reads a text with placeholders.
func (p *parser) template(text expr.Text) *template {
	pieces, ok := p.split(text)
	if !ok {
		return nil
	}
	result := &template{span: p.spanOf(text)}
	for _, piece := range pieces {
		one := part{span: p.spanOf(text.Slice(piece.Start, piece.End))}
		if piece.Form == nil {
			one.text = piece.Text.Value
			p.plain(piece.Text)
		} else if one.value = p.placeholder(text, piece); one.value == nil {
			return nil
		}
		result.parts = append(result.parts, one)
	}
	return result
}

func (p *parser) split(text expr.Text) ([]expr.Piece, bool) {
	pieces, err := placeholders.Split(text)
	if err != nil {
		p.fail(p.badText(codeExpression, text, err))
	}
	return pieces, err == nil
}

// placeholder reads the expression of a placeholder in a text.
func (p *parser) placeholder(text expr.Text, piece expr.Piece) expression {
	value := p.nested(piece.Text)
	if piece.Form.Open == oldOpening && value != nil {
		at := p.place(text.Slice(piece.Start, piece.End))
		p.node.Report(report.Warning(codeOldForm, at, `":[…]" is the placeholder of older versions`).Fix("write ${%s}", piece.Text.Value).
			Edit(diag.Edit{Range: at, New: presentPlaceholder(p.node.Written(at))}))
	}
	return value
}
