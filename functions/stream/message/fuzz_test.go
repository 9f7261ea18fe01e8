package message

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/twmb/avro"
	"github.com/twmb/avro/ocf"
	"github.com/twmb/franz-go/pkg/sr"
	"github.com/twmb/franz-go/pkg/sr/srfake"

	"github.com/steploom/steploom/internal/pace"
	"github.com/steploom/steploom/shared/pytext"
	"github.com/steploom/steploom/shared/task"
)

// seeds are values of each format, good and bad.
func seeds(t testing.TB) [][]byte {
	values := [][]byte{
		nil, {}, []byte(`{"a": [1, -2.5e3, "\u00e9\ud83d\ude00", null, true]}`), []byte(`[NaN]`), []byte(`{"a": "\ud800"}`), []byte("text"), []byte("\xff"),
		[]byte("\ufeff[]"), bytes.Repeat([]byte("["), 600), []byte("\x00\x00\x00\x00\x01\x04p1\x02\x3e"), []byte("\x00\x00\x00\x00\x09"),
		container(t, survey, surveys(3)), container(t, survey, surveys(2), ocf.WithBlockCount(1), ocf.WithCodec(ocf.DeflateCodec(6))),
		container(t, survey, surveys(2), ocf.WithCodec(ocf.SnappyCodec())), container(t, survey, surveys(2), ocf.WithCodec(ocf.MustZstdCodec(nil, nil))),
	}
	for _, row := range recordings(t) {
		values = append(values, row.Container)
	}
	for _, test := range hostiles() {
		if value := test.value(); len(value) < 2000 {
			values = append(values, value)
		}
	}
	return values
}

// FuzzDecode looks for a value that brings the decoder down, takes more memory than its limits explain, is not one thing or the other, or holds what
// JSON cannot carry.
func FuzzDecode(f *testing.F) {
	registry := srfake.New()
	f.Cleanup(registry.Close)
	register(f, registry, "people", sr.Schema{Schema: person})
	decoders := map[Format]*Decoder{}
	for _, format := range append(Formats(), Detect) {
		decoders[format] = NewDecoder(Config{Format: format, Registry: RegistryConfig{URL: registry.URL()}})
	}
	for _, value := range seeds(f) {
		for i := range decoders {
			f.Add(string(i), value)
		}
	}
	f.Fuzz(func(t *testing.T, format string, value []byte) {
		decoder, ok := decoders[Format(format)]
		if !ok {
			return
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		records, err := decoder.Decode(context.Background(), value)
		runtime.ReadMemStats(&after)
		if taken := after.TotalAlloc - before.TotalAlloc; taken > 1<<30 {
			t.Errorf("%d bytes take %d", len(value), taken)
		}
		if err != nil {
			if failure := task.AsError(err); !strings.HasPrefix(failure.Name, "Stream.") || records != nil {
				t.Errorf("%v with %d records", err, len(records))
			}
			return
		}
		for i, record := range records {
			if record.Index != i {
				t.Errorf("record %d has index %d", i, record.Index)
			}
			if _, err := pytext.JSON(record.Message, pytext.Options{RefuseNaN: true}); err != nil {
				t.Errorf("%s is no JSON: %v", pytext.Repr(record.Message), err)
			}
		}
	})
}

// FuzzText looks for text that takes more than linear time.
func FuzzText(f *testing.F) {
	for _, text := range []string{`{"a":[1,`, `"\"`, `[[`, `{"":`, "\ufeff", `\u00e9`, `-0.0e+1`, `9`, `x`} {
		f.Add(text)
	}
	decoder := NewDecoder(Config{})
	f.Fuzz(func(t *testing.T, text string) {
		pace.Linear(t, text, func(text string) { decoder.Decode(context.Background(), []byte(text)) })
	})
}

// FuzzSchema looks for a schema that brings its reader down, takes more than linear time, or is read in another way when its attributes that say nothing
// about data are taken away.
func FuzzSchema(f *testing.F) {
	for _, text := range []string{person, survey, chain, inside, empty, nulls, doubling(5), `"int"`, `["null", "int"]`, `{"type": "record", "name": "a.B", "fields": [`,
		`{"type": "array", "items": `, `{"type": "record", "name": "array", "fields": [{"name": "a", "type": ["null", "array", "Z"]}, {"name": "b", "type": {"type": "enum", "name": "Z", "symbols": []}}]}`, `{"name": "f", "type": ["null", "B"]}, `, `{"type": "fixed", "name": "F", "size": 3, "logicalType": "decimal", "precision": 9}`,
		`{"type": "enum", "name": "E", "namespace": "n", "symbols": ["a", "b-c"], "default": 3}`, `{"type": "bytes", "logicalType": "decimal", "precision": 4, "scale": 9}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		pace.Linear(t, text, func(text string) { parseSchema(text) })
		parsed, err := parseSchema(text)
		if err != nil {
			return
		}
		(&binaryReader{make([]byte, 99), newBudget()}).value(parsed.shape, 0)
		plain, err := pytext.JSON(wireSchema(parsed.value), pytext.Options{})
		if err != nil {
			t.Fatal(err)
		}
		again, err := parseSchema(plain)
		if err != nil || !reflect.DeepEqual(parsed.shape, again.shape) {
			t.Errorf("%s is read in another way: %v", plain, err)
		}
	})
}

// FuzzLibrary looks for a container that the library reads otherwise.
func FuzzLibrary(f *testing.F) {
	for _, value := range seeds(f) {
		f.Add(value)
	}
	decoder := NewDecoder(Config{Format: Avro})
	f.Fuzz(func(t *testing.T, value []byte) {
		records, err := decoder.Decode(context.Background(), value)
		if err != nil {
			return // the library is more liberal
		}
		theirs, err := libraryReads(value)
		if err != nil || len(theirs) != len(records) {
			if schemaDiffers(err) || err != nil && strings.Contains(err.Error(), "unknown codec") { // bzip2 and xz
				return
			}
			t.Fatalf("the library: %v, %d records; ours are %d", err, len(theirs), len(records))
		}
		for i, record := range records {
			if !alike(record.Message, theirs[i]) {
				t.Fatalf("record %d: %s, the library reads %v", i, pytext.Repr(record.Message), theirs[i])
			}
		}
	})
}

// basic has the library read logical types as the types below.
func basic() []avro.SchemaOpt {
	options := []avro.SchemaOpt{avro.WithLaxNames(nil)}
	for _, name := range []string{"date", "time-millis", "time-micros", "timestamp-millis", "timestamp-micros", "timestamp-nanos", "local-timestamp-millis",
		"local-timestamp-micros", "local-timestamp-nanos", "decimal", "big-decimal", "uuid", "duration"} {
		options = append(options, avro.WithCustomType(avro.CustomType{LogicalType: name}))
	}
	return options
}

func libraryReads(value []byte) ([]any, error) {
	reader, err := ocf.NewReader(bytes.NewReader(value), ocf.WithSchemaOpts(basic()...))
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	var values []any
	for {
		var record any
		switch err := reader.Decode(&record); {
		case errors.Is(err, io.EOF):
			return values, nil
		case err != nil:
			return nil, err
		}
		values = append(values, record)
	}
}

// schemaDiffers reports whether the library refuses a schema for what does not matter to readers.
func schemaDiffers(err error) bool {
	return err != nil && (strings.Contains(err.Error(), "schema") || strings.Contains(err.Error(), "zero-byte"))
}

// alike compares our value with the library's.
func alike(ours, theirs any) bool {
	switch theirs := theirs.(type) {
	case map[string]any:
		dict, ok := ours.(*pytext.Dict)
		return ok && dict.Len() == len(theirs) && !slices.ContainsFunc(dict.Items(), func(item pytext.Item) bool {
			other, ok := theirs[item.Key.(string)]
			return !ok || !alike(item.Value, other)
		})
	case []any:
		list, ok := ours.([]any)
		return ok && slices.EqualFunc(list, theirs, alike)
	case int32:
		return ours == int64(theirs)
	case float32:
		return ours == float64(theirs)
	case []byte:
		return ours == base64.StdEncoding.EncodeToString(theirs) || notBase64.MatchString(fmt.Sprint(ours))
	}
	return ours == theirs
}

// notBase64 is what decimals and UUIDs become.
var notBase64 = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// FuzzPolicy looks for a record that keeps what is masked, loses what is not, or passes without its flag.
func FuzzPolicy(f *testing.F) {
	for _, test := range [][4]string{
		{`{"type": "record", "fields": [{"name": "a", "aetherMaskingLevel": 1}]}`, `{"a": 0, "b": true}`, "$.b", "true"},
		{`[{"fields": [{"aetherMaskingLevel": 9}]}, {"fields": 1}, {"fields": [1, {"name": 2, "aetherMaskingLevel": 1}]}]`, `{"": 1}`, "$..a[*]", "[1, 1.0]"},
		{`{"fields": [{"name": "b", "aetherMaskingLevel": 0.0}]}`, `[{"b": 1}]`, "$.`this`[?(@.b > 0)]", "null"},
		{`null`, `"x"`, "$.[", "[]"},
	} {
		f.Add(test[0], test[1], test[2], test[3])
	}
	f.Fuzz(func(t *testing.T, schemaText, messageText, path, valuesText string) {
		schema, message, values := decoded(schemaText), decoded(messageText), decoded(valuesText)
		settings := defaults(t)
		settings.EmitFlagRequired, settings.EmitFlagFieldPath, settings.EmitFlagValues = true, path, values
		policy, err := NewPolicy(settings)
		if err != nil {
			return
		}
		before := pytext.Repr(message)
		record, emitted, err := policy.Apply(Record{Schema: schema, Message: message})
		if after := pytext.Repr(message); after != before {
			t.Errorf("%s has become %s", before, after)
		}
		if err != nil || !emitted {
			return
		}
		kept, ok := record.Message.(*pytext.Dict)
		if !ok {
			return
		}
		for _, item := range message.(*pytext.Dict).Items() {
			if _, stays := kept.Get(item.Key); stays == slices.Contains(record.Masked, item.Key.(string)) {
				t.Errorf("%s of %s: masked are %v, kept is %s", item.Key, before, record.Masked, pytext.Repr(kept))
			}
		}
	})
}

// decoded is the value of a JSON text, nil of any other.
func decoded(text string) any {
	if measure(text) != nil {
		return nil
	}
	value, _ := pytext.Decode(text)
	return value
}

// TestCutContainers: a container that is cut anywhere but behind a block fails by name, and so does one with a byte changed, if it does not hold other data.
func TestCutContainers(t *testing.T) {
	whole := container(t, survey, surveys(3), ocf.WithBlockCount(1), ocf.WithSyncMarker([16]byte{7}))
	complete := 0
	for size := range whole {
		records, err := decode(t, Avro, whole[:size])
		switch {
		case err == nil && bytes.HasSuffix(whole[:size], append([]byte{7}, make([]byte, 15)...)):
			complete++
		case err == nil || task.AsError(err).Name != task.StreamInvalid || records != nil:
			t.Errorf("%d of %d bytes: %d records, %v", size, len(whole), len(records), err)
		}
	}
	if complete != 3 { // behind the header and behind two blocks
		t.Errorf("%d parts are whole", complete)
	}
	for at := range whole {
		for _, bit := range []byte{1, 0x80} {
			changed := bytes.Clone(whole)
			changed[at] ^= bit
			if _, err := decode(t, Avro, changed); err != nil && !strings.HasPrefix(task.AsError(err).Name, "Stream.") {
				t.Errorf("byte %d changed: %v", at, err)
			}
		}
	}
}
