package message

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"testing"

	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"

	"github.com/steploom/steploom/shared/task"
)

// varints writes numbers of variable length.
func varints(numbers ...int64) []byte {
	var b []byte
	for _, number := range numbers {
		b = binary.AppendVarint(b, number)
	}
	return b
}

// block is a block of a container by its parts.
func block(count int64, data []byte) []byte {
	return bytes.Join([][]byte{varints(count, int64(len(data))), data, make([]byte, syncSize)}, nil)
}

// crafted is a container by its parts.
func crafted(schema, codec string, blocks ...[]byte) []byte {
	b := append(bytes.Clone(containerMagic), varints(2)...)
	for _, text := range []string{schemaEntry, schema, codecEntry, codec} {
		b = append(append(b, varints(int64(len(text)))...), text...)
	}
	b = append(b, 0)
	return bytes.Join(append([][]byte{append(b, make([]byte, syncSize)...)}, blocks...), nil)
}

func deflated(data []byte) []byte {
	var out bytes.Buffer
	writer, _ := flate.NewWriter(&out, flate.BestCompression)
	writer.Write(data)
	writer.Close()
	return out.Bytes()
}

func zstandardOf(data []byte) []byte {
	writer, _ := zstd.NewWriter(nil)
	return writer.EncodeAll(data, nil)
}

// repeated repeats a text and puts something around it.
func repeated(before, text string, count int, after string) string {
	return before + strings.Repeat(text, count) + after
}

// doubling is a schema whose one value has 2^levels parts of no bytes.
func doubling(levels int) string {
	schema := `"null"`
	for level := range levels {
		schema = fmt.Sprintf(`{"type": "record", "name": "R%d", "fields": [{"name": "a", "type": %s}, {"name": "b", "type": "%s"}]}`,
			level, schema, map[bool]string{true: "null", false: fmt.Sprintf("R%d", level-1)}[level == 0])
	}
	return schema
}

// listed are count things made by their numbers, with commas between them.
func listed(count int, format string) string {
	var b strings.Builder
	for i := range count {
		if i > 0 {
			b.WriteString(",")
		}
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

const (
	chain  = `{"type": "record", "name": "R", "fields": [{"name": "next", "type": ["null", "R"]}]}`
	inside = `{"type": "record", "name": "R", "fields": [{"name": "r", "type": "R"}]}`
	empty  = `{"type": "record", "name": "R", "fields": []}`
	nulls  = `{"type": "array", "items": "null"}`
)

type hostile struct {
	name       string
	value      func() []byte
	failure    string // "" for a value that is only large
	part       string
	peakMemory int // MiB above what the process has anyway; 0 is 128
}

// hostiles are values that are made to do harm.
var hostiles = sync.OnceValue(makeHostiles)

func makeHostiles() []hostile {
	zeros := make([]byte, DataLimit)
	of := func(value []byte) func() []byte { return func() []byte { return value } }
	text := func(value string) func() []byte { return of([]byte(value)) }
	return []hostile{
		{"ten megabytes of JSON", text(repeated(`"`, "x", 10<<20, `"`)), task.StreamTooLarge, "the limit is 6291456", 0},
		{"a long text", text(repeated(`"`, "x", ValueLimit-2, `"`)), "", "", 0},
		{"a long text of escapes", text(repeated(`"`, `\u00e9`, ValueLimit/6-1, `"`)), "", "", 0},
		{"many small objects", text(repeated("[", `{"":0},`, CountLimit/3-2, `0]`)), "", "", 250},
		{"many empty lists", text(repeated("[", `[],`, CountLimit/2-2, `0]`)), "", "", 0},
		{"too many lists", text(repeated("[", `[],`, CountLimit, `0]`)), task.StreamTooLarge, "elements", 0},
		{"deep JSON", text(repeated("", "[", 1<<20, "")), task.StreamTooLarge, "deep", 0},
		{"deep JSON objects", text(repeated("", `{"a":`, 1<<20, "")), task.StreamTooLarge, "deep", 0},
		{"deep JSON behind strings", text(repeated(`["\"",`, `{"[":`, DepthLimit, "")), task.StreamTooLarge, "deep", 0},
		{"long numbers", text(repeated("[", strings.Repeat("7", 4300)+",", ValueLimit/4301-1, `0]`)), "", "", 0},

		{"a list that is too deep", of(crafted(chain, "null", block(1, append(bytes.Repeat([]byte{2}, DepthLimit), 0)))), task.StreamTooLarge, "deep", 0},
		{"a deep list", of(crafted(chain, "null", block(1, append(bytes.Repeat([]byte{2}, DepthLimit-1), 0)))), "", "", 0},
		{"a record inside of itself", of(crafted(inside, "null", block(1, nil))), task.StreamTooLarge, "deep", 0},
		{"records that double", of(crafted(doubling(60), "null", block(1, nil))), task.StreamTooLarge, "elements", 350},
		{"too many records of nothing", of(crafted(empty, "null", block(1<<60, nil))), task.StreamTooLarge, "elements", 350},
		{"too many nulls", of(crafted(nulls, "null", block(1, varints(1<<60, 0)))), task.StreamTooLarge, "elements", 0},
		{"the fewest nulls", of(crafted(nulls, "null", block(1, varints(-1<<63, 0)))), task.StreamTooLarge, "elements", 0},
		{"strings that are not there", of(crafted(`{"type": "array", "items": "string"}`, "null", block(1, varints(1<<60)))), task.StreamInvalid, "in the middle", 0},
		{"a long string that is not there", of(crafted(`"string"`, "null", block(1, varints(1<<60)))), task.StreamInvalid, "in the middle", 0},
		{"a length below zero", of(crafted(`"bytes"`, "null", block(1, varints(-5)))), task.StreamInvalid, "negative", 0},
		{"a number without end", of(crafted(`"long"`, "null", block(1, bytes.Repeat([]byte{0xff}, 99)))), task.StreamInvalid, "64 bits", 0},
		{"an int that is a long", of(crafted(`"int"`, "null", block(1, varints(7)), block(2, varints(1, 1<<31)))), task.StreamInvalid,
			"record 2: an int of the Avro data has more than 32 bits", 0},
		{"a string of other bytes", of(crafted(`"string"`, "null", block(1, []byte("\x02\xff")))), task.StreamInvalid, "not UTF-8", 0},
		{"a key of other bytes", of(crafted(`{"type": "map", "values": "null"}`, "null", block(1, []byte("\x02\x02\xff\x00")))), task.StreamInvalid, "not UTF-8", 0},
		{"a symbol that is none", of(crafted(`{"type": "enum", "name": "E", "symbols": ["A"]}`, "null", block(1, varints(1)))), task.StreamInvalid, "symbol 1", 0},
		{"a branch that is none", of(crafted(`["null", "int"]`, "null", block(1, varints(-1)))), task.StreamInvalid, "branch -1", 0},
		{"no branch at all", of(crafted(`[]`, "null", block(1, varints(0)))), task.StreamInvalid, "branch 0", 0},
		{"no number", of(crafted(`"double"`, "null", block(1, []byte("\x00\x00\x00\x00\x00\x00\xf8\x7f")))), task.StreamValueUnsupported, "nan", 0},
		{"an infinite number", of(crafted(`"float"`, "null", block(1, []byte("\x00\x00\x80\xff")))), task.StreamValueUnsupported, "-inf", 0},
		{"a huge fixed", of(crafted(`{"type": "fixed", "name": "F", "size": 2147483647}`, "null", block(1, zeros[:99]))), task.StreamInvalid, "in the middle", 0},
		{"many fixed of nothing", of(crafted(`{"type": "array", "items": {"type": "fixed", "name": "F", "size": 0}}`, "null", block(1, varints(1<<50)))),
			task.StreamTooLarge, "elements", 0},
		{"a long decimal", of(crafted(`{"type": "bytes", "logicalType": "decimal", "precision": 9}`, "null", block(1, append(varints(5<<20), zeros[:5<<20]...)))),
			task.StreamTooLarge, "digits", 0},
		{"bytes behind the last record", of(crafted(`"int"`, "null", block(1, varints(1, 2)))), task.StreamInvalid, "1 bytes behind", 0},
		{"records below zero", of(crafted(`"int"`, "null", block(-1, varints(1)))), task.StreamInvalid, "-1 records", 0},
		{"a block that is not there", of(crafted(`"int"`, "null", varints(1, 1<<60))), task.StreamInvalid, "in the middle", 0},
		{"another marker", of(append(crafted(`"int"`, "null", block(1, varints(1)))[:0:0], append(crafted(`"int"`, "null"), append(varints(1, 1), bytes.Repeat([]byte{2}, 17)...)...)...)),
			task.StreamInvalid, "marker", 0},

		{"much in one block", of(crafted(`"bytes"`, "deflate", block(1, deflated(append(varints(DataLimit-8), zeros[:DataLimit-8]...))))), "", "", 150},
		{"too much in one block", of(crafted(`"bytes"`, "deflate", block(1, deflated(append(varints(DataLimit), zeros...))))), task.StreamTooLarge, "become more", 0},
		{"too much in two blocks", of(crafted(`"bytes"`, "deflate", block(1, deflated(append(varints(9<<20), zeros[:9<<20]...))),
			block(1, deflated(append(varints(9<<20), zeros[:9<<20]...))))), task.StreamTooLarge, "become more", 0},
		{"many elements in few bytes", of(crafted(`{"type": "array", "items": "int"}`, "deflate", block(1, deflated(append(varints(9<<20), zeros[:9<<20]...))))),
			task.StreamTooLarge, "elements", 150},
		{"many records in few bytes", of(crafted(`{"type": "record", "name": "R", "fields": [{"name": "a", "type": "int"}]}`, "deflate",
			block(9<<20, deflated(zeros[:9<<20])))), task.StreamTooLarge, "elements", 350},
		{"no deflate", of(crafted(`"int"`, "deflate", block(1, []byte("\xff\xff\xff")))), task.StreamInvalid, "cannot be decompressed", 0},
		{"snappy that declares much", of(crafted(`"int"`, "snappy", block(1, append(binary.AppendUvarint(nil, 1<<32-1), 0, 0, 0, 0)))), task.StreamTooLarge, "become more", 0},
		{"snappy with another checksum", of(crafted(`"int"`, "snappy", block(1, append(snappy.Encode(nil, []byte{2}), 1, 2, 3, 4)))), task.StreamInvalid, "checksum", 0},
		{"snappy that is short", of(crafted(`"int"`, "snappy", block(1, []byte{1}))), task.StreamInvalid, "cannot be decompressed", 0},
		{"too much zstandard", of(crafted(`"bytes"`, "zstandard", block(1, zstandardOf(append(zeros, zeros...))))), task.StreamTooLarge, "become more", 0},
		{"too much zstandard in frames", of(crafted(`"bytes"`, "zstandard", block(1, bytes.Repeat(zstandardOf(zeros), 9)))), task.StreamTooLarge, "become more", 0},
		{"no zstandard", of(crafted(`"int"`, "zstandard", block(1, []byte("zzzzzzzz")))), task.StreamInvalid, "cannot be decompressed", 0},
		{"no bzip2", of(crafted(`"int"`, "bzip2", block(1, []byte("BZh9zzzzzzzzzz")))), task.StreamInvalid, "cannot be decompressed", 0},
		{"much bzip2", of(crafted(`{"type": "fixed", "name": "F", "size": 3145728}`, "bzip2", block(1, bytes.Repeat(bzip2OfZeros, 3)))), "", "", 0},
		{"no xz", of(crafted(`"int"`, "xz", block(1, []byte("\xfd7zXZ\x00zzzzzzzz")))), task.StreamInvalid, "cannot be decompressed", 0},
		{"an xz that is empty", of(crafted(`"int"`, "xz", block(1, nil))), task.StreamInvalid, "cannot be decompressed", 0},
		{"an xz of a huge dictionary", of(crafted(`"bytes"`, "xz", block(1, hugeDictionary))), task.StreamInvalid, "cannot be decompressed", 0},
		{"too much bzip2", of(crafted(`"bytes"`, "bzip2", block(1, bytes.Repeat(bzip2OfZeros, 17)))), task.StreamTooLarge, "become more", 0},
		{"many blocks of bzip2", of(crafted(`"null"`, "bzip2", bytes.Repeat(block(1, bzip2OfNothing), mostCostly+1))), task.StreamTooLarge, "blocks of such a codec", 250},
		{"another codec", of(crafted(`"int"`, "lzma\nx")), task.StreamCodecUnsupported, "unknown codec", 0},

		{"metadata without end", of(append(bytes.Clone(containerMagic), append(varints(1<<60), zeros[:5<<20]...)...)), task.StreamTooLarge, "elements", 0},
		{"no schema", of(append(bytes.Clone(containerMagic), make([]byte, 1+syncSize)...)), task.StreamInvalid, "has no schema", 0},
		{"a schema that is no JSON", of(crafted(`int`, "null")), task.StreamSchemaInvalid, "not JSON", 0},
		{"a schema that is none", of(crafted(`{"type": "person"}`, "null")), task.StreamSchemaInvalid, "person", 0},
		{"a schema that is too long", of(crafted(`"int"`+strings.Repeat(" ", SchemaLimit), "null")), task.StreamTooLarge, "1048576", 0},
		{"a deep schema", of(crafted(repeated(repeated("", `{"type": "array", "items": `, DepthLimit+1, `"int"`), "}", DepthLimit+1, ""), "null")), task.StreamTooLarge, "deep", 0},
		{"a schema of many fields", of(crafted(`{"type": "record", "name": "R", "fields": [`+listed(20000, `{"name": "f%d", "type": ["null", "R"]}`)+`]}`, "null")), "", "", 300},
		{"a schema of many symbols", of(crafted(`{"type": "enum", "name": "E", "symbols": [`+listed(70000, `"s%d"`)+`]}`, "null")), "", "", 200},
		{"a schema of many types", of(crafted(`[`+listed(15000, `{"type": "fixed", "name": "F%d", "size": 1}`)+`]`, "null")), "", "", 300},
		{"a schema of the same field", of(crafted(`{"type": "record", "name": "R", "fields": [`+repeated("", `{"name": "f", "type": "int"},`, 9999, `{"name": "f", "type": "int"}`)+`]}`, "null")),
			task.StreamSchemaInvalid, "duplicate", 300},
		{"a union of unions", of(crafted(`["null", ["int"]]`, "null")), task.StreamSchemaInvalid, "union", 0},
	}
}

// TestHostileValues: what is made to do harm ends with its name.
func TestHostileValues(t *testing.T) {
	for _, test := range hostiles() {
		_, err := decode(t, Detect, test.value())
		if test.failure == "" && err == nil {
			continue
		}
		t.Run(test.name, func(t *testing.T) { wantFailure(t, err, test.failure, test.part) })
	}
}

// childVariable has the test's process decode hostile values and print what they take.
const childVariable = "STEPLOOM_TEST_HOSTILE"

// TestHostileMemory: what a hostile value takes at its worst, measured by the kernel in a process of its own.
func TestHostileMemory(t *testing.T) {
	if _, child := os.LookupEnv(childVariable); child {
		decodeHostiles(t)
		return
	}
	if runtime.GOOS != "linux" || testing.Short() {
		t.Skip("it reads /proc, and fills memory")
	}
	command := exec.Command(os.Args[0], "-test.run=^TestHostileMemory$", "-test.v")
	command.Env = append(os.Environ(), childVariable+"=1", "GOGC=50")
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	for _, test := range hostiles() {
		_, after, found := strings.Cut(string(output), test.name+" takes ")
		var peak int
		if _, err := fmt.Sscan(after, &peak); err != nil || !found {
			t.Fatalf("%s was not measured\n%s", test.name, output)
		}
		if limit := max(test.peakMemory, 128); peak > limit {
			t.Errorf("%s takes %d MiB, at most %d are wanted", test.name, peak, limit)
		}
	}
}

func decodeHostiles(t *testing.T) {
	for _, test := range hostiles() {
		value := test.value()
		debug.FreeOSMemory()
		if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil { // the peak begins anew
			t.Skip(err)
		}
		before := residentPeak(t)
		decode(t, Detect, value)
		fmt.Printf("%s takes %d MiB\n", test.name, (residentPeak(t)-before)>>10)
	}
}

// residentPeak is the most memory that the process has had, in KiB.
func residentPeak(t *testing.T) int {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	var kibibytes int
	if _, err := fmt.Sscan(after, &kibibytes); err != nil {
		t.Fatal(err)
	}
	return kibibytes
}
