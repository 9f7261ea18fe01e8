package jsonata

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// expressionGenerator makes expressions that mostly make sense, over documents of a known shape.
type expressionGenerator struct{ *rand.Rand }

func (g *expressionGenerator) one(options ...string) string { return options[g.IntN(len(options))] }

// document makes {a: [items], o: object, n: number, s: text, l: numbers, t: texts, m: matrix …}, with parts missing now and then.
func (g *expressionGenerator) document() any {
	o := NewObject()
	add := func(key string, value any) {
		if g.IntN(12) > 0 {
			o.Set(key, value)
		}
	}
	add("a", g.items(g.IntN(6)))
	add("o", g.item(0))
	add("n", g.number())
	add("s", g.text())
	add("l", g.list(func() any { return g.number() }))
	add("t", g.list(func() any { return g.text() }))
	add("m", []any{[]any{1.0, 2.0}, []any{}, []any{3.0, []any{4.0}}})
	add("e", []any{})
	add("z", nil)
	add("b", g.IntN(2) == 0)
	if g.IntN(15) == 0 {
		return []any{o, g.item(1)}
	}
	return o
}

func (g *expressionGenerator) list(make func() any) any {
	items := []any{}
	for range g.IntN(5) {
		items = append(items, make())
	}
	return items
}

func (g *expressionGenerator) items(n int) any {
	items := []any{}
	for i := range n {
		items = append(items, g.item(i))
	}
	if n == 1 && g.IntN(2) == 0 {
		return items[0]
	}
	return items
}

func (g *expressionGenerator) item(i int) any {
	o := NewObject()
	o.Set("id", float64(i))
	if g.IntN(8) > 0 {
		o.Set("n", g.number())
	}
	if g.IntN(8) > 0 {
		o.Set("s", g.text())
	}
	if g.IntN(3) == 0 {
		o.Set("c", g.items(g.IntN(3)))
	}
	if g.IntN(3) == 0 {
		o.Set("l", g.list(func() any { return g.number() }))
	}
	if g.IntN(10) == 0 {
		o.Set("x", nil)
	}
	return o
}

func (g *expressionGenerator) number() float64 {
	return []float64{0, 1, 2, 3, -1, 10, 2.5, -7.25, 0.1, 1e6, 123456.789, 1e21, 1e-7, 99999999999, 0.30000000000000004}[g.IntN(15)]
}

func (g *expressionGenerator) text() string {
	return g.one("", "a", "b", "abc", "Hello World", "x-y-z", "été", "😀 ok", "v12", "2018-03-04", "one, two", " pad ", "A&B=c d", "a.b")
}

// statement makes a whole expression, perhaps a block with variables.
func (g *expressionGenerator) statement() string {
	switch g.IntN(11) {
	case 6, 7:
		return g.picture()
	case 8, 9, 10:
		return g.corner()
	case 0:
		return fmt.Sprintf("($v := %s; $w := %s; %s)", g.any(2), g.any(2), g.any(3))
	case 1:
		return fmt.Sprintf("($f := function($p, $q){%s}; %s)", g.inFunction(), g.one("$f(n, s)", "$map(a, $f)", "a.$f(id, $)", "$f(l, 2)", "$reduce(l, $f)", "$f(?, 1)(n)"))
	}
	return g.any(4)
}

func (g *expressionGenerator) inFunction() string {
	return g.one("$p", "$q", "[$p, $q]", "{'p': $p, 'q': $q}", "$p & '-' & $q", "$string($p)", "$count($p)", "$exists($q) ? $p : $q", "$p ~> $string", "$q > 0 ? $q : $p",
		"$type($p)", "$p = $q", "$p + $q", "$append($p, $q)", "($z := $p; $z)", "function(){$p}()", "$filter([$p], function($y){$y = $p})")
}

func (g *expressionGenerator) any(depth int) string {
	if depth <= 0 {
		return g.leaf()
	}
	switch g.IntN(14) {
	case 0, 1, 2:
		return g.path(depth)
	case 3:
		return g.arithmetic(depth)
	case 4:
		return g.condition(depth)
	case 5:
		return g.any(depth-1) + " & " + g.any(depth-1)
	case 6:
		return g.condition(depth) + " ? " + g.any(depth-1) + g.one("", " : "+g.any(depth-1))
	case 7:
		return g.array(depth)
	case 8:
		return g.object(depth)
	case 9, 10:
		return g.call(depth)
	case 11:
		return g.higher(depth)
	case 12:
		return g.special(depth)
	}
	return g.leaf()
}

func (g *expressionGenerator) leaf() string {
	return g.one("1", "0", "2", "-3", "1.5", "'a'", "'b'", "''", "true", "false", "null", "a", "o", "n", "s", "l", "t", "m", "e", "z", "b", "missing", "$", "$v", "$w", "a.n", "a.s", "o.n",
		"a.id", "a.c", "o.c.n", "l[0]", "a[0]", "a[-1].id", "*", "**.n", "$$.n", "$$.a", "a.l", "[]", "{}", "o.s")
}

func (g *expressionGenerator) field() string { return g.one("id", "n", "s", "c", "l", "x", "nope") }

func (g *expressionGenerator) path(depth int) string {
	p := g.one("a", "a", "a", "o", "$", "$$", "m", "l", "t", "*", "**", "$v", "[a, o]", "(a; o)", "$.a", "a[]", "$$.a")
	for range g.IntN(3) + 1 {
		p += g.step(depth - 1)
	}
	return p
}

func (g *expressionGenerator) step(depth int) string {
	switch g.IntN(16) {
	case 0, 1, 2, 3:
		return "." + g.field()
	case 4:
		return "[" + g.one("0", "-1", "1", "5", "[0, 1]", "[-1]", "0.7", "$", "true", "false", "'x'", "n", "l") + "]"
	case 5, 6:
		return "[" + g.predicate(depth) + "]"
	case 7:
		return ".(" + g.inItem(depth) + ")"
	case 8:
		return "." + g.object1(depth)
	case 9:
		return ".[" + g.inItem(depth) + g.one("", ", "+g.inItem(depth)) + "]"
	case 10:
		return "^(" + g.one("", ">", "<") + g.one("id", "n", "s", "$string(n)", "n, s", "s, >n", "$", "c") + ")"
	case 11:
		return "{" + g.one("s", "'k' & id", "'k'", "n", "$type(n)") + ": " + g.one("id", "$", "$count($)", "n", "$sum(n)", "s", "[id]") + "}"
	case 12:
		return g.one("#$i.{'i': $i, 'v': id}", "#$i[$i > 0].id", "@$p.{'p': $p.id, 'n': $$.n}", ".c@$p.{'q': $p.id}", "@$p#$i.[$i, $p.id]", "#$i.c.{'i': $i, 'id': id}", "@$x.$$.l@$y[$y = $x.id].[$x.id, $y]")
	case 13:
		return g.one(".c.%.id", ".c.id.%.%.id", ".n.%.s", ".c.{'up': %.id, 'me': id}", ".c[%.id = 0].id", ".l.%.id", ".(c.%.id)", ".c.(%.id)", ".c^(%.id).id", ".c.n.%.%.%.s", ".c{'k' & id: %.id}")
	case 14:
		return g.one("[]", ".*", ".**", ".*[0]", ".c[]", ".id[]", ".$", ".$string()", ".n.$string($)", ".'s'", ".$.s")
	}
	return g.one(".$sum(l)", ".$count(c)", ".$keys($)", ".($v := id; $v)", ".$f", ".$exists(x)", ".$lookup($, 's')", ".$boolean(n)", ".$not(c)", ".(c)[0]", ".c.n", ".c.c.id")
}

func (g *expressionGenerator) predicate(depth int) string {
	return g.one("id > 0", "n > 1", "s = 'a'", "n", "c", "l", "$exists(n)", "id in [0, 2]", "n > 1 and s != ''", "s in $$.t", "$ != null", "id = $count($$.a)", "c.id = 0", "l[0] > 1", "$not(x)", "n < s", "$.id < 2",
		"id % 2 = 0", "$boolean(s)", "%.n", "$contains(s, 'a')", "$v = id", g.condition(depth-1))
}

func (g *expressionGenerator) inItem(depth int) string {
	if depth <= 0 {
		return g.one("id", "n", "s", "$", "c", "n * 2", "s & '!'", "$string(n)", "{'x': n}", "[id, n]", "$count(c)", "id = 1 ? n", "c.n", "l")
	}
	return g.any(depth - 1)
}

func (g *expressionGenerator) arithmetic(depth int) string {
	return g.numeric(depth-1) + g.one(" + ", " - ", " * ", " / ", " % ") + g.numeric(depth-1)
}

func (g *expressionGenerator) numeric(depth int) string {
	if depth > 0 && g.IntN(3) == 0 {
		return "(" + g.arithmetic(depth) + ")"
	}
	return g.one("n", "o.n", "1", "2.5", "-3", "0.1", "$sum(l)", "$count(a)", "l[0]", "a[0].n", "7", "0", "1e300", "missing", "$number('12')", "$length(s)", "s", "-n", "$max(l)", g.leaf())
}

func (g *expressionGenerator) condition(depth int) string {
	return g.any(depth-2) + g.one(" = ", " != ", " < ", " <= ", " > ", " >= ", " and ", " or ", " in ") + g.any(depth-2)
}

func (g *expressionGenerator) array(depth int) string {
	var items []string
	for range g.IntN(4) {
		items = append(items, g.one(g.any(depth-1), g.one("1..3", "0..$count(a)", "$count(l)..2", "-1..1", "n..3", "3..$min([n, 40])")))
	}
	return "[" + strings.Join(items, ", ") + "]" + g.one("", "", "", "[0]", "[]", "[$ > 1]", "[[0..1]]")
}

func (g *expressionGenerator) object(depth int) string {
	var pairs []string
	for i := range g.IntN(4) {
		pairs = append(pairs, g.one(fmt.Sprintf("'k%d'", i), fmt.Sprintf("'k%d'", i), "s", "'k' & n", "'k0'", "missing", "n")+": "+g.any(depth-1))
	}
	return "{" + strings.Join(pairs, ", ") + "}" + g.one("", "", "", ".k0", ".*", "[0]", "{'g': $}")
}

func (g *expressionGenerator) object1(depth int) string {
	return "{'i': id, " + g.one("'v': ", "s: ") + g.inItem(depth-1) + "}"
}
