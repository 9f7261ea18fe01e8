package javatime_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/steploom/steploom/internal/pace"
	"github.com/steploom/steploom/shared/javatime"
)

func TestPlacesOfErrors(t *testing.T) {
	for _, test := range []struct{ pattern, at, message string }{
		{"yyyy-MM-ddThh", "T", "Unknown pattern letter: T"},
		{"dd.MMMMMM", "MMMMMM", "Too many pattern letters: M"},
		{"yyyy 'at", "'at", "incomplete string literal"},
		{"HH]", "]", "without previous ["},
		{"ü{", "{", "reserved character"},
		{"ppHmm", "mm", "padded number"},
		{"dd pp", "pp", "Pad letter"},
	} {
		_, err := javatime.Parse(test.pattern, javatime.English())
		var bad *javatime.Error
		if !errors.As(err, &bad) || test.pattern[bad.Start:bad.End] != test.at || !strings.Contains(bad.Message, test.message) {
			t.Errorf("%s: got %+v", test.pattern, bad)
		}
	}
}

func TestParseISO(t *testing.T) {
	for text, want := range map[string]string{
		"2026-03-01":                            "2026-03-01",
		"2026-03-01T09:05":                      "2026-03-01T09:05",
		"2026-03-01 09:05:07.25":                "2026-03-01T09:05:07.250",
		"2026-03-01T09:05:07.123456789Z":        "2026-03-01T09:05:07.123456789Z",
		"2026-03-01T09:05+02":                   "2026-03-01T09:05+02:00",
		"2026-03-01 09:05:07-0330":              "2026-03-01T09:05:07-03:30",
		"2026-07-01T09:05+02:00[Europe/Berlin]": "",
		"2024-02-29":                            "2024-02-29",
		"2026-02-30":                            "",
		"2025-02-29T00:00":                      "",
		"2026-04-31":                            "",
		"0000-00-00":                            "",
		"2026-3-1":                              "",
		"2026-03-01T24:00:00":                   "",
		"2026-03-01T24:00:01":                   "",
		"2026-03-01T09":                         "",
		"2026-03-01T":                           "",
		"2026-03-01T09:05 ":                     "",
		"2026-03-01T09:05+2":                    "",
		"2026-03-01T09:05+19:00":                "",
		"2026-03-01T09:05:07.":                  "",
		"2026-03-01T09:05:07.1234567890":        "",
		"2026-03-01T09:05+020000":               "",
		"01.03.2026":                            "",
		"":                                      "",
		strings.Repeat("9", 10_000):             "",
	} {
		got, err := javatime.ParseISO(text)
		if want == "" && err == nil || want != "" && (err != nil || got.String() != want) {
			t.Errorf("%q: got %s, %v; want %q", text, got, err, want)
		}
	}
}

func TestZones(t *testing.T) {
	for id, want := range map[string]string{
		"Z": "Z", "+2": "+02:00", "-0330": "-03:30", "+02:00": "+02:00", "+020305": "+02:03:05", "UTC": "UTC", "GMT+2": "GMT+02:00", "UT-01:30": "UT-01:30",
		"Europe/Berlin": "Europe/Berlin", "Australia/Sydney": "Australia/Sydney", "Pacific/Auckland": "Pacific/Auckland", "EST": "EST", "Etc/GMT+5": "Etc/GMT+5",
		"": "", "utc": "", "europe/berlin": "", "CEST": "", "+19:00": "", "+2:00": "", "Local": "", "../zone": "", "Europe/": "", "Europe/Bonn": "", "GMT+": "",
	} {
		zone, err := javatime.ParseZone(id)
		if want == "" && err == nil || want != "" && (err != nil || zone.ID() != want) {
			t.Errorf("%q: got %q, %v; want %q", id, zone.ID(), err, want)
		}
	}
}

// TestHistory looks at clocks before the rules of today, at skipped and repeated hours, and at winters that are the exception.
func TestHistory(t *testing.T) {
	for _, test := range []struct{ zone, at, want string }{
		{"Europe/Berlin", "1995-09-30T12:00:00Z", "1995-09-30 13:00 +01:00 CET"},
		{"Europe/Berlin", "1980-04-06T01:00:00Z", "1980-04-06 03:00 +02:00 CEST"},
		{"Europe/Berlin", "1890-01-01T00:00:00Z", "1890-01-01 00:53 +00:53 CET"},
		{"America/New_York", "2006-03-20T12:00:00Z", "2006-03-20 07:00 -05:00 EST"},
		{"Australia/Sydney", "2026-04-04T16:00:00Z", "2026-04-05 02:00 +10:00 AEST"},
		{"Australia/Melbourne", "2026-01-01T00:00:00Z", "2026-01-01 11:00 +11:00 AEDT"},
		{"Australia/Adelaide", "2026-07-01T00:00:00Z", "2026-07-01 09:30 +09:30 ACST"},
		{"Pacific/Auckland", "2026-01-01T00:00:00Z", "2026-01-01 13:00 +13:00 NZDT"},
		{"Europe/Dublin", "2026-07-01T00:00:00Z", "2026-07-01 01:00 +01:00 IST"},
		{"Europe/Dublin", "2026-01-01T00:00:00Z", "2026-01-01 00:00 Z GMT"},
		{"Africa/Casablanca", "2024-03-20T00:00:00Z", "2024-03-20 00:00 Z WET"},
		{"Africa/Casablanca", "2024-07-20T00:00:00Z", "2024-07-20 01:00 +01:00 WEST"},
	} {
		zone, err := javatime.ParseZone(test.zone)
		if err != nil {
			t.Fatal(err)
		}
		moment, _ := time.Parse(time.RFC3339, test.at)
		if got := format(t, "uuuu-MM-dd HH:mm XXX z", javatime.In(moment, zone)); got != test.want {
			t.Errorf("%s %s: got %s, want %s", test.zone, test.at, got, test.want)
		}
	}
}

func TestLocales(t *testing.T) {
	for _, tag := range javatime.Locales() {
		if _, err := javatime.ParseLocale(tag); err != nil {
			t.Errorf("%s: %v", tag, err)
		}
	}
	if _, err := javatime.ParseLocale("fr"); err == nil || !strings.Contains(err.Error(), `"fr"`) {
		t.Errorf("fr: %v", err)
	}
}

func format(t *testing.T, pattern string, at javatime.Temporal) string {
	t.Helper()
	p, err := javatime.Parse(pattern, javatime.English())
	if err != nil {
		t.Fatal(err)
	}
	text, err := p.Format(at)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestRoundTrip writes random moments and reads them again.
func TestRoundTrip(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, pattern := range []string{
		"uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSSXXXXX'['VV']'", "EEEE, d. MMMM yyyy G, k:mm:ss,n [ZZZZZ][VV]", "uuuu-DDD NXXXXX", "YYYY-ww-e A n XXXXX", "g h:mm:ss.nOOOOa",
	} {
		p, err := javatime.Parse(pattern, javatime.English())
		if err != nil {
			t.Fatal(err)
		}
		for range 500 {
			want := time.Unix(random.Int64N(200_000_000_000)-100_000_000_000, random.Int64N(1_000_000_000)).UTC()
			text, err := p.Format(javatime.In(want, javatime.UTC()))
			if err != nil {
				t.Fatal(err)
			}
			read, err := p.Parse(text)
			if got, ok := read.Moment(); err != nil || !ok || !got.Equal(want) {
				t.Fatalf("%s: %s was read as %s, %v", pattern, text, read, err)
			}
		}
	}
}

func FuzzPattern(f *testing.F) {
	for _, seed := range []string{"yyyy-MM-dd'T'HH:mm:ssXXX", "[[[yyyy]", "ppppHmm", "''", "GGGGG QQQ B vvvv zzzz O", "hh:mm a"} {
		f.Add(seed, "2026-03-01T09:05:00Z")
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		try(t, pattern, text)
		pace.Linear(t, pattern, func(long string) { try(t, long, "2026-03-01") })
		pace.Linear(t, text, func(long string) { try(t, pattern, long) })
	})
}

// try reads a pattern, writes a date by it, reads that again, and reads a text by it.
func try(t *testing.T, pattern, text string) {
	p, err := javatime.Parse(pattern, javatime.English())
	var bad *javatime.Error
	if err != nil {
		if !errors.As(err, &bad) || bad.Start < 0 || bad.End > len(pattern) || bad.Start >= bad.End {
			t.Fatalf("%q: %#v", pattern, err)
		}
		return
	}
	if written, err := p.Format(javatime.In(time.Unix(1_700_000_000, 123), javatime.UTC())); err == nil {
		_, _ = p.Parse(written)
	}
	_, _ = p.Parse(text)
	_, _ = javatime.ParseISO(text)
}
