package python

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

func itoa(n int) string { return strconv.Itoa(n) }

// FormatNames is text.format(**values), values being what lookup gives for the names in it.
func FormatNames(m *Meter, text string, lookup func(name string) Value) string {
	f := &formatter{m: m, lookup: lookup}
	return f.run(text, 2)
}

// FormatPart is a part of a text that is formatted: a field, or what stands between fields.
type FormatPart struct {
	At      int    // its offset, in bytes
	Text    string // of a field as it is written, with its braces; else as it comes out
	IsField bool
	Names   []string // of the arguments that a field asks for, in its specification, too; numbers are among them
}

// FormatParts takes a text apart. It fails where Format fails whatever the arguments are; at is then where.
func FormatParts(m *Meter, text string, at *int) []FormatPart {
	f := &formatter{m: m}
	var parts []FormatPart
	var between strings.Builder
	start := 0
	end := func() {
		if between.Len() > 0 {
			parts = append(parts, FormatPart{At: start, Text: between.String()})
		}
		between.Reset()
	}
	scan(text, 2, func(literal string, from int) {
		if between.Len() == 0 {
			start = from
		}
		between.WriteString(literal)
		*at = from + len(literal)
	}, func(found field, from, to int) {
		end()
		part := FormatPart{At: from, Text: text[from:to], IsField: true}
		f.names(found, 2, &part.Names)
		parts = append(parts, part)
	})
	end()
	return parts
}

// names collects the arguments that a field asks for.
func (f *formatter) names(written field, nested int, names *[]string) {
	first, rest := firstName(written.name)
	*names = append(*names, f.numbered(first))
	for rest != "" {
		_, _, rest = nextPart(rest)
	}
	checkConversion(written.conversion)
	if strings.Contains(written.specification, "{") {
		scan(written.specification, nested-1, func(string, int) {}, func(inner field, _, _ int) { f.names(inner, nested-1, names) })
		return
	}
	s := parseSpec(written.specification, "")
	f.m.Spend(s.width + max(s.precision, 0))
}

// Format is text.format(…). escaped says that the text is Markup.
func Format(m *Meter, text string, args Args, escaped bool) string {
	f := &formatter{m: m, escaped: escaped}
	f.lookup = func(name string) Value {
		if n, err := strconv.Atoi(name); err == nil && name[0] != '-' && name[0] != '+' {
			if n >= len(args.Pos) {
				Raise(IndexError, "Replacement index %d out of range for positional args tuple", n)
			}
			return args.Pos[n]
		}
		found, ok := args.Keyword(name)
		if !ok {
			RaiseValue(KeyError, "no such name", "%s", Quoted(name))
		}
		return found
	}
	return f.run(text, 2)
}

func formatMap(m *Meter, text string, mapping Value, escaped bool) string {
	f := &formatter{m: m, escaped: escaped}
	f.lookup = func(name string) Value {
		if name == "" || name[0] >= '0' && name[0] <= '9' {
			Raise(ValueError, "Format string contains positional fields")
		}
		return mustItem(m, mapping, name)
	}
	return f.run(text, 2)
}

// mustItem is v[k], with Python's errors.
func mustItem(m *Meter, v Value, k Value) Value {
	failIfUndefined(m, v)
	if found, ok := Lookup(m, v, k); ok {
		return found
	}
	_, isNumber := whole(k)
	switch v.(type) {
	case *Dict:
		keyOf(k)
		RaiseValue(KeyError, "no such key", "%s", Repr(m, k))
	case string, Markup:
		if !isNumber {
			Raise(TypeError, "string indices must be integers, not '%s'", TypeName(k))
		}
		Raise(IndexError, "string index out of range")
	case *List, *Tuple, Range:
		if !isNumber {
			Raise(TypeError, "%s indices must be integers or slices, not %s", TypeName(v), TypeName(k))
		}
		if _, isRange := v.(Range); isRange {
			Raise(IndexError, "range object index out of range")
		}
		Raise(IndexError, "%s index out of range", TypeName(v))
	}
	Raise(TypeError, "'%s' object is not subscriptable", TypeName(v))
	return nil
}

type formatter struct {
	m       *Meter
	lookup  func(name string) Value
	auto    int  // fields without a name so far
	manual  bool // there are fields with a number
	escaped bool
}

// run writes a text; nested is how deep fields may stand in specifications.
func (f *formatter) run(text string, nested int) string {
	var b strings.Builder
	write := func(part string, _ int) {
		f.m.Spend(len(part))
		b.WriteString(part)
	}
	scan(text, nested, write, func(found field, from, _ int) { write(f.field(found, nested), from) })
	return b.String()
}

// field is what stands in braces.
type field struct{ name, conversion, specification string }

// scan takes a text apart into what is written as it is and fields, with their offsets.
func scan(text string, nested int, literal func(part string, at int), found func(f field, from, to int)) {
	if nested == 0 {
		Raise(ValueError, "Max string recursion exceeded")
	}
	for at := 0; at < len(text); {
		i := strings.IndexAny(text[at:], "{}")
		if i < 0 {
			literal(text[at:], at)
			break
		}
		literal(text[at:at+i], at)
		at += i
		brace, rest := text[at], text[at+1:]
		switch {
		case rest != "" && rest[0] == brace:
			literal(string(brace), at)
			at += 2
		case brace == '}':
			Raise(ValueError, "Single '}' encountered in format string")
		case rest == "":
			Raise(ValueError, "Single '{' encountered in format string")
		default:
			f, behind := readField(rest)
			found(f, at, len(text)-len(behind))
			at = len(text) - len(behind)
		}
	}
}

// readField reads a field behind its brace, and gives what follows it.
func readField(text string) (f field, rest string) {
	end := nameEnd(text)
	if end == len(text) {
		Raise(ValueError, "expected '}' before end of string")
	}
	f.name, rest = text[:end], text[end+1:]
	switch text[end] {
	case '{':
		Raise(ValueError, "unexpected '{' in field name")
	case '}':
		return f, rest
	case '!':
		if rest == "" {
			Raise(ValueError, "end of string while looking for conversion specifier")
		}
		_, size := utf8.DecodeRuneInString(rest)
		f.conversion, rest = rest[:size], rest[size:]
		if strings.HasPrefix(rest, "}") {
			return f, rest[1:]
		}
		if rest != "" && rest[0] != ':' {
			Raise(ValueError, "expected ':' after conversion specifier")
		}
		rest = strings.TrimPrefix(rest, ":")
	}
	for i, open := 0, 1; i < len(rest); i++ {
		switch rest[i] {
		case '{':
			open++
		case '}':
			if open--; open == 0 {
				f.specification = rest[:i]
				return f, rest[i+1:]
			}
		}
	}
	Raise(ValueError, "unmatched '{' in format spec")
	return f, ""
}

// nameEnd is where the name of a field ends: at a brace, a colon or an exclamation mark that is not in brackets.
func nameEnd(text string) int {
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '{', '}', ':', '!':
			return i
		case '[':
			end := strings.IndexByte(text[i:], ']')
			if end < 0 {
				return len(text)
			}
			i += end
		}
	}
	return len(text)
}

// field writes a field.
func (f *formatter) field(written field, nested int) string {
	v := f.value(written.name)
	switch written.conversion {
	case "":
	case "s":
		v = Str(f.m, v)
	case "r":
		v = Repr(f.m, v)
	case "a":
		v = ascii(Repr(f.m, v))
	default:
		checkConversion(written.conversion)
	}
	specification := written.specification
	if strings.Contains(specification, "{") {
		specification = f.run(specification, nested-1)
	}
	text := FormatValue(f.m, v, specification)
	if _, safe := v.(Markup); f.escaped && !(safe && specification == "") {
		text = Escape(text)
	}
	return text
}

func checkConversion(conversion string) {
	switch r, _ := utf8.DecodeRuneInString(conversion); {
	case conversion == "" || strings.Contains("sra", conversion):
	case r > 32 && r < 127:
		Raise(ValueError, "Unknown conversion specifier %s", conversion)
	default:
		Raise(ValueError, "Unknown conversion specifier \\x%x", r)
	}
}

// value finds what a field names: an argument, and attributes and items of it.
func (f *formatter) value(name string) Value {
	first, rest := firstName(name)
	v := f.lookup(f.numbered(first))
	for rest != "" {
		var word string
		var isItem bool
		if word, isItem, rest = nextPart(rest); isItem {
			v = f.item(v, word)
		} else {
			v = f.attribute(v, word)
		}
	}
	return v
}

// firstName takes the name of an argument from the name of a field.
func firstName(name string) (first, rest string) {
	if i := strings.IndexAny(name, ".["); i >= 0 {
		return name[:i], name[i:]
	}
	return name, ""
}

// nextPart takes .attribute or [item] from the name of a field.
func nextPart(name string) (word string, isItem bool, rest string) {
	if name[0] == '.' {
		word = name[1:]
		if i := strings.IndexAny(word, ".["); i >= 0 {
			word = word[:i]
		}
		if word == "" {
			Raise(ValueError, "Empty attribute in format string")
		}
		return word, false, name[1+len(word):]
	}
	end := strings.IndexByte(name, ']')
	switch {
	case name[0] != '[':
		Raise(ValueError, "Only '.' or '[' may follow ']' in format field specifier")
	case end < 0:
		Raise(ValueError, "Missing ']' in format string")
	case end == 1:
		Raise(ValueError, "Empty attribute in format string")
	}
	return name[1:end], true, name[end+1:]
}

// numbered gives a field without a name its number.
func (f *formatter) numbered(name string) string {
	isNumber := name != "" && strings.Trim(name, "0123456789") == ""
	switch {
	case name == "" && f.manual:
		Raise(ValueError, "cannot switch from manual field specification to automatic field numbering")
	case isNumber && f.auto > 0:
		Raise(ValueError, "cannot switch from automatic field numbering to manual field specification")
	case name == "":
		f.auto++
		return itoa(f.auto - 1)
	}
	f.manual = f.manual || isNumber
	return name
}

func (f *formatter) attribute(v Value, name string) Value {
	found, ok := Attr(f.m, v, name)
	if !ok {
		RaiseValue(AttributeError, "no such attribute", "'%s' object has no attribute %s", TypeName(v), Quoted(name))
	}
	return found
}

func (f *formatter) item(v Value, name string) Value {
	if strings.Trim(name, "0123456789") == "" {
		n, err := strconv.Atoi(name)
		if err != nil {
			Raise(ValueError, "Too many decimal digits in format string")
		}
		return mustItem(f.m, v, int64(n))
	}
	return mustItem(f.m, v, name)
}
