package python

import (
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Piece is a part of a formatted text: what a field wrote, or what stands between fields.
type Piece struct {
	IsField bool
	Name    string // of the argument that the field is about
	Text    string
}

// FormatPieces is text.format(**values) in pieces, values being what lookup gives for the names in it.
func FormatPieces(m *Meter, text string, lookup func(name string) Value) []Piece {
	f := &formatter{m: m, lookup: lookup}
	var pieces []Piece
	var between strings.Builder
	end := func() {
		if between.Len() > 0 {
			pieces = append(pieces, Piece{Text: between.String()})
		}
		between.Reset()
	}
	scan(text, 2, func(literal string) {
		m.Spend(len(literal))
		between.WriteString(literal)
	}, func(field string) {
		end()
		name, _, _ := f.parts(field)
		first, _ := firstName(name)
		written := f.field(field, 2)
		m.Spend(len(written))
		pieces = append(pieces, Piece{IsField: true, Name: first, Text: written})
	})
	end()
	return pieces
}

// FieldNames gives what the fields of a text name, those in their specifications too: names of arguments, and numbers. It fails where Format fails
// whatever the arguments are.
func FieldNames(m *Meter, text string) []string {
	var names []string
	f := &formatter{m: m}
	f.names(text, 2, func(name string) { names = append(names, name) })
	return names
}

func (f *formatter) names(text string, nested int, found func(name string)) {
	scan(text, nested, func(string) {}, func(field string) {
		name, conversion, specification := f.parts(field)
		first, rest := firstName(name)
		found(f.numbered(first))
		for rest != "" {
			_, _, rest = nextPart(rest)
		}
		checkConversion(conversion)
		if strings.ContainsAny(specification, "{}") {
			f.names(specification, nested-1, found)
		} else {
			s := parseSpec(specification, "str")
			f.m.Spend(s.width + max(s.precision, 0))
		}
	})
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
	write := func(part string) {
		f.m.Spend(len(part))
		b.WriteString(part)
	}
	scan(text, nested, write, func(field string) { write(f.field(field, nested)) })
	return b.String()
}

// scan takes a text apart into what is written as it is and fields, given without their braces.
func scan(text string, nested int, literal, field func(part string)) {
	if nested == 0 {
		Raise(ValueError, "Max string recursion exceeded")
	}
	for text != "" {
		i := strings.IndexAny(text, "{}")
		if i < 0 {
			literal(text)
			break
		}
		literal(text[:i])
		brace := text[i]
		text = text[i+1:]
		switch {
		case text != "" && text[0] == brace:
			literal(string(brace))
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
			field(text[:end])
			text = text[end+1:]
		}
	}
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
		checkConversion(conversion)
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

func checkConversion(conversion string) {
	if conversion != "" && !strings.Contains("sra", conversion) {
		Raise(ValueError, "Unknown conversion specifier %s", conversion)
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
