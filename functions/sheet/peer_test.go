package sheet

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// peer runs testdata/peer.py, where Python has the readers and writers that it uses.
func peer(t *testing.T, arguments ...string) string {
	t.Helper()
	if err := exec.CommandContext(t.Context(), "python3", "-c", "import openpyxl, xlrd, xlwt").Run(); err != nil {
		if os.Getenv("STEPLOOM_REQUIRE_SERVERS") != "" {
			t.Fatal("Python has no openpyxl, xlrd and xlwt")
		}
		t.Skip("Python has no openpyxl, xlrd and xlwt")
	}
	command := exec.CommandContext(t.Context(), "python3", append([]string{"testdata/peer.py"}, arguments...)...)
	var out, errs bytes.Buffer
	command.Stdout, command.Stderr = &out, &errs
	if err := command.Run(); err != nil {
		t.Fatalf("%v\n%s", err, errs.String())
	}
	return out.String()
}

// cellsOf are the cells of a sheet of a file, in order.
func cellsOf(t *testing.T, file []byte, sheet string) []cell {
	t.Helper()
	book, err := open(file)
	if err != nil {
		t.Fatal(err)
	}
	g := &grid{ctx: t.Context(), limit: math.MaxInt}
	if err := book.cells(sheet, g); err != nil {
		t.Fatal(err)
	}
	g.settle()
	return g.cells
}

// TestPeersAgree: what xlwt and openpyxl write, and the files that STEPLOOM_SHEETS names, hold the cells that xlrd and openpyxl find in them.
func TestPeersAgree(t *testing.T) {
	files := strings.Fields(peer(t, "write", t.TempDir()) + os.Getenv("STEPLOOM_SHEETS"))
	lines := strings.Split(strings.TrimSpace(peer(t, append([]string{"cells"}, files...)...)), "\n")
	compared := 0
	for i, file := range files {
		var sheets map[string][][3]any
		if err := json.Unmarshal([]byte(lines[i]), &sheets); err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range sheets {
			got := cellsOf(t, content, name)
			if len(got) != len(want) {
				t.Errorf("%s %s: %d cells, want %d", file, name, len(got), len(want))
			}
			compared += len(want)
			for j := range min(len(got), len(want)) {
				if w := want[j]; float64(got[j].row) != w[0] || float64(got[j].column) != w[1] || !sameValue(got[j].value, w[2]) {
					t.Errorf("%s %s: row %d column %d is %#v, want %v", file, name, got[j].row, got[j].column, got[j].value, w)
				}
			}
		}
	}
	t.Logf("%d cells of %d files", compared, len(files))
	if compared < 500 {
		t.Errorf("only %d cells", compared)
	}
}

// sameValue compares with what a peer found: it gives every date a time, and a time of day or a length of time a date.
func sameValue(got, want any) bool {
	switch want := want.(type) {
	case float64:
		number, ok := got.(json.Number)
		value, err := number.Float64()
		return ok && err == nil && (value == want || math.Abs(value-want) < math.Abs(want)*1e-15)
	case string:
		text, ok := got.(string)
		goesOn := longTime.MatchString(text)
		text, want = withoutZeros(text), withoutZeros(want)
		return ok && (text == want || strings.HasSuffix(want, " "+text) || goesOn)
	default:
		return got == want
	}
}

// longTime is a length of time of more than a hundred hours, which peers show as a date.
var longTime = regexp.MustCompile(`^[0-9]{3,}:[0-9]{2}:[0-9]{2}$`)

var zeros = regexp.MustCompile(`( 00:00:00|\.0+|(\.[0-9]*?[1-9])0+)$`)

func withoutZeros(text string) string { return zeros.ReplaceAllString(text, "$2") }
