package python

import (
	"math/big"
	"strings"
	"unicode/utf8"
)

// Percent is text % args. escaped says that the text is Markup, and what is put into it is made safe.
func Percent(m *Meter, text string, args Value, escaped bool) string {
	p := &percent{m: m, text: text, escaped: escaped}
	switch of := args.(type) {
	case *Tuple:
		p.args = of.Items
	case *Dict, *List, Range, Bytes, *Undefined:
		p.args, p.mapping = []Value{args}, args
	default:
		p.args = []Value{args}
	}
	p.run()
	if p.used < len(p.args) && p.mapping == nil {
		Raise(TypeError, "not all arguments converted during string formatting")
	}
	return p.b.String()
}

type percent struct {
	m       *Meter
	text    string
	at      int
	args    []Value
	used    int
	mapping Value // what %(name)s looks into, or nil
	escaped bool
	b       strings.Builder
}

// conversion is one %….
type conversion struct {
	flags     string
	width     int
	precision int // -1 where there is none
	kind      rune
}

func (p *percent) run() {
	for p.at < len(p.text) {
		i := strings.IndexByte(p.text[p.at:], '%')
		if i < 0 {
			i = len(p.text) - p.at
		}
		p.write(p.text[p.at : p.at+i])
		if p.at += i; p.at < len(p.text) {
			p.at++
			p.one()
		}
	}
}

func (p *percent) write(text string) {
	p.m.Spend(len(text))
	p.b.WriteString(text)
}

func (p *percent) next() Value {
	if p.used >= len(p.args) {
		Raise(TypeError, "not enough arguments for format string")
	}
	p.used++
	return p.args[p.used-1]
}

// peek gives the character that comes next, 0 at the end.
func (p *percent) peek() byte {
	if p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

func (p *percent) one() {
	var named Value
	isNamed := p.peek() == '('
	if isNamed {
		named = p.named()
	}
	if p.peek() == '%' && !isNamed {
		p.at++
		p.write("%")
		return
	}
	c := conversion{precision: -1}
	for p.peek() != 0 && strings.IndexByte("-+ #0", p.peek()) >= 0 {
		c.flags += string(p.peek())
		p.at++
	}
	c.width = p.size()
	if c.width < 0 {
		c.flags, c.width = c.flags+"-", -c.width
	}
	if p.peek() == '.' {
		p.at++
		c.precision = max(p.size(), 0)
	}
	if p.peek() != 0 && strings.IndexByte("hlL", p.peek()) >= 0 {
		p.at++
	}
	if p.at >= len(p.text) {
		Raise(ValueError, "incomplete format")
	}
	kind, size := utf8.DecodeRuneInString(p.text[p.at:])
	c.kind = kind
	p.at += size
	if !isNamed {
		named = p.next()
	}
	p.convert(c, named)
}

// named gives the value of %(name).
func (p *percent) named() Value {
	if p.mapping == nil {
		Raise(TypeError, "format requires a mapping")
	}
	start, open := p.at+1, 1
	for p.at++; p.at < len(p.text); p.at++ {
		switch p.text[p.at] {
		case '(':
			open++
		case ')':
			open--
		}
		if open == 0 {
			p.at++
			p.used = len(p.args)
			return mustItem(p.m, p.mapping, p.text[start:p.at-1])
		}
	}
	Raise(ValueError, "incomplete format key")
	return nil
}

// size reads a number, or takes it from the arguments.
func (p *percent) size() int {
	const most = 1 << 31
	if p.peek() == '*' {
		p.at++
		v := p.next()
		n, ok := whole(v)
		if !ok {
			Raise(TypeError, "* wants int")
		}
		return sliceIndex(Int(n), 0)
	}
	n := 0
	for ; p.peek() >= '0' && p.peek() <= '9'; p.at++ {
		if n = n*10 + int(p.peek()-'0'); n >= most {
			Raise(ValueError, "width or precision too big")
		}
	}
	return n
}

func (p *percent) convert(c conversion, v Value) {
	switch c.kind {
	case 's', 'r', 'a':
		text := Str(p.m, v)
		if c.kind != 's' {
			text = Repr(p.m, v)
		}
		if c.kind == 'a' {
			text = ascii(text)
		}
		if n := utf8.RuneCountInString(text); c.precision >= 0 && c.precision < n {
			text = slice(text, 0, c.precision)
		}
		if _, safe := v.(Markup); p.escaped && !(safe && c.kind == 's') {
			text = Escape(text)
		}
		p.pad(c, "", text)
	case 'c':
		p.pad(c, "", character(v))
	case 'd', 'i', 'u', 'o', 'x', 'X':
		p.integer(c, v)
	case 'e', 'E', 'f', 'F', 'g', 'G':
		f, ok := toFloat(v)
		if !ok {
			failIfUndefined(p.m, v)
			Raise(TypeError, "must be real number, not %s", TypeName(v))
		}
		p.float(c, f)
	default:
		Raise(ValueError, "unsupported format character '%c' (0x%x) at index %d", c.kind, c.kind, utf8.RuneCountInString(p.text[:p.at])-1)
	}
}

// ascii escapes what is not ASCII in a repr.
func ascii(text string) string {
	var b strings.Builder
	for _, r := range text {
		if r < utf8.RuneSelf {
			b.WriteRune(r)
			continue
		}
		b.WriteString(escaped(r))
	}
	return b.String()
}

func character(v Value) string {
	if text, ok := Text(v); ok && utf8.RuneCountInString(text) == 1 {
		return text
	}
	n, ok := whole(v)
	if !ok {
		Raise(TypeError, "%%c requires int or char")
	}
	if !n.IsInt64() || n.Int64() < 0 || n.Int64() > utf8.MaxRune {
		Raise(OverflowError, "%%c arg not in range(0x110000)")
	}
	return string(rune(n.Int64()))
}

func (p *percent) integer(c conversion, v Value) {
	n, ok := whole(v)
	if f, isFloat := v.(float64); isFloat && strings.ContainsRune("diu", c.kind) {
		n, ok = bigOf(ToInt(p.m, f, 10)), true
	}
	if !ok {
		if strings.ContainsRune("diu", c.kind) {
			failIfUndefined(p.m, v)
			Raise(TypeError, "%%%c format: a real number is required, not %s", c.kind, TypeName(v))
		}
		Raise(TypeError, "%%%c format: an integer is required, not %s", c.kind, TypeName(v))
	}
	digits := inBase(p.m, new(big.Int).Abs(n), byte(c.kind))
	if missing := c.precision - len(digits); missing > 0 {
		p.m.Spend(missing)
		digits = strings.Repeat("0", missing) + digits
	}
	prefix := signOf(n.Sign() < 0, p.sign(c))
	if strings.Contains(c.flags, "#") && strings.ContainsRune("oxX", c.kind) {
		prefix += "0" + string(c.kind)
	}
	p.pad(c, prefix, digits)
}

func bigOf(v Value) *big.Int {
	n, _ := whole(v)
	return n
}

func (p *percent) sign(c conversion) byte {
	switch {
	case strings.Contains(c.flags, "+"):
		return '+'
	case strings.Contains(c.flags, " "):
		return ' '
	}
	return 0
}

func (p *percent) float(c conversion, f float64) {
	precision := c.precision
	if precision < 0 {
		precision = 6
	}
	negative := f < 0 || f == 0 && 1/f < 0
	if negative {
		f = -f
	}
	p.pad(c, signOf(negative, p.sign(c)), digitsOf(p.m, f, byte(c.kind), precision, strings.Contains(c.flags, "#")))
}

// pad writes a text as wide as the conversion asks for.
func (p *percent) pad(c conversion, prefix, text string) {
	missing := c.width - utf8.RuneCountInString(prefix) - utf8.RuneCountInString(text)
	p.m.Spend(max(missing, 0))
	filler := strings.Repeat(" ", max(missing, 0))
	switch {
	case strings.Contains(c.flags, "-"):
		p.write(prefix + text + filler)
	case strings.Contains(c.flags, "0") && strings.ContainsRune("diuoxXeEfFgG", c.kind):
		p.write(prefix + strings.Repeat("0", max(missing, 0)) + text)
	default:
		p.write(filler + prefix + text)
	}
}
