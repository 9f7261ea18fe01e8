package message

import (
	"bytes"
	"context"

	"github.com/klauspost/compress/zstd"

	"github.com/steploom/steploom/shared/task"
)

// Format is how a value is encoded; see the package documentation.
type Format string

// The formats.
const (
	Detect   Format = ""
	Avro     Format = "avro"
	Registry Format = "registry"
	JSON     Format = "json"
	Text     Format = "text"
)

// Formats lists the names that a job may give.
func Formats() []Format { return []Format{Avro, Registry, JSON, Text} }

// Record is one record of a value.
type Record struct {
	Schema  any      // the Avro schema as its JSON value, shared by the records of a value: do not change it; nil for JSON and text
	Message any      // the decoded value
	Index   int      // its place in the value, from 0
	Masked  []string // names of the fields that a [Policy] removed from Message
}

// Config says how values are decoded.
type Config struct {
	Format   Format
	Registry RegistryConfig // where schemas of registry values are found; none when its URL is ""
}

// Decoder decodes values. It keeps the schemas it has seen, and may be used by several goroutines.
type Decoder struct {
	format    Format
	schemas   *cache[string, *schema]
	registry  *registry // nil when none is configured
	zstandard func() (*zstd.Decoder, error)
}

// NewDecoder makes a decoder.
func NewDecoder(config Config) *Decoder {
	return &Decoder{config.Format, newCache[string, *schema](), newRegistry(config.Registry), zstandard()}
}

// Decode returns the records of a value, nil being the null value of a tombstone. Its errors are a *task.Error: of a name that begins with "Stream.", or
// [task.Timeout] when the context ends while a registry is asked.
func (d *Decoder) Decode(ctx context.Context, value []byte) ([]Record, error) {
	if value == nil {
		return nil, task.Errorf(task.StreamNoValue, "the record has no value: it is a tombstone")
	}
	if len(value) > ValueLimit {
		return nil, tooLarge("the value has", len(value), "bytes", ValueLimit)
	}
	switch d.formatOf(value) {
	case Avro:
		return d.container(value)
	case Registry:
		return d.registered(ctx, value)
	case JSON:
		return single(decodeJSON(value))
	case Text:
		return single(decodeText(value))
	}
	return single(decodePlain(value))
}

// formatOf is the format of a value: the one that is configured, else the one that its first bytes tell.
func (d *Decoder) formatOf(value []byte) Format {
	switch {
	case d.format != Detect:
		return d.format
	case bytes.HasPrefix(value, containerMagic):
		return Avro
	case len(value) >= registryPrefix && value[0] == registryMagic:
		return Registry
	}
	return Detect
}

// single is a value without schema as the one record it is.
func single(message any, err error) ([]Record, error) {
	if err != nil {
		return nil, err
	}
	return []Record{{Message: message}}, nil
}
