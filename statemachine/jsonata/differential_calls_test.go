package jsonata

import "strings"

// strings, numbers and so on make arguments that are right most of the time.
func (g *expressionGenerator) textArgument() string {
	return g.one("s", "'abc'", "o.s", "'Hello World'", "a[0].s", "''", "'😀 ok'", "'x-y-z'", "missing", "$string(n)", "'été'", "n", "t[0]", "a.s", "'2018-03-04'", "null")
}

func (g *expressionGenerator) numberArgument() string {
	return g.one("n", "1", "2", "0", "-1", "o.n", "12.5", "1234.5678", "-3.5", "0.5", "2.5", "l[0]", "missing", "$count(a)", "s", "1e6", "1.45", "99", "10")
}

func (g *expressionGenerator) arrayArgument() string {
	return g.one("a", "l", "t", "m", "e", "a.n", "a.s", "[1, 2, 3]", "['b', 'a']", "[3, 1, 2]", "n", "s", "missing", "a.id", "[a]", "o.l", "a.c", "[1, 'a']", "*", "[1..4]", "[[1], [2]]", "o", "null", "$v", "[1, 1, 2]", "a.l")
}

func (g *expressionGenerator) objectArgument() string {
	return g.one("o", "a[0]", "{'x': 1, 'y': 'z'}", "$", "a", "{}", "missing", "[o, {'w': 2}]", "s", "n")
}

// callTable is functions with the kinds of their arguments; lower case means that it may be left out.
var callTable = strings.Fields(`sum:A count:A max:A min:A average:A string:Xb substring:SNn substringBefore:SS substringAfter:SS lowercase:S uppercase:S length:S trim:S pad:SNs
	contains:ST replace:STRn split:STn match:SEn join:As formatBase:Nr number:X floor:N ceil:N round:Nn abs:N sqrt:N power:NN boolean:X not:X zip:Aa keys:O lookup:OK append:XX exists:X spread:O merge:O
	reverse:A type:X sort:A distinct:A base64encode:S base64decode:S encodeUrlComponent:S encodeUrl:S decodeUrlComponent:S decodeUrl:S formatNumber:NP formatInteger:NI parseInteger:SJ toMillis:Dd fromMillis:Mq
	clone:O error:S assert:Xs single:A eval:V`)

func (g *expressionGenerator) call(depth int) string {
	name, kinds, _ := strings.Cut(callTable[g.IntN(len(callTable))], ":")
	var args []string
	for i := range len(kinds) {
		if optional := kinds[i] >= 'a'; optional && g.IntN(2) == 0 {
			break
		}
		if g.IntN(40) == 0 {
			break
		}
		args = append(args, g.argument(kinds[i]&^0x20, depth))
	}
	call := "$" + name + "(" + strings.Join(args, ", ") + ")"
	if len(args) > 0 && g.IntN(8) == 0 {
		call = args[0] + " ~> $" + name + "(" + strings.Join(args[1:], ", ") + ")"
	}
	return call
}

// argument is a flat switch over the kinds of arguments.
func (g *expressionGenerator) argument(kind byte, depth int) string {
	if g.IntN(25) == 0 {
		return g.any(depth - 2)
	}
	switch kind {
	case 'A':
		return g.arrayArgument()
	case 'S':
		return g.textArgument()
	case 'N':
		return g.numberArgument()
	case 'O':
		return g.objectArgument()
	case 'B':
		return g.one("true", "false", "b")
	case 'K':
		return g.one("'x'", "'n'", "'s'", "s", "'nope'")
	case 'E':
		return g.one("/[a-z]+/", "/(.)(.)/", "/o/", "/(x)|(y)/", "/^a|b$/", "/\\d+/", "/l*/", "/W/i", "/(?<n>a)(b)?/", "/./", "/\\s|-/", "/[^a-z]+/im", "/(a*)*b/", "/\\bx/", "/(?=b)/")
	case 'T':
		return g.one(g.argument('E', depth), "'a'", "'-'", "' '", "'l'", "''", "s", "', '")
	case 'R':
		return g.one("'*'", "'$1'", "'[$0]'", "'$2$1'", "'$$'", "''", "function($m){$uppercase($m.match)}", "function($m){$m.start}", "'$'", "'a$3b'")
	case 'P':
		return g.one("'#,##0.00'", "'0'", "'000.0'", "'#'", "'#0.###'", "'0%'", "'#,###'", "'(0.0);0'", "'$#,##0.00;-$0'", "'0.00#'", "'##,##,##0'", "'0.0.0'", "'#0,00'", "'0‰'", "'#.#'", "'a'")
	case 'I':
		return g.one("'0'", "'000'", "'w'", "'W'", "'Ww'", "'I'", "'i'", "'A'", "'a'", "'1;o'", "'w;o'", "'#,##0'", "'##:00'", "'α'", "'0,0.0'", "'Ww;o'")
	case 'J':
		return g.one("'0'", "'000'", "'w'", "'I'", "'a'", "'A'", "'#,##0'", "'1;o'")
	}
	return g.rareArgument(kind, depth)
}

func (g *expressionGenerator) rareArgument(kind byte, depth int) string {
	switch kind {
	case 'D':
		return g.one("'2018-03-04'", "'2018-03-04T05:06:07Z'", "'2018-03-04T05:06:07.089+01:00'", "'2018'", "'04/03/2018'", "s", "'2018-13-01T00:00:00Z'", "'March 4, 2018'", "'2018-02'")
	case 'M':
		return g.one("0", "1521801216617", "1e12", "-1", "n", "1521801216617 + 86400000 * 200", "1546300800000", "1577836800000", "951782400000")
	case 'Q':
		return g.one("'[Y]-[M01]-[D01]'", "'[D1o] [MNn] [Y0001]'", "'[FNn], [D] [MNn,*-3]'", "'[H01]:[m01]:[s01].[f001][Z]'", "'[h#1]:[m01] [PN]'", "'[Y0001]-W[W01]-[F1]'", "'[X]-[W]'", "'[dwo] of [Y]'",
			"'[[x]] [M]'", "'[Y,2]'", "'[YI] [MA]'", "'[w] [x] [xNn]'", "'[Q]'", "'[z] [Z0]'", "'[E] [C]'", "'[Y'", "'[Yw]'", "'[MNn,3-3]'", "'[f1]'", "'[H,2][m,2]'", "'[DNn]'")
	case 'G':
		return g.one("2", "16", "36", "8", "1", "10")
	case 'V':
		return g.one("'n + 1'", "'a.id'", "'$v'", "'('", "'$sum(l)'", "'$x := 1; $x'", "'1/0 + 1'", "'{\"a\": n}'", "s")
	}
	return g.any(depth - 1)
}

// higher makes calls of higher-order functions.
func (g *expressionGenerator) higher(depth int) string {
	array := g.arrayArgument()
	one := g.one("function($v){$v}", "function($v){$v.n}", "function($v, $i){$i}", "function($v, $i, $a){$count($a) + $i}", "function($v){$string($v)}", "$string", "function($v){{'w': $v, 'k': $.n}}",
		"function($v){[$v]}", "function($v){$v.c}", "$sum", "function($v, $i){$v & $i}", "$length", "function($v){"+g.any(depth-2)+"}", "$type", "$uppercase", "function($v){$v > 1}", "$boolean", "function($v){$v.id = 1}",
		"$substringBefore(?, '-')", "$round(?, 1)", "$number", "function($v){$filter($v, function($w){$w != 1})}", "n", "/a/", "function($v)<n:n>{$v * 2}", "function($v){$v ~> |$|{'u': 1}|}")
	two := g.one("function($x, $y){$x + $y}", "function($x, $y){$x & $y}", "function($x, $y){$x > $y}", "function($x, $y){$x.n < $y.n}", "$append", "function($x, $y, $i){$x + $i}", "function($x){$x}", "function($x, $y){$y}", "$max")
	switch g.IntN(9) {
	case 0, 1:
		return "$map(" + array + ", " + one + ")" + g.one("", "", "[]", "[0]", ".k")
	case 2:
		return "$filter(" + array + ", " + one + ")" + g.one("", "", "[]", "[0]", ".n")
	case 3:
		return "$reduce(" + array + ", " + two + g.one("", ", 0", ", ''", ", []") + ")"
	case 4:
		return "$sort(" + array + ", " + two + ")"
	case 5:
		return "$sift(" + g.objectArgument() + ", " + g.one("function($v, $k){$k = 'n'}", "function($v){$v}", "function($v){$exists($v)}", one) + ")"
	case 6:
		return "$each(" + g.objectArgument() + ", " + g.one("function($v, $k){$k & '=' & $string($v)}", "function($v){$v}", one) + ")"
	case 7:
		return "$single(" + array + ", " + one + ")"
	}
	return array + " ~> " + g.one("$sum", "$count", "$map("+one+")", "$filter("+one+")", "$string", "function($q){$q}", "($count ~> $string)", "$join(',')", "$sort", "n", "$distinct", "$reverse", "$append(1)", "$zip([1,2])")
}

// special makes what is rarer: transforms, closures, recursion, regular expressions as functions, groupings.
func (g *expressionGenerator) special(depth int) string {
	return g.one(
		g.objectArgument()+" ~> |"+g.one("$", "c", "a", "*", "**", "nope", "a[0]", "l")+"|"+g.one("{'u': n}", "{'n': $count(c)}", "{}", "n", "{'id': id + 1}", "missing")+g.one("", ", 'n'", ", ['s', 'id']", ", 1")+"|",
		"($k := 2; $map(l, function($v){$v * $k}))",
		"($fac := function($n){$n <= 1 ? 1 : $n * $fac($n - 1)}; $fac("+g.one("5", "1", "20")+"))",
		"($loop := function($n, $a){$n = 0 ? $a : $loop($n - 1, $a + $n)}; $loop(50, 0))",
		"/a(b)?/("+g.textArgument()+")"+g.one("", ".match", ".groups", ".start", ".next"),
		"a{s: $sum(n), 'all': $count(id)}",
		"a.{s: n}",
		"$merge(a.{s: n})",
		"$spread(o).*",
		"(a.c; $v).id",
		"a.(c.n)",
		"a.c[0]",
		"(a.c)[0]",
		"a[0].c[0][0].id",
		"[a.c].id",
		"a.[id][0]",
		"[l][0]", "[l][[0]]",
		"$v[0]", "$v.n", "$w[n > 1]",
		"($x := a; $x[0].id)",
		"($x := 1; ($x := 2; $x); $x)",
		"($x := 1; [1..2].($y := $x + $; $y))",
		"(function($a, $b)<n-s?:n>{$a})("+g.one("1, 'a'", "1", "'a'", "", "n")+")",
		"n.(function($a)<n-:n>{$a * 2})()",
		"(function($a)<a<n>:n>{$sum($a)})("+g.arrayArgument()+")",
		"(function($a)<(sn)-o?:x>{$a})("+g.one("1", "'a'", "true", "null", "[]", "")+")",
		"$string("+g.any(depth-1)+", true)",
		"$string(function(){1})", "$string({'f': $sum, 'n': 0.1 + 0.2})", "$type($sum)", "$sum ? 1 : 2", "$boolean($sum)", "[$sum]",
		"$map([1,2,3], function($v){$v > 1 ? $v})", "$each(o, function($v, $k){$k})[0]",
		"a#$i.c#$j.[$i, $j]", "a@$x.c@$y.[$x.id, $y.id]", "a@$x{s: $x.id}", "a#$i{s: $i}", "a^(id)#$i.[$i, id]", "a#$i^(>id).$i", "a[id > 0]#$i.[$i, id]", "a.c#$i[0].[$i, id]",
		"a.c.%", "a.c.%.%", "a.l.%.n", "a.c[0].%.id", "a[%.n > 1].id", "o.c.%.id", "a.c.c.%.%.id",
	)
}
