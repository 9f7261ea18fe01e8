package python

import (
	"strings"
	"unicode/utf8"
)

// within gives the part of a text between two indexes, and how many characters are before it; ok is false where the first lies behind the end.
func within(text string, start, stop Value) (part string, before int, ok bool) {
	n := utf8.RuneCountInString(text)
	from, to := bounds(start, stop, 1, n)
	if start != nil && sliceIndex(start, 0) > n || from > to {
		return "", 0, false
	}
	return slice(text, from, to), from, true
}

func finder(name string, search func(text, part string) int, must bool) textBehaviour {
	return func(_ *Meter, text string, args Args) Value {
		bound := exactly(name, args, 1, 3)
		wanted, isText := Text(bound[0])
		if !isText {
			Raise(TypeError, "must be str, not %s", TypeName(bound[0]))
		}
		if part, before, ok := within(text, bound[1], bound[2]); ok {
			if i := search(part, wanted); i >= 0 {
				return int64(before + utf8.RuneCountInString(part[:i]))
			}
		}
		if must {
			Raise(ValueError, "substring not found")
		}
		return int64(-1)
	}
}

func countText(_ *Meter, text string, args Args) Value {
	bound := exactly("count", args, 1, 3)
	wanted, isText := Text(bound[0])
	if !isText {
		Raise(TypeError, "must be str, not %s", TypeName(bound[0]))
	}
	part, _, ok := within(text, bound[1], bound[2])
	if !ok {
		return int64(0)
	}
	return int64(strings.Count(part, wanted))
}

func affix(name string, has func(text, part string) bool) textBehaviour {
	return func(m *Meter, text string, args Args) Value {
		bound := exactly(name, args, 1, 3)
		wanted := []Value{bound[0]}
		if tuple, ok := bound[0].(*Tuple); ok {
			wanted = tuple.Items
		} else if _, isText := Text(bound[0]); !isText {
			Raise(TypeError, "%s first arg must be str or a tuple of str, not %s", name, TypeName(bound[0]))
		}
		part, _, ok := within(text, bound[1], bound[2])
		for _, one := range wanted {
			m.Spend(1)
			piece, isText := Text(one)
			if !isText {
				Raise(TypeError, "tuple for %s must only contain str, not %s", name, TypeName(one))
			}
			if ok && has(part, piece) {
				return true
			}
		}
		return false
	}
}

func remover(name string, remove func(text, part string) string) textBehaviour {
	return func(_ *Meter, text string, args Args) Value {
		part := exactly("str."+name, args, 1, 1)[0]
		piece, ok := Text(part)
		if !ok {
			Raise(TypeError, "%s() argument must be str, not %s", name, TypeName(part))
		}
		return remove(text, piece)
	}
}

func repeatText(text string, times int) string {
	if text == "" {
		return ""
	}
	return strings.Repeat(text, max(times, 0))
}

// Pad is center, ljust or rjust.
func Pad(m *Meter, how, text string, width int, fill string) string {
	missing := width - utf8.RuneCountInString(text)
	if missing <= 0 {
		return text
	}
	m.Repeat(len(fill), missing)
	left := 0
	switch how {
	case "center":
		left = missing/2 + missing&width&1
	case "rjust":
		left = missing
	}
	return repeatText(fill, left) + text + repeatText(fill, missing-left)
}

func padder(name string) textBehaviour {
	return func(m *Meter, text string, args Args) Value {
		bound := exactly(name, args, 1, 2)
		fill := " "
		if len(args.Pos) == 2 {
			given, ok := Text(bound[1])
			if !ok {
				Raise(TypeError, "The fill character must be a unicode character, not %s", TypeName(bound[1]))
			}
			if utf8.RuneCountInString(given) != 1 {
				Raise(TypeError, "The fill character must be exactly one character long")
			}
			fill = given
		}
		return Pad(m, name, text, index(bound[0]), fill)
	}
}

func zeroFill(m *Meter, text string, args Args) Value {
	width := index(exactly("str.zfill", args, 1, 1)[0])
	missing := width - utf8.RuneCountInString(text)
	if missing <= 0 {
		return text
	}
	m.Spend(missing)
	sign := ""
	if text != "" && (text[0] == '+' || text[0] == '-') {
		sign, text = text[:1], text[1:]
	}
	return sign + strings.Repeat("0", missing) + text
}

func expandTabs(m *Meter, text string, args Args) Value {
	size := index(Func("expandtabs", 0, Opt("tabsize", int64(8))).Bind(args)[0])
	var b strings.Builder
	column := 0
	for _, r := range text {
		switch {
		case r == '\t' && size > 0:
			blanks := size - column%size
			m.Spend(blanks)
			b.WriteString(strings.Repeat(" ", blanks))
			column += blanks
		case r == '\t':
		default:
			b.WriteRune(r)
			column++
			if r == '\n' || r == '\r' {
				column = 0
			}
		}
	}
	return b.String()
}

func encode(_ *Meter, text string, args Args) Value {
	bound := Func("encode", 0, Opt("encoding", "utf-8"), Opt("errors", "strict")).Bind(args)
	encoding, isText := Text(bound[0])
	if !isText {
		Raise(TypeError, "encode() argument 'encoding' must be str, not %s", TypeName(bound[0]))
	}
	highest := rune(utf8.MaxRune)
	name := strings.NewReplacer("_", "-", " ", "-").Replace(strings.ToLower(encoding))
	switch name {
	case "utf-8", "utf8":
		return Bytes(text)
	case "ascii", "us-ascii":
		highest = 0x7f
	case "latin-1", "latin1", "iso-8859-1", "iso8859-1":
		highest = 0xff
	default:
		Raise(Unsupported, "the encoding is not supported: utf-8, ascii and latin-1 are")
	}
	data := []byte{}
	for _, r := range text {
		if r > highest {
			Raise(Unsupported, "a character that the encoding does not have is not supported")
		}
		data = append(data, byte(r))
	}
	return Bytes(data)
}
