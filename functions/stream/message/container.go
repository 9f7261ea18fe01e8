package message

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/steploom/steploom/shared/task"
)

var containerMagic = []byte("Obj\x01")

// The entries of the metadata that the specification defines, and the size of the marker behind the header and each block.
const (
	schemaEntry = "avro.schema"
	codecEntry  = "avro.codec"
	syncSize    = 16
)

// container reads an Avro object container.
func (d *Decoder) container(value []byte) ([]Record, error) {
	rest, ok := bytes.CutPrefix(value, containerMagic)
	if !ok {
		return nil, invalid("the value is no Avro object container: it does not begin with Obj and a byte 1")
	}
	c := containerReader{binaryReader: binaryReader{rest, newBudget()}}
	if err := c.header(); err != nil {
		return nil, err
	}
	codec, err := d.codecOf(string(c.metadata[codecEntry]))
	if err != nil {
		return nil, err
	}
	text, ok := c.metadata[schemaEntry]
	if !ok {
		return nil, invalid("the Avro container has no schema")
	}
	schema, err := d.schemaOf(string(text))
	if err != nil {
		return nil, err
	}
	c.codec = codec
	return c.records(schema)
}

// schemaOf is the schema of a text.
func (d *Decoder) schemaOf(text string) (*schema, error) {
	if known, ok := d.schemas.get(text); ok {
		return known, nil
	}
	parsed, err := parseSchema(text)
	if err != nil {
		return nil, err
	}
	d.schemas.put(text, parsed, len(text))
	return parsed, nil
}

// containerReader reads the parts of a container (Avro 1.12 specification, "Object Container Files").
type containerReader struct {
	binaryReader
	metadata map[string][]byte // the entries that say how to read the blocks
	sync     []byte
	codec    codec
}

// header reads what stands before the blocks.
func (c *containerReader) header() error {
	c.metadata = map[string][]byte{}
	if err := c.blocks(c.entry); err != nil {
		return err
	}
	sync, err := c.next(syncSize)
	c.sync = sync
	return err
}

// entry reads an entry of the metadata.
func (c *containerReader) entry() error {
	if err := c.budget.spend(0); err != nil {
		return err
	}
	key, err := c.text()
	if err != nil {
		return err
	}
	length, err := c.length()
	if err != nil {
		return err
	}
	value, err := c.next(length)
	if key == schemaEntry || key == codecEntry {
		c.metadata[key] = value
	}
	return err
}

// records reads all blocks.
func (c *containerReader) records(schema *schema) ([]Record, error) {
	records := []Record{}
	for len(c.data) > 0 {
		count, data, err := c.block()
		if err != nil {
			return nil, err
		}
		block := binaryReader{data, c.budget}
		for range count {
			message, err := block.value(schema.shape, 0)
			if err != nil {
				return nil, inRecord(len(records), err)
			}
			records = append(records, Record{Schema: schema.value, Message: message, Index: len(records)})
		}
		if len(block.data) > 0 {
			return nil, invalid("a block of the Avro container has %d bytes behind its last record", len(block.data))
		}
	}
	return records, nil
}

// inRecord is the failure of a record, told with its place in the value.
func inRecord(index int, err error) error {
	failure := *task.AsError(err)
	failure.Message = fmt.Sprintf("record %d: %s", index, failure.Message)
	return &failure
}

// block reads a block: how many records it holds, and its bytes, decompressed.
func (c *containerReader) block() (count int64, data []byte, err error) {
	if count, err = c.long(); err != nil {
		return 0, nil, err
	}
	length, err := c.length()
	if err != nil {
		return 0, nil, err
	}
	packed, _ := c.next(length)
	sync, err := c.next(syncSize)
	switch {
	case err != nil:
		return 0, nil, err
	case count < 0:
		return 0, nil, invalid("a block of the Avro container has %d records", count)
	case !bytes.Equal(sync, c.sync):
		return 0, nil, invalid("a block of the Avro container does not end with the marker of the file")
	case count == 0:
		return 0, nil, nil
	}
	data, err = c.decompress(packed)
	return count, data, err
}

// decompress spends the bytes that a block becomes.
func (c *containerReader) decompress(packed []byte) ([]byte, error) {
	data, err := c.codec(packed, c.budget.bytes)
	if failure, named := errors.AsType[*task.Error](err); named {
		return nil, failure
	}
	switch {
	case errors.Is(err, errMuch):
		return nil, limited(DataLimit, "the blocks of the Avro container become more than %d bytes", DataLimit)
	case err != nil:
		return nil, invalid("a block of the Avro container cannot be decompressed: %v", err)
	}
	c.budget.bytes -= len(data)
	return data, nil
}
