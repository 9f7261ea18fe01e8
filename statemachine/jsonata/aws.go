package jsonata

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"strings"
)

func randomNumber() float64 { return rand.Float64() }

// awsRows are the functions that Step Functions adds (AWS Step Functions developer guide, "Transforming data with JSONata",
// "JSONata functions provided by Step Functions"), and those that it has otherwise than the reference, as measured.
var awsRows = []row{
	{"partition", "<xn?:a>", []string{"array", "size"}, partition},
	{"range", "<nnn?:a>", []string{"start", "end", "step"}, stepRange},
	{"hash", "<ss?:s>", []string{"text", "algorithm"}, hash},
	{"random", "<n?:n>", []string{"seed"}, seededRandom},
	{"uuid", "<:s>", nil, uuid},
	{"parse", "<s-:x>", []string{"text"}, parseJSON},
	{"base64decode", "<s-:s>", []string{"str"}, strictBase64Decode},
}

// towardsZero gives a number argument as Java casts it to a long: without its fraction, and the nearest that fits.
func towardsZero(args []any, i int) (n int64, given bool, err error) {
	f, given, err := amount(args, i)
	if err != nil || !given {
		return 0, given, err
	}
	if n, ok := Integer(args[i]); ok {
		return n, true, nil
	}
	switch {
	case f != f:
		return 0, true, nil
	case f >= 1<<63:
		return math.MaxInt64, true, nil
	case f <= -1<<63:
		return math.MinInt64, true, nil
	}
	return int64(f), true, nil
}

// partition cuts an array into chunks of the given size; the last may be shorter. Without a size the array is the only chunk.
func partition(st *state, args []any) (any, error) {
	v := at(args, 0)
	items, isArray := elements(v)
	switch {
	case IsUndefined(v) || isArray && len(items) == 0:
		return Undefined, nil
	case !isArray:
		return nil, &Error{Code: "T0412", Value: v, value2: Undefined, index: 1}
	}
	size, given, err := towardsZero(args, 1)
	switch {
	case err != nil:
		return nil, err
	case given && size == 0:
		return Undefined, nil
	case given && size < 0:
		return nil, &Error{Code: "D3137", Message: "Second argument must be zero or greater"}
	case !given || size > int64(len(items)):
		size = int64(len(items))
	}
	return chunks(st, items, int(size))
}

func chunks(st *state, items []any, size int) (any, error) {
	chunks := []any{}
	for len(items) > 0 {
		n := min(size, len(items))
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

// maxStepRange is how many elements $range gives at most, as measured.
const maxStepRange = 360_145

// stepRange is the numbers from start to end, the end included, in steps. A single number stands for itself.
func stepRange(st *state, args []any) (any, error) {
	var bounds [3]int64
	for i := range bounds {
		n, given, err := towardsZero(args, i)
		if err != nil || !given {
			return Undefined, err
		}
		bounds[i] = n
	}
	start, end, step := bounds[0], bounds[1], bounds[2]
	if step == 0 || step > 0 && start > end || step < 0 && start < end {
		return Undefined, nil
	}
	size := new(big.Int).Sub(big.NewInt(end), big.NewInt(start))
	size.Quo(size, big.NewInt(step)).Add(size, big.NewInt(1))
	if !size.IsInt64() || size.Int64() > maxStepRange {
		return nil, st.tooMuchMemory()
	}
	items := make([]any, size.Int64())
	for i := range items {
		items[i] = exact(start + int64(i)*step)
	}
	return newSequence(items...), st.items(2 * len(items))
}

// hash gives a digest in lower-case hexadecimal; nothing without an algorithm.
func hash(_ *state, args []any) (any, error) {
	s, given, err := text(args, 0)
	if err != nil || !given {
		return Undefined, err
	}
	algorithm, given, err := text(args, 1)
	if err != nil || !given {
		return Undefined, err
	}
	sum, ok := Digest(algorithm, s)
	if !ok {
		return nil, &Error{Code: "D3137", Message: "Hash algorithm '" + algorithm + "' must be one of SHA-1, SHA-384, SHA-256, SHA-512, MD5"}
	}
	return sum, nil
}

// Digest gives the digest of a text's UTF-8 bytes in lower-case hexadecimal, as $hash does, and States.Hash. The algorithm is one of MD5, SHA-1, SHA-256,
// SHA-384 and SHA-512; ok is false for any other.
func Digest(algorithm, text string) (digits string, ok bool) {
	sum, ok := digest(algorithm, []byte(text))
	return hex.EncodeToString(sum), ok
}

func digest(algorithm string, b []byte) (sum []byte, ok bool) {
	switch algorithm {
	case "MD5":
		digest := md5.Sum(b)
		return digest[:], true
	case "SHA-1":
		digest := sha1.Sum(b)
		return digest[:], true
	case "SHA-256":
		digest := sha256.Sum256(b)
		return digest[:], true
	case "SHA-384":
		digest := sha512.Sum384(b)
		return digest[:], true
	case "SHA-512":
		digest := sha512.Sum512(b)
		return digest[:], true
	}
	return nil, false
}

// seededRandom is a number from 0 up to, not including, 1. The one for a seed is the first nextDouble of java.util.Random with it.
func seededRandom(st *state, args []any) (any, error) {
	seed, given, err := towardsZero(args, 0)
	if err != nil || !given {
		return st.draw(), err
	}
	return SeededRandom(seed), nil
}

// SeededRandom is the number from 0 up to, not including, 1 that $random gives for a seed: new java.util.Random(seed).nextDouble(), as its documentation defines it.
func SeededRandom(seed int64) float64 {
	const multiplier, mask = 0x5DEECE66D, 1<<48 - 1
	state := (uint64(seed) ^ multiplier) & mask
	next := func(bits int) uint64 {
		state = (state*multiplier + 0xB) & mask
		return state >> (48 - bits)
	}
	high := next(26)
	return float64(high<<27+next(27)) / (1 << 53)
}

// uuid is a version 4 UUID.
func uuid(st *state, _ []any) (any, error) { return UUID(st.draw), nil }

// UUID gives a version 4 UUID, made of random numbers from 0 up to, not including, 1: what $uuid() gives, and States.UUID().
func UUID(random func() float64) string {
	var b [16]byte
	for i := range b {
		b[i] = byte(random() * 256)
	}
	b[6], b[8] = b[6]&0x0F|0x40, b[8]&0x3F|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// parseJSON reads JSON text, strictly: repeated keys and numbers out of range are errors.
func parseJSON(st *state, args []any) (any, error) {
	s, given, err := text(args, 0)
	if err != nil || !given {
		return Undefined, err
	}
	if err := st.items(len(s)); err != nil {
		return nil, err
	}
	v, err := (&decoder{src: []byte(s), strict: true}).all()
	if err != nil {
		return nil, &Error{Code: "D3137", Message: "Invalid JSON"}
	}
	return v, nil
}

// strictBase64Decode decodes as Java's basic decoder does: other characters and misplaced padding are errors, missing padding is none. Each
// byte becomes one character, as in the reference.
func strictBase64Decode(st *state, args []any) (any, error) {
	s, given, err := text(args, 0)
	if err != nil || !given {
		return Undefined, err
	}
	body := strings.TrimRight(s, "=")
	padding := len(s) - len(body)
	if _, err := base64.RawStdEncoding.DecodeString(body); err != nil || padding > 0 && len(s)%4 != 0 || padding > 2 || strings.ContainsAny(s, "\r\n") {
		return nil, &Error{Code: CodeInternal, Message: "Illegal base64 text"}
	}
	decoded := base64Decode(s)
	return decoded, st.allocate(len(decoded))
}
