package format

import (
	"errors"
	"strings"
	"testing"

	"github.com/steploom/steploom/shared/task"
)

// TestBothWays: value is what text decodes to, and text is what value encodes to, unless written says otherwise.
func TestBothWays(t *testing.T) {
	for _, test := range []struct{ contentType, text, value, written string }{
		{"application/json", `{"z":1.50,"a":[null,true,"<é>"],"n":123456789012345678901234567890}`, `{"z":1.50,"a":[null,true,"<é>"],"n":123456789012345678901234567890}`, ""},
		{"application/hal+json; charset=UTF-8", ` {"a" : 1, "a" : 2} `, `{"a":2}`, `{"a":2}`},
		{"text/csv", "a,b\n1,\"x,\"\"y\"\"\nz\"\n,\n", `[{"a":"1","b":"x,\"y\"\nz"},{"a":"","b":""}]`, ""},
		{"text/csv", "a,,a\n1,2,3\n", `[{"a":"1","column2":"2","column3":"3"}]`, "a,column2,column3\n1,2,3\n"},
		{"text/csv", "a,b\n1\n", `[{"a":"1"}]`, "a\n1\n"},
		{"text/csv", "a,b\n", `[]`, "-"},
		{"application/x-www-form-urlencoded", "b=1&a=x+%26&a=2&c=", `{"b":"1","a":["x &","2"],"c":""}`, ""},
		{"text/plain", "a\nb", `"a\nb"`, ""},
		{"text/plain; charset=windows-1252", "\xe9\x80", `"é€"`, ""},
		{"text/plain; charset=iso-8859-1", "\xe9\x80", `"é€"`, "-"},
		{"text/plain; charset=US-ASCII", "a", `"a"`, ""},
		{"text/plain; charset=windows-1251", "\xe9", `"й"`, ""},
		{"text/plain; charset=utf-16", "\xfe\xff\x00a\xd8=\xde\x00", `"a😀"`, ""},
		{"text/plain; charset=utf-16le", "a\x00\xe9\x00", `"aé"`, ""},
		{"text/plain; charset=latin1", "\xff\xfea\x00", `"a"`, "-"},
		{"text/plain", "\ufeffa", `"a"`, "a"},
		{"application/json", "\ufeff[1]", `[1]`, "[1]"},
		{"application/json", "\xff\xfe[\x001\x00]\x00", `[1]`, "[1]"},
		{"application/json", "\x00[\x001\x00]", `[1]`, "[1]"},
		{"application/json", "[\x001\x00]\x00", `[1]`, "[1]"},
		{"text/csv", "\ufeffa;b\r\n\r\n1;\"x\r\ny\"\r2;3\n", `[{"a;b":"1;\"x"},{"a;b":"y\""},{"a;b":"2;3"}]`, "-"},
		{"text/csv; charset=utf-16le", "\xff\xfea\x00\n\x00\xe9\x00", `[{"a":"é"}]`, "a\x00\n\x00\xe9\x00\n\x00"},
		{"text/csv", "a,b,c\n1,2,,\n\"\",2\n", `[{"a":"1","b":"2","c":""},{"a":"","b":"2"}]`, "a,b,c\n1,2,\n,2,\n"},
		{"text/csv", "a\n\"x\r\ny\"\n\"\"\n", `[{"a":"x\r\ny"},{"a":""}]`, ""},
		{"text/csv", "a,b\n5\" disk,x\"\"y\n", `[{"a":"5\" disk","b":"x\"\"y"}]`, "a,b\n\"5\"\" disk\",\"x\"\"\"\"y\"\n"},
		{"text/csv", "a\n=1+1\n+1\n@x\n", `[{"a":"=1+1"},{"a":"+1"},{"a":"@x"}]`, ""},
		{"text/plain; charset=iso-8859-15", "\xa4", `"€"`, ""},
		{"application/octet-stream", "text", `"text"`, ""},
		{"application/octet-stream", "\xff\x00", `"/wA="`, "-"},
		{"text/xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a><b x=\"1\">t</b><b></b><c><d>&lt;é&gt;</d></c></a>",
			`{"a":{"b":[{"@x":"1","#text":"t"},""],"c":{"d":"<é>"}}}`, ""},
		{"text/xml", "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xe9</a>", `{"a":"é"}`, "-"},
		{"application/soap+xml", "<s:E xmlns:s=\"u\">\n <s:B/>\n</s:E>", `{"s:E":{"@xmlns:s":"u","s:B":""}}`,
			"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<s:E xmlns:s=\"u\"><s:B></s:B></s:E>"},
		{"text/xml", "<!DOCTYPE a><!-- c --><a>x<b/>y<![CDATA[<z>]]></a>", `{"a":{"b":"","#text":"xy<z>"}}`, "-"},
		{"text/xml", "\ufeff<a/>", `{"a":""}`, "-"},
		{"text/xml", "\ufeff <?xml version=\"1.0\" encoding=\"latin1\"?><a>é</a>", `{"a":"é"}`, "-"},
		{"text/xml", "<?xml version=\"1.0\" encoding=\"utf-16\"?><a>é</a>", `{"a":"é"}`, "-"},
		{"text/xml", "<?xml version='1.1' encoding='iso-8859-1'?><a b='version=\"1.1\"'>\xe9</a>", `{"a":{"@b":"version=\"1.1\"","#text":"é"}}`, "-"},
		{"text/xml", "\xff\xfe<\x00a\x00/\x00>\x00", `{"a":""}`, "-"},
		{"text/xml", "\x00<\x00a\x00>\x00\xe9\x00<\x00/\x00a\x00>", `{"a":"é"}`, "-"},
		{"text/xml; charset=iso-8859-1", "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<a b=\"\xe9\">&#8364;</a>", `{"a":{"@b":"é","#text":"€"}}`, ""},
		{"text/xml; charset=us-ascii", "<?xml version=\"1.0\" encoding=\"US-ASCII\"?>\n<a>&#233;&#128512;</a>", `{"a":"é😀"}`, ""},
		{"text/xml", "<a> x <b/> <!-- c --> y<?p i?>z\n<b> 1 </b></a>", `{"a":{"b":[""," 1 "],"#text":"x   yz"}}`, "-"},
		{"text/xml", "<a xml:lang='de' b='1&#10;2'>\r\n</a>", `{"a":{"@xml:lang":"de","@b":"1\n2","#text":"\n"}}`, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a xml:lang=\"de\" b=\"1&#xA;2\">\n</a>"},
	} {
		value, err := Decode(t.Context(), test.contentType, []byte(test.text), Options{})
		if err != nil {
			t.Errorf("%s %q: %v", test.contentType, test.text, err)
			continue
		}
		if got, err := EncodeJSON(value); err != nil || string(got) != test.value {
			t.Errorf("%s %q: got %s, %v, want %s", test.contentType, test.text, got, err, test.value)
		}
		want := test.written
		if want == "" {
			want = test.text
		}
		if got, err := Encode(test.contentType, value, Options{}); want != "-" && (err != nil || string(got) != want) {
			t.Errorf("%s %s: written %q, %v, want %q", test.contentType, test.value, got, err, want)
		}
	}
}

func TestEncode(t *testing.T) {
	for _, test := range []struct {
		contentType, value, want string
		options                  Options
	}{
		{"text/csv", `[{"a":1,"b":null},{"b":true,"c":{"x":[1]}}]`, "a;b;c\n1;;\n;true;\"{\"\"x\"\":[1]}\"\n", Options{CSVSeparator: ";"}},
		{"text/csv", `{"a":1}`, "a\n1\n", Options{}},
		{"text/csv", `[["a",1],["b",2]]`, "a\t1\nb\t2\n", Options{CSVSeparator: `\t`}},
		{"text/csv", `["a","b"]`, "a\nb\n", Options{}},
		{"text/csv", `"as is"`, "as is", Options{}},
		{"text/xml", `{"a":{"@x":1,"@none":null,"b":[1,null,{"c":true}],"#text":"t"}}`,
			"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a x=\"1\"><b>1</b><b></b><b><c>true</c></b>t</a>", Options{}},
		{"text/xml", `"<a/>"`, "<a/>", Options{}},
		{"application/x-www-form-urlencoded", `{"a":{"b":1},"n":null,"c":true}`, "a=%7B%22b%22%3A1%7D&c=true", Options{}},
		{"text/plain", `{"a":1}`, `{"a":1}`, Options{}},
		{"text/plain", `null`, ``, Options{}},
		{"application/json", `null`, `null`, Options{}},
	} {
		value, err := DecodeJSON([]byte(test.value))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := Encode(test.contentType, value, test.options); err != nil || string(got) != test.want {
			t.Errorf("%s %s: got %q, %v, want %q", test.contentType, test.value, got, err, test.want)
		}
	}
}

func TestInvalid(t *testing.T) {
	for _, test := range []struct{ contentType, text, message string }{
		{"application/json", `{"a":`, "unexpected EOF"},
		{"application/json", `1 2`, "follows"},
		{"application/json", strings.Repeat("[", 1<<20), "deep"},
		{"application/json", "{\"a\":\"\xff\"}", "UTF-8"},
		{"text/csv", "a\n1,2\n", "line 2: the row has 2 fields, the header has 1"},
		{"text/csv", "a\n\"x", "quote"},
		{"text/xml", "<a>", "not closed"},
		{"text/xml", "<a></b>", "closed by"},
		{"text/xml", "<a/><b/>", "more than one root"},
		{"text/xml", "</a>", "ends nothing"},
		{"text/xml", "x", "outside"},
		{"text/xml", `<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>`, "entity"},
		{"text/xml", strings.Repeat("<a>", 300), "deep"},
		{"application/x-www-form-urlencoded", "a=%zz", "escape"},
		{"text/plain; charset=ebcdic", "x", "ebcdic"},
		{"application/vnd.ms-excel", "x", "a spreadsheet is read and written where"},
		{"text/plain; charset=iso-8859-7", "\xff", "not ISO-8859-7"},
		{"text/xml", `<!DOCTYPE a SYSTEM "file:///etc/passwd" [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>`, "entity"},
		{"text/xml", `<a b=1/>`, "unquoted"},
		{"text/xml", "<a>\x01</a>", "illegal character"},
		{"text/csv", "a\n\"x\"y\n", "line 2: something follows the quote"},
	} {
		_, err := Decode(t.Context(), test.contentType, []byte(test.text), Options{})
		wantInvalid(t, test.contentType+" "+test.text, err, test.message)
	}
	for _, test := range []struct{ contentType, value, message string }{
		{"text/xml", `[1]`, "root element"},
		{"text/xml", `{}`, "root element"},
		{"text/xml", `{"a":1,"b":2}`, "root element"},
		{"text/xml", `{"a":[1,2]}`, "root element"},
		{"text/xml", `{"a b":1}`, "not an xml name"},
		{"text/xml", `{"a":{"@x y":1}}`, "not an xml name"},
		{"text/csv", `[{"a":1},2]`, "mixed"},
		{"application/x-www-form-urlencoded", `[1]`, "object"},
		{"text/plain; charset=iso-8859-1", `"日€"`, "ISO-8859-1 has not all characters"},
		{"text/plain; charset=us-ascii", `"é"`, "US-ASCII has no character"},
		{"text/csv; charset=windows-1251", `["é"]`, "WINDOWS-1251 has not all characters"},
		{"text/xml; charset=iso-8859-1", `{"日":1}`, "ISO-8859-1 has not all characters"},
		{"text/xml", `{"a":{"b":[[1]]}}`, "a list of lists"},
		{"text/xml", `{"a":{"@b":[1]}}`, "its place holds text"},
		{"text/xml", `{"a":{"#text":{"b":1}}}`, "its place holds text"},
		{"text/xml", `{"a":"\u0001"}`, "U+0001"},
		{"text/xml", `{"a:b:c":1}`, "not an xml name"},
		{"text/xml", `{"-a":1}`, "not an xml name"},
		{"text/xml", `{"a":{"":1}}`, "not an xml name"},
	} {
		value, err := DecodeJSON([]byte(test.value))
		if err != nil {
			t.Fatal(err)
		}
		_, err = Encode(test.contentType, value, Options{})
		wantInvalid(t, test.contentType+" "+test.value, err, test.message)
	}
	for _, separator := range []string{"ab", `"`, "\n"} {
		_, err := Decode(t.Context(), "text/csv", []byte("a"), Options{CSVSeparator: separator})
		wantInvalid(t, separator, err, "one character")
	}
}

func wantInvalid(t *testing.T, what string, err error, message string) {
	t.Helper()
	if !errors.Is(err, &task.Error{Name: task.FormatInvalid}) || !strings.Contains(err.Error(), message) {
		t.Errorf("%s: got %v, want %q", what, err, message)
	}
}
