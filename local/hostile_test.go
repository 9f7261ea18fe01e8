package local

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/steploom/steploom/local/runtimeapi"
	"github.com/steploom/steploom/shared/task"
)

// hostile is a server that does a client harm, on the level of bytes, and what the http function must say of it.
type hostile struct {
	name  string
	speak func(out io.Writer) // after the request; the connection is closed behind it
	want  string              // the error; "" is an answer
	more  string              // further members of the request
}

// ok is an answer of a content type with a body of its true length.
func ok(contentType, body string) func(io.Writer) {
	return func(out io.Writer) {
		fmt.Fprintf(out, "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", contentType, len(body), body)
	}
}

// says sends texts once, one after the other.
func says(texts ...string) func(io.Writer) {
	return func(out io.Writer) { io.WriteString(out, strings.Join(texts, "")) }
}

// forever sends a beginning and then a text again and again, until the client has had enough.
func forever(begin, text string) func(io.Writer) {
	return func(out io.Writer) {
		io.WriteString(out, begin)
		block := strings.Repeat(text, 1+4096/len(text))
		for {
			if _, err := io.WriteString(out, block); err != nil {
				return
			}
		}
	}
}

// drips sends a beginning and then a text every few milliseconds.
func drips(begin, text string) func(io.Writer) {
	return func(out io.Writer) {
		io.WriteString(out, begin)
		for {
			if _, err := io.WriteString(out, text); err != nil {
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
}

// silent says something and then nothing more.
func silent(begin string) func(io.Writer) {
	return func(out io.Writer) {
		io.WriteString(out, begin)
		io.Copy(io.Discard, out.(net.Conn))
	}
}

// zipped is a body compressed; it is small where a byte is repeated.
func zipped(megabytes int, text string) string {
	var out bytes.Buffer
	zipper := gzip.NewWriter(&out)
	block := bytes.Repeat([]byte(text), 1<<20/len(text))
	for range megabytes {
		zipper.Write(block)
	}
	zipper.Close()
	return out.String()
}

func compressed(body string) func(io.Writer) {
	return says("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\nContent-Length: ", fmt.Sprint(len(body)), "\r\n\r\n", body)
}

const (
	begins   = "HTTP/1.1 200 OK\r\n"
	jsonType = "application/json"
	chunked  = begins + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
	mega     = 1 << 20
)

func hostiles() []hostile {
	return []hostile{
		{"headers without end", forever(begins, "X-A: b\r\n"), task.HttpTooLarge, ""},
		{"one header without end", forever(begins+"X-A: ", "b"), task.HttpTooLarge, ""},
		{"a status line without end", forever("HTTP/1.1 200 ", "b"), task.HttpTooLarge, ""},
		{"headers that drip", drips(begins, "X-A: b\r\n"), task.HttpTimeout, `, "timeoutSeconds": 1`},
		{"a body that drips", drips(begins+"Content-Length: 100000\r\n\r\n", "b"), task.HttpTimeout, `, "timeoutSeconds": 1`},
		{"silence", silent(""), task.HttpTimeout, `, "timeoutSeconds": 1`},
		{"silence in the body", silent(begins + "Content-Length: 10\r\n\r\n12345"), task.HttpTimeout, `, "timeoutSeconds": 1`},
		{"interim answers without end", forever("", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"), task.HttpTooLarge, ""},
		{"a body that is cut", says(begins, "Content-Length: 100\r\n\r\nbegin"), task.HttpConnect, ""},
		{"more body than it says", says(begins, "Content-Type: application/json\r\nContent-Length: 3\r\n\r\n[1,2,3]"), task.FormatInvalid, ""},
		{"a length beyond all", says(begins, "Content-Length: 9000000000000000\r\n\r\n", "x"), task.HttpTooLarge, ""},
		{"a length below zero", says(begins, "Content-Length: -1\r\n\r\n"), task.HttpConnect, ""},
		{"two lengths", says(begins, "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"), task.HttpConnect, ""},
		{"no answer", says(""), task.HttpConnect, ""},
		{"another protocol", says("SSH-2.0-OpenSSH_9.6\r\n"), task.HttpConnect, ""},
		{"a status that is none", says("HTTP/1.1 99999 No\r\n\r\n"), task.HttpConnect, ""},
		{"chunks that are none", says(chunked, "zz\r\nfoo\r\n0\r\n\r\n"), task.HttpConnect, ""},
		{"a chunk beyond all", says(chunked, "ffffffffffffffff\r\n"), task.HttpConnect, ""},
		{"a chunk's extension without end", forever(chunked+"1;a=", "b"), task.HttpConnect, ""},
		{"chunks of a byte without end", forever(chunked, "1\r\n \r\n"), task.HttpTooLarge, ""},
		{"chunks without end", forever(chunked, "400\r\n"+strings.Repeat(" ", 0x400)+"\r\n"), task.HttpTooLarge, ""},
		{"trailers without end", forever(chunked+"2\r\n[]\r\n0\r\n", "X-A: b\r\n"), task.HttpConnect, ""},
		{"a body without end", forever(begins+"\r\n", "b"), task.HttpTooLarge, ""},
		{"a gzip bomb", compressed(zipped(200, "\x00")), task.HttpTooLarge, ""},
		{"a gzip bomb that does not say so", ok("text/plain", zipped(200, "\x00")), task.HttpTooLarge, `, "gzip": true`},
		{"a gzip bomb of JSON", compressed(zipped(5, "[[],")), task.FormatInvalid, `, "contentType": "application/json"`},
		{"gzip that is none", compressed("not zipped at all"), task.FormatInvalid, ""},
		{"gzip that is cut", compressed(zipped(1, "a")[:500]), task.HttpConnect, ""},
		{"JSON of nothing but brackets", ok(jsonType, strings.Repeat("[", 5*mega)), task.FormatInvalid, ""},
		{"JSON that is deep", ok(jsonType, strings.Repeat(`{"a":`, mega)), task.FormatInvalid, ""},
		{"JSON of 5 MB", ok(jsonType, "["+strings.Repeat(`{"a":1},`, 5*mega/8)+"1]"), task.PayloadTooLarge, ""},
		{"JSON of empty lists", ok(jsonType, "["+strings.Repeat(`[],`, 5*mega/3)+"1]"), task.PayloadTooLarge, ""},
		{"JSON of many names", ok(jsonType, "{"+numbers(400_000, `"%d":1,`)+`"a":1}`), task.PayloadTooLarge, ""},
		{"a number beyond all", ok(jsonType, "1e400"), task.FormatInvalid, ""},
		{"a number of 5 million digits", ok(jsonType, strings.Repeat("7", 5*mega)), task.PayloadTooLarge, ""},
		{"a failure of 5 MB", says("HTTP/1.1 500 No\r\nContent-Type: application/json\r\n\r\n[", strings.Repeat("1,", 5*mega/2), "1]"), "Http.Status.500", ""},
		{"CSV of 6 MB", ok("text/csv", "a,b\n"+strings.Repeat("1,2\n", 6*mega/4-8)), task.PayloadTooLarge, ""},
		{"CSV of one row", ok("text/csv", strings.Repeat(",", 5*mega)+"\n1"), task.FormatInvalid, ""},
		{"CSV of one open quote", ok("text/csv", `a`+"\n"+`"`+strings.Repeat("\n", 5*mega)), task.FormatInvalid, ""},
		{"XML that is deep", ok("text/xml", strings.Repeat("<a>", mega)), task.FormatInvalid, ""},
		{"XML with entities of entities", ok("text/xml", `<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;&x;">]><a>&z;</a>`), task.FormatInvalid, ""},
		{"XML that asks for a file", ok("text/xml", `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>`), task.FormatInvalid, ""},
		{"XML of many attributes", ok("text/xml", "<a"+numbers(400_000, ` b%d=""`)+"/>"), task.FormatInvalid, ""},
		{"XML of many names", ok("text/xml", "<a>"+numbers(400_000, `<b%d/>`)+"</a>"), task.PayloadTooLarge, ""},
		{"a form of many names", ok("application/x-www-form-urlencoded", numbers(700_000, `%d&`)), task.PayloadTooLarge, ""},
		{"text of 5 MB", ok("text/plain", strings.Repeat("a", 5*mega)), task.PayloadTooLarge, ""},
		{"bytes of 5 MB", ok("image/png", strings.Repeat("\xff", 5*mega)), task.PayloadTooLarge, ""},
		{"text that is no UTF-8", ok("text/plain", "\xff\xfd"), task.FormatInvalid, ""},
		{"a charset that is none", ok("text/plain; charset="+strings.Repeat("x", 1000), "a"), task.FormatInvalid, ""},
		{"a redirect to itself", says("HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"), task.HttpRedirect, ""},
		{"a redirect to the metadata of the machine", says("HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest/meta-data/\r\nContent-Length: 0\r\n\r\n"), task.HttpRedirect, ""},
		{"a redirect to this machine", says("HTTP/1.1 307 Found\r\nLocation: http://[::ffff:127.0.0.1]:9001/2018-06-01/runtime/invocation/next\r\nContent-Length: 0\r\n\r\n"), task.HttpRedirect, ""},
		{"a redirect to this machine by its name", says("HTTP/1.1 307 Found\r\nLocation: http://localhost:9001/\r\nContent-Length: 0\r\n\r\n"), task.HttpRedirect, ""},
		{"a redirect to a file", says("HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n"), task.HttpRedirect, ""},
		{"a redirect to nowhere", says("HTTP/1.1 302 Found\r\nLocation: http://%zz/\r\nContent-Length: 0\r\n\r\n"), task.HttpConnect, ""},
	}
}

func numbers(count int, form string) string {
	var out strings.Builder
	for i := range count {
		fmt.Fprintf(&out, form, i)
	}
	return out.String()
}

// listen serves a hostile until the test ends.
func listen(t *testing.T, h hostile) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				conn.Read(make([]byte, 4096))
				h.speak(conn)
			}()
		}
	}()
	return "http://" + listener.Addr().String()
}

// TestHostileServers sends the deployed http function, in a process with the memory that Lambda gives it, to servers that mean harm: each ends in an
// error with a name of its own, within its time, and one process outlives them all.
func TestHostileServers(t *testing.T) {
	paths := built.get(t)
	pool := runtimeapi.New(runtimeapi.Function{Name: "http", Path: paths["http"], Timeout: 60 * time.Second, MemoryMB: 256})
	defer pool.Close()
	friendly := listen(t, hostile{speak: ok(jsonType, `{"n": 1}`)})
	invoked(t, pool, `{"url": "`+friendly+`"}`)
	most := 0
	for _, h := range hostiles() {
		request := fmt.Sprintf(`{"url": %q, "timeoutSeconds": 5%s}`, listen(t, h), h.more)
		begun := time.Now()
		result, err := pool.Invoke(t.Context(), []byte(request))
		failure, _ := errors.AsType[*runtimeapi.Error](err)
		switch {
		case failure == nil || failure.Type != h.want:
			t.Errorf("%s: got %.200s, %v, want %s", h.name, result.Payload, err, h.want)
		case result.Init != 0:
			t.Errorf("%s: the process before did not live on", h.name)
		case time.Since(begun) > 15*time.Second:
			t.Errorf("%s takes %v", h.name, time.Since(begun))
		}
		most = max(most, result.MaxMemoryMB)
	}
	if answer, _ := invoked(t, pool, `{"url": "`+friendly+`"}`); !strings.Contains(answer, `"body":{"n":1}`) {
		t.Errorf("afterwards the process answers %s", answer)
	}
	t.Logf("%d servers, at most %d MB resident", len(hostiles()), most)
}

// TestHostilePrograms runs jq programs that want all there is in the deployed filter function: each ends by name, and one process outlives them all.
func TestHostilePrograms(t *testing.T) {
	paths := built.get(t)
	pool := runtimeapi.New(runtimeapi.Function{Name: "filter", Path: paths["filter"], Timeout: 60 * time.Second, MemoryMB: 256})
	defer pool.Close()
	invoked(t, pool, `{"language": "jq", "program": "1"}`)
	most := 0
	for program, want := range map[string]string{
		"[range(1e9)]":                      task.FilterTimeout,
		"[range(1e9) | tostring]":           task.FilterTimeout,
		`\"x\" | until(false; . + .)`:       task.FilterTimeout,
		`[1] | until(false; . + .)`:         task.FilterTimeout,
		`\"x\" * 1e9`:                       task.FilterFailed,
		".[4e8] = 1":                        task.FilterFailed,
		"reduce range(60) as $i (1; [.,.])": task.PayloadTooLarge,
	} {
		result, err := pool.Invoke(t.Context(), []byte(`{"language": "jq", "timeoutSeconds": 20, "program": "`+program+`"}`))
		if failure, ok := errors.AsType[*runtimeapi.Error](err); !ok || failure.Type != want || result.Init != 0 {
			t.Errorf("%s: got %.100s, %v, want %s", program, result.Payload, err, want)
		}
		most = max(most, result.MaxMemoryMB)
	}
	t.Logf("at most %d MB resident", most)
}
