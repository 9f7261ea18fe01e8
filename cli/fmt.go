package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/steploom/steploom/compiler"
)

// fmtFlags are the flags of fmt.
type fmtFlags struct{ upgrade, check bool }

func newFmt(std *Std) *cobra.Command {
	var flags fmtFlags
	command := &cobra.Command{
		Use:   "fmt --upgrade DIR",
		Short: "Rewrite a workflow from older forms of its language to the present ones",
		Long: `Rewrite the files of a workflow that hold forms of older versions of their language. Comments and the order of keys stay, and the
definitions are the same before and after, or nothing is written. The names of the files that changed go to standard output.
With --check nothing is written, and the exit code is 1 when a file would change.`,
		Example: `  steploom fmt --upgrade workflows/newsroom
  steploom fmt --upgrade --check workflows/newsroom`,
		Args: takes(folderArgument()),
		RunE: func(_ *cobra.Command, args []string) error { return upgrade(std, args[0], flags) },
	}
	command.Flags().BoolVar(&flags.upgrade, "upgrade", false, "write the present forms")
	command.Flags().BoolVar(&flags.check, "check", false, "only tell which files would change")
	return command
}

// rewrite gives a file that a person wrote another content. It keeps its mode, and stays where a link leads.
func rewrite(path string, content []byte) error {
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return err
	}
	info, err := os.Stat(target)
	if err != nil {
		return err
	}
	return replaceAs(target, content, info.Mode().Perm())
}

func upgrade(std *Std, path string, flags fmtFlags) error {
	if !flags.upgrade {
		return errors.New("fmt leaves files as they are laid out: say --upgrade to write the present forms of the language")
	}
	w, err := readWorkflow(path)
	if err != nil {
		return err
	}
	changed, found := compiler.Upgrade(w.files, compiler.Options{})
	if found.HasErrors() {
		if err := w.show(std, found); err != nil {
			return failed(err)
		}
		return errReported()
	}
	for _, file := range changed {
		name := w.path(file.Path)
		if !flags.check {
			if err := rewrite(name, file.Bytes); err != nil {
				return failed(err)
			}
		}
		fmt.Fprintln(std.Out, name)
	}
	if flags.check && len(changed) > 0 {
		return errReported()
	}
	return nil
}
