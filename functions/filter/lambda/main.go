// Command lambda is the filter function on AWS Lambda.
package main

import (
	"github.com/steploom/steploom/functions/filter"
	"github.com/steploom/steploom/shared/lambda"
)

func main() { lambda.Start(filter.New()) }
