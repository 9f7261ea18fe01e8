package duration_test

import (
	"testing"
	"time"

	"github.com/steploom/steploom/compiler/duration"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// TestParse reads durations, and refuses what is none.
func TestParse(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"30s": 30 * time.Second, " 10m ": 10 * time.Minute, "24h": 24 * time.Hour, "1d": 24 * time.Hour, "1.5d": 36 * time.Hour, "2w": 14 * 24 * time.Hour,
		"1h30m": 90 * time.Minute, "250ms": 250 * time.Millisecond, "0s": 0,
	} {
		if got, ok := duration.Parse(text); !ok || got != want {
			t.Errorf("%q is %v, %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "5", "-1s", "-1d", "NaNd", "Infw", "10001d", "d", "1y", "soon"} {
		if got, ok := duration.Parse(text); ok {
			t.Errorf("%q is %v", text, got)
		}
	}
}

// TestSeconds reads numbers of a unit and durations, rounds up and says so, and reports what cannot be counted.
func TestSeconds(t *testing.T) {
	for _, c := range []struct {
		text     string
		unit     float64
		want     int
		severity diag.Severity // of what is reported
		reports  int
	}{
		{"5", 1, 5, 0, 0}, {"2", 60, 120, 0, 0}, {"3d", 60, 3 * 86400, 0, 0}, {"0.5", 3600, 1800, 0, 0},
		{"1.2", 1, 2, diag.Warning, 1}, {"100ms", 1, 1, diag.Warning, 1},
		{"-1", 1, 0, diag.Error, 1}, {"soon", 1, 0, diag.Error, 1}, {"NaN", 1, 0, diag.Error, 1}, {"2000000", 3600, 0, diag.Error, 1},
	} {
		reader := source.Reader{}
		node := reader.Read(source.File{Path: "w.yaml", Bytes: []byte("timeout: " + c.text)}).Get("timeout")
		got := duration.Reader{Code: report.Code("T1")}.Seconds(node, c.unit)
		problems := reader.Problems()
		if got != c.want || len(problems) != c.reports || c.reports > 0 && (problems[0].Severity != c.severity || problems[0].Code != "T1") {
			t.Errorf("%s of %v s: %d, %v", c.text, c.unit, got, problems)
		}
	}
	if got := (duration.Reader{}).Seconds(nil, 1); got != 0 {
		t.Errorf("nothing is %d", got)
	}
}

// FuzzParse gives no negative time, whatever the text.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"30s", "1d", "-1w", "1e9d", "NaNd", "9223372036854775807ns", " 2w "} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if got, ok := duration.Parse(text); ok && got < 0 {
			t.Errorf("%q is %v", text, got)
		}
	})
}
