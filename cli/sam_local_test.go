package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/cli"
	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/shared/testserver"
)

// samApplication is an application as steploom build and sam build leave it, with steploom dev --aws beside it.
type samApplication struct {
	folder, cli string
	docker      *testserver.Docker
	// variables is the --env-vars file: the one that steploom build writes, with the port that dev has taken.
	variables string
}

// startSam builds the application of a workflow and starts dev with more arguments. more are variables for the functions.
func startSam(t *testing.T, workflow string, more map[string]string, arguments ...string) (*samApplication, *development) {
	t.Helper()
	app := &samApplication{folder: filepath.Join(t.TempDir(), "app"), cli: testserver.Tool(t, "sam"), docker: servers.Docker(t)}
	testserver.Tool(t, "make")
	var said bytes.Buffer
	std := cli.Std{In: strings.NewReader(""), Out: &said, Err: &said, Lookup: os.LookupEnv, Context: t.Context()}
	if code := cli.Main([]string{"build", workflow, "--out", app.folder}, std); code != 0 {
		t.Fatalf("steploom build: %s", said.String())
	}
	app.run(t, "build")
	d := startDev(t, append([]string{workflow, "--aws", app.docker.Bridge + ":0"}, arguments...)...)
	d.out.await(t, "AWS for the functions at http://")
	_, address, _ := strings.Cut(d.out.String(), "AWS for the functions at http://")
	_, port, err := net.SplitHostPort(strings.Fields(address)[0])
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(d.err.String(), "is not an address of this machine alone") {
		t.Errorf("dev says nothing of who can reach it: %s", d.err)
	}
	app.writeVariables(t, port, more)
	return app, d
}

func (a *samApplication) writeVariables(t *testing.T, port string, more map[string]string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(a.folder, sam.LocalFile))
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Parameters map[string]string }
	if err := json.Unmarshal(bytes.ReplaceAll(text, []byte(":"+sam.AWSPort+`"`), []byte(":"+port+`"`)), &file); err != nil {
		t.Fatal(err)
	}
	for name, value := range more {
		file.Parameters[name] = value
	}
	if text, err = json.Marshal(file); err != nil {
		t.Fatal(err)
	}
	a.variables = filepath.Join(t.TempDir(), "env.json")
	if err := os.WriteFile(a.variables, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// command is a command of the SAM CLI in the application's folder, without credentials and without the network.
func (a *samApplication) command(ctx context.Context, arguments ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, a.cli, arguments...)
	c.Dir = a.folder
	for _, setting := range os.Environ() {
		if !strings.HasPrefix(setting, "AWS_") {
			c.Env = append(c.Env, setting)
		}
	}
	c.Env = append(c.Env, "DOCKER_HOST="+a.docker.Host, "AWS_DEFAULT_REGION=eu-central-1", "AWS_EC2_METADATA_DISABLED=true", "SAM_CLI_TELEMETRY=0", "NO_COLOR=1")
	return c
}

// run runs a command to its end and gives what it prints on its standard output.
func (a *samApplication) run(t *testing.T, arguments ...string) string {
	t.Helper()
	c := a.command(t.Context(), arguments...)
	var out, log bytes.Buffer
	c.Stdout, c.Stderr = &out, &log
	if err := c.Run(); err != nil {
		t.Fatalf("sam %s: %v\n%s%s", strings.Join(arguments, " "), err, &out, &log)
	}
	return out.String()
}

// invoke runs a function once, by sam local invoke.
func (a *samApplication) invoke(t *testing.T, function, event string) string {
	t.Helper()
	return a.run(t, "local", "invoke", function, "-e", event, "--skip-pull-image", "--env-vars", a.variables)
}

// serve runs sam local start-api or start-lambda until the test ends, and gives its address.
func (a *samApplication) serve(t *testing.T, command string) string {
	t.Helper()
	port, err := testserver.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	log := &console{}
	c := a.command(context.Background(), "local", command, "--skip-pull-image", "--env-vars", a.variables, "--port", strconv.Itoa(port))
	c.Stdout, c.Stderr = log, log
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	t.Cleanup(func() {
		c.Process.Signal(syscall.SIGINT) // it removes its containers
		select {
		case <-ended:
		case <-time.After(30 * time.Second):
			c.Process.Kill()
			<-ended
		}
		if t.Failed() {
			t.Logf("sam local %s printed:\n%s", command, log)
		}
	})
	log.await(t, "Running on http")
	return "http://127.0.0.1:" + strconv.Itoa(port)
}

// forward lets containers reach a port of the loopback interface, and gives the port that they reach it at.
func forward(t *testing.T, bridge, to string) string {
	t.Helper()
	listener, err := net.Listen("tcp", bridge+":0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			from, err := listener.Accept()
			if err != nil {
				return
			}
			go relay(from, to)
		}
	}()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// relay copies both ways until both ends are done.
func relay(from net.Conn, address string) {
	defer from.Close()
	to, err := net.Dial("tcp", address)
	if err != nil {
		return
	}
	defer to.Close()
	back := make(chan struct{})
	go func() {
		defer close(back)
		io.Copy(from, to)
		from.(*net.TCPConn).CloseWrite()
	}()
	io.Copy(to, from)
	to.(*net.TCPConn).CloseWrite()
	<-back
}

// newsroomOn gives the address of a database of its own with the sample's tables.
func newsroomOn(t *testing.T) *url.URL {
	t.Helper()
	address := servers.Postgres(t)
	loadScripts(t, openDatabase(t, address), "../workflows/newsroom/db/1-schema.postgres.sql", "../workflows/newsroom/db/2-data.sql")
	parsed, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// asContainersSee is the address of a database, without a user, by way of a forwarded port.
func asContainersSee(t *testing.T, docker *testserver.Docker, database *url.URL) string {
	t.Helper()
	seen := *database
	seen.User, seen.Host = nil, "host.docker.internal:"+forward(t, docker.Bridge, database.Host)
	return seen.String()
}

// pressAgency takes what the newsroom pushes.
func pressAgency(t *testing.T) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"taken": %q}`, r.URL.RawQuery)
	}))
	t.Cleanup(server.Close)
	return server
}

// newsroomRequests are requests for every operation, with those that fail among them.
func newsroomRequests() [][3]string {
	return [][3]string{
		{"GET", "/about", ""},
		{"GET", "/articles", ""},
		{"GET", "/articles?section=culture", ""},
		{"GET", "/articles?limit=many", ""},
		{"GET", "/articles?section=%C3%A9t%C3%A9%20%22'%5C%2F", ""},
		{"GET", "/articles/1?draft=true", ""},
		{"GET", "/articles/4711", ""},
		{"POST", "/articles", `{"slug": "a-test", "title": "It's a \"test\" – ∑ \\ / \u00e9\n", "body": "…", "section": "city", "tags": ["new", "x'y"]}`},
		{"POST", "/articles", `{"slug": "a-test", "title": "again", "body": "…", "section": "city"}`},
		{"POST", "/articles", `{"slug": "no-title"}`},
		{"POST", "/articles", ``},
		{"POST", "/articles/import", `{"articles": [{"slug": "a-test", "title": "renamed"}, {"slug": "another", "title": "Another"}, {"slug": "never"}]}`},
		{"PUT", "/sections", `{"city": {"editor": "Ada"}, "culture": null}`},
		{"POST", "/articles/1/announce", ``},
		{"POST", "/articles/4711/announce", ``},
	}
}

// TestSamLocal runs the newsroom by the SAM CLI in Docker: the same requests have the same answers as in dev, and each function answers its event.
func TestSamLocal(t *testing.T) {
	docker := servers.Docker(t)
	wire := pressAgency(t)
	endpoint := "newswire.example.com=" + wire.URL
	database := newsroomOn(t)
	inside := "newswire.example.com=http://host.docker.internal:" + forward(t, docker.Bridge, wire.Listener.Addr().String())
	app, d := startSam(t, newsroom(t), map[string]string{
		"STEPLOOM_DATASOURCE_NEWSDB": asContainersSee(t, docker, database), "STEPLOOM_ENDPOINTS": inside,
	}, "--datasource", "newsdb="+database.String(), "--endpoint", endpoint)
	t.Run("start-api", func(t *testing.T) {
		plain := startDev(t, newsroom(t), "--datasource", "newsdb="+newsroomOn(t).String(), "--endpoint", endpoint)
		gateway := &development{url: app.serve(t, "start-api")}
		for _, request := range newsroomRequests() {
			sent := func(to *development) []any {
				answer := to.call(t, request[0], request[1], request[2], asEditor)
				return []any{answer.status, answer.header.Get("Content-Type"), answer.text}
			}
			if diff := cmp.Diff(sent(plain), sent(gateway)); diff != "" {
				t.Errorf("%s %s: dev and sam local differ:\n%s", request[0], request[1], diff)
			}
		}
		gateway.call(t, "GET", "/articles", "").want(t, http.StatusUnauthorized)
		gateway.call(t, "GET", "/articles", "", func(r *http.Request) { r.SetBasicAuth(sam.SampleUser, sam.SamplePassword) }).want(t, http.StatusOK)
		if !strings.Contains(d.out.String(), "GET /articles  ") {
			t.Errorf("dev ran no execution:\n%s", d.out)
		}
	})
	t.Run("invoke", func(t *testing.T) {
		for function, want := range map[string]string{
			"ApiFunction": `"statusCode": 200`, "SqlFunction": `harbour-opens`, "HttpFunction": `"taken"`,
		} {
			event := "events/" + strings.ToLower(strings.TrimSuffix(function, "Function")) + "-function.json"
			if function == "ApiFunction" {
				event = "events/get-articles-id.json"
			}
			if said := app.invoke(t, function, event); !strings.Contains(said, want) {
				t.Errorf("%s with %s: %s, want %s in it", function, event, said, want)
			}
		}
	})
	t.Run("start-lambda", func(t *testing.T) {
		event, err := os.ReadFile(filepath.Join(app.folder, "events", "get-about.json"))
		if err != nil {
			t.Fatal(err)
		}
		address := app.serve(t, "start-lambda")
		for _, name := range []string{"ApiFunction", "local_api", "arn:aws:lambda:eu-central-1:123456789012:function:local_api", "ApiFunction:live"} {
			invoked(t, address, name, event, "The newsroom")
		}
	})
}

// asEditor shows the credentials of the sample.
func asEditor(r *http.Request) { r.SetBasicAuth("editor", "headline") }

// invoked calls a function as the SDKs do (Lambda API, Invoke).
func invoked(t *testing.T, address, function string, event []byte, want string) {
	t.Helper()
	answer, err := http.Post(address+"/2015-03-31/functions/"+function+"/invocations", "application/json", bytes.NewReader(event))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK || !strings.Contains(string(text), want) {
		t.Errorf("%s: %d %s, %v", function, answer.StatusCode, text, err)
	}
}
