package jqtext

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/itchyny/gojq"
)

// results runs a compiled program and gives its results as JSON, an error in angle brackets.
func results(t *testing.T, code *gojq.Code, input string) string {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(input), &value); err != nil {
		t.Fatal(err)
	}
	var all []string
	iter := code.Run(value, map[string]any{})
	for {
		result, ok := iter.Next()
		if !ok {
			return strings.Join(all, " ")
		}
		if err, failed := result.(error); failed {
			return strings.Join(append(all, "<"+err.Error()+">"), " ")
		}
		text, _ := gojq.Marshal(result)
		all = append(all, string(text))
	}
}

// TestBoundedMeansTheSame: what is put into a program changes no result.
func TestBoundedMeansTheSame(t *testing.T) {
	for _, program := range []string{
		"2*3", `"ab"*.n`, `.n*"ab"`, "[(1,2,3)*(10,20)]", ". * {a: {c: 1}}", `[.l[] * .n]`, ".n *= .n", ".l[.n] *= 4", ".l |= map(. * .)", ".l[.n] = 9",
		".l[.n] |= . + 1", "(.l[] | select(. > 1)) += 5", `setpath(["l", .n]; 7)`, `[setpath((["a"], ["b"]); 1, 2)]`, "pick(.l[.n])", ".a.b.c = 1", "def f(x): x * x; f(.n * 3)",
		". as $n | [.l[] as $x | $x * $n.n * $x]", "[.l[] | . * .] | add", ".x = (.n * .n)", "path(.l[.n])", "try (.n * {}) catch .", "(.l | first) = 1", ".l[1:.n] = [5]", "reduce .l[] as $i (1; . * $i)",
		`.["a" * 1] = 2`, "del(.l[.n])", "to_entries", `"\(.n * .n)"`, "[.l[] | . * 2 * .]", "-(.n * .n)", ".n as $n | .l[$n * 1]", "if .n * .n > 3 then 1 else 2 end", "[limit(2; .l[] * .n)]",
		".l //= .n * .n", `{(.k * .n): (.n * .n)}`, "label $out | .l[] | if . * . > 3 then ., break $out else . end", "input * 2",
	} {
		query, err := gojq.Parse(program)
		if err != nil {
			t.Fatal(program, err)
		}
		plain, err := gojq.Compile(query, gojq.WithVariables([]string{"$ARGS"}), gojq.WithInputIter(gojq.NewIter[any]()))
		if err != nil {
			t.Fatal(program, err)
		}
		code, err := Compile(program, nil, nil)
		if err != nil {
			t.Errorf("%s: %v", program, err)
			continue
		}
		const input = `{"n": 2, "k": "x", "l": [1, 2, 3], "a": {"b": {"c": 0}}}`
		if got, want := results(t, code, input), results(t, plain, input); got != want {
			t.Errorf("%s: got %s, want %s", program, got, want)
		}
	}
}

func TestBounded(t *testing.T) {
	for _, program := range []string{
		`"x" * 1e9`, `.n * "x"`, `"x" * .n`, `.s *= .n`, `.s |= . * 1e9`, `def f: . * 1e9; "x" | f`, `[.l[.n] = 1]`, `.l[5e8] = 1`, `.l[.n] |= 1`, `.l[.n] += 1`, `setpath(["l", .n]; 1)`,
		`null | .[.a // 400000000] = 0`, `pick(.l[.n])`, `reduce (5e8, 1) as $i ([]; .[$i] = 1)`, `{a: ("x" * 1e9)}`, `"\("x" * 1e9)"`, `[limit(1; repeat("x" * 1e9))]`, `.l[first(5e8)] = 1`, `try ("x" * 1e9) catch error`,
	} {
		code, err := Compile(program, nil, nil)
		if err != nil {
			t.Errorf("%s: %v", program, err)
			continue
		}
		if got := results(t, code, `{"n": 500000000, "s": "x", "l": []}`); !strings.Contains(got, "more than") {
			t.Errorf("%s: %s", program, fmt.Sprintf("%.100s", got))
		}
	}
}
