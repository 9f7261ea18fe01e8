package message

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"

	"github.com/steploom/steploom/shared/pytext"
)

// recorded is a container and the repr of what Python reads of it; testdata/containers.py makes it.
type recorded struct {
	Name      string `json:"name"`
	Container []byte `json:"container"`
	Records   string `json:"records"`
}

func recordings(t testing.TB) []recorded {
	t.Helper()
	file, err := os.Open("testdata/containers.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var rows []recorded
	for decoder := json.NewDecoder(bufio.NewReader(file)); decoder.More(); {
		var row recorded
		if err := decoder.Decode(&row); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows
}

// TestPythonReadsTheSame compares with what the Avro readers of Python made of the same containers: types, digits and the order of members.
func TestPythonReadsTheSame(t *testing.T) {
	rows := recordings(t)
	same := 0
	for _, row := range rows {
		records, err := decode(t, Avro, row.Container)
		if err != nil {
			t.Errorf("%s: %v", row.Name, err)
			continue
		}
		messages := []any{}
		for _, record := range records {
			messages = append(messages, record.Message)
		}
		if got := pytext.Repr(messages); got != row.Records {
			t.Errorf("%s:\n got %s\nwant %s", row.Name, got, row.Records)
			continue
		}
		same++
	}
	t.Logf("PythonReadsTheSame: %d of %d", same, len(rows))
}
