package local

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/shared/testserver"
	"github.com/steploom/steploom/statemachine/engine"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// partner is a file server of a test, as a workflow writes it.
type partner struct {
	name, settings string // lines of YAML below the datasource
	secrets        map[string]string
	root           string // where its files lie
}

func partnerOf(name, address string, more ...string) partner {
	host, port, _ := net.SplitHostPort(address)
	lines := append([]string{"type: ftp", "host: " + host, "port: " + port}, more...)
	return partner{name: name, settings: "    " + strings.Join(lines, "\n    ")}
}

func indented(text string) string {
	return "|\n      " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n      ")
}

// partners are all protocols of the real servers.
func partners(t *testing.T) []partner {
	t.Helper()
	ftp, sftp := servers.FTP(t), servers.SFTP(t)
	user := []string{"user: " + ftp.User, "password: ${PARTNER_PASSWORD}"}
	authority := "x-steploom-ca: " + indented(string(ftp.Certificate))
	old := "x-steploom-tls-max-version: 1.2"
	list := []partner{
		partnerOf("ftp", ftp.Address, user...),
		partnerOf("ftps, TLS 1.3", ftp.Address, append(user, "protocol: ftps", authority)...),
		partnerOf("ftps, TLS 1.2", ftp.Address, append(user, "protocol: ftps", authority, old)...),
		partnerOf("ftps, any certificate", ftp.Address, append(user, "protocol: ftps", "ignoreCert: true")...),
		partnerOf("ftps-implicit, TLS 1.3", ftp.ImplicitAddress, append(user, "protocol: ftps-implicit", authority)...),
		partnerOf("ftps-implicit, TLS 1.2", ftp.ImplicitAddress, append(user, "protocol: ftps-implicit", authority, old)...),
	}
	for i := range list {
		folder := sharedFolder(t, ftp.Root)
		list[i].root, list[i].secrets = folder, map[string]string{"PARTNER_PASSWORD": ftp.Password}
		list[i].settings += "\n    folder: /" + filepath.Base(folder)
	}
	folder := sharedFolder(t, sftp.Root)
	key := partnerOf("sftp", sftp.Address, "protocol: sftp", "user: "+sftp.User, "x-steploom-private-key: ${PARTNER_KEY}",
		"x-steploom-host-key: "+strings.TrimSpace(sftp.HostKey), "folder: "+folder)
	key.root, key.secrets = folder, map[string]string{"PARTNER_KEY": string(sftp.Key)}
	return append(list, key)
}

// sharedFolder makes a folder that the server's user may write to.
func sharedFolder(t *testing.T, root string) string {
	t.Helper()
	folder, err := os.MkdirTemp(root, "partner")
	if err == nil {
		err = os.Chmod(folder, 0o777)
	}
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

const partnerOperations = `
operations:
  'post /orders':
    fulfillments:
      - type: update
        datasource: partner
        instructions:
          - file:
              filePath: /out/${BODY($.name)}.xml
              contentType: application/xml
              schema:
                orders:
                  order: {list: "BODY($.ids)", item: {id: "VALUE(@, $)"}}
      - name: listed
        type: read
        datasource: partner
        instructions:
          - file: {folderPath: /out}
      - name: each
        type: loop
        loop: VALUE(listed, $)
        fulfillments:
          - name: content
            type: read
            datasource: partner
            instructions:
              - file:
                  filePath: /out/${VALUE(each, $.filename)}
                  contentType: application/xml
                  move: /done/${BODY($.day)}/${VALUE(each, $.filename)}
            index: VALUE(each, $.filename)
      - name: empty
        type: read
        datasource: partner
        instructions:
          - file: {folderPath: out}
      - name: gone
        type: read
        datasource: partner
        instructions:
          - file: {filePath: '/out/${BODY($.name)}.xml', allowFailure: true}
    responses:
      - name: ok
        statuscode: 200
        default: true
        schema:
          listed: {list: "VALUE(listed, $)", item: "VALUE(@, $.filename)"}
          ids: {list: "VALUE_BY_INDEX(content, VALUE(listed, $[0].filename), $.orders.order)", item: "VALUE(@, $.id)"}
          empty: SIZE(VALUE(empty, $))
          gone: EXCEPTION(gone)
  'put /note':
    fulfillments:
      - type: update
        datasource: partner
        instructions:
          - file: {filePath: /note.txt, contentType: text/plain, schema: "BODY($.text)"}
    responses:
      - {name: ok, statuscode: 204, default: true}
`

// serve compiles the workflow of a partner and finds its server, which is the one in the file.
func (p partner) serve(t *testing.T) *Service {
	t.Helper()
	text := "datasources:\n  partner:\n" + p.settings + partnerOperations
	output, list := compiler.Compile(source.Files{{Path: "a.yaml", Bytes: []byte(text)}}, compiler.Options{})
	if list.HasErrors() {
		t.Fatalf("%s\n%v", text, list)
	}
	service, err := NewService(t.Context(), Project{Root: t.TempDir()}, output, Settings{Environment: task.Variables(p.secrets)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(service.Close)
	if where := service.Datasources[0]; where.Source != FromFile {
		t.Fatalf("it is %s", where)
	}
	return service
}

func runWith(t *testing.T, service *Service, operation string, body map[string]any) Outcome {
	t.Helper()
	text, err := json.Marshal(map[string]any{"trigger": "http", "operation": operation, "body": body, "param": map[string]any{}})
	if err != nil {
		t.Fatal(err)
	}
	input, err := jsonata.Decode(text)
	if err != nil {
		t.Fatal(err)
	}
	outcome, err := service.Run(t.Context(), operation, input, nil)
	if err != nil {
		t.Fatal(err)
	}
	return outcome
}

// TestFileServers: a compiled workflow lists, reads, writes and moves files on ProFTPD and OpenSSH, whatever the protocol, and data leads to no
// other folder.
func TestFileServers(t *testing.T) {
	for _, p := range partners(t) {
		t.Run(p.name, func(t *testing.T) {
			service := p.serve(t)
			outcome := runWith(t, service, "POST /orders", map[string]any{"name": "a [b] *ü", "day": "2026", "ids": []int{1, 2}})
			if outcome.Status != engine.Succeeded {
				t.Fatalf("%+v", outcome.Failure)
			}
			output, err := jsonata.Encode(outcome.Output)
			if want := `"listed":["a [b] *ü.xml"],"ids":["1","2"],"empty":0,"gone":"Ftp.NotFound`; err != nil || !strings.Contains(string(output), want) {
				t.Errorf("got %s, %v", output, err)
			}
			if moved, err := os.ReadFile(filepath.Join(p.root, "done/2026/a [b] *ü.xml")); err != nil || !strings.Contains(string(moved), "<order><id>1</id></order>") {
				t.Errorf("moved: %s, %v", moved, err)
			}
			for _, name := range []string{"../a", "a/b", `a\b`, "a\x00b", "a\r\nDELE b", "/a"} {
				outcome := runWith(t, service, "POST /orders", map[string]any{"name": name, "day": "2026", "ids": []int{1}})
				if outcome.Status == engine.Succeeded || outcome.Error != task.FtpPath {
					t.Errorf("%q: %s %s", name, outcome.Status, outcome.Error)
				}
			}
			if outcome := runWith(t, service, "POST /orders", map[string]any{"name": "x", "day": "..", "ids": []int{1}}); outcome.Error != task.FtpPath {
				t.Errorf("..: %s", outcome.Error)
			}
		})
	}
}

// TestFolderThatIsMissing: a server that answers is used also where the datasource's folder is not there. It is not made: its name may be misspelt.
func TestFolderThatIsMissing(t *testing.T) {
	for _, p := range partners(t) {
		if p.name != "ftp" && p.name != "sftp" {
			continue
		}
		t.Run(p.name, func(t *testing.T) {
			p.settings += "/new"
			service := p.serve(t)
			if line := service.Datasources[0].String(); strings.Contains(line, "hostKey") || !strings.HasSuffix(line, "/new (file)") {
				t.Error(line)
			}
			if outcome := runWith(t, service, "PUT /note", map[string]any{"text": "x"}); outcome.Error != task.FtpNotFound {
				t.Errorf("%s %+v", outcome.Status, outcome.Failure)
			}
			if err := os.Mkdir(filepath.Join(p.root, "new"), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(filepath.Join(p.root, "new"), 0o777); err != nil {
				t.Fatal(err)
			}
			if outcome := runWith(t, service, "PUT /note", map[string]any{"text": "x"}); outcome.Status != engine.Succeeded {
				t.Errorf("%+v", outcome.Failure)
			}
		})
	}
}

// TestKilledFileServers: a server that is killed at any moment of an upload has the old or the new file, whole, when it is back, and who uploads is told
// so by name.
func TestKilledFileServers(t *testing.T) {
	ftp, mortalFTP := servers.MortalFTP(t)
	folder := sharedFolder(t, ftp.Root)
	encrypted := partnerOf("ftps", ftp.Address, "user: "+ftp.User, "password: ${PARTNER_PASSWORD}", "protocol: ftps", "ignoreCert: true", "folder: /"+filepath.Base(folder))
	encrypted.root, encrypted.secrets = folder, map[string]string{"PARTNER_PASSWORD": ftp.Password}
	t.Run("ftps", func(t *testing.T) { killing{encrypted, mortalFTP, 60, nil}.run(t) })
	sftp, mortalSFTP := servers.MortalSFTP(t)
	folder = sharedFolder(t, sftp.Root)
	before := newGate(t, sftp.Address)
	shell := partnerOf("sftp", before.address, "protocol: sftp", "user: "+sftp.User, "x-steploom-private-key: ${PARTNER_KEY}", "ignoreCert: true", "folder: "+folder)
	shell.root, shell.secrets = folder, map[string]string{"PARTNER_KEY": string(sftp.Key)}
	t.Run("sftp", func(t *testing.T) { killing{shell, mortalSFTP, 40, before}.run(t) })
}

type killing struct {
	partner
	server interface {
		Kill(testing.TB)
		Start(testing.TB)
	}
	rounds int
	before *gate // by which half of the uploads are held up until the server is gone; nil for a server that takes its time
}

func (k killing) run(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	service := k.serve(t)
	begin := time.Now()
	if outcome := runWith(t, service, "PUT /note", k.note(0)); outcome.Status != engine.Succeeded {
		t.Fatalf("%+v", outcome.Failure)
	}
	usual, last := time.Since(begin), 0
	rounds, longest := testserver.Kills(t, k.rounds)
	counts, round := map[string]int{}, 1
	for ; round <= rounds && time.Since(begin) < longest; round++ {
		ended := make(chan Outcome, 1)
		comes := k.moment(t, round, usual, random)
		go func() { ended <- runWith(t, service, "PUT /note", k.note(round)) }()
		comes()
		k.server.Kill(t)
		outcome := <-ended
		k.server.Start(t)
		last = k.judge(t, round, last, outcome, counts)
	}
	t.Logf("%d kills: %v", round-1, counts)
	if counts["old file, Ftp.Connect"] < (round-1)/8 {
		t.Errorf("few uploads were cut off: %v", counts)
	}
	if outcome := runWith(t, service, "PUT /note", k.note(round)); outcome.Status != engine.Succeeded {
		t.Errorf("the server is back, and an upload fails: %+v", outcome.Failure)
	}
}

// moment waits, once the upload has begun, for the moment at which the server is killed: any, or every other time one in which a part of the file is there.
func (k killing) moment(t *testing.T, round int, usual time.Duration, random *rand.Rand) func() {
	switch {
	case round%2 == 1:
		return func() { time.Sleep(time.Duration(random.Int64N(int64(usual) + 1))) }
	case k.before == nil:
		return func() { k.awaitUpload(time.Now().Add(2 * usual)) }
	}
	const login = 20_000 // bytes, and more than that
	reached := k.before.arm(login + random.IntN(noteBytes-2*login))
	return func() {
		select {
		case <-reached:
		case <-time.After(time.Minute):
			t.Error("no upload in a minute")
		}
	}
}

// noteBytes is how long a note is.
const noteBytes = 200_000

func (k killing) note(round int) map[string]any {
	return map[string]any{"text": strings.Repeat(fmt.Sprintf("note %04d ", round), noteBytes/10)}
}

// awaitUpload waits until a file under a temporary name has something in it.
func (k killing) awaitUpload(deadline time.Time) {
	for time.Now().Before(deadline) {
		entries, _ := os.ReadDir(k.root)
		for _, entry := range entries {
			if info, err := entry.Info(); err == nil && strings.HasSuffix(entry.Name(), ".tmp") && info.Size() > 0 && !k.seen(entry.Name()) {
				return
			}
		}
		time.Sleep(200 * time.Microsecond)
	}
}

// seen tells whether a temporary file is one of an earlier round.
func (k killing) seen(name string) bool {
	info, err := os.Stat(filepath.Join(k.root, name))
	return err != nil || time.Since(info.ModTime()) > 2*time.Second
}

// judge gives the round of which the file is, which is that of this or of the last one.
func (k killing) judge(t *testing.T, round, last int, outcome Outcome, counts map[string]int) int {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(k.root, "note.txt"))
	if err != nil {
		t.Fatal(err)
	}
	is := last
	if bytes.Equal(content, []byte(k.note(round)["text"].(string))) {
		is = round
	}
	if !bytes.Equal(content, []byte(k.note(is)["text"].(string))) {
		t.Fatalf("round %d: the file has %d bytes that nobody wrote: %.20q", round, len(content), content)
	}
	which := map[bool]string{true: "new file", false: "old file"}[is == round]
	if outcome.Status == engine.Succeeded {
		if is != round {
			t.Errorf("round %d: the upload succeeded, and the file is that of round %d", round, is)
		}
		counts[which]++
		return is
	}
	if !slices.Contains([]string{task.FtpConnect, task.FtpTimeout}, outcome.Error) {
		t.Errorf("round %d: %s: %+v", round, outcome.Error, outcome.Failure)
	}
	counts[which+", "+outcome.Error]++
	return is
}
