package javatime_test

import (
	"os"
	"strings"
	"testing"

	"github.com/steploom/steploom/internal/conformance"
	"github.com/steploom/steploom/shared/javatime"
)

// row is a pattern with what java.time made of an instant or a text by it.
type row struct {
	ID, Pattern, Instant, Zone, Locale, Kind string
	Text, Result                             *string
	As                                       string
	ErrorAt                                  string `json:"error_at"`
}

// run gives our answer, or where it failed.
func (r row) run(t *testing.T) (answer, failed string) {
	locale, err := javatime.ParseLocale(r.Locale)
	if err != nil {
		return err.Error(), "locale"
	}
	pattern, err := javatime.Parse(r.Pattern, locale)
	switch {
	case err != nil:
		return err.Error(), "pattern"
	case r.Text != nil:
		parsed, err := pattern.Parse(*r.Text)
		if err != nil {
			return err.Error(), "parse"
		}
		return parsed.String(), ""
	}
	text, err := pattern.Format(r.temporal(t))
	if err != nil {
		return err.Error(), "format"
	}
	return text, ""
}

// temporal gives the value that the row formats.
func (r row) temporal(t *testing.T) javatime.Temporal {
	at, err := javatime.ParseISO(r.Instant)
	if err != nil {
		t.Fatal(err)
	}
	zone := javatime.UTC()
	if r.Zone != "" {
		if zone, err = javatime.ParseZone(r.Zone); err != nil {
			t.Fatal(err)
		}
	}
	moment, _ := at.Moment()
	zoned := javatime.In(moment, zone)
	const date, clock = javatime.HasDate, javatime.HasTime
	zoned.Has = map[string]javatime.Has{
		"": zoned.Has, "LocalDateTime": date | clock, "LocalDate": date, "LocalTime": clock,
		"OffsetDateTime": date | clock | javatime.HasOffset, "Instant": javatime.HasInstant,
	}[r.Kind]
	return zoned
}

// reached tells whether an answer is Java's: the same text, or a failure at the same place.
func (r row) reached(answer, failed string) bool {
	return failed == r.ErrorAt && (failed != "" || r.Result != nil && answer == *r.Result)
}

// class says why a row is not followed, in the words of the documentation; "" is for a fault.
func (r row) class(answer string) string {
	switch {
	case r.Text == nil || r.Result == nil:
		return ""
	case strings.Contains(answer, "there is no day"):
		return "a day that the month does not have"
	case strings.ContainsAny(r.Pattern, "zv") && strings.Contains(answer, "could not be parsed at index"):
		return "reading the name of a zone"
	case r.As == "YearMonth" || r.As == "Year" || r.As == "MonthDay" || r.As == "TemporalAccessor":
		return "reading less than a date or a time"
	}
	return ""
}

// TestDateFormat compares formatting and parsing with java.time, and the rows that are not followed with what the documentation says of them.
func TestDateFormat(t *testing.T) {
	page, err := os.ReadFile("../../docs/apichap.md")
	if err != nil {
		t.Fatal(err)
	}
	reached, all := 0, conformance.Rows[row](t, "oracles/dateformat.jsonl")
	for _, r := range all {
		answer, failed := r.run(t)
		if r.reached(answer, failed) {
			reached++
			continue
		}
		class := r.class(answer)
		if class == "" {
			t.Errorf("%s: %q gives %q, Java %v", r.ID, r.Pattern, answer, r.Result)
		} else if !documented(string(page), class) {
			t.Errorf("%s: the documentation does not say: %s", r.ID, class)
		} else {
			t.Logf("%s: %s", r.ID, class)
		}
	}
	t.Logf("dateformat: %d of %d", reached, len(all))
	if reached*100 < 98*len(all) {
		t.Errorf("fewer than 98 of 100 rows are as in Java")
	}
}

func documented(page, class string) bool { return strings.Contains(page, "| "+class+" |") }
