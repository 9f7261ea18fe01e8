// Package endpoint speaks the API of Step Functions over HTTP, as the AWS SDKs and the AWS CLI send it (Smithy, AWS JSON 1.0): requests, answers and
// errors of StartSyncExecution, StartExecution, DescribeExecution, SendTaskSuccess, SendTaskFailure and SendTaskHeartbeat. What runs the
// executions is an [Executions] of the caller. Signatures are accepted and not checked.
//
// [Operations] serves any operation of that protocol and of AWS JSON 1.1, so that other services can stand beside.
package endpoint
