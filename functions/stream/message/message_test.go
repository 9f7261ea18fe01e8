package message

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/twmb/avro"
	"github.com/twmb/avro/ocf"

	"github.com/steploom/steploom/shared/pytext"
	"github.com/steploom/steploom/shared/task"
)

// container writes values with the library's writer.
func container(t testing.TB, schema string, values []any, options ...ocf.WriterOpt) []byte {
	t.Helper()
	parsed, err := avro.Parse(schema, avro.WithLaxNames(nil))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	writer, err := ocf.NewWriter(&out, parsed, options...)
	if err != nil {
		t.Fatal(err)
	}
	for _, value := range values {
		if err := writer.Encode(value); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func decode(t testing.TB, format Format, value []byte) ([]Record, error) {
	t.Helper()
	return NewDecoder(Config{Format: format}).Decode(context.Background(), value)
}

// wantFailure is what a test says of an error: its name, and a part of its message.
func wantFailure(t testing.TB, err error, name, part string) {
	t.Helper()
	failure := task.AsError(err)
	if failure == nil || failure.Name != name || !strings.Contains(failure.Message, part) {
		t.Errorf("%v, want %s with %q", err, name, part)
	}
}

const person = `{"type": "record", "name": "Person", "namespace": "org.example", "doc": "somebody", "fields": [
	{"name": "id", "type": "string"}, {"name": "age", "type": ["null", "long"], "default": null}]}`

// TestContainers: every record of every block comes out in order with the schema of the header, whatever the codec.
func TestContainers(t *testing.T) {
	people := []any{
		map[string]any{"id": "p1", "age": int64(31)}, map[string]any{"id": "Zoë", "age": nil}, map[string]any{"id": "", "age": int64(1<<63 - 1)},
	}
	for name, options := range map[string][]ocf.WriterOpt{
		"null":             nil,
		"blocks of one":    {ocf.WithBlockCount(1)},
		"deflate":          {ocf.WithCodec(ocf.DeflateCodec(6)), ocf.WithBlockCount(2)},
		"snappy":           {ocf.WithCodec(ocf.SnappyCodec()), ocf.WithBlockCount(2)},
		"zstandard":        {ocf.WithCodec(ocf.MustZstdCodec(nil, nil)), ocf.WithBlockCount(2)},
		"metadata besides": {ocf.WithMetadata(map[string][]byte{"owner": {0xff}})},
	} {
		for _, format := range []Format{Detect, Avro} {
			records, err := decode(t, format, container(t, person, people, options...))
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			schema, _ := pytext.Decode(person)
			for i, want := range []string{"{'id': 'p1', 'age': 31}", "{'id': 'Zoë', 'age': None}", "{'id': '', 'age': 9223372036854775807}"} {
				if got := pytext.Repr(records[i].Message); got != want || records[i].Index != i || !pytext.Equal(records[i].Schema, schema) {
					t.Errorf("%s: record %d is %s with index %d, schema %v; want %s", name, i, got, records[i].Index, records[i].Schema, want)
				}
			}
			if len(records) != 3 {
				t.Errorf("%s: %d records", name, len(records))
			}
		}
	}
}

// TestPlainValues: what is no Avro is JSON where it parses, else text, unless the job names a format.
func TestPlainValues(t *testing.T) {
	for _, test := range []struct {
		format      Format
		value, want string
	}{
		{Detect, `{"b": 1, "a": [1.0, null, "x"]}`, `{'b': 1, 'a': [1.0, None, 'x']}`},
		{Detect, ` [12345678901234567890, 1e3] `, `[12345678901234567890, 1000.0]`},
		{Detect, "\ufeff{}", `{}`},
		{Detect, `"text"`, `'text'`},
		{Detect, `42`, `42`},
		{Detect, `null`, `None`},
		{Detect, `hello`, `'hello'`},
		{Detect, `{"a": 1`, `'{"a": 1'`},
		{Detect, `[ERROR] disk full`, `'[ERROR] disk full'`},
		{Detect, ``, `''`},
		{Detect, `nothing`, `'nothing'`},
		{JSON, `{"a": "\u00e9\ud83d\ude00"}`, `{'a': 'é😀'}`},
		{JSON, `{"a": 1, "a": 2}`, `{'a': 2}`},
		{Text, `{"a": 1}`, `'{"a": 1}'`},
		{Text, "Obj\x01", `'Obj\x01'`},
	} {
		records, err := decode(t, test.format, []byte(test.value))
		if err != nil || len(records) != 1 {
			t.Errorf("%q: %v", test.value, err)
			continue
		}
		if got := pytext.Repr(records[0].Message); got != test.want || records[0].Schema != nil {
			t.Errorf("%q: %s with schema %v, want %s", test.value, got, records[0].Schema, test.want)
		}
	}
}

// TestRefusedValues: what is not what it claims has a name, and its message holds none of its data.
func TestRefusedValues(t *testing.T) {
	for _, test := range []struct {
		format     Format
		value      []byte
		name, part string
	}{
		{Detect, nil, task.StreamNoValue, "tombstone"},
		{Text, nil, task.StreamNoValue, "tombstone"},
		{Detect, []byte("\xff\xfe{\x00"), task.StreamInvalid, "not UTF-8"},
		{Detect, []byte("Obj\x02\xff"), task.StreamInvalid, "not UTF-8"},
		{JSON, []byte(`{"a": 1`), task.StreamInvalid, "Expecting ',' delimiter: line 1 column 8"},
		{JSON, []byte(``), task.StreamInvalid, "Expecting value"},
		{JSON, []byte("\xff"), task.StreamInvalid, "not UTF-8"},
		{Detect, []byte(`{"a": NaN}`), task.StreamValueUnsupported, "nan"},
		{Detect, []byte(`[-Infinity]`), task.StreamValueUnsupported, "-inf"},
		{Detect, []byte(`1e999`), task.StreamValueUnsupported, "inf"},
		{Detect, []byte(`{"a": ["\ud800"]}`), task.StreamValueUnsupported, "surrogate"},
		{Detect, []byte(`{"\udfff": 1}`), task.StreamValueUnsupported, "surrogate"},
		{Detect, []byte(strings.Repeat("9", 5000)), task.StreamValueUnsupported, "digits"},
		{Avro, []byte(`{}`), task.StreamInvalid, "no Avro object container"},
		{Avro, []byte("Obj\x01"), task.StreamInvalid, "in the middle"},
		{Detect, []byte("\x00\x00\x00\x00\x07\x02x"), task.StreamRegistryMissing, "no schema registry is configured"},
		{Registry, []byte("{}"), task.StreamInvalid, "wire format"},
		{Registry, []byte("\x00\x00\x00"), task.StreamInvalid, "wire format"},
		{Detect, make([]byte, ValueLimit+1), task.StreamTooLarge, "the limit is 6291456"},
		{Detect, []byte(strings.Repeat("[", DepthLimit+1)), task.StreamTooLarge, "nested more than 500 deep"},
		{Detect, []byte("[" + strings.Repeat("0,", CountLimit) + "0]"), task.StreamTooLarge, "more than 1048576 elements"},
	} {
		_, err := decode(t, test.format, test.value)
		wantFailure(t, err, test.name, test.part)
	}
}
