package jsonata

import (
	"runtime"
	"strings"
	"testing"
)

// TestSignatureSize compiles signatures whose cost grows with their length, not faster.
func TestSignatureSize(t *testing.T) {
	bytes := func(n int) uint64 {
		src := "function($a)<" + strings.Repeat("a<", n) + "n" + strings.Repeat(">", n) + ">{$a}"
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Compile(src)
		runtime.ReadMemStats(&after)
		if err != nil {
			t.Fatal(err)
		}
		return after.TotalAlloc - before.TotalAlloc
	}
	if small, large := bytes(1_000), bytes(100_000); large > 200*small {
		t.Errorf("a hundred times the signature takes %d bytes instead of %d", large, small)
	}
	if _, err := Compile("function()<" + strings.Repeat("n", maxParameters+1) + ">{1}"); err == nil || err.(*Error).Code != "U1001" {
		t.Errorf("a signature of %d parameters gives %v", maxParameters+1, err)
	}
}

// TestSignatureAmbiguity matches arguments that fit in so many ways that trying all would never end.
func TestSignatureAmbiguity(t *testing.T) {
	parsed, err := parseSignature("<" + strings.Repeat("n?x+", 60) + "s>")
	if err != nil {
		t.Fatal(err)
	}
	args := make([]any, 200)
	for i := range args {
		args[i] = 1.0
	}
	if _, err := parsed.validate(args, nil); err == nil || err.(*Error).Code != "T0410" {
		t.Errorf("matching gives %v", err)
	}
	args[len(args)-1] = "end"
	if out, err := parsed.validate(args, nil); err != nil || len(out) < len(args) {
		t.Errorf("matching gives %d arguments, %v", len(out), err)
	}
}
