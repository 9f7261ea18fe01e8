package message

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/steploom/steploom/shared/task"
)

// The wire format of Confluent's serializers: a byte 0, the id of the schema in four bytes, the value in Avro's binary encoding.
const (
	registryMagic  = 0
	registryPrefix = 5
)

// The limits of what a registry may answer.
const (
	registryTimeout = 10 * time.Second // for a schema and all that it refers to
	mostReferences  = 100              // schemas that a schema needs, directly or not
)

// errSlow is why a request ends whose time at the registry is over.
var errSlow = errors.New("no answer in " + registryTimeout.String())

// RegistryConfig says which schema registry (Confluent's REST API) knows the schemas of registry values.
type RegistryConfig struct {
	URL      string // "https://registry.example.com:8081", with a path or without
	User     string // basic authentication, when it is not ""
	Password string
	Client   *http.Client // nil for one that follows no redirect
}

// registry asks a schema registry and keeps its answers, which never change: an id stands for one schema for ever.
type registry struct {
	config RegistryConfig
	known  *cache[uint32, *schema]
}

func newRegistry(config RegistryConfig) *registry {
	if config.URL == "" {
		return nil
	}
	if config.Client == nil {
		config.Client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	return &registry{config, newCache[uint32, *schema]()}
}

// registered reads a value in the wire format of a registry.
func (d *Decoder) registered(ctx context.Context, value []byte) ([]Record, error) {
	if len(value) < registryPrefix || value[0] != registryMagic {
		return nil, invalid("the value is not in the wire format of a schema registry: it does not begin with a byte 0 and the id of a schema")
	}
	if d.registry == nil {
		return nil, task.Errorf(task.StreamRegistryMissing, "the value names a schema of a registry by its id, but no schema registry is configured: set SCHEMA_REGISTRY_URL")
	}
	schema, err := d.registry.schema(ctx, binary.BigEndian.Uint32(value[1:registryPrefix]))
	if err != nil {
		return nil, err
	}
	reader := binaryReader{value[registryPrefix:], newBudget()}
	message, err := reader.value(schema.shape, 0)
	if err != nil {
		return nil, err
	}
	if len(reader.data) > 0 {
		return nil, invalid("the value has %d bytes behind the Avro data", len(reader.data))
	}
	return []Record{{Schema: schema.value, Message: message}}, nil
}

// schema is the schema of an id.
func (r *registry) schema(ctx context.Context, id uint32) (*schema, error) {
	if known, ok := r.known.get(id); ok {
		return known, nil
	}
	ctx, cancel := context.WithTimeoutCause(ctx, registryTimeout, errSlow)
	defer cancel()
	found, err := r.ask(ctx, "schema "+strconv.FormatUint(uint64(id), 10), "schemas", "ids", strconv.FormatUint(uint64(id), 10))
	if err != nil {
		return nil, err
	}
	closure := closure{registry: r, seen: map[reference]bool{}}
	if err := closure.add(ctx, found); err != nil {
		return nil, err
	}
	parsed, err := parseSchema(closure.texts...)
	if err != nil {
		return nil, err
	}
	r.known.put(id, parsed, closure.size)
	return parsed, nil
}

// answer is what a registry says of a schema.
type answer struct {
	Schema     string      `json:"schema"`
	SchemaType string      `json:"schemaType"` // "" is AVRO
	References []reference `json:"references"`
}

// reference is a schema that another one needs.
type reference struct {
	Subject string `json:"subject"`
	Version int    `json:"version"`
}

// closure collects the texts of a schema and of all that it refers to, those that are referred to first.
type closure struct {
	registry *registry
	seen     map[reference]bool
	texts    []string
	size     int
}

func (c *closure) add(ctx context.Context, found answer) error {
	if found.SchemaType != "" && found.SchemaType != "AVRO" {
		return schemaInvalid("the registry has it as one of another language, such as JSON Schema or Protocol Buffers")
	}
	for _, needed := range found.References {
		if err := c.refer(ctx, needed); err != nil {
			return err
		}
	}
	if c.size += len(found.Schema); c.size > SchemaLimit {
		return tooLarge("the Avro schema has", c.size, "bytes with those it refers to", SchemaLimit)
	}
	c.texts = append(c.texts, found.Schema)
	return nil
}

// refer adds a schema that is referred to, once.
func (c *closure) refer(ctx context.Context, needed reference) error {
	if c.seen[needed] {
		return nil
	}
	if c.seen[needed] = true; len(c.seen) > mostReferences {
		return limited(mostReferences, "the Avro schema refers to more than %d others", mostReferences)
	}
	version := strconv.Itoa(needed.Version)
	found, err := c.registry.ask(ctx, "a schema that another one refers to", "subjects", needed.Subject, "versions", version)
	if err != nil {
		return err
	}
	return c.add(ctx, found)
}

// ask reads a schema from the registry at a path.
func (r *registry) ask(ctx context.Context, what string, path ...string) (answer, error) {
	request, err := r.request(ctx, path)
	if err != nil {
		return answer{}, task.Errorf(task.StreamRegistryUnavailable, "the URL of the schema registry is invalid")
	}
	response, err := r.config.Client.Do(request)
	if err != nil {
		return answer{}, unreachable(ctx, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 2*SchemaLimit+1))
	if err != nil {
		return answer{}, unreachable(ctx, err)
	}
	if err := refused(response.StatusCode, what); err != nil {
		return answer{}, err
	}
	if len(body) > 2*SchemaLimit {
		return answer{}, limited(SchemaLimit, "the schema registry answers with more than %d bytes", 2*SchemaLimit)
	}
	var found answer
	if err := json.Unmarshal(body, &found); err != nil {
		return answer{}, task.Errorf(task.StreamRegistryUnavailable, "the schema registry answers with something that is not its JSON")
	}
	return found, nil
}

func (r *registry) request(ctx context.Context, path []string) (*http.Request, error) {
	base, err := url.Parse(r.config.URL)
	if err != nil || base.Host == "" {
		return nil, errors.New("no URL")
	}
	escaped := make([]string, len(path))
	for i, part := range path {
		escaped[i] = url.PathEscape(part)
	}
	address := strings.TrimRight(r.config.URL, "/") + "/" + strings.Join(escaped, "/")
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/vnd.schemaregistry.v1+json, application/json")
	if r.config.User != "" {
		request.SetBasicAuth(r.config.User, r.config.Password)
	}
	return request, nil
}

// unreachable is the failure of a request, without the URL, which may hold a password.
func unreachable(ctx context.Context, err error) error {
	var about *url.Error
	switch cause := context.Cause(ctx); {
	case cause == errSlow:
		err = cause
	case cause != nil:
		return task.Errorf(task.Timeout, "the schema registry was asked when the time was over: %v", ctx.Err())
	case errors.As(err, &about):
		err = about.Err
	}
	return task.Errorf(task.StreamRegistryUnavailable, "the schema registry cannot be asked: %v", err)
}

// refused is the failure that a status tells.
func refused(status int, what string) error {
	switch {
	case status == http.StatusOK:
		return nil
	case status == http.StatusNotFound:
		return task.Errorf(task.StreamSchemaMissing, "the schema registry does not know %s", what)
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return task.Errorf(task.StreamRegistryAuthentication, "the schema registry does not accept SCHEMA_REGISTRY_CREDENTIALS: status %d", status)
	}
	return task.Errorf(task.StreamRegistryUnavailable, "the schema registry answers with status %d", status)
}
