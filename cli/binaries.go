package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/steploom/steploom"
	"github.com/steploom/steploom/compiler/sam"
)

// buildBinaries compiles functions with the Go toolchain for an operating system, linux for Lambda, and gives bin/NAME/bootstrap for
// each.
func buildBinaries(ctx context.Context, system string, names []string, options sam.Options) (map[string][]byte, error) {
	removeLeft()
	folder, err := os.MkdirTemp("", buildFolder)
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	sources, err := sam.FunctionSources(steploom.Sources(), names)
	if err != nil {
		return nil, err
	}
	for path, content := range sources {
		if err := replaceFile(filepath.Join(folder, filepath.FromSlash(path)), content); err != nil {
			return nil, err
		}
	}
	binaries := map[string][]byte{}
	for _, name := range names {
		executable := filepath.Join(folder, "bin", name, "bootstrap")
		if err := goBuild(ctx, folder, "./functions/"+name+"/lambda", executable, append(sam.BuildEnvironment(options.Architecture.GOARCH()), "GOOS="+system)); err != nil {
			return nil, err
		}
		if binaries["bin/"+name+"/bootstrap"], err = os.ReadFile(executable); err != nil {
			return nil, err
		}
	}
	return binaries, nil
}

// buildFolder begins the names of the folders that functions are compiled in.
const buildFolder = "steploom-build-"

// removeLeft deletes what builds have left that were killed, once nobody can be at work in it any more. What cannot be deleted stays.
func removeLeft() {
	const old = 24 * time.Hour
	left, _ := filepath.Glob(filepath.Join(os.TempDir(), buildFolder+"*"))
	for _, folder := range left {
		if info, err := os.Stat(folder); err == nil && info.IsDir() && time.Since(info.ModTime()) > old {
			os.RemoveAll(folder)
		}
	}
}

// goBuild compiles one package with the flags that functions/Makefile has.
func goBuild(ctx context.Context, folder, pkg, out string, environment []string) error {
	command := exec.CommandContext(ctx, "go", slices.Concat([]string{"build"}, sam.BuildFlags(), []string{"-o", out, pkg})...)
	command.Dir = folder
	command.Env = append(os.Environ(), environment...)
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	err := command.Run()
	if errors.Is(err, exec.ErrNotFound) {
		return errors.New("building the functions needs the Go toolchain: https://go.dev/dl")
	}
	if err != nil {
		return fmt.Errorf("go build %s: %w\n%s", pkg, err, strings.TrimSpace(said.String()))
	}
	return nil
}
