package cli

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"
)

// buildFlags are the flags of build.
type buildFlags struct {
	out    string
	force  bool
	asJSON bool
}

func newBuild(std *Std) *cobra.Command {
	var flags buildFlags
	command := &cobra.Command{
		Use:   "build DIR",
		Short: "Write the definitions and the SAM application of a workflow",
		Long: `Write the Step Functions definitions of a workflow and the files around them that deploy it. The same source gives the same
bytes. Files are replaced one by one, atomically; a file that steploom did not write, or that was changed since, is left
alone and stops the build, unless --force is given. steploom.sum in the output folder lists what was written.`,
		Example: `  steploom build workflows/newsroom
  steploom build workflows/newsroom --out dist --json`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return build(std, args[0], flags) },
	}
	command.Flags().StringVar(&flags.out, "out", "", "the `FOLDER` to write to (default dist/NAME)")
	command.Flags().BoolVar(&flags.force, "force", false, "overwrite files that steploom did not write")
	command.Flags().BoolVar(&flags.asJSON, "json", false, "print what was written as JSON")
	return command
}

func build(std *Std, path string, flags buildFlags) error {
	w, err := readWorkflow(path)
	if err != nil {
		return err
	}
	output, list := w.compile()
	if err := w.show(std, list); err != nil {
		return failed(err)
	}
	if list.HasErrors() {
		return errReported()
	}
	folder := flags.out
	if folder == "" {
		folder = filepath.Join("dist", w.project.Name())
	}
	done, err := writeFiles(folder, output.Files, flags.force)
	if err != nil {
		return failed(err)
	}
	if flags.asJSON {
		return failed(writeJSON(std.Out, done))
	}
	return failed(printWritten(std, folder, done))
}

func printWritten(std *Std, folder string, done written) error {
	for _, path := range done.Written {
		if _, err := fmt.Fprintln(std.Out, "wrote    ", filepath.Join(folder, path)); err != nil {
			return err
		}
	}
	for _, path := range done.Removed {
		if _, err := fmt.Fprintln(std.Out, "removed  ", filepath.Join(folder, path)); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(std.Out, "%s: %d written, %d unchanged, %d removed\n", folder, len(done.Written), len(done.Unchanged), len(done.Removed))
	return err
}
