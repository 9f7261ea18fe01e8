package cli

import (
	"fmt"
	"path/filepath"
	"runtime"

	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/functions"
	"github.com/steploom/steploom/local"
)

// isolation builds every function for this machine, with the flags of a deployment, into the project's state folder.
func isolation(std *Std, project local.Project) (*local.Isolation, error) {
	options := sam.Options{Architecture: sam.ArchitectureOf(runtime.GOARCH)}
	var names []string
	for _, row := range functions.Rows() {
		names = append(names, row.Name)
	}
	fmt.Fprintf(std.Err, "building %s\n", counted(len(names), "function"))
	built, err := buildBinaries(std.Context, runtime.GOOS, names, options)
	if err != nil {
		return nil, err
	}
	state, err := project.State()
	if err != nil {
		return nil, err
	}
	folder, err := filepath.Abs(filepath.Join(state, "functions"))
	if err != nil {
		return nil, err
	}
	isolation := &local.Isolation{Executables: map[string]string{}, Log: std.Err}
	for _, name := range names {
		path := filepath.Join(folder, name, "bootstrap")
		if err := replaceFile(path, built["bin/"+name+"/bootstrap"]); err != nil {
			return nil, err
		}
		isolation.Executables[name] = path
	}
	return isolation, nil
}
