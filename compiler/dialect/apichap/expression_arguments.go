package apichap

import (
	"errors"
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/expr"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

// This file reads what stands between the parentheses of a method. Arguments are bare text: only brackets and quotes say where they end.

// rawArguments splits the text up to the closing parenthesis at its commas. With single set everything is one argument, which may be blank.
func (p *parser) rawArguments(single bool) (arguments []expr.Text, closed bool) {
	start := p.at
	nesting := expr.Nesting{Quotes: expr.QuotesOfArguments}
	for p.at < len(p.text.Value) {
		switch b := p.text.Value[p.at]; {
		case b == ')' && nesting.Depth == 0:
			arguments = append(arguments, p.text.Slice(start, p.at))
			p.at++
			if !single {
				arguments = withoutEmpty(arguments)
			}
			return arguments, true
		case b == ',' && nesting.Depth == 0 && !single:
			arguments = append(arguments, p.text.Slice(start, p.at))
			start = p.at + 1
		}
		p.at = nesting.Step(p.text.Value, p.at)
	}
	return nil, false
}

// unclosed reports a call whose ")" is missing, or the bracket in it that nothing closes: what stands behind it belongs to it.
func (p *parser) unclosed(start int, method diag.Range, name string) {
	arguments := p.text.Slice(start, len(p.text.Value))
	for _, pair := range []string{"[]", "{}"} {
		if at := openBracket(arguments.Value, pair); at >= 0 {
			p.fail(report.Error(codeExpression, p.place(arguments.Slice(at, at+1)), "this %q is never closed", pair[:1]).Fix("write %q behind what it holds", pair[1:]))
			return
		}
	}
	draft := report.Error(codeExpression, method, `the ")" of %s is missing`, name)
	if p.node.Quoted() {
		p.fail(draft.Fix(`write ")" behind its last argument`))
		return
	}
	p.fail(draft.Fix(`write ")" behind its last argument; inside of { } or [ ], where YAML takes a comma for the end of the value, put the expression into quotes`))
}

// openBracket finds the first of a pair of brackets that is opened and not closed in a text, -1 when there is none.
func openBracket(text, pair string) int {
	var open []int
	nesting := expr.Nesting{Quotes: expr.QuotesOfArguments}
	for at := 0; at < len(text); at = nesting.Step(text, at) {
		switch {
		case text[at] == pair[0]:
			open = append(open, at)
		case text[at] == pair[1] && len(open) > 0:
			open = open[:len(open)-1]
		}
	}
	return append(open, -1)[0]
}

// withoutEmpty drops the single empty argument of METHOD().
func withoutEmpty(arguments []expr.Text) []expr.Text {
	if len(arguments) == 1 && trim(arguments[0]).Value == "" {
		return nil
	}
	return arguments
}

// argument reads one raw argument as its parameter wants it.
func (p *parser) argument(want parameterKind, raw expr.Text) argument {
	if want != rawText {
		raw = trim(raw)
	}
	read := argument{span: p.spanOf(raw), text: raw.Value}
	switch want {
	case nameArgument, resultArgument:
		if read.text = unquote(raw).Value; quotedByMarks.MatchString(read.text) {
			name := strings.Trim(read.text, "'")
			p.refuse(report.Error(codeArgument, p.place(raw), "a name stands without quotes, or in double ones").Fix("write %s", name))
		} else if read.text == "" {
			p.fail(report.Error(codeExpression, p.place(raw), "a name is missing"))
		}
	case rawText:
		p.quotes(raw)
		read.value = p.textArgument(raw)
	case textArgument:
		read.value = p.textArgument(raw)
	case valueArgument:
		read.value = p.nested(raw)
	case valueOrText:
		read.value = p.valueOrText(raw)
	case sourceArgument:
		read.refer = p.source(raw)
	case pathArgument:
		read.path = p.path(raw)
	case integerArgument, decimalArgument, booleanArgument:
		p.constant(want, &read, raw)
	}
	return read
}

const blank = " \t\r\n"

// trim takes the blanks off both ends.
func trim(text expr.Text) expr.Text {
	start := len(text.Value) - len(strings.TrimLeft(text.Value, blank))
	return text.Slice(start, max(start, len(strings.TrimRight(text.Value, blank))))
}

// unquote takes a text out of double quotes; other text stays as it is.
func unquote(text expr.Text) expr.Text {
	if !isQuoted(text.Value) {
		return text
	}
	return text.Slice(1, len(text.Value)-1).Unescape(`"\`)
}

func isQuoted(text string) bool {
	return len(text) >= 2 && text[0] == '"' && text[len(text)-1] == '"'
}

// textArgument reads constant text, in double quotes or bare, in which placeholders may stand. In quotes a backslash takes the meaning of a
// quote, of a backslash, and of the $ that begins a placeholder.
func (p *parser) textArgument(raw expr.Text) expression {
	trimmed := trim(raw)
	if !isQuoted(trimmed.Value) {
		return p.template(raw)
	}
	return p.template(trimmed.Slice(1, len(trimmed.Value)-1).Unescape(`"\$`))
}

// valueOrText reads an expression if it looks like one, constant text otherwise.
func (p *parser) valueOrText(raw expr.Text) expression {
	if beginsCall(raw.Value) {
		return p.nested(raw)
	}
	return p.textArgument(raw)
}

func (p *parser) source(raw expr.Text) *reference {
	switch {
	case raw.Value == "":
		p.fail(report.Error(codeExpression, p.place(raw), "a name is missing"))
		return nil
	case strings.Trim(raw.Value, "@") == "":
		return &reference{element: len(raw.Value)}
	case strings.Contains(raw.Value, "("):
		return &reference{value: p.nested(raw)}
	default:
		return &reference{name: unquote(raw).Value}
	}
}

// constant checks a number or a boolean that must be written out.
func (p *parser) constant(want parameterKind, read *argument, raw expr.Text) {
	read.text = unquote(raw).Value
	value, err := constantValue(want, read.text)
	if err != nil {
		p.refuse(report.Error(codeArgument, p.place(raw), "%q is not %s", read.text, err).Why("%s", whyConstant(read.text)).Fix("%s", constantFixes[want]))
		return
	}
	read.value = &literal{read.span, value}
}

// constantFixes say how a constant is written.
var constantFixes = map[parameterKind]string{
	integerArgument: "write digits alone, as in 5", decimalArgument: "write digits with a point, as in 0.5", booleanArgument: "write true or false",
}

// whyConstant explains what a call has to do where a constant stands.
func whyConstant(text string) string {
	if !beginsCall(text) {
		return ""
	}
	return "Only a constant stands here. A value stands by itself: where numbers are wanted, a text that is one counts as one."
}

func constantValue(kind parameterKind, text string) (any, error) {
	switch kind {
	case integerArgument:
		if value, err := strconv.ParseInt(text, 10, 64); err == nil {
			return jsonata.IntegerLiteral(value).Exact(), nil
		}
		return nil, errors.New("a whole number of at most 64 bits")
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

// path reads a JSONPath. A path that does not start with $ is read as one that does, with a warning.
func (p *parser) path(raw expr.Text) *pathText {
	text := unquote(raw)
	pieces, ok := p.split(text)
	if !ok {
		return nil
	}
	result := &pathText{}
	var holes []jsonpath.Span
	for _, piece := range pieces {
		if piece.Form == nil {
			continue
		}
		hole := p.placeholder(text, piece)
		if hole == nil {
			return nil
		}
		result.holes = append(result.holes, hole)
		holes = append(holes, jsonpath.Span{Start: piece.Start, End: piece.End})
	}
	var err error
	if result.parsed, err = expr.ParseJSONPath(text.Value, holes...); err != nil {
		p.refuse(p.badText(codeJSONPath, text, err))
		return nil
	}
	for _, warning := range result.parsed.Warnings {
		at := text.Slice(min(warning.Start, len(text.Value)), min(warning.End, len(text.Value)))
		p.node.Report(report.Warning(codeJSONPath, p.place(at), "%s", warning.Message).Fix("%s", warning.Fix))
	}
	if result.parsed.Rootless() {
		p.node.Report(report.Warning(codeJSONPath, p.place(raw), "a JSONPath starts with $").Fix("write %s", withRoot(text.Value)))
	}
	return result
}

func withRoot(path string) string {
	if strings.HasPrefix(path, "[") {
		return "$" + path
	}
	return "$." + path
}

// badText says what package expr finds wrong with a text.
func (p *parser) badText(code string, text expr.Text, err error) report.Draft {
	var bad *expr.Error
	if !errors.As(err, &bad) {
		return report.Error(code, p.place(text), "%s", err)
	}
	end := len(text.Value)
	return report.Error(code, p.place(text.Slice(min(bad.Start, end), min(bad.End, end))), "%s", bad.Message).Fix("%s", bad.Fix)
}
