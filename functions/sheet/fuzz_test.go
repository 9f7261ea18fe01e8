package sheet

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/steploom/steploom/internal/pace"
	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/task"
)

// readable tells whether a failure of reading is one of those that are promised.
func readable(err error) bool {
	return err == nil || errors.Is(err, &task.Error{Name: task.FormatInvalid}) || errors.Is(err, &task.Error{Name: task.PayloadTooLarge})
}

// FuzzDecode: whatever a file holds, it is read or refused, in linear time; what is read is JSON.
func FuzzDecode(f *testing.F) {
	for _, path := range []string{"testdata/prices.xls", "testdata/prices.xlsx"} {
		file, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(file)
	}
	f.Add(bookOf(f, `<row><c t="s"><v>1</v></c></row>`))
	f.Add(bookXLS(0x0500, styled, func(b *biff) { b.record(recordLabel, 0, 0, 0, 1, "k").record(recordNumber, 1, 0, 1, 2.0) }))
	f.Add(bookXLS(0x0600, func(b *biff) {
		styled(b)
		b.record(recordSST, uint32(1), uint32(1), 4, byte(0), "ab").record(recordContinue, byte(1), wide("日本"))
	}, func(b *biff) { b.record(recordLabelSST, 0, 0, 0, uint32(0)) }))
	f.Fuzz(func(t *testing.T, file []byte) {
		pace.Linear(t, string(file), func(text string) { _, _ = Decode(context.Background(), []byte(text), "", task.ResultLimit) })
		rows, err := Decode(t.Context(), file, "", task.ResultLimit)
		if !readable(err) {
			t.Fatal(err)
		}
		if _, err := format.EncodeJSON(rows); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzSheet: whatever the parts of a workbook hold, inside of the archive that a random file seldom is.
func FuzzSheet(f *testing.F) {
	f.Add(`<row r="1"><c r="A1" s="1" t="s"><f>x</f><v>1</v></c></row>`, `<sst><si><r><t>a</t></r><rPh><t>b</t></rPh></si></sst>`, `<a><numFmt numFmtId="1" formatCode="[h]&quot;d&quot;\d"/><cellXfs><xf numFmtId="1"/></cellXfs></a>`)
	f.Add(`<row/><c r="XFD1048576" t="d"><v>2024-01-01</v></c><c t="inlineStr"><is><t>_x0041_</t></is></c>`, `<si/><si><t/></si>`, `<xf/>`)
	f.Fuzz(func(t *testing.T, rows, shared, styles string) {
		read := func(rows, shared, styles string) error {
			_, err := Decode(context.Background(), bookOf(t, rows, "xl/shared.xml", shared, "xl/styles.xml", styles), "", task.ResultLimit)
			return err
		}
		pace.Linear(t, rows, func(text string) { _ = read(text, shared, styles) })
		pace.Linear(t, shared, func(text string) { _ = read(rows, text, styles) })
		if err := read(rows, shared, styles); !readable(err) {
			t.Fatal(err)
		}
	})
}

// FuzzRecords: whatever the records of a sheet hold.
func FuzzRecords(f *testing.F) {
	f.Add(new(biff).record(recordNumber, 1, 0, 0, 2.5).record(recordMulRK, 1, 0, 0, uint32(4), 1, uint32(5), 1).Bytes(), []byte("\x01\x00\x00a"))
	f.Add(new(biff).record(recordFormula, 1, 0, 0, "\x00\x00\x00\x00\x00\x00\xff\xff").record(recordString, 2, byte(1), "abcd").Bytes(), []byte("\x02\x00\x0d\x01\x00\x01\x00\x00\x00ab1234x"))
	f.Fuzz(func(t *testing.T, records, shared []byte) {
		file := bookXLS(0x0600, func(b *biff) {
			styled(b)
			b.record(recordSST, uint32(1), uint32(1), shared[:min(len(shared), 8000)])
		}, func(b *biff) {
			b.record(recordLabelSST, 0, 0, 0, uint32(0))
			b.Write(records)
		})
		pace.Linear(t, string(records), func(text string) {
			file := bookXLS(0x0600, styled, func(b *biff) { b.WriteString(text) })
			_, _ = Decode(context.Background(), file, "", task.ResultLimit)
		})
		if _, err := Decode(t.Context(), file, "", task.ResultLimit); !readable(err) {
			t.Fatal(err)
		}
	})
}

// FuzzEncode: whatever JSON is written is refused, or read again as the texts and values it holds.
func FuzzEncode(f *testing.F) {
	f.Add(`[{"a": "x", "b": 1.5}, {"b": null, "c": "_x0041_x0042_"}]`)
	f.Add("[[\"\\u0000\\ufffe\"], [1e999]]")
	f.Fuzz(func(t *testing.T, text string) {
		rows, err := format.DecodeJSON([]byte(text))
		if err != nil {
			return
		}
		pace.Linear(t, text, func(text string) {
			if rows, err := format.DecodeJSON([]byte(text)); err == nil {
				_, _ = Encode(rows, nil, "")
			}
		})
		file, err := Encode(rows, nil, "")
		if err != nil {
			if !readable(err) {
				t.Fatal(err)
			}
			return
		}
		table, err := format.Table(listed(rows), nil)
		if err != nil {
			t.Fatal(err)
		}
		got := cellsOf(t, file, "")
		for row, cells := range table {
			for column, value := range cells {
				want, _ := format.TextOf(value)
				if want == "" {
					continue
				}
				if len(got) == 0 || got[0].row != row || got[0].column != column {
					t.Fatalf("%s: the cell in row %d and column %d is lost", text, row, column)
				}
				if text, _ := format.TextOf(got[0].value); !sameText(text, want) {
					t.Fatalf("row %d column %d: %q became %q", row, column, want, text)
				}
				got = got[1:]
			}
		}
	})
}

// sameText compares texts, but for digits of numbers beyond those of a float64.
func sameText(got, want string) bool {
	return got == want || strings.Trim(want, "-+.0123456789eE") == ""
}
