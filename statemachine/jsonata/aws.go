package jsonata

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"
)

func randomNumber() float64 { return rand.Float64() }

// awsRows are the functions that Step Functions adds (AWS Step Functions developer guide, "Transforming data with JSONata",
// "JSONata functions provided by Step Functions").
var awsRows = []row{
	{"partition", "<an:a>", []string{"array", "size"}, partition},
	{"range", "<nnn:a>", []string{"start", "end", "step"}, stepRange},
	{"hash", "<ss:s>", []string{"text", "algorithm"}, hash},
	{"random", "<n?:n>", []string{"seed"}, seededRandom},
	{"uuid", "<:s>", nil, uuid},
	{"parse", "<s-:x>", []string{"text"}, parseJSON},
}

// partition cuts an array into chunks of the given size; the last may be shorter.
func partition(st *state, args []any) (any, error) {
	items, given, err := array(args, 0)
	if err != nil || !given {
		return Undefined, err
	}
	size, _, err := amount(args, 1)
	if err != nil {
		return nil, err
	}
	if size < 1 || size != math.Trunc(size) {
		return nil, &Error{Code: "T0410", Value: size, index: 2}
	}
	chunks := []any{}
	for len(items) > 0 {
		n := int(math.Min(size, float64(len(items))))
		chunk := make([]any, n)
		for i, item := range items[:n] {
			st.nest(item)
			chunk[i] = item
		}
		chunks = append(chunks, chunk)
		items = items[n:]
		if err := st.items(n + 2); err != nil {
			return nil, err
		}
	}
	return chunks, nil
}

// stepRange is the numbers from start to end, the end included, in steps. A single number stands for itself.
func stepRange(st *state, args []any) (any, error) {
	var bounds [3]float64
	for i := range bounds {
		n, given, err := amount(args, i)
		if err != nil || !given {
			return Undefined, err
		}
		bounds[i] = n
	}
	start, end, step := bounds[0], bounds[1], bounds[2]
	if step == 0 || math.IsNaN(start+end+step) {
		return nil, &Error{Code: "T0410", Value: step, index: 3}
	}
	size := math.Floor((end-start)/step) + 1
	if size > maxRange {
		return nil, &Error{Code: "D2014", Value: size}
	}
	var items []any
	for i := 0.0; i < size; i++ {
		items = append(items, start+i*step)
	}
	return newSequence(items...), st.items(2 * len(items))
}

// hash gives a digest in lower-case hexadecimal.
func hash(_ *state, args []any) (any, error) {
	s, given, err := text(args, 0)
	if err != nil || !given {
		return Undefined, err
	}
	algorithm, _, err := text(args, 1)
	if err != nil {
		return nil, err
	}
	var sum []byte
	switch b := []byte(s); algorithm {
	case "MD5":
		digest := md5.Sum(b)
		sum = digest[:]
	case "SHA-1":
		digest := sha1.Sum(b)
		sum = digest[:]
	case "SHA-256":
		digest := sha256.Sum256(b)
		sum = digest[:]
	case "SHA-384":
		digest := sha512.Sum384(b)
		sum = digest[:]
	case "SHA-512":
		digest := sha512.Sum512(b)
		sum = digest[:]
	default:
		return nil, &Error{Code: "T0410", Value: algorithm, index: 2}
	}
	return hex.EncodeToString(sum), nil
}

// seededRandom is a number from 0 up to, not including, 1; the same for the same seed.
func seededRandom(st *state, args []any) (any, error) {
	seed, given, err := amount(args, 0)
	if err != nil || !given {
		return st.draw(), err
	}
	return rand.New(rand.NewPCG(math.Float64bits(seed), 0x9E3779B97F4A7C15)).Float64(), nil
}

// uuid is a version 4 UUID.
func uuid(st *state, _ []any) (any, error) {
	var b [16]byte
	for i := range b {
		b[i] = byte(st.draw() * 256)
	}
	b[6], b[8] = b[6]&0x0F|0x40, b[8]&0x3F|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]), nil
}

// parseJSON reads JSON text.
func parseJSON(st *state, args []any) (any, error) {
	s, given, err := text(args, 0)
	if err != nil || !given {
		return Undefined, err
	}
	if err := st.items(len(s)); err != nil {
		return nil, err
	}
	return Decode([]byte(s))
}

// checkAWS refuses what Step Functions refuses: to read the context where nothing has given one.
func checkAWS(n Node) error {
	for _, reference := range ContextReferences(n) {
		if v, ok := reference.(*Variable); ok {
			return &Error{Code: "S0603", at: v.mark, token: "$" + v.Name, hasToken: true}
		}
		return &Error{Code: "S0602", at: reference.position(), token: tokenOf(reference), hasToken: true}
	}
	return nil
}
