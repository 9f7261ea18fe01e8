package jsonata

import (
	"bytes"
	"context"
	"testing"
)

// TestTransformsChangeOnlyTheCopy names inputs and variables as the location of a transform. They must stay what they are, and so must
// objects that an earlier step of the expression has made; no result may hold itself.
func TestTransformsChangeOnlyTheCopy(t *testing.T) {
	const text = `{"o":{"a":1,"p":{"b":2}},"l":[{"n":1},{"n":2}]}`
	for _, row := range []struct{ expr, want string }{
		{"$ ~> |$|{'z': 1}|", `{"o":{"a":1,"p":{"b":2}},"l":[{"n":1},{"n":2}],"z":1}`},
		{"$$ ~> |$$|{'z': 1}|", text},
		{"o ~> |$$.o|{'z': 1}|", `{"a":1,"p":{"b":2}}`},
		{"o ~> |$v.o|{'z': 1}|", `{"a":1,"p":{"b":2}}`},
		{"$v ~> |$v|{'z': 1}, ['o']|", text},
		{"$v ~> |$v.l|{'z': 1}, ['n']|", text},
		{"($w := {'a': 1}; $x := $w ~> |$w|{'z': 1}|; [$w, $x])", `[{"a":1},{"a":1}]`},
		{"($w := {'a': 1}; $x := {'b': 1} ~> |$w|{'z': 1}|; [$w, $x])", `[{"a":1},{"b":1}]`},
		{"($x := {'a': 1}; $x ~> |$x|{'self': $x}|; $x)", `{"a":1}`},
		{"($x := {'a': 1}; $x ~> |$|{'self': $x}|)", `{"a":1,"self":{"a":1}}`},
		{"{'a': 1} ~> |$|{'self': $}|", `{"a":1,"self":{"a":1}}`},
		{"{'a': 1} ~> |$|{'self': [[$, $]]}|", `{"a":1,"self":[[{"a":1},{"a":1}]]}`},
		{"{'a': {'b': 1}} ~> |$|{'c': a}| ~> |c|{'d': 1}|", `{"a":{"b":1},"c":{"b":1,"d":1}}`},
		{"{'a': {'b': 1}} ~> |$ ~> |$|{'x': 1}||{'z': 1}|", `{"a":{"b":1}}`},
		{"{'l': [{'n': 1}, {'n': 2}]} ~> |$|{'m': l}| ~> |l|{'z': 1}|", `{"l":[{"n":1,"z":1},{"n":2,"z":1}],"m":[{"n":1},{"n":2}]}`},
		{"{'l': [{'n': 1}, {'n': 2}]} ~> |**[$exists(n)]|{'all': **.n}|", `{"l":[{"n":1,"all":1},{"n":2,"all":2}]}`},
		{"{'l': [{'n': 1}, {'n': 2}]} ~> |l|$|", `{"l":[{"n":1},{"n":2}]}`},
		{"({'a': {}} ~> |a|($k := $; {'k': $k, 'j': [$k]})|)", `{"a":{"k":{},"j":[{}]}}`},
		{"($clone := function($x){$x}; $ ~> |$|{'z': 1}|)", `{"o":{"a":1,"p":{"b":2}},"l":[{"n":1},{"n":2}],"z":1}`},
		{"($clone := function($x){$v}; $ ~> |$v|{'z': 1}|)", text},
		{"($clone := 1; $ ~> |$|{}|)", "T2013"},
		{"[$.o ~> |$|{'p': $v.l}|, o]", `[{"a":1,"p":[{"n":1},{"n":2}]},{"a":1,"p":{"b":2}}]`},
		{"o ~> |p|{'all': $$}, 'b'|", `{"a":1,"p":{"all":` + text + `}}`},
		{"l ~> |$|{'n': n + 1}|", `[{"n":2},{"n":3}]`},
		{"($t := |$|{'i': 1}|; [o, o] ~> $map($t))", `[{"a":1,"p":{"b":2},"i":1},{"a":1,"p":{"b":2},"i":1}]`},
		{"$ ~> |$.{'n': 1}|{'z': 1}|", text},
	} {
		input, variable := decoded(text), decoded(text)
		e, err := Compile(row.expr)
		if err != nil {
			if got := err.(*Error).Code; got != row.want {
				t.Errorf("%s: %v", row.expr, err)
			}
			continue
		}
		for range 2 { // marks of the first evaluation must not be taken for those of the second
			v, err := e.Eval(context.Background(), input, Variables{"v": variable})
			got := jsonText(v)
			if err != nil {
				got = err.(*Error).Code
			}
			if got != row.want {
				t.Errorf("%s gives %s, want %s", row.expr, got, row.want)
			}
			if o, ok := v.(*Object); ok && o.mark != 0 {
				t.Errorf("%s gives an object that is still marked", row.expr)
			}
		}
		for name, v := range map[string]any{"input": input, "variable": variable} {
			if after, _ := Encode(v); !bytes.Equal(after, []byte(text)) {
				t.Errorf("%s changes the %s to %s", row.expr, name, after)
			}
		}
	}
}
