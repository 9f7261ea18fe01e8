package jsonata

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// corner makes what implementations are known to get wrong.
func (g *expressionGenerator) corner() string {
	switch g.IntN(9) {
	case 0:
		return g.recursion()
	case 1:
		return g.evaluation()
	case 2:
		return g.wildcards()
	case 3:
		return g.signed()
	case 4:
		return g.nothingArguments()
	case 5:
		return g.chain()
	case 6:
		return g.largeNumbers()
	case 7:
		return g.rootTransform()
	}
	return g.timestamp()
}

// recursion makes a function that calls itself through a library function, a few levels deep.
func (g *expressionGenerator) recursion() string {
	again := g.one("$map([$x + 1, $x + 2], $f)", "$map([$x + 1], $f)[]", "$filter([$x + 1, 'x'], $f)", "$reduce([$x + 1, 2], $f)", "$each({'a': $x + 1}, $f)",
		"$sift({'a': $x + 1}, $f)", "$single([$x + 1], $f)", "$sort([$x + 1, $x + 2], $f)", "$replace('ab', /a|b/, function($m){$string($f($x + 1))})",
		"($x + 1) ~> $f", "$x + 1 ~> $f", "{'n': $f($x + 1)}", "[$f($x + 1)]", "[$x + 1].$f($)", "$f($x + 1) & ''", "($f ~> $string)($x + 1)", "$map([$x + 1], function($v){$f($v)})",
		"$match('a', function($s){$x > 2 ? nothing : $f($x + 1)})", "$f(?)($x + 1)", "{'k': $x + 1} ~> |$|{'k': $f(k)}|", "[$x + 1]^($f($))", "[$x + 1][$f($)]")
	end := g.one("$x", "[$x]", "{'x': $x}", "nothing", "$x & '!'", "null", "true")
	parameters := g.one("$x", "$x", "$x, $y", "$x, $y, $z")
	body := fmt.Sprintf("$type($x) != 'number' or $x > %d ? %s : %s", g.IntN(3)+1, end, again)
	return fmt.Sprintf("($f := function(%s){%s}; %s)", parameters, body, g.one("$f(0)", "$map([0, 1], $f)", "0 ~> $f", "[$f(0), $f(1)]", "l.$f($)"))
}

// rootTransform makes transforms that name the original of what they copy.
func (g *expressionGenerator) rootTransform() string {
	value := g.one("$$", "$", "o", "a", "$v", "a[0]", "{'k': o}", "[o, a]", "$$.o")
	pattern := g.one("$$", "$$", "$v", "$v", "$$.a", "$$.o", "$", "**", "*", "($$)", "$v.c", "[$, $$]", "(o; $v)", "a[0]", "$append($, $v)")
	update := g.one("{'u': 1}", "{'u': $$.n}", "{'u': $}", "{'n': $v.n}", "{'c': $v}", "{}", "$v", "{'u': [$, $]}", "{'id': id + 1}", "{'s': $string($)}")
	remove := g.one("", "", ", 'n'", ", ['s', 'id']", ", 'u'", ", $keys($)", ", nothing")
	return fmt.Sprintf("($v := %s; $t := %s ~> |%s|%s%s|; %s)", g.one("o", "a", "a[0]", "$$", "{'c': {'d': 1}}", "l"), value, pattern, update, remove,
		g.one("$t", "$t", "[$v]", "$$", "{'v': $v, 't': $t}", "$t ~> |$|{'w': 1}|", "$count($t.*)"))
}

// wildcards makes wildcards that stand alone or begin something.
func (g *expressionGenerator) wildcards() string {
	w := g.one("*", "**", "*", "**", "%", "o.*", "a.*", "o.**", "$.*", "$$.**", "(*)", "(**)", "[*]", "[**]", "*.*", "**.*", "m.*", "e.*", "z.*", "b.*", "$$")
	for range g.IntN(3) {
		w += g.one("[]", "[]", "[0]", "[-1]", "[[0, 1]]", "[$]", "[true]", "[n]", "[$type($) = 'number']", "^($)", "{$type($): $}", "{'k': $}", "#$i", "@$x", "#$i.$i", "@$x.$x", ".*", ".**", ".n", ".$", ".[$]", "[*]", "[**]")
	}
	return g.one(w, w, w, "$count("+w+")", "$type("+w+")", "["+w+"]", "{'w': "+w+"}", w+" ~> $string", w+" = "+w, "("+w+")[]", "$map("+w+", function($v){$v})", "$exists("+w+")", w+" & ''", "($w := "+w+"; $w)")
}

// signed calls functions whose signatures have optional parameters in all places.
func (g *expressionGenerator) signed() string {
	signature, names := "", []string{}
	for i := range g.IntN(4) + 1 {
		kind := g.one("s", "n", "b", "o", "a", "f", "j", "x", "l", "(sn)", "(ao)", "a<s>", "a<n>", "f<n:n>")
		signature += kind + g.one("", "", "?", "?", "-", "+", "-?")
		names = append(names, "$"+string(rune('p'+i)))
	}
	body := g.one("["+strings.Join(names, ", ")+"]", "["+strings.Join(names, ", ")+"]", names[0], names[len(names)-1], "$type("+names[0]+")", "{'p': "+names[0]+"}", "$count("+names[0]+")")
	f := fmt.Sprintf("function(%s)<%s%s>{%s}", strings.Join(names, ", "), signature, g.one("", ":x", ":s", ":a<n>"), body)
	var args []string
	for range g.IntN(len(names) + 2) {
		args = append(args, g.one("'x'", "1", "true", "{'k': 1}", "[1, 2]", "['a']", "[]", "$sum", "nothing", "null", "s", "n", "a", "o", "function(){1}", "?"))
	}
	list := strings.Join(args, ", ")
	return g.one(f+"("+list+")", "s.("+f+"("+list+"))", "n.("+f+"("+list+"))", "($f := "+f+"; $f("+list+"))", "($f := "+f+"; o.$f("+list+"))", "n ~> "+f+"("+list+")", "$map([1, 's', []], "+f+")", "s ~> "+f)
}

// nothingArguments calls library functions with arguments of which some are nothing.
func (g *expressionGenerator) nothingArguments() string {
	name, kinds, _ := strings.Cut(callTable[g.IntN(len(callTable))], ":")
	var args []string
	for i := range len(kinds) {
		if g.IntN(2) == 0 {
			args = append(args, g.one("nothing", "nothing", "nothing", "null", "()", "$nothing", "[nothing]", "o.nothing", "(nothing)"))
		} else {
			args = append(args, g.argument(kinds[i]&^0x20, 1))
		}
	}
	call := "$" + name + "(" + strings.Join(args[:len(args)-g.IntN(2)], ", ") + ")"
	return g.one(call, call, "s."+call, "nothing."+call, "nothing ~> $"+name, "o."+call, "["+call+"]", "$type("+call+")", "nothing ~> $"+name+"("+strings.Join(args[1:], ", ")+")")
}

// chain makes an expression that is up to 100 levels deep or long.
func (g *expressionGenerator) chain() string {
	n := g.IntN(8) + 1
	if g.IntN(4) == 0 {
		n = g.IntN(100) + 1
	}
	left := func(first, link string) string { return first + strings.Repeat(link, n) }
	around := func(open, core, close string) string {
		return strings.Repeat(open, n) + core + strings.Repeat(close, n)
	}
	switch g.IntN(14) {
	case 0:
		return left("n", g.one(" + 1", " - 1", " * 2", " / 3", " % 7", " + n", " + missing"))
	case 1:
		return left("s", g.one(" & 'x'", " & s", " & n", " & missing"))
	case 2:
		return left("b", g.one(" and true", " or false", " and b", " or n", " = true", " != b", " in [true]"))
	case 3:
		return around("(", g.leaf(), ")")
	case 4:
		return around("[", g.leaf(), "]")
	case 5:
		return around("{'k': ", g.leaf(), "}")
	case 6:
		return left(g.one("n", "s", "l", "o"), g.one(" ~> $string", " ~> $string()", " ~> $append(1)", " ~> $count", " ~> (function($x){[$x]})"))
	case 7:
		return left("o", g.one(".$", ".($)", ".[$]", ".{'o': $}", ".c", "[0]", "[]", "[true]", ".*"))
	case 8:
		return around("b ? ", g.leaf(), " : 1")
	case 9:
		return around("$string(", g.leaf(), ")")
	case 10:
		return around("-", "n", "")
	case 11:
		return "(" + left("$x := 1; ", "$x := $x + 1; ") + "$x)"
	case 12:
		return around("(function($x){", g.one("$x", "n", "1"), "})(1)")
	}
	return around("$map([1], function($v){", g.one("$v", "n", "1"), "})")
}

// countable is the range between two numbers, or another one where adding 1 changes nothing, so that the reference would count for ever.
func countable(from, to string) string {
	const whole = 1<<53 - 1
	a, errA := strconv.ParseFloat(from, 64)
	b, errB := strconv.ParseFloat(to, 64)
	if errA == nil && errB == nil && a <= b && b-a < 1e7 && math.Abs(b) >= whole {
		return "[1..3]"
	}
	return "[" + from + ".." + to + "]"
}

// largeNumbers makes numbers about 2^53 and 2^63, and at the ends of what a float64 holds.
func (g *expressionGenerator) largeNumbers() string {
	number := func() string {
		return g.one("9007199254740991", "9007199254740992", "9007199254740993", "-9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
			"18446744073709551615", "18446744073709551616", "1234567890123456789", "123456789012345680", "999999999999999", "1e15", "1e16", "1e17", "123456789012345678901", "1e20", "1e21", "1e22",
			"1.7976931348623157e308", "5e-324", "2.2250738585072014e-308", "4503599627370497.5", "0.1", "0.30000000000000004", "1.0", "0.0", "-0.0", "1e-7", "123456789.12345678", "4294967296", "2147483648", "n")
	}
	a, b := number(), number()
	return g.one(a, a+g.one(" + ", " - ", " * ", " / ", " % ", " = ", " != ", " < ", " >= ", " & ", " in ")+b, "$string("+a+")", "["+a+", "+b+"]", "{'k' & "+a+": "+b+"}", "$sum(["+a+", "+b+"])",
		"$max(["+a+", "+b+"])", "$min(["+a+", "+b+"])", "$average(["+a+", "+b+"])", "$abs("+a+")", "$floor("+a+")", "$ceil("+a+")", "$round("+a+g.one("", ", 2", ", -2", ", -15", ", 15")+")", "$sqrt($abs("+a+"))",
		"$power("+a+", "+g.one("2", "0.5", "-1", "3")+")", "$formatBase("+a+", "+g.one("2", "8", "16", "35", "36", "10", "3")+")", "$formatNumber("+a+", "+g.one("'#,##0.00'", "'0'", "'#'", "'0.###############'", "'0%'")+")",
		"$formatInteger("+a+", "+g.one("'0'", "'#,##0'", "'w'", "'a'", "'0;o'")+")", "$number('"+a+"')", "$number($string("+a+"))", "$distinct(["+a+", "+b+", "+a+"])", "$sort(["+a+", "+b+", 1])", "["+a+", "+b+"]^($)",
		"["+a+", "+b+"]^(>$)", "[{'k': "+a+"}, {'k': "+b+"}]{$string(k): $count($)}", "$fromMillis("+a+")", "$boolean("+a+")", "$eval('"+a+"')", "$parseInteger('"+a+"', '0')", countable(a, b), "l["+a+"]", "-"+a, "$substring(s, "+a+")",
		"$pad('x', $length(s))["+a+"]", "$string({'n': "+a+"})", "$clone({'n': "+a+"})", "$join([$string("+a+"), 'x'])", "$split('1,2,3', ',', "+a+")", "$type("+a+")", "$lookup({'"+a+"': 1}, $string("+a+"))")
}

// evaluation uses $eval as a value.
func (g *expressionGenerator) evaluation() string {
	src := g.one("'1 + 1'", "'n'", "'$v'", "'$'", "'a.id'", "'('", "'$sum(l)'", "'$v := 2'", "'1 + \"a\"'", "'$eval(\"n\")'", "s", "missing", "'*'", "'[]'", "'$$'", "'$map(l, $string)'", "'|$|{}|'", "'function($x){$x}'", "''", "'%'")
	return "($v := " + g.one("1", "o", "l") + "; " + g.one(src+" ~> $eval", "$map("+src+", $eval)", "$map(["+src+", "+src+"], $eval)", "$eval("+src+")", "$eval("+src+", "+g.leaf()+")", "o.$eval("+src+")", "("+src+" ~> ($eval ~> $string))",
		"$filter(["+src+"], $eval)", "$each({'k': "+src+"}, $eval)", "$sift({'k': "+src+"}, $eval)", "$reduce(["+src+", 1], $eval)", "$single(["+src+"], $eval)", "$eval(?, {'n': 3})("+src+")", "($e := $eval; $e("+src+"))", "["+src+"].$eval($)",
		"$map([1, 2], function($x){$eval("+src+") & ''})", src+" ~> $eval()", "a.$eval("+src+", $)", "$eval("+src+")[0]", "{'k': $eval("+src+")}", "("+src+" ~> $eval; $v)", "$exists($eval("+src+"))", "[1..3].$eval("+src+")") + ")"
}

// timestamp makes timestamps of which most are malformed.
func (g *expressionGenerator) timestamp() string {
	s := g.one("2018", "0000", "0001", "0031", "0049", "0050", "0099", "1969", "9999", "02018", "+002018", "201", "2018")
	for range g.IntN(4) {
		s += g.one("-", "-", "-", "-", "/", "") + g.one("01", "02", "12", "13", "00", "10", "28", "29", "30", "31", "32", "39", "1", "011")
	}
	for range g.IntN(8) / 3 {
		s += g.one("T", "T", "T", "T", " ", "t") + g.one("00", "12", "23", "24", "29", "1") + ":" + g.one("00", "30", "59", "60") + g.one("", ":00", ":00", ":59", ":60")
	}
	if g.IntN(3) == 0 {
		s += "." + g.one("5", "05", "123", "0", "000", "1234567890123", "00001234567890", "99999", "10", "12", "")
	}
	s += g.one("", "", "Z", "Z", "z", "+01:00", "-01:00", "+0100", "-0010", "+2400", "-23:59", "+2959", "-05:01", " GMT", "Z+01:00")
	call := "$toMillis('" + s + "'" + g.one("", "", "", ", '[Y]-[M]-[D]'", ", '[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01][Z]'", ", '[Y][M01]'", ", '[D1]/[M]/[Y]'", ", '[X]-[W]'", ", '[Y]-[d]'", ", '[Y]-[M]-[D] [z]'") + ")"
	return g.one(call, call, "$fromMillis("+call+")", "$string("+call+")")
}
