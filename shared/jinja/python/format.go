package python

import (
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

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
	if nested == 0 {
		Raise(ValueError, "Max string recursion exceeded")
	}
	var b strings.Builder
	write := func(part string) {
		f.m.Spend(len(part))
		b.WriteString(part)
	}
	for text != "" {
		i := strings.IndexAny(text, "{}")
		if i < 0 {
			write(text)
			break
		}
		write(text[:i])
		brace := text[i]
		text = text[i+1:]
		switch {
		case text != "" && text[0] == brace:
			write(string(brace))
			text = text[1:]
		case brace == '}':
			Raise(ValueError, "Single '}' encountered in format string")
		case text == "":
			Raise(ValueError, "Single '{' encountered in format string")
		default:
			end := fieldEnd(text)
			if end < 0 {
				Raise(ValueError, "expected '}' before end of string")
			}
			write(f.field(text[:end], nested))
			text = text[end+1:]
		}
	}
	return b.String()
}

// fieldEnd is the offset of the brace that closes a field, -1 where there is none.
func fieldEnd(text string) int {
	open, bracket := 1, false
	for i := range len(text) {
		switch c := text[i]; {
		case bracket:
			bracket = c != ']'
		case c == '[' && open == 1 && !strings.ContainsAny(text[:i], ":!"):
			bracket = true
		case c == '{':
			open++
		case c == '}':
			if open--; open == 0 {
				return i
			}
		}
	}
	return -1
}

// field writes one field, given without its braces.
func (f *formatter) field(field string, nested int) string {
	name, conversion, specification := f.parts(field)
	v := f.value(name)
	switch conversion {
	case "":
	case "s":
		v = Str(f.m, v)
	case "r":
		v = Repr(f.m, v)
	case "a":
		v = ascii(Repr(f.m, v))
	default:
		Raise(ValueError, "Unknown conversion specifier %s", conversion)
	}
	if strings.ContainsAny(specification, "{}") {
		specification = f.run(specification, nested-1)
	}
	text := FormatValue(f.m, v, specification)
	if _, safe := v.(Markup); f.escaped && !(safe && specification == "") {
		text = Escape(text)
	}
	return text
}

// parts takes a field apart.
func (f *formatter) parts(field string) (name, conversion, specification string) {
	end := len(field)
	for i, bracket := 0, false; i < len(field) && end == len(field); i++ {
		switch c := field[i]; {
		case bracket:
			bracket = c != ']'
		case c == '[':
			bracket = true
		case c == '{':
			Raise(ValueError, "unexpected '{' in field name")
		case c == ':' || c == '!':
			end = i
		}
	}
	name = field[:end]
	rest := field[end:]
	if strings.HasPrefix(rest, "!") {
		if len(rest) < 2 {
			Raise(ValueError, "end of string while looking for conversion specifier")
		}
		conversion, rest = rest[1:2], rest[2:]
		if rest != "" && rest[0] != ':' {
			Raise(ValueError, "expected ':' after conversion specifier")
		}
	}
	return name, conversion, strings.TrimPrefix(rest, ":")
}

// value finds what a field names: an argument, and attributes and items of it.
func (f *formatter) value(name string) Value {
	first := name
	if i := strings.IndexAny(name, ".["); i >= 0 {
		first = name[:i]
	}
	rest := name[len(first):]
	v := f.lookup(f.numbered(first))
	for rest != "" {
		if rest[0] == '.' {
			word := rest[1:]
			if i := strings.IndexAny(word, ".["); i >= 0 {
				word = word[:i]
			}
			rest = rest[1+len(word):]
			v = f.attribute(v, word)
			continue
		}
		end := strings.IndexByte(rest, ']')
		switch {
		case rest[0] != '[':
			Raise(ValueError, "Only '.' or '[' may follow ']' in format field specifier")
		case end < 0:
			Raise(ValueError, "Missing ']' in format string")
		case end == 1:
			Raise(ValueError, "Empty attribute in format string")
		}
		v = f.item(v, rest[1:end])
		rest = rest[end+1:]
	}
	return v
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
	if name == "" {
		Raise(ValueError, "Empty attribute in format string")
	}
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
