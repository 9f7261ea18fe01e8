// Package runtimeapi runs Lambda executables (provided.al2023: a file named bootstrap) on this machine, as Lambda would.
//
// A Pool is one function. It keeps sandboxes: processes that speak the Lambda Runtime API with a server of their own
// (GET …/invocation/next, POST …/response, POST …/error, POST /runtime/init/error). A sandbox serves one invocation at a
// time; concurrent invocations start further sandboxes, and an idle one is used again. Timeouts, memory limits, crashes,
// failing starts and oversized payloads end in the errors that a caller of Lambda sees: Sandbox.Timedout,
// Runtime.ExitError, what the process reported itself, Function.ResponseSizeTooLarge.
//
// The protocol: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
package runtimeapi
