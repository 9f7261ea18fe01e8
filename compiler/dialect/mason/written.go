package mason

import (
	"regexp"
	"slices"
	"strings"

	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/jinja/syntax"
	"github.com/steploom/steploom/shared/secret"
)

// This file finds credentials that stand inside of templates, from where nothing can take them: the template, or what it becomes, is a part of the definition.
// A credential that is a whole member of a request, or stands in one beside data, becomes a secret of the stack (package credentials).

// checkWritten refuses a template whose expressions write a credential out: as a member of a mapping, as a variable, as an argument.
func (l *lowerer) checkWritten(t template) (ok bool) {
	ok = true
	for _, statement := range t.parsed.Body {
		each(statement, func(node syntax.Node) bool {
			for _, one := range namedValues(node) {
				if secret.IsName(one.name) && writesText(one.value, one.name) {
					ok = l.refuseWritten(t.at(one.value), one.name)
				}
			}
			return true
		})
	}
	return ok
}

// checkFallback refuses an expression for a member that holds a credential, where one is among the values that it may give: {{ auth.token or 'abc' }}.
func (l *lowerer) checkFallback(t template, name string) bool {
	pieces, _ := t.pieces()
	for _, piece := range pieces {
		_, isData := piece.(*syntax.Data)
		if !isData && !isFixed(piece) && writesText(piece, name) {
			return l.refuseWritten(t.at(piece), name)
		}
	}
	return true
}

func (l *lowerer) refuseWritten(at diag.Range, name string) bool {
	l.Report(codeSecret.Error(at, "a credential is written out inside of a template, as %q", name).
		Why("The template is part of the definition, and everybody who may read the stack may read it.").
		Fix("write it as the whole value of a member of headers, params, data or json_body, from where it becomes a secret of the stack: json_body: {%s: …}", name))
	return false
}

// named is an expression that is given a name.
type named struct {
	name  string
	value syntax.Expr
}

// namedValues are the expressions that a part of a template gives names.
func namedValues(node syntax.Node) (all []named) {
	add := func(target, value syntax.Expr) {
		switch target := target.(type) {
		case *syntax.Name:
			all = append(all, named{target.Name, value})
		case *syntax.Const:
			if name, isText := target.Value.(string); isText {
				all = append(all, named{name, value})
			}
		case *syntax.Member:
			all = append(all, named{target.Name, value})
		}
	}
	switch n := node.(type) {
	case *syntax.Dict:
		for i, key := range n.Keys {
			add(key, n.Values[i])
		}
	case *syntax.Set:
		add(n.Target, n.Value)
	case *syntax.With:
		for i, target := range n.Targets {
			add(target, n.Values[i])
		}
	case *syntax.Macro:
		for i, value := range n.Defaults {
			add(n.Params[len(n.Params)-len(n.Defaults)+i], value)
		}
	case *syntax.Call:
		return ofKeywords(n.Args)
	case *syntax.Filter:
		return ofKeywords(n.Args)
	}
	return all
}

func ofKeywords(args syntax.Args) (all []named) {
	for _, keyword := range args.Keywords {
		all = append(all, named{keyword.Name, keyword.Value})
	}
	return all
}

// writesText tells whether an expression may give a text that it writes out itself and that is more than a label of what stands beside it.
func writesText(expression syntax.Expr, name string) bool {
	writes := func(one syntax.Expr) bool { return one != nil && writesText(one, name) }
	switch n := expression.(type) {
	case *syntax.Const:
		text, isText := n.Value.(string)
		return isText && !secret.IsLabel(placeholder.ReplaceAllString(text, ""), name)
	case *syntax.Cond:
		return writes(n.Then) || writes(n.Else)
	case *syntax.Logic:
		return writes(n.Left) || writes(n.Right)
	case *syntax.Binary:
		return writes(n.Left) || n.Op == "+" && writes(n.Right)
	case *syntax.Concat:
		return slices.ContainsFunc(n.Items, writes)
	case *syntax.List:
		return slices.ContainsFunc(n.Items, writes)
	case *syntax.Tuple:
		return slices.ContainsFunc(n.Items, writes)
	case *syntax.Filter:
		isDefault := n.Name == "default" || n.Name == "d"
		return writes(n.Of) || isDefault && len(n.Args.Positional) > 0 && writes(n.Args.Positional[0])
	case *syntax.Call:
		method, isMethod := n.Func.(*syntax.Attribute)
		return isMethod && writes(method.Of)
	}
	return false
}

// placeholder is where format puts a value.
var placeholder = regexp.MustCompile(`%[-+ #0-9.]*[a-z]|\{[^{}]*\}`)

// writtenPair is a name with what it stands for, in JSON, Python, a form or XML; a word in front of a colon is a name only in quotes, for sentences have such, too.
var writtenPair = regexp.MustCompile(`(?:["']([\w-]+)["']\s*:\s*|\b([\w-]+)=)["']?([^\s"'&,;{}\[\]()<>]+)|<([\w-]+)[^<>]*>\s*([^<>\s]+)`)

// checkTexts refuses a text of a request that holds a credential: token=abc&page=1. isSecret tells which names have one.
func (l *lowerer) checkTexts(t template, isSecret func(name string) bool) (ok bool) {
	ok = true
	for _, statement := range t.parsed.Body {
		each(statement, func(node syntax.Node) bool {
			if text, isText := node.(*syntax.Data); isText {
				if name := writtenIn(text.Text, isSecret); name != "" {
					ok = l.refuseWritten(t.at(text), name)
				}
			}
			return true
		})
	}
	return ok
}

// writtenIn is the name of the first credential in a text, "" when there is none. What stands in front of data may be a label only.
func writtenIn(text string, isSecret func(name string) bool) string {
	for _, at := range writtenPair.FindAllStringSubmatchIndex(text, -1) {
		group := func(i int) string { return text[max(at[2*i], 0):max(at[2*i+1], 0)] }
		name, value := group(1)+group(2)+group(4), group(3)+group(5)
		isWord := group(1) != "" && wordOrNumber.MatchString(value)
		if isSecret(name) && !isWord && !strings.HasPrefix(value, "$") && !secret.IsLabel(text[max(at[6], at[10]):], name) {
			return name
		}
	}
	return ""
}

// wordOrNumber is a value of JSON or Python that is no text.
var wordOrNumber = regexp.MustCompile(`^(?:null|true|false|None|True|False|[-+.\d]+)$`)
