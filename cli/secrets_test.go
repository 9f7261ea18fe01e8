package cli_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/steploom/steploom/cli"
)

// Every credential in these workflows holds the word Hush; HOST is a server that sends back what it is sent, with a failure.
const secretAPICHAP = `specification: 1.0
datasources:
  db: {type: db, url: 'jdbc:postgresql://urluser:HushURL@HOST/app?password=HushQuery', user: me, password: HushYAML}
  api: {type: api}
authentications:
  basicauth: {type: basicauth, user: editor, password: HushBasic}
environment: {TOKEN: HushEnvironment}
operations:
  'get /api/{id}':
    fulfillments:
      - {name: given, type: generic, attributes: [{access: TEXT(HushAttribute)}]}
      - name: answer
        type: read
        datasource: api
        instructions:
          - request:
              url: http://user:HushUser@HOST/x?key=HushKey&page=2&id=${PARAM(id)}
              httpType: POST
              header: [{Authorization: 'Bearer HushHeader'}, {X-Other: plain}, {X-Api-Key: '${ATTRIBUTE(access)}'}]
              contentType: application/json
              schema: {client_secret: TEXT(HushBody), name: TEXT(visible)}
    responses: [{name: ok, statuscode: 200, default: true, schema: {answer: 'VALUE(answer, $)'}}]
`

const secretOSOP = `osop_version: "2.0"
id: hidden
nodes:
  - id: call
    type: api
    runtime:
      url: http://HOST/x?access_token=HushKey&page=2
      method: POST
      headers: {Authorization: Bearer HushHeader, X-Api-Key: HushApiKey}
      body: {password: HushBody, name: visible}
`

// TestSecretsAreNowhere looks for the credentials of two workflows in everything that is written about them.
func TestSecretsAreNowhere(t *testing.T) {
	var sent string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body bytes.Buffer
		_, _ = body.ReadFrom(r.Body)
		sent = fmt.Sprintf("%s %s %s %s", r.URL, r.Header.Get("Authorization"), r.Header.Get("X-Api-Key"), body.String())
		w.Header().Set("Content-Type", "text/plain")
		w.WriteHeader(http.StatusTeapot)
		fmt.Fprint(w, sent)
	}))
	defer server.Close()
	for _, test := range []struct{ file, text, operation, want string }{
		{"hidden.yaml", strings.Replace(secretAPICHAP, "user:HushUser@", "", 1), "GET /api/{id}",
			`/x?page=2&id=7&key=HushKey Bearer HushHeader HushAttribute {"client_secret":"HushBody","name":"visible"}`},
		{"user.yaml", strings.Replace(secretAPICHAP, "{Authorization: 'Bearer HushHeader'}, ", "", 1), "GET /api/{id}",
			`/x?page=2&id=7&key=HushKey Basic dXNlcjpIdXNoVXNlcg== HushAttribute {"client_secret":"HushBody","name":"visible"}`},
		{"hidden.osop.yaml", secretOSOP, "hidden", `/x?page=2&access_token=HushKey Bearer HushHeader HushApiKey {"password":"HushBody","name":"visible"}`},
	} {
		t.Run(test.file, func(t *testing.T) {
			folder, out := t.TempDir(), t.TempDir()
			source := strings.ReplaceAll(test.text, "HOST", strings.TrimPrefix(server.URL, "http://"))
			if err := os.WriteFile(filepath.Join(folder, test.file), []byte(source), 0o644); err != nil {
				t.Fatal(err)
			}
			var printed bytes.Buffer
			for _, args := range [][]string{
				{"check", folder}, {"check", folder, "--format", "json"}, {"check", folder, "--format", "sarif"}, {"build", folder, "--out", out},
				{"explain", folder}, {"explain", folder, "--ir"}, {"explain", folder, "--iam"}, {"cost", folder}, {"diff", folder, "--out", out},
				{"run", folder, test.operation, "--trace", "--param", "id=7", "--osoplog", filepath.Join(out, "run.osoplog.yaml")},
			} {
				sent = ""
				fmt.Fprintf(&printed, "== %s\n", strings.Join(args[:1], " "))
				cli.Main(args, cli.Std{In: strings.NewReader(""), Out: &printed, Err: &printed, Lookup: func(string) (string, bool) { return "", false }, Context: t.Context()})
			}
			if sent != test.want {
				t.Errorf("the server was sent\n     %s\nwant %s", sent, test.want)
			}
			if at := strings.Index(printed.String(), "Hush"); at >= 0 {
				t.Errorf("a secret was printed: …%.200s", printed.String()[max(0, at-100):])
			}
			if !strings.Contains(printed.String(), "SEC001") {
				t.Errorf("nobody is told:\n%s", &printed)
			}
			noSecretIn(t, out)
		})
	}
}

func noSecretIn(t *testing.T, folder string) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files++
		text, err := os.ReadFile(path)
		if at := bytes.Index(text, []byte("Hush")); at >= 0 {
			t.Errorf("%s: …%.100s", path, text[max(0, at-50):])
		}
		return err
	})
	if err != nil || files == 0 {
		t.Errorf("%d files, %v", files, err)
	}
}
