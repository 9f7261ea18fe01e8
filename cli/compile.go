package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/local"
	"github.com/steploom/steploom/shared/diag"
)

// workflow is a project with its files read. Paths of files are relative to the specs folder, so that what is compiled
// does not depend on where the project lies.
type workflow struct {
	project local.Project
	files   source.Files
}

// readWorkflow reads the workflow that a person means by a path.
func readWorkflow(path string) (workflow, error) {
	project, err := local.Locate(path)
	if err != nil {
		return workflow{}, err
	}
	return readProject(project)
}

// readWorkflows reads a workflow for each folder, and one of all files of the same folder.
func readWorkflows(paths []string) ([]workflow, error) {
	var projects []local.Project
	for _, path := range paths {
		project, err := local.Locate(path)
		if err != nil {
			return nil, err
		}
		same := slices.IndexFunc(projects, func(p local.Project) bool {
			return p.Specs == project.Specs && p.Files != nil && project.Files != nil
		})
		if same >= 0 {
			projects[same].Files = append(projects[same].Files, project.Files...)
			continue
		}
		projects = append(projects, project)
	}
	var workflows []workflow
	for _, project := range projects {
		found, err := readProject(project)
		if err != nil {
			return nil, err
		}
		workflows = append(workflows, found)
	}
	return workflows, nil
}

// readProject reads the files of a project. Folders in the specs folder and hidden files are no part of a workflow.
func readProject(project local.Project) (workflow, error) {
	names := project.Files
	if names == nil {
		entries, err := os.ReadDir(project.Specs)
		if err != nil {
			return workflow{}, err
		}
		for _, entry := range entries {
			if !entry.IsDir() && local.IsSource(entry.Name()) {
				names = append(names, entry.Name())
			}
		}
	}
	slices.Sort(names)
	found := workflow{project: project}
	for _, name := range names {
		content, err := local.ReadFile(filepath.Join(project.Specs, name), local.SourceLimit)
		if errors.Is(err, fs.ErrNotExist) { // removed between listing and reading
			continue
		}
		if err != nil {
			return workflow{}, err
		}
		found.files = append(found.files, source.File{Path: name, Bytes: content})
	}
	if len(found.files) == 0 {
		return workflow{}, fmt.Errorf("%s: no workflow files (%s) here", project.Specs, strings.Join(local.SourceExtensions(), ", "))
	}
	return found, nil
}

// compile compiles the workflow; the diagnostics have paths relative to the specs folder.
func (w workflow) compile() (compiler.Output, diag.List) {
	return compiler.Compile(w.files, compiler.Options{})
}

// show writes diagnostics for people, with paths as the user would type them.
func (w workflow) show(std *Std, list diag.List) error {
	options := diag.TextOptions{Source: w.source, Color: std.colour(std.ErrTerminal)}
	return diag.WriteText(std.Err, w.located(list), options)
}

// located gives the diagnostics with paths that lead from the current folder to the files.
func (w workflow) located(list diag.List) diag.List {
	located := make(diag.List, len(list))
	for i, d := range list {
		d.Range.File = w.path(d.Range.File)
		notes := slices.Clone(d.Notes)
		for j := range notes {
			notes[j].Range.File = w.path(notes[j].Range.File)
		}
		d.Notes = notes
		located[i] = d
	}
	return located
}

func (w workflow) path(file string) string {
	if file == "" {
		return ""
	}
	return filepath.Join(w.project.Specs, file)
}

// source gives the content of a file by its located path.
func (w workflow) source(path string) []byte {
	for _, file := range w.files {
		if w.path(file.Path) == path {
			return file.Bytes
		}
	}
	return nil
}
