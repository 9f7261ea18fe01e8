// Command lambda is the filter function on AWS Lambda.
package main

import (
	"github.com/steploom/steploom/functions/filter"
	"github.com/steploom/steploom/shared/lambda"
	"github.com/steploom/steploom/shared/task"
)

func main() { lambda.Start(task.Process(), filter.New()) }
