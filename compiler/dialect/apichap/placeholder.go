package apichap

import (
	"strings"

	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// This file reads texts with placeholders: ${METHOD(…)}, and the older :[METHOD(…)].

// parseTemplate reads a scalar as text with placeholders; nil after an error, which has been reported.
func parseTemplate(node *source.Node) *template {
	text, ok := node.Str()
	if !ok {
		return nil
	}
	p := &parser{node: node, text: text, end: len(text)}
	return p.template(text, 0)
}

// template splits a text that stands at an offset of the scalar.
func (p *parser) template(text string, offset int) *template {
	result := &template{span: span{p.node, offset, offset + len(text)}}
	for at := 0; at < len(text); {
		start, opening := nextPlaceholder(text, at)
		if start > at {
			result.parts = append(result.parts, part{text: text[at:start], span: span{p.node, offset + at, offset + start}})
		}
		if start == len(text) {
			break
		}
		end := placeholderEnd(text, start+2, opening)
		if end < 0 {
			p.fail(report.Error(codeExpression, p.place(offset+start, offset+start+2), "this placeholder is never closed"))
			return nil
		}
		value := p.placeholder(text[start+2:end], offset+start+2, opening)
		if value == nil {
			return nil
		}
		result.parts = append(result.parts, part{value: value, span: span{p.node, offset + start, offset + end + 1}})
		at = end + 1
	}
	return result
}

// nextPlaceholder finds the next placeholder and its opening; without one it gives the end of the text.
func nextPlaceholder(text string, from int) (at int, opening string) {
	for at = from; at < len(text)-1; at++ {
		switch text[at : at+2] {
		case "${":
			return at, "${"
		case ":[":
			if name, _, found := strings.Cut(text[at+2:], "("); found && methodNamed(strings.TrimSpace(name)) != nil {
				return at, ":["
			}
		}
	}
	return len(text), ""
}

// placeholderEnd finds the closing bracket, -1 when there is none. Brackets, parentheses and double quotes inside must balance; in the
// older form brackets of the expression are written \[ and \].
func placeholderEnd(text string, from int, opening string) int {
	depth, closing := 0, byte('}')
	if opening == ":[" {
		closing = ']'
	}
	for at := from; at < len(text); at++ {
		switch b := text[at]; {
		case b == '\\':
			at++
		case b == '"':
			if end := strings.IndexByte(text[at+1:], '"'); end >= 0 {
				at += end + 1
			}
		case b == closing && depth == 0:
			return at
		case b == '(' || b == '{':
			depth++
		case (b == ')' || b == '}') && depth > 0:
			depth--
		}
	}
	return -1
}

func (p *parser) placeholder(text string, offset int, opening string) expression {
	full := p.text
	if opening == ":[" {
		p.node.Report(report.Warning(codeOldForm, p.place(offset-2, offset), `":[…]" is the placeholder of older versions`).Fix("write ${…}"))
		text = strings.NewReplacer(`\[`, `[`, `\]`, `]`).Replace(text)
	}
	if p.depth >= maxDepth {
		p.fail(report.Error(codeExpression, p.place(offset, offset+1), "the expression is nested too deeply"))
		return nil
	}
	if offset < 0 || offset+len(text) > len(full) || full[offset:offset+len(text)] != text {
		full = strings.Repeat(" ", max(0, offset)) + text
	}
	nested := &parser{node: p.node, text: full, at: max(0, offset), end: max(0, offset) + len(text), depth: p.depth + 1}
	value := nested.whole()
	p.failed = p.failed || nested.failed
	return value
}

// emptyHoles are values for the holes of a path whose shape alone matters.
func emptyHoles(count int) []jsonata.Node {
	holes := make([]jsonata.Node, count)
	for i := range holes {
		holes[i] = build.Null()
	}
	return holes
}
