package stream

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/twmb/avro"
	"github.com/twmb/avro/ocf"

	"github.com/steploom/steploom/shared/executions"
	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/task"
)

// persons is a schema with fields that nobody may see.
const persons = `{"type": "record", "name": "Person", "doc": "people", "fields": [
	{"name": "id", "type": "long"}, {"name": "name", "type": "string", "aetherMaskingLevel": 3}, {"name": "zero", "type": "long", "aetherMaskingLevel": 3},
	{"name": "open", "type": "string", "aetherMaskingLevel": 0}]}`

// container is an Avro object container.
func container(t testing.TB, schema string, values ...any) []byte {
	t.Helper()
	parsed, err := avro.Parse(schema, avro.WithLaxNames(nil))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	writer, err := ocf.NewWriter(&out, parsed)
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

func person(id int64) map[string]any {
	return map[string]any{"id": id, "name": "secret-name", "zero": int64(0), "open": "shown"}
}

// TestMaskedFieldsAreNowhere: neither in a request, nor in the log of the job, nor in that of the function, whatever fails.
func TestMaskedFieldsAreNowhere(t *testing.T) {
	w := newWorld(t, `{"on_failure": "topic", "json_body": ["all", "schema"], "datamap": {"id": "$.msg.id", "all": "$.msg", "schema": "$.schema.doc"}}`)
	w.outcome = second("Http.Status.500")
	value := container(t, persons, person(1), person(2), person(3))
	done, err := w.Batch(t.Context(), "people", []Record{{Topic: "people", Offset: 4, Value: value}, {Topic: "people", Offset: 5, Value: value[:len(value)-20]}})
	if done != 2 || err != nil || w.urls() != "1 3" {
		t.Fatal(done, err, w.urls())
	}
	entries, _ := w.store.Logs(t.Context(), "people", 10)
	counts, _ := w.store.Counts(t.Context(), "people")
	written, _ := json.Marshal([]any{entries, counts, w.delivered})
	for _, text := range []string{string(written), w.log.String()} {
		if strings.Contains(text, "secret-name") || strings.Contains(text, "zero") {
			t.Errorf("a masked field is in %s", text)
		}
	}
	if len(entries) != 2 || entries[0].Index != 1 || entries[0].Entity != `{"id": 2, "open": "shown"}` || entries[1].Entity != "" || counts.Failed != 2 {
		t.Errorf("%+v %+v", entries, counts)
	}
	if string(w.delivered[0].Request.JSON) != `{"all":{"id":1,"open":"shown"},"schema":"people"}` {
		t.Errorf("%s", w.delivered[0].Request.JSON)
	}
	if len(w.aside) != 2 || w.aside[0].headers["steploom-index"] != "1" || w.aside[0].value != string(value) {
		t.Errorf("%+v", w.aside)
	}
}

// TestContainerComesAgainWhole: a container that fails inside is not done, so that what was sent of it is sent again.
func TestContainerComesAgainWhole(t *testing.T) {
	w := newWorld(t, `{}`)
	w.outcome = second("Http.Status.500")
	all := []Record{{Topic: "people", Offset: 4, Value: container(t, persons, person(1), person(2), person(3))}}
	if done, err := w.Batch(t.Context(), "people", all); done != 0 || err != nil || w.state(t).State != job.Failed {
		t.Fatal(done, err)
	}
	w.outcome = nil
	w.put(t, `{}`)
	if done, err := w.Batch(t.Context(), "people", all); done != 1 || err != nil || w.urls() != "1 1 2 3" {
		t.Error(done, err, w.urls())
	}
}

// TestHostileRecords: each is put aside by a name, and the next record is delivered.
func TestHostileRecords(t *testing.T) {
	deep := strings.Repeat("[", 100_000)
	value := container(t, persons, person(1))
	for name, record := range map[string][]byte{
		"tombstone": nil, "truncated": value[:len(value)/2], "wrong magic": append([]byte("Obj\x02"), value[4:]...), "not UTF-8": {0xff, 0xfe, 1}, "empty": {},
		"large": bytes.Repeat([]byte("x"), 10<<20), "deep": []byte(`{"id": ` + deep), "registry": {0, 0, 0, 0, 1, 2}, "NaN": []byte(`{"id": NaN}`), "no object": []byte(`[1, 2]`),
		"half a surrogate": []byte(`{"id": "\ud800"}`), "segments": []byte(`{"id": "../../admin"}`), "fragment": []byte(`{"id": "7#"}`), "line": []byte(`{"id": ""}`),
		"large body": []byte(`{"id": "` + strings.Repeat("ä", 200_000) + `"}`),
	} {
		w := newWorld(t, `{"on_failure": "skip"}`)
		done, err := w.Batch(t.Context(), "people", []Record{{Topic: "people", Offset: 1, Value: record}, {Topic: "people", Offset: 2, Value: []byte(one)}})
		entries, _ := w.store.Logs(t.Context(), "people", 10)
		if done != 2 || err != nil || w.urls() != "1" || len(entries) != 1 || !strings.Contains(entries[0].Message, "Stream.") && !strings.Contains(entries[0].Message, "Payload.") {
			t.Errorf("%s: %d, %v, %q, %+v", name, done, err, w.urls(), entries)
		}
		if len(entries) == 1 && len(entries[0].Entity)+len(entries[0].Message) > entityLimit+messageLimit+100 {
			t.Errorf("%s: %d bytes are logged", name, len(entries[0].Entity))
		}
	}
}

// TestFaultsAreOfTheRecord: a panic fails the record that it comes of.
func TestFaultsAreOfTheRecord(t *testing.T) {
	w := newWorld(t, `{"on_failure": "skip"}`)
	w.outcome = func(d job.Delivery) (executions.Execution, error) {
		if strings.HasSuffix(d.Request.URL, "/2") {
			panic("secret-name")
		}
		return executions.Execution{}, nil
	}
	all := append(records(two, three), Record{Topic: "people", Value: container(t, persons, person(1), person(2), person(3))})
	if done, err := w.Batch(t.Context(), "people", all); done != 3 || err != nil || w.urls() != "3 1 3" || strings.Contains(w.log.String(), "secret-name") {
		t.Error(done, err, w.urls())
	}
	if counts, _ := w.store.Counts(t.Context(), "people"); !strings.HasPrefix(counts.LastError, task.Internal) {
		t.Errorf("%+v", counts)
	}
}
