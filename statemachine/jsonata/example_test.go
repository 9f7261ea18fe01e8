package jsonata_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/steploom/steploom/statemachine/jsonata"
)

func Example() {
	e, err := jsonata.Compile(`orders[total > 10].{"id": id, "total": total}`)
	if err != nil {
		panic(err)
	}
	input, err := jsonata.Decode([]byte(`{"orders":[{"total":12.5,"id":1},{"total":7,"id":2},{"total":30,"id":3}]}`))
	if err != nil {
		panic(err)
	}
	v, err := e.Eval(context.Background(), input, nil)
	if err != nil {
		panic(err)
	}
	text, _ := jsonata.Encode(v)
	fmt.Println(string(text))
	// Output: [{"id":1,"total":12.5},{"id":3,"total":30}]
}

func ExampleExpression_EvalJSON() {
	e := jsonata.MustCompile(`orders.{"id": id, "lines": $count(items)}`)
	text, err := e.EvalJSON(context.Background(), []byte(`{"orders":[{"id":7,"items":["pen","ink"]},{"id":8,"items":["nib"]}]}`), nil)
	fmt.Println(string(text), err)
	// Output: [{"id":7,"lines":2},{"id":8,"lines":1}] <nil>
}

// Go values are taken as the JSON that they would be written as.
func ExampleExpression_Eval_structs() {
	type item struct {
		Name  string  `json:"name"`
		Price float64 `json:"price"`
		Sold  *time.Time
	}
	type order struct {
		ID    int64            `json:"id"`
		Items []item           `json:"items"`
		Stock map[string]uint8 `json:"stock,omitempty"`
	}
	sold := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	e := jsonata.MustCompile(`{"id": id, "total": $sum(items.price), "first": items[0].Sold, "stock": stock.pen}`)
	v, err := e.Eval(context.Background(), order{7, []item{{"pen", 2.5, &sold}, {"ink", 4, nil}}, map[string]uint8{"pen": 12}}, nil)
	fmt.Println(v, err)
	// Output: {"id":7,"total":6.5,"first":"2026-03-01T09:00:00Z","stock":12} <nil>
}

// What is evaluated again and again is converted once.
func ExampleValueOf() {
	rates, err := jsonata.ValueOf(map[string]map[string]float64{"EUR": {"USD": 1.1}})
	if err != nil {
		panic(err)
	}
	e := jsonata.MustCompile(`$rates.EUR.USD * amount`)
	for _, amount := range []int{10, 20} {
		v, _ := e.Eval(context.Background(), map[string]int{"amount": amount}, jsonata.Variables{"rates": rates})
		fmt.Println(v)
	}
	_, err = jsonata.ValueOf(make(chan int))
	fmt.Println(err)
	// Output:
	// 11
	// 22
	// D3001: a value of type chan int has no JSON form: json: unsupported type: chan int
}

func ExampleMustCompile() {
	var total = jsonata.MustCompile(`$sum(prices)`)
	v, _ := total.Eval(context.Background(), map[string][]float64{"prices": {1, 2.5}}, nil)
	fmt.Println(v)
	// Output: 3.5
}

func ExampleObject_String() {
	e := jsonata.MustCompile(`{"z": 1, "a": [true, null]}`)
	v, _ := e.Eval(context.Background(), nil, nil)
	fmt.Println(v)
	// Output: {"z":1,"a":[true,null]}
}

func ExampleExpression_Eval_bindings() {
	e, _ := jsonata.Compile(`$greeting & ", " & $user.name & "!"`)
	outer := jsonata.Variables{"greeting": "Hello", "user": map[string]any{"name": "nobody"}}
	inner := jsonata.Variables{"user": map[string]any{"name": "Ada"}}
	v, _ := e.Eval(context.Background(), nil, jsonata.Scopes{inner, outer})
	fmt.Println(v)
	// Output: Hello, Ada!
}

func ExampleExpression_Eval_undefined() {
	e, _ := jsonata.Compile(`order.discount`)
	v, err := e.Eval(context.Background(), map[string]any{"order": map[string]any{"id": 7}}, nil)
	fmt.Println(jsonata.IsUndefined(v), err)
	// Output: true <nil>
}

func ExampleError() {
	_, err := jsonata.Compile(`1 + `)
	var e *jsonata.Error
	if errors.As(err, &e) {
		fmt.Println(e.Code, e.Position, e.Message)
	}
	e2, _ := jsonata.Compile(`"a" - 1`)
	_, err = e2.Eval(context.Background(), nil, nil)
	fmt.Println(err)
	// Output:
	// S0207 4 Unexpected end of expression
	// T2001: The left side of the "-" operator must evaluate to a number
}

func ExampleAWS() {
	_, err := jsonata.Compile(`order.id`, jsonata.AWS())
	fmt.Println(err)
	e, _ := jsonata.Compile(`$partition($states.input.ids, 2)`, jsonata.AWS())
	states, _ := jsonata.Decode([]byte(`{"input":{"ids":[1,2,3]}}`))
	v, _ := e.Eval(context.Background(), jsonata.Undefined, jsonata.Variables{"states": states})
	fmt.Println(v)
	// Output:
	// S0602: The name "order" has no context here: start from a variable such as $states.input
	// [[1 2] [3]]
}

func ExamplePrint() {
	price := &jsonata.Binary{Operator: "*", Left: &jsonata.Name{Value: "unit price"}, Right: &jsonata.Name{Value: "quantity"}}
	tree := &jsonata.Call{
		Function:  &jsonata.Variable{Name: "sum"},
		Arguments: []jsonata.Node{&jsonata.Path{Left: &jsonata.Name{Value: "items"}, Right: price}},
	}
	fmt.Println(jsonata.Print(tree))
	// Output: $sum(items.(`unit price` * quantity))
}

func ExampleNewFunction() {
	double, _ := jsonata.NewFunction("double", "<n-:n>", func(_ context.Context, args []any) (any, error) {
		return args[0].(float64) * 2, nil
	})
	e, _ := jsonata.Compile(`[1..3].$double()`)
	v, _ := e.Eval(context.Background(), nil, jsonata.Variables{"double": double})
	fmt.Println(v)
	// Output: [2 4 6]
}

func ExampleObject() {
	o := jsonata.NewObject()
	o.Set("z", 1)
	o.Set("a", []any{true, nil})
	o.Set("m", "x < y")
	text, _ := o.MarshalJSON()
	fmt.Println(string(text))
	// Output: {"z":1,"a":[true,null],"m":"x < y"}
}
