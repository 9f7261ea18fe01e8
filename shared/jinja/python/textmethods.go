package python

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/steploom/steploom/shared/jinja/syntax"
)

// textBehaviour is what a method of a text does.
type textBehaviour func(m *Meter, text string, args Args) Value

// textMethod gives a method of a str or a Markup.
func textMethod(of Value, name string) (Value, bool) {
	if markup, ok := of.(Markup); ok {
		if do := markupMethods[name]; do != nil {
			return method(of, name, func(m *Meter, _ Value, args Args) Value { return do(m, string(markup), args) })
		}
	}
	do := textMethods[name]
	if do == nil {
		do = formatMethod(name, isMarkup(of))
	}
	if do == nil {
		return nil, false
	}
	return method(of, name, func(m *Meter, _ Value, args Args) Value {
		text, _ := Text(of)
		m.Spend(len(text))
		result := do(m, text, args)
		if isMarkup(of) {
			return marked(result)
		}
		return result
	})
}

// formatMethod gives the methods that look into values themselves.
func formatMethod(name string, escaped bool) textBehaviour {
	switch name {
	case "format":
		return func(m *Meter, text string, args Args) Value { return Format(m, text, args, escaped) }
	case "format_map":
		return func(m *Meter, text string, args Args) Value {
			return formatMap(m, text, exactly("str.format_map", args, 1, 1)[0], escaped)
		}
	}
	return nil
}

// marked makes the texts of a result Markup.
func marked(v Value) Value {
	switch v := v.(type) {
	case string:
		return Markup(v)
	case *List:
		for i, item := range v.Items {
			v.Items[i] = marked(item)
		}
	case *Tuple:
		for i, item := range v.Items {
			v.Items[i] = marked(item)
		}
	}
	return v
}

// plain is a method without arguments.
func plain(name string, do func(string) string) textBehaviour {
	return func(m *Meter, text string, args Args) Value {
		exactly("str."+name, args, 0, 0)
		m.Repeat(len(text), 2)
		return do(text)
	}
}

// predicate is a method that asks something of a text.
func predicate(name string, is func(string) bool) textBehaviour {
	return func(_ *Meter, text string, args Args) Value {
		exactly("str."+name, args, 0, 0)
		return is(text)
	}
}

// each is a method that asks something of each character.
func each(name string, is func(rune) bool) textBehaviour {
	return predicate(name, func(text string) bool { return all(text, is) })
}

var textMethods = map[string]textBehaviour{
	"upper":        plain("upper", Upper),
	"lower":        plain("lower", Lower),
	"title":        plain("title", Title),
	"capitalize":   plain("capitalize", Capitalize),
	"swapcase":     plain("swapcase", swapCase),
	"casefold":     plain("casefold", caseFold),
	"isalnum":      each("isalnum", isAlnum),
	"isalpha":      each("isalpha", isAlpha),
	"isascii":      predicate("isascii", isASCII),
	"isdecimal":    each("isdecimal", IsDecimal),
	"isdigit":      each("isdigit", isDigit),
	"isidentifier": predicate("isidentifier", syntax.IsIdentifier),
	"islower":      predicate("islower", IsLower),
	"isnumeric":    each("isnumeric", isNumeric),
	"isprintable":  predicate("isprintable", func(text string) bool { return text == "" || all(text, syntax.IsPrintable) }),
	"isspace":      each("isspace", isSpace),
	"istitle":      predicate("istitle", isTitle),
	"isupper":      predicate("isupper", IsUpper),
	"strip":        stripper("strip", true, true),
	"lstrip":       stripper("lstrip", true, false),
	"rstrip":       stripper("rstrip", false, true),
	"split":        splitText,
	"rsplit":       rsplitText,
	"splitlines":   splitLines,
	"partition": func(_ *Meter, text string, args Args) Value {
		separator := separatorOf(exactly("str.partition", args, 1, 1)[0])
		if before, after, found := strings.Cut(text, separator); found {
			return NewTuple(before, separator, after)
		}
		return NewTuple(text, "", "")
	},
	"rpartition": func(_ *Meter, text string, args Args) Value {
		separator := separatorOf(exactly("str.rpartition", args, 1, 1)[0])
		if i := strings.LastIndex(text, separator); i >= 0 {
			return NewTuple(text[:i], separator, text[i+len(separator):])
		}
		return NewTuple("", "", text)
	},
	"join": func(m *Meter, text string, args Args) Value {
		return Join(m, text, exactly("str.join", args, 1, 1)[0])
	},
	"replace": func(m *Meter, text string, args Args) Value {
		bound := exactly("replace", args, 2, 3)
		count := -1
		if len(args.Pos) == 3 {
			count = index(bound[2])
		}
		return Replace(m, text, textArg("replace", 1, bound[0]), textArg("replace", 2, bound[1]), count)
	},
	"startswith":   affix("startswith", strings.HasPrefix),
	"endswith":     affix("endswith", strings.HasSuffix),
	"removeprefix": remover("removeprefix", strings.TrimPrefix),
	"removesuffix": remover("removesuffix", strings.TrimSuffix),
	"find":         finder("find", strings.Index, false),
	"rfind":        finder("rfind", strings.LastIndex, false),
	"index":        finder("index", strings.Index, true),
	"rindex":       finder("rindex", strings.LastIndex, true),
	"count":        countText,
	"center":       padder("center"),
	"ljust":        padder("ljust"),
	"rjust":        padder("rjust"),
	"zfill":        zeroFill,
	"expandtabs":   expandTabs,
	"encode":       encode,
	"translate":    unsupportedText("translate"),
	"maketrans":    unsupportedText("maketrans"),
}

// markupMethods are those that do more than the methods of a str.
var markupMethods = map[string]textBehaviour{
	"join": func(m *Meter, text string, args Args) Value {
		var parts []Value
		for _, item := range Items(m, exactly("Markup.join", args, 1, 1)[0]) {
			parts = append(parts, string(EscapeValue(m, item)))
		}
		return Markup(Join(m, text, NewList(parts...)).(string))
	},
	"replace": func(m *Meter, text string, args Args) Value {
		bound := exactly("replace", args, 2, 3)
		count := -1
		if len(args.Pos) == 3 {
			count = index(bound[2])
		}
		return Markup(Replace(m, text, textArg("replace", 1, bound[0]), string(EscapeValue(m, bound[1])), count))
	},
	"unescape": func(_ *Meter, text string, args Args) Value {
		exactly("Markup.unescape", args, 0, 0)
		return Unescape(text)
	},
	"striptags": func(_ *Meter, text string, args Args) Value {
		exactly("Markup.striptags", args, 0, 0)
		return StripTags(text)
	},
	"escape": unsupportedText("escape"),
}

func unsupportedText(name string) textBehaviour {
	return func(*Meter, string, Args) Value {
		Raise(Unsupported, ".%s of a text is not supported", name)
		return nil
	}
}

// textArg is an argument that must be a text.
func textArg(name string, place int, v Value) string {
	text, ok := Text(v)
	if !ok {
		Raise(TypeError, "%s() argument %d must be str, not %s", name, place, TypeName(v))
	}
	return text
}

func separatorOf(v Value) string {
	separator, ok := Text(v)
	if !ok {
		Raise(TypeError, "must be str, not %s", TypeName(v))
	}
	if separator == "" {
		Raise(ValueError, "empty separator")
	}
	return separator
}

// Strip takes characters off the ends of a text, whitespace where chars is nil.
func Strip(text string, chars Value, left, right bool) string {
	is := isSpace
	if chars != nil {
		set, ok := Text(chars)
		if !ok {
			Raise(TypeError, "strip arg must be None or str")
		}
		is = func(r rune) bool { return strings.ContainsRune(set, r) }
	}
	if left {
		text = strings.TrimLeftFunc(text, is)
	}
	if right {
		text = strings.TrimRightFunc(text, is)
	}
	return text
}

func stripper(name string, left, right bool) textBehaviour {
	return func(m *Meter, text string, args Args) Value {
		chars := exactly(name, args, 0, 1)[0]
		if set, ok := Text(chars); ok {
			m.Repeat(len(set)/16+1, len(text))
		} else if chars != nil {
			Raise(TypeError, "%s arg must be None or str", name)
		}
		return Strip(text, chars, left, right)
	}
}

// splitArgs are those of split and rsplit: a separator, "" for whitespace, and the most splits.
func splitArgs(name string, args Args) (separator string, most int) {
	bound := Func(name, 0, Opt("sep", nil), Opt("maxsplit", int64(-1))).Bind(args)
	if bound[0] != nil {
		text, ok := Text(bound[0])
		if !ok {
			Raise(TypeError, "must be str or None, not %s", TypeName(bound[0]))
		}
		if text == "" {
			Raise(ValueError, "empty separator")
		}
		separator = text
	}
	return separator, index(bound[1])
}

func splitText(m *Meter, text string, args Args) Value {
	separator, most := splitArgs("split", args)
	list := &List{Items: []Value{}}
	add := func(part string) {
		m.Items(1)
		list.Items = append(list.Items, part)
	}
	if separator == "" {
		text = strings.TrimLeftFunc(text, isSpace)
		for ; text != "" && most != 0; most-- {
			end := strings.IndexFunc(text, isSpace)
			if end < 0 {
				end = len(text)
			}
			add(text[:end])
			text = strings.TrimLeftFunc(text[end:], isSpace)
		}
		if text != "" {
			add(text)
		}
		return list
	}
	for ; most != 0; most-- {
		before, after, found := strings.Cut(text, separator)
		if !found {
			break
		}
		add(before)
		text = after
	}
	add(text)
	return list
}

func rsplitText(m *Meter, text string, args Args) Value {
	separator, most := splitArgs("rsplit", args)
	list := &List{Items: []Value{}}
	add := func(part string) {
		m.Items(1)
		list.Items = append(list.Items, part)
	}
	if separator == "" {
		text = strings.TrimRightFunc(text, isSpace)
		for ; text != "" && most != 0; most-- {
			i := strings.LastIndexFunc(text, isSpace)
			_, size := utf8.DecodeRuneInString(text[max(i, 0):])
			if i < 0 {
				size = 0
			}
			add(text[max(i, 0)+size:])
			text = strings.TrimRightFunc(text[:max(i, 0)], isSpace)
		}
		if text != "" {
			add(text)
		}
	} else {
		for ; most != 0; most-- {
			i := strings.LastIndex(text, separator)
			if i < 0 {
				break
			}
			add(text[i+len(separator):])
			text = text[:i]
		}
		add(text)
	}
	slices.Reverse(list.Items)
	return list
}

// Lines is str.splitlines.
func Lines(m *Meter, text string, keepEnds bool) []string {
	var lines []string
	for start := 0; start < len(text); {
		end := strings.IndexFunc(text[start:], isLineBreak)
		if end < 0 {
			return append(lines, text[start:])
		}
		end += start
		_, size := utf8.DecodeRuneInString(text[end:])
		if strings.HasPrefix(text[end:], "\r\n") {
			size = 2
		}
		m.Items(1)
		if keepEnds {
			lines = append(lines, text[start:end+size])
		} else {
			lines = append(lines, text[start:end])
		}
		start = end + size
	}
	return lines
}

func isLineBreak(r rune) bool {
	return r >= 0xa && r <= 0xd || r >= 0x1c && r <= 0x1e || r == 0x85 || r == 0x2028 || r == 0x2029
}

func splitLines(m *Meter, text string, args Args) Value {
	keep := Func("splitlines", 0, Opt("keepends", false)).Bind(args)[0]
	list := &List{Items: []Value{}}
	for _, line := range Lines(m, text, index(keep) != 0) {
		list.Items = append(list.Items, line)
	}
	return list
}

// Join is separator.join(items).
func Join(m *Meter, separator string, items Value) Value {
	if !isIterable(items) {
		Raise(TypeError, "can only join an iterable")
	}
	var b strings.Builder
	for i, item := range Items(m, items) {
		text, ok := Text(item)
		if !ok {
			Raise(TypeError, "sequence item %d: expected str instance, %s found", i, TypeName(item))
		}
		if i > 0 {
			m.Spend(len(separator))
			b.WriteString(separator)
		}
		m.Spend(len(text))
		b.WriteString(text)
	}
	return b.String()
}

// Replace is str.replace; a negative count is any number.
func Replace(m *Meter, text, old, by string, count int) string {
	times := strings.Count(text, old)
	if count >= 0 {
		times = min(times, count)
	}
	m.Spend(len(text))
	m.Repeat(len(by), times)
	return strings.Replace(text, old, by, count)
}
