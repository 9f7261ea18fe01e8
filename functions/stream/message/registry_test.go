package message

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/avro"
	"github.com/twmb/franz-go/pkg/sr"
	"github.com/twmb/franz-go/pkg/sr/srfake"

	"github.com/steploom/steploom/shared/pytext"
	"github.com/steploom/steploom/shared/task"
)

// wire is a value in the wire format of a registry.
func wire(t testing.TB, id int, schema string, value any) []byte {
	t.Helper()
	encoded, err := avro.MustParse(schema).Encode(value)
	if err != nil {
		t.Fatal(err)
	}
	return append(binary.BigEndian.AppendUint32([]byte{0}, uint32(id)), encoded...)
}

// register gives a schema to a registry and returns its id.
func register(t testing.TB, registry *srfake.Registry, subject string, schema sr.Schema) int {
	t.Helper()
	id, _, err := registry.RegisterSchema(subject, schema)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// TestRegistry: the schema of a value is found by its id, asked for once, and with credentials where there are some.
func TestRegistry(t *testing.T) {
	registry := srfake.New(srfake.WithAuth("Basic " + base64.StdEncoding.EncodeToString([]byte("me:p:w"))))
	defer registry.Close()
	var asked atomic.Int32
	registry.Intercept(func(http.ResponseWriter, *http.Request) bool { asked.Add(1); return false })
	id := register(t, registry, "people-value", sr.Schema{Schema: person})
	value := wire(t, id, person, map[string]any{"id": "p1", "age": int64(31)})

	decoder := NewDecoder(Config{Registry: RegistryConfig{URL: registry.URL() + "/", User: "me", Password: "p:w"}})
	for range 3 {
		records, err := decoder.Decode(context.Background(), value)
		if err != nil {
			t.Fatal(err)
		}
		schema, _ := pytext.Decode(person)
		if got := pytext.Repr(records[0].Message); len(records) != 1 || got != "{'id': 'p1', 'age': 31}" || !pytext.Equal(records[0].Schema, schema) {
			t.Errorf("%d records, %s, %v", len(records), got, records[0].Schema)
		}
	}
	if asked.Load() != 1 {
		t.Errorf("the registry was asked %d times", asked.Load())
	}

	for name, test := range map[string]struct {
		config     RegistryConfig
		value      []byte
		name, part string
	}{
		"unknown id":     {RegistryConfig{URL: registry.URL(), User: "me", Password: "p:w"}, wire(t, 99, person, map[string]any{"id": "x"}), task.StreamSchemaMissing, "schema 99"},
		"wrong password": {RegistryConfig{URL: registry.URL(), User: "me", Password: "guess"}, value, task.StreamRegistryAuthentication, "status 40"},
		"nobody there":   {RegistryConfig{URL: "http://me:hidden@127.0.0.1:1"}, value, task.StreamRegistryUnavailable, "cannot be asked"},
		"no URL":         {RegistryConfig{URL: "registry"}, value, task.StreamRegistryUnavailable, "URL"},
		"cut":            {RegistryConfig{URL: registry.URL(), User: "me", Password: "p:w"}, value[:7], task.StreamInvalid, "in the middle"},
		"too much":       {RegistryConfig{URL: registry.URL(), User: "me", Password: "p:w"}, append(bytes.Clone(value), 0), task.StreamInvalid, "1 bytes behind"},
	} {
		_, err := NewDecoder(Config{Registry: test.config}).Decode(context.Background(), test.value)
		wantFailure(t, err, test.name, test.part)
		if err != nil && (strings.Contains(err.Error(), "guess") || strings.Contains(err.Error(), "hidden")) {
			t.Errorf("%s: %v tells a password", name, err)
		}
	}
}

// TestRegistryReferences: a schema may need others of the registry, which need others; each is asked for once.
func TestRegistryReferences(t *testing.T) {
	registry := srfake.New()
	defer registry.Close()
	register(t, registry, "place/of birth", sr.Schema{Schema: `{"type": "record", "name": "Place", "namespace": "g", "fields": [{"name": "town", "type": "string"}]}`})
	place := sr.SchemaReference{Name: "g.Place", Subject: "place/of birth", Version: 1}
	register(t, registry, "house", sr.Schema{Schema: `{"type": "record", "name": "House", "namespace": "g", "fields": [{"name": "in", "type": "Place"},
		{"name": "key", "type": "string", "aetherMaskingLevel": 5}]}`, References: []sr.SchemaReference{place}})
	house := sr.SchemaReference{Name: "g.House", Subject: "house", Version: 1}
	id := register(t, registry, "owner", sr.Schema{Schema: `{"type": "record", "name": "Owner", "fields": [{"name": "born", "type": "g.Place"}, {"name": "has", "type":
		{"type": "array", "items": "g.House"}}]}`, References: []sr.SchemaReference{place, house}})
	nothing := register(t, registry, "nothing", sr.Schema{Schema: `{"type": "record", "name": "Nothing", "fields": []}`})
	alone := register(t, registry, "alone", sr.Schema{Schema: `["null", "g.House"]`, References: []sr.SchemaReference{house}})

	decoder := NewDecoder(Config{Registry: RegistryConfig{URL: registry.URL()}})
	value := append(binary.BigEndian.AppendUint32([]byte{0}, uint32(id)), "\x04Yo\x02\x04La\x02k\x00"...)
	records, err := decoder.Decode(context.Background(), value)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := pytext.Repr(records[0].Message), "{'born': {'town': 'Yo'}, 'has': [{'in': {'town': 'La'}, 'key': 'k'}]}"; got != want {
		t.Errorf("%s, want %s", got, want)
	}

	records, err = decoder.Decode(context.Background(), binary.BigEndian.AppendUint32([]byte{0}, uint32(nothing)))
	if err != nil || pytext.Repr(records[0].Message) != "{}" {
		t.Errorf("a record of no bytes: %v, %v", records, err)
	}

	value = append(binary.BigEndian.AppendUint32([]byte{0}, uint32(alone)), "\x02\x04La\x02k"...)
	records, err = decoder.Decode(context.Background(), value)
	if err != nil {
		t.Fatal(err)
	}
	masked, err := policyOf(t, func(*Settings) {}).Mask(records[0])
	if got := pytext.Repr(masked.Message); err != nil || got != "{'in': {'town': 'La'}}" {
		t.Errorf("a record whose schema is a reference: %s, %v", got, err)
	}
}

// answering is a registry that gives one answer to everything.
func answering(t *testing.T, status int, body string) RegistryConfig {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(status)
		io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return RegistryConfig{URL: server.URL}
}

// TestHostileRegistry: whatever a registry answers, asking it ends, with a name for what is wrong.
func TestHostileRegistry(t *testing.T) {
	self := `{"schema": "\"string\"", "references": [{"name": "a", "subject": "a", "version": %s}]}`
	for _, test := range []struct {
		status     int
		body       string
		name, part string
	}{
		{500, "", task.StreamRegistryUnavailable, "status 500"},
		{302, "", task.StreamRegistryUnavailable, "status 302"},
		{403, "", task.StreamRegistryAuthentication, "status 403"},
		{200, "<html>", task.StreamRegistryUnavailable, "not its JSON"},
		{200, "{}", task.StreamSchemaInvalid, "invalid"},
		{200, `{"schema": "{}"}`, task.StreamSchemaInvalid, "invalid"},
		{200, `{"schema": "message M {}", "schemaType": "PROTOBUF"}`, task.StreamSchemaInvalid, "another language"},
		{200, `{"schema": "` + strings.Repeat(" ", SchemaLimit) + `1"}`, task.StreamTooLarge, "the limit is 1048576"},
		{200, strings.Repeat(" ", 2*SchemaLimit) + "{}", task.StreamTooLarge, "more than 2097152 bytes"},
		{200, fmt.Sprintf(self, "1"), task.StreamInvalid, "behind the Avro data"}, // a schema that refers to itself is read once more
	} {
		_, err := NewDecoder(Config{Registry: answering(t, test.status, test.body)}).Decode(context.Background(), []byte("\x00\x00\x00\x00\x01\x02xyz"))
		wantFailure(t, err, test.name, test.part)
	}
}

// TestEndlessReferences: a registry that invents one schema after the other is stopped.
func TestEndlessReferences(t *testing.T) {
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"schema": "\"string\"", "references": [{"name": "a", "subject": "a", "version": %d}]}`, asked.Add(1))
	}))
	defer server.Close()
	_, err := NewDecoder(Config{Registry: RegistryConfig{URL: server.URL}}).Decode(context.Background(), []byte("\x00\x00\x00\x00\x01\x02x"))
	wantFailure(t, err, task.StreamTooLarge, "refers to more than 100 others")
	if asked.Load() > mostReferences+1 {
		t.Errorf("asked %d times", asked.Load())
	}
}

// TestRegistryDeadline: a registry that does not answer fails when the time of the invocation is over.
func TestRegistryDeadline(t *testing.T) {
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer server.Close()
	defer close(release)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	_, err := NewDecoder(Config{Registry: RegistryConfig{URL: server.URL}}).Decode(ctx, []byte("\x00\x00\x00\x00\x01\x02x"))
	wantFailure(t, err, task.Timeout, "time was over")

	slow, cancel := context.WithTimeoutCause(context.Background(), 10*time.Millisecond, errSlow) // as if ten seconds were over
	defer cancel()
	_, err = NewDecoder(Config{Registry: RegistryConfig{URL: server.URL}}).Decode(slow, []byte("\x00\x00\x00\x00\x01\x02x"))
	wantFailure(t, err, task.StreamRegistryUnavailable, "no answer in 10s")
}

// TestDecoderIsShared: goroutines may use one decoder, which asks for the same schemas and drops others at the same time.
func TestDecoderIsShared(t *testing.T) {
	registry := srfake.New()
	defer registry.Close()
	decoder := NewDecoder(Config{Registry: RegistryConfig{URL: registry.URL()}})
	var values [][]byte
	for i := range 8 {
		schema := fmt.Sprintf(`{"type": "record", "name": "R%d", "doc": %q, "fields": [{"name": "n", "type": "int"}]}`, i, strings.Repeat("d", cachedBytes/5))
		id := register(t, registry, fmt.Sprint(i), sr.Schema{Schema: schema})
		values = append(values, wire(t, id, schema, map[string]any{"n": i}), container(t, schema, []any{map[string]any{"n": i}}))
	}
	var group sync.WaitGroup
	for worker := range 4 {
		group.Go(func() {
			for i := range values {
				at := (i + worker) % len(values)
				records, err := decoder.Decode(context.Background(), values[at])
				if want := fmt.Sprintf("{'n': %d}", at/2); err != nil || pytext.Repr(records[0].Message) != want {
					t.Errorf("%v, want %s", err, want)
				}
			}
		})
	}
	group.Wait()
	for _, cost := range []int{decoder.schemas.cost, decoder.registry.known.cost} {
		if cost > cachedBytes {
			t.Errorf("%d bytes are kept", cost)
		}
	}
}
