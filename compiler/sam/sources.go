package sam

import (
	"fmt"
	"go/build"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

const module = "github.com/steploom/steploom"

// FunctionSources gathers what go build needs for the functions of the application: their packages, what those import of this module, the
// module files. Paths stay as they are, so that the executables are the same bytes as those built in the module itself.
func FunctionSources(sources fs.FS, functions []string) (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, name := range []string{"go.mod", "go.sum", "LICENSE"} {
		if err := copyFile(files, sources, name); err != nil {
			return nil, err
		}
	}
	var pending []string
	for _, name := range functions {
		pending = append(pending, "functions/"+name+"/lambda")
	}
	done := map[string]bool{}
	for len(pending) > 0 {
		folder := pending[0]
		pending = pending[1:]
		if done[folder] {
			continue
		}
		done[folder] = true
		imports, err := copyPackage(files, sources, folder)
		if err != nil {
			return nil, err
		}
		pending = append(pending, imports...)
	}
	return files, nil
}

// copyPackage adds the files of one package and gives the folders of this module that it imports.
func copyPackage(files map[string][]byte, sources fs.FS, folder string) ([]string, error) {
	pkg, err := buildContext(sources).ImportDir(folder, 0)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", folder, err)
	}
	for _, name := range slices.Concat(pkg.GoFiles, pkg.SFiles) {
		if err := copyFile(files, sources, path.Join(folder, name)); err != nil {
			return nil, err
		}
	}
	for _, pattern := range pkg.EmbedPatterns {
		matches, err := fs.Glob(sources, path.Join(folder, pattern))
		if err != nil || len(matches) == 0 {
			return nil, fmt.Errorf("%s: nothing matches the embed pattern %s", folder, pattern)
		}
		for _, match := range matches {
			if err := copyFile(files, sources, match); err != nil {
				return nil, err
			}
		}
	}
	var imports []string
	for _, imported := range pkg.Imports {
		if inner, ours := strings.CutPrefix(imported, module+"/"); ours {
			imports = append(imports, inner)
		}
	}
	return imports, nil
}

func copyFile(files map[string][]byte, sources fs.FS, name string) error {
	content, err := fs.ReadFile(sources, name)
	if err != nil {
		return err
	}
	files[name] = content
	return nil
}

// buildContext reads packages out of sources as the build for Lambda does: Linux, no cgo, the tags of BuildFlags.
func buildContext(sources fs.FS) *build.Context {
	context := build.Default
	context.GOOS, context.GOARCH, context.CgoEnabled = "linux", "arm64", false
	context.BuildTags = []string{"lambda.norpc"}
	context.ReadDir = func(dir string) ([]fs.FileInfo, error) {
		entries, err := fs.ReadDir(sources, dir)
		if err != nil {
			return nil, err
		}
		infos := make([]fs.FileInfo, len(entries))
		for i, entry := range entries {
			if infos[i], err = entry.Info(); err != nil {
				return nil, err
			}
		}
		return infos, nil
	}
	context.IsDir = func(name string) bool {
		info, err := fs.Stat(sources, name)
		return err == nil && info.IsDir()
	}
	context.JoinPath = path.Join
	context.HasSubdir = func(string, string) (string, bool) { return "", false }
	context.OpenFile = func(name string) (io.ReadCloser, error) { return sources.Open(name) }
	return &context
}
