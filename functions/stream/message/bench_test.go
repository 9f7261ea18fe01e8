package message

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/twmb/avro/ocf"
)

// survey is a schema such as Aether makes of a form.
const survey = `{"type": "record", "name": "Survey", "namespace": "org.example.survey", "fields": [
	{"name": "id", "type": "string", "doc": "the ID", "aetherMaskingLevel": 0},
	{"name": "_submitted_at", "type": ["null", "string"], "default": null},
	{"name": "household", "type": {"type": "record", "name": "Household", "fields": [
		{"name": "village", "type": ["null", "string"], "default": null, "@aether_lookup": [{"label": "North", "value": "n"}, {"label": "South", "value": "s"}]},
		{"name": "members", "type": {"type": "array", "items": {"type": "record", "name": "Member", "fields": [
			{"name": "name", "type": "string", "aetherMaskingLevel": 4}, {"name": "age", "type": ["null", "int"], "default": null},
			{"name": "sex", "type": {"type": "enum", "name": "Sex", "symbols": ["female", "male", "other"]}}]}}}]}},
	{"name": "location", "type": ["null", {"type": "record", "name": "Point", "fields": [
		{"name": "latitude", "type": "double"}, {"name": "longitude", "type": "double"}, {"name": "accuracy", "type": "float"}]}], "default": null},
	{"name": "answers", "type": {"type": "map", "values": ["null", "boolean", "long", "string"]}},
	{"name": "approved", "type": "boolean"}]}`

// surveys are values of the schema.
func surveys(count int) []any {
	var values []any
	for i := range count {
		members := []any{}
		for j := range i % 5 {
			members = append(members, map[string]any{"name": fmt.Sprintf("Amina %d", j), "age": int32(j * 7), "sex": "female"})
		}
		values = append(values, map[string]any{
			"id": fmt.Sprintf("8d5b2a1c-0000-4000-8000-%012d", i), "_submitted_at": "2026-02-03T04:05:06.789Z",
			"household": map[string]any{"village": "Kano North", "members": members},
			"location":  map[string]any{"latitude": 12.0022, "longitude": 8.592, "accuracy": float32(4.5)},
			"answers":   map[string]any{"water": true, "rooms": int64(i), "remarks": "none to speak of"},
			"approved":  i%2 == 0,
		})
	}
	return values
}

// BenchmarkDecode decodes containers of a hundred records. x-library compares with the library's reader, which makes maps of the values of each
// record; its schema is read from every container. x-json does with encoding/json.
func BenchmarkDecode(b *testing.B) {
	values := surveys(100)
	asJSON, err := json.Marshal(values)
	if err != nil {
		b.Fatal(err)
	}
	for _, test := range []struct {
		name    string
		value   []byte
		against func(value []byte) error
	}{
		{"container", container(b, survey, values), readByLibrary},
		{"deflate", container(b, survey, values, ocf.WithCodec(ocf.DeflateCodec(6))), readByLibrary},
		{"one record", container(b, survey, values[:1]), readByLibrary},
		{"json", asJSON, func(value []byte) error { var v any; return json.Unmarshal(value, &v) }},
	} {
		b.Run(test.name, func(b *testing.B) {
			decoder := NewDecoder(Config{})
			var ours, theirs time.Duration
			b.SetBytes(int64(len(test.value)))
			for b.Loop() { // one after the other, so that a busy machine slows down both
				begun := time.Now()
				if err := test.against(test.value); err != nil {
					b.Fatal(err)
				}
				theirs += time.Since(begun)
				begun = time.Now()
				if _, err := decoder.Decode(context.Background(), test.value); err != nil {
					b.Fatal(err)
				}
				ours += time.Since(begun)
			}
			b.ReportMetric(float64(ours)/float64(theirs), "x-baseline")
		})
	}
}

func readByLibrary(value []byte) error {
	reader, err := ocf.NewReader(bytes.NewReader(value))
	if err != nil {
		return err
	}
	defer reader.Close()
	for {
		var record any
		if err := reader.Decode(&record); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}
