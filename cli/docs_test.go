package cli_test

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/cli"
)

var update = flag.Bool("update", false, "rewrite docs/cli.md and other golden files")

// TestCommandReference keeps docs/cli.md equal to what --help says.
func TestCommandReference(t *testing.T) {
	const path = "../docs/cli.md"
	want := cli.Reference()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("docs/cli.md is stale; go test ./cli -run CommandReference -update writes it:\n%s", diff)
	}
}

// TestDocuments runs what the README and the documentation show: "yaml file=NAME" blocks become files, "sh" blocks are
// run by the shell with steploom on the path, and an "output" block is what the "sh" block before it prints.
func TestDocuments(t *testing.T) {
	for _, page := range append(documents(t), "../README.md", "../CONTRIBUTING.md", "../ARCHITECTURE.md") {
		t.Run(strings.TrimPrefix(page, "../"), func(t *testing.T) {
			t.Parallel()
			checkPage(t, page)
		})
	}
}

// documents are the pages below docs.
func documents(t *testing.T) []string {
	t.Helper()
	var pages []string
	for _, pattern := range []string{"../docs/*.md", "../docs/*/*.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, found...)
	}
	return pages
}

func checkPage(t *testing.T, page string) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	checkLinks(t, page, string(text))
	workspace := t.TempDir()
	samples, err := os.ReadDir("../workflows")
	if err != nil {
		t.Fatal(err)
	}
	for _, sample := range samples {
		if err := copyProject(filepath.Join(workspace, "workflows", sample.Name()), filepath.Join("../workflows", sample.Name())); err != nil {
			t.Fatal(err)
		}
	}
	var printed string
	for _, block := range fencedBlocks(text) {
		switch block.language {
		case "sh":
			printed = runBlock(t, workspace, block)
		case "output":
			if diff := cmp.Diff(normal(block.text), normal(printed)); diff != "" {
				t.Errorf("%s:%d: the command before prints something else:\n%s", page, block.line, diff)
			}
		case "yaml":
			checkFragment(t, workspace, page, block)
			writeBlock(t, workspace, block)
		default:
			writeBlock(t, workspace, block)
		}
	}
}

// checkFragment compiles what stands alone on a page as part of a fulfillment: its instructions or attributes.
func checkFragment(t *testing.T, workspace, page string, b block) {
	first, _, _ := strings.Cut(b.text, ":")
	if b.file != "" || first != "instructions" && first != "attributes" {
		return
	}
	head := "datasources:\n  db:\n    type: db\n    url: jdbc:mariadb://h/d\noperations:\n  'get /fragment':\n    fulfillments:\n" +
		"      - name: fragment\n        type: read\n        datasource: db\n"
	if first == "attributes" {
		head = strings.Replace(head, "read\n        datasource: db", "generic", 1)
	}
	if strings.Contains(b.text, "request:") {
		head = strings.Replace(head, "type: db\n    url: jdbc:mariadb://h/d", "type: api", 1)
	}
	const tail = "    responses:\n      - {name: ok, statuscode: 204, default: true}\n"
	text := head + "        " + strings.ReplaceAll(strings.TrimSpace(b.text), "\n", "\n        ") + "\n" + tail
	writeBlock(t, workspace, block{file: "fragment/fragment.yaml", text: text})
	var errs strings.Builder
	std := cli.Std{Out: io.Discard, Err: &errs, Lookup: noVariables, Context: t.Context()}
	if code := cli.Main([]string{"check", filepath.Join(workspace, "fragment")}, std); code != cli.ExitOK {
		t.Errorf("%s:%d: %s", page, b.line, errs.String())
	}
}

// TestDocumentIndex expects docs/README.md to lead to every page.
func TestDocumentIndex(t *testing.T) {
	index, err := os.ReadFile("../docs/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range documents(t) {
		if name := strings.TrimPrefix(page, "../docs/"); name != "README.md" && !strings.Contains(string(index), "]("+name+")") {
			t.Errorf("docs/README.md does not lead to %s", name)
		}
	}
}

var linkTarget = regexp.MustCompile(`\]\(([^)#]+)(#[^)]*)?\)`)

// checkLinks refuses links to files that do not exist.
func checkLinks(t *testing.T, page, text string) {
	for _, match := range linkTarget.FindAllStringSubmatch(text, -1) {
		if strings.Contains(match[1], "://") {
			continue
		}
		if _, err := os.Stat(filepath.Join(filepath.Dir(page), match[1])); err != nil {
			t.Errorf("%s links to %s, which does not exist", page, match[1])
		}
	}
}

// block is a fenced block: ```language key=value …
type block struct {
	language, file, text string
	line                 int
}

func fencedBlocks(text []byte) []block {
	var blocks []block
	var current *block
	scanner := bufio.NewScanner(bytes.NewReader(text))
	for line := 1; scanner.Scan(); line++ {
		fence, isFence := strings.CutPrefix(scanner.Text(), "```")
		switch {
		case isFence && current == nil:
			language, attributes, _ := strings.Cut(fence, " ")
			current = &block{language: language, line: line}
			current.file, _ = strings.CutPrefix(attributes, "file=")
		case isFence:
			blocks = append(blocks, *current)
			current = nil
		case current != nil:
			current.text += scanner.Text() + "\n"
		}
	}
	return blocks
}

func writeBlock(t *testing.T, workspace string, block block) {
	if block.file == "" {
		return
	}
	path := filepath.Join(workspace, block.file)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(block.text), 0o644)); err != nil {
		t.Fatal(err)
	}
}

// runBlock gives what a block prints to its standard output. A last line "# exit N" is the exit code it wants.
func runBlock(t *testing.T, workspace string, block block) string {
	command := exec.CommandContext(t.Context(), "sh", "-euc", block.text)
	command.Dir = workspace
	command.Env = append(os.Environ(), "PATH="+commandFolder(t)+string(os.PathListSeparator)+os.Getenv("PATH"), "NO_COLOR=1")
	var out, errs bytes.Buffer
	command.Stdout, command.Stderr = &out, &errs
	err := command.Run()
	want := 0
	if _, code, ok := strings.Cut(block.text, "# exit "); ok {
		want = int(code[0] - '0')
	}
	if got := command.ProcessState.ExitCode(); got != want {
		t.Errorf("line %d: %v, want exit code %d\n%s%s%s", block.line, err, want, block.text, out.String(), errs.String())
	}
	return out.String()
}

// commandFolder is a folder in which this test binary is called steploom: see TestMain.
func commandFolder(t *testing.T) string {
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.Symlink(binary, filepath.Join(folder, "steploom")); err != nil {
		t.Fatal(err)
	}
	return folder
}

var varying = regexp.MustCompile(`\d+(\.\d+)? (ms|s|µs)\b`)

// normal makes durations equal and white space at the ends of lines vanish.
func normal(text string) string {
	text = varying.ReplaceAllString(text, "N ms")
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.Join(lines, "\n")
}
