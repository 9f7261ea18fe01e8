package asl_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/statemachine/asl"
)

// measurement is a definition with what the service says to it: code, message (null where it is not known) and location of each diagnostic. None
// means that it is created.
type measurement struct {
	ID          string
	Definition  json.RawMessage
	Diagnostics [][3]*string
}

// TestMeasured compares the errors of each definition with what others have measured on AWS: their codes and places in any order, and their texts
// where they are known.
func TestMeasured(t *testing.T) {
	rows := measurements(t)
	same := 0
	for _, row := range rows {
		t.Run(row.ID, func(t *testing.T) {
			if diff := cmp.Diff(row.want(), row.got()); diff != "" {
				t.Errorf("%s (-AWS +here):\n%s", row.Definition, diff)
				return
			}
			same++
		})
	}
	fmt.Printf("measured: %d of %d\n", same, len(rows))
}

func measurements(t *testing.T) []measurement {
	text, err := os.ReadFile(filepath.Join(conformance(t, "aws-measured"), "definitions.jsonl"))
	if err != nil {
		t.Skipf("measured definitions are absent: %v", err)
	}
	var rows []measurement
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var row measurement
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows
}

func (m measurement) want() []string {
	list := []string{}
	for _, d := range m.Diagnostics {
		line := *d[0] + " at " + *d[2]
		if d[1] != nil {
			line += ": " + *d[1]
		}
		list = append(list, line)
	}
	slices.Sort(list)
	return list
}

// got is what is said here, without the texts of diagnostics whose text is not known.
func (m measurement) got() []string {
	list := []string{}
	for _, p := range asl.Errors(asl.CheckJSON(m.text(), asl.Options{})) {
		line := p.Code + " at " + p.Location()
		if !slices.ContainsFunc(m.Diagnostics, func(d [3]*string) bool { return d[1] == nil && *d[0] == p.Code && *d[2] == p.Location() }) {
			line += ": " + p.Message
		}
		list = append(list, line)
	}
	slices.Sort(list)
	return list
}

// text is the definition, which may be given as JSON or as text.
func (m measurement) text() []byte {
	var text string
	if json.Unmarshal(m.Definition, &text) == nil {
		return []byte(text)
	}
	return m.Definition
}

// TestLocations checks places whose names look like something else.
func TestLocations(t *testing.T) {
	for definition, want := range map[string]string{
		with(`"A":{"Type":"Pass","Output":{"0":["{% x %}"]},"End":true}`):                                                                                                       "/States/A/Output/0[0]",
		with(`"A":{"Type":"Pass","Output":[{"a/b":[0,"{% x %}"]}],"End":true}`):                                                                                                 "/States/A/Output[0]/a/b[1]",
		with(`"A":{"Type":"Pass","Output":{"a~1":"{% x %}"},"End":true}`):                                                                                                       "/States/A/Output/a~1",
		`{"QueryLanguage":"JSONata","StartAt":"7","States":{"7":{"Type":"Pass","Output":"{% x %}","End":true}}}`:                                                                "/States/7/Output",
		with(`"A":{"Type":"Choice","Choices":[{"Condition":true,"Next":"B"},{"Condition":"{% x %}","Next":"B"}]},"B":{"Type":"Fail"}`):                                          "/States/A/Choices[1]/Condition",
		with(`"A":{"Type":"Parallel","Branches":[{"StartAt":"B","States":{"B":{"Type":"Fail"}}},{"StartAt":"C","States":{"C":{"Type":"Fail","Cause":"{% x %}"}}}],"End":true}`): "/States/A/Branches[1]/States/C/Cause",
		pass(`"Output":1,"Output":2`): "/States/A/Output",
		`[]`:                          "/",
	} {
		problems := asl.CheckJSON([]byte(definition), asl.Options{})
		if len(problems) != 1 || problems[0].Location() != want {
			t.Errorf("%s: want %s, got %v", definition, want, problems)
		}
	}
}
