package apichap

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/expr"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// This file says what to write where something else stands in place of an expression. What it suggests is an expression itself.

// notAnExpression reports what stands where a method call should.
func (p *parser) notAnExpression(start int) {
	all := trim(p.text.Slice(start, len(p.text.Value)))
	if all.Value == "" {
		p.fail(report.Error(codeExpression, p.place(all), "an expression is missing here").Fix("write one, such as BODY($.id), TEXT(…) or NULL()"))
		return
	}
	if strings.ContainsAny(all.Value[:1], "=<>") {
		p.fail(report.Error(codeExpression, p.place(all.Slice(0, 1)), "unexpected %q after an operator", all.Value[:1]).Fix("compare with ==, !=, <, <=, > or >="))
		return
	}
	operand := trim(all.Slice(0, operandEnd(all.Value)))
	if operand.Value == "" {
		operand = all
	}
	code, remark := meant(operand.Value)
	draft := report.Error(codeExpression, p.place(operand), "%q is not an expression", operand.Value)
	if strings.HasPrefix(operand.Value, "@") {
		p.fail(draft.Fix("the element of the list around it is VALUE(@, $)"))
		return
	}
	if p.depth > 0 && remark == ifText && plainName.MatchString(operand.Value) {
		remark += ", or VALUE(" + operand.Value + ", $) if a result is"
	}
	p.fail(draft.Fix("write %s%s", code, remark))
}

// operandEnd is where a bare operand ends: in front of an operator that compares or joins conditions, or of the ")" that closes what is around it.
func operandEnd(text string) int {
	if pieces, _ := placeholders.Split(expr.Verbatim(text, 0)); len(pieces) > 0 && pieces[0].Form != nil {
		return pieces[0].End
	}
	end := closing(text)
	if operator := regexp.MustCompile(`&&|\|\||[=!<>]=| [<>] `).FindStringIndex(text[:end]); operator != nil {
		end = operator[0]
	}
	return end
}

// closing is where the first ")" stands that nothing in a text opens, the end of the text when there is none.
func closing(text string) int {
	open := 0
	for i := range len(text) {
		switch text[i] {
		case '(':
			open++
		case ')':
			if open--; open < 0 {
				return i
			}
		}
	}
	return len(text)
}

var (
	wholePattern  = regexp.MustCompile(`^-?[0-9]{1,18}$`)
	numberLiteral = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]{1,2})?$`)
	quotedText    = regexp.MustCompile(`^(?:"([^"\\]*)"|'([^']*)')$`)
	plainName     = regexp.MustCompile(`^[A-Za-z_][\w-]*$`)
	plainPath     = regexp.MustCompile(`^[\w-]+(\.[\w-]+|\[[0-9]+\])*$`)
)

const ifText = " if this text is meant"

const oldLanguage = "; the language before 1.5 is not supported"

// meant guesses the expression that a bare operand stands for, with a remark on the guess.
func meant(text string) (code, remark string) {
	rest := func(prefix string) (string, bool) {
		after, found := strings.CutPrefix(text, prefix)
		return after, found && plainPath.MatchString(after)
	}
	switch lower := strings.ToLower(text); {
	case lower == "null" || lower == "none" || lower == "nil":
		return "NULL()", ""
	case callable(text):
		return text + "()", ""
	case lower == "true" || lower == "yes":
		return "BOOLEAN(true)", ""
	case lower == "false" || lower == "no":
		return "BOOLEAN(false)", ""
	case strings.HasPrefix(lower, "not "):
		return "!" + strings.TrimSpace(text[len("not "):]), ""
	case wholePattern.MatchString(text):
		return "INTEGER(" + text + ")", ""
	case numberLiteral.MatchString(text):
		return "DOUBLE(" + text + ")", ""
	case strings.HasPrefix(text, "${") && strings.HasSuffix(text, "}"):
		return strings.TrimSpace(text[2 : len(text)-1]), ": an expression is no text with placeholders"
	}
	if name, found := rest("param."); found {
		return "PARAM(" + name + ")", oldLanguage
	}
	if path, found := rest("body."); found {
		return "BODY($." + path + ")", oldLanguage
	}
	if _, err := expr.ParseJSONPath(text); err == nil && strings.HasPrefix(text, "$") {
		return "BODY(" + text + ")", ", or VALUE(…) with the name of a fulfillment"
	}
	return textCall(text), ifText
}

// callable tells that a text is the name of a method that needs no argument.
func callable(text string) bool {
	row := methodNamed(text)
	return row != nil && row.least() == 0
}

func isNumber(text string) bool {
	_, err := strconv.ParseFloat(text, 64)
	return err == nil
}

// textCall writes a text as an expression.
func textCall(text string) string {
	if match := quotedText.FindStringSubmatch(text); match != nil {
		text = match[1] + match[2]
	}
	if !strings.ContainsAny(text, `"()[]{},\`) && strings.TrimSpace(text) == text && text != "" {
		return "TEXT(" + text + ")"
	}
	return `TEXT("` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "${", `\${`).Replace(text) + `")`
}

// unknownMethod reports a method that the language does not have.
func unknownMethod(name string, at diag.Range) report.Draft {
	draft := report.Error(codeMethod, at, "%s is not a method", name)
	if near := source.DidYouMean(name, methodNames()); near != "" {
		return draft.Fix("%s", near)
	}
	return draft.Why("The methods are %s.", strings.Join(methodNames(), ", "))
}
