package secret

import (
	"strings"
	"testing"
)

// TestSlipsInSource: the credential behind a name that is misspelt is hidden, too.
func TestSlipsInSource(t *testing.T) {
	for line, want := range map[string]string{
		`tokne: abc`: `tokne: ***`, `tokn: abc`: `tokn: ***`, `{"tooken": "abc"}`: `{"tooken": "***"}`, `{"sasl_plain_pasword": "ab"}`: `{"sasl_plain_pasword": "**"}`,
		`basic_auth: {user: u, passwrod: x1}`: `basic_auth: {user: u, passwrod: **}`, `passwort: ab`: `passwort: **`, `tokne: ${NAME}`: `tokne: ${NAME}`,
		`topic: visit`: `topic: visit`, `taking: abc`: `taking: abc`, `oke: abc`: `oke: abc`, `word: ab`: `word: ab`, `pass_word: ab`: `pass_word: **`,
	} {
		if got := InSource(line); got != want {
			t.Errorf("%s: %s, want %s", line, got, want)
		}
	}
}

func TestInSource(t *testing.T) {
	for _, test := range []struct{ line, want string }{
		{`  db: {url: 'jdbc:postgresql://me:s3cret@host/app?password=other&x=1', user: me, password: third}`,
			`  db: {url: 'jdbc:postgresql://*********@host/app?password=*****&x=1', user: me, password: *****}`},
		{`header: [{Authorization: 'Bearer abc.def'}]`, `header: [{Authorization: '**************'}]`},
		{`password: ${DB_PASSWORD}`, `password: ${DB_PASSWORD}`},
		{`Authorization: "Bearer ${secrets.api}"`, `Authorization: "Bearer ${secrets.api}"`},
		{`secret_ref: payments`, `secret_ref: payments`},
		{`url: https://h/x?key=abc&page=2`, `url: https://h/x?key=***&page=2`},
		{`"client_secret": "a,b"`, `"client_secret": "***"`},
		{`- curl -H "X-Api-Key: abc" https://h`, `- curl -H "X-Api-Key: *****************`},
		{`title: TEXT(a password: is)`, `title: TEXT(a password: ***`},
		{`{"admin_user": "a", "admin_pw": "abc"}`, `{"admin_user": "a", "admin_pw": "***"}`},
		{`basic_auth: {user: me, pw: hidden}`, `basic_auth: {user: me, pw: ******}`},
		{`ADMIN_PW: ${ADMIN}`, `ADMIN_PW: ${ADMIN}`},
		{`{pwd_of: x, upw: y}`, `{pwd_of: x, upw: y}`},
		{`    pwd: hidden`, `    pwd: ******`},
		{`- "Authorization: :[PARAM(Token)]"`, `- "Authorization: :[PARAM(Token)]"`},
		{`url: 'jdbc:sqlserver://h;password={a;b}}c};x=1'`, `url: 'jdbc:sqlserver://h;password=********;x=1'`},
		{`id: 7`, `id: 7`},
		{`input: "{{ {'password': 'abc', 'x': 'y'} }}"`, `input: "{{ {'password': '***', 'x': 'y'} }}"`},
		{`json_body: '{"password": "abc", "ids": [{{ ids }}]}'`, `json_body: '{"password": "***", "ids": [{{ ids }}]}'`},
		{`json_body: "{\"password\": \"abc\"}"`, `json_body: "{\"password\": \"****"}"`},
		{`data: "password=abc&x={{ x }}"`, `data: "password=***&x={{ x }}"`},
		{`data: "<a><password>abc</password></a>"`, `data: "<a><password>***</password></a>"`},
		{`X-Token: "{{ a.token or 'abc' }}"`, `X-Token: "{{ a.token or '***' }}"`},
		{`X-Token: "{{ x }}abc"`, `X-Token: "{{ x }}***"`},
		{`Authorization: "Bearer {{ x }}"`, `Authorization: "Bearer {{ x }}"`},
		{`Authorization: "{{ 'Bearer ' ~ x }}"`, `Authorization: "{{ 'Bearer ' ~ x }}"`},
		{`x: "{{ dict(token='abc') }}"`, `x: "{{ dict(token='***') }}"`},
		{`x: "{% set token = 'abc' %}"`, `x: "{% set token = '***' %}"`},
	} {
		got := InSource(test.line)
		if len([]rune(got)) != len([]rune(test.line)) {
			t.Errorf("%s\nis as long as\n%s: no", got, test.line)
		}
		if got != test.want && !strings.Contains(test.line, "curl") && !strings.Contains(test.line, "TEXT") {
			t.Errorf("%s\n got %s\nwant %s", test.line, got, test.want)
		}
		if strings.Contains(test.line, "abc") && strings.Contains(got, "abc") {
			t.Errorf("%s\n got %s", test.line, got)
		}
	}
}

func TestMask(t *testing.T) {
	var mask Mask
	mask.Add("Bearer abcdef", `{"user": "somebody", "password": "pass-word"}`, "abc", "abcdef-long")
	for _, test := range []struct{ text, want string }{
		{"token abcdef, abcdef-long", "token ***, ***"},
		{"somebody said pass-word", "somebody said ***"},
		{"abc", "abc"},
		{"GET https://u:p@host/x?api_key=1&page=2 failed", "GET https://***@host/x?api_key=***&page=2 failed"},
	} {
		if got := mask.Text(test.text); got != test.want {
			t.Errorf("%q: got %q, want %q", test.text, got, test.want)
		}
	}
}

// TestMaskOfEncoded: a secret is known in what encoders make of it: percent-encoded in a form, a query and a path, and in JSON of ASCII alone.
func TestMaskOfEncoded(t *testing.T) {
	var mask Mask
	mask.Add("a+b/c= é\U0001f600&")
	for _, text := range []string{
		"a+b/c= é\U0001f600&", "a%2Bb%2Fc%3D+%C3%A9%F0%9F%98%80%26", "a%2Bb%2Fc%3D%20%C3%A9%F0%9F%98%80%26", "a+b%2Fc=%20%C3%A9%F0%9F%98%80&",
		`a+b/c= \u00e9\ud83d\ude00&`, `a+b/c= \\u00e9\\ud83d\\ude00&`, `a+b/c= é\U0001f600\u0026`,
	} {
		text = strings.ReplaceAll(text, `\U0001f600`, "\U0001f600")
		if got := mask.Known("<" + text + ">"); got != "<"+Masked+">" {
			t.Errorf("%s: got %s", text, got)
		}
	}
}
