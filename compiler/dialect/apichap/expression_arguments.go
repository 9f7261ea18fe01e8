package apichap

import (
	"errors"
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/expr"
	"github.com/steploom/steploom/compiler/report"
)

// This file reads what stands between the parentheses of a method. Arguments are bare text: only brackets and quotes say where they end.

// rawArguments splits the text up to the closing parenthesis at its commas. With single set everything is one argument.
func (p *parser) rawArguments(single bool) (arguments []span, closed bool) {
	start, quotable := p.at, true
	depth := 0
	for p.at < p.end {
		b := p.text[p.at]
		switch {
		case b == '"' && quotable || (b == '\'' || b == '"') && depth > 0 && p.inBrackets(start):
			p.at = p.skipQuoted(b)
			continue
		case b == ')' && depth == 0:
			arguments = append(arguments, span{p.node, start, p.at})
			p.at++
			return withoutEmpty(arguments, p.text), true
		case b == '(' || b == '[' || b == '{':
			depth++
		case (b == ')' || b == ']' || b == '}') && depth > 0:
			depth--
		case b == ',' && depth == 0 && !single:
			arguments = append(arguments, span{p.node, start, p.at})
			start = p.at + 1
		}
		quotable = b == '(' || b == ',' || quotable && (b == ' ' || b == '\t' || b == '\n')
		p.at++
	}
	return nil, false
}

// inBrackets tells whether the place is inside the brackets of a JSONPath, where quotes are names and texts.
func (p *parser) inBrackets(start int) bool {
	text := p.text[start:p.at]
	return strings.Count(text, "[") > strings.Count(text, "]")
}

// skipQuoted gives the place behind a quoted text; a quote that is never closed is an ordinary character.
func (p *parser) skipQuoted(quote byte) int {
	for at := p.at + 1; at < p.end; at++ {
		switch p.text[at] {
		case '\\':
			at++
		case quote:
			return at + 1
		}
	}
	return p.at + 1
}

// withoutEmpty drops the single empty argument of METHOD().
func withoutEmpty(arguments []span, text string) []span {
	if len(arguments) == 1 && strings.TrimSpace(text[arguments[0].start:arguments[0].end]) == "" {
		return nil
	}
	return arguments
}

// argument reads one raw argument as its parameter wants it.
func (p *parser) argument(want parameter, raw span) argument {
	if want.kind != rawText {
		raw = p.trim(raw)
	}
	text := p.text[raw.start:raw.end]
	read := argument{span: raw, text: text}
	switch want.kind {
	case nameArgument, resultArgument:
		read.text = unquote(text)
		if read.text == "" {
			p.fail(report.Error(codeExpression, p.place(raw.start, raw.end), "a name is missing"))
		}
	case rawText, textArgument:
		read.value = p.textArgument(raw)
	case valueArgument:
		read.value = p.inner(raw)
	case valueOrText:
		read.value = p.valueOrText(raw)
	case sourceArgument:
		read.refer = p.source(raw)
	case pathArgument:
		read.path = p.path(raw)
	case integerArgument, decimalArgument, booleanArgument:
		p.constant(want, &read)
	}
	return read
}

func (p *parser) trim(raw span) span {
	for raw.start < raw.end && strings.IndexByte(" \t\r\n", p.text[raw.start]) >= 0 {
		raw.start++
	}
	for raw.end > raw.start && strings.IndexByte(" \t\r\n", p.text[raw.end-1]) >= 0 {
		raw.end--
	}
	return raw
}

// unquote takes a text out of double quotes; other text stays as it is.
func unquote(text string) string {
	if len(text) < 2 || text[0] != '"' || text[len(text)-1] != '"' {
		return text
	}
	return strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(text[1 : len(text)-1])
}

// inner reads an argument that is an expression of its own.
func (p *parser) inner(raw span) expression {
	if p.depth >= maxDepth {
		p.fail(report.Error(codeExpression, p.place(raw.start, raw.end), "the expression is nested too deeply"))
		return nil
	}
	nested := &parser{node: p.node, text: p.text, at: raw.start, end: raw.end, depth: p.depth + 1}
	value := nested.whole()
	p.failed = p.failed || nested.failed
	return value
}

// textArgument reads constant text, in double quotes or bare, in which placeholders may stand.
func (p *parser) textArgument(raw span) expression {
	text := p.text[raw.start:raw.end]
	if trimmed := p.trim(raw); trimmed.end-trimmed.start >= 2 && p.text[trimmed.start] == '"' && p.text[trimmed.end-1] == '"' {
		text, raw = unquote(p.text[trimmed.start:trimmed.end]), span{p.node, trimmed.start + 1, trimmed.end - 1}
		if len(text) != raw.end-raw.start {
			return &template{span: raw, parts: []part{{text: text, span: raw}}}
		}
	}
	return p.template(text, raw.start)
}

// valueOrText reads an expression if it looks like one, constant text otherwise.
func (p *parser) valueOrText(raw span) expression {
	text := p.text[raw.start:raw.end]
	if name, _, found := strings.Cut(text, "("); found && methodNamed(strings.TrimSpace(name)) != nil {
		return p.inner(raw)
	}
	return p.textArgument(raw)
}

func (p *parser) source(raw span) *reference {
	text := p.text[raw.start:raw.end]
	switch {
	case text == "":
		p.fail(report.Error(codeExpression, p.place(raw.start, raw.end), "a name is missing"))
		return nil
	case strings.Trim(text, "@") == "":
		return &reference{element: len(text)}
	case strings.Contains(text, "("):
		return &reference{value: p.inner(raw)}
	default:
		return &reference{name: unquote(text)}
	}
}

// constant checks a number or a boolean that must be written out.
func (p *parser) constant(want parameter, read *argument) {
	read.text = unquote(read.text)
	value, err := constantValue(want.kind, read.text)
	if err != nil {
		p.refuse(report.Error(codeArgument, p.place(read.start, read.end), "%q is not %s", read.text, err))
		return
	}
	read.value = &literal{read.span, value}
}

func constantValue(kind parameterKind, text string) (any, error) {
	switch kind {
	case integerArgument:
		if value, err := strconv.ParseInt(text, 10, 64); err == nil {
			if value > maxExact || value < -maxExact {
				return nil, errors.New("a whole number that JSON can hold exactly (at most 2 to the power of 53)")
			}
			return float64(value), nil
		}
		return nil, errors.New("a whole number")
	case decimalArgument:
		if value, err := strconv.ParseFloat(text, 64); err == nil && value-value == 0 {
			return value, nil
		}
		return nil, errors.New("a number")
	default:
		if strings.EqualFold(text, "true") || strings.EqualFold(text, "false") {
			return strings.EqualFold(text, "true"), nil
		}
		return nil, errors.New("true or false")
	}
}

const maxExact = 1 << 53

// path reads a JSONPath. A path that does not start with $ is read as one that does, with a warning.
func (p *parser) path(raw span) *pathText {
	text := p.text[raw.start:raw.end]
	offset := raw.start
	if strings.HasPrefix(text, `"`) {
		text, offset = unquote(text), offset+1
	}
	if text != "" && text[0] != '$' && !strings.HasPrefix(text, "@") {
		p.node.Report(report.Warning(codeJSONPath, p.place(raw.start, raw.end), "a JSONPath starts with $").Fix("write $.%s", text))
		text, offset = "$."+text, offset-2
	}
	result := &pathText{}
	pieces := p.template(text, offset)
	if pieces == nil {
		return nil
	}
	for _, piece := range pieces.parts {
		if piece.value == nil {
			result.text += piece.text
			continue
		}
		result.text += expr.Mark(len(result.holes), piece.end-piece.start)
		result.holes = append(result.holes, piece.value)
	}
	var err error
	if result.parsed, err = expr.ParseJSONPath(result.text, emptyHoles(len(result.holes))); err != nil {
		p.pathError(err, offset)
		return nil
	}
	return result
}

func (p *parser) pathError(err error, offset int) {
	var bad *expr.Error
	if errors.As(err, &bad) {
		p.refuse(report.Error(codeJSONPath, p.place(offset+bad.Start, offset+bad.End), "%s", bad.Message).Fix("%s", bad.Fix))
	}
	p.failed = true
}
