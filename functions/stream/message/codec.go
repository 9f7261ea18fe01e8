package message

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"sync"

	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"

	"github.com/steploom/steploom/shared/task"
)

// codec decompresses a block into a number of bytes at most.
type codec func(packed []byte, limit int) ([]byte, error)

// errMuch is what a codec says of a block that becomes more than its limit.
var errMuch = errors.New("too much data")

// codecOf is the codec of a name; "" is null.
func (d *Decoder) codecOf(name string) (codec, error) {
	switch name {
	case "", "null":
		return uncompressed, nil
	case "deflate":
		return inflater(), nil
	case "snappy":
		return unsnap, nil
	case "zstandard":
		return d.unzstd, nil
	case "bzip2", "xz":
		return nil, task.Errorf(task.StreamCodecUnsupported, "the Avro container is compressed by %s; null, deflate, snappy and zstandard can be read", name)
	}
	return nil, task.Errorf(task.StreamCodecUnsupported, "the Avro container names an unknown codec; null, deflate, snappy and zstandard can be read")
}

func uncompressed(packed []byte, limit int) ([]byte, error) {
	if len(packed) > limit {
		return nil, errMuch
	}
	return packed, nil
}

// inflater is a codec that keeps its buffers from block to block.
func inflater() codec {
	var reader io.ReadCloser
	return func(packed []byte, limit int) ([]byte, error) {
		source := bytes.NewReader(packed)
		if reader == nil {
			reader = flate.NewReader(source)
		} else if err := reader.(flate.Resetter).Reset(source, nil); err != nil {
			return nil, err
		}
		data, err := io.ReadAll(io.LimitReader(reader, int64(limit)+1))
		if len(data) > limit {
			return nil, errMuch
		}
		return data, err
	}
}

// unsnap reads a block of snappy and the checksum behind it.
func unsnap(packed []byte, limit int) ([]byte, error) {
	if len(packed) < crc32.Size {
		return nil, io.ErrUnexpectedEOF
	}
	body, sum := packed[:len(packed)-crc32.Size], packed[len(packed)-crc32.Size:]
	size, err := snappy.DecodedLen(body)
	if err != nil {
		return nil, err
	}
	if size > limit {
		return nil, errMuch
	}
	data, err := snappy.Decode(nil, body)
	if err == nil && crc32.ChecksumIEEE(data) != binary.BigEndian.Uint32(sum) {
		return nil, errors.New("snappy: wrong checksum")
	}
	return data, err
}

// zstandard makes the decoder that all containers share.
func zstandard() func() (*zstd.Decoder, error) {
	return sync.OnceValues(func() (*zstd.Decoder, error) {
		return zstd.NewReader(nil, zstd.WithDecoderMaxMemory(DataLimit), zstd.WithDecoderLowmem(true))
	})
}

func (d *Decoder) unzstd(packed []byte, limit int) ([]byte, error) {
	decoder, err := d.zstandard()
	if err != nil {
		return nil, err
	}
	data, err := decoder.DecodeAll(packed, nil)
	if len(data) > limit || errors.Is(err, zstd.ErrDecoderSizeExceeded) || errors.Is(err, zstd.ErrWindowSizeExceeded) {
		return nil, errMuch
	}
	return data, err
}
