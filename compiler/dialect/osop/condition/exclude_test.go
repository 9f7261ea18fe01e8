package condition_test

import (
	"testing"

	"github.com/steploom/steploom/compiler/dialect/osop/condition"
)

func parse(t *testing.T, text string) condition.Node {
	t.Helper()
	node, err := condition.Parse(text, func(string) bool { return false })
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return node
}

func TestExclusive(t *testing.T) {
	tests := []struct {
		a, b string
		want bool
	}{
		{"x == 'a'", "x == 'b'", true},
		{"x == 'a'", "x == 'a'", false},
		{"x == a", "x == b", false}, // a and b may be values
		{"x == 'a'", "x != 'a'", true},
		{"x == 'a'", "y == 'b'", false},
		{"amount > 5000", "amount <= 5000", true},
		{"amount > 5000", "amount < 6000", false},
		{"5000 < amount", "amount == 10", true},
		{`severity in ["P3", "P4"]`, `severity in ["P1", "P2"]`, true},
		{`severity in ["P3", "P1"]`, `severity in ["P1", "P2"]`, false},
		{"score >= 0.7 && match == false", "score < 0.7 || match == true", true},
		{"a && b", "!a", true},
		{"a || b", "!a", false},
		{"valid == true", "valid == false", true},
		{"otherwise", "x == 1", false},
		{"!(x > 1)", "x > 1", true},
		{"x > 1", "y > 1 && x < 1", true},
	}
	for _, test := range tests {
		if got := condition.Exclusive(parse(t, test.a), parse(t, test.b)); got != test.want {
			t.Errorf("Exclusive(%s, %s) = %t", test.a, test.b, got)
		}
	}
}
