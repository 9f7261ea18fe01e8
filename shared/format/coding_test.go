package format

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/steploom/steploom/shared/task"
)

// packed is a text as a writer packs it.
func packed(t *testing.T, text string, writer func(io.Writer) io.WriteCloser) string {
	t.Helper()
	var out bytes.Buffer
	w := writer(&out)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func gzipped(t *testing.T, text string) string {
	return packed(t, text, func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) })
}

func zlibbed(t *testing.T, text string) string {
	return packed(t, text, func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) })
}

func deflated(t *testing.T, text string) string {
	return packed(t, text, func(w io.Writer) io.WriteCloser {
		raw, err := flate.NewWriter(w, flate.BestSpeed)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	})
}

func TestUnpack(t *testing.T) {
	const text = "the same in and out, out and in"
	for _, c := range []struct{ name, codings, body string }{
		{"nothing", "", text},
		{"identity", "identity", text},
		{"gzip", "gzip", gzipped(t, text)},
		{"its old name in capitals", "X-GZIP", gzipped(t, text)},
		{"two members", "gzip", gzipped(t, text[:7]) + gzipped(t, text[7:])},
		{"deflate", "deflate", zlibbed(t, text)},
		{"deflate without a header", "deflate", deflated(t, text)},
		{"twice, the last first", "deflate, gzip", gzipped(t, zlibbed(t, text))},
		{"what is no coding", "utf-8", text},
	} {
		got, err := Unpack(c.codings, []byte(c.body), len(text)*8)
		if err != nil || string(got) != text {
			t.Errorf("%s: %q, %v", c.name, got, err)
		}
	}
	if got, err := Unpack("gzip", nil, 10); err != nil || len(got) > 0 {
		t.Errorf("an empty body: %q, %v", got, err)
	}
}

func TestUnpackRefuses(t *testing.T) {
	bomb := gzipped(t, strings.Repeat("a", 1<<20))
	for _, c := range []struct{ name, codings, body, want string }{
		{"not packed", "gzip", "plain text of some length", task.FormatInvalid},
		{"cut off", "gzip", gzipped(t, "text")[:20], task.FormatInvalid},
		{"a wrong sum", "gzip", strings.Replace(gzipped(t, "text"), "\x04\x00\x00\x00", "\x05\x00\x00\x00", 1), task.FormatInvalid},
		{"something behind it", "gzip", gzipped(t, "text") + "more of it", task.FormatInvalid},
		{"not deflated", "deflate", "\xff\xff\xff\xff", task.FormatInvalid},
		{"a bomb", "gzip", bomb, task.PayloadTooLarge},
		{"a bomb in a gzip", "gzip, gzip", gzipped(t, bomb), task.PayloadTooLarge},
		{"too often", "gzip,gzip,gzip,gzip,gzip", gzipped(t, "text"), task.FormatInvalid},
	} {
		got, err := Unpack(c.codings, []byte(c.body), 1<<16)
		if known, ok := errors.AsType[*task.Error](err); !ok || known.Name != c.want {
			t.Errorf("%s: %.20q, %v, want %s", c.name, got, err, c.want)
		}
	}
	_, err := Unpack("gzip, br", []byte("x"), 10)
	if coding, ok := errors.AsType[*CodingError](err); !ok || coding.Coding != "br" {
		t.Errorf("br: %v", err)
	}
}
