package message

import (
	"bytes"
	"compress/bzip2"
	"compress/flate"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"sync"

	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/xi2/xz"

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
	case "bzip2":
		return seldom(unbzip2), nil
	case "xz":
		return seldom(unxz()), nil
	}
	return nil, task.Errorf(task.StreamCodecUnsupported, "the Avro container names an unknown codec; null, deflate, snappy, zstandard, bzip2 and xz can be read")
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
		return readAll(reader, limit)
	}
}

// readAll reads what a block becomes.
func readAll(from io.Reader, limit int) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(from, int64(limit)+1))
	if len(data) > limit {
		return nil, errMuch
	}
	return data, err
}

// mostCostly is how many blocks of a container may be of a codec that takes megabytes of memory for the smallest of them.
const mostCostly = 4096

// seldom is a codec for so many blocks.
func seldom(of codec) codec {
	blocks := 0
	return func(packed []byte, limit int) ([]byte, error) {
		if blocks++; blocks > mostCostly {
			return nil, limited(mostCostly, "the Avro container has more than %d blocks of such a codec", mostCostly)
		}
		return of(packed, limit)
	}
}

// unbzip2 takes a small buffer first: the fourth byte says how large a one is needed at most, nine times as much where nobody has said otherwise.
func unbzip2(packed []byte, limit int) ([]byte, error) {
	const level = 3
	if len(packed) > level && packed[level] > '1' {
		small := bytes.Clone(packed)
		small[level] = '1'
		if data, err := readAll(bzip2.NewReader(bytes.NewReader(small)), limit); err == nil || errors.Is(err, errMuch) {
			return data, err
		}
	}
	return readAll(bzip2.NewReader(bytes.NewReader(packed)), limit)
}

// unxz is a codec that keeps its memory from block to block. It takes dictionaries of the size that the highest preset of xz asks for.
func unxz() codec {
	var reader *xz.Reader
	return func(packed []byte, limit int) (_ []byte, err error) {
		if reader == nil {
			reader, err = xz.NewReader(bytes.NewReader(packed), xz.DefaultDictMax)
		} else {
			err = reader.Reset(bytes.NewReader(packed))
		}
		if err != nil {
			return nil, err
		}
		return readAll(reader, limit)
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
