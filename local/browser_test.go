package local

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/steploom/steploom/shared/testserver"
)

// browser is a headless Chromium that is told what to do by the Chrome DevTools Protocol through a pipe: JSON texts, a zero byte behind each.
type browser struct {
	t       *testing.T
	in      *os.File
	out     *bufio.Reader
	id      int
	session string
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	program := testserver.Tool(t, "chromium")
	inRead, inWrite, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	outRead, outWrite, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--remote-debugging-pipe", "--user-data-dir="+t.TempDir(), "about:blank")
	command.ExtraFiles = []*os.File{inRead, outWrite} // 3 and 4
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	inRead.Close()
	outWrite.Close()
	b := &browser{t: t, in: inWrite, out: bufio.NewReader(outRead)}
	t.Cleanup(func() {
		fmt.Fprintf(inWrite, "{\"id\":1000000,\"method\":\"Browser.close\"}\x00")
		timer := time.AfterFunc(10*time.Second, func() { command.Process.Kill() })
		defer timer.Stop()
		command.Wait()
		inWrite.Close()
		outRead.Close()
	})
	target := b.call("Target.createTarget", map[string]any{"url": "about:blank"})["targetId"]
	b.session, _ = b.call("Target.attachToTarget", map[string]any{"targetId": target, "flatten": true})["sessionId"].(string)
	b.call("Page.enable", nil)
	return b
}

// call sends a command and waits for its answer; events are passed over.
func (b *browser) call(method string, parameters map[string]any) map[string]any {
	b.t.Helper()
	b.id++
	text, err := json.Marshal(map[string]any{"id": b.id, "method": method, "params": parameters, "sessionId": b.session})
	if b.session == "" {
		text, err = json.Marshal(map[string]any{"id": b.id, "method": method, "params": parameters})
	}
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.in.Write(append(text, 0)); err != nil {
		b.t.Fatal(err)
	}
	for {
		line, err := b.out.ReadBytes(0)
		if err != nil {
			b.t.Fatalf("%s: %v", method, err)
		}
		var answer struct {
			ID     int
			Result map[string]any
			Error  any
		}
		if err := json.Unmarshal(line[:len(line)-1], &answer); err != nil {
			b.t.Fatal(err)
		}
		if answer.ID == b.id {
			if answer.Error != nil {
				b.t.Fatalf("%s: %v", method, answer.Error)
			}
			return answer.Result
		}
	}
}

// run evaluates the body of an asynchronous function in the page, and gives what it returns.
func (b *browser) run(body string) any {
	b.t.Helper()
	result := b.call("Runtime.evaluate", map[string]any{"expression": "(async () => {" + body + "})()", "awaitPromise": true, "returnByValue": true})
	if failed, ok := result["exceptionDetails"]; ok {
		b.t.Fatalf("%s: %v", body, failed)
	}
	value, _ := result["result"].(map[string]any)
	return value["value"]
}

// until waits until an expression is true in the page.
func (b *browser) until(expression string) {
	b.t.Helper()
	if b.run("for (let i = 0; i < 400; i++) { if ("+expression+") return true; await new Promise((go) => setTimeout(go, 25)); } return document.body.innerText;") != true {
		b.t.Fatalf("%s has not come about", expression)
	}
}

// TestDocsPageInABrowser opens the page as a person does: nothing of the document becomes markup, and requests carry parameters, bodies and credentials.
func TestDocsPageInABrowser(t *testing.T) {
	page := newBrowser(t)
	service, _ := describedService(t)
	server, other := httptest.NewServer(service.Handler(nil)), httptest.NewServer(service.Handler(nil))
	defer server.Close()
	defer other.Close()
	page.call("Page.navigate", map[string]any{"url": server.URL + "/swagger-ui.html"})
	page.until(`document.querySelectorAll("details").length === 4`)
	if got := page.run(`return location.pathname`); got != "/api-docs" {
		t.Errorf("the old address leads to %v", got)
	}
	if got, want := page.run(`return document.title`), `Pets </script><script>document.title = "taken"</script>`; got != want {
		t.Errorf("the title is %q", got)
	}
	if got := page.run(`return document.querySelectorAll("#bold, img, option i, main script, header script").length`); got != 0.0 {
		t.Errorf("%v elements are made of the document's texts", got)
	}
	if got := page.run(`try { await fetch("` + other.URL + `/open", { mode: "no-cors" }); return "reached" } catch { return "refused" }`); got != "refused" {
		t.Errorf("another server is %v", got)
	}
	fill := func(selector, value string) {
		page.run(fmt.Sprintf(`document.querySelector(%q).value = %q`, selector, value))
	}
	send := func(operation, want string) string {
		t.Helper()
		form := fmt.Sprintf(`document.querySelector('details[data-operation="%s"] form')`, operation)
		page.run(form + `.querySelector(".result").replaceChildren(); ` + form + `.requestSubmit()`)
		page.until(form + `.querySelector(".status")`)
		text, _ := page.run(`return ` + form + `.querySelector(".result").textContent`).(string)
		if !strings.HasPrefix(text, "Status "+want) {
			t.Errorf("%s: %s, want %s", operation, text, want)
		}
		return text
	}
	send("GET /open", "200")
	fill(`details[data-operation="GET /pets/{id}"] input[aria-label=id]`, "7")
	send("GET /pets/{id}", "401")
	fill(`input[aria-label="people user"]`, "ada")
	fill(`input[aria-label="people password"]`, "hush-hush")
	send("GET /pets/{id}", "200")
	fill(`details[data-operation="GET /pets/{id}"] input[aria-label=id]`, "../x y")
	send("GET /pets/{id}", "400")
	fill(`input[aria-label="partners X-API-Key"]`, "hush-key")
	fill(`details[data-operation="POST /pets"] textarea`, `{"name": "Tom"}`)
	if text := send("POST /pets", "200"); !strings.Contains(text, `"name": "Tom"`) {
		t.Errorf("the body did not arrive: %s", text)
	}
	fill(`input[aria-label="partners X-API-Key"]`, "")
	send("POST /pets", "401")
}
