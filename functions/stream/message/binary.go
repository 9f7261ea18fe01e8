package message

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"math"
	"math/big"
	"strings"
	"unicode/utf8"

	"github.com/steploom/steploom/shared/pytext"
)

// binaryReader reads values in Avro's binary encoding (Avro 1.12 specification, "Binary Encoding"). The library's own decoder is not used: it makes up to
// some hundred bytes of each byte of a record before anybody can stop it, and loses the order of maps.
type binaryReader struct {
	data   []byte
	budget *budget
}

// value reads a value that lies inside of depth lists and dicts.
func (r *binaryReader) value(s *shape, depth int) (any, error) {
	if s.kind >= kindArray {
		depth++
	}
	if err := r.budget.spend(depth); err != nil {
		return nil, err
	}
	switch s.kind {
	case kindNull:
		return nil, nil
	case kindBoolean:
		b, err := r.next(1)
		return err == nil && b[0] == 1, err
	case kindInt:
		return r.int()
	case kindLong:
		return r.long()
	case kindFloat:
		return r.float()
	case kindDouble:
		return r.double()
	case kindString:
		return r.text()
	case kindBytes, kindDecimal:
		length, err := r.length()
		return s.bytes(r, length, err)
	case kindFixed, kindFixedDecimal, kindUUID:
		return s.bytes(r, s.size, nil)
	case kindEnum:
		return r.symbol(s)
	case kindArray:
		return r.array(s, depth)
	case kindMap:
		return r.dict(s, depth)
	case kindUnion:
		return r.union(s, depth)
	}
	return r.record(s, depth)
}

// next takes some bytes.
func (r *binaryReader) next(count int) ([]byte, error) {
	if count > len(r.data) {
		return nil, truncated()
	}
	taken := r.data[:count]
	r.data = r.data[count:]
	return taken, nil
}

func truncated() error { return invalid("the Avro data ends in the middle of a value") }

// long reads a number of variable length.
func (r *binaryReader) long() (int64, error) {
	number, size := binary.Varint(r.data)
	switch {
	case size == 0:
		return 0, truncated()
	case size < 0:
		return 0, invalid("a number of the Avro data has more than 64 bits")
	}
	r.data = r.data[size:]
	return number, nil
}

func (r *binaryReader) int() (any, error) {
	number, err := r.long()
	if err == nil && int64(int32(number)) != number {
		return nil, invalid("an int of the Avro data has more than 32 bits")
	}
	return number, err
}

// length reads how many bytes follow.
func (r *binaryReader) length() (int, error) {
	length, err := r.long()
	switch {
	case err != nil:
		return 0, err
	case length < 0:
		return 0, invalid("a length of the Avro data is negative")
	case length > int64(len(r.data)):
		return 0, truncated()
	}
	return int(length), nil
}

func (r *binaryReader) float() (any, error) {
	b, err := r.next(4)
	if err != nil {
		return nil, err
	}
	number := float64(math.Float32frombits(binary.LittleEndian.Uint32(b)))
	return number, finite(number)
}

func (r *binaryReader) double() (any, error) {
	b, err := r.next(8)
	if err != nil {
		return nil, err
	}
	number := math.Float64frombits(binary.LittleEndian.Uint64(b))
	return number, finite(number)
}

func (r *binaryReader) text() (string, error) {
	length, err := r.length()
	if err != nil {
		return "", err
	}
	b, _ := r.next(length)
	if !utf8.Valid(b) {
		return "", invalid("a string of the Avro data is not UTF-8")
	}
	return string(b), nil
}

// bytes reads bytes and makes the text that the type tells.
func (s *shape) bytes(r *binaryReader, length int, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	b, err := r.next(length)
	if err != nil {
		return nil, err
	}
	switch s.kind {
	case kindDecimal, kindFixedDecimal:
		return decimal(b, s.scale)
	case kindUUID:
		return strings.Join([]string{hex.EncodeToString(b[:4]), hex.EncodeToString(b[4:6]), hex.EncodeToString(b[6:8]), hex.EncodeToString(b[8:10]),
			hex.EncodeToString(b[10:])}, "-"), nil
	}
	return base64.StdEncoding.EncodeToString(b), nil
}

// decimal is the text of a whole number in two's complement, divided by ten to the power of scale.
func decimal(b []byte, scale int) (any, error) {
	if len(b) > mostPrecise/2 {
		return nil, limited(mostPrecise, "a decimal has more than %d digits", mostPrecise)
	}
	number := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0]&0x80 != 0 {
		number.Sub(number, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	digits, sign := number.String(), ""
	if number.Sign() < 0 {
		digits, sign = digits[1:], "-"
	}
	if scale == 0 {
		return sign + digits, nil
	}
	if missing := scale + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	point := len(digits) - scale
	return sign + digits[:point] + "." + digits[point:], nil
}

func (r *binaryReader) symbol(s *shape) (any, error) {
	index, err := r.long()
	if err != nil {
		return nil, err
	}
	if index < 0 || index >= int64(len(s.symbols)) {
		return nil, invalid("the Avro data has symbol %d of an enum of %d", index, len(s.symbols))
	}
	return s.symbols[index], nil
}

func (r *binaryReader) union(s *shape, depth int) (any, error) {
	index, err := r.long()
	if err != nil {
		return nil, err
	}
	if index < 0 || index >= int64(len(s.parts)) {
		return nil, invalid("the Avro data has branch %d of a union of %d", index, len(s.parts))
	}
	return r.value(s.parts[index], depth)
}

// record reads a record that itself is the depth of its fields, as array and dict do.
func (r *binaryReader) record(s *shape, depth int) (any, error) {
	pairs := make([]any, 0, 2*len(s.parts))
	for i, part := range s.parts {
		value, err := r.value(part, depth)
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, s.names[i], value)
	}
	return pytext.NewDict(pairs...), nil
}

func (r *binaryReader) array(s *shape, depth int) (any, error) {
	list := []any{}
	err := r.blocks(func() error {
		value, err := r.value(s.parts[0], depth)
		list = append(list, value)
		return err
	})
	return list, err
}

func (r *binaryReader) dict(s *shape, depth int) (any, error) {
	dict := &pytext.Dict{}
	err := r.blocks(func() error {
		key, err := r.text()
		if err != nil {
			return err
		}
		value, err := r.value(s.parts[0], depth)
		set(dict, key, value)
		return err
	})
	return dict, err
}

// blocks reads the elements of an array or a map, block by block up to the empty one.
func (r *binaryReader) blocks(element func() error) error {
	for {
		count, err := r.blockCount()
		if count == 0 || err != nil {
			return err
		}
		for range count {
			if err := element(); err != nil {
				return err
			}
		}
	}
}

// blockCount reads how many elements a block has. A negative number is followed by the block's size in bytes.
func (r *binaryReader) blockCount() (uint64, error) {
	count, err := r.long()
	if count >= 0 || err != nil {
		return uint64(count), err
	}
	_, err = r.length()
	return uint64(-count), err
}
