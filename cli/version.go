package cli

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is what a release is called; the revision comes from the build.
const version = "0.1.0-dev"

func newVersion(std *Std) *cobra.Command {
	var asJSON bool
	command := &cobra.Command{
		Use:     "version",
		Short:   "Print the version",
		Args:    takes(),
		Example: "  steploom version --json",
		RunE: func(*cobra.Command, []string) error {
			facts := versionFacts()
			if asJSON {
				return failed(writeJSON(std.Out, facts))
			}
			_, err := fmt.Fprintf(std.Out, "steploom %s (%s, %s)\n", facts.Version, facts.Go, facts.Platform)
			return failed(err)
		},
	}
	command.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	return command
}

// facts describe the running binary.
type facts struct {
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func versionFacts() facts {
	found := facts{Version: version, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return found
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			found.Revision = setting.Value
		}
	}
	return found
}

// writeJSON prints one indented JSON document.
func writeJSON(out interface{ Write([]byte) (int, error) }, value any) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}
