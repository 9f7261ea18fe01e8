package mason

import (
	"fmt"
	"slices"
	"strings"

	"github.com/steploom/steploom/shared/jinja/syntax"
)

// writesJSON tells whether an expression gives the JSON text of a value: {{ lines|tojson }}.
func writesJSON(expression syntax.Expr) bool {
	filter, ok := expression.(*syntax.Filter)
	return ok && (filter.Name == "tojson" || filter.Name == "safe" && filter.Of != nil && writesJSON(filter.Of))
}

// writesNotation tells whether an expression makes a text that can only be meant as a part of the JSON, or the literal of Python, that it stands in without
// quotes: {{ ids|join(', ') }}, {{ 'true' if open else 'false' }}. What the state holds is no such text: it is a value, whatever it looks like.
func writesNotation(expression syntax.Expr) bool {
	switch n := expression.(type) {
	case *syntax.Const:
		text, isText := n.Value.(string)
		return isText && readsAsNotation(text)
	case *syntax.Cond:
		return writesNotation(n.Then) || n.Else != nil && writesNotation(n.Else)
	case *syntax.Logic:
		return writesNotation(n.Left) || writesNotation(n.Right)
	case *syntax.Concat:
		return true
	case *syntax.Filter:
		if n.Name == "default" || n.Name == "d" {
			return slices.ContainsFunc(n.Args.Positional, writesNotation) || n.Of != nil && writesNotation(n.Of)
		}
		return slices.Contains(textFilters, n.Name)
	case *syntax.Call:
		method, isMethod := n.Func.(*syntax.Attribute)
		return isMethod && slices.Contains(textMethods, method.Name)
	}
	return false
}

// isWords tells whether an expression makes a text that is hardly meant as a part of JSON: {{ title|upper }}, {{ first ~ ' ' ~ last }}.
func isWords(expression syntax.Expr) bool {
	switch n := expression.(type) {
	case *syntax.Cond:
		return isWords(n.Then) || n.Else != nil && isWords(n.Else)
	case *syntax.Concat:
		isNotation := func(item syntax.Expr) bool { return strings.ContainsAny(fixedText(item), `"'[]{}:,0123456789`) }
		return slices.ContainsFunc(n.Items, isFixedText) && !slices.ContainsFunc(n.Items, isNotation)
	case *syntax.Filter:
		return slices.Contains(wordFilters, n.Name)
	case *syntax.Call:
		method, isMethod := n.Func.(*syntax.Attribute)
		return isMethod && slices.Contains(wordFilters, method.Name)
	}
	return false
}

func isFixedText(node syntax.Expr) bool {
	fixed, _ := node.(*syntax.Const)
	if fixed == nil {
		return false
	}
	_, isText := fixed.Value.(string)
	return isText
}

// fixedText is the text that an expression is, "" for any other.
func fixedText(node syntax.Expr) string {
	if !isFixedText(node) {
		return ""
	}
	return node.(*syntax.Const).Value.(string)
}

// wordFilters are the filters and the methods that one uses on words.
var wordFilters = strings.Fields("capitalize filesizeformat striptags title truncate upper urlencode urlize wordwrap")

// warnOfTexts tells of expressions without quotes around them that make words.
func (r *requestBuilder) warnOfTexts(t template, pieces []syntax.Expr, quoted []bool) {
	for i, piece := range pieces {
		if !quoted[i] && isWords(piece) {
			r.Report(codeRequest.Warning(t.at(piece), "the text that {{ %s }} makes stands in the JSON without quotes", t.textOf(piece)).
				Why("Jinja writes it as it is: the step fails where the whole then is no JSON.").Fix(`write "{{ %s }}" or {{ (%s)|tojson }}`, t.textOf(piece), t.textOf(piece)))
		}
	}
}

// wayOutOf is what to do about texts that expressions have written into JSON.
func wayOutOf(t template, pieces []syntax.Expr, quoted []bool) string {
	for i, piece := range pieces {
		if !quoted[i] && writesNotation(piece) && !writesJSON(piece) {
			text := t.textOf(piece)
			return fmt.Sprintf(`at %s, write "{{ %s }}" in quotes, or {{ (%s)|tojson }}`, piece.Position(), text, text)
		}
	}
	return notUnderstood
}

// textFilters are the filters that give a text whatever they are given, textMethods the methods that do.
var (
	textFilters = strings.Fields(`capitalize center e escape filesizeformat forceescape format indent join lower pprint replace safe string striptags title
		tojson trim truncate upper urlencode urlize wordwrap xmlattr`)
	textMethods = strings.Fields("capitalize center format join ljust lower lstrip replace rjust rstrip strip title upper zfill")
)

func readsAsNotation(text string) bool {
	return slices.ContainsFunc(notations(), func(n notation) bool {
		_, err := n.read(text)
		return err == nil
	})
}

// spliced is a template of JSON, or of a literal of Python, in which the texts that expressions make for it stand as they are, every other value as the
// notation writes it, and a text within quotes so that it ends nowhere but there.
func (n notation) spliced(t template, pieces []syntax.Expr, quoted []bool) string {
	var out strings.Builder
	for i, piece := range pieces {
		data, isText := piece.(*syntax.Data)
		switch {
		case isText:
			out.WriteString("{{ " + inJinja(data.Text) + " }}")
		case quoted[i]:
			out.WriteString("{{ " + n.escaped(t.textOf(piece)) + " }}")
		case writesNotation(piece):
			out.WriteString("{{ " + t.textOf(piece) + " }}")
		default:
			out.WriteString("{{ " + n.written(t.textOf(piece)) + " }}")
		}
	}
	return out.String()
}

// inJinja is a text as a literal of Jinja.
func inJinja(text string) string {
	return `'` + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(text) + `'`
}
