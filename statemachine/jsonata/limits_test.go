package jsonata

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestRunaway evaluates what would never end, or fill the memory; each must end with U1001, soon, and without having used much.
func TestRunaway(t *testing.T) {
	if testing.Short() {
		t.Skip("not in a short run: it fills memory and time")
	}
	limits := Limits{Time: 2 * time.Second, Memory: 64 << 20}
	for _, src := range []string{
		"($f := function($n){ $n + $f($n - 1) }; $f(1))",
		"($f := function(){ $f() }; $f())",
		"($f := function($x){ [$f($x)] }; $f(1))",
		"($f := function($x){ $f([$x, $x]) }; $f(1))",
		"($f := function($x){ $f($x & $x) }; $f('ab'))",
		"($f := function($x, $n){ $n = 0 ? $string($x) : $f({'a': $x, 'b': $x}, $n - 1) }; $f({}, 60))",
		"($f := function($x, $n){ $n = 0 ? $x = $x : $f({'a': $x, 'b': $x}, $n - 1) }; $f({}, 60))",
		"($f := function($x, $n){ $n = 0 ? $boolean($x) : $f([[$x], [$x]], $n - 1) }; $f([0], 60))",
		"($f := function($x, $n){ $n = 0 ? $x.k : $f([[$x], [$x]], $n - 1) }; $f([{}], 60))",
		"($f := function($x, $n){ $n = 0 ? $keys($x) : $f([[$x], [$x]], $n - 1) }; $f([{}], 60))",
		"($f := function($x, $n){ $n = 0 ? $x.** : $f({'a': $x, 'b': $x}, $n - 1) }; $f({}, 60))",
		"($f := function($x, $n){ $n = 0 ? {'a': $x}.* : $f([[$x], [$x]], $n - 1) }; $f([0], 60))",
		"($f := function($x, $n){ $n = 0 ? $string($x) : $f([[$x]], $n - 1) }; $f([0], 200000))",
		"[1..10000000].[1..10000000]",
		"[1..10000].[1..10000].[1..10000]",
		"$pad('x', 1e12)",
		"$pad('x', 1e8)",
		"$map([1..10000000], function($v){ $map([1..10000000], $string) })",
		"$reduce([1..10000000], function($a, $b){ $append($a, [1..1000]) })",
		"/(a*)*b/('" + strings.Repeat("a", 200) + "')",
		"$replace('" + strings.Repeat("a", 60) + "', /(a|aa)+b|(a|a?)+c/, 'x')",
		"$contains('" + strings.Repeat("x", 5000) + "', /(x+x+)+y/)",
		"$split('" + strings.Repeat("ab", 3000) + "', /((a|b|ab)*)*c/)",
		"$sort([1..1000000], function($a, $b){ $count([1..100]) > 0 })",
		"$eval('$eval(\"1\") + ' & $string([1..3000000]))",
		"$formatInteger(1e12, 'I')",
		"(" + strings.Repeat("(", 10000) + "1" + strings.Repeat(")", 10000) + ")",
		strings.Repeat("-", 100000) + "1",
		strings.Repeat("a.", 100000) + "a",
		"1" + strings.Repeat("+1", 100000),
	} {
		name := src[:min(len(src), 50)]
		started := time.Now()
		e, err := Compile(src, WithLimits(limits))
		if err == nil {
			_, err = e.Eval(context.Background(), Undefined, nil)
		}
		if took := time.Since(started); took > 15*time.Second {
			t.Errorf("%s took %v", name, took)
		}
		var failed *Error
		if !errors.As(err, &failed) || failed.Code != "U1001" {
			t.Errorf("%s gives %v, want U1001", name, err)
		}
	}
}

// TestSharedParts evaluates values that hold their parts very often; settling them must not visit each place.
func TestSharedParts(t *testing.T) {
	for _, src := range []string{
		"($f := function($x, $n){ $n = 0 ? $x : $f({'a': $x, 'b': $x}, $n - 1) }; $f($map([1, 2], function($v){ $v }), 60))",
		"($f := function($x, $n){ $n = 0 ? $x : $f([[$x], [$x]], $n - 1) }; $f($map([1, 2], function($v){ $v }), 60))",
		"($f := function($x, $n){ $n = 0 ? $x : $f([[$x]], $n - 1) }; $f($map([1, 2], function($v){ $v }), 300000))",
	} {
		e, err := Compile(src)
		if err != nil {
			t.Fatal(err)
		}
		if v, err := e.Eval(context.Background(), nil, nil); err != nil || IsUndefined(v) {
			t.Errorf("%s gives %v", src, err)
		}
	}
}

func TestMemoryStaysBounded(t *testing.T) {
	e, err := Compile("($f := function($x){ $f($append($x, $x)) }; $f([1..100]))", WithLimits(Limits{Memory: 32 << 20}))
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err = e.Eval(context.Background(), nil, nil)
	runtime.ReadMemStats(&after)
	if err == nil || after.TotalAlloc-before.TotalAlloc > 256<<20 {
		t.Errorf("error %v after allocating %d MiB", err, (after.TotalAlloc-before.TotalAlloc)>>20)
	}
}

func TestCancel(t *testing.T) {
	e, err := Compile("($f := function(){ $f() }; $f())")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	_, err = e.Eval(ctx, nil, nil)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	var e2 *Error
	if !errors.As(err, &e2) || e2.Code != "U1001" {
		t.Errorf("got %v, want U1001", err)
	}
}

func TestDeepInputs(t *testing.T) {
	deep := strings.Repeat("[", 100000) + strings.Repeat("]", 100000)
	if _, err := Decode([]byte(deep)); err == nil {
		t.Error("a text nested 100,000 deep was read")
	}
	var v any = 1.0
	for range 100_000 {
		v = []any{v}
	}
	if _, err := Encode(v); err == nil {
		t.Error("a value nested 100,000 deep was written")
	}
}

// TestConcurrentUse evaluates one expression from many goroutines.
func TestConcurrentUse(t *testing.T) {
	e, err := Compile("($k := n; $f := function($x){ $x * $k }; {'sum': $sum($map(l, $f)), 'text': $join(l.$string($), '-'), 'first': l[0], 'n': a.b.c})")
	if err != nil {
		t.Fatal(err)
	}
	input := decoded(`{"n":2,"l":[1,2,3],"a":[{"b":{"c":1}},{"b":{"c":2,"d":0}}]}`)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 500 {
				v, err := e.Eval(context.Background(), input, nil)
				if got := jsonText(v); err != nil || got != `{"sum":12,"text":"1-2-3","first":1,"n":[1,2]}` {
					t.Errorf("got %s, %v", got, err)
					return
				}
			}
		})
	}
	wait.Wait()
}
