package sheet

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/steploom/steploom/shared/blob"
	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/task"
)

var update = flag.Bool("update", false, "rewrite what is expected of the files in testdata")

// archive makes a ZIP file of parts.
func archive(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	writer := zip.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		part, err := writer.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(parts[name])); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

const officeLinks = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

// bookOf makes a workbook whose one sheet has the given rows; further parts replace its own.
func bookOf(t testing.TB, rows string, further ...string) []byte {
	t.Helper()
	parts := map[string]string{
		"_rels/.rels":     `<Relationships><Relationship Id="a" Type="` + officeLinks + `/officeDocument" Target="/xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml": `<workbook xmlns:r="x"><sheets><sheet name="Data" sheetId="1" r:id="s1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="s1" Type="` + officeLinks + `/worksheet" Target="worksheets/s.xml"/>` +
			`<Relationship Id="s2" Type="` + officeLinks + `/sharedStrings" Target="shared.xml"/><Relationship Id="s3" Type="` + officeLinks + `/styles" Target="styles.xml"/></Relationships>`,
		"xl/worksheets/s.xml": `<worksheet><sheetData>` + rows + `</sheetData></worksheet>`,
		"xl/shared.xml":       `<sst><si><t>name</t></si><si><r><t>rich </t></r><rPh><t>spoken</t></rPh><r><t xml:space="preserve"> text</t></r></si><si><t/></si><si><t>a_x000D_b_x005F_x0041_</t></si></sst>`,
		"xl/styles.xml": `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd\.mm\.yyyy\ &quot;h&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>` +
			`<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="21"/><xf numFmtId="46"/><xf numFmtId="164"/></cellXfs></styleSheet>`,
	}
	for i := 0; i < len(further); i += 2 {
		parts[further[i]] = further[i+1]
	}
	return archive(t, parts)
}

func decoded(t *testing.T, file []byte, sheet string) string {
	t.Helper()
	rows, err := Decode(t.Context(), file, sheet, task.ResultLimit)
	if err != nil {
		return err.Error()
	}
	text, err := format.EncodeJSON(rows)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestCells: every kind of cell, as the package says.
func TestCells(t *testing.T) {
	const header = `<row r="1"><c r="A1" t="inlineStr"><is><t>k</t></is></c></row>`
	for cells, want := range map[string]string{
		`<row r="2"><c r="A2"><v>1</v></c></row>`:                                              `[{"k":1}]`,
		`<row r="2"><c r="A2"><v>-0.10000000000000001</v></c></row>`:                           `[{"k":-0.1}]`,
		`<row r="2"><c r="A2"><v>123456789012345678</v></c></row>`:                             `[{"k":123456789012345678}]`,
		`<row r="2"><c r="A2"><v>1E+300</v></c></row>`:                                         `[{"k":1e+300}]`,
		`<row r="2"><c r="A2"><v>1.0000000000000001E-9</v></c></row>`:                          `[{"k":1e-09}]`,
		`<row r="2"><c r="A2" t="n"><v> 7 </v></c></row>`:                                      `[{"k":7}]`,
		`<row r="2"><c r="A2" t="b"><v>1</v></c></row>`:                                        `[{"k":true}]`,
		`<row r="2"><c r="A2" t="b"><v>0</v></c></row>`:                                        `[{"k":false}]`,
		`<row r="2"><c r="A2" t="e"><v>#DIV/0!</v></c></row>`:                                  `[{"k":"#DIV/0!"}]`,
		`<row r="2"><c r="A2" t="str"><f>A1&amp;"x"</f><v>kx</v></c></row>`:                    `[{"k":"kx"}]`,
		`<row r="2"><c r="A2"><f>1+1</f><v>2</v></c></row>`:                                    `[{"k":2}]`,
		`<row r="2"><c r="A2"><f>1+1</f></c><c r="B2"><v>1</v></c></row>`:                      `[{"k":null,"column2":1}]`,
		`<row r="2"><c r="A2" t="s"><v>1</v></c></row>`:                                        `[{"k":"rich  text"}]`,
		`<row r="2"><c r="A2" t="s"><v>2</v></c></row>`:                                        `[]`,
		`<row r="2"><c r="A2" t="s"><v>3</v></c></row>`:                                        `[{"k":"a\rb_x0041_"}]`,
		`<row r="2"><c r="A2" t="s"><v>9</v></c></row>`:                                        `[]`,
		`<row r="2"><c r="A2" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c></row>`: `[{"k":"ab"}]`,
		`<row r="2"><c r="A2" s="1"><v>45000</v></c></row>`:                                    `[{"k":"2023-03-15"}]`,
		`<row r="2"><c r="A2" s="1"><v>45000.5</v></c></row>`:                                  `[{"k":"2023-03-15 12:00:00"}]`,
		`<row r="2"><c r="A2" s="2"><v>45000</v></c></row>`:                                    `[{"k":"2023-03-15 00:00:00"}]`,
		`<row r="2"><c r="A2" s="3"><v>0.75</v></c></row>`:                                     `[{"k":"18:00:00"}]`,
		`<row r="2"><c r="A2" s="3"><v>0.00000578703703703704</v></c></row>`:                   `[{"k":"00:00:00.5"}]`,
		`<row r="2"><c r="A2" s="4"><v>1.5</v></c></row>`:                                      `[{"k":"36:00:00"}]`,
		`<row r="2"><c r="A2" s="5"><v>1</v></c></row>`:                                        `[{"k":"1900-01-01"}]`,
		`<row r="2"><c r="A2" s="1"><v>59</v></c></row>`:                                       `[{"k":"1900-02-28"}]`,
		`<row r="2"><c r="A2" s="1"><v>60</v></c></row>`:                                       `[{"k":60}]`,
		`<row r="2"><c r="A2" s="1"><v>61</v></c></row>`:                                       `[{"k":"1900-03-01"}]`,
		`<row r="2"><c r="A2" s="1"><v>2958465</v></c></row>`:                                  `[{"k":"9999-12-31"}]`,
		`<row r="2"><c r="A2" s="1"><v>2958466</v></c></row>`:                                  `[{"k":2958466}]`,
		`<row r="2"><c r="A2" s="1"><v>-1</v></c></row>`:                                       `[{"k":-1}]`,
		`<row r="2"><c r="A2" t="d"><v>2024-05-06T07:08:09</v></c></row>`:                      `[{"k":"2024-05-06 07:08:09"}]`,
		`<row r="2"><c r="A2" t="d"><v>2024-05-06</v></c></row>`:                               `[{"k":"2024-05-06"}]`,
		`<row><c><v>1</v></c><c><v>2</v></c></row>`:                                            `[{"k":1,"column2":2}]`,
		`<row r="9"/><row r="10"><c r="A10"><v>1</v></c></row>`:                                `[{"k":1}]`,
		`<row r="2"><c r="A2"><v>1</v></c><c r="A2"><v>2</v></c></row>`:                        `[{"k":1}]`,
		`<row r="3"><c r="A3"><v>2</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>`:       `[{"k":1},{"k":2}]`,
		`<x:row xmlns:x="y" r="2"><x:c r="A2"><x:v>1</x:v></x:c></x:row>`:                      `[{"k":1}]`,
		`<row r="2"><c r="XFD2"><v>1</v></c></row>`:                                            `[{"k":null,"column16384":1}]`,
		`<row r="2"><c r="XFE2"><v>1</v></c></row>`:                                            "Format.Invalid: spreadsheet: the file is damaged or ends too early",
		`<row r="2"><c r="A2"><v>x</v></c></row>`:                                              "Format.Invalid: spreadsheet: the file is damaged or ends too early",
		`<row r="2"><c r="A2" t="s"><v>-1</v></c></row>`:                                       "Format.Invalid: spreadsheet: the file is damaged or ends too early",
		`<row r="2"><c r="A2">`:                                                                "Format.Invalid: spreadsheet: the file is damaged or ends too early",
	} {
		if got := decoded(t, bookOf(t, header+cells), ""); got != want {
			t.Errorf("%s: %s, want %s", cells, got, want)
		}
	}
}

// TestTables: which row is the header, and what becomes of empty and further cells.
func TestTables(t *testing.T) {
	for rows, want := range map[string]string{
		``: `[]`,
		`<row r="1"><c r="A1" t="s"><v>0</v></c></row>`: `[]`,
		`<row r="1"><c r="A1" t="s"><v>2</v></c></row><row r="3"><c r="B3" t="s"><v>0</v></c><c r="D3"><v>2024</v></c></row><row r="4"><c r="B4"><v>1</v></c></row>` +
			`<row r="6"><c r="D6"><v>2</v></c></row>`: `[{"name":1,"2024":null},{"name":null,"2024":2}]`,
		`<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>0</v></c></row><row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>2</v></c><c r="C2"><v>3</v></c></row>`: `[{"name":1,"column2":2,"column3":3}]`,
	} {
		if got := decoded(t, bookOf(t, rows), ""); got != want {
			t.Errorf("%s: %s, want %s", rows, got, want)
		}
	}
}

// TestBooks: which sheet is read, and what is no workbook.
func TestBooks(t *testing.T) {
	const row = `<row r="1"><c><v>1</v></c></row><row r="2"><c><v>2</v></c></row>`
	second := []string{
		"xl/workbook.xml", `<workbook xmlns:r="x"><workbookPr date1904="1"/><sheets><sheet name="Hidden" state="hidden" r:id="s1"/><sheet name="Chart" r:id="s3"/><sheet name="Shown" r:id="s4"/></sheets><x:workbookPr/></workbook>`,
		"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="s1" Type="a/worksheet" Target="/xl/worksheets/s.xml"/><Relationship Id="s3" Type="a/chartsheet" Target="c.xml"/>` +
			`<Relationship Id="s4" Type="a/worksheet" Target="Worksheets\T.xml"/><Relationship Id="s5" Type="a/styles" Target="../xl/./styles.xml"/></Relationships>`,
		"XL/worksheets/t.xml", `<worksheet><sheetData><row><c><v>3</v></c></row><row><c s="1"><v>0</v></c></row></sheetData></worksheet>`,
	}
	for _, test := range []struct {
		file        []byte
		sheet, want string
	}{
		{bookOf(t, row, second...), "", `[{"3":"1904-01-01"}]`},
		{bookOf(t, row, second...), "hidden", `[{"1":2}]`},
		{bookOf(t, row, second...), "Chart", `Format.Invalid: spreadsheet: the workbook has no sheet "Chart"`},
		{bookOf(t, row, "xl/workbook.xml", `<workbook/>`), "", "Format.Invalid: spreadsheet: the workbook has no sheet that is a table and not hidden"},
		{bookOf(t, row, "_rels/.rels", `<Relationships/>`), "", "Format.Invalid: spreadsheet: the archive holds no workbook"},
		{bookOf(t, row, "_rels/.rels", `<Relationships><Relationship Type="a/officeDocument" Target="xl/workbook.bin"/></Relationships>`), "", "Format.Invalid: spreadsheet: the file is XLSB, which is not read"},
		{bookOf(t, row, "xl/styles.xml", `<!DOCTYPE a [<!ENTITY x "y">]><styleSheet><a>&x;</a></styleSheet>`), "", "Format.Invalid: spreadsheet: the file is damaged or ends too early"},
		{bookOf(t, row, "xl/worksheets/s.xml", strings.Repeat("<a>", 200)), "", "Format.Invalid: spreadsheet: the file is damaged or ends too early"},
		{[]byte("PK\x03\x04"), "", "Format.Invalid: spreadsheet: the file is damaged or ends too early"},
		{[]byte("a;b\n1;2\n"), "", "Format.Invalid: spreadsheet: the file is neither XLSX nor XLS"},
		{nil, "", "Format.Invalid: spreadsheet: the file is neither XLSX nor XLS"},
		{[]byte(compoundSignature), "", "Format.Invalid: spreadsheet: the file is damaged or ends too early"},
	} {
		if got := decoded(t, test.file, test.sheet); got != test.want {
			t.Errorf("sheet %q: %s, want %s", test.sheet, got, test.want)
		}
	}
}

// TestFiles reads what xlwt and openpyxl have written (testdata/make.py).
func TestFiles(t *testing.T) {
	for _, path := range []string{"testdata/prices.xls", "testdata/prices.xlsx"} {
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var indented bytes.Buffer
		if err := json.Indent(&indented, []byte(decoded(t, file, "")), "", " "); err != nil {
			t.Fatalf("%s: %s", path, decoded(t, file, ""))
		}
		if *update {
			if err := os.WriteFile(path+".json", indented.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if want, err := os.ReadFile(path + ".json"); err != nil || !bytes.Equal(want, indented.Bytes()) {
			t.Errorf("%s: %v\n%s", path, err, indented.Bytes())
		}
	}
}

// TestWritten: what is written is read again as it was, but for what the package names.
func TestWritten(t *testing.T) {
	for _, test := range []struct {
		rows    string
		columns []string
		want    string
	}{
		{`[{"a":"x","b":1.5,"c":true},{"b":null,"a":" =1+1 ","d":[1,{"e":null}]}]`, nil, `[{"a":"x","b":1.5,"c":true,"d":null},{"a":" =1+1 ","b":null,"c":null,"d":"[1,{\"e\":null}]"}]`},
		{`[{"a":1234567890123456789,"b":123456789012345,"c":0.1234567890123456789,"d":-1e-300}]`, nil, `[{"a":"1234567890123456789","b":123456789012345,"c":0.12345678901234568,"d":-1e-300}]`},
		{`[{"b":1}]`, []string{"a", "b", "a"}, `[{"a":null,"b":1}]`},
		{`[["k","l"],[1,"_x0041_x0042_"],["\u0001\r\n\t","<&\"'>é😀"]]`, nil, `[{"k":1,"l":"_x0041_x0042_"},{"k":"\u0001\r\n\t","l":"<&\"'>é😀"}]`},
		{`["k",1,null,"2024-01-01"]`, nil, `[{"k":1},{"k":"2024-01-01"}]`},
		{`{"k":1}`, nil, `[{"k":1}]`},
		{`[]`, []string{"a"}, `[]`},
		{`[]`, nil, `[]`},
		{`null`, []string{"a"}, `[]`},
	} {
		rows, err := format.DecodeJSON([]byte(test.rows))
		if err != nil {
			t.Fatal(err)
		}
		file, err := Encode(rows, test.columns, "")
		if err != nil {
			t.Errorf("%s: %v", test.rows, err)
			continue
		}
		if got := decoded(t, file, "Sheet1"); got != test.want {
			t.Errorf("%s: %s, want %s", test.rows, got, test.want)
		}
		if again, _ := Encode(rows, test.columns, ""); !bytes.Equal(file, again) {
			t.Errorf("%s: other bytes", test.rows)
		}
	}
	for _, test := range []struct {
		rows  any
		sheet string
		want  string
	}{
		{[]any{map[string]any{"a": 1}, 2}, "", "mixed"},
		{[]any{strings.Repeat("x", 32768)}, "", "A1: a cell holds at most 32767 characters"},
		{[]any{make([]any, mostColumns+1)}, "", "columns"},
		{make([]any, mostRows+1), "", "rows"},
		{nil, "a/b", "cannot be called"},
		{nil, strings.Repeat("x", 32), "cannot be called"},
	} {
		if _, err := Encode(test.rows, nil, test.sheet); !errors.Is(err, &task.Error{Name: task.FormatInvalid}) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", test.want, err)
		}
	}
}

// TestFunction reads and writes stored objects; what is none is given back.
func TestFunction(t *testing.T) {
	store := blob.Memory()
	function := New(Config{Blobs: store})
	call := func(request string) string {
		answer, err := function.Invoke(t.Context(), []byte(request))
		if err != nil {
			return err.Error()
		}
		return string(answer)
	}
	var written Response
	if err := json.Unmarshal([]byte(call(`{"operation": "write", "rows": [{"b": 1, "a": "x"}], "columns": ["a"], "sheet": "Prices"}`)), &written); err != nil || written.Content.ContentType != format.XLSX {
		t.Fatalf("%+v, %v", written, err)
	}
	if file, err := store.Get(t.Context(), written.Content.Key); err != nil || len(file) != written.Content.Size {
		t.Errorf("%d bytes, %v", len(file), err)
	}
	for request, want := range map[string]string{
		`{"operation": "read", "content": {"blob": "` + written.Content.Key + `", "size": 1}}`:                                 `{"rows":[{"a":"x","b":1}]}`,
		`{"operation": "read", "content": {"blob": "` + written.Content.Key + `"}, "sheet": "Prices"}`:                         `{"rows":[{"a":"x","b":1}]}`,
		`{"operation": "read", "content": {"blob": "` + written.Content.Key + `"}, "sheet": "Sheet1"}`:                         `Format.Invalid: spreadsheet: the workbook has no sheet "Sheet1"`,
		`{"operation": "read", "content": {"blob": "` + strings.Repeat("0", 40) + `"}}`:                                        `Blob.Missing: there is no stored object "` + strings.Repeat("0", 40) + `"`,
		`{"operation": "read", "content": {"message": "no", "n": 12345678901234567890}}`:                                       `{"rows":{"message":"no","n":12345678901234567890}}`,
		`{"operation": "read", "content": null}`:                                                                               `{"rows":null}`,
		`{"operation": "write", "rows": {"blob": "` + written.Content.Key + `"}}`:                                              `{"content":{"blob":"` + written.Content.Key + `"}}`,
		`{"operation": "write", "rows": [{"blob": "` + written.Content.Key + `"}, {"blob": "` + written.Content.Key + `"}]}`:   "Request.Invalid: there are 2 files where one is wanted",
		`{"operation": "read", "content": [{"blob": "` + written.Content.Key + `"}, {"blob": "` + written.Content.Key + `"}]}`: "Request.Invalid: there are 2 files where one is wanted",
		`{"operation": "sort"}`: `Request.Invalid: operation "sort" is not read or write`,
	} {
		if got := call(request); got != want {
			t.Errorf("%s: %s, want %s", request, got, want)
		}
	}
	if _, err := New(Config{}).Invoke(t.Context(), []byte(`{"operation": "read"}`)); !errors.Is(err, &task.Error{Name: task.BlobUnavailable}) {
		t.Errorf("no store: %v", err)
	}
}

// TestLimits: rows that have no room, and parts that unpack to more than is read, are told as such; and reading ends with its caller.
func TestLimits(t *testing.T) {
	row := `<row><c t="inlineStr"><is><t>` + strings.Repeat("x", 1000) + `</t></is></c></row>`
	for name, file := range map[string][]byte{
		"inline": bookOf(t, strings.Repeat(row, 300)),
		"shared": bookOf(t, strings.Repeat(`<row><c t="s"><v>0</v></c></row>`, 300), "xl/shared.xml", `<sst><si><t>`+strings.Repeat("x", 1000)+`</t></si></sst>`),
		"bomb":   bookOf(t, strings.Repeat(" ", partLimit+1)),
		"styles": bookOf(t, row, "xl/styles.xml", strings.Repeat("<!---->", partLimit/7+1)),
		"large":  append(bookOf(t, row), make([]byte, fileLimit)...),
	} {
		if _, err := Decode(t.Context(), file, "", task.ResultLimit); !errors.Is(err, &task.Error{Name: task.PayloadTooLarge}) {
			t.Errorf("%s: %v", name, err)
		}
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Decode(over, bookOf(t, strings.Repeat("<row><c><v>1</v></c></row>", 300)), "", task.ResultLimit); !errors.Is(err, context.Canceled) {
		t.Errorf("over: %v", err)
	}
	want := `[{"1":1},{"1":1}]`
	file := bookOf(t, strings.Repeat("<row><c><v>1</v></c></row>", 3))
	if rows, err := Decode(t.Context(), file, "", len(want)+10); err != nil {
		t.Errorf("%v, %v", rows, err)
	}
	if _, err := Decode(t.Context(), file, "", len(want)/2); !errors.Is(err, &task.Error{Name: task.PayloadTooLarge}) {
		t.Errorf("half the room: %v", err)
	}
}
