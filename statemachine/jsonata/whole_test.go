package jsonata

import (
	"context"
	"encoding/json"
	"math"
	"math/big"
	"math/rand/v2"
	"strconv"
	"testing"
)

// TestWholeNumbers follows whole numbers beyond 2^53 through the dialect of Step Functions.
func TestWholeNumbers(t *testing.T) {
	input, err := Decode([]byte(`{"id":1234567890123456789,"next":1234567890123456790,"most":9223372036854775807,"least":-9223372036854775808,
		"over":9223372036854775808,"page":5890840712243077,"double":1e18,"ids":[9007199254740993,9007199254740992,9007199254740994,9007199254740993]}`))
	if err != nil {
		t.Fatal(err)
	}
	rows := table{
		{"$id", "1234567890123456789"},
		{"'/u/' & $page", `"/u/5890840712243077"`},
		{"'/u/' & $id & '/' & -$id", `"/u/1234567890123456789/-1234567890123456789"`},
		{"$string($id)", `"1234567890123456789"`},
		{"$string([$id, {'a': $least}])", `"[1234567890123456789,{\"a\":-9223372036854775808}]"`},
		{"$string($over)", `"9223372036854776000"`},
		{"$string(0.1 + 0.2)", `"0.3"`}, {"$string(1/3)", `"0.333333333333333"`}, {"$string([1/3, 1e20])", `"[0.333333333333333,100000000000000000000]"`},
		{"$string(1e21)", `"1e+21"`}, {"$string(-1.5e20)", `"-150000000000000000000"`},
		{"$string(1.7976931348623157e308)", `"1.7976931348623157e+308"`},
		{"1234567890123456789", "1234567890123456789"},
		{"-9223372036854775808", "-9223372036854775808"},
		{"-9.223372036854775808e18", "-9223372036854776000"},
		{"9223372036854775808", "9223372036854776000"},
		{"$parse('{\"n\":1234567890123456789}').n", "1234567890123456789"},
		{"$number('1234567890123456789') = $id", "true"},
		{"$number('-9223372036854775808')", "-9223372036854775808"},
		{"$parseInteger('1,234,567,890,123,456,789', '#,##0')", "1234567890123456789"},
		{"$formatInteger($id, '#,##0')", `"1,234,567,890,123,456,789"`},
		{"$formatInteger($least, '0')", `"-9223372036854775808"`},
		{"$formatBase($id, 16)", `"112210f47de98115"`},
		{"$id = $next", "false"}, {"$id != $next", "true"}, {"$id < $next", "true"}, {"$id >= $next", "false"},
		{"{'a': $id} = {'a': $next}", "false"}, {"[$id] = [$id]", "true"}, {"$id in [$next]", "false"}, {"$next in [$id, $next]", "true"},
		{"$double = 1000000000000000000", "true"}, {"$double < 1000000000000000001", "true"}, {"9007199254740993 > 9007199254740992.0", "true"},
		{"$sort($ids)", "[9007199254740992,9007199254740993,9007199254740993,9007199254740994]"},
		{"$ids^($)", "[9007199254740992,9007199254740993,9007199254740993,9007199254740994]"},
		{"$distinct($ids)", "[9007199254740993,9007199254740992,9007199254740994]"},
		{"$ids{$string($): $count($)}", `{"9007199254740993":2,"9007199254740992":1,"9007199254740994":1}`},
		{"$lookup({'9007199254740993': 'x'}, $string($ids[0]))", `"x"`},
		{"$max($ids)", "9007199254740994"}, {"$min($ids)", "9007199254740992"}, {"$min($append($ids, $least))", "-9223372036854775808"},
		{"$sum($ids)", "36028797018963972"}, {"$sum([$most, -1])", "9223372036854775806"}, {"$sum([$most, 1])", "9223372036854776000"},
		{"$abs(-$id)", "1234567890123456789"}, {"$abs($least)", "9223372036854776000"},
		{"$floor($id)", "1234567890123456789"}, {"$ceil($id)", "1234567890123456789"}, {"$round($id)", "1234567890123456789"},
		{"$round($id, -2)", "1234567890123456800"}, {"$round(-$id, -1)", "-1234567890123456790"}, {"$round($id, -30)", "0"},
		{"$id + 1", "1234567890123456790"}, {"$id - 1", "1234567890123456788"}, {"$next / 10", "123456789012345679"}, {"$id * 7", "8641975230864197523"},
		{"$id % 10", "9"}, {"$most + 1", "9223372036854776000"}, {"$id * 10", "12345678901234567000"}, {"$id / 2", "617283945061728400"},
		{"$id + 0.5", "1234567890123456800"}, {"$double + 1", "1000000000000000000"}, {"3037000499 * 3037000499", "9223372030926249001"},
		{"9007199254740992 + 1", "9007199254740993"}, {"$id - $id", "0"}, {"($id - $page) + $page = $id", "true"},
		{"[9007199254740992..9007199254740994]", "[9007199254740992,9007199254740993,9007199254740994]"},
		{"$type($id)", `"number"`}, {"$boolean($id)", "true"}, {"$not($id)", "false"}, {"$id and true", "true"}, {"$id ? 1 : 2", "1"},
		{"$map($ids, function($n)<n:n>{ $n - 1 })[0]", "9007199254740992"},
		{"$replace('x', 'x', $string($id))", `"1234567890123456789"`},
		{"{'n': $id} ~> |$|{'m': n}|", `{"n":1234567890123456789,"m":1234567890123456789}`},
		{"$merge([{'n': $id}, {'m': $next}])", `{"n":1234567890123456789,"m":1234567890123456790}`},
		{"$reduce($ids, function($a, $b){ $a > $b ? $a : $b })", "9007199254740994"},
		{"$formatNumber($page, '0')", `"5890840712243077"`},
		{"$ids[$ = 9007199254740994]", "9007199254740994"},
		{"$id.$string($)", `"1234567890123456789"`},
		{"$id[0] & ''", `"1234567890123456789"`},
		{"[1, 2][$id]", "undefined"},
	}
	for _, row := range rows {
		if got := outcomeOf(row.expr, fieldsOf(input), AWS()); got != row.want {
			t.Errorf("%s gives %s, want %s", row.expr, got, row.want)
		}
	}
}

// fieldsOf gives an object's fields as variables.
func fieldsOf(v any) Variables {
	variables := Variables{}
	for k, v := range v.(*Object).All() {
		variables[k] = v
	}
	return variables
}

// TestWholeNumbersElsewhere evaluates outside the dialect of Step Functions, where numbers are JavaScript's.
func TestWholeNumbersElsewhere(t *testing.T) {
	input := decoded(`{"id":1234567890123456789,"same":1234567890123456788}`)
	rows := table{
		{"$string($id)", `"1234567890123460000"`},
		{"$string(1.7976931348623157e308)", `"null"`}, {"$string([-1.7976931348623157e308])", `"[null]"`},
		{"'' & 5890840712243077", `"5890840712243080"`},
		{"$id = $same", "true"}, {"$id < $same", "false"}, {"$id in [$same]", "true"}, {"$count($distinct([$id, $same]))", "1"},
		{"$id + 1", "1234567890123456800"}, {"-$id", "-1234567890123456800"}, {"1234567890123456789", "1234567890123456800"},
		{"$number('1234567890123456789')", "1234567890123456800"}, {"$sum([$id, 1])", "1234567890123456800"}, {"$max([$id, $same])", "1234567890123456800"},
		{"$formatBase($id, 10)", `"1234567890123456800"`},
	}
	for _, row := range rows {
		if got := outcomeOf(row.expr, fieldsOf(input)); got != row.want {
			t.Errorf("%s gives %s, want %s", row.expr, got, row.want)
		}
	}
}

// TestGoNumbers hands in numbers as Go programs hold them.
func TestGoNumbers(t *testing.T) {
	for _, v := range []any{int64(1234567890123456789), uint64(1234567890123456789), json.Number("1234567890123456789"), 1234567890123456789} {
		if got := outcomeOf("$string($n) & $string({'a': $n}) & ($n = 1234567890123456789) & $string($l)", Variables{"n": v, "l": []any{v}}, AWS()); got !=
			`"1234567890123456789{\"a\":1234567890123456789}true[1234567890123456789]"` {
			t.Errorf("%T gives %s", v, got)
		}
		if n, ok := Integer(v); !ok || n != 1234567890123456789 {
			t.Errorf("Integer(%T) gives %d, %v", v, n, ok)
		}
		if f, ok := Float(v); !ok || f != 1234567890123456789 {
			t.Errorf("Float(%T) gives %v, %v", v, f, ok)
		}
		o := NewObject()
		o.Set("n", v)
		if text, err := Encode([]any{v, o, map[string]any{"n": v}}); err != nil || string(text) != `[1234567890123456789,{"n":1234567890123456789},{"n":1234567890123456789}]` {
			t.Errorf("%T is encoded as %s, %v", v, text, err)
		}
	}
	for _, v := range []any{"1", nil, true, 1.5, math.Inf(1), math.NaN(), uint64(math.MaxUint64), json.Number("1.5"), json.Number("x"), 1e300} {
		if n, ok := Integer(v); ok {
			t.Errorf("Integer(%v) gives %d", v, n)
		}
	}
	for v, want := range map[any]int64{7: 7, 7.0: 7, int8(-7): -7, json.Number("7"): 7, json.Number("7.0"): 7, 1e15: 1e15} {
		if n, ok := Integer(v); !ok || n != want {
			t.Errorf("Integer(%v) gives %d, %v", v, n, ok)
		}
	}
}

// TestWholeArithmetic compares with math/big.
func TestWholeArithmetic(t *testing.T) {
	source := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		a, b := randomWhole(source), randomWhole(source)
		for _, op := range "+-*/%" {
			checkArithmetic(t, byte(op), a, b)
		}
		if got, want := compareNumbers(exact(a), exact(b)), big.NewInt(a).Cmp(big.NewInt(b)); got != want {
			t.Fatalf("%d is ordered against %d as %d, want %d", a, b, got, want)
		}
		f := math.Float64frombits(source.Uint64())
		if f == f && !math.IsInf(f, 0) {
			exactly, _ := new(big.Float).SetInt64(a), 0
			if got, want := compareWhole(a, f), exactly.Cmp(big.NewFloat(f)); got != want {
				t.Fatalf("%d is ordered against %v as %d, want %d", a, f, got, want)
			}
		}
	}
}

// randomWhole gives numbers of all sizes, and those at the ends of the ranges.
func randomWhole(source *rand.Rand) int64 {
	n := int64(source.Uint64() >> source.IntN(64))
	switch source.IntN(8) {
	case 0:
		return math.MaxInt64 - n&3
	case 1:
		return math.MinInt64 + n&3
	case 2:
		return exactFloat + n&7 - 3
	case 3:
		return -n
	}
	return n
}

func checkArithmetic(t *testing.T, op byte, a, b int64) {
	t.Helper()
	c := &arithmeticCode{operands: operands{left: &constantCode{exact(a)}, right: &constantCode{exact(b)}}, op: op, exact: true}
	v, err := c.eval(&frame{st: &state{program: &Expression{aws: true}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	want, whole := bigResult(op, a, b)
	got, ok := Integer(v)
	if whole && (!ok || got != want) {
		t.Fatalf("%d %c %d gives %v, want %d", a, op, b, v, want)
	}
	if !whole {
		if _, ok := v.(float64); !ok {
			t.Fatalf("%d %c %d gives %T %v, want a float64", a, op, b, v, v)
		}
	}
}

// bigResult is the exact result and whether it is a whole number of 64 bits.
func bigResult(op byte, a, b int64) (int64, bool) {
	x, y, z := big.NewInt(a), big.NewInt(b), new(big.Int)
	switch op {
	case '+':
		z.Add(x, y)
	case '-':
		z.Sub(x, y)
	case '*':
		z.Mul(x, y)
	default:
		if b == 0 {
			return 0, false
		}
		rest := new(big.Int)
		z.QuoRem(x, y, rest)
		if op == '%' {
			z = rest
		} else if rest.Sign() != 0 {
			return 0, false
		}
	}
	return z.Int64(), z.IsInt64()
}

// TestWholeLiterals prints and parses literals of 64 bits.
func TestWholeLiterals(t *testing.T) {
	for _, n := range []int64{0, 1, exactFloat, exactFloat + 1, 1234567890123456789, math.MaxInt64} {
		literal := IntegerLiteral(n)
		if got := Print(literal); got != strconv.FormatInt(n, 10) {
			t.Errorf("%d is printed as %s", n, got)
		}
		parsed, err := Parse(Print(literal))
		if number, ok := parsed.(*Number); err != nil || !ok || number.Integer != literal.Integer || number.Value != literal.Value {
			t.Errorf("%d is read as %#v, %v", n, parsed, err)
		}
		e, err := CompileNode(IntegerLiteral(-n), AWS())
		if err != nil {
			t.Fatal(err)
		}
		if v, err := e.Eval(context.Background(), nil, nil); err != nil || jsonText(v) != strconv.FormatInt(-n, 10) {
			t.Errorf("%d gives %v, %v", -n, v, err)
		}
	}
	least, err := CompileNode(IntegerLiteral(math.MinInt64), AWS())
	if err != nil {
		t.Fatal(err)
	}
	if v, _ := least.Eval(context.Background(), nil, nil); v != any(int64(math.MinInt64)) {
		t.Errorf("%s gives %v", least, v)
	}
	for _, f := range []float64{1e17, 1 << 60, 9223372036854775808, 1e21, 1.5e300} {
		parsed, err := Parse(Print(&Number{Value: f}))
		if number, ok := parsed.(*Number); err != nil || !ok || number.Integer != 0 || number.Value != f {
			t.Errorf("%v is read as %#v, %v", f, parsed, err)
		}
	}
}
