// Package cfn is the document model of a CloudFormation template with SAM's resources: values with intrinsic functions, one struct for each type of
// resource, and the template as YAML with comments, its keys in a fixed order. It knows nothing of workflows.
package cfn
