// Command steploom compiles integration workflows to AWS Step Functions and runs them on this machine.
package main

import (
	"os"

	"github.com/steploom/steploom/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:], cli.Process())) }
