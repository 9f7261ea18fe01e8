package javatime

import (
	"strings"
	"testing"
	"time"
)

// TestEveryZone writes the names of every zone that has some, in every locale.
func TestEveryZone(t *testing.T) {
	if len(zoneNames()) < 550 {
		t.Errorf("only %d zones have names", len(zoneNames()))
	}
	for id, columns := range zoneNames() {
		zone, err := ParseZone(id)
		if err != nil {
			t.Errorf("%s: %v", id, err)
			continue
		}
		for _, column := range columns {
			if column != "=" && strings.Count(column, "|") != 5 {
				t.Errorf("%s: %q", id, column)
			}
		}
		for _, tag := range Locales() {
			locale, _ := ParseLocale(tag)
			pattern, err := Parse("z zzzz v vvvv O VV", locale)
			if err != nil {
				t.Fatal(err)
			}
			for _, month := range []time.Month{1, 7} {
				if text, err := pattern.Format(In(time.Date(2026, month, 1, 0, 0, 0, 0, time.UTC), zone)); err != nil || strings.Contains(text, "  ") {
					t.Errorf("%s in %s: %q, %v", id, tag, text, err)
				}
			}
		}
	}
}
