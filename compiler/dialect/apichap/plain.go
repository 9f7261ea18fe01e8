package apichap

import (
	"regexp"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/expr"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// This file finds text that looks as if a value were meant to stand in its place: a call outside of a placeholder, a parameter in braces.

var (
	// callInText is a call of a method that no text holds by chance, perhaps behind the $ of other languages.
	callInText = regexp.MustCompile(`\$?\b((?:PARAM|BODY|ATTRIBUTE|STATUSCODE|EXCEPTION|GET_JSON)\([^()]*\)|VALUE(?:_BY_INDEX)?\([^()]*, *\$[^()]*\))|` +
		`\$\(((?:PARAM|BODY|ATTRIBUTE)\([^()]*\))\)`)
	textInText      = regexp.MustCompile(`^TEXT\(([^()]*)\)$`)
	likePlaceholder = regexp.MustCompile(`:\[ *([A-Za-z_][\w-]*(?:\([^\[\]]*\)|(?:\.[\w-]+)+)) *\]`)
	nameInURL       = regexp.MustCompile(`\{(\w+)\}|/:(\w+)`)
	quotedByMarks   = regexp.MustCompile(`^'[^']*'$`)
)

// plain warns of calls in a stretch of literal text.
func (p *parser) plain(text expr.Text) {
	for _, at := range likePlaceholder.FindAllStringSubmatchIndex(text.Value, -1) {
		refusePlaceholder(p.node, p.place(text.Slice(at[0], at[1])), text.Value[at[0]:at[1]], text.Value[at[2]:at[3]])
	}
	if !strings.Contains(text.Value, "(") {
		return
	}
	for _, at := range callInText.FindAllStringSubmatchIndex(text.Value, -1) {
		if strings.HasSuffix(text.Value[:at[0]], "${") { // which was written with an escape
			continue
		}
		inner := max(at[2], at[4])
		call := text.Value[inner:max(at[3], at[5])]
		p.node.Report(report.Warning(codePlain, p.place(text.Slice(at[0], at[1])), "%s is plain text here", call).Fix("write ${%s}", call))
	}
	if match := textInText.FindStringSubmatch(text.Value); match != nil {
		p.node.Report(report.Warning(codePlain, p.place(text), "%s is plain text here", text.Value).Fix("write %s", match[1]))
	}
}

// refusePlaceholder refuses a placeholder of the language before 1.5, and warns of what only looks like a placeholder.
func refusePlaceholder(node *source.Node, at diag.Range, whole, inside string) {
	if code, remark := meant(inside); remark == oldLanguage {
		node.Report(report.Error(codeOldLanguage, at, "%s belongs to the language before 1.5, which is not supported", whole).Fix("write ${%s}", code))
		return
	}
	node.Report(report.Warning(codePlain, at, "%s is plain text here", whole).
		Why("It looks like a placeholder, but names no method.").Fix("write ${METHOD(…)}, as in ${PARAM(name)} or ${VALUE(fulfillment, $.field)}"))
}

// quotes notes single quotes around a bare text, which belong to it: right for a piece of SQL, and for little else.
func (p *parser) quotes(bare expr.Text) {
	if quotedByMarks.MatchString(trim(bare).Value) {
		p.node.Report(report.Note(codePlain, p.place(trim(bare)), "the quotes are a part of this text").
			Why("Only double quotes go around a text."))
	}
	if text := trim(bare); !isQuoted(text.Value) && strings.HasPrefix(text.Value, `"`) && strings.Count(text.Value, `"`) == 1 {
		p.node.Report(report.Warning(codePlain, p.place(text.Slice(0, 1)), "this quote is never closed, and is a part of the text").
			Why("Double quotes go around a whole text.").Fix(`write " at the end of the text, or delete this one`))
	}
}

// plainNames warns of names in the literal text of a URL that other languages would replace: in braces, or behind a colon those of parameters.
func (s requests) plainNames(t *template) {
	address := ""
	for _, piece := range t.parts {
		before := address
		if address += piece.text; piece.value != nil {
			continue
		}
		for _, at := range nameInURL.FindAllStringSubmatchIndex(piece.text, -1) {
			braces := at[2] >= 0
			name := piece.text[max(at[2], at[4]):max(at[3], at[5])]
			_, described := s.names.operation.describedParameter(name)
			if !hostIsComplete(before + piece.text[:at[0]+1]) {
				continue
			}
			if !braces && !described && !slices.Contains(pathParameters(s.names.operation.path), name) {
				continue
			}
			place := span{piece.node, piece.start + at[0], piece.start + at[1]}
			if !braces {
				place.start++
			}
			place.report(report.Warning(codePlain, place.place(), "%s is plain text here", piece.text[place.start-piece.start:at[1]]).Fix("write ${PARAM(%s)}", name))
		}
	}
}

// checkItems reports what a loop cannot go through.
func checkItems(e expression, value typed) {
	switch value.kind {
	case textKind, numberKind, booleanKind:
		e.report(report.Error(codeType, e.place(), "a loop goes through a list or an object, this is %s", value.kind).
			Fix("name what it goes through, as in VALUE(…) or BODY(…), or how often with LIST(…)"))
	case anyKind, nullKind, listKind, objectKind, fileKind:
	}
}
