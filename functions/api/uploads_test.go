package api

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"mime"
	"strings"
	"testing"

	"github.com/steploom/steploom/shared/blob"
	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/task"
)

// sent gives the input of an execution that a body of a type makes, and the answer.
func sent(t *testing.T, blobs blob.Store, contentType, body string) (input string, answer Response) {
	t.Helper()
	executor := &script{execution: Execution{Status: Succeeded, Output: json.RawMessage(success)}}
	answer = ask(t, Config{Executor: executor, Blobs: blobs, Environment: withFiles()}, func(e *Event) {
		e.Headers = map[string]string{"content-type": contentType}
		e.Body, e.IsBase64Encoded = base64.StdEncoding.EncodeToString([]byte(body)), true
	})
	return executor.input, answer
}

// named is a part with headers of its own.
func named(disposition, more, content string) string {
	return "--b\r\nContent-Disposition: " + disposition + "\r\n" + more + "\r\n" + content + "\r\n"
}

// TestFileNames: whatever a client calls a file, its name leads into no folder, ends no line and stays readable.
func TestFileNames(t *testing.T) {
	for disposition, want := range map[string]string{
		`form-data; name="f"; filename="a b.txt"`:                             "a b.txt",
		`form-data; name="f"; filename="../../etc/passwd"`:                    "passwd",
		`form-data; name="f"; filename="C:\Users\me\x.png"`:                   "x.png",
		`form-data; name="f"; filename="a\"b.txt"`:                            `a"b.txt`,
		`form-data; name="f"; filename="naïve—日.txt"`:                         "naïve—日.txt",
		`form-data; name="f"; filename*=UTF-8''%E2%82%AC%0D%0AX%3A%20rates`:   "€X: rates",
		`form-data; name="f"; filename="x%22.txt"`:                            "x%22.txt",
		"form-data; name=\"f\"; filename=\"na\xefve.txt\"":                    "naïve.txt",
		`form-data; name="f"; filename=".."`:                                  "",
		`form-data; name="f"; filename="` + strings.Repeat("a", 400) + `.gz"`: strings.Repeat("a", 252) + ".gz",
	} {
		input, answer := sent(t, blob.Memory(), multipartB, named(disposition, "", "x")+"--b--")
		var given struct{ Files map[string]blob.Ref }
		if err := json.Unmarshal([]byte(input), &given); err != nil || answer.StatusCode != 200 || given.Files["f"].FileName != want || given.Files["f"].Key == "" {
			t.Errorf("%s: %s, %+v", disposition, input, answer)
		}
	}
}

// TestPartsOfForms: what comes how often is what the operation is given, and parts that nobody can name are refused.
func TestPartsOfForms(t *testing.T) {
	file := func(name string) string {
		return named(`form-data; name="f"; filename="`+name+`"`, "Content-Type: image/png\r\n", name)
	}
	for name, test := range map[string]struct {
		body, want string // of param and files, without the keys
		status     int
	}{
		"one file":         {file("1"), `{"id":"7"} {"f":"1"}`, 200},
		"several files":    {file("1") + file("2") + file("1"), `{"id":"7"} {"f":["1","2","1"]}`, 200},
		"fields again":     {named(`form-data; name="a"`, "", "1") + named(`form-data; name="a"`, "", "2"), `{"a":["1","2"],"id":"7"} {}`, 200},
		"a chosen no file": {named(`form-data; name="f"; filename=""`, "Content-Type: application/octet-stream\r\n", ""), `{"f":"","id":"7"} {}`, 200},
		"an empty name":    {named(`form-data; name="f"; filename=""`, "Content-Type: image/png\r\n", "\xff"), `{"id":"7"} {"f":null}`, 200},
		"only its type":    {named(`form-data; name="f"`, "Content-Type: application/octet-stream\r\n", "\xff"), `{"id":"7"} {"f":null}`, 200},
		"a field's type":   {named(`form-data; name="f"`, "Content-Type: application/json\r\n", "[1]"), `{"f":[1],"id":"7"} {}`, 200},
		"a type, empty":    {named(`form-data; name="f"`, "Content-Type: application/octet-stream\r\n", ""), `{"f":"","id":"7"} {}`, 200},
		"file and field":   {file("1") + named(`form-data; name="f"`, "", "x"), `{"f":"x","id":"7"} {"f":"1"}`, 200},
		"no name":          {named(`form-data; filename="x"`, "", "1"), "", 400},
		"no disposition":   {"--b\r\n\r\nx\r\n", "", 400},
		"name twice":       {named(`form-data; name="a"; name="b"`, "", "1"), "", 400},
		"boundary inside":  {named(`form-data; name="a"`, "", "x--b--y"), `{"a":"x--b--y","id":"7"} {}`, 200},
		"header injection": {named("form-data; name=\"a\r\nX-Evil: 1\"", "", "1"), "", 400},
		"no end":           {strings.TrimSuffix(file("1"), "\r\n") + "\x00", "", 400},
	} {
		end := "--b--"
		if name == "no end" {
			end = ""
		}
		input, answer := sent(t, blob.Memory(), multipartB, test.body+end)
		if answer.StatusCode != test.status {
			t.Errorf("%s: %+v", name, answer)
			continue
		}
		if got := partsOf(t, input); test.want != got {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func partsOf(t *testing.T, input string) string {
	t.Helper()
	if input == "" {
		return ""
	}
	var given struct {
		Param json.RawMessage
		Files map[string]any
	}
	if err := json.Unmarshal([]byte(input), &given); err != nil {
		t.Fatal(err)
	}
	for name, files := range given.Files {
		switch files := files.(type) {
		case map[string]any:
			given.Files[name] = files["fileName"]
		case []any:
			names := make([]any, len(files))
			for i, one := range files {
				names[i] = one.(map[string]any)["fileName"]
			}
			given.Files[name] = names
		}
	}
	text, err := format.EncodeJSON(given.Files)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s %s", given.Param, text)
}

// TestBinaryBodies: a body that is a file is stored, and its reference is the body; texts and data are read as ever.
func TestBinaryBodies(t *testing.T) {
	for contentType, isFile := range map[string]bool{
		"image/png": true, "application/octet-stream": true, "application/pdf": true, "video/mp4; codecs=x": true, "application/vnd.ms-excel": true,
		"application/json": false, "text/plain": false, "text/csv": false, "application/xml": false, "": false,
	} {
		blobs := blob.Memory()
		input, answer := sent(t, blobs, contentType, "[1]")
		var given struct{ Body json.RawMessage }
		if err := json.Unmarshal([]byte(input), &given); contentType != "application/xml" && (err != nil || answer.StatusCode != 200) {
			t.Errorf("%s: %v, %+v", contentType, err, answer)
		}
		ref, ok := blob.ParseRef(given.Body)
		content, _ := blobs.Get(t.Context(), ref.Key)
		if ok != isFile || isFile && (string(content) != "[1]" || ref.Size != 3 || ref.ContentType != contentType) {
			t.Errorf("%s: %s", contentType, given.Body)
		}
	}
}

// TestSeveralFilesAreNoBody: an answer of several files is a failure, for what refers to them is for nobody outside; one alone in a list is that file.
func TestSeveralFilesAreNoBody(t *testing.T) {
	blobs := blob.Memory()
	key, err := blobs.Put(t.Context(), []byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	one := `{"blob":"` + key + `"}`
	for body, status := range map[string]int{"[" + one + "]": 200, "[" + one + "," + one + "]": 500} {
		executor := &script{execution: Execution{Status: Succeeded, Output: json.RawMessage(`{"statusCode":200,"body":` + body + `}`)}}
		got := ask(t, Config{Executor: executor, Blobs: blobs}, func(*Event) {})
		if got.StatusCode != status || strings.Contains(got.Body, key) || status == 200 && got.Body != "eA==" {
			t.Errorf("%s: %+v", body, got)
		}
	}
}

// TestDownloads: a stored object is answered with its bytes, its type and its name, which no client takes for a page of ours.
func TestDownloads(t *testing.T) {
	blobs := blob.Memory()
	answer := func(content, ref, headers string) Response {
		key, err := blobs.Put(t.Context(), []byte(content))
		if err != nil {
			t.Fatal(err)
		}
		output := fmt.Sprintf(`{"statusCode":200,"headers":%s,"body":{"blob":"%s"%s}}`, headers, key, ref)
		executor := &script{execution: Execution{Status: Succeeded, Output: json.RawMessage(output)}}
		return ask(t, Config{Executor: executor, Blobs: blobs}, func(*Event) {})
	}
	for ref, want := range map[string][2]string{
		``: {"application/octet-stream", "attachment"},
		`,"fileName":"a b.txt","contentType":"text/plain"`:            {"text/plain", `attachment; filename="a b.txt"`},
		`,"fileName":"../€ \"x\".txt","contentType":"text/html"`:      {"text/html", `attachment; filename="_ _x_.txt"; filename*=UTF-8''%E2%82%AC%20%22x%22.txt`},
		`,"fileName":"a\r\nX: y","contentType":"text/plain\r\nX: y"`:  {"application/octet-stream", `attachment; filename="aX: y"`},
		`,"fileName":"a\"; filename=\"b.exe","contentType":"image/a"`: {"image/a", `attachment; filename="a_; filename=_b.exe"; filename*=UTF-8''a%22%3B%20filename%3D%22b.exe`},
	} {
		got := answer("<p>", ref, "{}")
		if got.StatusCode != 200 || !got.IsBase64Encoded || got.Body != "PHA+" || got.Headers["content-type"] != want[0] || got.Headers["content-disposition"] != want[1] ||
			got.Headers["x-content-type-options"] != "nosniff" {
			t.Errorf("%s: %+v", ref, got)
		}
		if _, parameters, err := mime.ParseMediaType(got.Headers["content-disposition"]); err != nil || blob.FileName(parameters["filename"]) != parameters["filename"] {
			t.Errorf("%s: %v, %v", ref, parameters, err)
		}
	}
	shown := answer("x", `,"fileName":"a.png","contentType":"image/png"`, `{"Content-Disposition":"inline","Content-Type":"image/gif"}`)
	if shown.Headers["content-disposition"] != "inline" || shown.Headers["content-type"] != "image/gif" {
		t.Errorf("%+v", shown)
	}
	if most := answer(strings.Repeat("\x00", downloadLimit), "", "{}"); most.StatusCode != 200 || len(most.Body) != downloadLimit/3*4 {
		t.Errorf("%d, %d bytes", most.StatusCode, len(most.Body))
	}
	if large := answer(strings.Repeat("\x00", downloadLimit+1), "", "{}"); large.StatusCode != 500 || !strings.Contains(large.Body, "r1") {
		t.Errorf("%+v", large)
	}
	if most := len(answer(strings.Repeat("\x00", downloadLimit), "", "{}").Body); most > task.ProxyResultLimit-headersRoom {
		t.Errorf("an answer of %d bytes", most)
	}
}
