package emit

import (
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/lower/known"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
)

// retriers gives the author's retries, then those for faults of the Lambda service itself. A call that writes is repeated only when it
// certainly did not run (docs.aws.amazon.com/step-functions, "Handle transient Lambda service exceptions").
func retriers(call *ir.Call) []asl.Retrier {
	native, _ := call.Retry.(ir.Native)
	retriers := authorRetriers(native)
	for _, retrier := range retriers {
		if retrier.ErrorEquals[0] == asl.ErrorAll {
			return retriers
		}
	}
	if known.IsService(call) {
		return retriers
	}
	if call.Writes {
		return append(retriers, serviceRetrier(5, task.LambdaTooManyRequests))
	}
	return append(retriers, serviceRetrier(3,
		task.LambdaServiceException, task.LambdaAWSException, task.LambdaSdkException, task.LambdaTooManyRequests))
}

func serviceRetrier(attempts int, errors ...string) asl.Retrier {
	return asl.Retrier{ErrorEquals: errors, IntervalSeconds: new(1), MaxAttempts: &attempts, BackoffRate: new(2.0), JitterStrategy: "FULL"}
}

func authorRetriers(retries ir.Native) []asl.Retrier {
	retriers := make([]asl.Retrier, 0, len(retries)+1)
	for _, retry := range retries {
		retriers = append(retriers, authorRetrier(retry))
	}
	return retriers
}

// authorRetrier leaves out what the source does not say, except that no attempts at all is said by 0.
func authorRetrier(retry ir.Retrier) asl.Retrier {
	retrier := asl.Retrier{ErrorEquals: ir.ErrorEquals(retry.Errors), MaxAttempts: new(retry.MaxAttempts)}
	if retry.IntervalSeconds > 0 {
		retrier.IntervalSeconds = new(retry.IntervalSeconds)
	}
	if retry.BackoffRate > 0 {
		retrier.BackoffRate = new(retry.BackoffRate)
	}
	if retry.MaxDelaySeconds > 0 {
		retrier.MaxDelaySeconds = new(retry.MaxDelaySeconds)
	}
	if retry.Jitter {
		retrier.JitterStrategy = "FULL"
	}
	return retrier
}
