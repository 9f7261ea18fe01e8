package local

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/engine"
)

const unreachablePartner = "datasources:\n  partner: {type: ftp, host: 127.0.0.1, port: 1, user: me, password: '${PARTNER_PASSWORD}'}" + partnerOperations

// openFolder serves the workflow of an unreachable partner in a project.
func openFolder(t *testing.T, project Project, settings Settings) (*Service, error) {
	t.Helper()
	output, list := compiler.Compile(source.Files{{Path: "a.yaml", Bytes: []byte(unreachablePartner)}}, compiler.Options{})
	if list.HasErrors() {
		t.Fatal(list)
	}
	if settings.Environment == nil {
		settings.Environment = task.Variables(map[string]string{"PARTNER_PASSWORD": "hunter2"})
	}
	service, err := NewService(t.Context(), project, output, settings)
	if err == nil {
		t.Cleanup(service.Close)
	}
	return service, err
}

func seeded(t *testing.T) Project {
	t.Helper()
	project := Project{Root: t.TempDir()}
	project.Specs = project.Root
	writeFile(t, filepath.Join(project.Root, "files/partner/out/old.xml"), "<orders><order><id>0</id></order></orders>")
	return project
}

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestEmbeddedFolder: a folder stands in for a file server that does not answer; it is filled once, and stays what it has become.
func TestEmbeddedFolder(t *testing.T) {
	project := seeded(t)
	service, err := openFolder(t, project, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	where := service.Datasources[0]
	for _, part := range []string{"embedded folder in ", ".steploom/partner", "nothing listens at 127.0.0.1:1", "filled from "} {
		if !strings.Contains(filepath.ToSlash(where.String()), part) {
			t.Errorf("%q does not say %q", where, part)
		}
	}
	outcome := runWith(t, service, "POST /orders", map[string]any{"name": "new", "day": "monday", "ids": []int{7}})
	if outcome.Status != engine.Succeeded {
		t.Fatalf("%+v", outcome.Failure)
	}
	for _, name := range []string{"new.xml", "old.xml"} {
		if _, err := os.Stat(filepath.Join(project.Root, ".steploom/partner/done/monday", name)); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(filepath.Join(project.Root, "files/partner/out/old.xml")); err != nil {
		t.Errorf("what fills the folder is used up: %v", err)
	}
	writeFile(t, filepath.Join(project.Root, "files/partner/out/more.xml"), "<a/>")
	again, err := openFolder(t, project, Settings{Held: service.Datasources})
	if err != nil {
		t.Fatal(err)
	}
	if where := again.Datasources[0]; !where.Folder.Stale || !strings.Contains(where.String(), "have changed") {
		t.Errorf("not said that the files have changed: %s", where)
	}
}

// TestEmbeddedFolderLinks: a link in the folder that leads out of it is not followed.
func TestEmbeddedFolderLinks(t *testing.T) {
	project := seeded(t)
	secret := filepath.Join(t.TempDir(), "secret.xml")
	writeFile(t, secret, "<secret/>")
	if err := os.Symlink(secret, filepath.Join(project.Root, "files/partner/out/link.xml")); err != nil {
		t.Skip(err)
	}
	service, err := openFolder(t, project, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	if outcome := runWith(t, service, "POST /orders", map[string]any{"name": "new", "day": "monday", "ids": []int{7}}); outcome.Status == engine.Succeeded || !strings.HasPrefix(outcome.Error, "Ftp.") {
		t.Errorf("%s %s", outcome.Status, outcome.Error)
	}
}

// TestFolderOfAFlag: any folder of the machine can be a datasource here, and a URL that is none is refused.
func TestFolderOfAFlag(t *testing.T) {
	folder := t.TempDir()
	service, err := openFolder(t, seeded(t), Settings{Datasources: map[string]string{"partner": "file://" + filepath.ToSlash(folder)}})
	if err != nil {
		t.Fatal(err)
	}
	if outcome := runWith(t, service, "PUT /note", map[string]any{"text": "hello"}); outcome.Status != engine.Succeeded {
		t.Fatalf("%+v", outcome.Failure)
	}
	if text, err := os.ReadFile(filepath.Join(folder, "note.txt")); err != nil || string(text) != "hello" {
		t.Errorf("%q, %v", text, err)
	}
	for _, address := range []string{"jdbc:postgresql://h/d", "file://", "ftp://", "ftp://h?x=y"} {
		if _, err := openFolder(t, seeded(t), Settings{Datasources: map[string]string{"partner": address}}); err == nil || !strings.Contains(err.Error(), "--datasource") {
			t.Errorf("%s: %v", address, err)
		}
	}
}
