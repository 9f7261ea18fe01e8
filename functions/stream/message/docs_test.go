package message

import (
	"encoding/hex"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/steploom/steploom/shared/pytext"
	"github.com/steploom/steploom/shared/task"
)

const page = "../../../docs/aether/messages.md"

func pageText(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// avroRow is a row of the table of Avro values: the schema, the data in hexadecimal digits, and the JSON.
var avroRow = regexp.MustCompile("(?m)^\\| [^|]+ \\| [^|]+ \\| `([^|]+)` \\| (?:`([0-9a-f]*)`)? ?\\| `([^|]+)` \\|$")

// TestAvroTable decodes the data of each row of the page's table.
func TestAvroTable(t *testing.T) {
	rows := avroRow.FindAllStringSubmatch(pageText(t), -1)
	if want := 18; len(rows) != want {
		t.Errorf("%d rows, want %d", len(rows), want)
	}
	for _, row := range rows {
		data, err := hex.DecodeString(row[2])
		if err != nil {
			t.Fatal(err)
		}
		records, err := decode(t, Avro, crafted(row[1], "null", block(1, data)))
		if err != nil {
			t.Errorf("%s: %v", row[1], err)
			continue
		}
		if got, _ := pytext.JSON(records[0].Message, pytext.Options{}); got != row[3] {
			t.Errorf("%s: %s is %s, the page says %s", row[1], row[2], got, row[3])
		}
	}
}

// TestPageIsCurrent: the page has the limits, the formats and the settings, and no error that there is not.
func TestPageIsCurrent(t *testing.T) {
	text := pageText(t)
	for _, limit := range []int{ValueLimit, DataLimit, CountLimit, DepthLimit, SchemaLimit} {
		if !strings.Contains(text, "| "+strconv.Itoa(limit)+" |") {
			t.Errorf("the limit %d is not there", limit)
		}
	}
	for _, format := range Formats() {
		if !strings.Contains(text, "| `"+string(format)+"` |") {
			t.Errorf("the format %s is not there", format)
		}
	}
	for _, setting := range []string{EmitFlagRequired, EmitFlagFieldPath, EmitFlagValues, MaskingAnnotation, MaskingLevels, MaskingEmitLevel} {
		if !strings.Contains(text, "`"+setting+"`") {
			t.Errorf("%s is not there", setting)
		}
	}
	known := map[string]bool{}
	for _, row := range task.Errors() {
		known[row.Name] = true
	}
	for _, name := range regexp.MustCompile("`(Stream\\.[A-Za-z]+)`").FindAllStringSubmatch(text, -1) {
		if !known[name[1]] {
			t.Errorf("there is no error %s", name[1])
		}
	}
}
