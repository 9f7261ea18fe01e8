package jinja

import (
	"strings"
	"unicode/utf8"

	"github.com/steploom/steploom/shared/jinja/python"
	"github.com/steploom/steploom/shared/jinja/syntax"
)

var textFilters = map[string]filterFunc{
	"upper":      textMethod(fn("do_upper", 0, "s"), "upper"),
	"lower":      textMethod(fn("do_lower", 0, "s"), "lower"),
	"capitalize": textMethod(fn("do_capitalize", 0, "s"), "capitalize"),
	"center":     textMethod(fn("do_center", 0, "value", opt("width", int64(80))), "center"),
	"trim":       textMethod(fn("do_trim", 0, "value", opt("chars", nil)), "strip"),
	"string":     withSignature(fn("soft_str", 0, "s"), func(r *run, a []Value) Value { return r.softText(a[0]) }),
	"title": withSignature(fn("do_title", 0, "s"), func(r *run, a []Value) Value {
		text, _ := python.Text(r.softText(a[0]))
		r.meter.Repeat(len(text), 2)
		return title(text)
	}),
	"replace": withSignature(fn("do_replace", 1, "s", "old", "new", opt("count", nil)), replace),
	"format": func(r *run, args python.Args) Value {
		valueOnce("do_format", args)
		rest := args.Pos[1:]
		if len(rest) > 0 && len(args.Names) > 0 {
			python.Raise(python.FilterArgumentError, "can't handle positional and keyword arguments at the same time")
		}
		var values Value = python.NewTuple(rest...)
		if len(args.Names) > 0 {
			values = python.NewDict(r.meter, python.Args{Names: args.Names, Named: args.Named})
		}
		return python.Arithmetic(r.meter, "%", r.softText(args.Pos[0]), values)
	},
	"indent": withSignature(fn("do_indent", 0, "s", opt("width", int64(4)), opt("first", false), opt("blank", false)), indent),
	"truncate": withSignature(fn("do_truncate", 1, "s", opt("length", int64(255)), opt("killwords", false), opt("end", "..."), opt("leeway", nil)),
		truncate),
	"wordcount": withSignature(fn("do_wordcount", 0, "s"), func(r *run, a []Value) Value {
		text, _ := python.Text(r.softText(a[0]))
		r.meter.Spend(len(text))
		return int64(len(strings.FieldsFunc(text, func(c rune) bool { return !python.IsWord(c) })))
	}),
	"wordwrap": withSignature(fn("do_wordwrap", 1, "s", opt("width", int64(79)), opt("break_long_words", true), opt("wrapstring", nil), opt("break_on_hyphens", true)),
		wordWrap),
	"pprint": withSignature(fn("do_pprint", 0, "value"), func(r *run, a []Value) Value { return python.Pretty(r.meter, a[0]) }),
	"tojson": withSignature(fn("do_tojson", 1, "value", opt("indent", nil)), func(r *run, a []Value) Value {
		text := python.Dumps(r.meter, a[0], a[1])
		r.meter.Repeat(len(text), 6)
		return python.Markup(strings.NewReplacer("<", `\u003c`, ">", `\u003e`, "&", `\u0026`, "'", `\u0027`).Replace(text))
	}),
	"urlencode": withSignature(fn("do_urlencode", 0, "value"), urlEncode),
}

// title makes the first character of each word upper case and the others lower case; words begin after blanks, hyphens and brackets.
func title(text string) string {
	isBreak := func(c rune) bool { return syntax.IsSpace(c) || strings.ContainsRune("-({[<", c) }
	var b strings.Builder
	for text != "" {
		end := strings.IndexFunc(text, isBreak)
		if end == 0 {
			for end < len(text) {
				c, size := utf8.DecodeRuneInString(text[end:])
				if !isBreak(c) {
					break
				}
				end += size
			}
			b.WriteString(text[:end])
		} else {
			if end < 0 {
				end = len(text)
			}
			_, size := utf8.DecodeRuneInString(text)
			b.WriteString(python.Upper(text[:size]) + python.Lower(text[size:end]))
		}
		text = text[end:]
	}
	return b.String()
}

func replace(r *run, a []Value) Value {
	if r.autoescape {
		return r.replaceEscaped(a)
	}
	count := int64(-1)
	if a[3] != nil {
		count = int64(digits(a[3]))
	}
	return python.Replace(r.meter, python.Str(r.meter, a[0]), python.Str(r.meter, a[1]), python.Str(r.meter, a[2]), int(count))
}

func (r *run) replaceEscaped(a []Value) Value {
	_, oldIsMarkup := a[1].(python.Markup)
	_, newIsMarkup := a[2].(python.Markup)
	_, isMarkup := a[0].(python.Markup)
	text := r.softText(a[0])
	if oldIsMarkup || newIsMarkup && !isMarkup {
		text = python.EscapeValue(r.meter, a[0])
	}
	args := []Value{r.softText(a[1]), r.softText(a[2])}
	if a[3] != nil {
		args = append(args, a[3])
	}
	return r.method(text, "replace", args...)
}

func indent(r *run, a []Value) Value {
	indention, isText := python.Text(a[1])
	if !isText {
		filled := python.Arithmetic(r.meter, "*", " ", a[1])
		indention, isText = python.Text(filled)
	}
	text, ok := python.Text(a[0])
	if !ok || !isText {
		failed := a[0]
		if undefined, isUndefined := failed.(*python.Undefined); isUndefined {
			undefined.Fail(r.meter)
		}
		if _, isList := failed.(*python.List); isList {
			python.Raise(python.AttributeError, "'list' object has no attribute 'splitlines'")
		}
		if _, isTuple := failed.(*python.Tuple); isTuple {
			python.Raise(python.TypeError, `can only concatenate tuple (not "str") to tuple`)
		}
		python.Raise(python.TypeError, "unsupported operand type(s) for +=: '%s' and 'str'", python.TypeName(failed))
	}
	lines := python.Lines(r.meter, text+"\n", false)
	var b strings.Builder
	for i, line := range lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		if i == 0 && python.Truth(a[2]) || i > 0 && (line != "" || python.Truth(a[3])) {
			r.meter.Spend(len(indention))
			b.WriteString(indention)
		}
		r.meter.Spend(len(line))
		b.WriteString(line)
	}
	if _, isMarkup := a[0].(python.Markup); isMarkup {
		return python.Markup(b.String())
	}
	return b.String()
}

func truncate(r *run, a []Value) Value {
	leeway := Value(int64(5))
	if a[4] != nil {
		leeway = a[4]
	}
	endLength := int64(python.Len(r.meter, a[3]))
	if !python.Compare(r.meter, ">=", a[1], endLength) {
		python.RaiseValue(python.AssertionError, "expected length >= "+itoa(int(endLength)), "expected length >= %d, got %s", endLength, python.Str(r.meter, a[1]))
	}
	if !python.Compare(r.meter, ">=", leeway, int64(0)) {
		python.RaiseValue(python.AssertionError, "expected leeway >= 0", "expected leeway >= 0, got %s", python.Str(r.meter, leeway))
	}
	n := int64(python.Len(r.meter, a[0]))
	if python.Compare(r.meter, "<=", n, python.Arithmetic(r.meter, "+", a[1], leeway)) {
		return a[0]
	}
	kept := python.Slice(r.meter, a[0], nil, python.Arithmetic(r.meter, "-", a[1], endLength), nil)
	if !python.Truth(a[2]) {
		kept = r.method(kept, "rsplit", " ", int64(1)).(*python.List).Items[0]
	}
	return python.Arithmetic(r.meter, "+", kept, a[3])
}

func urlEncode(r *run, a []Value) Value {
	if _, isText := python.Text(a[0]); isText || !python.IsIterable(a[0]) {
		return quoted(r, a[0], "/")
	}
	items := a[0]
	if dict, ok := items.(*python.Dict); ok {
		items = &python.View{Kind: "dict_items", Of: dict}
	}
	var parts []Value
	for _, pair := range python.Items(r.meter, items) {
		both := r.unpack(pair, 2)
		parts = append(parts, forQuery(r, both[0])+"="+forQuery(r, both[1]))
	}
	return python.Join(r.meter, "&", python.NewList(parts...))
}

func forQuery(r *run, v Value) string { return strings.ReplaceAll(quoted(r, v, ""), "%20", "+") }

// quoted writes what is not safe in a URL as %XX.
func quoted(r *run, v Value, safe string) string {
	text, ok := v.(python.Bytes)
	if !ok {
		text = python.Bytes(python.Str(r.meter, v))
	}
	r.meter.Repeat(len(text), 3)
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(text) {
		c := text[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("_.-~"+safe, c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(digits[c>>4])
		b.WriteByte(digits[c&15])
	}
	return b.String()
}
