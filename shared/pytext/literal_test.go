package pytext_test

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/shared/pytext"
)

// TestLiteral reads literals; the second column is repr(ast.literal_eval(first)) of CPython 3.11.
func TestLiteral(t *testing.T) {
	for _, row := range [][2]string{
		{`1`, `1`}, {`-1`, `-1`}, {`+1.5`, `1.5`}, {`1_000`, `1000`}, {`0x1F`, `31`}, {`0b11`, `3`}, {`0o17`, `15`}, {`00`, `0`}, {`1.`, `1.0`}, {`.5`, `0.5`}, {`1e3`, `1000.0`},
		{`1E-7`, `1e-07`}, {`123456789012345678901234567890`, `123456789012345678901234567890`}, {`- 1`, `-1`}, {`1e400`, `inf`}, {`1.5_0`, `1.5`},
		{`None`, `None`}, {`True`, `True`}, {`False`, `False`}, {` 1`, `1`}, {"1 \n", `1`}, {"1 # one", `1`}, {"(1,\n 2)", `(1, 2)`}, {"[1, # one\n2]", `[1, 2]`},
		{`'a'`, `'a'`}, {`"it's"`, `"it's"`}, {`'it\'s "x"'`, `'it\'s "x"'`}, {`'a' "b"`, `'ab'`}, {`r'\n'`, `'\\n'`}, {`u'x'`, `'x'`}, {`b'\xff'`, `b'\xff'`}, {`'\x41\u00e9\U0001F600\101'`, `'Aé😀A'`},
		{`'\d'`, `'\\d'`}, {"'''a\n'b'''", `"a\n'b"`}, {`'\ud800'`, `'\ud800'`}, {"'a\\\nb'", `'ab'`}, {`b'\u00e9'`, `b'\\u00e9'`}, {`''`, `''`}, {`''''''`, `''`},
		{`()`, `()`}, {`(1)`, `1`}, {`(1,)`, `(1,)`}, {`1, 2`, `(1, 2)`}, {`1,`, `(1,)`}, {`[1, 2,]`, `[1, 2]`}, {`[]`, `[]`}, {`{}`, `{}`}, {`{'a': 1, 'b': [None]}`, `{'a': 1, 'b': [None]}`},
		{`{1: 'a', True: 'b', 1.0: 'c'}`, `{1: 'c'}`}, {`{1, 2, 1}`, `{1, 2}`}, {`set()`, `set()`}, {`{(1, 2): 3}`, `{(1, 2): 3}`}, {`{'a': {}, }`, `{'a': {}}`},
	} {
		v, err := pytext.Literal(row[0])
		if err != nil {
			t.Errorf("%q: %v", row[0], err)
		} else if got := pytext.Repr(v); got != row[1] {
			t.Errorf("%q: got %s, want %s", row[0], got, row[1])
		}
	}
}

func TestNoLiteral(t *testing.T) {
	for _, text := range []string{
		``, `a`, `1 2`, `01`, `1__0`, `1_`, `_1`, `0x`, `1.2.3`, `--1`, `-True`, `-'a'`, `[1 2]`, `[1,,2]`, `[,]`, `(,)`, `{1: }`, `{1: 2, 3}`, `{1, 2: 3}`, `'a`, `'''a''`, "'a\nb'", `'\x4'`, `'\N{DIGIT ONE}'`,
		`f'{1}'`, `'a' b'b'`, `b'é'`, `[1`, `(1]`, `1)`, `{[1]: 2}`, `{[1]}`, `open('x')`, `1 + 2`, `a.b`, `None()`, "1\n2", `'\U00110000'`, `1j`, strings.Repeat("[", 100000), `__import__('os')`,
	} {
		if v, err := pytext.Literal(text); err == nil {
			t.Errorf("%.40q is %s", text, pytext.Repr(v))
		}
	}
}

// TestKeys reads one entry of a dict by the spellings of its key that are equal in Python.
func TestKeys(t *testing.T) {
	d := &pytext.Dict{}
	for _, key := range []any{1, nil, "1", pytext.Tuple{"a", 1}, 0.5, new(big.Int).Lsh(big.NewInt(1), 70), pytext.Bytes("1")} {
		if err := d.Set(key, pytext.Repr(key)); err != nil {
			t.Fatal(err)
		}
	}
	for _, same := range []struct {
		key  any
		want string
	}{
		{true, "1"}, {1.0, "1"}, {int64(1), "1"}, {nil, "None"}, {"1", "'1'"}, {pytext.Tuple{"a", true}, "('a', 1)"}, {0.5, "0.5"}, {0x1p70, "1180591620717411303424"}, {pytext.Bytes("1"), "b'1'"},
	} {
		if got, _ := d.Get(same.key); got != same.want {
			t.Errorf("%s: got %v, want %s", pytext.Repr(same.key), got, same.want)
		}
	}
	if _, ok := d.Get(pytext.Tuple{"a,int64 1", 1}); ok {
		t.Error("a tuple of another text is found")
	}
	if err := d.Set([]any{}, 1); err == nil || err.Error() != "TypeError: unhashable type: 'list'" {
		t.Error(err)
	}
}

// TestManyKeys: a dict is the same with few entries and with many, however it came to have them.
func TestManyKeys(t *testing.T) {
	d := &pytext.Dict{}
	key := func(i int) any {
		return []any{i, fmt.Sprint(i), pytext.Tuple{i}, float64(i) + 0.5}[i%4]
	}
	for i := range 40 {
		for again := range 2 {
			if err := d.Set(key(i), i+again); err != nil {
				t.Fatal(err)
			}
		}
		for j := range 40 {
			got, ok := d.Get(key(j))
			if ok != (j <= i) || ok && got != j+1 {
				t.Fatalf("of %d entries, %s is %v, %v", i+1, pytext.Repr(key(j)), got, ok)
			}
		}
		if d.Len() != i+1 || d.Items()[i].Value != i+1 {
			t.Fatalf("%d entries, the last is %v", d.Len(), d.Items()[i])
		}
	}
}

// TestOrder compares values as < does.
func TestOrder(t *testing.T) {
	for _, row := range []struct {
		a, b any
		want string
	}{
		{1, 2.5, "-1"}, {true, 1, "0"}, {"b", "a", "1"}, {"Z", "é", "-1"}, {pytext.Tuple{1, 2}, pytext.Tuple{1}, "1"}, {[]any{1, "a"}, []any{1, "b"}, "-1"},
		{1, "a", "TypeError: '<' not supported between instances of 'int' and 'str'"}, {nil, nil, "TypeError: '<' not supported between instances of 'NoneType' and 'NoneType'"},
		{pytext.NewDict(), pytext.NewDict(), "TypeError: '<' not supported between instances of 'dict' and 'dict'"}, {int64(1<<53 + 1), float64(1 << 53), "1"},
	} {
		order, err := pytext.Compare(row.a, row.b)
		got := pytext.Str(order)
		if err != nil {
			got = err.Error()
		}
		if got != row.want {
			t.Errorf("%s < %s: got %s, want %s", pytext.Repr(row.a), pytext.Repr(row.b), got, row.want)
		}
	}
}

// TestPlain reads what encoding/json makes.
func TestPlain(t *testing.T) {
	plain := map[string]any{"b": []any{1, 1.0, true, nil}, "a": map[string]any{"x": "é"}}
	if diff := cmp.Diff(`{'a': {'x': 'é'}, 'b': [1, 1.0, True, None]}`, pytext.Str(plain)); diff != "" {
		t.Error(diff)
	}
	for v, want := range map[any]bool{nil: false, 0: false, 0.0: false, "": false, "0": true, true: true, pytext.Bytes(""): false} {
		if pytext.Truth(v) != want {
			t.Errorf("bool(%s) is not %v", pytext.Repr(v), want)
		}
	}
}

// FuzzDecode looks for a value that json.dumps does not read back.
func FuzzDecode(f *testing.F) {
	for _, text := range []string{`{"a":[1,2.5,"\ud800x"]}`, `[NaN,-Infinity]`, `"\ud83d\ude00"`, `{"a":1,"a":2}`, `[1,2`, `"\u12`, "\xed\xa0\x80", strings.Repeat("[", 2000), `1e5`, `-`, `-0.0e+1`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := pytext.Decode(text)
		if err != nil {
			return
		}
		again, err := pytext.JSON(v, pytext.Options{})
		if err != nil {
			t.Fatal(err)
		}
		w, err := pytext.Decode(again)
		if err != nil || pytext.Repr(v) != pytext.Repr(w) {
			t.Errorf("%q: %s, read back %s (%v)", text, pytext.Repr(v), pytext.Repr(w), err)
		}
	})
}

// FuzzLiteral looks for a value whose repr is another one.
func FuzzLiteral(f *testing.F) {
	for _, text := range []string{`{'a': (1, -2.5), "b": b'\x00'}`, `{1, 2}`, `'''a'''`, `r'\' 'x'`, `1_0e-3`, `0x_f`, `'\101' u"\ud800"`, `((((`, "1 #\n", `set()`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := pytext.Literal(text)
		if err != nil || strings.Contains(pytext.Repr(v), "inf") {
			return
		}
		w, err := pytext.Literal(pytext.Repr(v))
		if err != nil || pytext.Repr(v) != pytext.Repr(w) {
			t.Errorf("%q: %s, read back %s (%v)", text, pytext.Repr(v), pytext.Repr(w), err)
		}
	})
}
