package jsonata

import (
	"context"
	"encoding/json"
	"errors"
	"math/big"
	"testing"
	"time"
)

type address struct {
	City string `json:"city"`
	Zip  string `json:"zip,omitempty"`
}

type person struct {
	address
	Name    string            `json:"name"`
	Born    time.Time         `json:"born"`
	Tags    []color           `json:"tags"`
	Scores  map[string]int    `json:"scores"`
	Manager *person           `json:"manager"`
	Photo   []byte            `json:"photo"`
	Raw     json.RawMessage   `json:"raw"`
	Extra   map[color]float32 `json:"extra"`
	hidden  int
	Skipped string `json:"-"`
}

type color string

type identifier int64

type even struct{ n int }

func (e even) MarshalJSON() ([]byte, error) {
	if e.n%2 == 1 {
		return nil, errors.New("odd")
	}
	return json.Marshal(e.n)
}

func aPerson() *person {
	return &person{address: address{City: "Zürich"}, Name: "Ada", Born: time.Date(1815, 12, 10, 0, 0, 0, 0, time.UTC), Tags: []color{"red", "green"}, Scores: map[string]int{"z": 1, "a": 2},
		Manager: &person{Name: "Charles"}, Photo: []byte{1, 2, 3}, Raw: json.RawMessage(`{"b":1,"a":[9007199254740993]}`), Extra: map[color]float32{"x": 0.1}, hidden: 1, Skipped: "x"}
}

// TestGoInput evaluates over Go values of many types, as input, as a variable, and inside maps, slices and objects.
func TestGoInput(t *testing.T) {
	var none *person
	for _, row := range []struct {
		value any
		expr  string
		want  string
	}{
		{aPerson(), "$v.city & ' ' & $v.name", `"Zürich Ada"`},
		{*aPerson(), "$v.born", `"1815-12-10T00:00:00Z"`},
		{aPerson(), "$v.tags[0] & $count($v.tags)", `"red2"`},
		{aPerson(), "$join($v.tags, '-')", `"red-green"`},
		{aPerson(), "$keys($v.scores)", `["a","z"]`},
		{aPerson(), "$sum($v.scores.*)", `3`},
		{aPerson(), "$v.manager.name", `"Charles"`},
		{aPerson(), "$v.manager.manager", `null`},
		{aPerson(), "$v.photo", `"AQID"`},
		{aPerson(), "$keys($v.raw)", `["b","a"]`},
		{aPerson(), "$v.extra.x", `0.1`},
		{aPerson(), "$exists($v.hidden) or $exists($v.Skipped)", `false`},
		{[]person{{Name: "a"}, {Name: "b"}}, "$v.name", `["a","b"]`},
		{[]*person{aPerson()}, "$v[0].name", `"Ada"`},
		{[]any{aPerson(), 1}, "$v[0].name", `"Ada"`},
		{[]any{[]any{color("x")}}, "$v[0][0] = 'x'", `true`},
		{map[string]any{"p": []any{aPerson()}}, "$v.p.name", `"Ada"`},
		{map[string]any{"p": map[string]any{"q": []address{{City: "x"}}}}, "$v.p.q.city", `"x"`},
		{map[string][]int{"b": {1, 2}, "a": nil}, "$string($v)", `"{\"a\":null,\"b\":[1,2]}"`},
		{map[int]string{10: "x"}, "$lookup($v, '10')", `"x"`},
		{map[string]person{"k": {Name: "n"}}, "$v.k.name", `"n"`},
		{json.RawMessage(` {"z": 1, "a": 2} `), "$keys($v)", `["z","a"]`},
		{[]byte("abc"), "$base64decode($v)", `"abc"`},
		{json.Number("12.50"), "$v * 2", `25`},
		{json.Number("9007199254740993"), "$string($v)", `"9007199254740990"`},
		{color("x"), "$length($v)", `1`},
		{identifier(7), "$v + 1", `8`},
		{big.NewInt(12), "$v + 1", `13`},
		{time.Duration(5), "$v + 1", `6`},
		{[2]bool{true, false}, "$v[1]", `false`},
		{float32(0.1), "$v", `0.1`},
		{even{2}, "$v", `2`},
		{new(identifier), "$v", `0`},
		{none, "$type($v)", `"null"`},
		{(*Object)(nil), "$type($v)", `"null"`},
		{[]any{(*Object)(nil), nil}, "$v", `[null,null]`},
		{struct{}{}, "$v", `{}`},
		{[]int8{1, -1}, "$sum($v)", `0`},
		{[]uint16{65535}, "$v[0]", `65535`},
		{uint64(1 << 63), "$v", `9223372036854776000`},
		{[]any{int8(1), uint8(2), int16(3), uint16(4), int32(5), uint32(6), int64(7), uint64(8), int(9), uint(10), float32(11), json.Number("12")}, "$sum($v)", `78`},
		{[]any{1, "a", nil, true}, "$sort($v[[0]])", `[1]`},
		{map[string]any{"n": uint8(3)}, "$v.n = 3 and 3 in $v.n and $count($distinct([$v.n, 3])) = 1", `true`},
		{[]string{"b", "a"}, "$sort($v)", `["a","b"]`},
	} {
		o := NewObject()
		o.Set("v", row.value)
		for place, bindings := range map[string]Bindings{"variable": Variables{"v": row.value}, "object": o.bindings()} {
			if got := outcomeOf(row.expr, bindings); got != row.want {
				t.Errorf("%T as a %s: %s gives %s, want %s", row.value, place, row.expr, got, row.want)
			}
		}
		whole := MustCompile("($v := $; " + row.expr + ")")
		if v, err := whole.Eval(context.Background(), row.value, nil); err != nil || jsonText(v) != row.want {
			t.Errorf("%T as input of %s gives %s, %v, want %s", row.value, row.expr, jsonText(v), err, row.want)
		}
	}
}

func (o *Object) bindings() Bindings {
	variables := Variables{}
	for k, v := range o.All() {
		variables[k] = v
	}
	return variables
}

// TestGoInputWithoutForm hands in what has no JSON form: an error, wherever it stands.
func TestGoInputWithoutForm(t *testing.T) {
	type ring struct{ Next *ring }
	cyclic := &ring{}
	cyclic.Next = cyclic
	for _, bad := range []any{make(chan int), func() {}, complex(1, 2), even{1}, cyclic, struct{ C chan int }{}, map[string]chan int{"a": nil}, json.RawMessage("{"), json.Number("x"), json.Number("1e999"), map[bool]int{true: 1}, &Name{Value: "a"}} {
		if v, err := ValueOf(bad); err == nil || err.(*Error).Code != "D3001" {
			t.Errorf("ValueOf(%T) gives %v, %v", bad, v, err)
		}
		if v, err := MustCompile("1").Eval(context.Background(), bad, nil); err == nil {
			t.Errorf("%T as input gives %v", bad, v)
		}
		o := NewObject()
		o.Set("x", bad)
		for _, value := range []any{map[string]any{"x": bad}, o} {
			for _, expr := range []string{"$v.x", "$string($v)", "$v.x & ''", "$v.x + 1", "$boolean($v.x)", "$v.x ? 1", "$v.x.y", "$v.x < 1", "$uppercase($v.x)", "$count($v.x)", "$v.x and true", "$clone($v)"} {
				if got := outcomeOf(expr, Variables{"v": value}); len(got) != 5 {
					t.Errorf("%s with a %T in a %T gives %s", expr, bad, value, got)
				}
			}
		}
		if got := outcomeOf("$count($v)", Variables{"v": []any{1, bad}}); len(got) != 5 {
			t.Errorf("an array with a %T counts %s", bad, got)
		}
	}
}

// TestGoInputUnchanged sees that conversion leaves what it converts alone.
func TestGoInputUnchanged(t *testing.T) {
	input := map[string]any{"a": []any{1, map[string]any{"k": []int{1}}}}
	if got := outcomeOf("$v ~> |**|{'k': 2}|", Variables{"v": input}); got == "" {
		t.Error(got)
	}
	if list := input["a"].([]any); list[0] != 1 || len(list[1].(map[string]any)["k"].([]int)) != 1 {
		t.Errorf("the input is now %v", input)
	}
}

func TestValueOf(t *testing.T) {
	v, err := ValueOf(map[string]any{"b": []any{map[string]any{"c": 1}, aPerson()}, "a": nil})
	o, ok := v.(*Object)
	if err != nil || !ok {
		t.Fatal(v, err)
	}
	list, _ := o.Get("b")
	for _, item := range list.([]any) {
		if _, ok := item.(*Object); !ok {
			t.Errorf("%T is left in an array", item)
		}
	}
	for _, v := range []any{o, Undefined, library["sum"], nil, "x", 1.5, []any{o}} {
		if again, err := ValueOf(v); err != nil || jsonText(again) != jsonText(v) {
			t.Errorf("%v becomes %v, %v", v, again, err)
		}
	}
}

// TestGoResults converts what Go functions return.
func TestGoResults(t *testing.T) {
	call := func(v any) string {
		fn, err := NewFunction("f", "<:x>", func(context.Context, []any) (any, error) { return v, nil })
		if err != nil {
			t.Fatal(err)
		}
		return outcomeOf("$f().name", Variables{"f": fn})
	}
	for want, v := range map[string]any{`"Ada"`: aPerson(), `["a","b"]`: []person{{Name: "a"}, {Name: "b"}}, "D3001": make(chan int), "undefined": Undefined} {
		if got := call(v); got != want {
			t.Errorf("a function that returns %T gives %s, want %s", v, got, want)
		}
	}
	fn, _ := NewFunction("f", "<n?s?>", func(_ context.Context, args []any) (any, error) { return len(args), nil })
	if got := outcomeOf("$f()", Variables{"f": fn}); got != "2" {
		t.Errorf("a function gets %s arguments, want 2", got)
	}
}

func TestEvalJSON(t *testing.T) {
	for _, row := range []struct{ expr, input, want, code string }{
		{"o", `{"o":{"z":1,"a":[9007199254740993]}}`, `{"z":1,"a":[9007199254740993]}`, ""},
		{"nothing", `{}`, "", ""},
		{"null", `1`, "null", ""},
		{"1", `{`, "", "D3110"},
		{"$sum", `1`, "", "D3001"},
		{"1 + 'a'", `1`, "", "T2002"},
	} {
		got, err := MustCompile(row.expr).EvalJSON(context.Background(), []byte(row.input), nil)
		code := ""
		if err != nil {
			code = err.(*Error).Code
		}
		if string(got) != row.want || code != row.code || (got == nil) != (row.want == "") {
			t.Errorf("%s over %s gives %s, %v", row.expr, row.input, got, err)
		}
	}
}

func TestMustCompile(t *testing.T) {
	defer func() {
		if r := recover(); r == nil {
			t.Error("a wrong expression does not panic")
		}
	}()
	MustCompile("1 +")
}

func TestObjectString(t *testing.T) {
	if got := decoded(`{"b":1,"a":{"c":[null,"x"]}}`).(*Object).String(); got != `{"b":1,"a":{"c":[null,"x"]}}` {
		t.Error(got)
	}
	o := NewObject()
	o.Set("tree", &Name{Value: "a"})
	if text, err := Encode(o); err == nil {
		t.Errorf("a syntax tree was written as %s", text)
	}
	if _, err := json.Marshal(map[string]any{"f": library["sum"]}); err == nil {
		t.Error("a function was marshalled")
	}
}
