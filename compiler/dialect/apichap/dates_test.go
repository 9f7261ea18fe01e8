package apichap

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/internal/conformance"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// dateRow is an instant that java.time formats.
type dateRow struct {
	ID, Pattern, Instant, Zone, Locale, Kind string
	Text, Result                             *string
	ErrorAt                                  string `json:"error_at"`
}

// TestDatesAsJava has DATEFORMAT write what java.time writes, in JSONata where that can say it and by function filter elsewhere. A pattern that Java
// refuses is a diagnostic at its place, a value that it refuses an error.
func TestDatesAsJava(t *testing.T) {
	reached, seen := 0, 0
	for _, row := range conformance.Rows[dateRow](t, "oracles/dateformat.jsonl") {
		if row.Text != nil || row.Kind != "" || row.Locale != "en" || strings.ContainsAny(row.Pattern, "\"\\") {
			continue
		}
		seen++
		got, failed := dateOf(t, row)
		switch {
		case failed == row.ErrorAt && (row.Result == nil || got == *row.Result):
			reached++
		case failed == "format" && (row.Instant[0] == '-' || row.Instant[0] == '+'):
			t.Logf("%s: %s is not of the years 1 to 9999", row.ID, row.Instant)
		default:
			t.Errorf("%s: %q of %s in %s gives %s %q, Java %s", row.ID, row.Pattern, row.Instant, row.Zone, failed, got, text(row.Result))
		}
	}
	t.Logf("DATEFORMAT: %d of %d", reached, seen)
	if reached*100 < 95*seen {
		t.Errorf("too few")
	}
}

func text(value *string) string {
	if value == nil {
		return "an error"
	}
	return *value
}

func dateOf(t *testing.T, row dateRow) (got, failed string) {
	body := jsonata.NewObject()
	body.Set("at", row.Instant)
	data := jsonata.NewObject()
	data.Set("body", body)
	encoded, err := jsonata.Encode(data)
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t, string(encoded))
	expression := `DATEFORMAT(BODY($.at), "` + row.Pattern + `", "` + row.Zone + `")`
	node := b.reader.Read(source.File{Path: "example.yaml", Bytes: []byte("- " + quoteYAML(expression) + "\n")})
	lowered := b.scope.lower(parseExpression(node.Items()[0])).node
	if len(b.reader.Problems()) > 0 {
		return b.reader.Problems()[0].Summary, "pattern"
	}
	b.writeDates(t)
	value, err := b.value(jsonata.Print(lowered))
	if err != nil {
		return err.Error(), "format"
	}
	written, _ := value.(string)
	return written, ""
}

// TestDatesRead gives dates as people and databases write them, to both ways of writing them.
func TestDatesRead(t *testing.T) {
	for text, want := range map[string]string{
		`"2026-03-01"`:                          "2026-03-01 00:00:00.000",
		`"2026-03-01T09:05"`:                    "2026-03-01 09:05:00.000",
		`"2026-03-01 09:05:07.25"`:              "2026-03-01 09:05:07.250",
		`"2026-03-01T09:05:07.123999999Z"`:      "2026-03-01 09:05:07.123",
		`"2026-03-01T09:05+02"`:                 "2026-03-01 07:05:00.000",
		`"2026-03-01T09:05:00-0330"`:            "2026-03-01 12:35:00.000",
		`"2026-03-01 09:05:00+14:00"`:           "2026-02-28 19:05:00.000",
		`"2024-02-29"`:                          "2024-02-29 00:00:00.000",
		`"2000-02-29"`:                          "2000-02-29 00:00:00.000",
		`"0001-01-01"`:                          "0001-01-01 00:00:00.000",
		`"9999-12-31T23:59:59.999Z"`:            "9999-12-31 23:59:59.999",
		`"1890-01-01T00:00:00Z"`:                "1890-01-01 00:00:00.000",
		`""`:                                    "",
		`null`:                                  "",
		`"0000-00-00"`:                          "",
		`"0000-00-00 00:00:00"`:                 "",
		`"0000-00-00 00:00:00.000000"`:          "",
		`"2026-02-30"`:                          "error",
		`"2026-02-29T00:00:00Z"`:                "error",
		`"1900-02-29"`:                          "error",
		`"2026-04-31"`:                          "error",
		`"2026-00-10"`:                          "error",
		`"2026-13-01"`:                          "error",
		`"2026-03-00"`:                          "error",
		`"2026-03-01T24:00:00"`:                 "error",
		`"2026-03-01T09:60"`:                    "error",
		`"2026-03-01T09"`:                       "error",
		`"2026-03-01T09:05:07."`:                "error",
		`"2026-03-01T09:05+2"`:                  "error",
		`"2026-03-01T09:05+19:00"`:              "error",
		`"2026-03-01T09:05+18:30"`:              "error",
		`"2026-3-1"`:                            "error",
		`"01.03.2026"`:                          "error",
		`"2026-03-01 "`:                         "error",
		`"09:05:00"`:                            "error",
		`"now"`:                                 "error",
		`1772355900000`:                         "error",
		`true`:                                  "error",
		`{"a": 1}`:                              "error",
		`["2026-03-01", "2026-03-02"]`:          "error",
		`"2026-03-01T09:05:07Z[Europe/Berlin]"`: "error",
	} {
		for _, pattern := range []string{"uuuu-MM-dd HH:mm:ss.SSS", "uuuu-MM-dd kk:mm:ss.SSS"} {
			got, failed := dateOfBody(t, text, pattern)
			if failed {
				got = "error"
			}
			if got = strings.Replace(got, " 24:", " 00:", 1); got != want {
				t.Errorf("%s by %s gives %q, want %q", text, pattern, got, want)
			}
		}
	}
}

// TestDatesOfDates looks at dates that are made of dates, and at conditions of dates, which must be written in an order.
func TestDatesOfDates(t *testing.T) {
	const data = `{"body": {"at": "2026-03-01T23:30:00Z", "bad": "2026-02-30", "list": [{"d": "2026-07-01"}, {"d": "2026-12-24"}]}}`
	for expression, want := range map[string]string{
		`DATEFORMAT(DATEFORMAT(BODY($.at), "uuuu-MM-dd", "Europe/Berlin"), "uuuu-MM-dd", "Europe/Berlin")`:                                                                   `"2026-03-02"`,
		`DATEFORMAT(DATEFORMAT(DATEFORMAT(BODY($.at), "uuuu-MM-dd", "Asia/Tokyo"), "uuuu-MM-dd", "UTC"), "EEE", "Asia/Tokyo") . DATEFORMAT(BODY($.at), "EEE", "Asia/Tokyo")`: `"MonMon"`,
		`DATEFORMAT(BODY($.at), "e") == TEXT(2) || DATEFORMAT(BODY($.at), "e") == TEXT(1)`:                                                                                   `true`,
		`BODY($.at) == TEXT(x) && DATEFORMAT(BODY($.bad), "e") == TEXT(1)`:                                                                                                   `false`,
		`BODY($.at) != TEXT(x) || DATEFORMAT(BODY($.bad), "e") == TEXT(1)`:                                                                                                   `true`,
		`BODY($.at) == TEXT(x) && DATEFORMAT(JSON_FROM_STRING(BODY($.bad)), "e") == TEXT(1)`:                                                                                 `false`,
		`BODY($.at) != TEXT(x) || DATEFORMAT(JSON_FROM_STRING(BODY($.bad)), "e") == TEXT(1)`:                                                                                 `true`,
		`DATEFORMAT(BODY($.at), "e") == TEXT(2) && DATEFORMAT(DATEFORMAT(BODY($.bad), "e"), "e") == TEXT(1)`:                                                                 `false`,
		`!(DATEFORMAT(BODY($.at), "e") == TEXT(2))`:                                                                                                                          `true`,
		`BODY($.list[?(@.d == '${DATEFORMAT(TEXT(2026-07-01), "uuuu-MM-dd")}')].d)`:                                                                                          `"2026-07-01"`,
		`BODY($.list[?(@.d > '${DATEFORMAT(BODY($.at), "uuuu-MM-dd", "Europe/Berlin")}')].d)`:                                                                                `["2026-07-01", "2026-12-24"]`,
		`TEXT(on ${DATEFORMAT(BODY($.at), "QQQ")} and ${DATEFORMAT(BODY($.none), "QQQ")})`:                                                                                   `"on Q1 and "`,
		`DATEFORMAT(BODY($.list[?(@.d == '2026-07-01')].d), "EEE", "Asia/Tokyo")`:                                                                                            `"Wed"`,
		`DATEFORMAT(BODY($.list[?(@.d == '2026-07-01')].d), "EEE")`:                                                                                                          `"Wed"`,
		`DATEFORMAT(BODY($.list[?(@.d == 'x')].d), "EEE")`:                                                                                                                   `null`,
		`DATEFORMAT(BODY($.at), "VV z") . DATEFORMAT(BODY($.at), ", Q VV z")`:                                                                                                `"UTC UTC, 1 UTC UTC"`,
		`DATEFORMAT(BODY($.at), "VV z", "Z") . DATEFORMAT(BODY($.at), ", Q VV z", "Z")`:                                                                                      `"Z Z, 1 Z Z"`,
		`DATEFORMAT(BODY($..at), "QQQ")`:                                                                                                                                     `"Q1"`,
		`SIZE(DATEFORMAT(BODY($.at), "QQQ"))`:                                                                                                                                `1`,
		`DATEFORMAT(NOW(), "VV B", "Asia/Tokyo") != NULL() && DATEFORMAT(NOW(), "VV", "Asia/Tokyo") != NULL()`:                                                               `true`,
	} {
		b := newBench(t, data)
		node := b.lower(t, expression).node
		if got := b.evaluate(t, node); got != normal(t, want) {
			t.Errorf("%s gives %s, want %s", expression, got, want)
		}
	}
}

func dateOfBody(t *testing.T, date, pattern string) (got string, failed bool) {
	t.Helper()
	b := newBench(t, `{"body": {"at": `+date+`}}`)
	lowered := b.lower(t, `DATEFORMAT(BODY($.at), "`+pattern+`")`).node
	b.writeDates(t)
	value, err := b.value(jsonata.Print(lowered))
	if err != nil {
		return "", true
	}
	written, _ := value.(string)
	return written, false
}
