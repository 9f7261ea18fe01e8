// Package sam writes the AWS SAM application of a compiled workflow: template.yaml, samconfig.toml, openapi.json, the events to try
// it with, and the build file of its functions.
//
// Everything goes one way: the definitions and the function catalogue are read for what they use (usage.go, stored.go), what is used makes the
// plan (plan.go), the plan decides which permissions exist and why (grant.go), both decide the resources (compose*.go), which are typed values of
// package cfn and written by it. Nothing is assembled from text.
//
// The format: https://github.com/aws/serverless-application-model/blob/develop/versions/2016-10-31.md and the AWS CloudFormation
// template reference.
package sam
