package local

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/steploom/steploom/local/broker"
	"github.com/steploom/steploom/shared/diag"
)

// Project tells where the parts of a workflow lie on disk.
type Project struct {
	// Root is the folder of the whole project: .env, db/, files/ and .steploom/ are here.
	Root string
	// Specs is the folder of the workflow's own files; it is Root when there is no folder "specs".
	Specs string
	// Files are the names of the workflow's files in Specs when the user chose them; nil means all.
	Files []string
}

// Locate finds the project that a user means by a path: the project's folder, the folder "specs" in it, or a file that
// is a workflow by itself.
func Locate(path string) (Project, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Project{}, fmt.Errorf("%s: no such file or folder", diag.Name(path))
	case err != nil:
		return Project{}, err
	case info.IsDir():
		return locateFolder(filepath.Clean(path)), nil
	}
	project := withSpecs(filepath.Dir(path))
	project.Files = []string{filepath.Base(path)}
	return project, nil
}

func locateFolder(dir string) Project {
	if specs := filepath.Join(dir, "specs"); isFolder(specs) {
		return Project{Root: dir, Specs: specs}
	}
	return withSpecs(dir)
}

// withSpecs is the project whose workflow files lie in dir.
func withSpecs(dir string) Project {
	if absolute, err := filepath.Abs(dir); err == nil && filepath.Base(absolute) == "specs" {
		return Project{Root: filepath.Join(dir, ".."), Specs: dir}
	}
	return Project{Root: dir, Specs: dir}
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// withoutExtensions is a file's name without the ends that tell its language: "ask" of "ask.osop.yaml", "ask.v2" of "ask.v2.yaml".
func withoutExtensions(name string) string {
	for {
		extension := strings.ToLower(filepath.Ext(name))
		if len(extension) == len(name) || !slices.Contains(SourceExtensions(), extension) {
			return name
		}
		name = name[:len(name)-len(extension)]
	}
}

// SourceExtensions are those of the files that a workflow can be made of.
func SourceExtensions() []string { return []string{".yaml", ".yml", ".json", ".osop", ".sop"} }

// IsSource tells by the name whether a file of a folder can be part of a workflow. One hidden file is.
func IsSource(name string) bool {
	return name == EnvironmentFile || !strings.HasPrefix(name, ".") && slices.Contains(SourceExtensions(), strings.ToLower(filepath.Ext(name)))
}

// reads tells whether a run of the project depends on a file: one of the workflow's own, a database script, one that fills a topic, or .env.
func (p Project) reads(path string) bool {
	name := filepath.Base(path)
	switch filepath.Clean(filepath.Dir(path)) {
	case filepath.Clean(p.Specs):
		if name == ".env" {
			return filepath.Clean(p.Specs) == filepath.Clean(p.Root)
		}
		return IsSource(name) && (p.Files == nil || slices.Contains(p.Files, name))
	case filepath.Clean(p.Root):
		return name == ".env"
	case filepath.Clean(p.Scripts()):
		return strings.EqualFold(filepath.Ext(name), ".sql")
	case filepath.Clean(p.Topics()):
		return broker.IsFile(name)
	}
	return false
}

// Name is what the workflow is called: the name of its project's folder, or of its only file up to the first dot.
func (p Project) Name() string {
	if len(p.Files) == 1 {
		return withoutExtensions(p.Files[0])
	}
	absolute, err := filepath.Abs(p.Root)
	if err != nil {
		return filepath.Base(p.Root)
	}
	return filepath.Base(absolute)
}

// Scripts is the folder of the database scripts, which need not exist.
func (p Project) Scripts() string { return filepath.Join(p.Root, "db") }

// ServerFiles is the folder with what the folders that stand in for file servers begin with, which need not exist.
func (p Project) ServerFiles() string { return filepath.Join(p.Root, "files") }

// Topics is the folder with what the topics of an embedded broker begin with, which need not exist.
func (p Project) Topics() string { return filepath.Join(p.Root, "topics") }

// State is the folder for what Steploom keeps between runs, such as embedded databases: .steploom in the project, or a
// folder in the user's cache when the project cannot be written to.
func (p Project) State() (string, error) {
	folder := filepath.Join(p.Root, ".steploom")
	err := os.MkdirAll(folder, 0o755)
	if err == nil {
		return folder, nil
	}
	cache, cacheErr := os.UserCacheDir()
	root, absErr := filepath.Abs(p.Root)
	if cacheErr != nil || absErr != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(root))
	folder = filepath.Join(cache, "steploom", p.Name()+"-"+hex.EncodeToString(sum[:4]))
	return folder, os.MkdirAll(folder, 0o755)
}

// Dotenv reads the project's .env; a missing file is an empty one.
func (p Project) Dotenv() (map[string]string, error) {
	path := filepath.Join(p.Root, ".env")
	text, err := ReadFile(path, FileLimit)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	values, err := ParseDotenv(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return values, nil
}
