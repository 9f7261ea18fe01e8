package mason

import (
	"regexp"
	"strings"

	"github.com/steploom/steploom/shared/jinja/syntax"
)

// textOf is the text of one of the expressions that a template of text and expressions is made of.
func (t template) textOf(expression syntax.Expr) string {
	pieces, _ := t.pieces()
	texts := expressionTexts(t.text)
	at := 0
	for _, piece := range pieces {
		if _, isText := piece.(*syntax.Data); isText {
			continue
		}
		switch {
		case at >= len(texts):
		case piece == expression:
			return strings.TrimSpace(texts[at])
		case unescaped(piece) == expression:
			return unescapedText(texts[at])
		}
		at++
	}
	return t.text
}

// unescapedText is the text of an expression without the filter urlencode, which is the last thing that it does.
func unescapedText(text string) string {
	for {
		text = strings.TrimSpace(text)
		if at := regexp.MustCompile(`\|\s*urlencode\s*(\(\s*\))?$`).FindStringIndex(text); at != nil {
			return strings.TrimSpace(text[:at[0]])
		}
		inside, opened := strings.CutPrefix(text, "(")
		inside, closed := strings.CutSuffix(inside, ")")
		if !opened || !closed {
			return text
		}
		text = inside
	}
}

// expressionTexts gives what stands between {{ and }} in a template without statements.
func expressionTexts(text string) []string {
	var texts []string
	for {
		at := strings.IndexByte(text, '{')
		if at < 0 || at+1 >= len(text) {
			return texts
		}
		opening := text[at:]
		text = text[at+1:]
		switch opening[1] {
		case '#':
			_, text, _ = strings.Cut(opening, "#}")
		case '%':
			end := regexp.MustCompile(`\{%[-+]?\s*endraw\s*[-+]?%\}`).FindStringIndex(opening)
			if end == nil {
				return texts
			}
			text = opening[end[1]:]
		case '{':
			inside := opening[2:]
			end := endOfExpression(inside)
			texts = append(texts, strings.TrimSuffix(withoutControl(inside[:end]), "-"))
			text = inside[min(len(inside), end+2):]
		}
	}
}

// withoutControl is what follows {{ without the sign that controls whitespace, which is one: another belongs to the expression.
func withoutControl(inside string) string {
	if strings.HasPrefix(inside, "-") || strings.HasPrefix(inside, "+") {
		return inside[1:]
	}
	return inside
}

// endOfExpression is where }} stands, outside of texts and braces.
func endOfExpression(text string) int {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"' || c == '\'':
			for i++; i < len(text) && text[i] != c; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		case c == '}' && depth == 0 && strings.HasPrefix(text[i:], "}}"):
			return i
		case c == '{':
			depth++
		case c == '}':
			depth--
		}
	}
	return len(text)
}
