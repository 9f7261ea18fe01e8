package cli

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/steploom/steploom/local"
)

// buildFlags are the flags of build.
type buildFlags struct {
	deployFlags
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
  steploom build workflows/newsroom --out dist --json
  steploom build workflows/newsroom --binaries --architecture x86_64`,
		Args: takes(folderArgument()),
		RunE: func(_ *cobra.Command, args []string) error { return build(std, args[0], flags) },
	}
	flags.register(command)
	command.Flags().BoolVar(&flags.binaries, "binaries", false, "build the functions too, with the Go toolchain, instead of leaving that to sam build")
	command.Flags().StringVar(&flags.out, "out", "", "the `FOLDER` to write to (default dist/NAME)")
	command.Flags().BoolVar(&flags.force, "force", false, "overwrite files that steploom did not write")
	command.Flags().BoolVar(&flags.asJSON, "json", false, "print what was written as JSON")
	return command
}

func build(std *Std, path string, flags buildFlags) error {
	folder := flags.out
	if folder == "" {
		folder = defaultFolder(path)
	}
	w, output, options, err := deployable(std, path, flags.deployFlags, folder)
	if err != nil {
		return err
	}
	files, err := w.deployment(std, output, options)
	if err != nil {
		return err
	}
	done, err := writeFiles(std.Context, folder, files, flags.force)
	if err != nil {
		return failed(err)
	}
	if flags.asJSON {
		return failed(writeJSON(std.Out, done))
	}
	return failed(printWritten(std, folder, done))
}

// defaultFolder is where the application of a workflow is written to unless the user says otherwise.
func defaultFolder(path string) string {
	project, err := local.Locate(path)
	if err != nil {
		return "dist" // what is wrong with the path is said when it is read
	}
	return filepath.Join("dist", project.Name())
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
